/* value.h — one value of a field, a parameter of a statement, a cell: unknown, whole number, text or bytes.
 *
 * Every field type is kept as one of these (see ledger/type.h). Unknown is VAL_NULL, which is never 0 and never "".
 */
#ifndef ANJIAN_VALUE_H
#define ANJIAN_VALUE_H

#include "base/str.h"

enum value_tag { VAL_NULL, VAL_INT, VAL_TEXT, VAL_BLOB };

struct value {
    enum value_tag tag;
    int64_t i;    /* VAL_INT */
    struct str s; /* VAL_TEXT (UTF-8), VAL_BLOB; not owned */
};

#define VALUE_NULL ((struct value){VAL_NULL, 0, {NULL, 0}})

static inline struct value value_int(int64_t i)
{
    return (struct value){VAL_INT, i, {NULL, 0}};
}

static inline struct value value_text(struct str s) /* STR_NONE gives VAL_NULL */
{
    return s.p ? (struct value){VAL_TEXT, 0, s} : VALUE_NULL;
}

static inline struct value value_blob(const void *p, size_t n)
{
    return (struct value){VAL_BLOB, 0, {p ? p : "", n}};
}

static inline bool value_eq(struct value a, struct value b)
{
    return a.tag == b.tag && (a.tag == VAL_NULL || (a.tag == VAL_INT ? a.i == b.i : str_eq(a.s, b.s)));
}

#endif
