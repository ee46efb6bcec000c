/* fact.h — facts that count: what the records say happened, with the day and the record that proves it. */
#ifndef ANJIAN_FACT_H
#define ANJIAN_FACT_H

#include "ledger/store.h"

struct fact {
    day_t day;
    struct str ledger, id, number; /* the record that is the evidence */
    struct str reason;             /* what happened */
    struct str derivation;         /* of the date */
};

struct facts {
    int n;
    struct fact *fact; /* in the order of their instants */
};

/* All facts of a kind ("hazard_overdue") about a unit on days from ≤ day < to. ERR_NOT_FOUND: there is no such kind. */
enum err facts_of(struct work *, struct str kind, int64_t unit, day_t from, day_t to, struct facts *ret);

#endif
