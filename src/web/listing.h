/* listing.h — a list as an address says it: /l/LEDGER?where=…&q=…&sort=…&fields=…&on=…&withdrawn=1&limit=…&after=…&ids=…
 *
 * Page, export, count and API read their lists here, and the page writes its links here, so that an address means the same
 * everywhere. What an address cannot mean is ERR_INVALID with the name of the parameter or the field.
 */
#ifndef ANJIAN_LISTING_H
#define ANJIAN_LISTING_H

#include "ledger/query.h"
#include "web/request.h"

#define LISTING_FIELDS 60

struct listing {
    const struct ledger *l;
    struct str where[QUERY_CONDITIONS_MAX]; /* as they stand in the address */
    struct condition condition[QUERY_CONDITIONS_MAX];
    int where_n;
    struct str q, sort, on, after;
    bool withdrawn;
    int64_t ids[QUERY_IDS_MAX]; /* only these records; "ids=1,2" or repeated */
    int ids_n;
    int64_t limit;                             /* 0: the usual */
    const struct field *field[LISTING_FIELDS]; /* asked for; none: those that the description lists */
    int fields;
};

/* Read it from the query of an address. `limit_most`: of this kind of list. */
enum err listing_read(struct work *, const struct params *, const struct ledger *, int64_t limit_most, struct listing *ret);
/* The query that it asks; `limit` is the number of rows where the address says none. */
void listing_query(const struct listing *, int limit, struct query *ret);

/* How an address differs from that of the list. A zeroed one gives the list itself, from its first page on. */
struct listing_change {
    const char *path;   /* behind /l/LEDGER, as "/export" */
    int without;        /* leave out this condition, counted from 1 */
    struct str with;    /* and add this one */
    bool no_conditions; /* leave out all, and the words searched */
    const char *sort;   /* another order, as "-found_on" */
    struct str after;   /* go on from a cursor */
    const char *name;   /* a further parameter … */
    struct str value;   /* … and its value */
};
/* The address, encoded; lies in the arena. STR_NONE without memory. */
struct str listing_url(struct arena *, const struct listing *, struct listing_change);

/* The fields a list shows: those asked for, otherwise those described with `list`. */
int listing_columns(const struct listing *, const struct field **ret, int room);

#endif
