/* rule.h — which edition of a clock rule governs, from the ledger clock_rule. */
#ifndef ANJIAN_RULE_H
#define ANJIAN_RULE_H

#include "duty/due.h"

struct rule {
    struct clock_rule clock;
    struct str zh, en, layer; /* layer STR_NONE: owed by the unit that made the record */
};

/* All editions of a rule, as the ledger has them. */
struct editions {
    const char *code;
    int n;
    struct record **edition;
};
enum err rule_editions(struct work *, const char *code, struct editions *ret);
/* The edition valid on a day: of the country, or of the region that the district lies in; the closest region first, then the
 * highest edition. ERR_NOT_FOUND when there is none. */
enum err rule_on(const struct store *, const struct editions *, day_t, struct rule *ret);

/* Is an edition valid on a day? Both ends count; DAY_UNKNOWN: open. */
bool rule_valid(day_t from, day_t to, day_t);

/* Does a region of 12 digits (its zeros at the end left out) hold a place whose code begins with `place`? */
bool region_holds(struct str region, struct str place);
/* A region's code without the zeros of its lower levels: "430600000000" → "4306". */
struct str region_stem(struct str region);

#endif
