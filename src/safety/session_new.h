/* session_new.h — what login.c, session.c, session_cache.c and token.c share. */
#ifndef ANJIAN_SESSION_NEW_H
#define ANJIAN_SESSION_NEW_H

#include "safety/session.h"

/* Begin a session of an active account; post 0: its own, or its first. ERR_FORBIDDEN when it is not active. */
enum err session_new(struct work *, const struct record *account, int64_t post, struct str address, struct session *ret);

/* 32 random bytes in base64url. */
enum err token_random(char ret[TOKEN_TEXT]);
/* What is kept of it: SHA-256 in hex. ERR_INVALID when it has not the form of a token. */
enum err token_digest(struct str token, char ret[HASH_HEX]);

/* Note that a session is in use: now, or (when there is a queue) by a thread of its own. seen_put(): false when too many wait. seen_stop()
 * writes what waits; NULL is fine, returns NULL. */
enum err seen_write(struct store *, struct arena *, const char *digest, instant_t);
struct seen;
enum err seen_start(struct store *, struct seen **ret);
bool seen_put(struct seen *, const char *digest, instant_t);
struct seen *seen_stop(struct seen *);
struct seen *sessions_queue(const struct sessions *); /* NULL: there is none, or no cache */

/* A session, or a token, found a moment ago; its texts lie in the arena. The cache may be NULL. */
bool session_recall(struct sessions *, const struct store *, const char *digest, bool token, struct arena *, struct session *ret);
/* Remember it: as found when the epoch of the rights was `epoch`, to be found again when `seen_until` is past. */
void session_remember(struct sessions *, const char *digest, uint64_t epoch, instant_t seen_until, const struct session *);

enum { SCOPES_MAX = 400, ONLY_ROOM = SCOPES_MAX + 4 }; /* bytes: of a token's scopes, and of the ledgers among them as "|a|b|" */

#endif
