/* ticker.c — see ticker.h. */
#include "duty/ticker.h"

#include <pthread.h>
#include <time.h>

#include "base/mem.h"

#define MINUTE (60 * INSTANT_SECOND)
#define LOOK_MEMORY ((size_t)1 << 20)

struct ticker {
    struct store *store;
    void (*failed)(void);
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool ends, woken;
    pthread_t thread;
};

static enum err next_look(struct work *w, void *arg)
{
    return duty_next(w, arg);
}

/* How long nothing is due; at most a minute. */
static instant_t pause_after(struct ticker *t, enum err ticked)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped(LOOK_MEMORY);
    struct actor clock = ACTOR_CLOCK;
    instant_t next;
    if (ticked || !a || t->store->simulated || store_view(t->store, &clock, a, next_look, &next)) return MINUTE;
    instant_t left = next - clock_now();
    return left < 0 ? 0 : left < MINUTE ? left : MINUTE;
}

/* false: it is to end. */
static bool wait_for(struct ticker *t, instant_t pause)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + pause % INSTANT_SECOND * 1000;
    until.tv_sec += pause / INSTANT_SECOND + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&t->lock);
    while (!t->ends && !t->woken && pthread_cond_timedwait(&t->news, &t->lock, &until) == 0) continue;
    t->woken = false;
    bool ends = t->ends;
    pthread_mutex_unlock(&t->lock);
    return !ends;
}

static void *run(void *arg)
{
    struct ticker *t = arg;
    struct duty_tick done;
    enum err e;
    do {
        e = duty_tick(t->store, clock_now(), &done);
        if (e && t->failed) t->failed();
    } while (wait_for(t, pause_after(t, e)));
    return NULL;
}

static struct ticker *ticker_free(struct ticker *t)
{
    pthread_cond_destroy(&t->news);
    pthread_mutex_destroy(&t->lock);
    mem_free(t);
    return NULL;
}

enum err ticker_start(struct store *s, void (*failed)(void), struct ticker **ret)
{
    struct ticker *t = mem_alloc(sizeof *t);
    pthread_condattr_t monotonic;
    if (!t) return err_no_memory();
    *t = (struct ticker){.store = s, .failed = failed};
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&t->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&t->thread, NULL, run, t) != 0) {
        ticker_free(t);
        return err_set(ERR_IO, "%s", _("no thread could be started"));
    }
    *ret = t;
    return OK;
}

static void tell(struct ticker *t, bool ends)
{
    pthread_mutex_lock(&t->lock);
    t->woken = true;
    t->ends |= ends;
    pthread_cond_signal(&t->news);
    pthread_mutex_unlock(&t->lock);
}

void ticker_wake(struct ticker *t)
{
    if (t) tell(t, false);
}

struct ticker *ticker_stop(struct ticker *t)
{
    if (!t) return NULL;
    tell(t, true);
    pthread_join(t->thread, NULL);
    return ticker_free(t);
}
