/* sqlite_conn.h — one connection to a SQLite file: its statements and what its errors mean. For src/db only.
 *
 * A connection is used by one thread at a time.
 */
#ifndef ANJIAN_SQLITE_CONN_H
#define ANJIAN_SQLITE_CONN_H

#include <sqlite3.h>

#include "db/db_engine.h"
#include "db/stmt_cache.h"

struct sqlite_conn {
    sqlite3 *db;
    struct stmt_cache cache;
};

struct sqlite_tx {
    struct db_tx base;
    struct sqlite_conn *conn;
};

enum sqlite_role { SQLITE_WRITER, SQLITE_READER };

enum err sqlite_conn_open(const char *path, bool create, enum sqlite_role, struct sqlite_conn **ret);
struct sqlite_conn *sqlite_conn_close(struct sqlite_conn *); /* returns NULL */

/* Set the error that the last call on this connection ended with. */
enum err sqlite_conn_error(struct sqlite_conn *);

/* The steps of a transaction. A rollback always works: at worst there is nothing left to undo. */
enum err sqlite_begin(struct sqlite_conn *, enum sqlite_role);
enum err sqlite_commit(struct sqlite_conn *);
void sqlite_rollback(struct sqlite_conn *);
bool sqlite_open_tx(const struct sqlite_conn *); /* false: not begun, or SQLite had to undo all of it by itself */

enum err sqlite_control(struct db_tx *, enum db_control);
enum err sqlite_run(struct db_tx *, const struct sql *, const struct value *args, int nargs, int64_t *changed);
enum err sqlite_query(struct db_tx *, const struct sql *, const struct value *args, int nargs, struct db_rows **ret);
enum err sqlite_next(struct db_rows *, bool *more);
void sqlite_done(struct db_rows *);
struct value sqlite_value_of(const struct db_rows *, int column);

/* The queue of writers (sqlite_group.c). */
struct sqlite_group;
enum err sqlite_group_new(struct db *, struct sqlite_conn *writer, struct sqlite_group **ret);
struct sqlite_group *sqlite_group_free(struct sqlite_group *); /* returns NULL; the connection stays open */
enum err sqlite_group_write(struct sqlite_group *, struct arena *, db_fn *, void *arg);

#endif
