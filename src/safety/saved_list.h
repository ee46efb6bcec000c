/* saved_list.h — a list saved under a name: conditions, columns and order, for oneself or for all who act for one's unit.
 *
 * It is a bookmark of an account and no record of a ledger: it has neither scope nor history, and whoever opens it sees no more
 * than the ledger shows to him.
 */
#ifndef ANJIAN_SAVED_LIST_H
#define ANJIAN_SAVED_LIST_H

#include "ledger/store.h"

#define SAVED_LISTS_MAX 50 /* of one account, and shown to one */

struct saved_list {
    int64_t id;
    struct str ledger, name, query; /* query: as behind the question mark of the address */
    bool mine, shared;
};

/* Those of the actor and those shared with its unit, by name. Lies in the arena. */
enum err saved_list_all(struct work *, const struct saved_list **ret, int *ret_n);
/* Save one; that of the same ledger and name is replaced. ERR_INVALID (field "name"), ERR_TOO_BIG, ERR_FORBIDDEN (shared, and may
 * not). */
enum err saved_list_put(struct work *, const struct ledger *, struct str name, struct str query, bool shared);
/* Remove one's own. ERR_NOT_FOUND. */
enum err saved_list_remove(struct work *, int64_t id);
/* Those who change records of a ledger may set up lists of it for their unit. */
bool saved_list_may_share(const struct store *, const struct actor *, const struct ledger *);

#endif
