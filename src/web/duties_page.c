/* duties_page.c — /duties: what I owe, what my unit owes, what every unit owes; and the head of the first page of the day. */
#include "duties.html.h"
#include "ledger/names.h"
#include "ledgers.h"
#include "web/bulk.h"
#include "web/cell.h"
#include "web/duties.h"
#include "web/duty_words.h"
#include "web/home_view.h"
#include "web/page.h"
#include "web/pages.h"

enum { ROWS = 100, UNITS = 200, URGENT = 10 };

/* Which list is asked for. */
enum tab { TAB_MINE, TAB_UNIT, TAB_UNITS };
static const char *const tab_words[] = {"mine", "unit", "units"};

struct duties_page {
    struct request *rq;
    struct duties_view v;
    enum tab tab;
    int64_t other; /* a unit that was chosen of the table; 0: one's own */
    struct duty_showing show;
    struct duty_whose whose;
    struct duty_counts counts;
    struct duty_row row[ROWS];
    struct duty_part part[DUTY_GROUP__MAX];
};

static const struct actor *me(const struct duties_page *p)
{
    return &p->rq->session.actor;
}

bool duty_leads(const struct actor *a)
{
    return a->role == ROLE_LEADER || a->role == ROLE_OFFICE || a->role == ROLE_OFFICER;
}

/* A station acts for the territory of another unit, its township. 0: none. */
static int64_t territory_of(const struct actor *a)
{
    return a->sees == SEES_TERRITORY && a->sees_id != a->unit ? a->sees_id : 0;
}

/* ---- a row ---- */

enum err duty_showing(struct work *w, struct request *rq, struct duty_showing *ret)
{
    *ret = (struct duty_showing){.rq = rq, .now = clock_now()};
    day_t today = instant_day(ret->now);
    return calendar_load(w, today, today + DUTY_WORKDAYS, DAY_MAX, &ret->calendar);
}

