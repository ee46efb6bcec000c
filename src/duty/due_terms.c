/* due_terms.c — who may suspend and extend, and amounts as people write them. See due.h. */
#include "base/lang.h"
#include "duty/due.h"

const char *const clock_unit_names[CLOCK__MAX] = {"hours",     "days",        "working_days",  "months",  "years",
                                                  "month_day", "quarter_day", "half_year_day", "year_day"};

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

enum err due_may_suspend(const struct change_terms *t, struct str by)
{
    if (!t->suspend_by.p) return refused("suspend", _("the rule does not let the time limit be suspended"));
    if (!str_eq(t->suspend_by, by)) return refused("suspend_by", _("the rule lets somebody else suspend the time limit"));
    return OK;
}

enum err due_may_extend(const struct change_terms *t, struct str by, instant_t due, instant_t now, int given, struct extension asked)
{
    if (!t->extend_by.p || !t->extend_times) return refused("extend", _("the rule does not let the time limit be extended"));
    if (!str_eq(t->extend_by, by)) return refused("extend_by", _("the rule lets somebody else extend the time limit"));
    if (now > due) return refused("expired", _("the time limit is over; it can be extended only before it ends"));
    if (given >= t->extend_times) return refused("extend_times", _("the time limit has been extended as often as the rule allows"));
    if (asked.amount < 1 || asked.unit != t->extend_unit || asked.amount > t->extend_most)
        return refused("extend_most", _("the extension is longer than the rule allows, or in another unit"));
    return OK;
}
