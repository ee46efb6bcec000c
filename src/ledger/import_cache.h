/* import_cache.h — what words in choice and reference columns were found to mean, for the length of one chunk.
 *
 * Thousands of rows name the same few units and codes; each is looked up once. Only what was found is kept, and only where the
 * import itself cannot change the answer: never for references into the ledger that is being imported. Used by import.c. */
#ifndef ANJIAN_IMPORT_CACHE_H
#define ANJIAN_IMPORT_CACHE_H

#include "base/date.h"
#include "base/value.h"
#include "ledger/description.h"

struct import_cache;

/* Empty; lies in the arena of the chunk. NULL without memory. */
struct import_cache *import_cache_new(struct arena *, const struct ledger *imported);
/* Does the field keep its answers here? */
bool import_cache_takes(const struct import_cache *, const struct field *);
/* The value kept for this text, on this day or on any; or NULL. */
const struct value *import_cache_find(const struct import_cache *, const struct field *, struct str text, day_t);
/* Keep one that was found, for one day or IMPORT_ANY_DAY. Texts are not copied: they live as long as the chunk. A full cache keeps
 * no more. */
#define IMPORT_ANY_DAY INT32_MIN
void import_cache_keep(struct import_cache *, const struct field *, struct str text, day_t, struct value);

#endif
