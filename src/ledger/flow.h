/* flow.h — changes of state, by the table in the description.
 *
 * One function changes state (store_do), in this order: permission, lock, table, guards, row, duties, event. A guard is a
 * named pure function over the record as it is and as it would be; it answers with a reason in both languages.
 */
#ifndef ANJIAN_FLOW_H
#define ANJIAN_FLOW_H

#include "ledger/store.h"

/* OK, or ERR_REFUSED with the reason as message and the guard's name as rule. `old` is NULL when the verb makes the record. */
typedef enum err (*guard_fn)(struct work *, const struct record *old, const struct record *now, const struct verb *);

struct guard {
    const char *name;
    guard_fn fn;
};

/* What happens beside the change, in the same transaction: duties start and stop here. `old` is NULL at creation, `verb` is
 * NULL for a plain change, a withdrawal or its end. Set once by the layer above (duty), before threads start. */
typedef enum err (*change_hook)(struct work *, const struct record *old, const struct record *now, const struct verb *);
void flow_on_change(change_hook);
enum err flow_changed(struct work *, const struct record *old, const struct record *now, const struct verb *);

/* The same, before the row is written: may fill read-only fields of `now` that follow from the change, as a deadline. */
typedef enum err (*prepare_hook)(struct work *, const struct record *old, struct record *now, const struct verb *);
void flow_before_change(prepare_hook);
enum err flow_changing(struct work *, const struct record *old, struct record *now, const struct verb *);

/* Guards of chapters: a table that ends with a NULL name. Set once at start, before threads. */
void flow_add_guards(const struct guard *);

/* What must hold for every row of a ledger, however it came to be written: by verb, change, withdrawal, import or undo. Runs
 * before the row; `old` is NULL for a new one. Tables of chapters end with a NULL ledger; set once at start, before threads. */
typedef enum err (*row_check_fn)(struct work *, const struct record *old, const struct record *now);
struct row_check {
    const char *ledger;
    row_check_fn fn;
};
void flow_add_checks(const struct row_check *);
enum err flow_check(struct work *, const struct record *old, const struct record *now);

/* The verb that makes a record: the one without `from`; NULL when the flow has none. */
const struct verb *flow_birth(const struct ledger *);
/* Does the table allow a verb of this name in the record's state? Otherwise ERR_REFUSED (rule "flow"); ERR_INVALID: there is no such
 * verb. */
enum err flow_find_verb(const struct record *, struct str name, const struct verb **ret);
/* What a verb needs must be known, beside what every record must have: ERR_INVALID with the fields. */
enum err flow_needs(const struct verb *, const struct record *now);

/* What guards say about a verb; and whether the program has all that a ledger names (ERR_INVALID). */
enum err flow_guards(struct work *, const struct verb *, const struct record *old, const struct record *now);
enum err flow_guards_known(const struct ledger *);

/* Is a verb for rules of the program alone (guard by_rule)? Then nobody is offered it. */
bool flow_by_rule(const struct verb *);

/* The verbs that the table allows in the record's state, whatever their guards say. */
int flow_verbs(const struct record *, const struct verb **ret, int room);

#endif
