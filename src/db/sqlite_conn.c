/* sqlite_conn.c — see sqlite_conn.h. */
#include "db/sqlite_conn.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/db_sqlite.h"

#define BUSY_MS 10000 /* how long another program may hold the lock */

/* With a million rows the process must stay small: what is read often lies in the file cache of the system, which the
 * mapping of the readers uses in place; SQLite maps at most 2 GB, and behind that a reader has a cache. The writer's cache holds what a
 * chunk of an import changes, or pages would be written and read twice; for the same reason checkpoints are rare. Double-quoted text is
 * refused elsewhere, LIKE tells letter cases apart: both as on PostgreSQL. */
static const char settings_of_all[] = "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA case_sensitive_like=ON;"
                                      "PRAGMA synchronous=FULL;";
static const char *const settings[] = {
    [SQLITE_WRITER] = "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;",
    [SQLITE_READER] = "PRAGMA cache_size=-8192; PRAGMA mmap_size=2147418112; PRAGMA query_only=ON; PRAGMA schema_version;",
};

static enum err (*_Atomic extension)(struct sqlite3 *);

void db_sqlite_extension(enum err (*init)(struct sqlite3 *))
{
    atomic_store(&extension, init);
}

/* ---- errors ---- */

/* What the primary result codes mean; the engine's own words follow, for experts. */
static const struct {
    int code;
    enum err err;
    const char *message;
} meanings[] = {
    {SQLITE_BUSY, ERR_BUSY, N_("the database is locked by another program: %s")},
    {SQLITE_LOCKED, ERR_BUSY, N_("the database is locked by another program: %s")},
    {SQLITE_FULL, ERR_IO, N_("the disk is full, nothing was saved: %s")},
    {SQLITE_IOERR, ERR_IO, N_("the database file cannot be read or written: %s")},
    {SQLITE_READONLY, ERR_IO, N_("the database file must not be written: %s")},
    {SQLITE_CANTOPEN, ERR_IO, N_("the database file cannot be opened: %s")},
    {SQLITE_PERM, ERR_IO, N_("the database file cannot be opened: %s")},
    {SQLITE_NOTADB, ERR_UNREADABLE, N_("the file is not a database: %s")},
    {SQLITE_CORRUPT, ERR_UNREADABLE, N_("the database file is damaged: %s")},
    {SQLITE_TOOBIG, ERR_TOO_BIG, N_("a text or a file is too big for the database: %s")},
    {SQLITE_INTERRUPT, ERR_STOPPED, N_("the work was stopped: %s")},
    {SQLITE_CONSTRAINT, ERR_INVALID, N_("the database refuses a value: %s")},
};

/* The index that has exactly these columns; `columns` is as in SQLite's message: "table.a, table.b". */
static void find_index(sqlite3 *db, const char *columns, char *ret, size_t room)
{
    static const char query[] = "SELECT l.name FROM pragma_index_list(?1) AS l WHERE l.\"unique\" AND l.origin <> 'pk' AND ?2 ="
                                " (SELECT group_concat(?1 || '.' || i.name, ', ') FROM pragma_index_info(l.name) AS i)";
    int table = (int)strcspn(columns, ".");
    sqlite3_stmt *st = NULL;
    snprintf(ret, room, "%.*s_pkey", table, columns); /* a primary key need not have an index; named as on PostgreSQL */
    if (sqlite3_prepare_v2(db, query, -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_text(st, 1, columns, table, SQLITE_STATIC);
        sqlite3_bind_text(st, 2, columns, -1, SQLITE_STATIC);
        if (sqlite3_step(st) == SQLITE_ROW) snprintf(ret, room, "%s", (const char *)sqlite3_column_text(st, 0));
    }
    sqlite3_finalize(st);
}

static enum err not_unique(sqlite3 *db)
{
    static const char start[] = "UNIQUE constraint failed: ", named[] = "index '";
    char message[512], index[64] = "";
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(db));
    char *what = strncmp(message, start, sizeof start - 1) == 0 ? message + sizeof start - 1 : message;
    if (strncmp(what, named, sizeof named - 1) == 0) {
        what += sizeof named - 1;
        snprintf(index, sizeof index, "%.*s", (int)strcspn(what, "'"), what);
    } else {
        find_index(db, what, index, sizeof index);
    }
    err_set(ERR_CONFLICT, _("this exists already: %s"), what);
    return err_rule(index);
}

