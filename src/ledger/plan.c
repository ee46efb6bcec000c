/* plan.c — see plan.h. */
#include "ledger/plan.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "db/sql_build.h"
#include "ledger/sort_key.h"

const char *const system_columns[COL__MAX] = {
    [COL_ID] = "_id",
    [COL_VERSION] = "_version",
    [COL_STATE] = "_state",
    [COL_NUMBER] = "_number",
    [COL_WITHDRAWN] = "_withdrawn",
    [COL_SUCCESSOR] = "_successor",
    [COL_CREATED] = "_created",
    [COL_UPDATED] = "_updated",
    [COL_DISTRICT] = "_district",
    [COL_TERRITORY] = "_territory",
    [COL_SECTOR] = "_sector",
    [COL_OWNER] = "_owner",
};

#define STATEMENT_MAX ((size_t)64 * 1024)

const char *plan_name(char out[PLAN_NAME], const char *kind, const struct ledger *l, const char *name)
{
    char full[512]; /* a group has at most 8 names of 40 characters */
    snprintf(full, sizeof full, "%s.%s.%s", kind, l->ledger, name);
    size_t n = strlen(full);
    if (n < PLAN_NAME)
        memcpy(out, full, n + 1);
    else
        snprintf(out, PLAN_NAME, "%.46s.%016" PRIx64, full, sql_hash(str_of(full)));
    return out;
}

void plan_many_name(struct buf *b, const struct ledger *l, const struct field *f)
{
    char name[PLAN_NAME];
    buf_printf(b, "\"%s\"", plan_name(name, "_m", l, f->name));
}

/* The name of column i, sort keys behind the fields. */
static void column_name(struct buf *b, const struct plan *p, int i)
{
    if (i < COL__MAX)
        buf_z(b, system_columns[i]);
    else if (i < p->columns)
        buf_printf(b, "\"%s\"", p->fields[i - COL__MAX]->name);
    else
        buf_printf(b, "\"_s_%s\"", p->sort_fields[i - p->columns]->name);
}

static void columns_list(struct buf *b, const struct plan *p, const char *table, int n)
{
    for (int i = 0; i < n; i++) {
        buf_printf(b, "%s%s", i ? "," : "", table);
        column_name(b, p, i);
    }
}

static void parameters(struct buf *b, int n)
{
    for (int i = 1; i <= n; i++) buf_printf(b, i > 1 ? ",$%d" : "$%d", i);
}

/* Keep a finished text in the arena and start afresh. */
static enum err keep(struct arena *a, struct buf *b, struct sql *ret)
{
    TRY(buf_error(b));
    struct str text = arena_str(a, buf_view(b));
    buf_reset(b);
    if (!text.p) return err_no_memory();
    *ret = sql_cached(text);
    return OK;
}

/* Subqueries, not joins: each is one step into the index of events, whatever a planner without statistics may think. */
static enum err page_statement(struct plan *p, struct arena *a, struct buf *b)
{
    const struct field *from = p->l->scope_from;
    buf_z(b, "SELECT ");
    columns_list(b, p, "r.", p->columns);
    buf_z(b, ",(SELECT max(version) FROM _event WHERE record = r._id)"
             ",(SELECT substr(body,1,100) FROM _event WHERE record = r._id ORDER BY version LIMIT 1)"
             ",(SELECT body FROM _event WHERE record = r._id ORDER BY version DESC LIMIT 1)");
    if (from) buf_z(b, ",f._district,f._territory,f._sector,f._owner");
    buf_printf(b, " FROM \"%s\" r", p->l->ledger);
    if (from) buf_printf(b, " LEFT JOIN \"%s\" f ON f._id = r.\"%s\"", from->target->ledger, from->name);
    buf_z(b, " WHERE r._id > $1 ORDER BY r._id LIMIT $2");
    return keep(a, b, &p->select_page);
}

