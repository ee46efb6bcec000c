/* record.h — one record in memory, and its canonical form.
 *
 * Values are kept as described in description.h. A record that comes from outside (a form, a row of a file) is a draft:
 * `given` says which fields it speaks of; a field that is not given stays as it is.
 */
#ifndef ANJIAN_RECORD_H
#define ANJIAN_RECORD_H

#include "base/date.h"
#include "base/hash.h"
#include "base/value.h"
#include "ledger/description.h"

struct rows { /* child rows of one field, in their order */
    int n;
    struct value **v; /* v[row][field of the child ledger] */
};

struct record {
    const struct ledger *l;
    int64_t id, version;
    int64_t scope[SCOPE__MAX]; /* 0: none */
    int64_t successor;         /* merged into that record; 0: none */
    bool withdrawn;
    instant_t created, updated;
    struct str state, number; /* STR_NONE when the ledger has none */
    struct value *v;          /* by field->index */
    struct rows *rows;        /* by field->index, of fields of type rows */
    bool *given;              /* by field->index */
};

/* An empty record: everything unknown, nothing given. NULL without memory. */
struct record *record_new(struct arena *, const struct ledger *);
/* A copy whose arrays are its own (texts are shared). */
struct record *record_copy(struct arena *, const struct record *);

static inline void record_set(struct record *r, const struct field *f, struct value v)
{
    r->v[f->index] = v;
    r->given[f->index] = true;
}

/* The legal day of a record, by which codes are valid for it: the value of the field that its ledger names (description.h); the
 * Beijing day of today when that is unknown, or when the ledger names none. */
day_t record_day(const struct record *);

/* Put the given values of a draft into a record. */
void record_take(struct record *, const struct record *draft);

/* Typed access; the generated accessors (hazard_deadline(r) …) call these. */
static inline struct str record_text(const struct record *r, int index) /* STR_NONE: unknown */
{
    return r->v[index].tag == VAL_TEXT ? r->v[index].s : STR_NONE;
}
static inline int64_t record_int(const struct record *r, int index, int64_t unknown)
{
    return r->v[index].tag == VAL_INT ? r->v[index].i : unknown;
}
static inline bool record_known(const struct record *r, int index)
{
    return r->v[index].tag != VAL_NULL;
}

bool rows_eq(const struct ledger *child, const struct rows *a, const struct rows *b);

/* How many values "|a|b|" has, and the i-th of them while walking: start with *rest = the text. */
bool many_next(struct str *rest, struct str *ret);

/* Append a kept value as canonical JSON: null, a whole number, or a string. */
void value_json(struct buf *, struct value);
void rows_json(struct buf *, const struct ledger *child, const struct rows *);

/* The canonical form of a row, which is what its digest covers: compact JSON, known values only, fields by name, child
 * rows in their order, as doc/chain.md says. Columns derived from other records (scope, sort keys) are not in it. */
void record_canonical(struct buf *, const struct record *);
enum err record_digest(enum hash_kind, const struct record *, struct buf *work, unsigned char ret[HASH_BYTES]);

#endif
