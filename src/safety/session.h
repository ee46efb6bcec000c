/* session.h — who is logged in: logins with lock-out, sessions, API tokens, and the audit trail of all of it.
 *
 * A login is three calls, because verifying a password takes tens of milliseconds and must hold no transaction: login_prepare(),
 * login_verify() (on whatever queue the caller has for it), login_finish(). An attempt is counted as failed before it is
 * verified and forgiven when it was right, so that attempts side by side gain nothing. After 5 failures an account waits 1, 2,
 * 4 … seconds up to 15 minutes, after 20 a source address does; after a quiet hour all is forgotten. The last active system
 * administrator waits 5 seconds at most. An unknown name is treated as a known one in every way. On a simulated
 * district, whose clock stands, nobody waits.
 *
 * Tokens of sessions and of the API are 32 random bytes in base64url; only their digests are kept. Sessions end when they are idle
 * (setting session_idle_minutes), grow old (session_most_hours), when the password changes, when the account is blocked or comes to
 * be another's, when the post they act under ends, and by logout.
 */
#ifndef ANJIAN_SESSION_H
#define ANJIAN_SESSION_H

#include "ledger/store.h"
#include "safety/password.h"

#define TOKEN_TEXT 44 /* 43 characters and NUL */
#define ADDRESS_MAX 64

/* ---- logging in ---- */

struct login {       /* one attempt; holds no password */
    int64_t account; /* 0: unknown name */
    char address[ADDRESS_MAX];
    char name_key[HASH_HEX + 1], address_key[HASH_HEX + 1];
    char hash[PASSWORD_HASH];
    bool right; /* after login_verify() */
};

struct session {
    struct actor actor;       /* its name lies in the arena of the call */
    char token[TOKEN_TEXT];   /* for the cookie */
    char csrf[TOKEN_TEXT];    /* for forms: an HMAC under the token */
    instant_t began, expires; /* at the latest */
    bool must_change;         /* the password was set by another one: the actor has no role, only session_password() is left */
};

/* Errors: ERR_BUSY, rule "login_wait" (the message says how many seconds); ERR_INVALID (name longer than 60 characters …). */
enum err login_prepare(struct store *, struct arena *, struct str name, struct str address, struct login *ret);
void login_verify(struct login *, struct str password); /* slow; no database, no memory but its own */
/* ERR_FORBIDDEN, rule "login": name or password is wrong; rule "": right, but the account is not active. */
enum err login_finish(struct store *, struct arena *, const struct login *, struct session *ret);
/* How long to wait after so many failures; exposed for tests. In seconds. */
int64_t login_delay(int64_t failures, int64_t free, bool last_admin);

/* ---- sessions ---- */

struct sessions; /* remembers found sessions and tokens for a second or two; shared by threads; one for each store */
struct sessions *sessions_new(void);
/* From now on whoever finds a session waits for no write: a thread notes that it is in use. The store must outlive the sessions. */
enum err sessions_note_aside(struct sessions *, struct store *);
struct sessions *sessions_free(struct sessions *); /* returns NULL */

/* The session of a token. ERR_FORBIDDEN, rule "session": there is none, or no longer. `cache` may be NULL. What this process does to
 * accounts, posts, rights and sessions is seen at once, what another does within two seconds. */
enum err session_find(struct store *, struct sessions *cache, struct arena *, struct str token, struct session *ret);
/* Is this the csrf text of the session? Takes as long for every text of that length. */
bool session_csrf_fits(const struct session *, struct str given);
/* Logout. No such session is fine. */
enum err session_end(struct store *, struct arena *, struct str token);
/* Act under another post of the account's person from now on (account_posts() lists them). */
enum err session_switch(struct store *, struct arena *, struct str token, int64_t post, struct session *ret);
/* The sessions of the account that a session belongs to, newest first. */
struct session_row {
    instant_t began, seen; /* seen: to the minute */
    struct str address;
    bool this_one;
};
enum err session_list(struct store *, struct arena *, struct str token, struct session_row *rows, int room, int *ret);
/* End all sessions of its account but this one. */
enum err session_end_others(struct store *, struct arena *, struct str token);
/* End all sessions of an account, in a transaction in progress. */
enum err session_revoke(struct work *, int64_t account);

/* The owner's own change of his password, by the session's token: the old one is verified as at a login (and counted), all sessions of
 * the account end, and a new one begins. Slow: two hashes, outside of transactions. */
enum err session_password(struct store *, struct arena *, struct str token, struct str old, struct str fresh, struct session *ret);

/* ---- API tokens ---- */

#define TOKEN_DAYS_MAX 366

struct token {
    int64_t id, account, post;
    struct str name, scopes;
    instant_t created, expires, revoked; /* revoked 0: not */
};

/* Make one: `scopes` is "read" or "write", and behind it the ledgers it is for ("read hazard premises"; none: all that the account
 * may). ret gets the token, which is shown once. One's own, or by the console: ERR_FORBIDDEN. ERR_INVALID with field "scopes", "expires".
 */
enum err token_make(struct work *, int64_t account, int64_t post, struct str name, struct str scopes, instant_t expires,
                    char ret[TOKEN_TEXT]);
/* The actor of a token. ERR_FORBIDDEN, rule "token". `cache` as for session_find(). */
enum err token_find(struct store *, struct sessions *cache, struct arena *, struct str token, struct actor *ret);
/* The tokens of an account, newest first; one's own, the console's, or who may block the account. */
enum err token_list(struct work *, int64_t account, struct token *tokens, int room, int *ret);
enum err token_revoke(struct work *, int64_t token);

/* ---- the audit trail ---- */

struct access {
    int64_t id, account; /* 0: unknown */
    instant_t at;
    struct str address, what;
};

/* `what` is one of the words that system.ddl lists. */
enum err access_note(struct work *, int64_t account, struct str address, const char *what);
/* Newest first, from below the id `before` (0: from the newest). Needs the right to the log. */
enum err access_list(struct work *, int64_t before, struct access *, int room, int *ret);

#endif
