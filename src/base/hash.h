/* hash.h — digests and keyed digests, SM3 (GB/T 32905-2016) or SHA-256, by OpenSSL. */
#ifndef ANJIAN_HASH_H
#define ANJIAN_HASH_H

#include "base/err.h"
#include "base/str.h"

enum hash_kind { HASH_SM3, HASH_SHA256, HASH__MAX };
#define HASH_BYTES 32
#define HASH_HEX (2 * HASH_BYTES + 1)

const char *hash_name(enum hash_kind); /* "sm3", "sha256" */
bool hash_parse(struct str name, enum hash_kind *ret);

/* Digest of up to two pieces, one after the other (pass STR_NONE for none). Each thread keeps its context. */
enum err hash_two(enum hash_kind, struct str a, struct str b, unsigned char ret[HASH_BYTES]);

struct hasher; /* for bytes that come in pieces */
enum err hasher_new(enum hash_kind, struct hasher **ret);
enum err hasher_add(struct hasher *, const void *p, size_t n);
enum err hasher_end(struct hasher *, unsigned char ret[HASH_BYTES]);
struct hasher *hasher_free(struct hasher *); /* returns NULL */

enum err hash_keyed(enum hash_kind, struct str key, struct str message, unsigned char ret[HASH_BYTES]); /* HMAC */
const char *hash_hex(const unsigned char digest[HASH_BYTES], char out[HASH_HEX]);

#endif