enum err sqlite_conn_error(struct sqlite_conn *c)
{
    int code = sqlite3_extended_errcode(c->db);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID)
        return not_unique(c->db);
    if ((code & 0xff) == SQLITE_NOMEM) return err_no_memory();
    const char *text = sqlite3_errmsg(c->db);
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == (code & 0xff)) return err_set(meanings[i].err, _(meanings[i].message), text);
    return err_set(ERR_DB, _("the database cannot run a statement: %s"), text);
}

/* ---- opening ---- */

static enum err exec(struct sqlite_conn *c, const char *text)
{
    return sqlite3_exec(c->db, text, NULL, NULL, NULL) == SQLITE_OK ? OK : sqlite_conn_error(c);
}

/* WAL is what lets readers go on while somebody writes; a file that cannot have it (in memory, on some network disks)
 * is refused rather than used with other guarantees. */
static enum err demand_wal(struct sqlite_conn *c)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(c->db, "PRAGMA journal_mode=WAL", -1, &st, NULL) != SQLITE_OK) return sqlite_conn_error(c);
    enum err e = OK;
    if (sqlite3_step(st) != SQLITE_ROW)
        e = sqlite_conn_error(c);
    else if (sqlite3_stricmp((const char *)sqlite3_column_text(st, 0), "wal") != 0)
        e = err_set(ERR_IO, "%s", _("the place of the database file does not allow several programs at once (WAL)"));
    sqlite3_finalize(st);
    return e;
}

static enum err set_up(struct sqlite_conn *c, enum sqlite_role role)
{
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, BUSY_MS);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    TRY(exec(c, settings_of_all));
    if (role == SQLITE_WRITER) TRY(demand_wal(c));
    TRY(exec(c, settings[role]));
    enum err (*init)(struct sqlite3 *) = atomic_load(&extension);
    return init ? init(c->db) : OK;
}

enum err sqlite_conn_open(const char *path, bool create, enum sqlite_role role, struct sqlite_conn **ret)
{
    TRY(db_engine_call());
    struct sqlite_conn *c = mem_alloc(sizeof *c);
    if (!c) return err_no_memory();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(path, &c->db, flags, NULL);
    enum err e = OK;
    if (rc != SQLITE_OK && c->db && sqlite3_system_errno(c->db) == ENOENT && !create)
        e = err_set(ERR_NOT_FOUND, _("there is no database file %s"), path);
    else if (rc != SQLITE_OK)
        e = c->db ? sqlite_conn_error(c) : err_no_memory();
    if (!e) e = set_up(c, role);
    if (e) {
        struct err_info why = *err_last();
        sqlite_conn_close(c);
        return err_restore(&why);
    }
    *ret = c;
    return OK;
}

/* ---- statements ---- */

struct sqlite_stmt {
    struct stmt base;
    sqlite3_stmt *st;
    bool kept;     /* in the cache */
    bool in_order; /* its parameters are $1, $2 … as SQLite counts them */
};

static void drop_stmt(struct stmt *s)
{
    if (!s) return;
    sqlite3_finalize(((struct sqlite_stmt *)s)->st);
    stmt_free(s);
}

struct sqlite_conn *sqlite_conn_close(struct sqlite_conn *c)
{
    if (!c) return NULL;
    for (struct stmt *s; (s = stmt_pop(&c->cache));) drop_stmt(s);
    sqlite3_close(c->db);
    mem_free(c);
    return NULL;
}

static enum err prepare(struct sqlite_conn *c, const struct sql *sql, sqlite3_stmt **ret)
{
    const char *tail = NULL;
    sqlite3_stmt *st = NULL;
    TRY(db_engine_call());
    if (sql->text.n > INT32_MAX) return err_set(ERR_TOO_BIG, "%s", _("a statement is too long"));
    unsigned flags = sql->hash ? SQLITE_PREPARE_PERSISTENT : 0;
    if (sqlite3_prepare_v3(c->db, sql->text.p, (int)sql->text.n, flags, &st, &tail) != SQLITE_OK) return sqlite_conn_error(c);
    struct str rest = str_trim(str_from(sql->text, (size_t)(tail - sql->text.p)));
    if (!st || rest.n) {
        sqlite3_finalize(st);
        return err_set(ERR_DB, "%s", _("a statement must be one statement"));
    }
    *ret = st;
    return OK;
}

