/* verification.h — when was the chain verified last, and what came of it. A verification is a piece of long work like others, so it
 * is kept as a job (job.h) of the kind "verify". */
#ifndef ANJIAN_VERIFICATION_H
#define ANJIAN_VERIFICATION_H

#include "ledger/chain.h"
#include "ledger/job.h"

struct verification {
    struct job job; /* id 0: never yet */
    bool ended;     /* the report is there */
    struct verify_report report;
};

/* Verify now; takes as long as chain_verify(). Needs the right to the log. ERR_BUSY: somebody is at it already. */
enum err verification_run(struct store *, const struct actor *, struct arena *, struct verify_report *ret);
/* The last one. Needs the right to the log. */
enum err verification_last(struct work *, struct verification *ret);

#endif
