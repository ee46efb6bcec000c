/* accessor.h — what the generated header "ledgers.h" is made of: typed access to the fields of shipped ledgers.
 *
 * tools/accessors.c reads the descriptions with the loader of the program and writes one line for each field; the macros here
 * turn it into functions, so that a field that is not there, or a value of the wrong type, does not compile:
 *
 *     instant_t hazard_due_on(const struct record *);            what is unknown reads as 0, STR_NONE, false or DAY_UNKNOWN
 *     bool hazard_knows_due_on(const struct record *);
 *     void hazard_set_due_on(struct record *, instant_t);        in a draft: the field is given
 *     void hazard_clear_due_on(struct record *);                 … as unknown
 *     const struct field *hazard_field_due_on(const struct ledger *);
 *     struct str hazard_found_on_text(const struct record *);    the text of a day, as kept
 *
 *     const struct ledger *hazard_ledger(const struct registry *);
 *     bool is_hazard(const struct record *);
 *
 * Given a record of another ledger they stop the program: that is never a matter of data.
 */
#ifndef ANJIAN_ACCESSOR_H
#define ANJIAN_ACCESSOR_H

#include <assert.h>

#include "ledger/record.h"
#include "ledger/registry.h"

#define DAY_UNKNOWN INT32_MIN

/* hazard_field_due_on and its like, for tables that say which field of a ledger holds what. */
typedef const struct field *field_of(const struct ledger *);

static inline bool accessor_is(const struct record *r, const char *ledger)
{
    return strcmp(r->l->ledger, ledger) == 0;
}

static inline void accessor_put(struct record *r, int i, struct value v)
{
    r->v[i] = v;
    r->given[i] = true;
}

static inline day_t accessor_day(const struct record *r, int i)
{
    struct str s = record_text(r, i);
    day_t d;
    return s.p && day_parse(s, &d) ? d : DAY_UNKNOWN;
}

#define ACCESS_LEDGER(l)                                                                                                                   \
    static inline const struct ledger *l##_ledger(const struct registry *r)                                                                \
    {                                                                                                                                      \
        return registry_find(r, STR(#l));                                                                                                  \
    }                                                                                                                                      \
    static inline bool is_##l(const struct record *r)                                                                                      \
    {                                                                                                                                      \
        return accessor_is(r, #l);                                                                                                         \
    }

#define ACCESS_COMMON(l, f, i)                                                                                                             \
    static inline bool l##_knows_##f(const struct record *r)                                                                               \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        return record_known(r, i);                                                                                                         \
    }                                                                                                                                      \
    static inline void l##_clear_##f(struct record *r)                                                                                     \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        accessor_put(r, i, VALUE_NULL);                                                                                                    \
    }                                                                                                                                      \
    static inline const struct field *l##_field_##f(const struct ledger *ledger)                                                           \
    {                                                                                                                                      \
        assert(strcmp(ledger->ledger, #l) == 0);                                                                                           \
        return &ledger->fields[i];                                                                                                         \
    }

/* Texts, codes, several values: as kept. */
#define ACCESS_TEXT(l, f, i)                                                                                                               \
    ACCESS_COMMON(l, f, i)                                                                                                                 \
    static inline struct str l##_##f(const struct record *r)                                                                               \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        return record_text(r, i);                                                                                                          \
    }                                                                                                                                      \
    static inline void l##_set_##f(struct record *r, struct str s)                                                                         \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        accessor_put(r, i, value_text(s));                                                                                                 \
    }

/* Days: the text of a day that is set must live as long as the record. */
#define ACCESS_DAY(l, f, i)                                                                                                                \
    ACCESS_COMMON(l, f, i)                                                                                                                 \
    static inline day_t l##_##f(const struct record *r)                                                                                    \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        return accessor_day(r, i);                                                                                                         \
    }                                                                                                                                      \
    static inline struct str l##_##f##_text(const struct record *r)                                                                        \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        return record_text(r, i);                                                                                                          \
    }                                                                                                                                      \
    static inline void l##_set_##f(struct record *r, const char *iso)                                                                      \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        accessor_put(r, i, value_text(str_of(iso)));                                                                                       \
    }

/* Whole numbers of a C type: integers, fen, hundredths, instants, yes and no, ids of records. */
#define ACCESS_INT(l, f, i, T)                                                                                                             \
    ACCESS_COMMON(l, f, i)                                                                                                                 \
    static inline T l##_##f(const struct record *r)                                                                                        \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        return (T)record_int(r, i, 0);                                                                                                     \
    }                                                                                                                                      \
    static inline void l##_set_##f(struct record *r, T v)                                                                                  \
    {                                                                                                                                      \
        assert(is_##l(r));                                                                                                                 \
        accessor_put(r, i, value_int((int64_t)v));                                                                                         \
    }

#endif
