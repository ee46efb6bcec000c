/* schema.c — see schema.h. */
#include "ledger/schema.h"

#include "db/sql_build.h"
#include "ledger/flow.h"
#include "ledger/plan.h"
#include "ledger/secret.h"
#include "system.sql.h"

extern const char system_ddl[]; /* system.ddl, embedded by the build */

#define DDL_MAX ((size_t)256 * 1024)

/* Run DDL text made here: tokens become the engine's words, the text runs once. */
static enum err run_ddl(struct db_tx *tx, struct buf *ddl)
{
    struct buf words CLEANUP_BUF = BUF_INIT(DDL_MAX);
    TRY(buf_error(ddl));
    db_ddl(&words, db_tx_engine(tx), buf_view(ddl));
    TRY(buf_error(&words));
    buf_reset(ddl);
    struct sql s = sql_once(buf_view(&words));
    return db_run(tx, &s, NULL, 0, NULL);
}

/* The statements of a script end in ";\n"; its comments begin with "--" and run to the end of the line. */
enum err schema_create(struct db_tx *tx)
{
    struct buf one CLEANUP_BUF = BUF_INIT(DDL_MAX);
    struct str rest = str_of(system_ddl);
    while (rest.p) {
        struct str line = str_split(&rest, '\n');
        ptrdiff_t comment = str_find(line, STR("--"));
        if (comment >= 0) line = str_head(line, (size_t)comment);
        line = str_trim(line);
        bool last = str_ends(line, STR(";"));
        buf_str(&one, last ? str_head(line, line.n - 1) : line);
        buf_char(&one, ' ');
        if (last) TRY(run_ddl(tx, &one));
    }
    return OK;
}

static const char *column_type(const struct field *f)
{
    return type_is_int(f->type) ? "BIGINT" : "{text}";
}

/* A sort key is never unknown, so that a list can go on from any row: see sort_key.h. */
static void sort_column(struct buf *b, const struct field *f)
{
    if (type_is_int(f->type))
        buf_printf(b, "\"_s_%s\" BIGINT NOT NULL DEFAULT %s", f->name, "(-9223372036854775807)");
    else
        buf_printf(b, "\"_s_%s\" {text} NOT NULL DEFAULT ''", f->name);
}

static void create_record_table(struct buf *b, const struct ledger *l)
{
    buf_printf(b,
               "CREATE TABLE \"%s\" (_id {id} NOT NULL PRIMARY KEY,_version BIGINT NOT NULL,_state {text},_number {text},_withdrawn BIGINT "
               "NOT NULL,"
               "_successor BIGINT,_created BIGINT NOT NULL,_updated BIGINT NOT NULL,_district BIGINT NOT NULL,_territory BIGINT NOT NULL,"
               "_sector BIGINT NOT NULL,_owner BIGINT NOT NULL",
               l->ledger);
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (type_has_column(f->type)) buf_printf(b, ",\"%s\" %s", f->name, column_type(f));
    }
    for (unsigned i = 0; i < l->fields_count; i++) {
        if (!l->fields[i].sort) continue;
        buf_char(b, ',');
        sort_column(b, &l->fields[i]);
    }
    buf_char(b, ')');
}

static void create_row_table(struct buf *b, const struct ledger *l)
{
    buf_printf(b, "CREATE TABLE \"%s\" (_record BIGINT NOT NULL,_field {text} NOT NULL,_pos BIGINT NOT NULL", l->ledger);
    for (unsigned i = 0; i < l->fields_count; i++) buf_printf(b, ",\"%s\" %s", l->fields[i].name, column_type(&l->fields[i]));
    buf_z(b, ",PRIMARY KEY (_record,_field,_pos))");
}

static enum err create_many(struct db_tx *tx, struct buf *b, const struct ledger *l, const struct field *f)
{
    buf_z(b, "CREATE TABLE ");
    plan_many_name(b, l, f);
    buf_printf(b, " (value %s NOT NULL,record BIGINT NOT NULL,PRIMARY KEY (value,record))",
               f->type == TYPE_REFERENCES ? "BIGINT" : "{text}");
    TRY(run_ddl(tx, b));
    char name[PLAN_NAME];
    buf_printf(b, "CREATE INDEX \"%s\" ON ", plan_name(name, "_mr", l, f->name));
    plan_many_name(b, l, f);
    buf_z(b, " (record)");
    return run_ddl(tx, b);
}

