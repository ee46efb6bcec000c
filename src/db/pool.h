/* pool.h — connections that several threads share, one at a time each.
 *
 * At most `max` connections exist. They are opened when first needed, and the one given back last goes out first, since
 * its caches are warm. Who finds all busy waits.
 */
#ifndef ANJIAN_POOL_H
#define ANJIAN_POOL_H

#include <pthread.h>
#include <stdbool.h>

#define POOL_MAX 64

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    void *idle[POOL_MAX];
    int nidle, open, max;
};

void pool_init(struct pool *, int max); /* max is kept within 1 … POOL_MAX */
/* An idle connection; NULL: the caller opens a new one and then gives or drops it. */
void *pool_take(struct pool *);
void pool_give(struct pool *, void *connection);
void pool_drop(struct pool *); /* the connection taken is gone, or could not be opened */
/* Take away an idle connection, without waiting, for closing it; NULL when none is idle. */
void *pool_shed(struct pool *);
void pool_destroy(struct pool *); /* all connections must have been shed */

#endif
