/* job.h — long work: who asked for it, how far it is, whether somebody asked it to stop, what came of it.
 *
 * The row of a job is written in the transactions of the work itself, so that after a crash it says exactly what is done.
 */
#ifndef ANJIAN_JOB_H
#define ANJIAN_JOB_H

#include "ledger/store.h"

struct job {
    int64_t id;
    struct str kind, state, actor, result; /* state: running, done, failed, stopped; result: JSON or STR_NONE */
    int64_t done, total;                   /* total 0: unknown */
    instant_t created, finished;           /* finished 0: not yet */
};

/* A new running job; `id` is chosen by the caller (store_new_id), so that work can carry it. */
enum err job_start(struct work *, int64_t id, const char *kind, struct str parameters);
/* A stopped job, or one whose program died, goes on; a former wish to stop it is forgotten. */
enum err job_resume(struct work *, int64_t id);
/* How far it is. *stop says that somebody asked it to stop. */
enum err job_progress(struct work *, int64_t id, int64_t done, int64_t total, bool *stop);
enum err job_end(struct work *, int64_t id, const char *state, struct str result);
/* Ask a running job to stop at its next step. ERR_NOT_FOUND, ERR_REFUSED (not running). */
enum err job_stop(struct work *, int64_t id);
/* The newest jobs first. */
enum err job_list(struct work *, struct job *jobs, int room, int *ret);

#endif
