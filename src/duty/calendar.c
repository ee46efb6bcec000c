/* calendar.c — see calendar.h. */
#include "duty/calendar.h"

#include <stdlib.h>

#include "ledger/query.h"
#include "ledgers.h"

struct calendar *calendar_new(struct arena *a)
{
    struct calendar *c = arena_new(a, struct calendar);
    if (c) c->arena = a;
    return c;
}

enum err calendar_add(struct calendar *c, struct calendar_day d)
{
    int64_t year;
    if (!str_int(str_head(d.edition, 4), &year) || year < 1 || year >= CALENDAR_YEARS)
        return err_set(ERR_INVALID, _("calendar: the edition “%.*s” does not begin with a year"), STR_ARG(d.edition));
    if (c->n == c->room) {
        int room = c->room ? 2 * c->room : 128;
        struct calendar_day *more = arena_array(c->arena, struct calendar_day, room);
        if (!more) return err_no_memory();
        if (c->n) memcpy(more, c->day, (size_t)c->n * sizeof *more);
        c->day = more;
        c->room = room;
    }
    c->day[c->n++] = d;
    c->announced[year / 8] |= (unsigned char)(1 << year % 8);
    return OK;
}

static int by_day(const void *a, const void *b)
{
    day_t x = ((const struct calendar_day *)a)->day, y = ((const struct calendar_day *)b)->day;
    return (x > y) - (x < y);
}

enum err calendar_sort(struct calendar *c)
{
    if (c->n) qsort(c->day, (size_t)c->n, sizeof *c->day, by_day);
    for (int i = 1; i < c->n; i++) {
        char text[DAY_TEXT];
        if (c->day[i].day == c->day[i - 1].day)
            return err_set(ERR_CONFLICT, _("calendar: %s is listed twice"), day_text(c->day[i].day, text));
    }
    return OK;
}

struct day_answer calendar_ask(const struct calendar *c, day_t day)
{
    const struct calendar_day key = {.day = day};
    const struct calendar_day *d = c->n ? bsearch(&key, c->day, (size_t)c->n, sizeof *c->day, by_day) : NULL;
    if (d) return (struct day_answer){d->works ? DAY_MAKE_UP : DAY_HOLIDAY, d->works, false, d->name};
    int year = day_civil(day).year;
    bool weekend = day_weekday(day) >= 6;
    bool known = c->announced[year / 8] & 1 << year % 8;
    return (struct day_answer){weekend ? DAY_WEEKEND : DAY_WORK, !weekend, !known, STR_NONE};
}

/* ---- from the ledger ---- */

static enum err bound(struct arena *a, int year, const char *rest, struct value *ret)
{
    struct str s = arena_printf(a, "%04d%s", year < 1 ? 1 : year > 9999 ? 9999 : year, rest);
    *ret = value_text(s);
    return s.p ? OK : err_no_memory();
}

static enum err add_record(struct calendar *c, const struct record *r)
{
    struct calendar_day d = {
        .day = calendar_day_day(r),
        .works = str_is(calendar_day_kind(r), "make_up_workday"),
        .name = calendar_day_name(r),
        .source = calendar_day_source(r),
        .edition = calendar_day_edition(r),
    };
    if (d.day == DAY_UNKNOWN) return err_set(ERR_DB, _("calendar: record %lld has no day"), (long long)r->id);
    return calendar_add(c, d);
}

enum err calendar_load(struct work *asked, day_t from, day_t to, struct calendar **ret)
{
    static const struct actor clock = ACTOR_CLOCK;
    struct work w = *asked; /* for reading only: it makes no events */
    w.actor = &clock;
    const struct ledger *l = calendar_day_ledger(w.store->registry);
    const struct field *day = calendar_day_field_day(l);
    struct condition where[] = {{.field = day, .op = OP_GE}, {.field = day, .op = OP_LE}};
    TRY(bound(w.arena, day_civil(from).year - 1, "-01-01", &where[0].value));
    TRY(bound(w.arena, day_civil(to).year + 1, "-12-31", &where[1].value));
    struct query q = {.l = l, .where = where, .where_n = 2, .sort = day, .limit = QUERY_LIMIT_MAX};
    struct calendar *c = calendar_new(w.arena);
    if (!c) return err_no_memory();
    do {
        struct page p;
        TRY(query_list(&w, &q, &p));
        for (int i = 0; i < p.n; i++) TRY(add_record(c, p.record[i]));
        q.after = p.next;
    } while (q.after.p);
    TRY(calendar_sort(c));
    *ret = c;
    return OK;
}
