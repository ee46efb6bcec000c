/* db.c — the rules that hold on both engines, and the doors to them. See db.h and db_engine.h. */
#include "db/db.h"

#include <limits.h>
#include <stdatomic.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/db_engine.h"

static _Thread_local struct db_tx *innermost;
static _Thread_local int64_t statements;
static atomic_long calls_left = LONG_MAX;
static atomic_bool call_refused;

/* ---- opening ---- */

/* Cut the value of every "password=" in the query part. */
static void hide_query_password(char *url)
{
    static const char key[] = "password=";
    for (char *at = strstr(url, key); at; at = strstr(at, key)) {
        at += sizeof key - 1;
        size_t n = strcspn(at, "&#");
        memmove(at, at + n, strlen(at + n) + 1);
    }
}

/* "postgresql://user:secret@host/…" → "postgresql://user@host/…" */
static void hide_password(char *url)
{
    char *user = strstr(url, "://");
    if (!user) return;
    user += 3;
    char *at = user + strcspn(user, "@/?#");
    char *colon = user + strcspn(user, ":@/?#");
    if (*at == '@' && colon < at) memmove(colon, at, strlen(at) + 1);
    hide_query_password(user);
}

static char *copy_text(const char *z)
{
    size_t n = strlen(z) + 1;
    char *p = mem_alloc(n);
    if (p) memcpy(p, z, n);
    return p;
}

enum err db_open(const char *url, const struct db_options *options, struct db **ret)
{
    bool pg = strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
    const char *path = pg ? NULL : strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    if (path && !*path) return err_set(ERR_INVALID, "%s", _("the name of the database is missing"));
    char *copy = copy_text(url);
    struct db *db = NULL;
    if (!copy) return err_no_memory();
    enum err e = pg ? db_pg_open(url, options, &db) : db_sqlite_open(path, options, &db);
    if (e) {
        mem_free(copy);
        return e;
    }
    if (pg) hide_password(copy);
    db->url = copy;
    db->read_only = options->read_only;
    *ret = db;
    return OK;
}

struct db *db_close(struct db *db)
{
    if (!db) return NULL;
    db->ops->close(db);
    mem_free(db->url);
    mem_free(db->path);
    mem_free(db);
    return NULL;
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->engine;
}

const char *db_url(const struct db *db)
{
    return db->url;
}

const char *db_path(const struct db *db)
{
    return db->path;
}

enum db_engine db_tx_engine(const struct db_tx *tx)
{
    return tx->db->engine;
}

struct db *db_tx_db(const struct db_tx *tx)
{
    return tx->db;
}

/* ---- transactions ---- */

struct db_tx *db_innermost(void)
{
    return innermost;
}

static struct db_tx *find_outer(const struct db *db, bool writing)
{
    struct db_tx *tx = innermost;
    while (tx && (tx->db != db || tx->writing != writing)) tx = tx->outer;
    return tx;
}

enum err db_call(struct db_tx *tx, struct arena *a, db_fn *fn, void *arg)
{
    struct db_tx *before = innermost;
    innermost = tx;
    enum err e = fn(tx, arg);
    innermost = before;
    if (tx->open) {
        while (tx->open) db_done(tx->open);
        if (!e) e = err_set(ERR_DB, "%s", _("a query was left open at the end of its transaction"));
    }
    if (!e && tx->failed) e = err_set(ERR_DB, "%s", _("a statement failed, so the transaction cannot be saved"));
    if (a && arena_failed(a) && e != ERR_NO_MEMORY) e = err_no_memory();
    return e;
}

enum err db_write(struct db *db, struct arena *a, db_fn *fn, void *arg)
{
    if (db->read_only) return err_set(ERR_REFUSED, "%s", _("the database was opened for reading only"));
    if (find_outer(db, true)) return err_set(ERR_DB, "%s", _("a write was started inside another write"));
    return db->ops->write(db, a, fn, arg);
}

enum err db_read(struct db *db, db_fn *fn, void *arg)
{
    struct db_tx *outer = find_outer(db, false);
    if (outer) return fn(outer, arg); /* the same snapshot, and no second connection that might have to be waited for */
    return db->ops->read(db, fn, arg);
}

static enum err usable(const struct db_tx *tx)
{
    if (tx->failed) return err_set(ERR_DB, "%s", _("a statement failed before, the transaction accepts no more"));
    return OK;
}

/* After an error PostgreSQL takes no more statements until a savepoint is undone. SQLite would; the same rule there
 * makes tests on SQLite find what would break on PostgreSQL. */
static enum err note(struct db_tx *tx, enum err e)
{
    if (e) tx->failed = true;
    return e;
}

enum err db_savepoint(struct db_tx *tx, db_fn *fn, void *arg)
{
    const struct db_ops *ops = tx->db->ops;
    TRY(usable(tx));
    TRY(note(tx, ops->control(tx, DB_SAVEPOINT)));
    enum err e = fn(tx, arg);
    if (!e) e = usable(tx);
    if (!e) return note(tx, ops->control(tx, DB_RELEASE));
    struct err_info why = *err_last();
    tx->failed = true;
    if (ops->control(tx, DB_ROLLBACK_TO) == OK && ops->control(tx, DB_RELEASE) == OK) tx->failed = false;
    err_restore(&why);
    return e;
}

enum err db_aside(struct db_tx *tx, db_fn *fn, void *arg)
{
    TRY(usable(tx));
    if (!tx->writing) return err_set(ERR_DB, "%s", _("a transaction that reads cannot start one that writes"));
    return tx->db->ops->aside(tx, fn, arg);
}

