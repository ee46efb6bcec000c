/* db_pg.c — a PostgreSQL database as a struct db: pools of connections, and transactions that are run again.
 *
 * Reads, writes and asides have pools of their own: a write may wait for a read or an aside that its own function
 * starts, but never the other way round, so the pools cannot lock each other up.
 */
#include <time.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/pg_conn.h"
#include "db/pool.h"

#define TRIES 10

enum kind { READ, WRITE, ASIDE, KIND__MAX };

static const struct {
    int connections;
    const char *begin, *setup;
} kinds[KIND__MAX] = {
    [READ] = {16, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL},
    [WRITE] = {16, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", NULL},
    /* An aside may wait for a row that the transaction it stands beside holds, which PostgreSQL cannot see. */
    [ASIDE] = {4, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "SET lock_timeout = '2s'"},
};

struct pg_db {
    struct db base;
    char *url; /* with the password */
    struct pool pools[KIND__MAX];
};

/* When one connection is lost, the others that were idle are too, most likely. */
static void shed_all(struct pg_db *d)
{
    for (int k = 0; k < KIND__MAX; k++)
        for (struct pg_conn *c; (c = pool_shed(&d->pools[k]));) pg_conn_close(c);
}

static void close_db(struct db *base)
{
    struct pg_db *d = (struct pg_db *)base;
    shed_all(d);
    for (int k = 0; k < KIND__MAX; k++) pool_destroy(&d->pools[k]);
    mem_free(d->url);
}

static enum err take(struct pg_db *d, enum kind kind, struct pg_conn **ret)
{
    struct pg_conn *c = pool_take(&d->pools[kind]);
    if (!c) {
        enum err e = pg_conn_open(d->url, kinds[kind].setup, &c);
        if (e) {
            pool_drop(&d->pools[kind]);
            return e;
        }
    }
    *ret = c;
    return OK;
}

/* Give a connection back, or close it when it is not as it was. Keeps the error that was set. */
static void give(struct pg_db *d, enum kind kind, struct pg_conn *c)
{
    if (PQtransactionStatus(c->pg) != PQTRANS_IDLE) PQclear(PQexec(c->pg, "ROLLBACK"));
    if (PQtransactionStatus(c->pg) == PQTRANS_IDLE && !c->stale) {
        pool_give(&d->pools[kind], c);
        return;
    }
    bool lost = pg_conn_lost(c);
    pg_conn_close(c);
    pool_drop(&d->pools[kind]);
    if (lost) shed_all(d);
}

/* A connection with an open transaction; one that was lost while idle is replaced. */
static enum err begin(struct pg_db *d, enum kind kind, struct pg_conn **ret)
{
    for (int try = 0;; try++) {
        struct pg_conn *c = NULL;
        TRY(take(d, kind, &c));
        enum err e = pg_exec(c, NULL, kinds[kind].begin);
        if (!e) {
            *ret = c;
            return OK;
        }
        bool again = pg_conn_lost(c) && try == 0;
        give(d, kind, c);
        if (!again) return e;
    }
}

static enum err read_db(struct db *base, db_fn *fn, void *arg)
{
    struct pg_db *d = (struct pg_db *)base;
    struct pg_tx tx = {.base = {.db = base, .outer = db_innermost()}};
    bool sent;
    TRY(begin(d, READ, &tx.conn));
    enum err e = db_call(&tx.base, NULL, fn, arg);
    if (!e) e = pg_commit(&tx, &sent);
    give(d, READ, tx.conn);
    return e;
}

/* ---- writing ---- */

/* What one attempt ended with, besides its error. */
struct outcome {
    bool collided; /* worth trying again after a wait */
    bool lost;     /* the connection went away before COMMIT was sent: nothing was saved */
};

static enum err attempt(struct pg_db *d, enum kind kind, struct arena *a, db_fn *fn, void *arg, struct outcome *ret)
{
    struct pg_tx tx = {.base = {.db = &d->base, .outer = db_innermost(), .writing = true}};
    bool sent = false;
    TRY(begin(d, kind, &tx.conn));
    enum err e = db_call(&tx.base, a, fn, arg);
    if (!e) e = pg_commit(&tx, &sent);
    bool lost = pg_conn_lost(tx.conn);
    if (e && lost && sent)
        e = err_set(ERR_DB, "%s", _("the connection to the database was lost while saving: it is unknown whether the change was saved"));
    ret->collided = tx.collided && !lost;
    ret->lost = lost && !sent;
    give(d, kind, tx.conn);
    return e;
}

/* A short wait of random length, so that two that met do not meet again. */
static void wait_a_little(int try)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    long steps = 1 + t.tv_nsec / 100 % (1L << (try < 5 ? try : 5)); /* the lower digits of a clock are random enough */
    t = (struct timespec){.tv_nsec = steps * 2000000};
    nanosleep(&t, NULL);
}

static enum err write_kind(struct pg_db *d, enum kind kind, struct arena *a, db_fn *fn, void *arg)
{
    int losses = 0;
    for (int try = 1;; try++) {
        struct outcome out = {0};
        enum err e = attempt(d, kind, a, fn, arg, &out);
        if (!e || try >= TRIES) return e;
        if (out.lost ? losses++ > 0 : !out.collided) return e;
        if (out.collided) wait_a_little(try);
    }
}

static enum err write_db(struct db *base, struct arena *a, db_fn *fn, void *arg)
{
    return write_kind((struct pg_db *)base, WRITE, a, fn, arg);
}

static enum err aside(struct db_tx *tx, db_fn *fn, void *arg)
{
    return write_kind((struct pg_db *)tx->db, ASIDE, NULL, fn, arg);
}

static enum err copy_db(struct db *base, const char *path)
{
    (void)base, (void)path;
    return err_set(ERR_INVALID, "%s", _("A PostgreSQL database is copied with pg_dump"));
}

/* ---- opening ---- */

static const struct db_ops ops = {
    .close = close_db,
    .write = write_db,
    .read = read_db,
    .aside = aside,
    .control = pg_control,
    .run = pg_run,
    .query = pg_query,
    .next = pg_next,
    .done = pg_done,
    .value = pg_value,
    .copy = copy_db,
};

enum err db_pg_open(const char *url, const struct db_options *options, struct db **ret)
{
    struct pg_db *d = mem_alloc(sizeof *d);
    size_t n = strlen(url) + 1;
    if (!d) return err_no_memory();
    d->base = (struct db){.ops = &ops, .engine = DB_POSTGRES};
    for (int k = 0; k < KIND__MAX; k++)
        pool_init(&d->pools[k], k == READ && options->readers > 0 ? options->readers : kinds[k].connections);
    d->url = mem_alloc(n);
    struct pg_conn *c = NULL;
    enum err e = d->url ? OK : err_no_memory();
    if (!e) {
        memcpy(d->url, url, n);
        e = take(d, READ, &c);
    }
    if (e) {
        struct err_info why = *err_last();
        close_db(&d->base);
        mem_free(d);
        return err_restore(&why);
    }
    give(d, READ, c);
    *ret = &d->base;
    return OK;
}
