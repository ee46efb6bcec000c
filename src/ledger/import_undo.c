/* import_undo.c — undoing a batch as a whole. See import.h. */
#include <jansson.h>
#include <stdio.h>

#include "ledger/history.h"
#include "ledger/import.h"
#include "ledger/job.h"
#include "ledger/right.h"
#include "ledger/type.h"
#include "system.sql.h"

#define PAGE 500 /* records of one transaction */

struct touched { /* what the batch did to one record */
    int64_t record, first, last, events;
    const struct ledger *l;
};

struct undoing {
    int64_t batch;
    struct touched touched[PAGE];
    int n;
    int64_t after;
    char reason[40];
    struct undo_result now; /* of this page */
    const struct undo_options *o;
    struct undo_result *ret;
    struct arena *arena; /* of the answer */
};

static enum err read_page(struct work *w, struct undoing *u)
{
    const struct value args[] = {value_int(u->batch), value_int(u->after), value_int(PAGE)};
    struct db_rows *rows;
    bool more;
    u->n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_BATCH_RECORDS), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more) {
        const struct ledger *l = registry_find(w->store->registry, db_text(rows, 4));
        u->touched[u->n++] = (struct touched){db_int(rows, 0), db_int(rows, 1), db_int(rows, 2), db_int(rows, 3), l};
    }
    db_done(rows);
    return e;
}

static struct value from_json(struct arena *a, const json_t *v)
{
    if (json_is_integer(v)) return value_int(json_integer_value(v));
    if (json_is_string(v)) return value_text(arena_str(a, (struct str){json_string_value(v), json_string_length(v)}));
    return VALUE_NULL;
}

static enum err rows_from_json(struct arena *a, const struct ledger *child, const json_t *list, struct rows *ret)
{
    size_t i;
    json_t *object, *v;
    const char *key;
    *ret = (struct rows){0, arena_array(a, struct value *, json_array_size(list) + 1)};
    if (!ret->v) return err_no_memory();
    json_array_foreach(list, i, object)
    {
        struct value *row = arena_array(a, struct value, child->fields_count);
        if (!row) return err_no_memory();
        json_object_foreach(object, key, v)
        {
            const struct field *f = ledger_field(child, str_of(key));
            if (f) row[f->index] = from_json(a, v);
        }
        ret->v[ret->n++] = row;
    }
    return OK;
}

/* Put the former values of one event back into the record. */
static enum err take_back(struct work *w, struct record *r, struct str body)
{
    json_t *event = json_loadb(body.p, body.n, 0, NULL), *change;
    const char *name;
    enum err e = event ? OK : err_set(ERR_DB, "%s", _("an event of the record is damaged"));
    json_object_foreach(json_object_get(event, "set"), name, change)
    {
        const struct field *f = ledger_field(r->l, str_of(name));
        if (!f || e) continue;
        if (f->type == TYPE_ROWS)
            e = rows_from_json(w->arena, f->target, json_array_get(change, 0), &r->rows[f->index]);
        else
            r->v[f->index] = from_json(w->arena, json_array_get(change, 0));
    }
    json_decref(event);
    return e ? e : arena_failed(w->arena) ? err_no_memory() : OK;
}

/* As it was before the batch: the former values of its events, newest first. */
static enum err revert(struct work *w, struct undoing *u, const struct touched *t, const struct record *old)
{
    struct history h;
    struct record *now = record_copy(w->arena, old);
    if (!now) return err_no_memory();
    TRY(history_read(w, old, &h));
    if (h.n < t->last) return err_set(ERR_DB, "%s", _("an event of the record is damaged"));
    for (int64_t v = t->last; v >= t->first; v--) TRY(take_back(w, now, h.body[v - 1]));
    u->now.reverted++;
    return store_put(w, old, now, STR("undo"), str_of(u->reason));
}

static enum err undone_before(struct work *w, const struct undoing *u, const struct record *r, bool *ret)
{
    struct history h;
    TRY(history_read(w, r, &h));
    struct str mark = arena_printf(w->arena, "\"reason\":\"%s\"", u->reason);
    if (!mark.p) return err_no_memory();
    *ret = h.n && str_find(h.body[h.n - 1], mark) >= 0;
    return OK;
}

