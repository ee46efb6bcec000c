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
/* false: it has ended, and will not do it. */
bool pool_put(struct pool *, struct exchange *);
/* Does what is queued, then ends; from then on nothing is taken. NULL is fine. */
void pool_end(struct pool *);
/* When nobody puts anything in any more: ends it, and frees it. NULL is fine; returns NULL. */
struct pool *pool_free(struct pool *);

#endif
