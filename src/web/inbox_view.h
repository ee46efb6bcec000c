/* inbox_view.h — what somebody was told: reminders, missed deadlines, ends that moved. */
#ifndef ANJIAN_INBOX_VIEW_H
#define ANJIAN_INBOX_VIEW_H

#include "web/shell_view.h"

struct inbox_item {
    struct badge kind;
    struct view_link matter;
    struct str number, due, rung, at;
    struct str read_url; /* empty: it was read */
};

struct inbox_view {
    struct shell shell;
    const struct view_link *tab;
    int tab_count;
    const struct inbox_item *item;
    int item_count;
    struct str empty;
    struct str all_url; /* mark all that are shown; empty: none is unread */
    const struct hidden *shown;
    int shown_count;
    struct pager pager;
};

#endif
