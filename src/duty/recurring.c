/* recurring.c — duties that come again: one for each unit and period, from rules that name a period and kinds of units.
 *
 * The duty hangs on the unit and starts with the first moment of the period; record, rule and start make it unique, so it starts
 * once whoever ticks. How far each rule is stands in the settings. Periods that began while nothing ran are made up; a rule begins
 * with the period in which it is first seen. A rule that the district has still to confirm starts nothing.
 */
#include "duty/duty_parts.h"
#include "ledger/query.h"
#include "ledgers.h"

enum { UNITS = 100, RULES_MAX = 1000 };

static const int months_of[RECURS__MAX] = {0, 1, 3, 6, 12};

static day_t period_of(day_t day, enum recurrence r)
{
    struct civil c = day_civil(day);
    return day_of((struct civil){c.year, c.month - (c.month - 1) % months_of[r], 1});
}

/* Where a rule is: all units of periods before `period`, and of it those up to `unit`. */
struct progress {
    day_t period;
    int64_t unit;
};

static enum err progress_name(struct work *w, struct str code, struct str *ret)
{
    *ret = arena_printf(w->arena, "recurring/%.*s", STR_ARG(code));
    return ret->p ? OK : err_no_memory();
}

static enum err read_progress(struct work *w, struct str code, day_t otherwise, struct progress *ret)
{
    struct str name, text;
    *ret = (struct progress){otherwise, 0};
    TRY(progress_name(w, code, &name));
    TRY(store_setting(w, name.p, STR(""), &text));
    struct str day = str_split(&text, ' ');
    if (day_parse(day, &ret->period) && text.p) str_int(text, &ret->unit);
    return OK;
}

static enum err write_progress(struct work *w, struct str code, struct progress p)
{
    char day[DAY_TEXT];
    struct str name, text = arena_printf(w->arena, "%s %lld", day_text(p.period, day), (long long)p.unit);
    TRY(progress_name(w, code, &name));
    return text.p ? store_setting_put(w, name.p, text) : err_no_memory();
}

static bool owes(const struct record *unit, const struct rule *r, day_t period)
{
    struct str rest = r->recurs_for, kind;
    day_t dissolved = unit_dissolved_on(unit);
    if (unit->withdrawn || (dissolved != DAY_UNKNOWN && dissolved <= period)) return false;
    while (many_next(&rest, &kind))
        if (str_eq(kind, unit_kind(unit))) return true;
    return false;
}

static enum err start_for(struct work *w, const struct record *unit, const struct rule *r, day_t period, int64_t *started)
{
    struct duty_ask k = {.rule = *r, .start = day_start(period)};
    struct duty_start s = {.on = unit, .rule = r, .rule_code = r->clock.code, .start = k.start, .unit = unit->id, .recurs = true};
    struct record *made;
    TRY(duty_reckon(w, &k, &s.found));
    TRY(duty_begin(w, &s, &made));
    *started += made != NULL;
    return OK;
}

/* Some units of a period; *all: the last of them. */
static enum err start_some(struct work *w, const struct rule *r, struct progress *p, int64_t *started, bool *all)
{
    const struct ledger *l = unit_ledger(w->store->registry);
    struct condition after = {query_system_field(STR("id")), OP_GT, value_int(p->unit)};
    int64_t ids[UNITS];
    int n;
    TRY(query_ids(w, l, &after, 1, false, ids, UNITS, &n));
    for (int i = 0; i < n; i++) {
        struct record *unit;
        TRY(store_load(w, l, ids[i], false, &unit));
        if (owes(unit, r, p->period)) TRY(start_for(w, unit, r, p->period, started));
        p->unit = ids[i];
    }
    *all = n < UNITS;
    return OK;
}

/* The rule that is in force, and how far it is; *ret false: all of it is there, or there is no such rule today. */
static enum err look_at(struct work *w, struct str code, day_t today, struct rule *r, struct progress *p, bool *ret)
{
    struct editions all;
    *ret = false;
    TRY(duty_editions(w, code, &all));
    enum err e = rule_on(w->store, &all, today, r);
    if (e == ERR_NOT_FOUND || (!e && (!r->recurs || r->clock.to_confirm))) return OK;
    TRY(e);
    TRY(read_progress(w, code, period_of(today, r->recurs), p));
    *ret = p->period <= today;
    return OK;
}

/* One rule: some units of the oldest period that is not done. */
static enum err of_rule(struct work *w, struct str code, day_t today, int64_t *started, bool *some)
{
    struct rule r;
    struct progress p;
    bool done;
    TRY(look_at(w, code, today, &r, &p, some));
    if (!*some) return OK;
    TRY(start_some(w, &r, &p, started, &done));
    if (done) p = (struct progress){day_add_months(p.period, months_of[r.recurs]), 0};
    return write_progress(w, code, p);
}

static enum err codes(struct work *w, struct page *ret)
{
    static const struct actor clock = ACTOR_CLOCK;
    const struct actor *asked = w->actor;
    const struct ledger *l = clock_rule_ledger(w->store->registry);
    struct condition recurs = {clock_rule_field_recurs(l), OP_NE, VALUE_NULL};
    w->actor = &clock;
    enum err e = query_all(w, &(struct query){.l = l, .where = &recurs, .where_n = 1}, RULES_MAX, ret);
    w->actor = asked;
    return e;
}

enum err recurring_some(struct work *w, instant_t now, int64_t *started, bool *ret)
{
    struct page p;
    *started = 0;
    *ret = false;
    TRY(codes(w, &p));
    for (int i = 0; i < p.n && !*ret; i++) TRY(of_rule(w, clock_rule_code(p.record[i]), instant_day(now), started, ret));
    return OK;
}

enum err recurring_due(struct work *w, instant_t now, bool *ret)
{
    struct page p;
    struct rule r;
    struct progress at;
    *ret = false;
    TRY(codes(w, &p));
    for (int i = 0; i < p.n && !*ret; i++) TRY(look_at(w, clock_rule_code(p.record[i]), instant_day(now), &r, &at, ret));
    return OK;
}