/* The number in "$12"; 0 for anything else. */
static long parameter_number(sqlite3_stmt *st, int i)
{
    const char *name = sqlite3_bind_parameter_name(st, i);
    return name && *name == '$' ? strtol(name + 1, NULL, 10) : 0;
}

static bool parameters_in_order(sqlite3_stmt *st)
{
    int i = sqlite3_bind_parameter_count(st);
    while (i > 0 && parameter_number(st, i) == i) i--;
    return i == 0;
}

/* A statement ready for binding; goes back by release_stmt(). */
static enum err take_stmt(struct sqlite_conn *c, const struct sql *sql, struct sqlite_stmt **ret)
{
    struct stmt *found = sql->hash ? stmt_find(&c->cache, sql) : NULL, *evicted = NULL;
    if (found && !found->busy) {
        found->busy = true;
        *ret = (struct sqlite_stmt *)found;
        return OK;
    }
    struct sqlite_stmt *s = mem_alloc(sizeof *s);
    if (!s) return err_no_memory();
    enum err e = prepare(c, sql, &s->st);
    if (e) {
        mem_free(s);
        return e;
    }
    s->in_order = parameters_in_order(s->st);
    s->kept = sql->hash && !found && stmt_keep(&c->cache, sql, &s->base, &evicted);
    s->base.busy = true;
    drop_stmt(evicted);
    *ret = s;
    return OK;
}

static void release_stmt(struct sqlite_stmt *s)
{
    if (!s->kept) {
        drop_stmt(&s->base);
        return;
    }
    sqlite3_reset(s->st);
    sqlite3_clear_bindings(s->st); /* values that were bound in place are gone soon */
    s->base.busy = false;
}

static int bind_value(sqlite3_stmt *st, int i, const struct value *v, sqlite3_destructor_type keep)
{
    switch (v->tag) {
    case VAL_NULL: return sqlite3_bind_null(st, i);
    case VAL_INT: return sqlite3_bind_int64(st, i, v->i);
    case VAL_TEXT: return sqlite3_bind_text64(st, i, v->s.p, v->s.n, keep, SQLITE_UTF8);
    case VAL_BLOB: return sqlite3_bind_blob64(st, i, v->s.p, v->s.n, keep);
    }
    return SQLITE_MISUSE;
}

/* Parameters are numbered by name: SQLite counts them in the order in which they first appear. Looking up a name is a walk
 * over all of them, so it is done only where the two orders differ. */
static enum err bind(struct sqlite_conn *c, const struct sqlite_stmt *s, const struct value *args, int nargs, sqlite3_destructor_type keep)
{
    int n = sqlite3_bind_parameter_count(s->st);
    for (int i = 1; i <= n; i++) {
        long number = s->in_order ? i : parameter_number(s->st, i);
        if (number < 1 || number > nargs) {
            const char *name = sqlite3_bind_parameter_name(s->st, i);
            return err_set(ERR_DB, _("parameter %s of a statement has no value"), name ? name : "?");
        }
        if (bind_value(s->st, i, &args[number - 1], keep) != SQLITE_OK) return sqlite_conn_error(c);
    }
    return OK;
}

/* SQLite may undo the whole transaction by itself (disk full, no memory); then nothing more may run outside of one. */
static enum err step(struct sqlite_conn *c, sqlite3_stmt *st, bool *more)
{
    TRY(db_engine_call());
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return sqlite_conn_error(c);
    *more = rc == SQLITE_ROW;
    return OK;
}

static enum err run_on(struct sqlite_conn *c, const struct sql *sql, const struct value *args, int nargs, int64_t *changed)
{
    struct sqlite_stmt *s = NULL;
    bool more = true;
    TRY(take_stmt(c, sql, &s));
    int64_t before = sqlite3_total_changes64(c->db);
    enum err e = bind(c, s, args, nargs, SQLITE_STATIC);
    while (!e && more) e = step(c, s->st, &more);
    /* Not counted when nothing changed: DDL leaves the number of the statement before it. */
    if (!e && changed) *changed = sqlite3_total_changes64(c->db) == before ? 0 : sqlite3_changes64(c->db);
    release_stmt(s);
    return e;
}

