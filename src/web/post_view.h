/* post_view.h — under which post do I act? Asked after the login of somebody who has several, and whenever they want. */
#ifndef ANJIAN_POST_VIEW_H
#define ANJIAN_POST_VIEW_H

#include "web/shell_view.h"

/* Posts to /post: csrf, back and `post` = the id. */
struct post_choice {
    struct str id, unit, post;
    struct str about; /* "since 2025-09-01 · sees Hubin sub-district" */
    bool current;
};

struct post_view {
    struct shell shell;
    struct str back;
    const struct post_choice *choice;
    int choice_count;
};

#endif
