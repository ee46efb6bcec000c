/* jobs_page.c — long work: /jobs, and one of them, /jobs/ID, which looks again until it has ended. */
#include <jansson.h>

#include "job.html.h"
#include "ledger/verification.h"
#include "overview.html.h"
#include "web/cell.h"
#include "web/export_work.h"
#include "web/import_work.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define JOBS 50

static const struct {
    const char *kind, *words;
} kinds[] = {
    {"import", N_("Import")},    {"import_check", N_("Trial run of an import")},           {"undo", N_("Taking an import back")},
    {EXPORT_KIND, N_("Export")}, {VERIFICATION_KIND, N_("Verification of the event log")},
};

static const struct {
    const char *state, *words;
    enum tone tone;
} states[] = {
    {"waiting", N_("waiting"), TONE_INFO}, {"running", N_("running"), TONE_INFO},  {"done", N_("done"), TONE_GOOD},
    {"failed", N_("failed"), TONE_BAD},    {"stopped", N_("stopped"), TONE_MUTED},
};

static struct str kind_text(const struct job *j)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(j->kind, kinds[i].kind)) return str_of(_(kinds[i].words));
    return j->kind;
}

/* "Import: Premises · register.csv", where a job says so of itself; what the file is called is told to its owner alone. */
static struct str title_of(struct work *w, const struct job *j)
{
    json_t *o = json_loadb(j->parameters.p, j->parameters.n, 0, NULL);
    const struct ledger *l = registry_find(w->store->registry, str_of(json_string_value(json_object_get(o, "ledger"))));
    const char *file = str_eq(j->actor, w->actor->name) ? json_string_value(json_object_get(o, "file")) : NULL;
    struct str title = kind_text(j);
    if (l) title = arena_printf(w->arena, _("%.*s: %s"), STR_ARG(title), ledger_label(l, lang_get()));
    if (file) title = arena_printf(w->arena, "%.*s · %s", STR_ARG(title), file);
    json_decref(o);
    return title;
}

static struct badge state_badge(const struct job *j)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_is(j->state, states[i].state)) return (struct badge){str_of(_(states[i].words)), states[i].tone};
    return (struct badge){j->state, TONE_NONE};
}

/* ---- all ---- */

struct jobs_page {
    struct request *rq;
    struct view_section section;
    struct overview_view v;
};

static enum err fill_row(struct work *w, const struct job *j, struct view_row *row)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, 5);
    struct badge b = state_badge(j);
    if (!c) return err_no_memory();
    c[0] = (struct view_cell){.text = title_of(w, j), .url = arena_printf(w->arena, "/jobs/%lld", (long long)j->id)};
    c[1] = (struct view_cell){.text = b.text, .tone = b.tone, .badge = true};
    c[2].text = j->actor;
    c[3].text = cell_instant(w->arena, j->created, false);
    c[4].text = cell_instant(w->arena, j->finished, false);
    row->cell = c;
    row->url = c[0].url;
    return OK;
}

static enum err make_list(struct work *w, void *arg)
{
    struct jobs_page *p = arg;
    struct job *jobs = arena_array(w->arena, struct job, JOBS);
    struct view_row *rows = arena_array(w->arena, struct view_row, JOBS);
    struct column *c = arena_array(w->arena, struct column, 5);
    int64_t before = 0;
    int n;
    if (!jobs || !rows || !c) return err_no_memory();
    str_int(request_query(p->rq, "after"), &before);
    TRY(job_list(w, before, jobs, JOBS, &n));
    for (int i = 0; i < n; i++) TRY(fill_row(w, &jobs[i], &rows[i]));
    c[0] = (struct column){.label = str_of(_("Work")), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(_("State")), .kind = COLUMN_STATE};
    c[2].label = str_of(_("Who"));
    c[3] = (struct column){.label = str_of(_("Begun")), .kind = COLUMN_DATE};
    c[4] = (struct column){.label = str_of(_("Ended")), .kind = COLUMN_DATE};
    p->section = (struct view_section){.id = STR("jobs"), .label = str_of(_("Long work")), .empty = str_of(_("Nothing has run yet."))};
    p->section.table = (struct view_table){p->section.label, c, 5, rows, n};
    p->v = (struct overview_view){.title = str_of(_("Jobs")), .section = &p->section, .section_count = 1};
    if (n == JOBS) p->v.pager.next_url = arena_printf(w->arena, "/jobs?after=%lld", (long long)jobs[n - 1].id);
    if (before) p->v.pager.first_url = STR("/jobs");
    return page_shell(w, p->rq, p->v.title, NULL, &p->v.shell);
}

