/* calendar.c — anjian calendar: a year's days off, make-up workdays, festivals and windows. */
#include "duty/calendar.h"
#include "base/lang.h"
#include "cli/cli.h"

static const struct flag flags[] = {FLAG("on-calendar-edition", "DATE"), FLAG_END};

struct asked {
    struct cli *c;
    int64_t year;
    day_t as_of;
    struct calendar *calendar;
};

static enum err load(struct work *w, void *arg)
{
    struct asked *k = arg;
    day_t first = day_of((struct civil){(int)k->year, 1, 1});
    return calendar_load(w, first, first, k->as_of, &k->calendar);
}

static enum err read_line(struct cli *c, struct asked *k)
{
    const char *as_of = cli_value(c, "on-calendar-edition");
    if (!str_int(str_of(c->operand[0]), &k->year) || k->year < LUNAR_FIRST || k->year > LUNAR_LAST)
        return cli_usage(c, _("“%s” is no year from %d to %d"), c->operand[0], LUNAR_FIRST, LUNAR_LAST);
    if (as_of && !day_parse(str_of(as_of), &k->as_of)) return cli_usage(c, _("--on-calendar-edition: “%s” is no date"), as_of);
    return OK;
}

static enum err run(struct cli *c)
{
    struct asked k = {.c = c, .as_of = DAY_MAX};
    TRY(read_line(c, &k));
    if (cli_names_db(c)) {
        TRY(cli_open(c));
        TRY(cli_view(c, load, &k));
    } else {
        TRY(calendar_shipped(c->arena, k.as_of, &k.calendar));
    }
    struct buf out CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    if (c->json) {
        calendar_year_json(&out, k.calendar, (int)k.year, lang_get());
        return cli_line(&out);
    }
    calendar_year_text(&out, k.calendar, (int)k.year);
    if (out.n) out.p[--out.n] = '\0'; /* cli_line() ends the last line */
    return cli_line(&out);
}

const struct command command_calendar = {
    .name = "calendar",
    .summary = N_("show the days off, festivals and sweeps of a year"),
    .usage = "calendar YEAR [--on-calendar-edition DATE]",
    .help = N_("Shows days off, make-up workdays, lunar festivals and the windows for publicity and sweeps of a year.\n"
               "Without a database it is the calendar that comes with the program. A year that is not announced yet\n"
               "shows the statutory days off only.\n\n"
               "  --on-calendar-edition DATE   only what was published by then\n\n"
               "Example: anjian calendar 2026 --json"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
