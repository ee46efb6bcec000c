/* events_page.c — /log: all events newest first, and whether their chain is whole; /log/logins: who came in. */
#include "ledger/event_list.h"
#include "ledger/names.h"
#include "ledger/verification.h"
#include "ledgers.h"
#include "log.html.h"
#include "overview.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/timeline.h"
#include "web/web_parts.h"

enum { ENTRIES = 50, LOGINS = 100, VERBS = 80 };

struct log_page {
    struct request *rq;
    struct event_filter filter;
    struct log_view v;
    struct view_table lanes;
};

static enum err fill_tabs(struct arena *a, bool logins, const struct view_link **ret, int *ret_n)
{
    struct view_link *tab = arena_array(a, struct view_link, 2);
    if (!tab) return err_no_memory();
    tab[0] = (struct view_link){str_of(_("Events")), STR("/log"), !logins};
    tab[1] = (struct view_link){str_of(_("Logins")), STR("/log/logins"), logins};
    *ret = tab;
    *ret_n = 2;
    return OK;
}

/* ---- the chain ---- */

/* The record that a fault is about: a link for those who may see its ledger. */
static void fill_place(struct log_page *p, const struct verify_fault *f)
{
    const struct store *s = p->rq->store;
    const struct ledger *l = f->ledger ? registry_find(s->registry, str_of(f->ledger)) : NULL;
    if (!f->record || !l) return;
    p->v.place.text = arena_printf(p->rq->arena, "%s %lld", ledger_label(l, p->rq->lang), (long long)f->record);
    if (right_may(s, &p->rq->session.actor, l, RIGHT_SEE)) p->v.place.url = cell_url(p->rq->arena, l, f->record, "");
}

static void fill_broken(struct log_page *p, const struct verification *k)
{
    const struct verify_fault *f = &k->report.first;
    p->v.state = (struct badge){str_of(_("broken")), TONE_BAD};
    if (f->lane >= 0)
        p->v.fault = arena_printf(p->rq->arena, _("%s — lane %lld, event %lld."), f->what, (long long)f->lane, (long long)f->seq);
    else
        p->v.fault = arena_str(p->rq->arena, str_of(f->what));
    fill_place(p, f);
}

static enum err fill_state(struct work *w, struct log_page *p)
{
    struct verification k;
    TRY(verification_last(w, &k));
    if (!k.job.id) {
        p->v.state = (struct badge){str_of(_("not verified yet")), TONE_WARN};
        p->v.verified = str_of(_("Nobody has let the chain be verified here yet."));
        return OK;
    }
    struct str when = cell_instant(w->arena, k.job.finished ? k.job.finished : k.job.created, false);
    if (!k.ended) {
        bool runs = str_is(k.job.state, "running") || str_is(k.job.state, "waiting");
        p->v.state = (struct badge){str_of(runs ? _("being verified") : _("not finished")), TONE_INFO};
        p->v.verified = arena_printf(w->arena, _("begun %.*s by %.*s; %lld of %lld done"), STR_ARG(when), STR_ARG(k.job.actor),
                                     (long long)k.job.done, (long long)k.job.total);
        return OK;
    }
    p->v.state = (struct badge){str_of(_("whole")), TONE_GOOD};
    if (!k.report.ok) fill_broken(p, &k);
    p->v.verified = arena_printf(w->arena, _("verified %.*s by %.*s: %lld events, %lld lanes and %lld records found good"), STR_ARG(when),
                                 STR_ARG(k.job.actor), (long long)k.report.events, (long long)k.report.lanes, (long long)k.report.rows);
    return OK;
}

/* ---- the filter ---- */

static enum err read_day(struct request *rq, const char *name, bool *has, day_t *ret)
{
    struct str text = request_query(rq, name);
    *has = text.p != NULL;
    if (!text.p || day_parse(text, ret)) return OK;
    return err_set(ERR_INVALID, _("%s: “%.*s” is no day; write it as 2026-02-10"), name, STR_ARG(text));
}

static enum err read_filter(struct log_page *p)
{
    struct str ledger = request_query(p->rq, "ledger");
    p->filter = (struct event_filter){.actor = request_query(p->rq, "who"), .verb = request_query(p->rq, "verb")};
    if (ledger.p && !(p->filter.ledger = registry_find(p->rq->store->registry, ledger)))
        return err_set(ERR_NOT_FOUND, _("there is no ledger “%.*s”"), STR_ARG(ledger));
    TRY(read_day(p->rq, "from", &p->filter.has_from, &p->filter.from));
    return read_day(p->rq, "to", &p->filter.has_to, &p->filter.to);
}

