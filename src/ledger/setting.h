/* setting.h — the district's choices, kept in the ledger `setting` (a change is an event), shipped in data/setting.csv.
 *
 * What the database itself is (uuid, district, digest) is no choice; that stands in _setting, see store_setting().
 */
#ifndef ANJIAN_SETTING_H
#define ANJIAN_SETTING_H

#include "ledger/store.h"

/* The value of a setting; `otherwise` when the ledger has none. ERR_INVALID when it is outside of its own bounds. */
enum err setting_int(struct work *, const char *name, int64_t otherwise, int64_t *ret);
/* The same in a transaction of its own. */
enum err setting_read(struct store *, struct arena *, const char *name, int64_t otherwise, int64_t *ret);

#endif
