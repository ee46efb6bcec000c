/* lane.h — the lanes of the chain: their heads, and their events in order. Shared by the chain's files. */
#ifndef ANJIAN_LANE_H
#define ANJIAN_LANE_H

#include "ledger/store.h"

struct lane {
    int64_t lane, seq; /* seq of its last event, 0 when it has none */
    unsigned char head[HASH_BYTES];
};

struct lanes {
    struct lane *lane; /* by number */
    int n;
};

/* The lane of the current row of an answer (lane, seq, head); false when its head is damaged (it is zeros then). */
bool lane_of_row(const struct db_rows *, struct lane *ret);
/* All lanes, in w->arena. */
enum err lane_all(struct work *, struct lanes *ret);
/* What stands before the first event of a lane. */
enum err lane_genesis(const struct store *, int64_t lane, unsigned char ret[HASH_BYTES]);

struct lane_event {                            /* texts are valid during the call */
    int64_t lane, seq, record, version, batch; /* batch 0: none */
    struct str ledger, body, hash;
};
/* Call fn for every event that is there, in order. Reads in pages, so that memory stays small. */
enum err lane_walk(struct work *, int64_t lane, enum err (*fn)(void *, const struct lane_event *), void *arg);

struct lane_progress {
    bool (*tell)(void *, int64_t done, int64_t total); /* may be NULL */
    void *arg;
    int64_t done, total, told;
};
/* So much more is done; tells it now and then. ERR_STOPPED when the listener wants no more. */
enum err progress_add(struct lane_progress *, int64_t n);

#endif
