/* pool.h — threads that take pieces of work from a queue, in their order.
 *
 * The queue is a list through the pieces themselves, so putting one in cannot fail.
 */
#ifndef ANJIAN_POOL_H
#define ANJIAN_POOL_H

#include "web/http.h"

struct pool;
/* `run` is called on one of `threads` threads for each exchange put in. `yields`: others go before them where processors are short. */
enum err pool_start(int threads, bool yields, void (*run)(struct exchange *), struct pool **ret);
void pool_put(struct pool *, struct exchange *);
/* Does what is queued, then ends. NULL is fine; returns NULL. */
struct pool *pool_stop(struct pool *);

#endif
