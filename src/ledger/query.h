/* query.h — lists: conditions, scope, search, sort and pages, as one statement built here and nowhere else.
 *
 * Scope is part of every statement and fails closed. Pages go on from a cursor (the sort key and the id of the last row),
 * never by offset, so nothing is shown twice or left out while others write.
 */
#ifndef ANJIAN_QUERY_H
#define ANJIAN_QUERY_H

#include "ledger/store.h"

enum query_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_CONTAINS, OP_BEGINS, OP__MAX };

#define QUERY_CONDITIONS_MAX 32
#define QUERY_LIMIT_MAX 1000
#define QUERY_IDS_MAX 200
#define QUERY_WALK 20000 /* for lists that somebody waits for */

struct condition {
    const struct field *field; /* of the ledger, or one of query_system_field() */
    enum query_op op;
    struct value value; /* VAL_NULL with OP_EQ, OP_NE: is (not) unknown. OP_NE holds for unknown values too */
};

struct query {
    const struct ledger *l;
    const struct condition *where; /* all must hold */
    int where_n;
    const int64_t *ids; /* only these records, QUERY_IDS_MAX at most; ids_n 0: all */
    int ids_n;
    struct str search;        /* STR_NONE: no search */
    const struct field *sort; /* NULL: newest first */
    bool descending;
    int limit;        /* 0: 50 */
    int64_t walk;     /* query_list(): look at no more rows than this where no index leads to those that fit; 0: at all */
    struct str after; /* cursor from the page before, or STR_NONE */
    bool withdrawn;   /* withdrawn records too */
    bool has_on;      /* ledgers with a period: only those in force on that day */
    day_t on;
    const struct field *const *fields; /* the fields wanted; NULL: all that have a column */
    int fields_n;
};

struct page {
    struct record **record; /* fields that were not wanted are unknown; child rows are not read */
    int n;
    struct str next; /* cursor of the next page, STR_NONE at the end */
};

/* id, version, state, number, created, updated, withdrawn, successor: columns that every ledger has. NULL for others. Their
 * index is negative. */
const struct field *query_system_field(struct str name);

/* With `walk`: rows are walked over in the order of the list, within what an index knows (scope, equality with a field that leads a
 * key, an index, or is unique or a reference; the range of the field it is sorted by), until the page is full; the other conditions
 * are asked of each. ERR_TOO_BIG (rule "narrower") when the page is not full after `walk` rows and there are more. */
enum err query_list(struct work *, const struct query *, struct page *ret);
/* All records of a query from its cursor on, in pages of its limit (0: as large as they may be). ERR_TOO_BIG when there are
 * more than `most`. */
enum err query_all(struct work *, const struct query *, int most, struct page *ret);
/* How many rows the query has without limit, exactly. Costs a walk over all of them. */
enum err query_count(struct work *, const struct query *, int64_t *ret);

/* Ids of records for which all conditions hold, whatever their scope, lowest first; for rules, never for answers. */
enum err query_ids(struct work *, const struct ledger *, const struct condition *, int n, bool withdrawn, int64_t *ids, int room, int *ret);

/* A living record other than `r` whose period overlaps and whose `within` fields are the same; 0 when there is none. */
enum err query_overlap(struct work *, const struct record *r, int64_t *ret);

#endif
