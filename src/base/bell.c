/* bell.c — see bell.h. */
#include "base/bell.h"

#include <time.h>

void bell_init(struct bell *b)
{
    pthread_condattr_t monotonic;
    *b = (struct bell){.rings = false};
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&b->rung, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void bell_free(struct bell *b)
{
    pthread_cond_destroy(&b->rung);
    pthread_mutex_destroy(&b->lock);
}

static void tell(struct bell *b, bool ends)
{
    pthread_mutex_lock(&b->lock);
    b->rings = true;
    b->ends |= ends;
    pthread_cond_broadcast(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

void bell_ring(struct bell *b)
{
    tell(b, false);
}

void bell_end(struct bell *b)
{
    tell(b, true);
}

bool bell_ended(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    bool ends = b->ends;
    pthread_mutex_unlock(&b->lock);
    return ends;
}

bool bell_wait(struct bell *b, int64_t microseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + microseconds % 1000000 * 1000;
    until.tv_sec += microseconds / 1000000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&b->lock);
    while (!b->ends && !b->rings && pthread_cond_timedwait(&b->rung, &b->lock, &until) == 0) continue;
    b->rings = false;
    bool ends = b->ends;
    pthread_mutex_unlock(&b->lock);
    return !ends;
}
