/* session_seen.c — that sessions are in use, noted beside those who use them. See session_new.h.
 *
 * Who finds a session must not wait for a write: it may be on a thread that carries connections. So what is to be noted goes into a short
 * queue, and one thread writes all that waits in one transaction. What the queue had no room for is noted when the session is found next.
 */
#include <pthread.h>
#include <stdio.h>

#include "safety/session_new.h"
#include "session.sql.h"

#define MEMORY ((size_t)1 << 20)

enum { PLACES = 256 };

struct note {
    char digest[HASH_HEX];
    instant_t seen;
};

struct batch {
    struct note note[PLACES];
    int n;
};

struct seen {
    struct store *store;
    struct arena *arena;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct batch waiting, writing; /* the second is the thread's own */
    bool ends, started;
    pthread_t thread;
};

static enum err write_batch(struct work *w, void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < b->n; i++) {
        const struct value row[] = {value_text(str_of(b->note[i].digest)), value_int(b->note[i].seen)};
        TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_SEEN), row, 2, NULL));
    }
    return OK;
}

enum err seen_write(struct store *s, struct arena *a, const char *digest, instant_t seen)
{
    const struct actor program = ACTOR_CLOCK;
    struct batch one = {.n = 1, .note[0].seen = seen};
    snprintf(one.note[0].digest, HASH_HEX, "%s", digest);
    return store_write(s, &program, a, write_batch, &one);
}

/* False when all is written and it ends. */
static bool take(struct seen *q)
{
    pthread_mutex_lock(&q->lock);
    while (!q->waiting.n && !q->ends) pthread_cond_wait(&q->filled, &q->lock);
    q->writing = q->waiting;
    q->waiting.n = 0;
    pthread_mutex_unlock(&q->lock);
    return q->writing.n > 0;
}

static void *work(void *arg)
{
    const struct actor program = ACTOR_CLOCK;
    struct seen *q = arg;
    while (take(q)) {
        /* An error costs a minute of "in use": a session that goes on being used is noted again. */
        store_write(q->store, &program, q->arena, write_batch, &q->writing);
        arena_reset(q->arena);
    }
    return NULL;
}

enum err seen_start(struct store *s, struct seen **ret)
{
    struct seen *q = mem_alloc(sizeof *q);
    if (!q) return err_no_memory();
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->filled, NULL);
    q->store = s;
    q->arena = arena_new_capped(MEMORY);
    q->started = q->arena && pthread_create(&q->thread, NULL, work, q) == 0;
    if (!q->started) {
        seen_stop(q);
        return err_no_memory();
    }
    *ret = q;
    return OK;
}

bool seen_put(struct seen *q, const char *digest, instant_t seen)
{
    pthread_mutex_lock(&q->lock);
    bool room = q->waiting.n < PLACES;
    if (room) {
        struct note *one = &q->waiting.note[q->waiting.n++];
        snprintf(one->digest, sizeof one->digest, "%s", digest);
        one->seen = seen;
        pthread_cond_signal(&q->filled);
    }
    pthread_mutex_unlock(&q->lock);
    return room;
}

struct seen *seen_stop(struct seen *q)
{
    if (!q) return NULL;
    pthread_mutex_lock(&q->lock);
    q->ends = true;
    pthread_cond_signal(&q->filled);
    pthread_mutex_unlock(&q->lock);
    if (q->started) pthread_join(q->thread, NULL);
    pthread_cond_destroy(&q->filled);
    pthread_mutex_destroy(&q->lock);
    arena_free(q->arena);
    mem_free(q);
    return NULL;
}
