/* due.c — reckoning of deadlines. See due.h. Writing and reading of derivations is in derivation.c. */
#include "duty/due.h"

const char *const clock_unit_names[CLOCK__MAX] = {"hours", "days", "working_days", "months"};

#define LONG_DAYS 200 /* more days than this are told in ranges */

/* A reckoning in progress. */
struct reckoning {
    struct arena *arena;
    const struct calendar *calendar;
    struct due *due;
    int room;
    bool ranges;
};

static enum err add_step(struct reckoning *k, struct due_step s)
{
    struct due *d = k->due;
    d->provisional |= s.provisional;
    struct due_step *former = d->n ? &d->steps[d->n - 1] : NULL;
    if (k->ranges && former && former->why == s.why && former->provisional == s.provisional && (s.why == WHY_PLAIN || s.why == WHY_DAY)) {
        former->last = s.last;
        former->counts += s.counts;
        former->n = s.n;
        return OK;
    }
    struct due_step *steps = ARENA_GROW(k->arena, d->steps, d->n, &k->room);
    if (!steps) return err_no_memory();
    steps[d->n++] = s;
    d->steps = steps;
    return OK;
}

static enum err too_far(void)
{
    return err_set(ERR_INVALID, "%s", _("the deadline lies outside of the years 1 to 9999"));
}

static enum err add_working(struct reckoning *k, day_t day, struct day_answer a, int64_t n)
{
    static const enum due_why why[] = {
        [DAY_WORK] = WHY_WORK, [DAY_WEEKEND] = WHY_WEEKEND, [DAY_HOLIDAY] = WHY_HOLIDAY, [DAY_MAKE_UP] = WHY_MAKE_UP};
    bool plain = k->ranges && (a.kind == DAY_WORK || a.kind == DAY_WEEKEND);
    return add_step(k, (struct due_step){day, day, a.works, n, plain ? WHY_PLAIN : why[a.kind], a.provisional, a.name});
}

/* Days one by one until `amount` of them have counted; *day is the last. */
static enum err count_days(struct reckoning *k, const struct clock_rule *r, day_t *day)
{
    int step = r->amount < 0 ? -1 : 1;
    int64_t left = r->amount < 0 ? -r->amount : r->amount, n = 0;
    bool working = r->unit == CLOCK_WORKING_DAYS;
    if (!r->count_first || !left) TRY(add_step(k, (struct due_step){*day, *day, 0, 0, WHY_START, false, STR_NONE}));
    for (bool first = r->count_first; n < left; first = false) {
        if (!first) *day += step;
        if (*day <= DAY_MIN || *day >= DAY_MAX) return too_far();
        struct day_answer a = calendar_ask(k->calendar, *day);
        n += working ? a.works : 1;
        TRY(working ? add_working(k, *day, a, n) : add_step(k, (struct due_step){*day, *day, 1, n, WHY_DAY, false, STR_NONE}));
    }
    return OK;
}

/* The same day of a later month. When the first day counts, the day before that: a month from the 1st ends on the last. */
static enum err count_months(struct reckoning *k, const struct clock_rule *r, day_t *day)
{
    TRY(add_step(k, (struct due_step){*day, *day, 0, 0, WHY_START, false, STR_NONE}));
    if (!r->amount) return OK;
    struct civil from = day_civil(*day);
    if (from.year + r->amount / 12 + 1 > 9999) return too_far();
    day_t end;
    if (!r->count_first)
        end = day_add_months(*day, (int)r->amount);
    else if (from.day > 1)
        end = day_add_months(*day - 1, (int)r->amount);
    else
        end = day_add_months(*day, (int)r->amount) - 1;
    int wanted = r->count_first ? (from.day > 1 ? from.day - 1 : day_civil(end).day) : from.day;
    *day = end;
    return add_step(k,
                    (struct due_step){end, end, 1, r->amount, day_civil(end).day == wanted ? WHY_MONTHS : WHY_MONTH_END, false, STR_NONE});
}

