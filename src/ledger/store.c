/* store.c — writing records: one write, one event. See store.h. */
#include "ledger/store.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ledger/chain.h"
#include "ledger/check.h"
#include "ledger/compute.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "ledger/load.h"
#include "ledger/names.h"
#include "ledger/number.h"
#include "ledger/period.h"
#include "ledger/plan.h"
#include "ledger/query.h"
#include "ledger/right.h"
#include "ledger/search.h"
#include "ledger/secret.h"
#include "ledger/sort_key.h"
#include "system.sql.h"

/* ---- ids: 41 bits of milliseconds since 2020, 10 bits of node, 12 bits of count ---- */

#define ID_EPOCH INT64_C(1577836800000) /* 2020-01-01T00:00:00Z in ms */

/* The machine's clock, also on a simulated database: an id says only which came first. */
static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000 - ID_EPOCH;
}

int64_t store_id_since(int64_t seconds)
{
    int64_t ms = now_ms() - seconds * 1000;
    return ms > 0 ? ms << 22 : 0;
}

int64_t store_new_id(void)
{
    static _Atomic int64_t last;
    static _Atomic int node = -1;
    if (atomic_load(&node) < 0) {
        int64_t told;
        if (!str_int(str_of(getenv("ANJIAN_NODE")), &told)) told = getpid();
        atomic_store(&node, (int)(told & 0x3FF));
    }
    int64_t want = now_ms() << 12;
    int64_t was = atomic_load(&last), next;
    do next = want > was ? want : was + 1; /* more than 4,096 in a millisecond run ahead of the clock */
    while (!atomic_compare_exchange_weak(&last, &was, next));
    return (next >> 12) << 22 | (int64_t)atomic_load(&node) << 12 | (next & 0xFFF);
}

/* ---- scope ---- */

/* May the actor see this row? Fails closed: what is not allowed here is forbidden. */
static bool in_scope(const struct actor *a, const struct record *r)
{
    if (a->sees == SEES_ALL) return true;
    if (a->sees == SEES_NOTHING) return false;
    if (r->l->scope && r->l->scope->public_) return true;
    static const int column[] = {
        [SEES_DISTRICT] = SCOPE_DISTRICT, [SEES_TERRITORY] = SCOPE_TERRITORY, [SEES_SECTOR] = SCOPE_SECTOR, [SEES_OWNER] = SCOPE_OWNER};
    return a->sees_id != 0 && r->scope[column[a->sees]] == a->sees_id;
}

/* A row outside the scope answers as if it were not there. */
static enum err visible(const struct work *w, const struct record *r)
{
    return in_scope(w->actor, r) ? OK : load_none(r->l, r->id);
}

enum err store_read(struct work *w, const struct ledger *l, int64_t id, struct record **ret)
{
    struct record *r;
    TRY(right_need(w, l, RIGHT_SEE));
    TRY(store_load(w, l, id, false, &r));
    TRY(visible(w, r));
    *ret = r;
    return OK;
}

enum err store_read_these(struct work *w, const struct ledger *l, const int64_t *ids, int n, struct record **ret)
{
    TRY(right_need(w, l, RIGHT_SEE));
    TRY(load_these(w, l, ids, n, ret));
    for (int i = 0; i < n; i++)
        if (ret[i] && !in_scope(w->actor, ret[i])) ret[i] = NULL;
    return OK;
}

/* What everybody reads only those write who see everything; other rows are written by those who see them. */
static enum err writable(const struct work *w, const struct record *r)
{
    const struct actor *a = w->actor;
    bool reads_only = r->l->scope && r->l->scope->public_ && a->sees != SEES_ALL;
    if (in_scope(a, r) && !reads_only) return OK;
    return err_set(ERR_FORBIDDEN, _("%s: this record is not yours to write"), ledger_label(r->l, lang_get()));
}

static int64_t district_of(struct str region)
{
    int64_t code;
    return region.n >= 6 && str_int(str_head(region, 6), &code) ? code : 0;
}