/* ---- transactions ---- */

/* Short numbers instead of real hashes: these texts live only here, and the cache compares texts as well. */
static const struct sql begins[] = {[SQLITE_WRITER] = {STR("BEGIN IMMEDIATE"), 1}, [SQLITE_READER] = {STR("BEGIN"), 2}};
static const struct sql commit = {STR("COMMIT"), 3};
static const struct sql controls[DB_CONTROL__MAX] = {
    [DB_SAVEPOINT] = {STR("SAVEPOINT s"), 4},
    [DB_ROLLBACK_TO] = {STR("ROLLBACK TO s"), 5},
    [DB_RELEASE] = {STR("RELEASE s"), 6},
};

enum err sqlite_begin(struct sqlite_conn *c, enum sqlite_role role)
{
    return run_on(c, &begins[role], NULL, 0, NULL);
}

enum err sqlite_commit(struct sqlite_conn *c)
{
    return run_on(c, &commit, NULL, 0, NULL);
}

void sqlite_rollback(struct sqlite_conn *c)
{
    if (sqlite_open_tx(c)) sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

bool sqlite_open_tx(const struct sqlite_conn *c)
{
    return !sqlite3_get_autocommit(c->db);
}

static struct sqlite_conn *conn_of(struct db_tx *tx)
{
    return ((struct sqlite_tx *)tx)->conn;
}

static enum err demand_tx(const struct sqlite_conn *c)
{
    return sqlite_open_tx(c) ? OK : err_set(ERR_DB, "%s", _("the database has undone the transaction"));
}

enum err sqlite_control(struct db_tx *tx, enum db_control control)
{
    struct sqlite_conn *c = conn_of(tx);
    TRY(demand_tx(c));
    return run_on(c, &controls[control], NULL, 0, NULL);
}

enum err sqlite_run(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, int64_t *changed)
{
    struct sqlite_conn *c = conn_of(tx);
    TRY(demand_tx(c));
    return run_on(c, sql, args, nargs, changed);
}

/* ---- queries ---- */

struct sqlite_rows {
    struct db_rows base;
    struct sqlite_stmt *stmt;
    bool ended; /* stepping again would start the query again */
};

enum err sqlite_query(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, struct db_rows **ret)
{
    struct sqlite_conn *c = conn_of(tx);
    TRY(demand_tx(c));
    struct sqlite_rows *rows = mem_alloc(sizeof *rows);
    if (!rows) return err_no_memory();
    enum err e = take_stmt(c, sql, &rows->stmt);
    if (!e) {
        e = bind(c, rows->stmt, args, nargs, SQLITE_TRANSIENT);
        if (e) release_stmt(rows->stmt);
    }
    if (e) {
        mem_free(rows);
        return e;
    }
    rows->base.columns = sqlite3_column_count(rows->stmt->st);
    *ret = &rows->base;
    return OK;
}

enum err sqlite_next(struct db_rows *base, bool *more)
{
    struct sqlite_rows *rows = (struct sqlite_rows *)base;
    bool row = false;
    if (!rows->ended) TRY(step(conn_of(base->tx), rows->stmt->st, &row));
    rows->ended = !row;
    *more = row;
    return OK;
}

void sqlite_done(struct db_rows *base)
{
    struct sqlite_rows *rows = (struct sqlite_rows *)base;
    release_stmt(rows->stmt);
    mem_free(rows);
}

/* Through the value itself, which saves SQLite's checks around every access to a column; the connection is used by one thread at a time, so
 * nobody changes it meanwhile. As a blob also for text: the bytes as they are, no copy for a NUL at the end. */
struct value sqlite_value_of(const struct db_rows *base, int column)
{
    sqlite3_value *v = sqlite3_column_value(((const struct sqlite_rows *)base)->stmt->st, column);
    int type = sqlite3_value_type(v);
    if (type == SQLITE_NULL) return VALUE_NULL;
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) return value_int(sqlite3_value_int64(v));
    const void *p = sqlite3_value_blob(v);
    struct value made = value_blob(p, (size_t)sqlite3_value_bytes(v));
    made.tag = type == SQLITE_TEXT ? VAL_TEXT : VAL_BLOB;
    return made;
}
