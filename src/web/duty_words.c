/* duty_words.c — see duty_words.h. */
#include "web/duty_words.h"

#include "base/lang.h"
#include "web/cell.h"

const char *duty_weekday(day_t d)
{
    static const char *const names[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
    return _(names[day_weekday(d) - 1]);
}

struct str duty_end_text(struct arena *a, instant_t due)
{
    struct str text = cell_instant(a, due, false);
    return arena_printf(a, "%.10s %s%.*s", text.p ? text.p : "", duty_weekday(instant_day(due)), text.n > 10 ? (int)text.n - 10 : 0,
                        text.n > 10 ? text.p + 10 : "");
}

int duty_workdays(const struct calendar *c, day_t from, day_t to)
{
    int n = 0;
    for (day_t d = from + 1; d <= to; d++) n += calendar_ask(c, d).works;
    return n;
}

struct str duty_left_text(struct arena *a, const struct calendar *c, instant_t now, instant_t due)
{
    day_t today = instant_day(now), last = instant_day(due);
    if (due < now && last == today) return arena_printf(a, _("overdue for hours: %d"), (int)((now - due) / INSTANT_HOUR));
    if (due < now) return arena_printf(a, _("overdue for days: %d"), (int)(today - last));
    if (last == today) return str_of(_("today"));
    if (last == today + 1) return str_of(_("tomorrow"));
    if (last - today > DUTY_WORKDAYS) return arena_printf(a, _("days left: %d"), (int)(last - today));
    return arena_printf(a, _("working days left: %d"), duty_workdays(c, today, last));
}

static const struct {
    const char *label;
    enum tone tone;
} groups[DUTY_GROUP__MAX] = {[DUTY_OVERDUE] = {N_("Overdue"), TONE_BAD},
                             [DUTY_JUDGED] = {N_("Reported, to be judged"), TONE_INFO},
                             [DUTY_TODAY] = {N_("Due today"), TONE_WARN},
                             [DUTY_WEEK] = {N_("Due this week"), TONE_INFO},
                             [DUTY_LATER] = {N_("Later"), TONE_NONE}};

const char *duty_group_label(enum duty_group g)
{
    return _(groups[g].label);
}

enum tone duty_group_tone(enum duty_group g)
{
    return groups[g].tone;
}