void store_scope(const struct store *s, const struct record *r, const int64_t *lent, int64_t ret[SCOPE__MAX])
{
    const struct ledger *l = r->l;
    memset(ret, 0, SCOPE__MAX * sizeof *ret);
    if (l->scope_from && lent) {
        memcpy(ret, lent, SCOPE__MAX * sizeof *ret);
    } else { /* its own fields, also of one that may hang on another and does not */
        const struct field *const *f = l->scope_fields;
        if (f[SCOPE_DISTRICT]) ret[SCOPE_DISTRICT] = district_of(record_text(r, f[SCOPE_DISTRICT]->index));
        for (int i = SCOPE_TERRITORY; i < SCOPE__MAX; i++)
            if (f[i]) ret[i] = record_int(r, f[i]->index, 0);
        if (l->owner_is_self) ret[SCOPE_OWNER] = r->id;
    }
    if (!ret[SCOPE_DISTRICT]) ret[SCOPE_DISTRICT] = s->district;
}

/* Take the scope columns from the record's own fields or from the record it hangs on. One that comes to hang on another
 * locks it: a move of the lender's scope under way would not see it yet. */
static enum err derive_scope(struct work *w, const struct record *old, struct record *r)
{
    const struct field *f = r->l->scope_from;
    int64_t id = f ? record_int(r, f->index, 0) : 0;
    struct record *from = NULL;
    if (id) TRY(store_load(w, f->target, id, !old || !value_eq(old->v[f->index], r->v[f->index]), &from));
    store_scope(w->store, r, from ? from->scope : NULL, r->scope);
    return OK;
}

/* When the scope of a record moved, so must that of the records that borrow it, and of those that borrow from them. They
 * get no event: the columns are derived, and verification derives them again. */
static enum err lend_scope(struct work *w, const struct record *now);

static enum err lend_to(struct work *w, const struct ledger *l, int64_t id, const struct record *lender)
{
    struct record *old;
    TRY(store_load(w, l, id, true, &old));
    if (memcmp(old->scope, lender->scope, sizeof old->scope) == 0) return OK; /* also the end of a circle of lenders */
    struct record *moved = record_copy(w->arena, old);
    if (!moved) return err_no_memory();
    memcpy(moved->scope, lender->scope, sizeof moved->scope);
    TRY(plan_refresh(w->tx, w->arena, store_plan(w->store, l), moved));
    TRY(search_put(w, old, moved));
    return lend_scope(w, moved);
}

static enum err lend_scope(struct work *w, const struct record *now)
{
    enum { PAGE = 200 };
    const struct registry *reg = w->store->registry;
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (!l->scope_from || l->scope_from->target != now->l) continue;
        struct condition here[] = {{l->scope_from, OP_EQ, value_int(now->id)}, {query_system_field(STR("id")), OP_GT, value_int(0)}};
        int64_t ids[PAGE];
        int n;
        do {
            TRY(query_ids(w, l, here, 2, true, ids, PAGE, &n));
            for (int k = 0; k < n; k++) TRY(lend_to(w, l, ids[k], now));
            if (n) here[1].value = value_int(ids[n - 1]);
        } while (n == PAGE);
    }
    return OK;
}

/* ---- writing one row ---- */

static enum err column_values(struct work *w, const struct plan *p, const struct record *r, struct value *c)
{
    c[COL_ID] = value_int(r->id);
    c[COL_VERSION] = value_int(r->version);
    c[COL_STATE] = value_text(r->state);
    c[COL_NUMBER] = value_text(r->number);
    c[COL_WITHDRAWN] = value_int(r->withdrawn);
    c[COL_SUCCESSOR] = r->successor ? value_int(r->successor) : VALUE_NULL;
    c[COL_CREATED] = value_int(r->created);
    c[COL_UPDATED] = value_int(r->updated);
    for (int i = 0; i < SCOPE__MAX; i++) c[COL_DISTRICT + i] = value_int(r->scope[i]);
    for (int i = COL__MAX; i < p->columns; i++) c[i] = r->v[p->fields[i - COL__MAX]->index];
    for (int i = 0; i < p->sorts; i++) TRY(sort_key(w->arena, p->sort_fields[i], r->v[p->sort_fields[i]->index], &c[p->columns + i]));
    return OK;
}

