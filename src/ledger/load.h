/* load.h — records from their rows, one or a page at a time. Shared by the files of src/ledger; store_load() stands in store.h. */
#ifndef ANJIAN_LOAD_H
#define ANJIAN_LOAD_H

#include "ledger/store.h"

/* ERR_NOT_FOUND: there is no such record. */
enum err load_none(const struct ledger *, int64_t id);

/* Take a record from a row whose columns are the system's and then those of `fields`. Texts are copied. */
enum err load_columns(struct work *, const struct db_rows *, const struct field *const *fields, int n, struct record *);

/* The records with these ids, in their order, NULL where there is none; without child rows. At most LOAD_THESE. */
#define LOAD_THESE 32
enum err load_these(struct work *, const struct ledger *, const int64_t *ids, int n, struct record **ret);

/* A record with what its events and the record it hangs on say about it. */
struct loaded {
    struct record *record;
    int64_t version;          /* of its last event; 0: it has no event */
    struct str first, last;   /* head of the body of its first event; whole body of its last one */
    int64_t lent[SCOPE__MAX]; /* scope of the record it hangs on */
    bool has_lender;
};

/* Up to `room` records with ids above `after`, withdrawn ones too, lowest first; with all their child rows. */
enum err load_page(struct work *, const struct ledger *, int64_t after, struct loaded *page, int room, int *ret);

#endif
