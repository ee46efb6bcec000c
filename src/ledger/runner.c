/* runner.c — see runner.h. One thread does the work; a second one gives signs of life, since a step of the work may take long. */
#include "ledger/runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/bell.h"
#include "base/mem.h"
#include "ledger/file.h"

#define RUN_MEMORY ((size_t)256 << 20)
#define LOOK_MEMORY ((size_t)1 << 20)
#define SWEEP_EVERY 600 /* seconds */

struct runner {
    struct runner_options o;
    char name[80];
    struct bell jobs, second; /* rung for jobs that were put in; never rung: what the watcher waits on */
    pthread_mutex_t lock;     /* of `job` */
    int64_t job;              /* that runs; 0: none */
    atomic_bool stop;
    atomic_llong done, total;
    bool started[2];
    pthread_t worker, watcher;
};

static const struct actor program = ACTOR_CLOCK;

static void set_job(struct runner *r, int64_t job)
{
    pthread_mutex_lock(&r->lock);
    r->job = job;
    atomic_store(&r->stop, false);
    if (bell_ended(&r->jobs)) atomic_store(&r->stop, true); /* in this order, or an end in between were forgotten */
    atomic_store(&r->done, 0);
    atomic_store(&r->total, 0);
    pthread_mutex_unlock(&r->lock);
}

static int64_t get_job(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    int64_t job = r->job;
    pthread_mutex_unlock(&r->lock);
    return job;
}

/* ---- one job ---- */

struct taking {
    struct runner *r;
    int64_t id;
    bool some;
    struct job job;
    struct actor actor;
};

static enum err look(struct work *w, void *arg)
{
    struct taking *t = arg;
    return job_any(w, &t->some);
}

static enum err take(struct work *w, void *arg)
{
    struct taking *t = arg;
    return job_take(w, str_of(t->r->name), &t->id);
}

static enum err read_job(struct work *w, void *arg)
{
    struct taking *t = arg;
    TRY(job_get(w, t->id, &t->job));
    lang_set(t->job.lang); /* why the actor may not is for him to read */
    return t->r->o.actor(w, &t->job, &t->actor);
}

struct closing {
    const struct runner *r;
    int64_t id;
    const char *state; /* NULL: it waits again */
    struct str result;
};

static enum err close_job(struct work *w, void *arg)
{
    struct closing *c = arg;
    if (!c->state) return job_give_back(w, c->id, str_of(c->r->name));
    return job_close(w, c->id, str_of(c->r->name), c->state, c->result);
}

/* {"error":{…}} of the last error. */
static struct str error_result(struct arena *a)
{
    const struct err_info *e = err_last();
    struct buf b CLEANUP_BUF = BUF_INIT(10000);
    buf_printf(&b, "{\"error\":{\"code\":\"%s\",\"message\":", err_word(e->code));
    buf_json(&b, str_of(e->message));
    if (e->field[0]) buf_z(&b, ",\"field\":"), buf_json(&b, str_of(e->field));
    if (e->rule[0]) buf_z(&b, ",\"rule\":"), buf_json(&b, str_of(e->rule));
    buf_z(&b, "}}");
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}

/* What cannot be written now (the database is away) leaves the job without signs of life, so that it is taken again later. */
static void end_job(struct runner *r, struct arena *a, int64_t id, struct str result, enum err e)
{
    struct closing c = {r, id, !e ? "done" : e != ERR_STOPPED ? "failed" : bell_ended(&r->jobs) ? NULL : "stopped", result};
    if (e && e != ERR_STOPPED && !result.p) c.result = error_result(a);
    (void)store_write(r->o.store, &program, a, close_job, &c);
}

static enum err run_kind(struct runner *r, struct arena *a, struct taking *t, struct str *ret_result)
{
    struct job_run run = {.store = r->o.store, .job = &t->job, .actor = &t->actor, .arena = a, .runner = r};
    for (const struct job_kind *k = r->o.kinds; k->name; k++) {
        if (!str_is(t->job.kind, k->name)) continue;
        enum err e = k->run(&run);
        *ret_result = run.result;
        return e;
    }
    return err_set(ERR_INVALID, _("this program does not know jobs of the kind “%.*s”"), STR_ARG(t->job.kind));
}

