/* account_view.h — my account: password, API tokens, sessions; and the password of somebody else. */
#ifndef ANJIAN_ACCOUNT_VIEW_H
#define ANJIAN_ACCOUNT_VIEW_H

#include "web/shell_view.h"

/* A token that was made. A POST to `revoke_url` makes it void; empty: it is void already. */
struct account_token {
    struct str name, scopes, expires;
    struct badge state;
    struct str revoke_url;
};

struct account_session {
    struct str began, seen, address;
    bool this_one;
};

/* Posts to /account/password: old, password, again. To /account/tokens: name, kind, ledger…, post, expires. To /account/sessions/end. */
struct account_view {
    struct shell shell;
    struct str role, post;
    bool must_change; /* nothing but the password is shown */
    struct str password_error;
    int password_least;
    const struct account_token *token;
    int token_count;
    struct str made; /* the token just made, shown this once */
    struct str token_error, token_name, token_expires;
    const struct choice *kind;
    int kind_count;
    const struct choice *ledger;
    int ledger_count;
    const struct choice *posts;
    int posts_count;
    const struct account_session *session;
    int session_count;
};

/* Posts to `action`: password, which may be left blank. */
struct reset_view {
    struct shell shell;
    struct view_link up; /* the account */
    struct str action, error;
    int password_least;
    struct str made; /* the password that was set, shown this once; empty: not yet */
};

#endif
