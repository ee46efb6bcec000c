/* sort_key.h — by what a list is sorted: a key that is never unknown, the same on both databases.
 *
 * Texts sort by their folded form in GB18030 bytes, where the 3,755 level-1 characters stand in pinyin order; the key is
 * the first 40 of those bytes, each written as the character of that number so that it is valid text with the same
 * order. Whole numbers sort as they are. Unknown sorts before everything.
 */
#ifndef ANJIAN_SORT_KEY_H
#define ANJIAN_SORT_KEY_H

#include "base/value.h"
#include "ledger/description.h"

#define SORT_KEY_UNKNOWN (-INT64_MAX)

/* The key of a value of field f; its text lies in `a`. */
enum err sort_key(struct arena *a, const struct field *f, struct value v, struct value *ret);

#endif
