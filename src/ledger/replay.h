/* replay.h — do the events of a record, one after the other, add up to its row?
 *
 * The last event alone is not enough: a value altered behind the program's back is read by the next write and goes into that
 * event's digest. But no event says that it changed.
 */
#ifndef ANJIAN_REPLAY_H
#define ANJIAN_REPLAY_H

#include "ledger/load.h"

#define REPLAY_NAME 64

/* `ret_field` gets the name of the first field whose events do not start from each other's outcomes or do not end at the row's
 * value; "" when all is well. Names of system columns start with "_". `text` is a work buffer. */
enum err replay_check(struct work *, const struct loaded *, struct buf *text, char ret_field[REPLAY_NAME]);

#endif
