/* sqlite_group.c — many writers, one COMMIT.
 *
 * Writers queue. Who finds no leader becomes one: it runs the requests of the queue one after the other in one
 * transaction, commits once and wakes their threads; then the next in the queue leads. What waits for the disk while a
 * group commits is the next group. So 32 threads share the price of one sync, and a lone writer waits for nobody.
 *
 * A savepoint for each request would be dear: FTS5 writes out all it holds at every one. So the requests run without, in
 * hope; when one fails, the group is undone and run again with savepoints.
 */
#include <pthread.h>
#include <time.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/sqlite_conn.h"

#define GROUP_MAX 64
#define GROUP_NS (5 * 1000 * 1000) /* work after which no more requests join */

struct request {
    struct request *next;
    struct arena *a;
    db_fn *fn;
    void *arg;
    struct db_tx *outer;
    enum lang lang;
    pthread_cond_t wake;
    bool leads, done;
    int64_t statements, allocations; /* of its function, which another thread may have run */
    enum err result;
    struct err_info why;
};

struct sqlite_group {
    struct db *db;
    struct sqlite_conn *conn;
    pthread_mutex_t lock; /* for the three below and the two flags of a request */
    struct request *first, **last;
    bool led;
};

enum err sqlite_group_new(struct db *db, struct sqlite_conn *writer, struct sqlite_group **ret)
{
    struct sqlite_group *g = mem_alloc(sizeof *g);
    if (!g) return err_no_memory();
    g->db = db;
    g->conn = writer;
    g->last = &g->first;
    pthread_mutex_init(&g->lock, NULL);
    *ret = g;
    return OK;
}

struct sqlite_group *sqlite_group_free(struct sqlite_group *g)
{
    if (!g) return NULL;
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
    return NULL;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Run the request's function as its own thread would have: in its language, with what it costs counted for it. */
static enum err call_for(struct request *r, struct sqlite_tx *tx)
{
    enum lang lang = lang_get();
    int64_t statements = db_statements(), allocations = mem_allocations();
    lang_set(r->lang);
    err_restore(&(struct err_info){0}); /* a function may fail without words; then it must not get another one's */
    enum err e = db_call(&tx->base, r->a, r->fn, r->arg);
    lang_set(lang);
    r->statements = db_statements() - statements;
    r->allocations = mem_allocations() - allocations;
    db_count_statements(-r->statements);
    mem_count(-r->allocations);
    return e;
}

static void fail(struct request *r, enum err e)
{
    r->result = e;
    r->why = *err_last();
}

static struct sqlite_tx tx_for(struct sqlite_group *g, const struct request *r)
{
    return (struct sqlite_tx){.base = {.db = g->db, .outer = r->outer, .writing = true}, .conn = g->conn};
}

/* The first request of a transaction needs no savepoint: when it fails, the transaction is undone and nobody loses. */
static void run_first(struct sqlite_group *g, struct request *r)
{
    struct sqlite_tx tx = tx_for(g, r);
    enum err e = sqlite_begin(g->conn, SQLITE_WRITER);
    if (!e) e = call_for(r, &tx);
    if (!e) return;
    fail(r, e);
    sqlite_rollback(g->conn);
}

/* False when the transaction can no longer be committed. */
static bool run_later(struct sqlite_group *g, struct request *r)
{
    struct sqlite_tx tx = tx_for(g, r);
    enum err e = sqlite_control(&tx.base, DB_SAVEPOINT);
    if (e) {
        fail(r, e);
        return true;
    }
    e = call_for(r, &tx);
    if (!e) e = sqlite_control(&tx.base, DB_RELEASE);
    if (!e) return true;
    fail(r, e);
    return sqlite_control(&tx.base, DB_ROLLBACK_TO) == OK && sqlite_control(&tx.base, DB_RELEASE) == OK;
}

/* Without a savepoint; false when it failed and took the transaction of the others with it. */
static bool run_hoping(struct sqlite_group *g, struct request *r)
{
    struct sqlite_tx tx = tx_for(g, r);
    return call_for(r, &tx) == OK && sqlite_open_tx(g->conn);
}

/* Undo the transaction and run its requests again, so that one that fails harms no other. */
static bool run_again(struct sqlite_group *g, struct request *all)
{
    bool sound = true;
    sqlite_rollback(g->conn);
    for (struct request *r = all; sound && r; r = r->next) {
        if (r->result) continue; /* failed before the transaction began */
        if (sqlite_open_tx(g->conn))
            sound = run_later(g, r);
        else
            run_first(g, r);
    }
    return sound;
}

static struct request *take(struct sqlite_group *g)
{
    pthread_mutex_lock(&g->lock);
    struct request *r = g->first;
    if (r) g->first = r->next;
    if (!g->first) g->last = &g->first;
    pthread_mutex_unlock(&g->lock);
    return r;
}

/* Commit for all; when that fails, nobody's work was saved. */
static void finish(struct sqlite_group *g, struct request *all, bool sound)
{
    enum err e = OK;
    if (!sound)
        e = err_set(ERR_DB, "%s", _("the database has undone the transaction"));
    else if (sqlite_open_tx(g->conn))
        e = sqlite_commit(g->conn);
    sqlite_rollback(g->conn);
    for (struct request *r = all; e && r; r = r->next)
        if (!r->result) fail(r, e);
}

static void wake_all(struct sqlite_group *g, struct request *all)
{
    pthread_mutex_lock(&g->lock);
    for (struct request *next; all; all = next) {
        next = all->next; /* its thread may leave, and the request with it, once it is done */
        all->done = true;
        pthread_cond_signal(&all->wake);
    }
    g->led = g->first;
    if (g->first) {
        g->first->leads = true;
        pthread_cond_signal(&g->first->wake);
    }
    pthread_mutex_unlock(&g->lock);
}

static void lead(struct sqlite_group *g)
{
    struct err_info before = *err_last();
    struct request *all = NULL, **end = &all, *r;
    int64_t until = now_ns() + GROUP_NS;
    bool sound = true, hoping = true;
    for (int n = 0; sound && n < GROUP_MAX && (n == 0 || now_ns() < until) && (r = take(g)); n++) {
        r->next = NULL;
        *end = r;
        end = &r->next;
        if (!sqlite_open_tx(g->conn))
            run_first(g, r);
        else if (!hoping)
            sound = run_later(g, r);
        else if (!(hoping = run_hoping(g, r)))
            sound = run_again(g, all);
    }
    finish(g, all, sound);
    err_restore(&before);
    wake_all(g, all);
}

enum err sqlite_group_write(struct sqlite_group *g, struct arena *a, db_fn *fn, void *arg)
{
    struct request r = {.a = a, .fn = fn, .arg = arg, .outer = db_innermost(), .lang = lang_get()};
    pthread_cond_init(&r.wake, NULL);
    pthread_mutex_lock(&g->lock);
    *g->last = &r;
    g->last = &r.next;
    if (!g->led) g->led = r.leads = true;
    while (!r.leads && !r.done) pthread_cond_wait(&r.wake, &g->lock);
    bool leads = !r.done;
    pthread_mutex_unlock(&g->lock);
    if (leads) lead(g); /* its own request is the first of the queue */
    pthread_cond_destroy(&r.wake);
    db_count_statements(r.statements);
    mem_count(r.allocations);
    if (r.result) err_restore(&r.why);
    return r.result;
}
