/* twins.h — records of a ledger that may be the same: two by two, for somebody to merge them or to say that they are two.
 *
 * They are found as an import would recognise them, by the ledger's keys: two records are twins when all fields of a key are the
 * same (texts as they compare folded; beside a name a blank fits everything) and no stronger key that both have says otherwise. The records
 * are walked over in the order of an index, so equals stand side by side; the work of one answer is bounded, and it says where to go on.
 */
#ifndef ANJIAN_TWINS_H
#define ANJIAN_TWINS_H

#include "ledger/store.h"

#define TWINS_WALKED 200000 /* rows of an index for one answer */
#define TWINS_LOADED 1000   /* records that share a key with their neighbour, for one answer */
#define TWINS_RUN 50        /* records with one key that are compared with each other */

struct twins_pair {
    struct record *a, *b;    /* a is the older one */
    const struct group *key; /* what they have in common */
};

struct twins {
    struct twins_pair *pair;
    int n;           /* a little more than asked for when many records share one key */
    int64_t walked;  /* rows of an index */
    struct str next; /* STR_NONE at the end; an answer may have no pairs and still a next one */
};

/* Among living records that the actor sees and may merge. ERR_INVALID: `after` is no `next` of an answer before. */
enum err twins_find(struct work *, const struct ledger *, struct str after, int limit, struct twins *ret);

/* They are two: they will not be shown again. Both must be the actor's to see, and the ledger his to merge. */
enum err twins_apart(struct work *, const struct ledger *, int64_t a, int64_t b);

/* Can there be any? Not when every key of the ledger is unique or sealed. */
bool twins_possible(const struct ledger *);

#endif
