/* home.c — the first page of the day: what I owe, what is new to me, what to do first. Every part of it reads a few rows at the
 * end of an index. */
#include "home.html.h"
#include "ledger/event_list.h"
#include "ledger/job.h"
#include "ledger/names.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "web/cell.h"
#include "web/duties.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/rows_table.h"
#include "web/timeline.h"

#define NEW_DAYS 7
#define NEW_ROWS 6 /* of a ledger are shown, */
#define NEW_COUNTED 100
#define NEW_MOST 6 /* ledgers */
#define ENTRIES 10
#define COLUMNS 4
#define JOBS 20
#define SECTIONS (NEW_MOST + 4)

struct home_page {
    struct request *rq;
    struct home_view v;
    struct view_section section[SECTIONS];
    struct home_figure figure[NEW_MOST + DUTY_FIGURES + 2];
};

static const struct actor *me(const struct home_page *p)
{
    return &p->rq->session.actor;
}

static bool may(const struct home_page *p, const struct ledger *l, enum right_action action)
{
    return right_may(p->rq->store, me(p), l, action);
}

static void figure(struct home_page *p, const struct page *page, struct str label, struct str url, enum tone tone)
{
    p->figure[p->v.figure_count++] = (struct home_figure){
        .number = arena_printf(p->rq->arena, page->next.p ? "%d+" : "%d", page->n), .label = label, .url = url, .tone = tone};
}

/* A table of records under a heading, when there are any; and how many they are as a figure. */
static enum err add(struct work *w, struct home_page *p, const struct page *page, const struct ledger *l, struct view_section part,
                    const struct field *without, int most, enum tone tone)
{
    if (!page->n) return OK;
    struct page shown = *page;
    if (shown.n > most) shown.n = most;
    part.table.caption = part.label;
    TRY(rows_table(w, p->rq, &shown, l, without, COLUMNS, &part.table));
    p->section[p->v.section_count++] = part;
    figure(p, page, part.label, part.all_url, tone);
    return OK;
}

/* ---- what is new ---- */

/* Ledgers that people work in: not reference data, not what the program writes by itself. */
static bool is_worked_in(const struct ledger *l)
{
    static const char *const others[] = {"duty", "deduction", "setting", "right"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(l->ledger, others[i]) == 0) return false;
    return !l->parent && !(l->scope && l->scope->public_);
}

static enum err add_new(struct work *w, struct home_page *p, const struct ledger *l)
{
    const struct condition since = {query_system_field(STR("id")), OP_GE, value_int(store_id_since((int64_t)NEW_DAYS * 86400))};
    struct query q = {.l = l, .where = &since, .where_n = 1, .limit = NEW_COUNTED, .walk = QUERY_WALK};
    struct page page;
    TRY(query_list(w, &q, &page));
    struct view_section part = {.id = str_of(l->ledger),
                                .label = arena_printf(w->arena, _("New in 7 days: %s"), ledger_label(l, p->rq->lang)),
                                .all_url = arena_printf(w->arena, "/l/%s", l->ledger)};
    return add(w, p, &page, l, part, NULL, NEW_ROWS, TONE_NONE);
}

/* Accounts that wait for somebody to say what they may do. */
static enum err add_waiting(struct work *w, struct home_page *p)
{
    const struct ledger *l = account_ledger(w->store->registry);
    const struct condition waiting = {query_system_field(STR("state")), OP_EQ, value_text(STR("waiting"))};
    struct query q = {.l = l, .where = &waiting, .where_n = 1, .limit = NEW_ROWS};
    struct page page;
    if (!right_may_verb(w->store, me(p), l, STR("grant"))) return OK;
    TRY(query_list(w, &q, &page));
    struct view_section part = {.id = STR("waiting"),
                                .label = str_of(_("Accounts that wait to be granted")),
                                .all_url = STR("/l/account?where=state%20%3D%20waiting")};
    return add(w, p, &page, l, part, NULL, NEW_ROWS, TONE_WARN);
}

static enum err add_ledgers(struct work *w, struct home_page *p)
{
    const struct registry *reg = w->store->registry;
    int most = p->v.section_count + NEW_MOST;
    for (int i = 0; i < reg->n && p->v.section_count < most; i++)
        if (is_worked_in(reg->ledgers[i]) && may(p, reg->ledgers[i], RIGHT_SEE)) TRY(add_new(w, p, reg->ledgers[i]));
    return OK;
}

/* ---- my work that runs ---- */

static enum err add_jobs(struct work *w, struct home_page *p)
{
    struct job job[JOBS];
    int n;
    struct column *c = arena_array(w->arena, struct column, 2);
    struct view_row *row = arena_array(w->arena, struct view_row, JOBS);
    struct view_section *s = &p->section[p->v.section_count];
    if (!c || !row) return err_no_memory();
    TRY(job_list(w, 0, job, JOBS, &n));
    c[0] = (struct column){.label = str_of(_("Work")), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(_("Done")), .kind = COLUMN_NUMBER};
    *s = (struct view_section){.id = STR("jobs"), .label = str_of(_("My work that is running")), .all_url = STR("/jobs")};
    s->table = (struct view_table){.caption = s->label, .column = c, .column_count = 2, .row = row};
    for (int i = 0; i < n; i++) {
        struct view_cell *cell = arena_array(w->arena, struct view_cell, 2);
        if (!cell) return err_no_memory();
        if (!str_is(job[i].state, "running") || !str_eq(job[i].actor, me(p)->name)) continue;
        cell[0] = (struct view_cell){.text = job[i].kind, .url = arena_printf(w->arena, "/jobs/%lld", (long long)job[i].id)};
        cell[1].text = job[i].total ? arena_printf(w->arena, "%lld%%", (long long)(100 * job[i].done / job[i].total)) : STR_NONE;
        row[s->table.row_count++].cell = cell;
    }
    p->v.section_count += s->table.row_count > 0;
    return OK;
}

