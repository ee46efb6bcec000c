/* load.c — see load.h. */
#include "ledger/load.h"

#include "ledger/plan.h"

enum err load_none(const struct ledger *l, int64_t id)
{
    return err_set(ERR_NOT_FOUND, _("%s: there is no record %lld"), ledger_label(l, lang_get()), (long long)id);
}

static enum err keep_value(struct work *w, struct value v, struct value *ret)
{
    if (v.tag == VAL_TEXT || v.tag == VAL_BLOB) {
        v.s = arena_str(w->arena, v.s);
        if (!v.s.p) return err_no_memory();
    }
    *ret = v;
    return OK;
}

enum err load_columns(struct work *w, const struct db_rows *rows, const struct field *const *fields, int n, struct record *r)
{
    r->id = db_int(rows, COL_ID);
    r->version = db_int(rows, COL_VERSION);
    r->withdrawn = db_int(rows, COL_WITHDRAWN) != 0;
    r->successor = db_int(rows, COL_SUCCESSOR);
    r->created = db_int(rows, COL_CREATED);
    r->updated = db_int(rows, COL_UPDATED);
    for (int i = 0; i < SCOPE__MAX; i++) r->scope[i] = db_int(rows, COL_DISTRICT + i);
    r->state = arena_str(w->arena, db_text(rows, COL_STATE));
    r->number = arena_str(w->arena, db_text(rows, COL_NUMBER));
    for (int i = 0; i < n; i++) TRY(keep_value(w, db_value(rows, COL__MAX + i), &r->v[fields[i]->index]));
    return OK;
}

static enum err take_columns(struct work *w, const struct plan *p, const struct db_rows *rows, struct record *r)
{
    return load_columns(w, rows, p->fields, p->columns - COL__MAX, r);
}

/* Append a child row whose fields stand in the columns from `first` on. */
static enum err add_row(struct work *w, const struct plan *p, const struct db_rows *rows, int first, struct rows *to)
{
    /* Grown by doubling inside the arena: 0, 1, 2, 4 … rows have just been filled. */
    if ((to->n & (to->n - 1)) == 0) {
        struct value **more = arena_array(w->arena, struct value *, to->n ? 2 * to->n : 1);
        if (!more) return err_no_memory();
        if (to->n) memcpy(more, to->v, (size_t)to->n * sizeof *more);
        to->v = more;
    }
    struct value *v = arena_array(w->arena, struct value, p->l->fields_count);
    if (!v) return err_no_memory();
    for (int i = COL__MAX; i < p->columns; i++)
        TRY(keep_value(w, db_value(rows, first + i - COL__MAX), &v[p->fields[i - COL__MAX]->index]));
    to->v[to->n++] = v;
    return OK;
}

static enum err load_rows(struct work *w, struct record *r, const struct field *f)
{
    const struct plan *p = store_plan(w->store, f->target);
    struct value id = value_int(r->id);
    struct db_rows *rows;
    TRY(db_query(w->tx, &p->select_rows, &id, 1, &rows));
    enum err e;
    bool more;
    while (!(e = db_next(rows, &more)) && more)
        if (str_is(db_text(rows, 0), f->name) && (e = add_row(w, p, rows, 1, &r->rows[f->index]))) break;
    db_done(rows);
    return e;
}

enum err store_load(struct work *w, const struct ledger *l, int64_t id, bool lock, struct record **ret)
{
    const struct plan *p = store_plan(w->store, l);
    struct value key = value_int(id);
    struct db_rows *rows;
    struct record *r = record_new(w->arena, l);
    if (!r) return err_no_memory();
    TRY(db_query(w->tx, lock ? &p->lock : &p->select, &key, 1, &rows));
    bool found = false;
    enum err e = db_next(rows, &found);
    if (!e && found) e = take_columns(w, p, rows, r);
    db_done(rows);
    TRY(e);
    if (!found) return load_none(l, id);
    for (unsigned i = 0; i < l->fields_count; i++)
        if (l->fields[i].type == TYPE_ROWS) TRY(load_rows(w, r, &l->fields[i]));
    *ret = r;
    return OK;
}

/* ---- several ---- */

