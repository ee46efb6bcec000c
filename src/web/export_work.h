/* export_work.h — exports that are too long to wait for: made beside the server as a job, fetched from the page of the job.
 *
 * A job says which list (the query of its address) and as whom it was asked for; its result says which file was kept, and until when.
 * The file is for who asked for it alone, and only while he sees what he saw then.
 */
#ifndef ANJIAN_EXPORT_WORK_H
#define ANJIAN_EXPORT_WORK_H

#include "exchange/writer.h"
#include "ledger/runner.h"

#define EXPORT_KIND "export"

/* Put in a job that exports the list with this query ("where=…&sort=…", encoded). The actor needs the right to export. */
enum err export_put(struct work *, const struct ledger *, enum writer_format, struct str query, int64_t *ret_job);
/* Of the kind EXPORT_KIND; fits job_kind. */
enum err export_job(struct job_run *);

/* "NAME-2026-11-23.xlsx" */
struct str export_name(struct arena *, const struct ledger *, enum writer_format);

struct export_made {
    const struct ledger *l;
    enum writer_format format;
    struct str digest, name;
    int64_t rows, bytes;
    instant_t until; /* then it is removed */
};

/* The file that a job has made, for the actor of this work. ERR_NOT_FOUND: none, or another's, or it was removed; ERR_FORBIDDEN: he may
 * no longer export that ledger, or sees other rows now. */
enum err export_made(struct work *, const struct job *, struct export_made *ret);

#endif
