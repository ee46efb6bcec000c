/* actor.h — who acts, and which rows that one may see.
 *
 * A session acts under one post at a time; its scope is one equality on a column that the store keeps in every row.
 * A zeroed actor sees nothing and may do nothing: scope fails closed.
 */
#ifndef ANJIAN_ACTOR_H
#define ANJIAN_ACTOR_H

#include "base/str.h"

enum scope_kind {
    SEES_NOTHING,
    SEES_DISTRICT,  /* rows of one district */
    SEES_TERRITORY, /* rows of one township's territory */
    SEES_SECTOR,    /* rows of one department's sector */
    SEES_OWNER,     /* rows of one premises */
    SEES_ALL,       /* every row: console, committee office, bureau, leader */
};

struct actor {
    struct str name; /* account, or "console": the person at the machine */
    int64_t account; /* record of the account; 0 for the console */
    int64_t post;    /* record of the post it acts under; 0: none */
    int64_t unit;    /* unit of that post; 0: none */
    enum scope_kind sees;
    int64_t sees_id; /* the value the column must have */
};

#define ACTOR_CONSOLE ((struct actor){.name = {"console", 7}, .sees = SEES_ALL})
/* The program itself, when a clock or a rule acts and nobody does. */
#define ACTOR_CLOCK ((struct actor){.name = {"clock", 5}, .sees = SEES_ALL})

#endif
