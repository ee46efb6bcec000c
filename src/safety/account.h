/* account.h — accounts: from a name to an actor, and passwords.
 *
 * What an account sees follows from the post it acts under on the day, by the kind of the post's unit:
 *
 *     township, subdistrict, zone              rows of that territory
 *     station, village                         rows of the territory of its parent unit
 *     department                               rows of that sector
 *     enterprise                               rows of the premises with the unit's credit code
 *     government, party, committee, committee_office, safety_bureau, brigade, discipline     every row
 *     any other, no post, a role other than `user`                                           nothing
 *
 * Only the administrator made at init may do what the console does, until the district has posts.
 */
#ifndef ANJIAN_ACCOUNT_H
#define ANJIAN_ACCOUNT_H

#include "ledger/store.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 200 /* bytes */

/* The actor that an account is today. ERR_FORBIDDEN: no such account, not active, or its person holds several posts and the
 * account names none. */
enum err account_actor(struct work *, struct str name, struct actor *ret);

/* Make the first administrator of a database, with a password. */
enum err account_make_admin(struct work *, struct str name, struct str password);

/* Set a password (its Argon2id hash). ERR_INVALID: too short or too long. */
enum err password_set(struct work *, int64_t account, struct str password);
/* Does it fit? Takes as long for an account without a password as for one that has one. */
enum err password_check(struct work *, int64_t account, struct str password, bool *ret);

#endif