static enum err name_of(struct work *w, const struct ledger *l, int64_t id, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    *ret = STR_NONE;
    if (!id) return OK;
    TRY(names_record(w, l, id, &b));
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static bool may_see(const struct duty_showing *s, const struct ledger *l)
{
    return l && right_may(s->rq->store, &s->rq->session.actor, l, RIGHT_SEE);
}

static enum err show_where(struct work *w, const struct duty_showing *s, const struct duty_row *r, struct duty_item *out)
{
    const struct registry *reg = w->store->registry;
    const struct ledger *on = registry_find(reg, r->record_ledger), *premises = premises_ledger(reg);
    int64_t id;
    out->matter = (struct view_link){.text = r->matter, .url = arena_printf(w->arena, "/l/duty/%lld", (long long)r->id)};
    if (may_see(s, on) && str_int(r->record_id, &id))
        out->record = (struct view_link){.text = r->record_number.n ? r->record_number : str_of(ledger_label(on, s->rq->lang)),
                                         .url = cell_url(w->arena, on, id, "")};
    TRY(name_of(w, premises, r->premises, &out->premises.text));
    if (r->premises && may_see(s, premises)) out->premises.url = cell_url(w->arena, premises, r->premises, "");
    return s->who ? name_of(w, person_ledger(reg), r->person, &out->who) : name_of(w, unit_ledger(reg), r->unit, &out->who);
}

enum err duty_show(struct work *w, const struct duty_showing *s, const struct duty_row *r, struct duty_item *out)
{
    const struct ledger *l = duty_ledger(w->store->registry);
    const struct state *state = ledger_state(l, r->state);
    char text[INSTANT_TEXT];
    *out = (struct duty_item){.box = arena_printf(w->arena, "%lld.%lld", (long long)r->id, (long long)r->version),
                              .state_name = r->state,
                              .iso = arena_str(w->arena, str_of(instant_text(r->due, text))),
                              .provisional = r->provisional};
    TRY(show_where(w, s, r, out));
    out->due = (struct view_link){.text = duty_end_text(w->arena, r->due),
                                  .url = arena_printf(w->arena, "/duties/%lld/why", (long long)r->id)};
    bool still = str_is(r->state, "suspended");
    out->left = still ? str_of(_("its time stands still")) : duty_left_text(w->arena, s->calendar, s->now, r->due);
    if (state) out->state = (struct badge){str_of(s->rq->lang == LANG_ZH ? state->zh : state->en), duty_group_tone(s->group)};
    if (r->rung == RUNG__MAX) return OK;
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    TRY(names_code(w, duty_field_rung(l), str_of(rung_names[r->rung]), &b));
    TRY(buf_error(&b));
    out->told = arena_str(w->arena, buf_view(&b));
    return OK;
}

static enum err show_all(struct work *w, const struct duty_showing *s, const struct duty_row *row, int n, const struct duty_item **ret)
{
    struct duty_item *item = arena_array(w->arena, struct duty_item, n + 1);
    if (!item) return err_no_memory();
    for (int i = 0; i < n; i++) TRY(duty_show(w, s, &row[i], &item[i]));
    *ret = item;
    return OK;
}

/* ---- the groups ---- */

static const char *const group_ids[DUTY_GROUP__MAX] = {"overdue", "judged", "today", "week", "later"};

static struct str unit_url(struct arena *a, int64_t unit, const char *behind)
{
    return arena_printf(a, "/duties?of=unit&unit=%lld%s", (long long)unit, behind);
}

/* More than are shown: the ledger has them, by the same owner. */
static struct str all_of(const struct duties_page *p)
{
    bool unit = p->whose.unit != 0;
    return arena_printf(p->rq->arena, "/l/duty?where=owner_%s%%20%%3D%%20%lld&sort=due", unit ? "unit" : "person",
                        (long long)(unit ? p->whose.unit : p->whose.person));
}

static enum err add_part(struct work *w, struct duties_page *p, enum duty_group g)
{
    struct duty_part *part = &p->part[p->v.part_count];
    int n;
    if (!p->counts.n[g]) return OK;
    p->show.group = g;
    TRY(duty_rows(w, p->whose, g, p->show.now, p->row, ROWS, &n));
    *part = (struct duty_part){.id = str_of(group_ids[g]),
                               .label = str_of(duty_group_label(g)),
                               .count = arena_printf(w->arena, "%lld", (long long)p->counts.n[g]),
                               .tone = duty_group_tone(g),
                               .item_count = n};
    if (p->counts.n[g] > n) part->all_url = all_of(p);
    p->v.part_count++;
    return show_all(w, &p->show, p->row, n, &part->item);
}

static enum err fill_parts(struct work *w, struct duties_page *p)
{
    TRY(duty_showing(w, p->rq, &p->show));
    p->show.who = p->tab == TAB_UNIT;
    TRY(duty_count(w, p->whose, p->show.now, &p->counts));
    for (enum duty_group g = 0; g < DUTY_GROUP__MAX; g++) TRY(add_part(w, p, g));
    p->v.part = p->part;
    if (!p->v.part_count) p->v.empty = str_of(_("Nothing is owed."));
    return bulk_acts(p->rq, duty_ledger(w->store->registry), false, &p->v.bulk, &p->v.bulk_count);
}

/* ---- by unit ---- */

static enum err fill_unit(struct work *w, const struct duty_counts *c, struct duty_unit *out)
{
    static const struct {
        enum duty_group group;
        const char *anchor;
    } shown[] = {{DUTY_OVERDUE, "#overdue"}, {DUTY_TODAY, "#today"}, {DUTY_WEEK, "#week"}, {DUTY_LATER, "#later"}};
    TRY(name_of(w, unit_ledger(w->store->registry), c->unit, &out->unit.text));
    if (!c->unit) out->unit.text = str_of(_("owed by no unit"));
    if (c->unit) out->unit.url = unit_url(w->arena, c->unit, "");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        int64_t n = c->n[shown[i].group];
        if (!n) continue;
        out->count[i].text = arena_printf(w->arena, "%lld", (long long)n);
        if (c->unit) out->count[i].url = unit_url(w->arena, c->unit, shown[i].anchor);
    }
    return OK;
}

