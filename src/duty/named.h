/* named.h — fields of a record by their names, for layers that know ledgers by their descriptions only. A name that the
 * ledger does not have reads as unknown and is not set. */
#ifndef ANJIAN_NAMED_H
#define ANJIAN_NAMED_H

#include "ledger/record.h"

static inline const struct field *named(const struct record *r, const char *name)
{
    return name ? ledger_field(r->l, str_of(name)) : NULL;
}

static inline struct value named_value(const struct record *r, const char *name)
{
    const struct field *f = named(r, name);
    return f ? r->v[f->index] : VALUE_NULL;
}

static inline struct str named_text(const struct record *r, const char *name) /* STR_NONE: unknown */
{
    struct value v = named_value(r, name);
    return v.tag == VAL_TEXT ? v.s : STR_NONE;
}

static inline int64_t named_int(const struct record *r, const char *name) /* 0: unknown */
{
    struct value v = named_value(r, name);
    return v.tag == VAL_INT ? v.i : 0;
}

static inline bool named_day(const struct record *r, const char *name, day_t *ret)
{
    struct str s = named_text(r, name);
    return s.p && day_parse(s, ret);
}

static inline void named_set(struct record *r, const char *name, struct value v)
{
    const struct field *f = named(r, name);
    if (f) record_set(r, f, v);
}

#endif