/* ---- statements ---- */

/* PostgreSQL cannot keep a NUL in text, so SQLite must not either. */
static enum err check(const struct db_tx *tx, const struct value *args, int nargs)
{
    TRY(usable(tx));
    for (int i = 0; i < nargs; i++)
        if (args[i].tag == VAL_TEXT && memchr(args[i].s.p, 0, args[i].s.n))
            return err_set(ERR_INVALID, "%s", _("a text holds a character with code zero"));
    statements++;
    return OK;
}

enum err db_run(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, int64_t *changed)
{
    TRY(check(tx, args, nargs));
    return note(tx, tx->db->ops->run(tx, sql, args, nargs, changed));
}

enum err db_query(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, struct db_rows **ret)
{
    TRY(check(tx, args, nargs));
    struct db_rows *rows = NULL;
    TRY(note(tx, tx->db->ops->query(tx, sql, args, nargs, &rows)));
    rows->tx = tx;
    rows->next = tx->open;
    tx->open = rows;
    *ret = rows;
    return OK;
}

enum err db_next(struct db_rows *rows, bool *more)
{
    TRY(usable(rows->tx));
    rows->on_row = false;
    TRY(note(rows->tx, rows->tx->db->ops->next(rows, more)));
    rows->on_row = *more;
    return OK;
}

void db_done(struct db_rows *rows)
{
    if (!rows) return;
    struct db_rows **at = &rows->tx->open;
    while (*at && *at != rows) at = &(*at)->next;
    if (*at) *at = rows->next;
    rows->tx->db->ops->done(rows);
}

int db_columns(const struct db_rows *rows)
{
    return rows->columns;
}

struct value db_value(const struct db_rows *rows, int column)
{
    if (!rows->on_row || column < 0 || column >= rows->columns) return VALUE_NULL;
    return rows->tx->db->ops->value(rows, column);
}

bool db_is_null(const struct db_rows *rows, int column)
{
    return db_value(rows, column).tag == VAL_NULL;
}

int64_t db_int(const struct db_rows *rows, int column)
{
    return db_value(rows, column).i;
}

struct str db_text(const struct db_rows *rows, int column)
{
    return db_value(rows, column).s;
}

/* Open the query and go to its first row; without one ERR_NOT_FOUND and nothing is open. */
static enum err first_row(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, struct db_rows **ret)
{
    struct db_rows *rows = NULL;
    bool more = false;
    TRY(db_query(tx, sql, args, nargs, &rows));
    enum err e = db_next(rows, &more);
    if (!e && !more) e = ERR_NOT_FOUND;
    if (e)
        db_done(rows);
    else
        *ret = rows;
    return e;
}

enum err db_one_int(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, int64_t *ret)
{
    struct db_rows *rows = NULL;
    TRY(first_row(tx, sql, args, nargs, &rows));
    *ret = db_int(rows, 0);
    db_done(rows);
    return OK;
}

enum err db_one_text(struct db_tx *tx, struct arena *a, const struct sql *sql, const struct value *args, int nargs, struct str *ret)
{
    struct db_rows *rows = NULL;
    TRY(first_row(tx, sql, args, nargs, &rows));
    struct str found = db_text(rows, 0);
    struct str kept = arena_str(a, found);
    db_done(rows);
    if (found.p && !kept.p) return err_no_memory();
    *ret = kept;
    return OK;
}

int64_t db_statements(void)
{
    return statements;
}

void db_count_statements(int64_t n)
{
    statements += n;
}

enum err db_copy(struct db *db, const char *path)
{
    return db->ops->copy(db, path);
}

/* ---- text of a schema ---- */

static const struct {
    struct str token, text[2];
} ddl_types[] = {
    {STR("{text}"), {[DB_SQLITE] = STR("TEXT"), [DB_POSTGRES] = STR("TEXT COLLATE \"C\"")}},
    {STR("{blob}"), {[DB_SQLITE] = STR("BLOB"), [DB_POSTGRES] = STR("BYTEA")}},
    {STR("{id}"), {[DB_SQLITE] = STR("INTEGER"), [DB_POSTGRES] = STR("BIGINT")}},
};

void db_ddl(struct buf *b, enum db_engine engine, struct str ddl)
{
    while (ddl.n) {
        size_t skip = 0;
        for (size_t i = 0; !skip && i < sizeof ddl_types / sizeof *ddl_types; i++) {
            if (!str_starts(ddl, ddl_types[i].token)) continue;
            buf_str(b, ddl_types[i].text[engine]);
            skip = ddl_types[i].token.n;
        }
        if (!skip) buf_char(b, ddl.p[0]);
        ddl = str_from(ddl, skip ? skip : 1);
    }
}

/* ---- faults for tests ---- */

void db_fail_after(long n)
{
    atomic_store(&call_refused, false);
    atomic_store(&calls_left, n < 0 ? LONG_MAX : n);
}

bool db_failed(void)
{
    return atomic_load(&call_refused);
}

enum err db_engine_call(void)
{
    if (atomic_load_explicit(&calls_left, memory_order_relaxed) == LONG_MAX) return OK; /* the usual case costs one load */
    if (atomic_fetch_sub(&calls_left, 1) > 0) return OK;
    atomic_store(&call_refused, true);
    return err_set(ERR_DB, "%s", _("the database failed because a test wanted it to"));
}
