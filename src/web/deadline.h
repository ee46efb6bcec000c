/* deadline.h — connections that do not get on are cut off.
 *
 * libmicrohttpd cuts off who says nothing; who says a byte now and then would stay for ever. So each connection has a deadline: for the
 * head of a request, for its body, for taking the answer – twice the time that silence may last, and a second more for every
 * DEADLINE_RATE bytes that have come or are to go. While an answer is made there is none. A thread looks after them and shuts down the
 * sockets of those who are late; the descriptors stay with their owner.
 */
#ifndef ANJIAN_DEADLINE_H
#define ANJIAN_DEADLINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DEADLINE_RATE 4096

struct deadlines;
enum err deadlines_start(int idle_seconds, struct deadlines **ret);
struct deadlines *deadlines_stop(struct deadlines *); /* NULL is fine; returns NULL */

struct deadline; /* of one connection; NULL (no memory) is one without */
struct deadline *deadline_new(struct deadlines *, int socket);
void deadline_end(struct deadlines *, struct deadline *); /* before its socket is closed */
/* It must get on by so long after `since` (clock_monotonic()) as `bytes` allow; or whenever it likes. */
void deadline_set(const struct deadlines *, struct deadline *, int64_t since, size_t bytes);
void deadline_none(struct deadline *);

#endif
