/* history.c — see history.h. */
#include "ledger/history.h"

#include <jansson.h>

#include "ledger/right.h"
#include "system.sql.h"

/* Call fn for the body of every event of a record after version `base`. */
static enum err each_event(struct work *w, int64_t id, int64_t base, enum err (*fn)(void *, int64_t version, struct str body), void *arg)
{
    const struct value args[] = {value_int(id), value_int(base)};
    struct db_rows *rows;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_EVENT_OF_RECORD), args, 2, &rows));
    enum err e;
    bool more;
    while (!(e = db_next(rows, &more)) && more)
        if ((e = fn(arg, db_int(rows, 0), db_text(rows, 1)))) break;
    db_done(rows);
    return e;
}

static enum err parse(struct str body, json_t **ret)
{
    json_error_t why;
    *ret = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &why);
    return *ret ? OK : err_set(ERR_DB, _("an event of the record is damaged: %s"), why.text);
}

struct walk {
    const struct record *record;
    bool *touched;
    struct origin *origins;
};

static int64_t number_at(const json_t *event, const char *key)
{
    const json_t *v = json_object_get(event, key);
    int64_t n = 0;
    if (json_is_integer(v)) return json_integer_value(v);
    return json_is_string(v) && str_int(str_of(json_string_value(v)), &n) ? n : 0;
}

static enum err mark(void *arg, int64_t version, struct str body)
{
    struct walk *k = arg;
    json_t *event, *change;
    const char *name;
    TRY(parse(body, &event));
    json_object_foreach(json_object_get(event, "set"), name, change)
    {
        const struct field *f = ledger_field(k->record->l, str_of(name));
        if (!f) continue;
        if (k->touched) k->touched[f->index] = true;
        if (k->origins) k->origins[f->index] = (struct origin){version, number_at(event, "batch"), number_at(event, "row")};
    }
    json_decref(event);
    return OK;
}

enum err history_touched(struct work *w, const struct record *r, int64_t base, bool *touched)
{
    struct walk k = {.record = r, .touched = touched};
    return each_event(w, r->id, base, mark, &k);
}

enum err history_origins(struct work *w, const struct record *r, struct origin *ret)
{
    struct walk k = {.record = r, .origins = ret};
    TRY(right_need(w, r->l, RIGHT_SEE));
    return each_event(w, r->id, 0, mark, &k);
}

struct collect {
    struct arena *arena;
    struct history *to;
    int room;
};

static enum err keep(void *arg, int64_t version, struct str body)
{
    struct collect *c = arg;
    (void)version;
    if (c->to->n == c->room) return err_set(ERR_DB, "%s", _("the record has more events than versions"));
    c->to->body[c->to->n] = arena_str(c->arena, body);
    return c->to->body[c->to->n++].p ? OK : err_no_memory();
}

enum err history_read(struct work *w, const struct record *r, struct history *ret)
{
    TRY(right_need(w, r->l, RIGHT_SEE));
    ret->n = 0;
    ret->body = arena_array(w->arena, struct str, r->version);
    if (!ret->body) return err_no_memory();
    struct collect c = {w->arena, ret, (int)r->version};
    return each_event(w, r->id, 0, keep, &c);
}

struct unwind {
    struct arena *arena;
    struct record *to;
    bool *seen; /* the first event after `base` that speaks of a field has the value it had then */
};

static enum err take_back(void *arg, int64_t version, struct str body)
{
    struct unwind *k = arg;
    json_t *event, *change;
    const char *name;
    (void)version;
    TRY(parse(body, &event));
    json_object_foreach(json_object_get(event, "set"), name, change)
    {
        const struct field *f = ledger_field(k->to->l, str_of(name));
        const json_t *old = json_array_get(change, 0);
        if (!f || f->type == TYPE_ROWS || k->seen[f->index]) continue;
        k->seen[f->index] = true;
        k->to->v[f->index] = json_is_integer(old)  ? value_int(json_integer_value(old))
                             : json_is_string(old) ? value_text(arena_str(k->arena, str_of(json_string_value(old))))
                                                   : VALUE_NULL;
    }
    json_decref(event);
    return arena_failed(k->arena) ? err_no_memory() : OK;
}

enum err history_at(struct work *w, const struct record *r, int64_t base, struct record **ret)
{
    struct unwind k = {w->arena, record_copy(w->arena, r), arena_array(w->arena, bool, r->l->fields_count)};
    if (!k.to || !k.seen) return err_no_memory();
    TRY(each_event(w, r->id, base, take_back, &k));
    k.to->version = base;
    *ret = k.to;
    return OK;
}