/* Take one and run it; false: there was none. */
static bool run_one(struct runner *r)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped(RUN_MEMORY);
    struct taking t = {.r = r};
    struct str result = STR_NONE;
    if (!a || store_view(r->o.store, &program, a, look, &t) || !t.some) return false;
    if (store_write(r->o.store, &program, a, take, &t) || !t.id) return false;
    set_job(r, t.id);
    enum err e = store_view(r->o.store, &program, a, read_job, &t);
    if (!e) e = run_kind(r, a, &t, &result);
    end_job(r, a, t.id, result, e);
    set_job(r, 0);
    return true;
}

static void *work(void *arg)
{
    struct runner *r = arg;
    do {
        while (!bell_ended(&r->jobs) && run_one(r)) continue;
    } while (bell_wait(&r->jobs, INSTANT_SECOND));
    return NULL;
}

/* ---- signs of life, and what else comes with time ---- */

struct beating {
    struct runner *r;
    int64_t id;
    bool stop, mine, swept;
};

static enum err beat(struct work *w, void *arg)
{
    struct beating *b = arg;
    return job_beat(w, b->id, str_of(b->r->name), atomic_load(&b->r->done), atomic_load(&b->r->total), &b->stop, &b->mine);
}

static enum err sweep(struct work *w, void *arg)
{
    struct beating *b = arg;
    return file_sweep(w, &b->swept);
}

static void *watch(void *arg)
{
    struct runner *r = arg;
    struct arena *a CLEANUP_ARENA = arena_new_capped(LOOK_MEMORY);
    for (int second = 0; a; second = (second + 1) % SWEEP_EVERY) {
        struct beating b = {.r = r, .id = get_job(r)};
        if (b.id && !store_write(r->o.store, &program, a, beat, &b) && (b.stop || !b.mine)) runner_ask_stop(r, b.id);
        b.swept = second == 0;
        while (b.swept && store_write(r->o.store, &program, a, sweep, &b) == OK) arena_reset(a);
        arena_reset(a);
        if (!bell_wait(&r->second, INSTANT_SECOND)) break;
    }
    return NULL;
}

/* ---- for the work ---- */

bool job_run_progress(void *run, int64_t done)
{
    struct runner *r = ((struct job_run *)run)->runner;
    atomic_store(&r->done, done);
    return !atomic_load(&r->stop);
}

void job_run_total(struct job_run *run, int64_t total)
{
    atomic_store(&run->runner->total, total);
}

/* ---- for the server ---- */

static enum err start_threads(struct runner *r)
{
    r->started[0] = pthread_create(&r->worker, NULL, work, r) == 0;
    r->started[1] = r->started[0] && pthread_create(&r->watcher, NULL, watch, r) == 0;
    return r->started[1] ? OK : err_no_memory();
}

enum err runner_start(const struct runner_options *o, struct runner **ret)
{
    struct runner *r = mem_alloc(sizeof *r);
    if (!r) return err_no_memory();
    r->o = *o;
    char host[32] = "";
    gethostname(host, sizeof host - 1);
    snprintf(r->name, sizeof r->name, "%s %lld %lld", host, (long long)getpid(), (long long)store_new_id());
    pthread_mutex_init(&r->lock, NULL);
    bell_init(&r->jobs);
    bell_init(&r->second);
    enum err e = start_threads(r);
    if (e)
        runner_stop(r);
    else
        *ret = r;
    return e;
}

void runner_wake(struct runner *r)
{
    if (r) bell_ring(&r->jobs);
}

bool runner_knows(struct runner *r, int64_t job, int64_t *done, int64_t *total)
{
    if (!r || !job || get_job(r) != job) return false;
    *done = atomic_load(&r->done);
    *total = atomic_load(&r->total);
    return true;
}

void runner_ask_stop(struct runner *r, int64_t job)
{
    if (!r) return;
    pthread_mutex_lock(&r->lock);
    if (job && r->job == job) atomic_store(&r->stop, true);
    pthread_mutex_unlock(&r->lock);
}

struct runner *runner_stop(struct runner *r)
{
    if (!r) return NULL;
    bell_end(&r->jobs);
    bell_end(&r->second);
    atomic_store(&r->stop, true);
    if (r->started[0]) pthread_join(r->worker, NULL);
    if (r->started[1]) pthread_join(r->watcher, NULL);
    bell_free(&r->jobs);
    bell_free(&r->second);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
    return NULL;
}
