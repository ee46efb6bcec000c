/* db.h — one interface to two databases, SQLite and PostgreSQL, which speak one dialect of SQL.
 *
 * Guarantees. Everything is read and written inside a transaction. db_write() is the only door for writes: what its
 * function did is durable when it returns OK and gone without a trace otherwise. Statement text comes only from the
 * query builder and from *.sql files (see db/sql.h), never from a caller's string.
 *
 * The dialect: parameters $1, $2 …; types BIGINT, TEXT, BYTEA (spelled {blob} in DDL); no date functions, no LIKE
 * without ESCAPE on folded text, no OFFSET. Text compares by bytes on both engines.
 *
 * After a statement has failed, a transaction takes no more statements and cannot be saved (so does PostgreSQL, and
 * SQLite is held to it); what may fail and go on belongs into db_savepoint().
 *
 * Parameters are typed by the value given: BIGINT, TEXT or BYTEA. Two traps on PostgreSQL: a NULL has no type, so a
 * parameter that may be NULL stands where its type is clear (assigned to or compared with a column) or is written
 * CAST($1 AS TEXT); and functions that want a 32-bit number (substr) need CAST($1 AS INTEGER). Text never holds a NUL
 * character (ERR_INVALID). Every parameter of a statement must be given.
 *
 * The URL: "sqlite:PATH" (or a bare path), "postgresql://…" (handed to libpq as it is).
 */
#ifndef ANJIAN_DB_H
#define ANJIAN_DB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/value.h"
#include "db/sql.h"

enum db_engine { DB_SQLITE, DB_POSTGRES };

struct db;
struct db_tx;   /* a transaction; belongs to the thread that got it, until its function returns */
struct db_rows; /* an answer that is being read */

struct db_options {
    bool create;    /* SQLite: make the file when it is missing (otherwise ERR_NOT_FOUND) */
    bool read_only; /* refuse db_write() */
    int readers;    /* connections for db_read() at the same time; 0: 8 */
};

enum err db_open(const char *url, const struct db_options *, struct db **ret);
struct db *db_close(struct db *); /* returns NULL; waits for nobody: all transactions must have ended */
enum db_engine db_engine_of(const struct db *);
const char *db_url(const struct db *);  /* as opened, without a password */
const char *db_path(const struct db *); /* SQLite: the file; PostgreSQL: NULL */

/* Run fn(tx, arg) in a transaction that may write.
 *
 * SQLite has one writer: calls from several threads are queued, each runs in a savepoint of its own on whichever
 * thread leads the group, and all return after the one COMMIT (synchronous=FULL) that covers them. PostgreSQL runs
 * READ COMMITTED on a connection of its own and runs fn again (at most 10 times, after a short wait) when the
 * database says that two transactions got in each other's way. So fn may run more than once and on another thread:
 * it must have no effect but through tx, and the error and the language of the calling thread are carried along.
 *
 * `a` is the arena that fn works in; when it has failed (arena_failed) the work is rolled back with ERR_NO_MEMORY. May
 * be NULL. */
enum err db_write(struct db *, struct arena *a, enum err (*fn)(struct db_tx *, void *arg), void *arg);

/* Run fn in a read-only transaction that sees one snapshot, taken by its first query (SQLite WAL; PostgreSQL REPEATABLE
 * READ READ ONLY). Inside another db_read() of this database fn joins that transaction. Inside a db_write() it sees what
 * was committed before. */
enum err db_read(struct db *, enum err (*fn)(struct db_tx *, void *arg), void *arg);

/* Run one statement without an answer. `*changed` (may be NULL) gets the number of rows it touched. */
enum err db_run(struct db_tx *, const struct sql *, const struct value *args, int nargs, int64_t *changed);

/* Start a query. The rows must be given back with db_done() (also after an error of db_next, and when not all were
 * read), before the transaction ends. Arguments are copied or kept by the engine: they may be gone afterwards. Several
 * queries may be open at once in one transaction. */
enum err db_query(struct db_tx *, const struct sql *, const struct value *args, int nargs, struct db_rows **ret);
/* The next row: OK and *more says whether there is one. Values of the former row are gone. */
enum err db_next(struct db_rows *, bool *more);
void db_done(struct db_rows *); /* NULL is fine */

/* Columns of the current row, from 0. Text and bytes stay valid until db_next() or db_done(). */
int db_columns(const struct db_rows *);
bool db_is_null(const struct db_rows *, int column);
int64_t db_int(const struct db_rows *, int column);        /* 0 for NULL */
struct str db_text(const struct db_rows *, int column);    /* STR_NONE for NULL; bytes for a blob */
struct value db_value(const struct db_rows *, int column); /* tag as the column's type says */

/* The common short forms: the first row's first column. ERR_NOT_FOUND (no message set) when there is no row. */
enum err db_one_int(struct db_tx *, const struct sql *, const struct value *args, int nargs, int64_t *ret);
enum err db_one_text(struct db_tx *, struct arena *, const struct sql *, const struct value *args, int nargs, struct str *ret);

/* The text of a constant from a *.sql file for the engine of this transaction: db_run(tx, DB_SQL(tx, SQL_EVENT_INSERT), …). */
#define DB_SQL(tx, constant) (&(constant)[db_tx_engine(tx)])

/* Append a CREATE statement with {text}, {blob} and {id} replaced by the engine's types: TEXT that compares by bytes,
 * bytes, and the whole number of a primary key. */
void db_ddl(struct buf *, enum db_engine, struct str ddl);

enum db_engine db_tx_engine(const struct db_tx *);
struct db *db_tx_db(const struct db_tx *);

/* A unique index said no: err_last()->rule holds the index's name ("TABLE_pkey" for a primary key). */
#define DB_IS_UNIQUE(e) ((e) == ERR_CONFLICT)

/* Run fn in a savepoint inside the transaction: its writes vanish when it fails, the transaction goes on. */
enum err db_savepoint(struct db_tx *, enum err (*fn)(struct db_tx *, void *arg), void *arg);

/* A second, independent writing transaction that commits at once, also while tx is open on PostgreSQL (for counters
 * that must not be held until commit). On SQLite it is a savepoint of tx itself, since there is one writer. */
enum err db_aside(struct db_tx *, enum err (*fn)(struct db_tx *, void *arg), void *arg);

/* How many statements this thread has run (tests keep budgets with it). */
int64_t db_statements(void);

/* Tests: let `n` more calls to the engine (prepare, step, begin, commit) pass and fail every later one with ERR_DB
 * until called again; n < 0 never fails. */
void db_fail_after(long n);
bool db_failed(void);

/* Copy a SQLite database, consistent, while it is in use. ERR_INVALID on PostgreSQL (use pg_dump). The target must not
 * exist. */
enum err db_copy(struct db *, const char *path);

#endif
