/* due.c — reckoning of deadlines. See due.h. Terms of a change are in due_terms.c, writing and reading in derivation.c. */
#include "duty/due.h"

#include <stdlib.h>

#define LONG_DAYS 200 /* more days than this are told in ranges */

/* A reckoning in progress. */
struct reckoning {
    struct arena *arena;
    const struct calendar *calendar;
    const struct suspension *suspension; /* in their order, apart from each other */
    int suspensions;
    struct due *due;
    int room;
    bool ranges;
};

static enum err add_step(struct reckoning *k, struct due_step s)
{
    struct due *d = k->due;
    struct due_step *former = d->n ? &d->steps[d->n - 1] : NULL;
    bool joins = s.why == WHY_SUSPENDED || (k->ranges && (s.why == WHY_PLAIN || s.why == WHY_DAY));
    if (joins && former && former->why == s.why && former->provisional == s.provisional) {
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

static enum err add_plain(struct reckoning *k, enum due_why why, day_t day, int32_t counts, int64_t n)
{
    return add_step(k, (struct due_step){.day = day, .last = day, .counts = counts, .n = n, .why = why});
}

static enum err too_far(void)
{
    return err_set(ERR_INVALID, "%s", _("the deadline lies outside of the years 1 to 9999"));
}

static bool suspended(const struct reckoning *k, day_t day)
{
    for (int i = 0; i < k->suspensions; i++)
        if (k->suspension[i].from < day_start(day) + INSTANT_DAY && k->suspension[i].to > day_start(day)) return true;
    return false;
}

/* ---- days ---- */

static enum err add_working(struct reckoning *k, day_t day, struct day_answer a, int64_t n)
{
    static const enum due_why why[] = {
        [DAY_WORK] = WHY_WORK, [DAY_WEEKEND] = WHY_WEEKEND, [DAY_HOLIDAY] = WHY_HOLIDAY, [DAY_MAKE_UP] = WHY_MAKE_UP};
    bool plain = k->ranges && (a.kind == DAY_WORK || a.kind == DAY_WEEKEND);
    return add_step(k, (struct due_step){day, day, a.works, n, plain ? WHY_PLAIN : why[a.kind], a.provisional, a.name, CLOCK__MAX});
}

static enum err add_day(struct reckoning *k, day_t day, bool working, int64_t *n)
{
    if (suspended(k, day)) return add_plain(k, WHY_SUSPENDED, day, 0, *n);
    if (!working) return add_plain(k, WHY_DAY, day, 1, ++*n);
    struct day_answer a = calendar_ask(k->calendar, day);
    *n += a.works;
    return add_working(k, day, a, *n);
}

/* Days one by one until `amount` of them have counted; *day is the last. `first`: begin with *day itself. */
static enum err count_days(struct reckoning *k, int64_t amount, bool working, bool first, day_t *day)
{
    int step = amount < 0 ? -1 : 1;
    int64_t left = amount < 0 ? -amount : amount, n = 0;
    k->ranges = left > LONG_DAYS;
    for (; n < left; first = false) {
        if (!first) *day += step;
        if (*day <= DAY_MIN || *day >= DAY_MAX) return too_far();
        TRY(add_day(k, *day, working, &n));
    }
    return OK;
}

/* ---- months ---- */

/* The end of n months of which a day is the first: a month from the 1st ends on the last, one back from the last on the 1st. */
static day_t months_with_first(day_t day, int n)
{
    if (n < 0) return day_add_months(day + 1, n);
    return day_civil(day).day == 1 ? day_add_months(day, n) - 1 : day_add_months(day - 1, n);
}

/* Suspended days on the way do not count: the end moves by as many days that do. */
static enum err make_up(struct reckoning *k, day_t from, bool first, day_t *day)
{
    int way = *day < from ? -1 : 1;
    int64_t n = 0;
    if (!k->suspensions) return OK;
    for (day_t d = first ? from : from + way; (*day - d) * way >= 0; d += way) n += suspended(k, d);
    if (!n) return OK;
    TRY(add_plain(k, WHY_MADE_UP, *day, 0, n));
    return count_days(k, way * n, false, false, day);
}

/* The same day of a later (earlier) month. */
static enum err count_months(struct reckoning *k, int64_t months, bool first, day_t *day)
{
    day_t from = *day;
    int64_t year = day_civil(from).year + months / 12;
    if (!months) return OK;
    if (year < 3 || year + 1 > 9999) return too_far();
    day_t end = first ? months_with_first(from, (int)months) : day_add_months(from, (int)months);
    /* Where the count would end if all months were long enough. */
    int wanted = day_civil(!first ? from : months < 0 ? from + 1 : from - 1).day;
    bool whole = first && months > 0 && day_civil(from).day == 1;
    TRY(add_plain(k, !whole && day_civil(end).day < wanted ? WHY_MONTH_END : WHY_MONTHS, end, 1, months));
    *day = end;
    return make_up(k, from, first, day);
}

/* ---- fixed days ---- */

static enum err find_fixed(struct reckoning *k, const struct clock_rule *r, day_t *day)
{
    static const int lengths[] = {[CLOCK_MONTH_DAY] = 1, [CLOCK_QUARTER_DAY] = 3, [CLOCK_HALF_YEAR_DAY] = 6, [CLOCK_YEAR_DAY] = 12};
    struct civil from = day_civil(*day);
    int length = lengths[r->unit];
    if (r->month < 1 || r->month > length || r->day < 1 || r->day > 31)
        return err_set(ERR_INVALID, "%s", _("a rule with a fixed day needs its month in the period and its day"));
    int64_t period = (from.year * 12 + from.month - 1) / length + r->amount, month = period * length + r->month - 1;
    if (month < 2 * 12 || month >= 9999 * 12) return too_far();
    struct civil at = {(int)(month / 12), (int)(month % 12) + 1, r->day};
    int most = month_days(at.year, at.month);
    if (at.day > most) at.day = most;
    *day = day_of(at);
    return add_plain(k, at.day < r->day ? WHY_FIXED_END : WHY_FIXED, *day, 1, r->amount);
}

/* ---- hours ---- */

/* Exact time, passing over suspensions; *at is the end. */
static enum err count_hours(struct reckoning *k, int64_t hours, instant_t *at)
{
    int way = hours < 0 ? -1 : 1;
    int64_t left = hours * INSTANT_HOUR * way;
    for (int i = 0; i < k->suspensions && left; i++) {
        struct suspension s = k->suspension[way > 0 ? i : k->suspensions - 1 - i];
        instant_t enter = way > 0 ? s.from : s.to, leave = way > 0 ? s.to : s.from;
        if ((leave - *at) * way <= 0) continue; /* behind us */
        int64_t before = (enter - *at) * way;
        if (before >= left) break;
        left -= before > 0 ? before : 0;
        *at = leave;
        TRY(add_step(k, (struct due_step){instant_day(s.from), instant_day(s.to - 1), 0, 0, WHY_SUSPENDED, false, STR_NONE, CLOCK__MAX}));
    }
    *at += left * way;
    if (*at <= day_start(DAY_MIN) || *at >= day_start(DAY_MAX)) return too_far();
    return add_plain(k, WHY_HOURS, instant_day(*at), 1, hours);
}

/* ---- the whole ---- */

static enum err roll(struct reckoning *k, day_t *day)
{
    day_t end = *day;
    for (;; ++*day) {
        if (*day >= DAY_MAX) return too_far();
        struct day_answer a = calendar_ask(k->calendar, *day);
        if (a.works) break;
        TRY(add_step(k, (struct due_step){*day, *day, 0, 0, WHY_ROLLED, a.provisional, a.name, CLOCK__MAX}));
    }
    return *day == end ? OK : add_plain(k, WHY_ROLLED_TO, *day, 0, 0);
}

static bool in_bounds(int64_t amount)
{
    return amount <= DUE_AMOUNT_MAX && amount >= -DUE_AMOUNT_MAX;
}

static enum err out_of_bounds(int64_t amount)
{
    return err_set(ERR_INVALID, _("a time limit of %lld is out of bounds"), (long long)amount);
}

static enum err check_extension(const struct clock_rule *r, struct extension e)
{
    if (e.amount < 1 || !in_bounds(e.amount)) return out_of_bounds(e.amount);
    if (r->amount < 0) return err_set(ERR_INVALID, "%s", _("what is counted backwards cannot be extended"));
    if (clock_fixed(e.unit) || (e.unit == CLOCK_HOURS) != (r->unit == CLOCK_HOURS))
        return err_set(ERR_INVALID, "%s", _("hours are extended by hours, other limits by days, working days, months or years"));
    return OK;
}

static enum err check(const struct clock_rule *r, instant_t start, const struct due_changes *c)
{
    if (!in_bounds(r->amount)) return out_of_bounds(r->amount);
    if (c->suspensions > DUE_CHANGES_MAX || c->extensions > DUE_CHANGES_MAX)
        return err_set(ERR_INVALID, _("more than %d suspensions or extensions"), DUE_CHANGES_MAX);
    if (c->suspensions && clock_fixed(r->unit)) return err_set(ERR_INVALID, "%s", _("a fixed day cannot be suspended, only extended"));
    for (int i = 0; i < c->suspensions; i++)
        if (c->suspension[i].from >= c->suspension[i].to) return err_set(ERR_INVALID, "%s", _("a suspension must end after it begins"));
    for (int i = 0; i < c->extensions; i++) TRY(check_extension(r, c->extension[i]));
    return start <= day_start(DAY_MIN + 1) || start >= day_start(DAY_MAX) ? too_far() : OK;
}

static int by_start(const void *a, const void *b)
{
    instant_t x = ((const struct suspension *)a)->from, y = ((const struct suspension *)b)->from;
    return (x > y) - (x < y);
}

/* In their order, those that meet or overlap as one. */
static enum err take_suspensions(struct reckoning *k, const struct due_changes *c)
{
    struct suspension *s = arena_array(k->arena, struct suspension, c->suspensions + 1);
    int n = 0;
    if (!s) return err_no_memory();
    if (c->suspensions) memcpy(s, c->suspension, (size_t)c->suspensions * sizeof *s);
    qsort(s, (size_t)c->suspensions, sizeof *s, by_start);
    for (int i = 0; i < c->suspensions; i++)
        if (n && s[i].from <= s[n - 1].to)
            s[n - 1].to = s[i].to > s[n - 1].to ? s[i].to : s[n - 1].to;
        else
            s[n++] = s[i];
    k->suspension = s;
    k->suspensions = n;
    return OK;
}

/* An amount in days, working days, months or years. */
static enum err count(struct reckoning *k, int64_t amount, enum clock_unit unit, bool first, day_t *day)
{
    if (unit == CLOCK_MONTHS || unit == CLOCK_YEARS) return count_months(k, unit == CLOCK_YEARS ? amount * 12 : amount, first, day);
    return count_days(k, amount, unit == CLOCK_WORKING_DAYS, first, day);
}

static enum err add_extension(struct reckoning *k, struct extension e, day_t day)
{
    return add_step(k, (struct due_step){day, day, 0, e.amount, WHY_EXTENDED, false, STR_NONE, e.unit});
}

static enum err find_instant(struct reckoning *k, const struct clock_rule *r, const struct due_changes *c)
{
    instant_t at = k->due->start;
    TRY(count_hours(k, r->amount, &at));
    for (int i = 0; i < c->extensions; i++) {
        TRY(add_extension(k, c->extension[i], instant_day(at)));
        TRY(count_hours(k, c->extension[i].amount, &at));
    }
    k->due->due = at;
    return OK;
}

static enum err find_day(struct reckoning *k, const struct clock_rule *r, const struct due_changes *c)
{
    day_t day = instant_day(k->due->start);
    bool fixed = clock_fixed(r->unit), by_days = r->unit == CLOCK_DAYS || r->unit == CLOCK_WORKING_DAYS;
    if (!by_days || !r->count_first || !r->amount) TRY(add_plain(k, WHY_START, day, 0, 0));
    TRY(fixed ? find_fixed(k, r, &day) : count(k, r->amount, r->unit, r->count_first, &day));
    for (int i = 0; i < c->extensions; i++) {
        TRY(add_extension(k, c->extension[i], day));
        TRY(count(k, c->extension[i].amount, c->extension[i].unit, false, &day));
    }
    if (r->roll_next) TRY(roll(k, &day));
    k->due->due = day_end(day);
    return OK;
}

static bool touches_unannounced(const struct due *d, const struct calendar *c)
{
    int a = day_civil(instant_day(d->start)).year, b = day_civil(instant_day(d->due)).year;
    for (int year = a < b ? a : b; year <= (a < b ? b : a); year++)
        if (!calendar_announced(c, year)) return true;
    return false;
}

enum err due_find(struct arena *a, const struct clock_rule *r, instant_t start, const struct calendar *c, const struct due_changes *changes,
                  struct due *ret)
{
    static const struct due_changes none = {0};
    struct due d = {.start = start, .as_of = c->as_of};
    struct reckoning k = {.arena = a, .calendar = c, .due = &d};
    if (!changes) changes = &none;
    TRY(check(r, start, changes));
    TRY(take_suspensions(&k, changes));
    TRY(r->unit == CLOCK_HOURS ? find_instant(&k, r, changes) : find_day(&k, r, changes));
    d.provisional = touches_unannounced(&d, c);
    *ret = d;
    return OK;
}

enum err due_ordered(struct arena *a, instant_t start, day_t ordered, struct due *ret)
{
    struct due d = {.start = start, .due = day_end(ordered), .as_of = DAY_MAX};
    struct reckoning k = {.arena = a, .due = &d};
    TRY(add_plain(&k, WHY_ORDERED, ordered, 1, 1));
    *ret = d;
    return OK;
}

/* ---- how far it may reach ---- */

static int64_t reach(int64_t amount, enum clock_unit unit)
{
    static const int64_t most[CLOCK__MAX] = {
        [CLOCK_HOURS] = 1,      [CLOCK_DAYS] = 1,         [CLOCK_WORKING_DAYS] = 2,    [CLOCK_MONTHS] = 31,   [CLOCK_YEARS] = 366,
        [CLOCK_MONTH_DAY] = 31, [CLOCK_QUARTER_DAY] = 92, [CLOCK_HALF_YEAR_DAY] = 184, [CLOCK_YEAR_DAY] = 366};
    return amount * most[unit];
}

static day_t within(int64_t day)
{
    return (day_t)(day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day);
}

void due_span(const struct clock_rule *r, instant_t start, const struct due_changes *c, day_t *from, day_t *to)
{
    int64_t more = 0, days = reach(r->amount, r->unit), day = instant_day(start), slack = clock_fixed(r->unit) ? 400 : 40;
    for (int i = 0; c && i < c->suspensions; i++) more += (c->suspension[i].to - c->suspension[i].from) / INSTANT_DAY * 2 + 2;
    for (int i = 0; c && i < c->extensions; i++) more += reach(c->extension[i].amount, c->extension[i].unit);
    *from = within(day - slack + (days < 0 ? days - more : 0));
    *to = within(day + slack + (days > 0 ? days : 0) + more);
}
