/* duty_list.h — duties as people look at them: what I owe, what my unit owes, a month, and why by then.
 *
 * Duties that are open (running, suspended, breached) are found through the index of `open_due`, which is unknown once nothing is owed any
 * more; so a list costs what is open, whatever lies behind. Overdue is judged by the clock, also before a tick has written the breach.
 */
#ifndef ANJIAN_DUTY_LIST_H
#define ANJIAN_DUTY_LIST_H

#include "duty/duty.h"

enum duty_when {
    DUTY_OVERDUE,
    DUTY_TODAY,
    DUTY_THIS_WEEK, /* until Sunday, without today */
    DUTY_LATER,     /* and what is suspended */
    DUTY_WHEN__MAX
};

/* Whose duties. What a person owes, and what a unit owes as a whole; `whole`: all that the unit owes, for whom leads it. 0: none. */
struct duty_whose {
    int64_t person, unit;
    bool whole;
};
/* The actor's own: the person of its post, its unit; `whole` when the post leads the unit. */
enum err duty_whose_of(struct work *, const struct actor *, struct duty_whose *ret);

struct duty_row {
    int64_t id;
    enum duty_when when;
    struct str state, matter, rule, rung; /* rung: told up to; STR_NONE: nobody */
    struct str ledger, record, number;    /* of the record that it hangs on: name, id, working number */
    int64_t premises, unit, person;       /* 0: none */
    instant_t due, due_before;            /* due_before 0: it never moved */
    bool provisional, recurs;
};

/* At most `room` of each kind, the earliest first, and how many there are: one statement. Lies in the arena. */
struct duty_board {
    struct duty_row *row; /* in the order of kinds, then of their ends */
    int n;
    int64_t count[DUTY_WHEN__MAX];
};
enum err duty_board(struct work *, struct duty_whose, int room, struct duty_board *ret);
/* How many of each kind, alone. */
enum err duty_counts(struct work *, struct duty_whose, int64_t ret[DUTY_WHEN__MAX]);

/* Open duties that end from `from` to before `to`, for a month view; at most `room`, earliest first. */
enum err duty_between(struct work *, struct duty_whose, instant_t from, instant_t to, int room, struct duty_row **ret, int *ret_n);

/* Open duties of each unit, by what the actor of the work sees; the unit with most overdue first. Lies in the arena. */
struct duty_unit {
    int64_t unit; /* 0: of no unit */
    int64_t count[DUTY_WHEN__MAX];
};
enum err duty_by_unit(struct work *, int room, struct duty_unit **ret, int *ret_n);

/* ---- why by then ---- */

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
