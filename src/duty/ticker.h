/* ticker.h — the clock beside a server: a thread that ticks when the next duty is to be looked at, and at least each minute.
 *
 * Several servers on one database may each have one: what is due is done once (duty_tick). A tick that fails is tried again after
 * a minute; what it had done in whole transactions stays done.
 */
#ifndef ANJIAN_TICKER_H
#define ANJIAN_TICKER_H

#include "duty/duty.h"

struct ticker;

/* `failed` (may be NULL) is told why a tick failed: err_last() has it. Starts with a tick. */
enum err ticker_start(struct store *, void (*failed)(void), struct ticker **ret);
/* Look now: something has just changed that may be due. NULL is fine. */
void ticker_wake(struct ticker *);
/* Ends after the transaction that is being written. NULL is fine; returns NULL. */
struct ticker *ticker_stop(struct ticker *);

#endif