static enum err roll(struct reckoning *k, day_t *day)
{
    for (;; ++*day) {
        if (*day >= DAY_MAX) return too_far();
        struct day_answer a = calendar_ask(k->calendar, *day);
        k->due->provisional |= a.provisional;
        if (a.works) break;
        TRY(add_step(k,
                     (struct due_step){*day, *day, 0, k->due->n ? k->due->steps[k->due->n - 1].n : 0, WHY_ROLLED, a.provisional, a.name}));
    }
    const struct due_step *last = &k->due->steps[k->due->n - 1];
    if (last->why != WHY_ROLLED) return OK;
    struct day_answer a = calendar_ask(k->calendar, *day);
    return add_step(k, (struct due_step){*day, *day, 0, last->n, a.kind == DAY_MAKE_UP ? WHY_MAKE_UP : WHY_WORK, a.provisional, a.name});
}

static enum err check(const struct clock_rule *r, instant_t start)
{
    bool backwards = r->unit == CLOCK_DAYS || r->unit == CLOCK_WORKING_DAYS;
    if (r->amount > DUE_AMOUNT_MAX || r->amount < -DUE_AMOUNT_MAX)
        return err_set(ERR_INVALID, _("a time limit of %lld is out of bounds"), (long long)r->amount);
    if (r->amount < 0 && !backwards) return err_set(ERR_INVALID, "%s", _("only days and working days can be counted backwards"));
    return start <= day_start(DAY_MIN + 1) || start >= day_start(DAY_MAX) ? too_far() : OK;
}

enum err due_find(struct arena *a, const struct clock_rule *r, instant_t start, const struct calendar *c, struct due *ret)
{
    TRY(check(r, start));
    struct due d = {.start = start};
    int64_t days = r->amount < 0 ? -r->amount : r->amount;
    struct reckoning k = {.arena = a, .calendar = c, .due = &d, .ranges = days > LONG_DAYS};
    day_t day = instant_day(start);
    if (r->unit == CLOCK_HOURS) {
        d.due = start + r->amount * INSTANT_HOUR;
        if (d.due >= day_start(DAY_MAX)) return too_far();
        TRY(add_step(&k,
                     (struct due_step){instant_day(d.due), instant_day(d.due), (int32_t)r->amount, r->amount, WHY_HOURS, false, STR_NONE}));
        *ret = d;
        return OK;
    }
    TRY(r->unit == CLOCK_MONTHS ? count_months(&k, r, &day) : count_days(&k, r, &day));
    if (r->roll_next) TRY(roll(&k, &day));
    d.due = day_end(day);
    *ret = d;
    return OK;
}

enum err due_ordered(struct arena *a, instant_t start, day_t ordered, struct due *ret)
{
    struct due d = {.start = start, .due = day_end(ordered)};
    struct reckoning k = {.arena = a, .due = &d};
    TRY(add_step(&k, (struct due_step){ordered, ordered, 1, 1, WHY_ORDERED, false, STR_NONE}));
    *ret = d;
    return OK;
}

void due_span(const struct clock_rule *r, instant_t start, day_t *from, day_t *to)
{
    static const int64_t most[] = {[CLOCK_HOURS] = 1, [CLOCK_DAYS] = 1, [CLOCK_WORKING_DAYS] = 2, [CLOCK_MONTHS] = 31};
    int64_t day = instant_day(start), reach = r->amount * most[r->unit];
    int64_t a = day + (reach < 0 ? reach : 0) - 40, b = day + (reach > 0 ? reach : 0) + 40;
    *from = (day_t)(a < DAY_MIN ? DAY_MIN : a > DAY_MAX ? DAY_MAX : a);
    *to = (day_t)(b > DAY_MAX ? DAY_MAX : b < DAY_MIN ? DAY_MIN : b);
}
