/* duty.h — duties: what is owed on a record by when. They start, stop and are breached by rules, never by hand.
 *
 * A verb of a description names the clock rules it starts and stops; a chapter says with a struct duty_use where its records
 * keep the anchor, the amount ordered and the finish. Duties are written in the transaction of the change that causes them,
 * and the deadline stands in the record as well. A record found on a day for which no edition of the rule is valid has no duty.
 */
#ifndef ANJIAN_DUTY_H
#define ANJIAN_DUTY_H

#include "duty/rule.h"

/* Which fields of a ledger a clock rule looks at; names may be NULL where the ledger has none. */
struct duty_use {
    const char *ledger, *rule;
    const char *anchor;     /* date or instant counted from; the instant of the change when unknown */
    const char *amount;     /* a whole number that takes the place of the rule's amount */
    const char *by;         /* a date that is the limit itself */
    const char *due;        /* read-only instant that gets the deadline */
    const char *rule_field; /* read-only text that gets rule and edition, "hazard_rectify@1" */
    const char *finish;     /* date or instant of the finish that lateness is judged by; the instant of the change when unknown */
    const char *waits;      /* state in which a reported finish waits to be judged: in time, it is no breach meanwhile */
    const char *unit;       /* unit that owes it when the rule names no layer and the actor has no unit */
};

/* Once at start, before threads: duties follow the flows. `uses` ends with a NULL ledger; tables add up. */
void duty_init(void);
void duty_add_uses(const struct duty_use *uses);

struct duty_tick {
    int64_t breached, waiting; /* duties newly breached; finished in time by report but not judged yet */
};
/* Write the breach of every running duty whose due instant lies before `now`: as of the legal moment, however late this
 * runs, and each once. In transactions of some hundred duties. */
enum err duty_tick(struct store *, instant_t now, struct duty_tick *ret);

#endif
