/* rule.c — see rule.h. */
#include "duty/rule.h"

#include <stdio.h>

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

/* How close a rule is: 0 for the whole country, the digits of its region otherwise; -1 for other regions. */
static int closeness(const struct store *s, const struct record *r)
{
    char district[24];
    snprintf(district, sizeof district, "%lld", (long long)s->district);
    struct str region = clock_rule_region(r);
    if (!region.p) return 0;
    return region_holds(region, str_of(district)) ? (int)region_stem(region).n : -1;
}

static enum err take(const struct record *r, struct rule *ret)
{
    struct str code = clock_rule_code(r), unit = clock_rule_unit(r);
    int u = 0;
    while (u < CLOCK__MAX && !str_is(unit, clock_unit_names[u])) u++;
    if (u == CLOCK__MAX) return err_set(ERR_INVALID, _("clock rule %.*s: unknown unit “%.*s”"), STR_ARG(code), STR_ARG(unit));
    *ret = (struct rule){.clock = {.code = code,
                                   .version = clock_rule_edition(r),
                                   .amount = clock_rule_amount(r),
                                   .unit = (enum clock_unit)u,
                                   .count_first = clock_rule_count_first(r),
                                   .roll_next = str_is(clock_rule_roll(r), "next")},
                         .zh = clock_rule_zh(r),
                         .en = clock_rule_en(r),
                         .layer = clock_rule_layer(r)};
    return OK;
}

enum err rule_editions(struct work *asked, const char *code, struct editions *ret)
{
    enum { ROOM = 100 };
    static const struct actor clock = ACTOR_CLOCK;
    struct work w = *asked; /* for reading only: it makes no events */
    w.actor = &clock;
    const struct ledger *l = clock_rule_ledger(w.store->registry);
    struct condition where = {clock_rule_field_code(l), OP_EQ, value_text(str_of(code))};
    struct query q = {.l = l, .where = &where, .where_n = 1, .limit = ROOM};
    struct page p;
    TRY(query_list(&w, &q, &p));
    if (p.next.p) return err_set(ERR_TOO_BIG, _("clock rule %s: more than %d editions"), code, ROOM);
    *ret = (struct editions){code, p.n, p.record};
    return OK;
}

enum err rule_on(const struct store *s, const struct editions *all, day_t day, struct rule *ret)
{
    const struct record *best = NULL;
    int best_close = -1;
    for (int i = 0; i < all->n; i++) {
        const struct record *r = all->edition[i];
        int close = closeness(s, r);
        if (close < 0 || !rule_valid(clock_rule_valid_from(r), clock_rule_valid_to(r), day)) continue;
        if (best && (close < best_close || (close == best_close && clock_rule_edition(r) <= clock_rule_edition(best)))) continue;
        best = r;
        best_close = close;
    }
    char text[DAY_TEXT];
    if (!best) return err_set(ERR_NOT_FOUND, _("no edition of the clock rule “%s” was valid on %s"), all->code, day_text(day, text));
    return take(best, ret);
}