static enum err fill_units(struct work *w, struct duties_page *p)
{
    struct duty_counts *counts = arena_array(w->arena, struct duty_counts, UNITS);
    struct duty_unit *unit = arena_array(w->arena, struct duty_unit, UNITS);
    int n;
    if (!counts || !unit) return err_no_memory();
    TRY(duty_count_by_unit(w, clock_now(), counts, UNITS, &n));
    for (int i = 0; i < n; i++) TRY(fill_unit(w, &counts[i], &unit[i]));
    p->v.unit = unit;
    p->v.unit_count = n;
    p->v.units = true;
    if (!n) p->v.empty = str_of(_("No unit owes anything."));
    return OK;
}

/* ---- the page ---- */

static enum err read_tab(struct work *w, struct duties_page *p)
{
    struct str of = request_query(p->rq, "of"), unit = request_query(p->rq, "unit");
    p->tab = TAB_MINE;
    for (enum tab t = TAB_MINE; t <= TAB_UNITS; t++)
        if (str_is(of, tab_words[t])) p->tab = t;
    if (unit.p && !str_int(unit, &p->other)) return err_set(ERR_INVALID, _("unit: “%.*s” is no id of a unit"), STR_ARG(unit));
    if (p->other == me(p)->unit) p->other = 0;
    bool own = !p->other || p->other == territory_of(me(p));
    if ((!own || p->tab == TAB_UNITS) && !duty_leads(me(p)))
        return err_set(ERR_FORBIDDEN, "%s", _("the duties of other units are for those who lead them"));
    if (p->tab == TAB_MINE) return duty_mine(w, me(p), &p->whose);
    p->whose = (struct duty_whose){.unit = p->other ? p->other : me(p)->unit};
    return OK;
}

static enum err fill_tabs(struct work *w, struct duties_page *p)
{
    struct view_link *tab = arena_array(w->arena, struct view_link, 4);
    int n = 0;
    if (!tab) return err_no_memory();
    tab[n++] = (struct view_link){str_of(_("Mine")), STR("/duties"), p->tab == TAB_MINE};
    if (me(p)->unit) tab[n++] = (struct view_link){str_of(_("My unit")), STR("/duties?of=unit"), p->tab == TAB_UNIT && !p->other};
    if (duty_leads(me(p))) tab[n++] = (struct view_link){str_of(_("By unit")), STR("/duties?of=units"), p->tab == TAB_UNITS};
    int64_t further = p->other ? p->other : territory_of(me(p));
    if (further) {
        tab[n] = (struct view_link){.url = unit_url(w->arena, further, ""), .current = p->other != 0};
        TRY(name_of(w, unit_ledger(w->store->registry), further, &tab[n++].text));
    }
    p->v.tab = tab;
    p->v.tab_count = n;
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct duties_page *p = arg;
    struct request *rq = p->rq;
    p->v = (struct duties_view){.title = str_of(_("Duties")), .today = duty_end_text(w->arena, day_end(instant_day(clock_now())))};
    TRY(read_tab(w, p));
    TRY(fill_tabs(w, p));
    TRY(p->tab == TAB_UNITS ? fill_units(w, p) : fill_parts(w, p));
    p->v.back = rq->x->query.n ? arena_printf(w->arena, "/duties?%.*s", STR_ARG(rq->x->query)) : STR("/duties");
    return page_shell(w, rq, p->v.title, NULL, &p->v.shell);
}

