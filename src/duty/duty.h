/* duty.h — duties: what is owed on a record by when. They start, stop and are breached by rules, never by hand.
 *
 * A verb of a description names the clock rules it starts and stops; a chapter says with a struct duty_use where its records
 * keep the anchor, the amount ordered and the finish. Duties are written in the transaction of the change that causes them,
 * and the deadline stands in the record as well. A record found on a day for which no edition of the rule is valid has no duty.
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
    void (*set_due)(struct record *, instant_t);   /* gets the deadline */
    void (*set_rule)(struct record *, struct str); /* gets rule and edition, "hazard_rectify@1" */
    const char *waits; /* state in which a reported finish waits to be judged: in time, it is no breach meanwhile */
};

/* Once at start, before threads: duties follow the flows. A table ends with a NULL `of`; tables add up. */
void duty_init(void);
void duty_add_uses(const struct duty_use *table);

struct duty_tick {
    int64_t breached, waiting; /* duties newly breached; finished in time by report but not judged yet */
};
/* Write the breach of every running duty whose due instant lies before `now`: as of the legal moment, however late this
 * runs, and each once. In transactions of some hundred duties. */
enum err duty_tick(struct store *, instant_t now, struct duty_tick *ret);

#endif
