/* job.h — long work: who asked for it, how far it is, whether somebody asked it to stop, what came of it.
 *
 * The row of a job is written in the transactions of the work itself, so that after a crash it says exactly what is done. A verb
 * of the command line runs its own job; what is put in to wait is run by a server (runner.h).
 */
#ifndef ANJIAN_JOB_H
#define ANJIAN_JOB_H

#include "base/lang.h"
#include "ledger/store.h"

struct job {
    int64_t id;
    struct str kind, state;      /* state: waiting, running, done, failed, stopped */
    struct str actor;            /* who asked for it: an account, or "console" */
    int64_t post;                /* … acting under it; 0: none */
    enum lang lang;              /* of what it says */
    struct str parameters;       /* JSON, as its kind wants them */
    struct str result;           /* JSON or STR_NONE; of a failed job {"error":{"code","message",…},…} */
    int64_t done, total;         /* total 0: unknown */
    bool stop;                   /* somebody asked it to stop */
    instant_t created, finished; /* finished 0: not yet */
};

static inline bool job_goes_on(const struct job *j)
{
    return str_is(j->state, "waiting") || str_is(j->state, "running");
}

/* A new running job of the caller's own; `id` is chosen by him (store_new_id), so that work can carry it. */
enum err job_start(struct work *, int64_t id, const char *kind, struct str parameters);
/* A stopped job, or one whose program died, goes on; a former wish to stop it is forgotten. */
enum err job_resume(struct work *, int64_t id);
/* How far it is. *stop says that somebody asked it to stop. */
enum err job_progress(struct work *, int64_t id, int64_t done, int64_t total, bool *stop);
enum err job_end(struct work *, int64_t id, const char *state, struct str result);

/* Put in a job for a server to run as the actor of this work. ERR_FORBIDDEN for an API token, whose limits a job would not know. */
enum err job_put(struct work *, const char *kind, struct str parameters, int64_t *ret_id);
/* Ask a job to stop at its next step; one that waits is stopped at once. ERR_REFUSED (not running, or not the actor's). */
enum err job_stop(struct work *, int64_t id);

/* Everybody sees the jobs he asked for; the console, who may read the log and who looks after the accounts see all. */
bool job_sees_all(const struct store *, const struct actor *);
/* ERR_NOT_FOUND: there is none, or none that the actor sees. */
enum err job_get(struct work *, int64_t id, struct job *ret);
/* What a job that failed says was wrong; STR_NONE: nothing. Lies in the arena. */
struct str job_error(struct arena *, const struct job *);
/* Those that the actor sees, newest first, older than the job `before` (0: from the newest on). */
enum err job_list(struct work *, int64_t before, struct job *jobs, int room, int *ret);

/* ---- for runners: `runner` names one, and what it does to a job that is no longer its own has no effect ---- */

#define JOB_DEAD (60 * INSTANT_SECOND) /* without a sign of life for so long a runner is dead, and its job is taken by another */

/* Take the oldest job that waits or whose runner is dead; no two runners get the same. *ret 0: there is none. */
enum err job_take(struct work *, struct str runner, int64_t *ret);
/* Is there one to take? Cheap, and needs no write. */
enum err job_any(struct work *, bool *ret);
/* A sign of life. *mine: it is still this runner's. */
enum err job_beat(struct work *, int64_t id, struct str runner, int64_t done, int64_t total, bool *stop, bool *mine);
enum err job_close(struct work *, int64_t id, struct str runner, const char *state, struct str result);
/* Let it wait again for whoever comes next. */
enum err job_give_back(struct work *, int64_t id, struct str runner);

#endif
