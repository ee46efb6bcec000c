/* import_source.h — the file that an import reads: its cells, and the table that was found in them. Used by import.c and
 * import_preview.c; see import.h for the options. */
#ifndef ANJIAN_IMPORT_SOURCE_H
#define ANJIAN_IMPORT_SOURCE_H

#include "ledger/import.h"
#include "ledger/type.h"

struct import_source {
    struct workbook *workbook;
    struct table *table; /* after import_source_table() */
    enum form form;      /* how its texts are to be read */
    int64_t most;        /* rows of data that one import may have */
};

/* Open the file within the limits of the settings. Errors are those of workbook_open(), and ERR_INVALID for a ledger that lives inside
 * another one. */
enum err import_source_open(struct store *, struct arena *, const struct ledger *, const char *path, const struct import_options *,
                            struct import_source *ret);
/* Find the table in it, with the headings that the ledger knows and those that were told. Errors are those of table_open(). */
enum err import_source_table(struct import_source *, struct arena *, const struct ledger *, const struct import_options *);
void import_source_close(struct import_source *);

#endif