static enum err keep(struct undoing *u, const struct record *r)
{
    struct undo_result *now = &u->now;
    now->kept_all++;
    if (u->ret->kept_n + now->kept_n == IMPORT_NOTES_MAX) return OK;
    struct undo_kept *k = &u->ret->kept[u->ret->kept_n + now->kept_n++];
    *k = (struct undo_kept){r->id, r->l, r->number.p ? arena_str(u->arena, r->number) : STR_NONE};
    return OK;
}

static enum err undo_one(struct work *w, struct undoing *u, const struct touched *t)
{
    struct record *old, *now;
    bool before;
    if (!t->l) return err_set(ERR_DB, "%s", _("an event of the batch is about an unknown ledger"));
    TRY(right_need(w, t->l, RIGHT_IMPORT));
    TRY(store_load_for_change(w, t->l, t->record, &old));
    bool changed_since = old->version != t->last || t->last - t->first + 1 != t->events;
    if (!changed_since && t->first > 1) return revert(w, u, t, old);
    if (!changed_since) {
        u->now.withdrawn++;
        now = record_copy(w->arena, old);
        if (!now) return err_no_memory();
        now->withdrawn = true;
        return store_put(w, old, now, STR("undo"), str_of(u->reason));
    }
    TRY(undone_before(w, u, old, &before)); /* an undo that was interrupted goes on */
    if (!before) return keep(u, old);
    *(t->first > 1 ? &u->now.reverted : &u->now.withdrawn) += 1;
    return OK;
}

static struct undo_result sum(const struct undoing *u)
{
    struct undo_result r = *u->ret;
    r.withdrawn += u->now.withdrawn;
    r.reverted += u->now.reverted;
    r.kept_n += u->now.kept_n;
    r.kept_all += u->now.kept_all;
    return r;
}

static enum err end_job(struct work *w, const struct undoing *u)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct undo_result r = sum(u);
    undo_result_json(&b, &r);
    TRY(buf_error(&b));
    return job_end(w, u->o->job, "done", buf_view(&b));
}

static enum err undo_page(struct work *w, void *arg)
{
    struct undoing *u = arg;
    u->now = (struct undo_result){0};
    TRY(read_page(w, u));
    for (int i = 0; i < u->n; i++) TRY(undo_one(w, u, &u->touched[i]));
    if (u->n == PAGE) return OK;
    const struct value done[] = {value_int(u->batch), value_int(clock_now())};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_BATCH_UNDONE), done, 2, NULL));
    return u->o->job ? end_job(w, u) : OK;
}

static enum err check_batch(struct work *w, void *arg)
{
    const struct undoing *u = arg;
    struct value id = value_int(u->batch);
    struct db_rows *rows;
    bool found, undone = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_BATCH_GET), &id, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) undone = !db_is_null(rows, 2);
    db_done(rows);
    TRY(e);
    if (!found) return err_set(ERR_NOT_FOUND, _("there is no batch %lld"), (long long)u->batch);
    return undone ? err_set(ERR_REFUSED, _("batch %lld was undone already"), (long long)u->batch) : OK;
}

enum err import_undo(struct store *s, const struct actor *actor, struct arena *a, int64_t batch, const struct undo_options *o,
                     struct undo_result *ret)
{
    static const struct undo_options none;
    struct arena *page CLEANUP_ARENA = arena_new_capped((size_t)512 << 20);
    struct undoing *u = arena_new(a, struct undoing);
    int64_t records = 0;
    *ret = (struct undo_result){.kept = arena_array(a, struct undo_kept, IMPORT_NOTES_MAX)};
    if (!page || !u || !ret->kept) return err_no_memory();
    u->batch = batch;
    u->o = o ? o : &none;
    u->ret = ret;
    u->arena = a;
    snprintf(u->reason, sizeof u->reason, "batch %lld", (long long)batch);
    TRY(store_view(s, actor, page, check_batch, u));
    do {
        TRY(store_write(s, actor, page, undo_page, u));
        *ret = sum(u);
        records += u->n;
        if (u->n) u->after = u->touched[u->n - 1].record;
        arena_reset(page);
        if (u->n == PAGE && u->o->progress && !u->o->progress(u->o->progress_arg, records))
            return err_set(ERR_STOPPED, "%s", _("stopped; undo it again to go on"));
    } while (u->n == PAGE);
    return OK;
}
