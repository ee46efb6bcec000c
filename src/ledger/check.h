/* check.h — is a value fit to be kept? Bounds, lengths, codes that exist, references that live. */
#ifndef ANJIAN_CHECK_H
#define ANJIAN_CHECK_H

#include "ledger/store.h"

/* Check the given fields of a draft, and that required fields are known in `now` (the record as it would stand).
 * ERR_INVALID with the field named. */
enum err check_record(struct work *, const struct record *now, const struct record *draft);

/* Does the code list have this code on this day? */
enum err check_code(struct work *, const char *list, struct str code, bool *ret);

/* Fields that only verbs may set (`by` in the description): has one come to differ that neither the verb `v` (NULL: a plain change;
 * at creation the verb of birth) may set, nor the console, an import or a rule? ERR_REFUSED with the field and rule "by". */
enum err check_by(struct work *, const struct record *old, const struct record *now, const struct verb *v);

#endif
