/* ticker.c — see ticker.h. */
#include "duty/ticker.h"

#include <pthread.h>

#include "base/bell.h"
#include "base/mem.h"

#define MINUTE (60 * INSTANT_SECOND)
#define LOOK_MEMORY ((size_t)1 << 20)

struct ticker {
    struct store *store;
    void (*failed)(void);
    struct bell bell;
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

static void *run(void *arg)
{
    struct ticker *t = arg;
    struct duty_tick done;
    enum err e;
    do {
        e = duty_tick(t->store, clock_now(), &done);
        if (e && t->failed) t->failed();
    } while (bell_wait(&t->bell, pause_after(t, e)));
    return NULL;
}

static struct ticker *ticker_free(struct ticker *t)
{
    bell_free(&t->bell);
    mem_free(t);
    return NULL;
}

enum err ticker_start(struct store *s, void (*failed)(void), struct ticker **ret)
{
    struct ticker *t = mem_alloc(sizeof *t);
    if (!t) return err_no_memory();
    *t = (struct ticker){.store = s, .failed = failed};
    bell_init(&t->bell);
    if (pthread_create(&t->thread, NULL, run, t) != 0) {
        ticker_free(t);
        return err_set(ERR_IO, "%s", _("no thread could be started"));
    }
    *ret = t;
    return OK;
}

void ticker_wake(struct ticker *t)
{
    if (t) bell_ring(&t->bell);
}

struct ticker *ticker_stop(struct ticker *t)
{
    if (!t) return NULL;
    bell_end(&t->bell);
    pthread_join(t->thread, NULL);
    return ticker_free(t);
}