/* One index; `columns` ends up inside the brackets. IF NOT EXISTS makes enacting a description again harmless. KNOWN: of rows
 * where the first column is known; it serves whoever compares that column, and a blank column costs a write nothing. */
enum index_kind { PLAIN, KNOWN, UNIQUE, UNIQUE_LIVING };
static enum err index_on(struct db_tx *tx, struct buf *b, const struct ledger *l, const char *prefix, const char *name, struct str columns,
                         enum index_kind kind)
{
    char full[PLAN_NAME];
    struct str rest = columns, first = str_split(&rest, ',');
    buf_printf(b, "CREATE %sINDEX IF NOT EXISTS \"%s\" ON \"%s\" (%.*s)", kind < UNIQUE ? "" : "UNIQUE ", plan_name(full, prefix, l, name),
               l->ledger, STR_ARG(columns));
    if (kind == KNOWN) buf_printf(b, " WHERE %.*s IS NOT NULL", STR_ARG(first));
    if (kind == UNIQUE_LIVING) buf_z(b, " WHERE _withdrawn = 0");
    return run_ddl(tx, b);
}

/* Behind the key a sort index of SQLite holds what lists are mostly narrowed by, the state and the chosen codes, so that a list that walks
 * over rows (query.h) passes those that do not fit without looking them up. PostgreSQL looks at the row in any case to know whether it
 * is visible, and bounds the size of an entry. */
static void narrowing_columns(struct buf *columns, const struct ledger *l)
{
    buf_z(columns, ",_withdrawn");
    if (l->states_count) buf_z(columns, ",_state");
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (f->filter && (f->type == TYPE_CHOICE || f->type == TYPE_CHOICES)) buf_printf(columns, ",\"%s\"", f->name);
    }
}

/* Sorting needs an index for each scope that reads the ledger: all rows, a territory, a sector. An owner has few rows. */
static enum err sort_indexes(struct db_tx *tx, struct buf *b, const struct ledger *l, const struct field *f)
{
    struct buf columns CLEANUP_BUF = BUF_INIT(DDL_MAX);
    static const struct {
        const char *prefix, *column;
    } kinds[] = {{"s", ""}, {"st", "_territory,"}, {"ss", "_sector,"}};
    bool scoped = l->scope_from || l->scope_fields[SCOPE_TERRITORY];
    for (int i = 0; i < (scoped ? 3 : 1); i++) {
        buf_reset(&columns);
        buf_printf(&columns, "%s\"_s_%s\",_id", kinds[i].column, f->name);
        if (db_tx_engine(tx) == DB_SQLITE) narrowing_columns(&columns, l);
        TRY(buf_error(&columns));
        TRY(index_on(tx, b, l, kinds[i].prefix, f->name, buf_view(&columns), PLAIN));
    }
    return OK;
}

static enum err group_index(struct db_tx *tx, struct buf *b, const struct ledger *l, const char *prefix, const struct group *g)
{
    struct buf columns CLEANUP_BUF = BUF_INIT(1000), name CLEANUP_BUF = BUF_INIT(1000);
    for (int i = 0; i < g->n; i++) {
        buf_printf(&columns, "%s\"%s\"", i ? "," : "", g->field[i]->name);
        buf_printf(&name, "%s%s", i ? "_" : "", g->field[i]->name);
    }
    buf_z(&columns, ",_id");
    TRY(buf_error(&name));
    return index_on(tx, b, l, prefix, name.p, buf_view(&columns), KNOWN);
}

/* Does an index of several fields begin with this one? */
static bool leads_group(const struct ledger *l, const struct field *f)
{
    for (unsigned i = 0; i < l->indexes_count; i++)
        if (l->index_groups[i].field[0] == f) return true;
    return false;
}

