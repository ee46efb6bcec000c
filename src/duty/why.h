/* why.h — why by then: a derivation taken from the JSON that a duty keeps, for those who show it. */
#ifndef ANJIAN_WHY_H
#define ANJIAN_WHY_H

#include "duty/due.h"

struct why_step {
    day_t day, last; /* the same for a single day */
    struct str step; /* "workday", "holiday", "suspended" … */
    bool counts, tally;
    int64_t n; /* counted so far */
    struct str why[LANG__MAX];
};
/* A derivation, taken from the JSON that a duty (or the answer of `anjian due`) keeps. ERR_INVALID when it is none. */
struct why {
    struct str rule; /* STR_NONE: no rule */
    int64_t version;
    instant_t start, due;
    bool provisional, to_confirm, ordered;
    struct why_step *step;
    int n;
};
enum err why_read(struct arena *, struct str derivation, struct why *ret);

#endif