static enum err record_statements(struct plan *p, enum db_engine engine, struct arena *a, struct buf *b)
{
    int all = p->columns + p->sorts;
    buf_printf(b, "INSERT INTO \"%s\" (", p->l->ledger);
    columns_list(b, p, "", all);
    buf_z(b, ") VALUES (");
    parameters(b, all);
    buf_char(b, ')');
    TRY(keep(a, b, &p->insert));
    for (int lock = 0; lock < 2; lock++) {
        buf_z(b, "SELECT ");
        columns_list(b, p, "", p->columns);
        buf_printf(b, " FROM \"%s\" WHERE _id = $1%s", p->l->ledger, lock && engine == DB_POSTGRES ? " FOR UPDATE" : "");
        TRY(keep(a, b, lock ? &p->lock : &p->select));
    }
    buf_z(b, "SELECT ");
    columns_list(b, p, "", p->columns);
    buf_printf(b, " FROM \"%s\" WHERE _id IN (", p->l->ledger);
    parameters(b, PLAN_THESE);
    buf_char(b, ')');
    TRY(keep(a, b, &p->select_these));
    return page_statement(p, a, b);
}

static void row_fields(struct buf *b, const struct plan *p)
{
    for (int i = COL__MAX; i < p->columns; i++) {
        if (i > COL__MAX) buf_char(b, ',');
        column_name(b, p, i);
    }
}

static enum err row_statements(struct plan *p, struct arena *a, struct buf *b)
{
    buf_printf(b, "DELETE FROM \"%s\" WHERE _record = $1 AND _field = $2", p->l->ledger);
    TRY(keep(a, b, &p->remove_rows));
    buf_printf(b, "INSERT INTO \"%s\" (_record,_field,_pos,", p->l->ledger);
    row_fields(b, p);
    buf_z(b, ") VALUES (");
    parameters(b, 3 + p->columns - COL__MAX);
    buf_char(b, ')');
    TRY(keep(a, b, &p->insert_row));
    buf_z(b, "SELECT _field,");
    row_fields(b, p);
    buf_printf(b, " FROM \"%s\" WHERE _record = $1 ORDER BY _field,_pos", p->l->ledger);
    TRY(keep(a, b, &p->select_rows));
    buf_z(b, "SELECT _record,_field,");
    row_fields(b, p);
    buf_printf(b, " FROM \"%s\" WHERE _record >= $1 AND _record <= $2 ORDER BY _record,_field,_pos", p->l->ledger);
    return keep(a, b, &p->select_rows_page);
}

static enum err plan_make(struct plan *p, const struct ledger *l, enum db_engine engine, struct arena *a, struct buf *b)
{
    p->l = l;
    p->fields = arena_array(a, const struct field *, l->fields_count);
    p->sort_fields = arena_array(a, const struct field *, l->fields_count);
    if (!p->fields || !p->sort_fields) return err_no_memory();
    int n = 0;
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (type_has_column(f->type)) p->fields[n++] = f;
        if (f->sort) p->sort_fields[p->sorts++] = f;
    }
    p->columns = COL__MAX + n;
    return l->parent ? row_statements(p, a, b) : record_statements(p, engine, a, b);
}

enum err plans_new(const struct registry *r, enum db_engine engine, struct plans **ret)
{
    struct plans *ps = mem_alloc(sizeof *ps);
    if (!ps) return err_no_memory();
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    enum err e = OK;
    ps->n = r->n;
    ps->arena = arena_new_capped((size_t)16 << 20);
    ps->plan = ps->arena ? arena_array(ps->arena, struct plan, r->n) : NULL;
    if (!ps->plan) e = err_no_memory();
    for (int i = 0; !e && i < r->n; i++) e = plan_make(&ps->plan[i], r->ledgers[i], engine, ps->arena, &b);
    if (e) {
        plans_free(ps);
        return e;
    }
    *ret = ps;
    return OK;
}

struct plans *plans_free(struct plans *ps)
{
    if (!ps) return NULL;
    arena_free(ps->arena);
    mem_free(ps);
    return NULL;
}

