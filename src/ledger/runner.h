/* runner.h — runs jobs that wait, one after the other, beside a server: one runner for each process.
 *
 * A job is claimed by one statement, so two servers on one database never run the same. While it runs the runner gives a sign of life
 * every second; where it dies, another one (or the next start) takes the job up after JOB_DEAD, and the work goes on where its
 * transactions say it is. A job acts as the actor who asked for it, as that one is when it runs: who may no longer, fails.
 */
#ifndef ANJIAN_RUNNER_H
#define ANJIAN_RUNNER_H

#include "ledger/job.h"

struct runner;

/* A job being run, as its kind sees it. */
struct job_run {
    struct store *store;
    const struct job *job;
    const struct actor *actor;
    struct arena *arena;
    struct str result; /* JSON for the job, also when it fails; lies in the arena. STR_NONE: nothing, or the error alone */
    struct runner *runner;
};

struct job_kind {
    const char *name;
    /* Runs it. An error fails the job; ERR_STOPPED stops it, or lets it wait again when the runner was told to end. Work that has ended
     * its job in a transaction of its own (job_end) just returns OK. */
    enum err (*run)(struct job_run *);
};

/* How far the work is; false: it is to stop at its next step. `run` is the struct job_run: fits the callbacks of long functions. */
bool job_run_progress(void *run, int64_t done);
/* And how much there is in all. */
void job_run_total(struct job_run *, int64_t total);

struct runner_options {
    struct store *store;
    const struct job_kind *kinds; /* ends with a NULL name */
    /* Who the job acts as, today. ERR_FORBIDDEN, ERR_NOT_FOUND: the job fails with that. */
    enum err (*actor)(struct work *, const struct job *, struct actor *ret);
};

enum err runner_start(const struct runner_options *, struct runner **ret);
/* A job was put in by this process: look now, not at the next second. NULL is fine. */
void runner_wake(struct runner *);
/* How far a job of this runner is, sooner than the database can tell; false: it runs none of that id. */
bool runner_knows(struct runner *, int64_t job, int64_t *done, int64_t *total);
/* Ask it to stop now. Where it holds the only writer of a database, no wish in the database could reach it. */
void runner_ask_stop(struct runner *, int64_t job);
/* Ask the running job to stop at its next step, so that it waits for the next start, and end. NULL is fine; returns NULL. */
struct runner *runner_stop(struct runner *);

#endif
