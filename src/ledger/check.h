/* check.h — is a value fit to be kept? Bounds, lengths, codes that exist, references that live. */
#ifndef ANJIAN_CHECK_H
#define ANJIAN_CHECK_H

#include "ledger/store.h"

/* Check the given fields of a draft, and that required fields are known in `now` (the record as it would stand; `old` as it
 * stands, NULL for a new one). A code that did not stand there before must be valid on the day of the record. What the verb `v`
 * (NULL: none) needs must be known too. ERR_INVALID with all that is wrong, each with its field (err_gather()). */
enum err check_record(struct work *, const struct record *old, const struct record *now, const struct record *draft, const struct verb *v);

/* Fields that only verbs may set (`by` in the description): has one come to differ that neither the verb `v` (NULL: a plain change;
 * at creation the verb of birth) may set, nor the console, an import or a rule? ERR_REFUSED with the field and rule "by". */
enum err check_by(struct work *, const struct record *old, const struct record *now, const struct verb *v);

#endif