/* Name the field whose unique index said no. */
static enum err taken(const struct ledger *l, enum err e)
{
    if (!DB_IS_UNIQUE(e)) return e;
    struct str index = str_of(err_last()->rule);
    char name[PLAN_NAME];
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (!f->unique || !str_is(index, plan_name(name, "u", l, f->name))) continue;
        err_set(ERR_CONFLICT, _("%s: another record has this value already"), field_label(f, lang_get()));
        return err_field(f->name);
    }
    return e;
}

static enum err insert_row(struct work *w, const struct plan *p, const struct record *r)
{
    int n = p->columns + p->sorts;
    struct value *c = arena_array(w->arena, struct value, n);
    if (!c) return err_no_memory();
    TRY(column_values(w, p, r, c));
    return taken(r->l, db_run(w->tx, &p->insert, c, n, NULL));
}

/* Only the columns that differ are written, so that only their indexes are touched. */
static enum err update_row(struct work *w, const struct plan *p, const struct record *old, const struct record *now)
{
    int n = p->columns + p->sorts, k = 0;
    struct value *was = arena_array(w->arena, struct value, n), *is = arena_array(w->arena, struct value, n);
    struct value *args = arena_array(w->arena, struct value, n + 2);
    bool *which = arena_array(w->arena, bool, n);
    if (!was || !is || !args || !which) return err_no_memory();
    TRY(column_values(w, p, old, was));
    TRY(column_values(w, p, now, is));
    for (int i = 0; i < n; i++)
        if ((which[i] = !value_eq(was[i], is[i]))) args[k++] = is[i];
    args[k++] = value_int(old->id);
    args[k++] = value_int(old->version);
    struct buf text CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    struct sql update = plan_update(p, which, &text);
    TRY(buf_error(&text));
    int64_t changed = 0;
    TRY(taken(now->l, db_run(w->tx, &update, args, k, &changed)));
    if (changed != 1) return err_set(ERR_CONFLICT, "%s", _("somebody else has just changed this record"));
    return OK;
}

static enum err write_rows(struct work *w, const struct record *old, const struct record *now, const struct field *f)
{
    const struct plan *p = store_plan(w->store, f->target);
    const struct rows *rows = &now->rows[f->index];
    if (old ? rows_eq(f->target, &old->rows[f->index], rows) : rows->n == 0) return OK;
    const struct value place[] = {value_int(now->id), value_text(str_of(f->name))};
    if (old) TRY(db_run(w->tx, &p->remove_rows, place, 2, NULL));
    int fields = p->columns - COL__MAX;
    struct value *args = arena_array(w->arena, struct value, 3 + fields);
    if (!args) return err_no_memory();
    for (int i = 0; i < rows->n; i++) {
        args[0] = place[0];
        args[1] = place[1];
        args[2] = value_int(i);
        for (int k = 0; k < fields; k++) args[3 + k] = rows->v[i][p->fields[k]->index];
        TRY(db_run(w->tx, &p->insert_row, args, 3 + fields, NULL));
    }
    return OK;
}

static enum err write_many(struct work *w, const struct record *old, const struct record *now, const struct field *f)
{
    struct value is = now->v[f->index];
    if (old ? value_eq(old->v[f->index], is) : is.tag == VAL_NULL) return OK;
    if (old) TRY(plan_many_remove(w->tx, now->l, f, now->id));
    struct str rest = record_text(now, f->index), piece;
    while (many_next(&rest, &piece)) {
        int64_t id = 0;
        if (f->type == TYPE_REFERENCES && !str_int(piece, &id)) continue; /* check.c has refused it */
        TRY(plan_many_add(w->tx, now->l, f, now->id, f->type == TYPE_REFERENCES ? value_int(id) : value_text(piece)));
    }
    return OK;
}

