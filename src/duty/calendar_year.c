/* calendar_year.c — a year of the calendar, told to programs and to people. See calendar.h. */
#include "duty/calendar.h"

static void put_day(struct buf *b, const char *lead, day_t day)
{
    char text[DAY_TEXT];
    buf_printf(b, "%s\"%s\"", lead, day_text(day, text));
}

/* Days off or make-up workdays of the year, in their order. */
static void put_days(struct buf *b, const struct calendar *c, int year, enum day_kind kind)
{
    const char *lead = "";
    day_t last = day_of((struct civil){year, 12, 31});
    for (day_t day = day_of((struct civil){year, 1, 1}); day <= last; day++) {
        struct day_answer a = calendar_ask(c, day);
        if (a.kind != kind) continue;
        buf_z(b, lead);
        put_day(b, "{\"date\":", day);
        buf_z(b, ",\"name\":");
        buf_json(b, a.name);
        buf_char(b, '}');
        lead = ",";
    }
}

static void put_festivals(struct buf *b, int year)
{
    const char *lead = "";
    day_t day;
    for (enum festival f = 0; f < FESTIVAL__MAX; f++) {
        if (f == QINGMING || !festival_day(f, year, &day)) continue; /* Qingming is of the sun */
        buf_printf(b, "%s\"%s\":", lead, festival_names[f]);
        put_day(b, "", day);
        lead = ",";
    }
}

static void put_windows(struct buf *b, const struct calendar *c, int year, enum window_kind kind, enum lang lang)
{
    const char *lead = "";
    struct window w;
    for (int i = 0; i < c->rules_n; i++) {
        const struct calendar_rule *r = &c->rule[i];
        if (r->kind != kind || !calendar_window(r, year, &w)) continue;
        buf_printf(b, "%s{\"name\":", lead);
        buf_json(b, lang == LANG_ZH ? r->zh : r->en);
        put_day(b, ",\"from\":", w.first);
        put_day(b, ",\"to\":", w.last);
        buf_char(b, '}');
        lead = ",";
    }
}

void calendar_year_json(struct buf *b, const struct calendar *c, int year, enum lang lang)
{
    buf_printf(b, "{\"year\":%d,\"announced\":%s,\"holidays\":[", year, calendar_announced(c, year) ? "true" : "false");
    put_days(b, c, year, DAY_HOLIDAY);
    buf_z(b, "],\"make_up_workdays\":[");
    put_days(b, c, year, DAY_MAKE_UP);
    buf_z(b, "],\"lunar\":{");
    put_festivals(b, year);
    buf_z(b, "},\"sweeps\":[");
    put_windows(b, c, year, WINDOW_SWEEP, lang);
    buf_z(b, "],\"publicity\":[");
    put_windows(b, c, year, WINDOW_PUBLICITY, lang);
    buf_z(b, "]}");
}

/* ---- for people ---- */

static void say_day(struct buf *b, day_t day)
{
    char text[DAY_TEXT];
    buf_z(b, day_text(day, text));
}

static void say_span(struct buf *b, day_t first, day_t last, const char *what, struct str name)
{
    buf_z(b, "  ");
    say_day(b, first);
    if (last != first) {
        buf_z(b, " … ");
        say_day(b, last);
    }
    buf_printf(b, "  %s  %.*s\n", what, STR_ARG(name));
}

/* Listed days, those of one name together. */
static void say_days(struct buf *b, const struct calendar *c, int year, enum day_kind kind, const char *what)
{
    day_t end = day_of((struct civil){year, 12, 31});
    for (day_t day = day_of((struct civil){year, 1, 1}), last; day <= end; day = last + 1) {
        struct day_answer a = calendar_ask(c, day), next;
        last = day;
        if (a.kind != kind) continue;
        while (last < end && (next = calendar_ask(c, last + 1)).kind == kind && str_eq(next.name, a.name)) last++;
        say_span(b, day, last, what, a.name);
    }
}

static void say_windows(struct buf *b, const struct calendar *c, int year, enum window_kind kind, const char *what, enum lang lang)
{
    struct window w;
    for (int i = 0; i < c->rules_n; i++) {
        const struct calendar_rule *r = &c->rule[i];
        if (r->kind == kind && calendar_window(r, year, &w)) say_span(b, w.first, w.last, what, lang == LANG_ZH ? r->zh : r->en);
    }
}

void calendar_year_text(struct buf *b, const struct calendar *c, int year)
{
    static const char *const labels[FESTIVAL__MAX] = {
        N_("Spring Festival eve"),  N_("Spring Festival"),     N_("Lantern Festival"), N_("Qingming"),
        N_("Dragon Boat Festival"), N_("Mid-Autumn Festival"), N_("Double Ninth")};
    enum lang lang = lang_get();
    day_t day;
    buf_printf(b, "%d  %s\n", year,
               calendar_announced(c, year) ? _("days off are announced")
                                           : _("days off are not announced yet: weekends and statutory days for now"));
    say_days(b, c, year, DAY_HOLIDAY, _("day off"));
    say_days(b, c, year, DAY_MAKE_UP, _("make-up workday"));
    for (enum festival f = 0; f < FESTIVAL__MAX; f++)
        if (festival_day(f, year, &day)) say_span(b, day, day, _("festival"), str_of(_(labels[f])));
    say_windows(b, c, year, WINDOW_PUBLICITY, _("publicity"), lang);
    say_windows(b, c, year, WINDOW_SWEEP, _("sweep"), lang);
}