_Static_assert(LOAD_THESE == PLAN_THESE, "as many as the statement takes");

static enum err take_one_of(struct work *w, const struct plan *p, const struct db_rows *rows, const int64_t *ids, int n,
                            struct record **ret)
{
    struct record *r = record_new(w->arena, p->l);
    if (!r) return err_no_memory();
    TRY(take_columns(w, p, rows, r));
    for (int i = 0; i < n; i++)
        if (ids[i] == r->id) ret[i] = r;
    return OK;
}

enum err load_these(struct work *w, const struct ledger *l, const int64_t *ids, int n, struct record **ret)
{
    const struct plan *p = store_plan(w->store, l);
    struct value keys[PLAN_THESE];
    struct db_rows *rows;
    enum err e;
    bool more;
    for (int i = 0; i < PLAN_THESE; i++) keys[i] = value_int(i < n ? ids[i] : 0); /* no record has the id 0 */
    for (int i = 0; i < n; i++) ret[i] = NULL;
    TRY(db_query(w->tx, &p->select_these, keys, PLAN_THESE, &rows));
    while (!(e = db_next(rows, &more)) && more)
        if ((e = take_one_of(w, p, rows, ids, n, ret))) break;
    db_done(rows);
    return e;
}

/* ---- pages ---- */

static enum err take_loaded(struct work *w, const struct plan *p, const struct db_rows *rows, struct loaded *one)
{
    *one = (struct loaded){.record = record_new(w->arena, p->l)};
    if (!one->record) return err_no_memory();
    TRY(take_columns(w, p, rows, one->record));
    int c = p->columns;
    one->version = db_int(rows, c);
    struct value first, last;
    TRY(keep_value(w, db_value(rows, c + 1), &first));
    TRY(keep_value(w, db_value(rows, c + 2), &last));
    one->first = first.s;
    one->last = last.s;
    if (!p->l->scope_from) return OK;
    one->has_lender = !db_is_null(rows, c + 3);
    for (int i = 0; i < SCOPE__MAX; i++) one->lent[i] = db_int(rows, c + 3 + i);
    return OK;
}

/* Child rows of one ledger for the whole page: both come in the order of the records. */
static enum err fill_rows(struct work *w, const struct ledger *child, struct loaded *page, int n)
{
    const struct plan *p = store_plan(w->store, child);
    const struct value range[] = {value_int(page[0].record->id), value_int(page[n - 1].record->id)};
    struct db_rows *rows;
    TRY(db_query(w->tx, &p->select_rows_page, range, 2, &rows));
    enum err e;
    bool more;
    int at = 0;
    while (!(e = db_next(rows, &more)) && more) {
        while (at < n && page[at].record->id < db_int(rows, 0)) at++;
        if (at == n) break;
        struct record *r = page[at].record;
        if (r->id != db_int(rows, 0)) continue; /* of another ledger that uses the same rows */
        const struct field *f = ledger_field(r->l, db_text(rows, 1));
        if (f && f->type == TYPE_ROWS && f->target == child && (e = add_row(w, p, rows, 2, &r->rows[f->index]))) break;
    }
    db_done(rows);
    return e;
}

static bool seen_before(const struct ledger *l, unsigned field)
{
    for (unsigned i = 0; i < field; i++)
        if (l->fields[i].type == TYPE_ROWS && l->fields[i].target == l->fields[field].target) return true;
    return false;
}

enum err load_page(struct work *w, const struct ledger *l, int64_t after, struct loaded *page, int room, int *ret)
{
    const struct plan *p = store_plan(w->store, l);
    const struct value args[] = {value_int(after), value_int(room)};
    struct db_rows *rows;
    int n = 0;
    TRY(db_query(w->tx, &p->select_page, args, 2, &rows));
    enum err e;
    bool more;
    while (!(e = db_next(rows, &more)) && more && n < room)
        if ((e = take_loaded(w, p, rows, &page[n++]))) break;
    db_done(rows);
    TRY(e);
    for (unsigned i = 0; n && i < l->fields_count; i++)
        if (l->fields[i].type == TYPE_ROWS && !seen_before(l, i)) TRY(fill_rows(w, l->fields[i].target, page, n));
    *ret = n;
    return OK;
}