enum err store_put(struct work *w, const struct record *old, struct record *now, struct str verb, struct str reason)
{
    const struct ledger *l = now->l;
    const struct plan *p = store_plan(w->store, l);
    TRY(right_check(w, old, now));
    TRY(flow_check(w, old, now));
    now->version = old ? old->version + 1 : 1;
    now->updated = clock_now();
    if (!old) now->created = now->updated;
    TRY(derive_scope(w, old, now));
    if (!old) TRY(writable(w, now));
    if (l->period && !now->withdrawn) TRY(period_check(w, now));
    TRY(old ? update_row(w, p, old, now) : insert_row(w, p, now));
    for (unsigned i = 0; i < l->fields_count; i++) {
        if (l->fields[i].type == TYPE_ROWS) TRY(write_rows(w, old, now, &l->fields[i]));
        if (type_is_many(l->fields[i].type)) TRY(write_many(w, old, now, &l->fields[i]));
    }
    if (old && memcmp(old->scope, now->scope, sizeof now->scope) != 0) TRY(lend_scope(w, now));
    TRY(search_put(w, old, now));
    names_note(w, old, now);
    return chain_note(w, old, now, verb, reason);
}

/* Derived columns of every row again: after the description has come to say otherwise. */
enum err store_refill(struct work *w, const struct ledger *l)
{
    if (l->parent) return OK;
    const struct plan *p = store_plan(w->store, l);
    struct arena *outer = w->arena, *a CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    if (!a) return err_no_memory();
    int64_t id = 0;
    enum err e;
    while (!(e = plan_next_id(w->tx, l, id, &id)) && id) {
        struct record *r;
        w->arena = a;
        if (!(e = store_load(w, l, id, false, &r)) && !(e = derive_scope(w, r, r)) && !(e = plan_refresh(w->tx, a, p, r)))
            e = search_put(w, NULL, r);
        if (!e) e = search_flush(w); /* what was noted lies in `a` */
        w->arena = outer;
        arena_reset(a);
        if (e) break;
    }
    return e;
}

/* ---- create, change, withdraw, merge ---- */

enum err store_create(struct work *w, const struct record *draft, struct record **ret)
{
    const struct ledger *l = draft->l;
    TRY(right_need(w, l, RIGHT_CREATE));
    struct record *now = record_new(w->arena, l);
    if (!now) return err_no_memory();
    record_take(now, draft);
    now->id = draft->id ? draft->id : store_new_id();
    const struct verb *birth = flow_birth(l);
    if (l->states_count) now->state = str_of(birth ? birth->to : l->states[0].name);
    TRY(secret_take(w, NULL, now, draft));
    TRY(compute_blanks(w, now));
    TRY(check_record(w, NULL, now, draft, birth));
    TRY(check_by(w, NULL, now, birth));
    if (birth) TRY(flow_guards(w, birth, NULL, now));
    if (l->number) TRY(number_take(w, l, &now->number));
    TRY(flow_changing(w, NULL, now, birth));
    TRY(store_put(w, NULL, now, STR("create"), STR_NONE));
    *ret = now;
    return flow_changed(w, NULL, now, birth);
}

static bool field_differs(const struct field *f, const struct record *a, const struct record *b)
{
    return f->type == TYPE_ROWS ? !rows_eq(f->target, &a->rows[f->index], &b->rows[f->index]) : !value_eq(a->v[f->index], b->v[f->index]);
}

/* Did somebody else change, after version `base`, a field that the draft wants to have otherwise? */
static enum err find_clashes(struct work *w, const struct record *now, int64_t base, const struct record *draft, struct clashes *ret)
{
    const struct ledger *l = now->l;
    bool *touched = arena_array(w->arena, bool, l->fields_count);
    struct clash *c = arena_array(w->arena, struct clash, l->fields_count);
    if (!touched || !c) return err_no_memory();
    TRY(history_touched(w, now, base, touched));
    int n = 0;
    for (unsigned i = 0; i < l->fields_count; i++)
        if (touched[i] && draft->given[i] && field_differs(&l->fields[i], now, draft))
            c[n++] = (struct clash){&l->fields[i], now->v[i], draft->v[i]};
    if (ret) *ret = (struct clashes){n, c};
    if (!n) return OK;
    err_set(ERR_CONFLICT, _("%s: somebody else has changed this field meanwhile"), field_label(c[0].field, lang_get()));
    return err_field(c[0].field->name);
}

