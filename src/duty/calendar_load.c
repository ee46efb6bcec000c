/* calendar_load.c — the calendar from the ledgers of a database, or from the data that comes with the program. */
#include "duty/calendar.h"
#include "duty/shipped_rows.h"
#include "ledger/query.h"
#include "ledgers.h"

/* The place of a text in a table of names; `n` when it is not there. */
static int place_of(const char *const *names, int n, struct str text)
{
    int i = 0;
    while (i < n && !str_is(text, names[i])) i++;
    return i;
}

static enum err add_day(struct calendar *c, const struct record *r)
{
    static const char *const kinds[] = {[LISTED_OFF] = "holiday", [LISTED_WORKED] = "make_up_workday", [LISTED_ORDINARY] = "ordinary"};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    int kind = place_of(kinds, KINDS, calendar_day_kind(r));
    struct calendar_day d = {
        .day = calendar_day_day(r),
        .kind = (enum listed)kind,
        .published = calendar_day_published_on(r),
        .name = calendar_day_name(r),
        .source = calendar_day_source(r),
        .edition = calendar_day_edition(r),
    };
    if (d.day == DAY_UNKNOWN || kind == KINDS) return err_set(ERR_DB, _("calendar: record %lld has no day"), (long long)r->id);
    return calendar_add(c, d);
}

static enum err add_rule(struct calendar *c, const struct record *r)
{
    int kind = place_of(window_kind_names, WINDOW__MAX, calendar_rule_kind(r));
    if (kind == WINDOW__MAX) return OK; /* a kind of the district's own, for people only */
    return calendar_add_rule(c, (struct calendar_rule){
                                    .kind = (enum window_kind)kind,
                                    .zh = calendar_rule_zh(r),
                                    .en = calendar_rule_en(r),
                                    .festival = (enum festival)place_of(festival_names, FESTIVAL__MAX, calendar_rule_festival(r)),
                                    .month = (int)calendar_rule_month(r),
                                    .day = (int)calendar_rule_month_day(r),
                                    .offset = (int)calendar_rule_begins(r),
                                    .days = (int)calendar_rule_days(r),
                                    .valid_from = calendar_rule_valid_from(r),
                                    .valid_to = calendar_rule_valid_to(r),
                                });
}

static enum err fill(struct calendar *c, struct record *const *day, int days, struct record *const *rule, int rules)
{
    for (int i = 0; i < days; i++) TRY(add_day(c, day[i]));
    for (int i = 0; i < rules; i++) TRY(add_rule(c, rule[i]));
    return calendar_sort(c);
}

static enum err bound(struct arena *a, int year, const char *rest, struct value *ret)
{
    struct str s = arena_printf(a, "%04d%s", year < 1 ? 1 : year > 9999 ? 9999 : year, rest);
    *ret = value_text(s);
    return s.p ? OK : err_no_memory();
}

enum { DAYS_MAX = 100000, RULES_MAX = 10000 };

enum err calendar_load(struct work *asked, day_t from, day_t to, day_t as_of, struct calendar **ret)
{
    static const struct actor clock = ACTOR_CLOCK;
    struct work w = *asked; /* for reading only: it makes no events */
    w.actor = &clock;
    const struct ledger *l = calendar_day_ledger(w.store->registry), *of_rules = calendar_rule_ledger(w.store->registry);
    const struct field *day = calendar_day_field_day(l);
    struct condition where[] = {{.field = day, .op = OP_GE}, {.field = day, .op = OP_LE}};
    TRY(bound(w.arena, day_civil(from).year - 1, "-01-01", &where[0].value));
    TRY(bound(w.arena, day_civil(to).year + 1, "-12-31", &where[1].value));
    struct calendar *c = calendar_new(w.arena, as_of);
    struct page days, rules;
    if (!c) return err_no_memory();
    TRY(query_all(&w, &(struct query){.l = l, .where = where, .where_n = 2, .sort = day}, DAYS_MAX, &days));
    TRY(query_all(&w, &(struct query){.l = of_rules}, RULES_MAX, &rules));
    TRY(fill(c, days.record, days.n, rules.record, rules.n));
    *ret = c;
    return OK;
}

enum err calendar_shipped(struct arena *a, day_t as_of, struct calendar **ret)
{
    struct shipped_rows days CLEANUP_SHIPPED = {0}, rules CLEANUP_SHIPPED = {0};
    struct calendar *c = calendar_new(a, as_of);
    if (!c) return err_no_memory();
    TRY(shipped_rows(a, "calendar_day", &days));
    TRY(shipped_rows(a, "calendar_rule", &rules));
    TRY(fill(c, days.row, days.n, rules.row, rules.n));
    *ret = c;
    return OK;
}
