/* number.h — working numbers (unique, perhaps with gaps) and document numbers (gap-free). */
#ifndef ANJIAN_NUMBER_H
#define ANJIAN_NUMBER_H

#include "ledger/store.h"

/* The next working number of a ledger: prefix-district-year-count, "YH-430602-2026-000123". On PostgreSQL numbers are taken
 * in blocks outside the transaction, so that creators do not wait for each other; a block not used up leaves a gap. */
enum err number_take(struct work *, const struct ledger *, struct str *ret);

/* The next document number of a series, gap-free: the row of the series stays locked until the transaction ends. */
enum err number_document(struct work *, struct str series, int64_t *ret);

#endif
