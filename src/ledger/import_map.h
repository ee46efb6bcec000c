/* import_map.h — which heading is which field. Used by import.c; see import.h for the rules. */
#ifndef ANJIAN_IMPORT_MAP_H
#define ANJIAN_IMPORT_MAP_H

#include "ledger/import.h"
#include "ledger/type.h"

struct heading_map; /* the headings a ledger knows, with those that were told */

/* Errors: ERR_INVALID when a told field does not exist. Lies in `a`. */
enum err heading_map_new(struct arena *a, const struct ledger *, const struct import_map *told, int n, struct heading_map **ret);
/* For table_options.known: field index, or -1. */
int heading_map_find(void *map, struct str key);

/* What a bare number under this heading counts, in yuan: （万元） 10000, （亿元） 100000000, else 1. */
int64_t heading_unit(struct str heading);

/* Can rows of this table be told apart and made? ERR_UNREADABLE, naming the headings seen, when no key, no title and no required
 * field has a column. */
enum err mapping_usable(struct arena *a, const struct ledger *, const struct table *);

#endif
