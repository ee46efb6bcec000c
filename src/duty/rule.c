/* rule.c — see rule.h. */
#include "duty/rule.h"

#include <stdio.h>

#include "duty/shipped_rows.h"
#include "ledger/query.h"
#include "ledgers.h"

struct str region_stem(struct str region)
{
    static const size_t levels[] = {2, 4, 6, 9};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        size_t n = levels[i];
        while (n < region.n && region.p[n] == '0') n++;
        if (n == region.n && levels[i] < n) return str_head(region, levels[i]);
    }
    return region;
}

bool region_holds(struct str region, struct str place)
{
    return str_starts(place, region_stem(region));
}

bool rule_valid(day_t from, day_t to, day_t day)
{
    return (from == DAY_UNKNOWN || from <= day) && (to == DAY_UNKNOWN || day <= to);
}

/* How close a rule is: 0 for the whole country, the digits of its region otherwise; -1 for other regions. Without a store any
 * region will do. */
static int closeness(const struct store *s, const struct record *r)
{
    char district[24];
    struct str region = clock_rule_region(r);
    if (!region.p || !s) return 0;
    snprintf(district, sizeof district, "%lld", (long long)s->district);
    return region_holds(region, str_of(district)) ? (int)region_stem(region).n : -1;
}

static struct clock_rule take_clock(const struct record *r)
{
    return (struct clock_rule){.code = clock_rule_code(r),
                               .version = clock_rule_edition(r),
                               .amount = clock_rule_amount(r),
                               .unit = clock_unit_named(clock_rule_unit(r)),
                               .month = (int)clock_rule_month(r),
                               .day = (int)clock_rule_month_day(r),
                               .count_first = clock_rule_count_first(r),
                               .roll_next = str_is(clock_rule_roll(r), "next"),
                               .to_confirm = !str_is(clock_rule_certainty(r), "sure") && !str_is(r->state, "confirmed")};
}

static struct change_terms take_terms(const struct record *r)
{
    return (struct change_terms){.suspend_by = rung_named(clock_rule_suspend_by(r)),
                                 .suspend_times = clock_rule_suspend_times(r),
                                 .suspend_days = clock_rule_suspend_days(r),
                                 .extend_by = rung_named(clock_rule_extend_by(r)),
                                 .extend_times = clock_rule_extend_times(r),
                                 .extend_most = clock_rule_extend_most(r),
                                 .extend_unit = clock_unit_named(clock_rule_extend_unit(r)),
                                 .extend_late = clock_rule_extend_late(r)};
}

static struct ladder take_ladder(const struct record *r)
{
    struct ladder l = {.every = clock_rule_ladder_every(r), .unit = CLOCK_DAYS, .remind = (int)clock_rule_remind(r)};
    struct str rest = clock_rule_ladder(r), name;
    enum clock_unit unit = clock_unit_named(clock_rule_ladder_unit(r));
    while (many_next(&rest, &name)) {
        enum rung rung = rung_named(name);
        if (rung < RUNG__MAX) l.rungs |= 1u << rung;
    }
    if (unit < CLOCK_MONTHS) l.unit = unit;
    if (!l.every) l.every = 1;
    return l;
}

static enum recurrence recurrence_named(struct str name)
{
    static const char *const names[RECURS__MAX] = {"", "month", "quarter", "half_year", "year"};
    enum recurrence i = RECURS_MONTH;
    while (i < RECURS__MAX && !str_is(name, names[i])) i++;
    return i < RECURS__MAX ? i : RECURS_NOT;
}

enum err rule_take(const struct record *r, struct rule *ret)
{
    struct str unit = clock_rule_unit(r);
    struct clock_rule clock = take_clock(r);
    if (clock.unit == CLOCK__MAX)
        return err_set(ERR_INVALID, _("clock rule %.*s: unknown unit “%.*s”"), STR_ARG(clock.code), STR_ARG(unit));
    *ret = (struct rule){.clock = clock,
                         .zh = clock_rule_zh(r),
                         .en = clock_rule_en(r),
                         .layer = clock_rule_layer(r),
                         .role = clock_rule_role(r),
                         .terms = take_terms(r),
                         .ladder = take_ladder(r),
                         .recurs = recurrence_named(clock_rule_recurs(r)),
                         .recurs_for = clock_rule_recurs_for(r),
                         .reaches_running = clock_rule_reaches_running(r)};
    return OK;
}

enum { EDITIONS_MAX = 100 };

enum err rule_editions(struct work *asked, const char *code, struct editions *ret)
{
    static const struct actor clock = ACTOR_CLOCK;
    struct work w = *asked; /* for reading only: it makes no events */
    w.actor = &clock;
    const struct ledger *l = clock_rule_ledger(w.store->registry);
    struct condition where = {clock_rule_field_code(l), OP_EQ, value_text(str_of(code))};
    struct page p;
    TRY(query_all(&w, &(struct query){.l = l, .where = &where, .where_n = 1}, EDITIONS_MAX, &p));
    *ret = (struct editions){code, p.n, p.record};
    return OK;
}

/* The closest and highest of the editions that were valid on a day; NULL when there is none. `reaching`: of those that reach running
 * duties. */
static const struct record *best_on(const struct store *s, const struct editions *all, day_t day, bool reaching)
{
    const struct record *best = NULL;
    int best_close = -1;
    for (int i = 0; i < all->n; i++) {
        const struct record *r = all->edition[i];
        int close = closeness(s, r);
        if (close < 0 || !rule_valid(clock_rule_valid_from(r), clock_rule_valid_to(r), day)) continue;
        if (reaching && !clock_rule_reaches_running(r)) continue;
        if (best && (close < best_close || (close == best_close && clock_rule_edition(r) <= clock_rule_edition(best)))) continue;
        best = r;
        best_close = close;
    }
    return best;
}

enum err rule_on(const struct store *s, const struct editions *all, day_t day, struct rule *ret)
{
    const struct record *best = best_on(s, all, day, false);
    char text[DAY_TEXT];
    if (!best) return err_set(ERR_NOT_FOUND, _("no edition of the clock rule “%s” was valid on %s"), all->code, day_text(day, text));
    return rule_take(best, ret);
}

enum err rule_governing(const struct store *s, const struct editions *all, day_t started, day_t today, struct rule *ret)
{
    const struct record *of_start = best_on(s, all, started, false), *reaching = best_on(s, all, today, true);
    if (!reaching || (of_start && clock_rule_edition(reaching) <= clock_rule_edition(of_start))) return rule_on(s, all, started, ret);
    return rule_take(reaching, ret);
}

enum err rule_shipped(struct arena *a, struct str code, day_t day, struct rule *ret)
{
    struct shipped_rows rows CLEANUP_SHIPPED = {0};
    struct str name = arena_str(a, code);
    TRY(shipped_rows(a, "clock_rule", &rows));
    struct editions all = {name.p, 0, arena_array(a, struct record *, rows.n)};
    if (!name.p || !all.edition) return err_no_memory();
    for (int i = 0; i < rows.n; i++)
        if (str_eq(clock_rule_code(rows.row[i]), code)) all.edition[all.n++] = rows.row[i];
    if (!all.n) return err_set(ERR_NOT_FOUND, _("there is no clock rule “%.*s”"), STR_ARG(code));
    return rule_on(NULL, &all, day, ret);
}
