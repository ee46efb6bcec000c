/* jobs.c — anjian jobs: long work and how far it is; anjian stop: ask it to stop. */
#include "base/lang.h"
#include "cli/cli.h"
#include "ledger/job.h"

#define SHOWN 50

struct listing {
    struct job job[SHOWN];
    int n;
};

static enum err read_jobs(struct work *w, void *arg)
{
    struct listing *l = arg;
    return job_list(w, 0, l->job, SHOWN, &l->n);
}

static void job_json(struct buf *b, const struct job *j)
{
    char text[INSTANT_TEXT];
    buf_printf(b, "{\"id\":\"%lld\",\"kind\":\"%.*s\",\"state\":\"%.*s\",\"actor\":", (long long)j->id, STR_ARG(j->kind),
               STR_ARG(j->state));
    buf_json(b, j->actor);
    buf_printf(b, ",\"done\":%lld,\"created\":\"%s\",\"result\":%.*s}", (long long)j->done, instant_text(j->created, text),
               STR_ARG(j->result.n ? j->result : STR("null")));
}

static enum err run_jobs(struct cli *c)
{
    char text[INSTANT_TEXT];
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct listing *l = arena_new(c->arena, struct listing);
    if (!l) return err_no_memory();
    TRY(cli_open(c));
    TRY(cli_view(c, read_jobs, l));
    if (c->json) buf_z(&b, "{\"jobs\":[");
    for (int i = 0; i < l->n; i++) {
        const struct job *j = &l->job[i];
        if (i) buf_char(&b, c->json ? ',' : '\n');
        if (c->json)
            job_json(&b, j);
        else
            buf_printf(&b, "%lld  %.*s  %.*s  %s  %lld  %.*s", (long long)j->id, STR_ARG(j->kind), STR_ARG(j->state),
                       instant_text(j->created, text), (long long)j->done, STR_ARG(j->actor));
    }
    if (c->json) buf_z(&b, "]}");
    if (!c->json && !l->n) buf_z(&b, _("no jobs"));
    return cli_line(&b);
}

static enum err ask_stop(struct work *w, void *arg)
{
    return job_stop(w, *(const int64_t *)arg);
}

static enum err run_stop(struct cli *c)
{
    int64_t id;
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    if (!str_int(str_of(c->operand[0]), &id)) return cli_usage(c, _("“%s” is not the number of a job"), c->operand[0]);
    TRY(cli_open(c));
    TRY(cli_write(c, ask_stop, &id));
    buf_z(&b, c->json ? "{\"stop\":true}" : _("asked to stop"));
    return cli_line(&b);
}

const struct command command_jobs = {
    .name = "jobs",
    .summary = N_("long work and how far it is"),
    .usage = "jobs",
    .help = N_("Lists the newest jobs: imports and other long work, with state and rows done."),
    .run = run_jobs,
};

const struct command command_stop = {
    .name = "stop",
    .summary = N_("ask a running job to stop"),
    .usage = "stop JOB",
    .help = N_("The job stops behind the chunk it is at. An import goes on when the same file is imported again."),
    .least = 1,
    .most = 1,
    .run = run_stop,
};