struct sql plan_update(const struct plan *p, const bool *which, struct buf *work)
{
    buf_reset(work);
    buf_printf(work, "UPDATE \"%s\" SET ", p->l->ledger);
    int n = 0;
    for (int i = 0; i < p->columns + p->sorts; i++) {
        if (!which[i]) continue;
        if (n++) buf_char(work, ',');
        column_name(work, p, i);
        buf_printf(work, "=$%d", n);
    }
    buf_printf(work, " WHERE _id = $%d AND _version = $%d", n + 1, n + 2);
    return sql_cached(buf_view(work));
}

/* ---- statements made when needed ---- */

enum err plan_many_remove(struct db_tx *tx, const struct ledger *l, const struct field *f, int64_t record)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    buf_z(&b, "DELETE FROM ");
    plan_many_name(&b, l, f);
    buf_z(&b, " WHERE record = $1");
    TRY(buf_error(&b));
    struct sql s = sql_cached(buf_view(&b));
    struct value id = value_int(record);
    return db_run(tx, &s, &id, 1, NULL);
}

enum err plan_many_add(struct db_tx *tx, const struct ledger *l, const struct field *f, int64_t record, struct value v)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    buf_z(&b, "INSERT INTO ");
    plan_many_name(&b, l, f);
    buf_z(&b, " (value,record) VALUES ($1,$2) ON CONFLICT DO NOTHING");
    TRY(buf_error(&b));
    struct sql s = sql_cached(buf_view(&b));
    const struct value args[] = {v, value_int(record)};
    return db_run(tx, &s, args, 2, NULL);
}

enum err plan_next_id(struct db_tx *tx, const struct ledger *l, int64_t after, int64_t *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    buf_printf(&b, "SELECT coalesce(min(_id),0) FROM \"%s\" WHERE _id > $1", l->ledger);
    TRY(buf_error(&b));
    struct sql s = sql_cached(buf_view(&b));
    struct value arg = value_int(after);
    return db_one_int(tx, &s, &arg, 1, ret);
}

enum err plan_count(struct db_tx *tx, const struct ledger *l, int64_t *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    buf_printf(&b, "SELECT count(*) FROM \"%s\"", l->ledger);
    TRY(buf_error(&b));
    struct sql s = sql_cached(buf_view(&b));
    return db_one_int(tx, &s, NULL, 0, ret);
}

enum err plan_missing(struct db_tx *tx, const struct ledger *l, int64_t *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    buf_printf(
        &b,
        "SELECT coalesce(min(e.record),0) FROM _event e WHERE e.ledger = $1 AND NOT EXISTS (SELECT 1 FROM \"%s\" r WHERE r._id = e.record)",
        l->ledger);
    TRY(buf_error(&b));
    struct sql s = sql_cached(buf_view(&b));
    struct value ledger = value_text(str_of(l->ledger));
    return db_one_int(tx, &s, &ledger, 1, ret);
}

enum err plan_refresh(struct db_tx *tx, struct arena *a, const struct plan *p, const struct record *r)
{
    struct buf b CLEANUP_BUF = BUF_INIT(STATEMENT_MAX);
    int n = p->columns + p->sorts, k = 0;
    bool *which = arena_array(a, bool, n);
    struct value *args = arena_array(a, struct value, n + 2);
    if (!which || !args) return err_no_memory();
    for (int i = 0; i < SCOPE__MAX; i++) {
        which[COL_DISTRICT + i] = true;
        args[k++] = value_int(r->scope[i]);
    }
    for (int i = 0; i < p->sorts; i++) {
        const struct field *f = p->sort_fields[i];
        which[p->columns + i] = true;
        TRY(sort_key(a, f, r->v[f->index], &args[k++]));
    }
    args[k++] = value_int(r->id);
    args[k++] = value_int(r->version);
    struct sql s = plan_update(p, which, &b);
    TRY(buf_error(&b));
    return db_run(tx, &s, args, k, NULL);
}

bool plan_key_has_index(const struct group *key)
{
    for (int i = 0; i < key->n; i++)
        if (key->field[i]->type == TYPE_TEXT && key->field[i]->sort) return false;
    return !(key->n == 1 && key->field[0]->unique);
}
