/* session_new.h — what login.c, session.c and token.c share. */
#ifndef ANJIAN_SESSION_NEW_H
#define ANJIAN_SESSION_NEW_H

#include "safety/session.h"

/* Begin a session of an active account; post 0: its own, or its first. ERR_FORBIDDEN when it is not active. */
enum err session_new(struct work *, const struct record *account, int64_t post, struct str address, struct session *ret);

/* 32 random bytes in base64url. */
enum err token_random(char ret[TOKEN_TEXT]);
/* What is kept of it: SHA-256 in hex. ERR_INVALID when it has not the form of a token. */
enum err token_digest(struct str token, char ret[HASH_HEX]);

#endif
