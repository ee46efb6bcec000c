/* schema.h — the tables of a database, from the descriptions.
 *
 * The system's own tables stand in system.ddl; a ledger's follow from its description. The database keeps the enacted text
 * of every description in _ledger; schema_enact() brings the tables from the enacted description to a new one when the
 * difference is additive (a new ledger, new fields that are not required, new sort, search or index), and refuses anything else.
 */
#ifndef ANJIAN_SCHEMA_H
#define ANJIAN_SCHEMA_H

#include "ledger/store.h"

#define SCHEMA_VERSION 5 /* of system.ddl */

/* In an empty database: make the system's tables. */
enum err schema_create(struct db_tx *);

/* Make or extend the table of one ledger. `*refill` tells that derived columns (sort keys, side tables, search) of existing
 * rows must be computed again: see refill.h. Errors: ERR_REFUSED naming the field that differs in a way that needs a migration. */
enum err schema_enact(struct db_tx *, struct arena *, const struct ledger *, bool *refill);

/* The version that the database has: 0 when it is no Anjian database. */
enum err schema_version(struct db_tx *, int64_t *ret);

#endif
