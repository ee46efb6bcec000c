/* query.c — see query.h. */
#include "ledger/query.h"

#include "ledger/cursor.h"
#include "ledger/load.h"
#include "ledger/plan.h"
#include "ledger/query_text.h"
#include "ledger/right.h"

/* ---- pages ---- */

static const char *id_column(const struct making *m)
{
    return m->by_search ? "s.rowid" : "t._id";
}

static enum err go_on(struct making *m, const struct query *q)
{
    int64_t id;
    struct value key = VALUE_NULL;
    if (!q->after.p) return OK;
    TRY(cursor_read(m->arena, q->sort, q->after, &id, &key));
    making_and(m);
    const char *sign = q->sort && !q->descending ? ">" : "<";
    if (q->sort) {
        buf_printf(&m->text, "(t.\"_s_%s\",t._id) %s (", q->sort->name, sign);
        making_arg(m, key);
        buf_char(&m->text, ',');
        making_arg(m, value_int(id));
        buf_char(&m->text, ')');
    } else {
        buf_printf(&m->text, "%s %s ", id_column(m), sign);
        making_arg(m, value_int(id));
    }
    return OK;
}

static void order(struct making *m, const struct query *q)
{
    const char *direction = q->sort && !q->descending ? "" : " DESC";
    buf_z(&m->text, " ORDER BY ");
    if (q->sort) buf_printf(&m->text, "t.\"_s_%s\"%s,", q->sort->name, direction);
    buf_printf(&m->text, "%s%s LIMIT ", id_column(m), direction);
}

/* FTS5 gives ids in descending order, one by one; so a page newest first stops after its last row, where "_id IN (…)" would
 * gather all hits of a common word. Where a condition names one value there may be few rows, and an index knows them. */
static bool is_by_search(enum db_engine engine, const struct query *q)
{
    bool by = engine == DB_SQLITE && q->search.p && !q->sort;
    for (int i = 0; by && i < q->where_n; i++) by = q->where[i].op != OP_EQ;
    return by;
}

static void put_column(struct buf *b, const char *of, const char *kind, const char *name)
{
    buf_z(b, of);
    buf_z(b, ".\"");
    buf_z(b, kind);
    buf_z(b, name);
    buf_char(b, '"');
}

/* System columns, the wanted fields, then the sort key, of the table that the statement calls `of`. */
static void wanted(struct making *m, const struct query *q, const char *of)
{
    struct buf *b = &m->text;
    buf_z(b, "SELECT ");
    for (int i = 0; i < COL__MAX; i++) {
        if (i) buf_char(b, ',');
        put_column(b, of, "", system_columns[i]);
    }
    for (int i = 0; i < q->fields_n; i++) {
        buf_char(b, ',');
        put_column(b, of, "", q->fields[i]->name);
    }
    if (!q->sort) return;
    buf_char(b, ',');
    put_column(b, of, "_s_", q->sort->name);
}

static void from(struct making *m, const struct query *q)
{
    buf_printf(&m->text, m->by_search ? " FROM _search s CROSS JOIN \"%s\" t" : " FROM \"%s\" t", q->l->ledger);
}

/* The rows on the way, in the order of the list and from its cursor on: id, and whether the row fits. An index of SQLite knows both for
 * most conditions (schema.c), so that a row which does not fit is not looked up. */
static enum err way(struct making *m, const struct work *w, const struct query *q)
{
    buf_z(&m->text, "SELECT t._id,(");
    m->and = "";
    TRY(making_asked(m, q));
    buf_z(&m->text, ") AS fits");
    if (q->sort && m->engine == DB_POSTGRES) buf_printf(&m->text, ",t.\"_s_%s\"", q->sort->name);
    from(m, q);
    m->and = " WHERE ";
    TRY(making_walked(m, w, q));
    TRY(go_on(m, q));
    order(m, q);
    return OK;
}

/* One statement for a page. When it walks, SQLite runs the inner statement as a co-routine and stops with the page's last row; an
 * ORDER BY outside would make it read the whole way first. PostgreSQL knows that its order is that of the inner one. */
static enum err page_text(struct making *m, const struct work *w, const struct query *q, bool walk, int limit)
{
    m->by_search = is_by_search(m->engine, q);
    wanted(m, q, walk ? "r" : "t");
    if (walk) {
        buf_z(&m->text, " FROM (");
        TRY(way(m, w, q));
        making_arg(m, value_int(q->walk + 1));
        buf_printf(&m->text, ") t CROSS JOIN \"%s\" r WHERE r._id = t._id AND t.fits", q->l->ledger);
        m->by_search = false;
        if (m->engine == DB_SQLITE) buf_z(&m->text, " LIMIT ");
    } else {
        from(m, q);
        TRY(making_where(m, w, q));
        TRY(go_on(m, q));
    }
    if (!walk || m->engine == DB_POSTGRES) order(m, q);
    making_arg(m, value_int(limit + 1));
    return OK;
}

