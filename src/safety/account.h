/* account.h — accounts: from a name to an actor.
 *
 * The three administrative roles stand in the account. What a `user` sees, and in which role, follows from the post that he acts under
 * on the day, by the kind of the post's unit (ledger/unit_kind.h). No post, no rights.
 *
 * An account waits until another one than its maker has granted it a role (guard two_people; the console may do both). What must hold
 * however an account is written: the last active system administrator stays, and so does the last active security administrator.
 */
#ifndef ANJIAN_ACCOUNT_H
#define ANJIAN_ACCOUNT_H

#include "ledger/store.h"

/* Guards and checks of accounts; safety_init() calls it. */
void account_init(void);

/* The record of the account with that name; ERR_NOT_FOUND. For rules: asks no rights. */
enum err account_find(struct work *, struct str name, struct record **ret);
bool account_is_active(const struct record *account);

/* The actor that an account is today. ERR_FORBIDDEN: no such account, not active, or its person holds several posts and the
 * account names none. */
enum err account_actor(struct work *, struct str name, struct actor *ret);
/* The same under one of its posts; post 0: the one that the account names, otherwise the first. ERR_FORBIDDEN when the post is not, or
 * no longer, one of its. */
enum err account_actor_under(struct work *, const struct record *account, int64_t post, struct actor *ret);

/* The posts that an account may act under today: those that its person holds and the one that it names. Lowest id first. */
#define ACCOUNT_POSTS_MAX 100
enum err account_posts(struct work *, const struct record *account, struct record *ret[ACCOUNT_POSTS_MAX], int *ret_n);

/* Make an account that waits. `hash` is that of a first password which must be changed, see password.h; NULL: none yet. */
enum err account_make(struct work *, struct str name, int64_t person, const char *hash, struct record **ret);
/* Make the first system administrator of a database. */
enum err account_make_admin(struct work *, struct str name, const char *hash);
/* Give an account a new password, by the verb `reset`: it must be changed at the next login, and its sessions end. */
enum err account_reset(struct work *, int64_t account, const char *hash);

/* Is it the only active account with that role ("system_admin", "security_admin")? */
enum err account_is_last(struct work *, const struct record *account, const char *role, bool *ret);

#endif