static enum err page(struct request *rq)
{
    struct duties_page *p = arena_new(rq->arena, struct duties_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_page, p));
    view_duties(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* ---- the head of the first page of the day ---- */

struct head {
    struct str label, url;
    struct duty_whose whose;
    struct duty_counts counts;
};

static bool owes(const struct duty_counts *c)
{
    int64_t n = 0;
    for (int g = 0; g < DUTY_GROUP__MAX; g++) n += c->n[g];
    return n > 0;
}

static enum err head_of_unit(struct work *w, int64_t unit, instant_t now, struct head *ret)
{
    *ret = (struct head){.label = str_of(_("What my unit owes")), .url = unit_url(w->arena, unit, ""), .whose = {.unit = unit}};
    return duty_count(w, ret->whose, now, &ret->counts);
}

/* One's own; whoever owes nothing himself sees what his unit owes, or the territory that it acts for. */
static enum err find_head(struct work *w, const struct actor *a, instant_t now, struct head *ret)
{
    *ret = (struct head){.label = str_of(_("What I owe")), .url = STR("/duties")};
    TRY(duty_mine(w, a, &ret->whose));
    TRY(duty_count(w, ret->whose, now, &ret->counts));
    if (owes(&ret->counts)) return OK;
    TRY(head_of_unit(w, a->unit, now, ret));
    return owes(&ret->counts) || !territory_of(a) ? OK : head_of_unit(w, territory_of(a), now, ret);
}

static enum err most_urgent(struct work *w, struct duty_showing *s, const struct head *h, struct duties_brief *ret)
{
    static const enum duty_group urgent[] = {DUTY_OVERDUE, DUTY_TODAY, DUTY_WEEK};
    struct duty_row *row = arena_array(w->arena, struct duty_row, URGENT);
    struct duty_item *item = arena_array(w->arena, struct duty_item, URGENT);
    if (!row || !item) return err_no_memory();
    for (size_t i = 0; i < sizeof urgent / sizeof *urgent && ret->item_count < URGENT; i++) {
        int n = 0;
        s->group = urgent[i];
        if (h->counts.n[s->group]) TRY(duty_rows(w, h->whose, s->group, s->now, row, URGENT - ret->item_count, &n));
        for (int k = 0; k < n; k++) TRY(duty_show(w, s, &row[k], &item[ret->item_count++]));
    }
    ret->item = item;
    return OK;
}

/* Whoever leads and owes nothing himself sees what the units owe: those with most overdue. */
static enum err head_of_units(struct work *w, instant_t now, struct head *h, struct duties_brief *ret)
{
    struct duty_counts *counts = arena_array(w->arena, struct duty_counts, UNITS);
    struct duty_unit *unit = arena_array(w->arena, struct duty_unit, URGENT);
    int n;
    if (!counts || !unit) return err_no_memory();
    TRY(duty_count_by_unit(w, now, counts, UNITS, &n));
    *h = (struct head){.label = str_of(_("What the units owe")), .url = STR("/duties?of=units")};
    for (int i = 0; i < n; i++)
        for (int g = 0; g < DUTY_GROUP__MAX; g++) h->counts.n[g] += counts[i].n[g];
    for (; ret->unit_count < n && ret->unit_count < URGENT; ret->unit_count++)
        TRY(fill_unit(w, &counts[ret->unit_count], &unit[ret->unit_count]));
    ret->unit = unit;
    return OK;
}

static void put_figures(struct arena *a, const struct head *h, struct home_figure *figure, int *figures)
{
    static const enum duty_group told[DUTY_FIGURES] = {DUTY_OVERDUE, DUTY_TODAY, DUTY_WEEK};
    for (int i = 0; i < DUTY_FIGURES; i++)
        figure[(*figures)++] = (struct home_figure){.number = arena_printf(a, "%lld", (long long)h->counts.n[told[i]]),
                                                    .label = str_of(duty_group_label(told[i])),
                                                    .url = arena_printf(a, "%.*s#%s", STR_ARG(h->url), group_ids[told[i]]),
                                                    .tone = h->counts.n[told[i]] ? duty_group_tone(told[i]) : TONE_NONE};
}

enum err duties_head(struct work *w, struct request *rq, struct home_figure *figure, int *figures, struct duties_brief *ret)
{
    const struct actor *a = &rq->session.actor;
    struct duty_showing s;
    struct head h;
    *ret = (struct duties_brief){0};
    if (!right_may(rq->store, a, duty_ledger(w->store->registry), RIGHT_SEE) || !a->unit) return OK;
    TRY(duty_showing(w, rq, &s));
    TRY(find_head(w, a, s.now, &h));
    s.who = h.whose.unit != 0;
    bool leads = duty_leads(a) && !owes(&h.counts);
    TRY(leads ? head_of_units(w, s.now, &h, ret) : most_urgent(w, &s, &h, ret));
    put_figures(w->arena, &h, figure, figures);
    ret->label = h.label;
    ret->all_url = h.url;
    ret->shown = true;
    return OK;
}

const struct route duties_routes[] = {
    ROUTE(GET, "/duties", MAY_ON(RIGHT_SEE, "duty"), TAKES_NOTHING, page),
    ROUTE_END,
};
