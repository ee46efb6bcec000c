/* rule.c — see rule.h. */
#include "duty/rule.h"

#include <stdio.h>

#include "duty/named.h"
#include "ledger/query.h"

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

static bool valid_on(const struct record *r, day_t day)
{
    day_t from, to;
    return (!named_day(r, "valid_from", &from) || from <= day) && (!named_day(r, "valid_to", &to) || day <= to);
}

/* How close a rule is: 0 for the whole country, the digits of its region otherwise; -1 for other regions. */
static int closeness(const struct store *s, const struct record *r)
{
    char district[24];
    snprintf(district, sizeof district, "%lld", (long long)s->district);
    struct str region = named_text(r, "region");
    if (!region.p) return 0;
    return region_holds(region, str_of(district)) ? (int)region_stem(region).n : -1;
}

static enum err take(const struct record *r, struct rule *ret)
{
    struct rule k = {.zh = named_text(r, "zh"), .en = named_text(r, "en"), .layer = named_text(r, "layer")};
    struct str unit = named_text(r, "unit");
    int u = 0;
    while (u < CLOCK__MAX && !str_is(unit, clock_unit_names[u])) u++;
    if (u == CLOCK__MAX)
        return err_set(ERR_INVALID, _("clock rule %.*s: unknown unit “%.*s”"), STR_ARG(named_text(r, "code")), STR_ARG(unit));
    k.clock = (struct clock_rule){.code = named_text(r, "code"),
                                  .version = named_int(r, "edition"),
                                  .amount = named_int(r, "amount"),
                                  .unit = (enum clock_unit)u,
                                  .count_first = named_int(r, "count_first") == 1,
                                  .roll_next = str_is(named_text(r, "roll"), "next")};
    *ret = k;
    return OK;
}

enum err rule_editions(struct work *asked, const char *code, struct editions *ret)
{
    enum { ROOM = 100 };
    static const struct actor clock = ACTOR_CLOCK;
    struct work w = *asked; /* for reading only: it makes no events */
    w.actor = &clock;
    const struct ledger *l = registry_find(w.store->registry, STR("clock_rule"));
    struct condition where = {ledger_field(l, STR("code")), OP_EQ, value_text(str_of(code))};
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
        if (close < 0 || !valid_on(r, day)) continue;
        if (best && (close < best_close || (close == best_close && named_int(r, "edition") <= named_int(best, "edition")))) continue;
        best = r;
        best_close = close;
    }
    char text[DAY_TEXT];
    if (!best) return err_set(ERR_NOT_FOUND, _("no edition of the clock rule “%s” was valid on %s"), all->code, day_text(day, text));
    return take(best, ret);
}
