/* export.h — the records of a query as a file, in constant memory.
 *
 * All rows of the query, in its order, as one snapshot: number and state, then the fields asked for, or every field. Sealed values
 * are never exported. CSV neutralises what a spreadsheet would take for a formula; JSON has whole records.
 */
#ifndef ANJIAN_EXPORT_H
#define ANJIAN_EXPORT_H

#include "exchange/writer.h"
#include "ledger/query.h"

struct export
{
    struct query query; /* its limit, cursor and fields play no part */
    const char *path;   /* the file appears when it is whole */
    enum writer_format format;
    const struct field *const *field;                         /* the columns */
    int fields_n;                                             /* 0: all */
    int64_t most;                                             /* rows; 0: however many there are */
    bool (*progress)(void *arg, int64_t done, int64_t total); /* false: stop. May be NULL */
    void *arg;
};

/* The actor needs the right to export. ERR_FORBIDDEN; ERR_TOO_BIG before anything is written (rule "export_rows": more than `most`);
 * ERR_STOPPED; ERR_IO. */
enum err export_rows(struct work *, const struct export *, int64_t *ret_rows);

#endif