static enum err indexes(struct db_tx *tx, struct buf *b, const struct ledger *l)
{
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        struct buf column CLEANUP_BUF = BUF_INIT(100);
        buf_printf(&column, "\"%s\"", f->name);
        TRY(buf_error(&column));
        /* Of a sealed value the digest is unique; equals are found by a range, for which the whole column is indexed. */
        if (f->sensitive) TRY(index_on(tx, b, l, "e", f->name, buf_view(&column), KNOWN));
        if (f->sensitive && f->unique) {
            buf_reset(&column);
            buf_printf(&column, "substr(\"%s\",1,%d)", f->name, SECRET_HEAD);
        }
        if (f->unique) TRY(index_on(tx, b, l, "u", f->name, buf_view(&column), UNIQUE_LIVING));
        if (f->type == TYPE_REFERENCE && !leads_group(l, f)) TRY(index_on(tx, b, l, "r", f->name, buf_view(&column), KNOWN));
        if (f->sort) TRY(sort_indexes(tx, b, l, f));
    }
    for (unsigned i = 0; i < l->keys_count; i++)
        if (plan_key_has_index(&l->key_groups[i])) TRY(group_index(tx, b, l, "k", &l->key_groups[i]));
    for (unsigned i = 0; i < l->indexes_count; i++) TRY(group_index(tx, b, l, "i", &l->index_groups[i]));
    if (l->number) TRY(index_on(tx, b, l, "n", "number", STR("_number"), UNIQUE));
    return OK;
}

static enum err create_tables(struct db_tx *tx, struct buf *b, const struct ledger *l)
{
    if (l->parent) {
        create_row_table(b, l);
        return run_ddl(tx, b);
    }
    create_record_table(b, l);
    TRY(run_ddl(tx, b));
    for (unsigned i = 0; i < l->fields_count; i++)
        if (type_is_many(l->fields[i].type)) TRY(create_many(tx, b, l, &l->fields[i]));
    return indexes(tx, b, l);
}

static enum err needs_migration(const struct ledger *l, const struct field *f, const char *what)
{
    return err_set(ERR_REFUSED, _("ledger “%s”, field “%s”: %s; that needs a migration"), l->ledger, f->name, what);
}

static bool same(const char *a, const char *b)
{
    return str_eq(str_of(a), str_of(b));
}

/* What a new description may not do to an enacted one. */
static enum err check_additive(const struct ledger *old, const struct ledger *l)
{
    if (!same(old->parent, l->parent)) return err_set(ERR_REFUSED, _("ledger “%s”: its parent changed; that needs a migration"), l->ledger);
    for (unsigned i = 0; i < old->states_count; i++)
        if (!ledger_state(l, str_of(old->states[i].name)))
            return err_set(ERR_REFUSED, _("ledger “%s”: the state “%s” is missing now; that needs a migration"), l->ledger,
                           old->states[i].name);
    for (unsigned i = 0; i < old->fields_count; i++)
        if (!ledger_field(l, str_of(old->fields[i].name))) return needs_migration(l, &old->fields[i], _("it was there and is missing now"));
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i], *was = ledger_field(old, str_of(f->name));
        if (!was && f->required) return needs_migration(l, f, _("a new field cannot be required, old records lack it"));
        if (!was) continue;
        if (was->type != f->type || was->sensitive != f->sensitive || !same(was->of, f->of))
            return needs_migration(l, f, _("its type changed"));
        if (f->unique && !was->unique) return needs_migration(l, f, _("it was not unique before"));
    }
    return OK;
}

/* What the search entry of an old record is made of: number, fields in their order, scope. */
static bool same_search(const struct ledger *old, const struct ledger *l)
{
    static const struct scope_rule none;
    const struct scope_rule *a = old->scope ? old->scope : &none, *b = l->scope ? l->scope : &none;
    if (a->public_ != b->public_ || !same(a->from, b->from) || !same(a->district, b->district) || !same(a->territory, b->territory) ||
        !same(a->sector, b->sector) || !same(a->owner, b->owner))
        return false;
    unsigned k = 0;
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (!f->search || !ledger_field(old, str_of(f->name))) continue; /* no old record has a value of a new field */
        while (k < old->fields_count && !old->fields[k].search) k++;
        if (k == old->fields_count || !same(old->fields[k].name, f->name) || old->fields[k++].search != f->search) return false;
    }
    while (k < old->fields_count && !old->fields[k].search) k++;
    return k == old->fields_count;
}