static enum err take(struct work *w, const struct query *q, const struct db_rows *rows, struct record **ret)
{
    struct record *r = record_new(w->arena, q->l);
    if (!r) return err_no_memory();
    TRY(load_columns(w, rows, q->fields, q->fields_n, r));
    for (int i = 0; i < q->fields_n; i++) r->given[q->fields[i]->index] = true;
    *ret = r;
    return OK;
}

static enum err fill_page(struct work *w, const struct query *q, struct db_rows *rows, int limit, struct page *ret)
{
    bool more;
    int64_t last = 0;
    struct value key = VALUE_NULL;
    TRY(db_next(rows, &more));
    while (more && ret->n < limit) {
        TRY(take(w, q, rows, &ret->record[ret->n++]));
        last = db_int(rows, COL_ID);
        if (q->sort && ret->n == limit) {
            key = db_value(rows, COL__MAX + q->fields_n);
            if (key.tag == VAL_TEXT && !(key.s = arena_str(w->arena, key.s)).p) return err_no_memory();
        }
        TRY(db_next(rows, &more));
    }
    return more ? cursor_make(w->arena, q->sort, last, key, &ret->next) : OK;
}

static enum err all_fields(struct work *w, struct query *q)
{
    const struct plan *p = store_plan(w->store, q->l);
    if (q->fields) return OK;
    q->fields = p->fields;
    q->fields_n = p->columns - COL__MAX;
    return OK;
}

static enum err read_page(struct work *w, const struct query *q, bool walk, const struct condition *by_value, int limit, struct page *ret)
{
    struct making m;
    struct sql s;
    struct db_rows *rows;
    making_start(&m, w);
    m.by_value = by_value;
    *ret = (struct page){.record = arena_array(w->arena, struct record *, limit)};
    enum err e = ret->record ? page_text(&m, w, q, walk, limit) : err_no_memory();
    if (!e) e = making_end(&m, &s);
    if (!e && !(e = db_query(w->tx, &s, m.args, m.n, &rows))) {
        e = fill_page(w, q, rows, limit, ret);
        db_done(rows);
    }
    buf_release(&m.text);
    return e;
}

