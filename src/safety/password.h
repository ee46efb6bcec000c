/* password.h — passwords: which ones are taken, and their Argon2id hashes.
 *
 * Hashing and verifying take tens of milliseconds and 19 MiB; they know no database and are called outside of any transaction. A
 * password never stands in an event, a log or an error.
 */
#ifndef ANJIAN_PASSWORD_H
#define ANJIAN_PASSWORD_H

#include "ledger/store.h"

#define PASSWORD_MIN 10  /* characters */
#define PASSWORD_MAX 200 /* bytes */
#define PASSWORD_HASH 128

/* Will it do for this account? ERR_INVALID with field "password": too short, too long, the account's name with little more, or one of
 * the commonest. */
enum err password_fit(struct str account, struct str password);
/* One that nobody guesses, of letters and digits that nobody mistakes for others; to be shown once. */
#define PASSWORD_MADE 17 /* 16 characters and NUL */
enum err password_make(char ret[PASSWORD_MADE]);
/* Its hash. Slow. */
enum err password_hash(struct str password, char ret[PASSWORD_HASH]);
/* Does it fit? Slow, and as slow for "", the hash of who has none: then never. */
bool password_verify(const char *hash, struct str password);

/* Keep the hash as that of the account. `must_change`: another one has set it, so its owner must choose his own at the next login.
 * All sessions of the account end. */
enum err password_put(struct work *, int64_t account, const char *hash, bool must_change);
/* *ret_hash is "" when there is none. */
enum err password_get(struct work *, int64_t account, char ret_hash[PASSWORD_HASH], bool *ret_must_change);

#endif
