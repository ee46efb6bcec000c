/* stmt_cache.h — the prepared statements of one connection, found by the hash of their text.
 *
 * Holds STMT_CACHE statements; a new one pushes out the one that was not used for longest. The text is compared too, so
 * two texts with one hash are never mixed up. Not thread-safe: a connection has one user at a time.
 */
#ifndef ANJIAN_STMT_CACHE_H
#define ANJIAN_STMT_CACHE_H

#include "db/sql.h"

#define STMT_CACHE 200

/* The first member of an engine's own struct, which comes from mem_alloc(). */
struct stmt {
    struct str text; /* owned by the cache */
    uint64_t last_used;
    bool busy; /* an open query reads from it: neither handed out nor pushed out */
};

struct stmt_cache {
    uint64_t hashes[STMT_CACHE]; /* side by side, so that looking through them is quick */
    struct stmt *slots[STMT_CACHE];
    int n;
    uint64_t clock;
};

/* The statement with this text, or NULL. */
struct stmt *stmt_find(struct stmt_cache *, const struct sql *);
/* Keep `s`. *evicted gets the statement that had to go (to be closed and freed by the caller with stmt_free), or NULL.
 * False when it cannot be kept (no memory, or all are busy); `s` still belongs to the caller then. */
bool stmt_keep(struct stmt_cache *, const struct sql *, struct stmt *s, struct stmt **evicted);
/* Take out any statement, or this one, for closing. */
struct stmt *stmt_pop(struct stmt_cache *);
void stmt_remove(struct stmt_cache *, const struct stmt *);
void stmt_free(struct stmt *);

#endif
