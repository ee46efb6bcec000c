/* deadline.c — see deadline.h. */
#include "web/deadline.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"

#define SECOND INT64_C(1000000)

struct deadline {
    struct deadline *next, **self; /* in the list of all */
    int socket;
    _Atomic int64_t at; /* monotonic; NEVER: none, or cut off already */
};
#define NEVER INT64_MAX

struct deadlines {
    pthread_mutex_t lock; /* for the list, and so that no socket is closed while it is shut down */
    pthread_cond_t end;
    struct deadline *first;
    int64_t idle; /* microseconds */
    bool ends, started;
    pthread_t thread;
};

static void cut_late(struct deadlines *all)
{
    int64_t now = clock_monotonic();
    for (struct deadline *d = all->first; d; d = d->next) {
        if (atomic_load(&d->at) > now) continue;
        atomic_store(&d->at, NEVER);
        shutdown(d->socket, SHUT_RDWR);
    }
}

/* Often enough that nobody is late by more than a quarter of what silence may last. */
static void *watch(void *arg)
{
    struct deadlines *all = arg;
    int64_t pause = all->idle / 4 < SECOND ? all->idle / 4 : SECOND;
    pthread_mutex_lock(&all->lock);
    while (!all->ends) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        int64_t ns = until.tv_nsec + pause * 1000;
        until.tv_sec += ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        pthread_cond_timedwait(&all->end, &all->lock, &until);
        cut_late(all);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

enum err deadlines_start(int idle_seconds, struct deadlines **ret)
{
    struct deadlines *all = mem_alloc(sizeof *all);
    if (!all) return err_no_memory();
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->end, NULL);
    all->idle = idle_seconds * SECOND;
    all->started = pthread_create(&all->thread, NULL, watch, all) == 0;
    if (!all->started) {
        deadlines_stop(all);
        return err_no_memory();
    }
    *ret = all;
    return OK;
}

struct deadlines *deadlines_stop(struct deadlines *all)
{
    if (!all) return NULL;
    pthread_mutex_lock(&all->lock);
    all->ends = true;
    pthread_cond_signal(&all->end);
    pthread_mutex_unlock(&all->lock);
    if (all->started) pthread_join(all->thread, NULL);
    pthread_cond_destroy(&all->end);
    pthread_mutex_destroy(&all->lock);
    mem_free(all);
    return NULL;
}

struct deadline *deadline_new(struct deadlines *all, int socket)
{
    struct deadline *d = mem_alloc(sizeof *d);
    if (!d) return NULL;
    d->socket = socket;
    deadline_set(all, d, clock_monotonic(), 0);
    pthread_mutex_lock(&all->lock);
    d->self = &all->first;
    d->next = all->first;
    if (d->next) d->next->self = &d->next;
    all->first = d;
    pthread_mutex_unlock(&all->lock);
    return d;
}

void deadline_end(struct deadlines *all, struct deadline *d)
{
    if (!d) return;
    pthread_mutex_lock(&all->lock);
    *d->self = d->next;
    if (d->next) d->next->self = d->self;
    pthread_mutex_unlock(&all->lock);
    mem_free(d);
}

void deadline_set(const struct deadlines *all, struct deadline *d, int64_t since, size_t bytes)
{
    if (d) atomic_store(&d->at, since + 2 * all->idle + (int64_t)(bytes / DEADLINE_RATE) * SECOND);
}

void deadline_none(struct deadline *d)
{
    if (d) atomic_store(&d->at, NEVER);
}
