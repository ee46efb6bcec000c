/* period.h — dated rows [from, to): no two living ones of the same kind overlap. */
#ifndef ANJIAN_PERIOD_H
#define ANJIAN_PERIOD_H

#include "ledger/store.h"

/* ERR_INVALID when the period is empty, ERR_REFUSED (rule "period") when it overlaps another living record with the same
 * values of the ledger's `within` fields. Takes the ledger's period lock, so that two writers cannot both pass. */
enum err period_check(struct work *, const struct record *);

#endif
