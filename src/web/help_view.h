/* help_view.h — in few words: what a role does where. */
#ifndef ANJIAN_HELP_VIEW_H
#define ANJIAN_HELP_VIEW_H

#include "web/shell_view.h"

struct help_item {
    struct str title, text, url; /* url: where it is done; empty: this visitor may not */
};

struct help_view {
    struct shell shell;
    const struct view_link *tab; /* the roles */
    int tab_count;
    struct str role, intro;
    const struct help_item *item;
    int item_count;
};

#endif