static enum err fill_ledgers(struct log_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct choice *c = arena_array(p->rq->arena, struct choice, reg->n);
    if (!c) return err_no_memory();
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (!l->parent)
            c[p->v.ledger_count++] = (struct choice){str_of(l->ledger), str_of(ledger_label(l, p->rq->lang)), l == p->filter.ledger};
    }
    p->v.ledgers = c;
    return OK;
}

static void add_verb(struct log_page *p, struct choice *list, const char *name, const char *label)
{
    for (int i = 0; i < p->v.verb_count; i++)
        if (str_is(list[i].value, name)) return;
    if (p->v.verb_count < VERBS) list[p->v.verb_count++] = (struct choice){str_of(name), str_of(label), str_is(p->filter.verb, name)};
}

/* What is done to every record, then the verbs of the flows, each once. */
static enum err fill_verbs(struct log_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct choice *c = arena_array(p->rq->arena, struct choice, VERBS);
    if (!c) return err_no_memory();
    for (int i = 0; timeline_verbs[i].verb; i++) add_verb(p, c, timeline_verbs[i].verb, _(timeline_verbs[i].words));
    for (int i = 0; i < reg->n; i++)
        for (unsigned k = 0; k < reg->ledgers[i]->verbs_count; k++) {
            const struct verb *v = &reg->ledgers[i]->verbs[k];
            add_verb(p, c, v->name, p->rq->lang == LANG_ZH ? v->zh : v->en);
        }
    p->v.verbs = c;
    return OK;
}

static struct str address(const struct log_page *p, struct str after)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    static const char *const kept[] = {"who", "ledger", "verb", "from", "to"};
    buf_z(&b, "/log");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) url_put(&b, kept[i], request_query(p->rq, kept[i]));
    url_put(&b, "after", after);
    return buf_error(&b) ? STR_NONE : arena_str(p->rq->arena, buf_view(&b));
}

/* ---- the events ---- */

static enum err fill_on(struct work *w, struct log_page *p, const struct event_found *e, bool sees, struct view_link *out)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (!sees) {
        out->text = arena_printf(w->arena, "%s %lld", ledger_label(e->l, p->rq->lang), (long long)e->record);
        return OK;
    }
    buf_printf(&b, "%s ", ledger_label(e->l, p->rq->lang));
    TRY(names_record(w, e->l, e->record, &b));
    TRY(buf_error(&b));
    *out = (struct view_link){.text = arena_str(w->arena, buf_view(&b)), .url = cell_url(w->arena, e->l, e->record, "")};
    return OK;
}

/* Who may read the log need not see the records: then the fields are named and their values are not. */
static enum err fill_entry(struct work *w, struct log_page *p, const struct event_found *e, struct timeline_entry *out)
{
    const struct actor *me = &p->rq->session.actor;
    bool sees = e->l && me->sees == SEES_ALL && right_may(w->store, me, e->l, RIGHT_SEE);
    enum err err = e->l ? timeline_event(w, p->rq, e->l, e->body, sees, out) : ERR_DB;
    if (err == ERR_DB) {
        *out = (struct timeline_entry){
            .when = cell_instant(w->arena, e->at, false), .what = str_of(_("This event cannot be read")), .tone = TONE_BAD};
        out->on.text = arena_printf(w->arena, "%.*s %lld", STR_ARG(e->ledger), (long long)e->record);
        return OK;
    }
    TRY(err);
    out->when = cell_instant(w->arena, e->at, true);
    return fill_on(w, p, e, sees, &out->on);
}

static enum err fill_events(struct work *w, struct log_page *p)
{
    struct events found;
    struct str after = request_query(p->rq, "after");
    TRY(event_list(w, &p->filter, after, ENTRIES, &found));
    struct timeline_entry *list = arena_array(w->arena, struct timeline_entry, found.n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < found.n; i++) TRY(fill_entry(w, p, &found.event[i], &list[i]));
    p->v.entry = list;
    p->v.entry_count = found.n;
    if (found.next.p) p->v.pager.next_url = address(p, found.next);
    if (after.p) p->v.pager.first_url = address(p, STR_NONE);
    if (found.next.p && found.n < ENTRIES)
        p->v.pager.shown = arena_printf(w->arena, _("%lld events were looked through"), (long long)found.looked);
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct log_page *p = arg;
    p->v = (struct log_view){.lanes = &p->lanes,
                             .action = STR("/log"),
                             .verify_url = STR("/log/verify"),
                             .who = request_query(p->rq, "who"),
                             .from = request_query(p->rq, "from"),
                             .to = request_query(p->rq, "to")};
    TRY(read_filter(p));
    TRY(fill_tabs(w->arena, false, &p->v.tab, &p->v.tab_count));
    TRY(fill_state(w, p));
    TRY(fill_ledgers(p));
    TRY(fill_verbs(p));
    TRY(fill_events(w, p));
    return page_shell(w, p->rq, str_of(_("Event log")), NULL, &p->v.shell);
}