/* ---- what others did ---- */

static enum err add_news(struct work *w, struct home_page *p)
{
    struct events news;
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    TRY(event_news(w, clock_now() - NEW_DAYS * INSTANT_DAY, ENTRIES, &news));
    struct timeline_entry *list = arena_array(w->arena, struct timeline_entry, ENTRIES);
    if (!list) return err_no_memory();
    for (int i = 0; i < news.n; i++) {
        const struct event_found *e = &news.event[i];
        TRY(timeline_event(w, p->rq, e->l, e->body, true, &list[i]));
        if (list[i].change_count > 3) list[i].change_count = 3;
        buf_reset(&b);
        buf_printf(&b, "%s ", ledger_label(e->l, p->rq->lang));
        TRY(names_record(w, e->l, e->record, &b));
        TRY(buf_error(&b));
        list[i].on = (struct view_link){.text = arena_str(w->arena, buf_view(&b)), .url = cell_url(w->arena, e->l, e->record, "")};
    }
    p->v.entry = list;
    p->v.entry_count = news.n;
    return OK;
}

/* ---- what to do ---- */

/* Offered to whoever may do it. */
static const struct step {
    const char *label, *ledger, *url;
    enum right_action action;
} steps[] = {
    {N_("Report a hazard"), "hazard", "/l/hazard/new", RIGHT_CREATE},
    {N_("Enter a premises"), "premises", "/l/premises/new", RIGHT_CREATE},
    {N_("Import a register of premises"), "premises", "/l/premises/import", RIGHT_IMPORT},
    {N_("See who answers for what"), "responsibility", "/who", RIGHT_SEE},
    {N_("Make an account"), "account", "/l/account/new", RIGHT_CREATE},
    {N_("Accounts"), "account", "/l/account", RIGHT_SEE},
    {N_("Rights of the roles"), "right", "/rights", RIGHT_SEE},
    {N_("Settings"), "setting", "/settings", RIGHT_CHANGE},
};

static const struct {
    enum role role;
    const char *words;
} firsts[] = {
    {ROLE_NONE, N_("Your account acts under no post today, so it shows nothing. Please ask who keeps the posts to enter yours.")},
    {ROLE_SYSTEM_ADMIN,
     N_("You keep the accounts: you make them, block them and set passwords. What an account may do is said by a security "
        "administrator.")},
    {ROLE_SECURITY_ADMIN, N_("You say what accounts may do: grant those that wait, keep the posts and the rights of the roles.")},
    {ROLE_AUDITOR, N_("You watch over the event log: what was done, by whom, and whether the chain is whole.")},
    {ROLE_LEADER, N_("What your district records will stand here: premises, hazards, accidents, and what is late.")},
    {ROLE_OFFICE,
     N_("Bring in the registers that you have: units and persons first, then premises. Excel tables are understood as they are.")},
    {ROLE_OFFICER, N_("Bring in the premises of your sector, or enter the first one; then report what you find there.")},
    {ROLE_STATION, N_("Bring in the premises of your territory, or enter the first one; then report what you find there.")},
    {ROLE_ENTERPRISE, N_("Look through what is recorded about your premises, and report hazards that you have found yourself.")},
};

static enum err fill_steps(struct home_page *p)
{
    const int room = (int)(sizeof steps / sizeof *steps) + 1;
    struct view_link *link = arena_array(p->rq->arena, struct view_link, room);
    int n = 0;
    if (!link) return err_no_memory();
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct ledger *l = registry_find(p->rq->store->registry, str_of(steps[i].ledger));
        if (l && may(p, l, steps[i].action)) link[n++] = (struct view_link){.text = str_of(_(steps[i].label)), .url = str_of(steps[i].url)};
    }
    if (right_may_log(p->rq->store, me(p))) link[n++] = (struct view_link){.text = str_of(_("Event log")), .url = STR("/log")};
    p->v.quick = p->v.step = link;
    p->v.quick_count = n < 4 ? n : 4;
    if (p->v.section_count) return OK;
    p->v.step_count = n;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        if (firsts[i].role == me(p)->role) p->v.first = str_of(_(firsts[i].words));
    return OK;
}

static void fill_today(struct home_page *p)
{
    static const char *const weekdays[] = {N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
                                           N_("Friday"), N_("Saturday"), N_("Sunday")};
    char text[DAY_TEXT];
    day_t today = instant_day(clock_now());
    p->v.today = arena_printf(p->rq->arena, "%s %s", day_text(today, text), _(weekdays[day_weekday(today) - 1]));
}

static enum err make_page(struct work *w, void *arg)
{
    struct home_page *p = arg;
    p->v = (struct home_view){.section = p->section, .figure = p->figure};
    fill_today(p);
    TRY(duties_head(w, p->rq, p->figure, &p->v.figure_count, &p->v.duties));
    TRY(add_waiting(w, p));
    TRY(add_ledgers(w, p));
    TRY(add_jobs(w, p));
    TRY(add_news(w, p));
    TRY(fill_steps(p));
    return page_shell(w, p->rq, str_of(_("Home")), NULL, &p->v.shell);
}

static enum err home_page(struct request *rq)
{
    struct home_page *p = arena_new(rq->arena, struct home_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_page, p));
    view_home(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route home_routes[] = {
    ROUTE(GET, "/", LOGGED_IN, TAKES_NOTHING, home_page),
    ROUTE_END,
};
