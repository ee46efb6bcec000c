/* client_key.h — keys made by clients, so that a request sent twice makes one record. */
#ifndef ANJIAN_CLIENT_KEY_H
#define ANJIAN_CLIENT_KEY_H

#include "ledger/store.h"

#define CLIENT_KEY_MAX 100

/* As store_create(), once for each key: the same key with the same ledger and values again returns the record as it stands now
 * and writes nothing. Errors: ERR_CONFLICT (the key was used for something else), ERR_INVALID (not 1 to 100 letters, digits
 * and hyphens), ERR_BUSY (the same key is being used at this moment). Of sensitive values only keyed digests are kept. */
enum err store_create_keyed(struct work *, struct str key, const struct record *draft, struct record **ret);

#endif
