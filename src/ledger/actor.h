/* actor.h — who acts: which rows that one may see (scope), and in which role (rights, see right.h).
 *
 * A session acts under one post at a time; its scope is one equality on a column that the store keeps in every row. Scope
 * and rights must both allow what is done. A zeroed actor sees nothing and may do nothing: both fail closed.
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

enum role {
    ROLE_NONE,    /* may do nothing */
    ROLE_CONSOLE, /* the person at the machine, and the program itself: everything */
    ROLE_SYSTEM_ADMIN,
    ROLE_SECURITY_ADMIN,
    ROLE_AUDITOR, /* up to here the three administrative roles, kept apart and without business data */
    ROLE_LEADER,
    ROLE_OFFICE,
    ROLE_OFFICER,
    ROLE_STATION,
    ROLE_ENTERPRISE,
    ROLE_PUBLIC, /* not logged in */
    ROLE__MAX,
};

struct actor {
    struct str name; /* account, or "console": the person at the machine */
    int64_t account; /* record of the account; 0 for the console */
    int64_t post;    /* record of the post it acts under; 0: none */
    int64_t unit;    /* unit of that post; 0: none */
    enum role role;
    bool by_token;   /* a program acts with an API token: it makes no tokens and sets no passwords */
    bool reads_only; /* a token that may only see and export */
    struct str only; /* a token for these ledgers alone, "|hazard|premises|"; STR_NONE: all that the role may */
    enum scope_kind sees;
    int64_t sees_id; /* the value the column must have */
};

#define ACTOR_CONSOLE ((struct actor){.name = {"console", 7}, .role = ROLE_CONSOLE, .sees = SEES_ALL})
/* The program itself, when a clock or a rule acts and nobody does. */
#define ACTOR_CLOCK ((struct actor){.name = {"clock", 5}, .role = ROLE_CONSOLE, .sees = SEES_ALL})
/* Who is not logged in: rows of public ledgers at most, as far as the rights of that role go. */
#define ACTOR_PUBLIC ((struct actor){.name = {"public", 6}, .role = ROLE_PUBLIC, .sees = SEES_OWNER})

#endif
