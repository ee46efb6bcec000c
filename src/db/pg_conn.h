/* pg_conn.h — one connection to PostgreSQL: its statements and what its errors mean. For src/db only.
 *
 * A connection is used by one thread at a time.
 */
#ifndef ANJIAN_PG_CONN_H
#define ANJIAN_PG_CONN_H

#include <libpq-fe.h>

#include "db/db_engine.h"
#include "db/stmt_cache.h"

struct pg_conn {
    PGconn *pg;
    struct stmt_cache cache;
    uint64_t made; /* statements prepared so far; gives them their names */
    bool stale;    /* the schema changed under its statements: close it instead of giving it back */
};

struct pg_tx {
    struct db_tx base;
    struct pg_conn *conn;
    bool collided; /* the database says: run the whole transaction again */
};

/* `setup` (may be NULL) is run after the usual settings. */
enum err pg_conn_open(const char *url, const char *setup, struct pg_conn **ret);
struct pg_conn *pg_conn_close(struct pg_conn *); /* returns NULL */
bool pg_conn_lost(const struct pg_conn *);

/* Run BEGIN…, COMMIT, ROLLBACK. `tx` (may be NULL) gets the mark of a collision. */
enum err pg_exec(struct pg_conn *, struct pg_tx *tx, const char *text);
/* As pg_exec() with "COMMIT"; *sent says whether the server may have got it. */
enum err pg_commit(struct pg_tx *, bool *sent);

enum err pg_control(struct db_tx *, enum db_control);
enum err pg_run(struct db_tx *, const struct sql *, const struct value *args, int nargs, int64_t *changed);
enum err pg_query(struct db_tx *, const struct sql *, const struct value *args, int nargs, struct db_rows **ret);
enum err pg_next(struct db_rows *, bool *more);
void pg_done(struct db_rows *);
struct value pg_value(const struct db_rows *, int column);

#endif
