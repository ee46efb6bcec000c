/* secret.h — personal data: ciphertext in row and event, readable with a key kept outside the database.
 *
 * A sensitive value is kept as "enc:<digest>:<nonce and ciphertext>" (hex): HMAC-SM3 of the value for finding equals, SM4-CTR with an
 * HMAC-SM3 over nonce and ciphertext (encrypt, then authenticate). The master key lies in a file of its own, beside a SQLite
 * database as PATH.key or where ANJIAN_KEY says; without it values can be neither written nor revealed, all else works.
 */
#ifndef ANJIAN_SECRET_H
#define ANJIAN_SECRET_H

#include "ledger/store.h"

struct secrets;

/* Make a key file (mode 0600; ERR_CONFLICT when there is one) or read it (ERR_NOT_FOUND when there is none). */
enum err secrets_make(const char *path, struct secrets **ret);
enum err secrets_open(const char *path, struct secrets **ret);
struct secrets *secrets_free(struct secrets *); /* wipes the key; returns NULL */
/* Where the key of this database lies; NULL when nothing says so. The text lies in `a`. */
const char *secrets_path(struct arena *a, const struct db *);

enum err secret_seal(struct work *, struct str plain, struct value *ret);
/* ERR_FORBIDDEN without the key, ERR_DB when the value was altered. */
enum err secret_reveal(struct work *, struct value sealed, struct str *ret);
/* "= value" on a sensitive field becomes "begins with the digest of value". Other comparisons are ERR_INVALID. */
struct condition;
enum err secret_condition(struct work *, struct str plain, struct condition *);

#endif
