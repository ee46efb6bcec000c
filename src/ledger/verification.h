/* verification.h — when was the chain verified last, and what came of it. A verification is a piece of long work like others, so it
 * is kept as a job (job.h) of the kind "verify". */
#ifndef ANJIAN_VERIFICATION_H
#define ANJIAN_VERIFICATION_H

#include "ledger/chain.h"
#include "ledger/runner.h"

#define VERIFICATION_KIND "verify"

struct verification {
    struct job job; /* id 0: never yet */
    bool ended;     /* the report is there */
    struct verify_report report;
};

/* Put in the job. Needs the right to the log. ERR_BUSY: somebody has done so already, and it has not ended. */
enum err verification_put(struct work *, int64_t *ret_job);
/* Runs it: the kind's function. A broken chain is no error; the report says so. */
enum err verification_job(struct job_run *);
/* The last one. Needs the right to the log. */
enum err verification_last(struct work *, struct verification *ret);

#endif