static enum err list(struct request *rq)
{
    struct jobs_page *p = arena_new(rq->arena, struct jobs_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_list, p));
    view_overview(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* ---- one ---- */

struct job_page {
    struct request *rq;
    int64_t id;
    struct job job;
    struct view_link result;
    struct job_view v;
};

static void fill_progress(struct job_page *p)
{
    int64_t done = p->job.done, total = p->job.total;
    runner_knows(p->rq->web->runner, p->job.id, &done, &total); /* sooner than the database can tell */
    p->v.done = done;
    p->v.total = total;
    if (p->v.running && done)
        p->v.progress = total ? arena_printf(p->rq->arena, _("%lld of %lld"), (long long)done, (long long)total)
                              : arena_printf(p->rq->arena, _("%lld rows"), (long long)done);
}

/* The file that an export has made, for who may fetch it. */
static enum err fill_made(struct work *w, struct job_page *p)
{
    struct export_made made;
    struct arena *a = w->arena;
    if (!str_eq(p->job.actor, w->actor->name) || !str_is(p->job.state, "done")) return OK;
    enum err e = export_made(w, &p->job, &made);
    if (e == ERR_NOT_FOUND || e == ERR_FORBIDDEN) {
        p->v.note = arena_str(a, str_of(err_last()->message));
        return OK;
    }
    TRY(e);
    p->result = (struct view_link){.text = str_of(_("Fetch the file")), .url = arena_printf(a, "/jobs/%lld/file", (long long)p->id)};
    p->v.note = arena_printf(a, _("%.*s: %lld rows, %.*s. It is kept until %.*s."), STR_ARG(made.name), (long long)made.rows,
                             STR_ARG(cell_size(a, made.bytes)), STR_ARG(cell_instant(a, made.until, false)));
    return OK;
}

/* Where what came of it can be looked at, by who may. */
static enum err fill_result(struct work *w, struct job_page *p)
{
    int64_t upload = import_upload_of(&p->job);
    if (upload && str_eq(p->job.actor, p->rq->session.actor.name))
        p->result = (struct view_link){.text = str_of(_("Go on to the import")),
                                       .url = arena_printf(w->arena, "/import/%lld", (long long)upload)};
    else if (str_is(p->job.kind, VERIFICATION_KIND) && right_may_log(w->store, w->actor))
        p->result = (struct view_link){.text = str_of(_("Event log")), .url = STR("/log")};
    else if (str_is(p->job.kind, EXPORT_KIND))
        TRY(fill_made(w, p));
    p->v.result = &p->result;
    p->v.result_count = p->result.url.n ? 1 : 0;
    return OK;
}

static bool is_mine_to_stop(const struct work *w, const struct job *j)
{
    return str_eq(j->actor, w->actor->name) || w->actor->role == ROLE_SYSTEM_ADMIN;
}

static enum err make_job(struct work *w, void *arg)
{
    struct job_page *p = arg;
    struct arena *a = w->arena;
    TRY(job_get(w, p->id, &p->job));
    p->v = (struct job_view){.up = {.text = str_of(_("Jobs")), .url = STR("/jobs")},
                             .title = title_of(w, &p->job),
                             .self = arena_printf(a, "/jobs/%lld", (long long)p->id),
                             .state = state_badge(&p->job),
                             .running = job_goes_on(&p->job)};
    p->v.facts = arena_printf(a, _("begun %.*s by %.*s"), STR_ARG(cell_instant(a, p->job.created, false)), STR_ARG(p->job.actor));
    fill_progress(p);
    if (p->v.running) {
        if (is_mine_to_stop(w, &p->job)) p->v.stop_url = arena_printf(a, "/jobs/%lld/stop", (long long)p->id);
    } else {
        p->v.error = job_error(a, &p->job);
        TRY(fill_result(w, p));
    }
    return page_shell(w, p->rq, p->v.title, NULL, &p->v.shell);
}

static enum err one(struct request *rq)
{
    struct job_page *p = arena_new(rq->arena, struct job_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    if (!str_int(rq->arg[0], &p->id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_view(rq, make_job, p));
    view_job(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* Whoever sees it and asked for it. */
static enum err may_stop(struct work *w, void *arg)
{
    struct job_page *p = arg;
    TRY(job_get(w, p->id, &p->job));
    if (is_mine_to_stop(w, &p->job)) return OK;
    return err_set(ERR_FORBIDDEN, "%s", _("who asked for this work, and the system administrator, may stop it"));
}

/* It may have ended meanwhile: then there is nothing to stop. */
static enum err ask_stop(struct work *w, void *arg)
{
    struct job_page *p = arg;
    TRY(job_get(w, p->id, &p->job));
    return job_goes_on(&p->job) ? job_stop(w, p->id) : OK;
}

static enum err stop(struct request *rq)
{
    struct job_page *p = arena_new(rq->arena, struct job_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    if (!str_int(rq->arg[0], &p->id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_view(rq, may_stop, p));
    runner_ask_stop(rq->web->runner,
                    p->id); /* first: a trial run holds the only writer of SQLite, and no wish in the database would reach it */
    TRY(web_write(rq, ask_stop, p));
    page_say(rq, SAID_STOPPED);
    return answer_go(rq, "/jobs/%lld", (long long)p->id);
}

const struct route jobs_routes[] = {
    ROUTE(GET, "/jobs", LOGGED_IN, TAKES_NOTHING, list),
    ROUTE(GET, "/jobs/{id}", LOGGED_IN, TAKES_NOTHING, one),
    ROUTE(POST, "/jobs/{id}/stop", LOGGED_IN, TAKES_FORM | WAITS, stop),
    ROUTE_END,
};