enum err store_load_for_change(struct work *w, const struct ledger *l, int64_t id, struct record **ret)
{
    struct record *r;
    TRY(store_load(w, l, id, true, &r));
    TRY(visible(w, r));
    TRY(writable(w, r));
    *ret = r;
    return OK;
}

static enum err living(const struct record *r)
{
    if (!r->withdrawn) return OK;
    err_set(ERR_REFUSED, "%s", _("the record has been withdrawn"));
    return err_rule("withdrawn");
}

enum err store_load_living(struct work *w, const struct ledger *l, int64_t id, struct record **ret)
{
    TRY(store_load_for_change(w, l, id, ret));
    return living(*ret);
}

enum err store_change(struct work *w, int64_t id, int64_t base, const struct record *draft, struct record **ret, struct clashes *clash)
{
    const struct ledger *l = draft->l;
    struct record *old;
    if (clash) *clash = (struct clashes){0};
    TRY(right_need(w, l, RIGHT_CHANGE));
    TRY(store_load_living(w, l, id, &old));
    if (base > old->version) return err_set(ERR_INVALID, "%s", _("there is no such version of this record yet"));
    if (base && base < old->version) TRY(find_clashes(w, old, base, draft, clash));
    struct record *now = record_copy(w->arena, old);
    if (!now) return err_no_memory();
    record_take(now, draft);
    TRY(secret_take(w, old, now, draft));
    TRY(compute_blanks(w, now));
    bool differs = false;
    for (unsigned i = 0; i < l->fields_count; i++) differs |= field_differs(&l->fields[i], old, now);
    if (differs) {
        TRY(check_record(w, old, now, draft, NULL));
        TRY(check_by(w, old, now, NULL));
        TRY(flow_changing(w, old, now, NULL));
        TRY(store_put(w, old, now, STR("change"), STR_NONE));
        TRY(flow_changed(w, old, now, NULL));
    }
    *ret = now;
    return OK;
}

static enum err put_withdrawn(struct work *w, const struct ledger *l, int64_t id, bool withdrawn, int64_t successor, const char *verb,
                              struct str reason, struct record **ret)
{
    struct record *old;
    TRY(store_load_for_change(w, l, id, &old));
    if (old->withdrawn == withdrawn) {
        err_set(ERR_REFUSED, "%s", withdrawn ? _("the record has been withdrawn") : _("the record is not withdrawn"));
        return err_rule("withdrawn");
    }
    struct record *now = record_copy(w->arena, old);
    if (!now) return err_no_memory();
    now->withdrawn = withdrawn;
    now->successor = successor;
    TRY(store_put(w, old, now, str_of(verb), reason));
    *ret = now;
    return flow_changed(w, old, now, NULL);
}

enum err store_withdraw(struct work *w, const struct ledger *l, int64_t id, struct str reason, struct record **ret)
{
    TRY(right_need(w, l, RIGHT_WITHDRAW));
    return put_withdrawn(w, l, id, true, 0, "withdraw", reason, ret);
}

enum err store_restore(struct work *w, const struct ledger *l, int64_t id, struct str reason, struct record **ret)
{
    TRY(right_need(w, l, RIGHT_WITHDRAW));
    return put_withdrawn(w, l, id, false, 0, "restore", reason, ret);
}

enum err store_merge(struct work *w, const struct ledger *l, int64_t duplicate, int64_t stays, struct record **ret)
{
    struct record *target;
    TRY(right_need(w, l, RIGHT_MERGE));
    if (duplicate == stays) return err_set(ERR_INVALID, "%s", _("a record cannot be merged into itself"));
    TRY(store_load_living(w, l, stays, &target));
    return put_withdrawn(w, l, duplicate, true, stays, "merge", STR_NONE, ret);
}
