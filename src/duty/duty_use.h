/* duty_use.h — shared by duty.c and tick.c only. */
#ifndef ANJIAN_DUTY_USE_H
#define ANJIAN_DUTY_USE_H

#include "duty/duty.h"

/* How a ledger uses a rule; NULL when no chapter has said. */
const struct duty_use *duty_use_of(struct str ledger, struct str rule);
/* The instant that a date or instant field says: start or end of the day for a date. */
instant_t duty_moment(const struct record *, const char *field, bool end, instant_t unknown);
/* When the record says that it was finished; never later than now. */
instant_t duty_finish(const struct duty_use *, const struct record *on);
/* Write the breach of a running duty as of its due instant. */
enum err duty_breach(struct work *, const struct record *duty);

#endif
