/* duty.h — duties: what is owed on a record by when, and what becomes of it.
 *
 * A verb of a description names the clock rules it starts and stops; a chapter says with a struct duty_use where its records
 * keep the anchor, the amount ordered and the finish. Duties are written in the transaction of the change that causes them,
 * and the deadline stands in the record as well. A record found on a day for which no edition of the rule is valid has no duty.
 *
 * running → suspended → running … → met or met_late; running → breached at the legal moment → met_late, or met when it turns out to
 * have been finished in time; waived with a reason. A changed calendar, rule, suspension or extension reckons running duties
 * again: the event shows the end before and after, and a breach that this undoes is withdrawn by an event. A missed duty climbs
 * its ladder, each rung once (notice.h).
 */
#ifndef ANJIAN_DUTY_H
#define ANJIAN_DUTY_H

#include "duty/rule.h"
#include "ledger/accessor.h"

/* What a clock rule looks at in the records of a ledger, by generated accessors; NULL where the ledger has no such field. */
struct duty_use {
    bool (*of)(const struct record *); /* is_hazard: the ledger */
    const char *rule;
    field_of *anchor;                              /* date or instant counted from; the instant of the change when unknown */
    field_of *amount;                              /* a whole number that takes the place of the rule's amount */
    field_of *finish;                              /* date or instant that lateness is judged by; that of the change when unknown */
    day_t (*by)(const struct record *);            /* a day that is the limit itself */
    int64_t (*premises)(const struct record *);    /* where it is owed; a premises itself needs none */
    int64_t (*unit)(const struct record *);        /* unit that owes it when the rule names no layer and the actor has no unit */
    int64_t (*person)(const struct record *);      /* person that owes it, where the record knows; NULL: the rule says */
    void (*set_due)(struct record *, instant_t);   /* gets the deadline */
    void (*set_rule)(struct record *, struct str); /* gets rule and edition, "hazard_rectify@1" */
    const char *waits; /* state in which a reported finish waits to be judged: in time, it is no breach meanwhile */
    /* The duty follows a date of the record, as that of a certificate running out: it starts when the anchor becomes known, is met when
     * the anchor moves to a later day, and is reckoned again when it moves to an earlier one. */
    bool renews;
};

/* Who holds what: asked of the layer above, which knows responsibilities and posts. */
struct duty_holder {
    int64_t unit, person; /* 0: none; a unit without a person is meant as a whole */
};
struct duty_case {
    int64_t premises, unit, person; /* where, and who owes it so far; 0: none */
    struct str layer, role;         /* of the rule */
    day_t day;
};
struct duty_offices {
    /* Who of the unit owes it. */
    enum err (*owner)(struct work *, const struct duty_case *, struct duty_holder *ret);
    /* Who stands on a rung of its ladder; zero when there is nobody. */
    enum err (*on_rung)(struct work *, const struct duty_case *, enum rung, struct duty_holder *ret);
};

/* Once at start, before threads: duties follow the flows. A table ends with a NULL `of`; tables add up. */
void duty_init(void);
void duty_add_uses(const struct duty_use *table);
void duty_set_offices(const struct duty_offices *);

/* The rung on which an actor stands towards a duty: who owes it himself stands lowest, whatever his role. */
enum rung duty_rung_of(const struct work *, const struct record *duty);

struct duty_tick {
    int64_t rechecked;         /* duties reckoned again after a change of the calendar or a rule */
    int64_t started;           /* of this period */
    int64_t breached, waiting; /* newly breached; finished in time by report but not judged yet */
    int64_t told;              /* notices written */
};
/* What time has brought up to `now`: first what must be reckoned again, then the duties of new periods, then reminders, breaches (as
 * of the legal moment, however late this runs) and rungs, each once, in transactions of some hundred duties. Several servers on one
 * database may call it at the same time. */
enum err duty_tick(struct store *, instant_t now, struct duty_tick *ret);
/* When there is something to do next; INT64_MAX: nothing is known to come. */
enum err duty_next(struct work *, instant_t *ret);

#endif
