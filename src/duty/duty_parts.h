/* duty_parts.h — shared by the files of this folder that write duties, and by nobody else. */
#ifndef ANJIAN_DUTY_PARTS_H
#define ANJIAN_DUTY_PARTS_H

#include "duty/duty.h"
#include "duty/notice.h"
#include "ledger/flow.h"

/* What a transaction keeps: deadlines on their way, and the rules and the calendar it has read. */
enum { RULES_KEPT = 16 };
struct duty_plan;
struct duty_work {
    struct duty_plan *plans;
    struct editions rules[RULES_KEPT];
    struct calendar *calendar;
    day_t from, to; /* what the calendar covers */
};
enum err duty_work(struct work *, struct duty_work **ret);

/* ---- duty_due.c: reckoning ---- */

/* How the ledger of a record uses a rule; NULL when no chapter has said. */
const struct duty_use *duty_use_of(const struct record *on, struct str rule);
/* All uses, in their order; NULL at the end. */
const struct duty_use *duty_use_at(int i);

/* Editions of a rule; a transaction reads them once. */
enum err duty_editions(struct work *, struct str code, struct editions *ret);
enum err duty_calendar(struct work *, day_t from, day_t to, const struct calendar **ret);

/* A field that a table names; unknown where it names none. */
struct value duty_value(const struct record *, field_of *);
/* The instant that a date or an instant says: `of_day` makes one of a date. */
instant_t duty_moment(const struct record *, field_of *, instant_t (*of_day)(day_t), instant_t unknown);

struct duty_ask {
    const struct duty_use *use; /* NULL: the rule alone */
    const struct record *on;    /* as it is to be; NULL without a use */
    struct rule rule;           /* gets the amount that was ordered */
    instant_t start;
    struct due_changes changes;
};
struct duty_found {
    instant_t due;
    bool provisional;
    struct str derivation;
};
enum err duty_reckon(struct work *, struct duty_ask *, struct duty_found *ret);

/* The suspensions and extensions that a duty has; an open suspension ends at `now`. */
enum err duty_changes(struct arena *, const struct record *duty, instant_t now, struct due_changes *ret);
/* The rule that governs a duty today. */
enum err duty_rule_of(struct work *, const struct record *duty, struct rule *ret);
/* Reckon `duty` (to be written) again: due, derivation, what moved it, next look. *moved: the end is another one. */
enum err duty_again(struct work *, struct record *duty, const char *moved_by, bool *moved);

/* ---- duty.c: writing ---- */

/* Create a duty by rule; once for each record, rule and start. *ret NULL: it was there. */
struct duty_start {
    const struct record *on;
    const struct rule *rule;
    struct str rule_code;
    instant_t start;
    struct duty_found found;
    int64_t unit, premises, person; /* 0: none; a person where the record names it */
    bool recurs, is_new;
};
enum err duty_begin(struct work *, const struct duty_start *, struct record **ret);
/* A verb of a duty by rule alone; the guard by_rule keeps everybody else out. `draft` NULL: sets nothing. */
enum err duty_rule_does(struct work *, int64_t duty, struct str verb, const struct record *draft, struct record **ret);
/* Write the breach of a running duty as of its due instant, with the rung that is reached by now. */
enum err duty_breach(struct work *, const struct record *duty, const struct rule *);
/* When the record says that it was finished; never later than now. */
instant_t duty_finish(const struct duty_use *, const struct record *on);
/* The record that a duty hangs on. */
enum err duty_record(struct work *, const struct record *duty, bool lock, struct record **ret);

/* ---- ladder.c ---- */

/* When a running duty is looked at next: for its reminder, or right after its end. */
instant_t ladder_first_look(const struct rule *, instant_t due, bool reminded);
/* Tell the highest rung of a breached duty whose time has come, and which none lower was told of meanwhile; puts the rung and the next
 * look into the draft, and the notice beside it. */
enum err ladder_climb(struct work *, const struct record *duty, const struct rule *, struct record *draft, bool *told);
/* Tell the owner of something else than a rung. */
enum err ladder_tell_owner(struct work *, const struct record *duty, enum notice_kind);
extern const struct duty_offices *ladder_offices;

/* ---- duty_change.c: what people do to a duty ---- */

extern const struct guard duty_guards[];
/* Before a duty is written by a verb: rows of changes, deadline, next look. */
enum err duty_changing(struct work *, const struct record *old, struct record *now, const struct verb *);
/* After it: the record's copy of the deadline, notices. */
enum err duty_changed(struct work *, const struct record *old, const struct record *now);

/* ---- recheck.c, recurring.c ---- */

/* A day of the calendar, or (`rule`) a rule has changed: running duties must be reckoned again. */
enum err recheck_days(struct work *, day_t from, day_t to);
enum err recheck_rule(struct work *, struct str rule);
/* Some of them, in this transaction; *ret false: nothing waits. */
enum err recheck_some(struct work *, int64_t *done, bool *ret);
/* Is there a rule with units whose duties of a period that has begun by now are not all there? */
enum err recurring_due(struct work *, instant_t now, bool *ret);
/* Start some of them in this transaction; *ret false: all are there. */
enum err recurring_some(struct work *, instant_t now, int64_t *started, bool *ret);

#endif