static enum err log_page(struct request *rq)
{
    struct log_page *p = arena_new(rq->arena, struct log_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_page, p));
    view_log(&rq->html, &p->v);
    return answer_page(rq, 200);
}

static enum err put_verification(struct work *w, void *job)
{
    return verification_put(w, job);
}

static enum err verify_now(struct request *rq)
{
    int64_t job;
    TRY(web_write(rq, put_verification, &job));
    runner_wake(rq->web->runner);
    return answer_go(rq, "/jobs/%lld", (long long)job);
}

/* ---- logins ---- */

static const struct {
    const char *what, *words;
    enum tone tone;
} accesses[] = {{"login", N_("logged in"), TONE_NONE},    {"failure", N_("failed to log in"), TONE_BAD},
                {"logout", N_("logged out"), TONE_NONE},  {"password", N_("changed the password"), TONE_INFO},
                {"token", N_("made a token"), TONE_INFO}, {"token_revoked", N_("made a token void"), TONE_INFO}};

struct logins_page {
    struct request *rq;
    struct access access[LOGINS];
    struct overview_view v;
    struct view_section section;
};

static enum err login_row(struct work *w, const struct access *a, struct view_row *out)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, 4);
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (!c) return err_no_memory();
    if (a->account) TRY(names_record(w, account_ledger(w->store->registry), a->account, &b));
    TRY(buf_error(&b));
    out->cell = c;
    c[0].text = cell_instant(w->arena, a->at, true);
    c[1].text = b.n ? arena_str(w->arena, buf_view(&b)) : str_of(_("unknown name"));
    c[2].text = a->what;
    for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++)
        if (str_is(a->what, accesses[i].what)) c[2] = (struct view_cell){.text = str_of(_(accesses[i].words)), .tone = accesses[i].tone};
    c[3].text = a->address;
    return OK;
}

static enum err make_logins(struct work *w, void *arg)
{
    struct logins_page *p = arg;
    struct str after = request_query(p->rq, "after");
    int64_t before = 0;
    int n;
    if (after.p && (!str_int(after, &before) || before <= 0))
        return err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
    TRY(access_list(w, before, p->access, LOGINS, &n));
    struct column *c = arena_array(w->arena, struct column, 4);
    struct view_row *row = arena_array(w->arena, struct view_row, n + 1);
    if (!c || !row) return err_no_memory();
    c[0] = (struct column){.label = str_of(_("When")), .kind = COLUMN_DATE};
    c[1] = (struct column){.label = str_of(_("Account")), .kind = COLUMN_TITLE};
    c[2] = (struct column){.label = str_of(_("Did"))};
    c[3] = (struct column){.label = str_of(_("From where")), .kind = COLUMN_CODE};
    for (int i = 0; i < n; i++) TRY(login_row(w, &p->access[i], &row[i]));
    p->section = (struct view_section){.label = str_of(_("Logins"))};
    p->section.empty = str_of(_("Nobody has logged in yet."));
    p->section.table = (struct view_table){p->section.label, c, 4, row, n};
    p->v = (struct overview_view){.title = str_of(_("Event log")), .section = &p->section, .section_count = 1};
    TRY(fill_tabs(w->arena, true, &p->v.tab, &p->v.tab_count));
    if (n == LOGINS) p->v.pager.next_url = arena_printf(w->arena, "/log/logins?after=%lld", (long long)p->access[n - 1].id);
    if (after.p) p->v.pager.first_url = STR("/log/logins");
    return page_shell(w, p->rq, str_of(_("Logins")), NULL, &p->v.shell);
}

static enum err logins_page(struct request *rq)
{
    struct logins_page *p = arena_new(rq->arena, struct logins_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_logins, p));
    view_overview(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route events_routes[] = {
    ROUTE(GET, "/log", THE_LOG, WAITS, log_page),
    ROUTE(POST, "/log/verify", THE_LOG, TAKES_FORM | WAITS, verify_now),
    ROUTE(GET, "/log/logins", THE_LOG, TAKES_NOTHING, logins_page),
    ROUTE_END,
};
