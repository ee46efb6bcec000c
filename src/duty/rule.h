/* rule.h — which edition of a clock rule governs, from the ledger clock_rule or from the rules that come with the program. */
#ifndef ANJIAN_RULE_H
#define ANJIAN_RULE_H

#include "duty/due.h"

/* Periods of rules whose duties come again. */
enum recurrence { RECURS_NOT, RECURS_MONTH, RECURS_QUARTER, RECURS_HALF_YEAR, RECURS_YEAR, RECURS__MAX };

/* Who is told when a duty is missed. */
struct ladder {
    unsigned rungs;       /* a bit for each enum rung */
    int64_t every;        /* from one rung to the next */
    enum clock_unit unit; /* of it */
    int remind;           /* days before the end on which the owner is reminded; 0: not */
};

struct rule {
    struct clock_rule clock;
    struct str zh, en;
    struct str layer; /* STR_NONE: owed by the unit that made the record */
    struct str role;  /* in the owner unit; STR_NONE: whom the responsibilities name, or the unit as a whole */
    struct change_terms terms;
    struct ladder ladder;
    enum recurrence recurs;
    struct str recurs_for; /* kinds of units, "|a|b|" */
    bool reaches_running;
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
/* The edition that governs a duty which started on a day and is looked at today: that of its start, unless a later one that is
 * valid today says that it reaches running duties. */
enum err rule_governing(const struct store *, const struct editions *, day_t started, day_t today, struct rule *ret);
/* The same of the rules that come with the program, whatever their region; needs no database. Texts last as long as the program,
 * those of several values as long as the arena. */
enum err rule_shipped(struct arena *, struct str code, day_t, struct rule *ret);
/* A record of the ledger as a rule. */
enum err rule_take(const struct record *, struct rule *ret);

/* Is an edition valid on a day? Both ends count; DAY_UNKNOWN: open. */
bool rule_valid(day_t from, day_t to, day_t);

/* Does a region of 12 digits (its zeros at the end left out) hold a place whose code begins with `place`? */
bool region_holds(struct str region, struct str place);
/* A region's code without the zeros of its lower levels: "430600000000" → "4306". */
struct str region_stem(struct str region);

#endif
