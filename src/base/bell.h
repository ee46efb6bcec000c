/* bell.h — what a thread that works beside others waits for: a ring (something is there), the passing of time, or the end. */
#ifndef ANJIAN_BELL_H
#define ANJIAN_BELL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Any number of threads ring and end it; one waits. Times are those of the monotonic clock. */
struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    bool rings, ends;
};

void bell_init(struct bell *);
void bell_free(struct bell *); /* nobody waits any more */
void bell_ring(struct bell *); /* whoever waits goes on; who does not wait now will not wait the next time */
void bell_end(struct bell *);  /* … and never waits again */
bool bell_ended(struct bell *);
/* Wait for a ring, at most so many microseconds. false: it has ended. */
bool bell_wait(struct bell *, int64_t microseconds);

#endif
