/* calendar.c — the calendar as a value. See calendar.h. Reading it is in calendar_load.c, telling a year in calendar_year.c. */
#include "duty/calendar.h"

#include <stdlib.h>

#include "duty/rule.h"

const char *const window_kind_names[WINDOW__MAX] = {"statutory", "publicity", "sweep"};

struct calendar *calendar_new(struct arena *a, day_t as_of)
{
    struct calendar *c = arena_new(a, struct calendar);
    if (!c) return NULL;
    c->arena = a;
    c->as_of = as_of;
    return c;
}

enum err calendar_add(struct calendar *c, struct calendar_day d)
{
    int64_t year;
    if (!str_int(str_head(d.edition, 4), &year) || year < 1 || year >= CALENDAR_YEARS)
        return err_set(ERR_INVALID, _("calendar: the edition “%.*s” does not begin with a year"), STR_ARG(d.edition));
    if (d.published == DAY_UNKNOWN) d.published = day_of((struct civil){(int)year, 1, 1});
    if (d.published > c->as_of) return OK;
    struct calendar_day *day = ARENA_GROW(c->arena, c->day, c->n, &c->room);
    if (!day) return err_no_memory();
    day[c->n++] = d;
    c->day = day;
    c->announced[year / 8] |= (unsigned char)(1 << year % 8);
    return OK;
}

enum err calendar_add_rule(struct calendar *c, struct calendar_rule r)
{
    struct calendar_rule *rule = ARENA_GROW(c->arena, c->rule, c->rules_n, &c->rules_room);
    if (!rule) return err_no_memory();
    rule[c->rules_n++] = r;
    c->rule = rule;
    return OK;
}

static int by_day(const void *a, const void *b)
{
    day_t x = ((const struct calendar_day *)a)->day, y = ((const struct calendar_day *)b)->day;
    return (x > y) - (x < y);
}

static int by_day_and_edition(const void *a, const void *b)
{
    const struct calendar_day *x = a, *y = b;
    int order = by_day(a, b);
    if (!order) order = (x->published > y->published) - (x->published < y->published);
    return order ? order : str_cmp(x->edition, y->edition);
}

enum err calendar_sort(struct calendar *c)
{
    int n = 0;
    if (c->n) qsort(c->day, (size_t)c->n, sizeof *c->day, by_day_and_edition);
    for (int i = 0; i < c->n; i++) {
        char text[DAY_TEXT];
        bool again = n && c->day[n - 1].day == c->day[i].day;
        if (again && str_eq(c->day[n - 1].edition, c->day[i].edition))
            return err_set(ERR_CONFLICT, _("calendar: %s is listed twice"), day_text(c->day[i].day, text));
        c->day[again ? n - 1 : n++] = c->day[i];
    }
    c->n = n;
    return OK;
}

bool calendar_announced(const struct calendar *c, int year)
{
    return year >= 0 && year < CALENDAR_YEARS && c->announced[year / 8] & 1 << year % 8;
}

bool calendar_window(const struct calendar_rule *r, int year, struct window *ret)
{
    day_t day;
    struct civil date = {year, r->month, r->day};
    if (r->festival < FESTIVAL__MAX ? !festival_day(r->festival, year, &day) : !day_valid(date)) return false;
    if (r->festival >= FESTIVAL__MAX) day = day_of(date);
    if (!rule_valid(r->valid_from, r->valid_to, day)) return false;
    *ret = (struct window){day + r->offset, day + r->offset + r->days - 1};
    return true;
}

/* The statutory day off that the law of its year makes of a day; NULL: none. */
static const struct calendar_rule *statutory(const struct calendar *c, day_t day, int year)
{
    for (int i = 0; i < c->rules_n; i++) {
        const struct calendar_rule *r = &c->rule[i];
        struct window w;
        if (r->kind == WINDOW_STATUTORY && calendar_window(r, year, &w) && w.first <= day && day <= w.last) return r;
    }
    return NULL;
}

struct day_answer calendar_ask(const struct calendar *c, day_t day)
{
    const struct calendar_day key = {.day = day};
    const struct calendar_day *d = c->n ? bsearch(&key, c->day, (size_t)c->n, sizeof *c->day, by_day) : NULL;
    if (d && d->kind != LISTED_ORDINARY) {
        bool works = d->kind == LISTED_WORKED;
        return (struct day_answer){works ? DAY_MAKE_UP : DAY_HOLIDAY, works, false, d->name};
    }
    int year = day_civil(day).year;
    bool weekend = day_weekday(day) >= 6, known = d || calendar_announced(c, year);
    const struct calendar_rule *r = known ? NULL : statutory(c, day, year);
    if (r) return (struct day_answer){DAY_HOLIDAY, false, true, r->zh};
    return (struct day_answer){weekend ? DAY_WEEKEND : DAY_WORK, !weekend, !known, STR_NONE};
}
