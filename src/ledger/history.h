/* history.h — what the events say about one record. */
#ifndef ANJIAN_HISTORY_H
#define ANJIAN_HISTORY_H

#include "ledger/store.h"

/* Mark the fields that events after version `base` have changed. `touched` has ledger->fields_count places. */
enum err history_touched(struct work *, const struct record *, int64_t base, bool *touched);

/* The events of a record, oldest first, as their JSON bodies. The actor must be allowed to see the record. */
struct history {
    int n;
    struct str *body;
};
enum err history_read(struct work *, const struct record *, struct history *ret);

/* Where each value of a record comes from: for every field the version, batch and row that last set it (0: none). */
struct origin {
    int64_t version, batch, row;
};
enum err history_origins(struct work *, const struct record *, struct origin *ret);

/* The record as it was at version `base` (at most its own): fields that have changed since get the values they had then. Rows
 * inside it stay as they are now. */
enum err history_at(struct work *, const struct record *, int64_t base, struct record **ret);

#endif