/* Does the statement, whose last word is LIMIT, give more rows than so many? */
static enum err gives_more(struct work *w, struct making *m, int64_t n, bool *ret)
{
    struct sql s;
    int64_t one;
    buf_z(&m->text, "1 OFFSET ");
    making_arg(m, value_int(n));
    TRY(making_end(m, &s));
    enum err e = db_one_int(w->tx, &s, m->args, m->n, &one);
    *ret = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err way_is_longer(struct work *w, const struct query *q, bool *ret)
{
    struct making m;
    making_start(&m, w);
    m.by_search = is_by_search(m.engine, q);
    enum err e = way(&m, w, q);
    if (!e) e = gives_more(w, &m, q->walk, ret);
    buf_release(&m.text);
    return e;
}

/* A condition on one of several values that few records have; NULL when there is none. */
static enum err rare_value(struct work *w, const struct query *q, const struct condition **ret)
{
    bool more = true;
    *ret = NULL;
    for (int i = 0; i < q->where_n && more; i++) {
        const struct condition *c = &q->where[i];
        struct making m;
        if (!type_is_many(c->field->type) || !query_equality(q, c->field) || c->op != OP_EQ) continue;
        making_start(&m, w);
        buf_z(&m.text, "SELECT 1 FROM ");
        plan_many_name(&m.text, q->l, c->field);
        buf_z(&m.text, " m WHERE m.value = ");
        making_arg(&m, c->value);
        buf_z(&m.text, " LIMIT ");
        enum err e = gives_more(w, &m, q->walk, &more);
        buf_release(&m.text);
        TRY(e);
        if (!more) *ret = c;
    }
    return OK;
}

/* A page that the walk did not fill: is it because the way ended, or because it would have gone on too long? */
static enum err walk_on(struct work *w, const struct query *q, int limit, struct page *ret)
{
    const struct condition *rare;
    bool longer;
    TRY(way_is_longer(w, q, &longer));
    if (!longer) return OK;
    TRY(rare_value(w, q, &rare));
    if (rare) return read_page(w, q, false, rare, limit, ret);
    err_set(ERR_TOO_BIG, _("%s: too many records to look through (%lld); please narrow the conditions"), ledger_label(q->l, lang_get()),
            (long long)q->walk);
    return err_rule("narrower");
}

enum err query_list(struct work *w, const struct query *asked_for, struct page *ret)
{
    struct query q = *asked_for;
    struct page p;
    int limit = q.limit <= 0 ? 50 : q.limit < QUERY_LIMIT_MAX ? q.limit : QUERY_LIMIT_MAX;
    TRY(right_need(w, q.l, RIGHT_SEE));
    if (q.sort && !q.sort->sort) {
        err_set(ERR_INVALID, _("%s: lists cannot be sorted by this field"), field_label(q.sort, lang_get()));
        return err_field(q.sort->name);
    }
    TRY(all_fields(w, &q));
    bool walk = query_walks(&q);
    TRY(read_page(w, &q, walk, NULL, limit, &p));
    if (walk && !p.next.p) TRY(walk_on(w, &q, limit, &p));
    *ret = p;
    return OK;
}

enum err query_all(struct work *w, const struct query *asked, int most, struct page *ret)
{
    struct query q = *asked;
    struct page all = {0};
    int room = 0;
    if (!q.limit) q.limit = QUERY_LIMIT_MAX;
    do {
        struct page p;
        TRY(query_list(w, &q, &p));
        if (p.n + (p.next.p != NULL) > most - all.n) return err_set(ERR_TOO_BIG, _("more than %d records of “%s”"), most, q.l->ledger);
        for (int i = 0; i < p.n; i++) {
            if (!(all.record = ARENA_GROW(w->arena, all.record, all.n, &room))) return err_no_memory();
            all.record[all.n++] = p.record[i];
        }
        q.after = p.next;
    } while (q.after.p);
    *ret = all;
    return OK;
}

enum err query_count(struct work *w, const struct query *q, int64_t *ret)
{
    struct making m;
    struct sql s;
    TRY(right_need(w, q->l, RIGHT_SEE));
    making_start(&m, w);
    buf_printf(&m.text, "SELECT count(*) FROM \"%s\" t", q->l->ledger);
    enum err e = making_where(&m, w, q);
    if (!e) e = making_end(&m, &s);
    if (!e) e = db_one_int(w->tx, &s, m.args, m.n, ret);
    buf_release(&m.text);
    return e;
}

static enum err run_ids(struct work *w, struct making *m, int64_t *ids, int room, int *ret)
{
    struct sql s;
    struct db_rows *rows;
    bool more;
    buf_z(&m->text, " ORDER BY t._id LIMIT ");
    making_arg(m, value_int(room));
    TRY(making_end(m, &s));
    TRY(db_query(w->tx, &s, m->args, m->n, &rows));
    enum err e;
    int n = 0;
    while (!(e = db_next(rows, &more)) && more && n < room) ids[n++] = db_int(rows, 0);
    db_done(rows);
    *ret = n;
    return e;
}

enum err query_ids(struct work *w, const struct ledger *l, const struct condition *c, int n, bool withdrawn, int64_t *ids, int room,
                   int *ret)
{
    struct making m;
    making_start(&m, w);
    buf_printf(&m.text, "SELECT t._id FROM \"%s\" t", l->ledger);
    making_living(&m, withdrawn);
    enum err e = making_conditions(&m, l, c, n);
    if (!e) e = run_ids(w, &m, ids, room, ret);
    buf_release(&m.text);
    return e;
}

/* `a < b` where either may be open: said only when both are known. */
static void before(struct making *m, const struct field *f, const char *sign, struct value v)
{
    if (v.tag == VAL_NULL) return;
    making_and(m);
    buf_char(&m->text, '(');
    making_column(m, f);
    buf_z(&m->text, " IS NULL OR ");
    making_column(m, f);
    buf_z(&m->text, sign);
    making_arg(m, v);
    buf_char(&m->text, ')');
}

enum err query_overlap(struct work *w, const struct record *r, int64_t *ret)
{
    const struct period_rule *p = r->l->period;
    struct making m;
    int n = 0;
    enum err e = OK;
    making_start(&m, w);
    buf_printf(&m.text, "SELECT t._id FROM \"%s\" t", r->l->ledger);
    making_living(&m, false);
    making_and(&m);
    buf_z(&m.text, "t._id <> ");
    making_arg(&m, value_int(r->id));
    for (int i = 0; !e && i < p->group.n; i++) {
        const struct field *f = p->group.field[i];
        struct condition same = {f, OP_EQ, r->v[f->index]};
        /* Several values count as the same when they are written the same. */
        if (type_is_many(f->type) && same.value.tag != VAL_NULL) {
            making_and(&m);
            making_column(&m, f);
            buf_z(&m.text, " = ");
            making_arg(&m, same.value);
        } else {
            e = making_condition(&m, r->l, &same);
        }
    }
    before(&m, p->to_field, " > ", r->v[p->from_field->index]);
    before(&m, p->from_field, " < ", r->v[p->to_field->index]);
    if (!e) e = run_ids(w, &m, ret, 1, &n);
    if (!e && !n) *ret = 0;
    buf_release(&m.text);
    return e;
}
