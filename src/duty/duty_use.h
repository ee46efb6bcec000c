/* duty_use.h — shared by duty.c and tick.c only. */
#ifndef ANJIAN_DUTY_USE_H
#define ANJIAN_DUTY_USE_H

#include "duty/duty.h"

/* How the ledger of a record uses a rule; NULL when no chapter has said. */
const struct duty_use *duty_use_of(const struct record *on, struct str rule);
/* When the record says that it was finished; never later than now. */
instant_t duty_finish(const struct duty_use *, const struct record *on);
/* Write the breach of a running duty as of its due instant. */
enum err duty_breach(struct work *, const struct record *duty);

#endif
