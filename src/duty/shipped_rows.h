/* shipped_rows.h — default data as records in memory, for answers that need no database. */
#ifndef ANJIAN_SHIPPED_ROWS_H
#define ANJIAN_SHIPPED_ROWS_H

#include "ledger/record.h"

struct shipped_rows {
    struct ledger *l; /* of the rows, and theirs alone */
    int n;
    struct record **row;
};
/* The rows of data/NAME.csv as they would be kept: no ids, no state. What the importer would have to ask a database about
 * (references, working numbers) is left unknown. ERR_INVALID when there is no such data. Texts last as long as the
 * program (choices: the arena); the records end with shipped_rows_free(). */
enum err shipped_rows(struct arena *, const char *name, struct shipped_rows *ret);
void shipped_rows_free(struct shipped_rows *);
#define CLEANUP_SHIPPED CLEANUP(shipped_rows_free)

#endif
