/* db_engine.h — what the two engines have in common, for files in src/db only.
 *
 * db.c owns the rules that must be the same on both engines: no nested writes, a transaction that has failed accepts
 * no more statements (outside a savepoint), open queries end with their transaction, faults are injected. An engine
 * only knows how to talk to its library.
 */
#ifndef ANJIAN_DB_ENGINE_H
#define ANJIAN_DB_ENGINE_H

#include "db/db.h"

typedef enum err db_fn(struct db_tx *, void *arg);

enum db_control { DB_SAVEPOINT, DB_ROLLBACK_TO, DB_RELEASE, DB_CONTROL__MAX };

struct db_ops {
    void (*close)(struct db *); /* frees what the engine opened; url, path and the struct are left to db.c */
    enum err (*write)(struct db *, struct arena *, db_fn *, void *arg);
    enum err (*read)(struct db *, db_fn *, void *arg);
    enum err (*aside)(struct db_tx *, db_fn *, void *arg);
    enum err (*control)(struct db_tx *, enum db_control);
    enum err (*run)(struct db_tx *, const struct sql *, const struct value *args, int nargs, int64_t *changed);
    enum err (*query)(struct db_tx *, const struct sql *, const struct value *args, int nargs, struct db_rows **ret);
    enum err (*next)(struct db_rows *, bool *more);
    void (*done)(struct db_rows *); /* also frees the struct */
    struct value (*value)(const struct db_rows *, int column);
    enum err (*copy)(struct db *, const char *path);
};

/* The first member of an engine's own structs. */
struct db {
    const struct db_ops *ops;
    enum db_engine engine;
    char *url, *path;
    bool read_only;
};

struct db_tx {
    struct db *db;
    struct db_tx *outer;  /* the transaction whose function called us, on any database */
    struct db_rows *open; /* queries that were not given back yet */
    bool writing, failed; /* failed: only DB_ROLLBACK_TO is still possible */
};

struct db_rows {
    struct db_tx *tx;
    struct db_rows *next; /* in tx->open */
    int columns;
    bool on_row;
};

/* Make the engine's struct, with path set where there is one; `path` is what stands behind "sqlite:". */
enum err db_sqlite_open(const char *path, const struct db_options *, struct db **ret);
enum err db_pg_open(const char *url, const struct db_options *, struct db **ret);

/* Run fn in tx, an engine's open transaction: keeps the chain of transactions of this thread, closes queries that fn
 * left open (an error: ERR_DB) and says ERR_NO_MEMORY when the arena has failed. The caller commits on OK. */
enum err db_call(struct db_tx *, struct arena *a, db_fn *, void *arg);

struct db_tx *db_innermost(void); /* of this thread; NULL outside */

/* Asked before every call to the engine's library; ERR_DB when a test wants it to fail. */
enum err db_engine_call(void);

/* Statements run for another thread are counted there. */
void db_count_statements(int64_t n);

#endif
