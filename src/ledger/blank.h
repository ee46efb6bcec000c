/* blank.h — a blank workbook of a ledger, to be filled in and imported. */
#ifndef ANJIAN_BLANK_H
#define ANJIAN_BLANK_H

#include "ledger/store.h"

/* Write it to `path`: the headings of all fields that can be given, drop-down lists of choices in use today, and a sheet that explains the
 * columns, in the language of the thread. The actor needs the right to import. Errors: ERR_FORBIDDEN, ERR_IO. */
enum err blank_write(struct work *, const struct ledger *, const char *path, int *ret_columns);

#endif
