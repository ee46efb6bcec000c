/* rows_table.h — records of a ledger as a table that is only read: on the home page, beside a record. */
#ifndef ANJIAN_ROWS_TABLE_H
#define ANJIAN_ROWS_TABLE_H

#include "ledger/query.h"
#include "web/parts_view.h"
#include "web/request.h"

/* Columns: the number, or the title of what has none; at most `most` fields that lists show, but not `without` (may be NULL); the
 * state. Sets columns and rows of *ret, not its caption. */
enum err rows_table(struct work *, const struct request *, const struct page *, const struct ledger *, const struct field *without,
                    int most, struct view_table *ret);

#endif
