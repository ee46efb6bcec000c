/* due_terms.c — who may suspend and extend, and amounts as people write them. See due.h. */
#include "base/lang.h"
#include "duty/due.h"

const char *const clock_unit_names[CLOCK__MAX] = {"hours",     "days",        "working_days",  "months",  "years",
                                                  "month_day", "quarter_day", "half_year_day", "year_day"};

const char *const rung_names[RUNG__MAX] = {"owner", "unit_head", "sector", "office", "leader"};

enum rung rung_named(struct str name)
{
    enum rung r = RUNG_OWNER;
    while (r < RUNG__MAX && !str_is(name, rung_names[r])) r++;
    return r;
}

enum clock_unit clock_unit_named(struct str name)
{
    enum clock_unit u = CLOCK_HOURS;
    while (u < CLOCK__MAX && !str_is(name, clock_unit_names[u])) u++;
    return u;
}

bool due_read_amount(struct str s, enum clock_unit unit, struct extension *ret)
{
    static const struct {
        const char *mark;
        enum clock_unit unit;
    } marks[] = {{"wd", CLOCK_WORKING_DAYS}, {"d", CLOCK_DAYS}, {"h", CLOCK_HOURS}, {"m", CLOCK_MONTHS}, {"y", CLOCK_YEARS}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct str mark = str_of(marks[i].mark);
        if (!str_ends(s, mark)) continue;
        ret->unit = marks[i].unit;
        return str_int(str_head(s, s.n - mark.n), &ret->amount);
    }
    ret->unit = clock_fixed(unit) ? CLOCK_DAYS : unit;
    return unit != CLOCK__MAX && str_int(s, &ret->amount);
}

static enum err refused(const char *rule, const char *reason)
{
    err_set(ERR_REFUSED, "%s", reason);
    return err_rule(rule);
}

enum err due_may_suspend(const struct change_terms *t, enum rung by, const struct due_changes *c, struct suspension asked)
{
    instant_t length = asked.to - asked.from;
    if (t->suspend_by >= RUNG__MAX) return refused("suspend_by", _("the rule does not let the time limit be suspended"));
    if (by < t->suspend_by) return refused("suspend_by", _("the rule lets only somebody higher suspend the time limit"));
    if (t->suspend_times && c->suspensions >= t->suspend_times)
        return refused("suspend_times", _("the time limit has been suspended as often as the rule allows"));
    for (int i = 0; i < c->suspensions; i++) length += c->suspension[i].to - c->suspension[i].from;
    if (t->suspend_days && length > t->suspend_days * INSTANT_DAY)
        return refused("suspend_days", _("the time limit has been suspended as long as the rule allows"));
    return OK;
}

enum err due_may_extend(const struct change_terms *t, enum rung by, const struct due_changes *c, instant_t due, instant_t granted,
                        struct extension asked)
{
    if (t->extend_by >= RUNG__MAX) return refused("extend_by", _("the rule does not let the time limit be extended"));
    if (by < t->extend_by) return refused("extend_by", _("the rule lets only somebody higher extend the time limit"));
    if (granted > due && !t->extend_late)
        return refused("extend_late", _("the time limit is over; it can be extended only before it ends"));
    if (t->extend_times && c->extensions >= t->extend_times)
        return refused("extend_times", _("the time limit has been extended as often as the rule allows"));
    if (asked.amount < 1 || asked.unit != t->extend_unit || (t->extend_most && asked.amount > t->extend_most))
        return refused("extend_most", _("the extension is longer than the rule allows, or in another unit"));
    return OK;
}
