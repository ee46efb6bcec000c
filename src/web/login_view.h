/* login_view.h — the page to log in. A wrong name and a wrong password are told apart nowhere. */
#ifndef ANJIAN_LOGIN_VIEW_H
#define ANJIAN_LOGIN_VIEW_H

#include "web/shell_view.h"

/* Posts to /login: csrf, back, name, password, and code when `code` is asked for. */
struct login_view {
    struct shell shell;           /* .csrf is a token of the visit, before there is a session */
    struct str name;              /* what was typed before */
    struct str back;              /* path to return to; a value that the handler checks again */
    struct str error;             /* "name or password is wrong", "locked until 14:20" … */
    bool code;                    /* the second step: a code of six figures is asked for, name and password are not */
    const struct view_link *demo; /* made-up districts only: .text "role · name / password", .url "/login?name=…" */
    int demo_count;
};

#endif