/* A sort key that nobody asks for any more goes with its indexes; so does the index of what need not be unique. */
static enum err drop_unused(struct db_tx *tx, struct buf *b, const struct ledger *l, const struct field *was, const struct field *f)
{
    static const char *const kinds[] = {"s", "st", "ss"};
    char name[PLAN_NAME];
    for (size_t i = 0; was->sort && !f->sort && i < sizeof kinds / sizeof *kinds; i++) {
        buf_printf(b, "DROP INDEX IF EXISTS \"%s\"", plan_name(name, kinds[i], l, f->name));
        TRY(run_ddl(tx, b));
    }
    if (was->sort && !f->sort) {
        buf_printf(b, "ALTER TABLE \"%s\" DROP COLUMN \"_s_%s\"", l->ledger, f->name);
        TRY(run_ddl(tx, b));
    }
    if (!was->unique || f->unique) return OK;
    buf_printf(b, "DROP INDEX IF EXISTS \"%s\"", plan_name(name, "u", l, f->name));
    return run_ddl(tx, b);
}

/* What differs between the enacted and the new description, applied when it adds. */
static enum err extend_tables(struct db_tx *tx, struct buf *b, const struct ledger *old, const struct ledger *l, bool *refill)
{
    TRY(check_additive(old, l));
    *refill = !same_search(old, l);
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i], *was = ledger_field(old, str_of(f->name));
        if (was) TRY(drop_unused(tx, b, l, was, f));
        if (!was && type_has_column(f->type)) {
            buf_printf(b, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s", l->ledger, f->name, column_type(f));
            TRY(run_ddl(tx, b));
        }
        if (!was && type_is_many(f->type)) TRY(create_many(tx, b, l, f));
        if (f->sort && !(was && was->sort)) {
            buf_printf(b, "ALTER TABLE \"%s\" ADD COLUMN ", l->ledger);
            sort_column(b, f);
            TRY(run_ddl(tx, b));
        }
        if (was && f->sort && !was->sort) *refill = true;
    }
    return l->parent ? OK : indexes(tx, b, l);
}

static enum err enacted_text(struct db_tx *tx, struct arena *a, const struct ledger *l, struct str *ret)
{
    struct value name = value_text(str_of(l->ledger));
    *ret = STR_NONE;
    enum err e = db_one_text(tx, a, DB_SQL(tx, SQL_LEDGER_GET), &name, 1, ret);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err schema_enact(struct db_tx *tx, struct arena *a, const struct ledger *l, bool *refill)
{
    struct buf b CLEANUP_BUF = BUF_INIT(DDL_MAX);
    struct str was;
    *refill = false;
    TRY(enacted_text(tx, a, l, &was));
    if (was.p && str_is(was, l->text)) return OK;
    if (!l->shipped) TRY(flow_guards_known(l));
    if (was.p) {
        struct ledger *old;
        TRY(ledger_load(was, l->shipped, &old));
        enum err e = extend_tables(tx, &b, old, l, refill);
        ledger_free(old);
        TRY(e);
    } else {
        TRY(create_tables(tx, &b, l));
    }
    const struct value row[] = {value_text(str_of(l->ledger)), value_int(l->shipped), value_text(str_of(l->text)), value_int(clock_now())};
    return db_run(tx, DB_SQL(tx, SQL_LEDGER_SET), row, 4, NULL);
}

enum err schema_version(struct db_tx *tx, int64_t *ret)
{
    int64_t present;
    *ret = 0;
    TRY(db_one_int(tx, DB_SQL(tx, SQL_TABLES_PRESENT), NULL, 0, &present));
    if (!present) return OK;
    struct arena *a CLEANUP_ARENA = arena_new_capped(1000);
    if (!a) return err_no_memory();
    struct value name = value_text(STR("schema"));
    struct str version;
    enum err e = db_one_text(tx, a, DB_SQL(tx, SQL_SETTING_GET), &name, 1, &version);
    if (e == ERR_NOT_FOUND || (!e && !str_int(version, ret)))
        return err_set(ERR_DB, "%s", _("the database does not say which version it has"));
    return e;
}
