/* secret.h — personal data: ciphertext in row and event, readable with a key kept outside the database.
 *
 * A sensitive value is kept as "enc:<digest>:<nonce><ciphertext><mac>" in hex. The digest is HMAC-SM3 of the value under the
 * master key, so that equals can be found; value is SM4-CTR under a key of the record's own, authenticated with HMAC-SM3
 * (encrypt, then authenticate). The record's key lies in _person_key wrapped by the master key; destroying it makes the value
 * unreadable everywhere, also in old events, and the chain still verifies. The master key lies in a file of its own, beside a
 * SQLite database as PATH.key or where ANJIAN_KEY says; without it sensitive values can be neither written nor revealed and
 * everything else works.
 */
#ifndef ANJIAN_SECRET_H
#define ANJIAN_SECRET_H

#include "ledger/store.h"

/* Length of "enc:<digest>:", the part that equal values share. */
#define SECRET_HEAD (4 + 2 * 16 + 1)

struct secrets;
struct condition;

/* Where the key of this database lies; NULL when nothing says so. The text lies in `a`. */
const char *secrets_path(struct arena *a, const struct db *);
/* Make a key file (mode 0600; ERR_CONFLICT when there is one). */
enum err secrets_make(const char *path);
/* Read it; *ret is NULL when there is none. */
enum err secrets_open(const char *path, struct secrets **ret);
struct secrets *secrets_free(struct secrets *); /* wipes the key; returns NULL */

/* Replace the plain texts that a draft has put into `now` by sealed ones; one that did not change keeps its old form. Checks length
 * on the way. `old` is NULL for a new record. */
enum err secret_take(struct work *, const struct record *old, struct record *now, const struct record *draft);

/* The plain text of a sensitive field. Errors: ERR_FORBIDDEN without the key file, ERR_NOT_FOUND when the key of the record was
 * destroyed, ERR_DB when the value was altered. The caller writes the event of the reveal. */
enum err secret_reveal(struct work *, const struct record *, const struct field *, struct str *ret);

/* Look at a sensitive field of a record that the actor may see and reveal. The look itself is an event: a new version of the record in
 * which nothing differs, with the field's name as reason. ERR_INVALID for a field that is not sensitive. */
enum err store_reveal(struct work *, const struct ledger *, int64_t id, const struct field *, struct str *ret);

/* Destroy the key of a record: its sensitive values are gone for good. */
enum err secret_destroy(struct work *, int64_t record);

/* "= value" on a sensitive field becomes "begins with the digest of value"; other comparisons are ERR_INVALID. */
enum err secret_condition(struct work *, struct str plain, struct condition *);

#endif
