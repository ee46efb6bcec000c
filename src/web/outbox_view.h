/* outbox_view.h — what is told outside: messages with what became of them. */
#ifndef ANJIAN_OUTBOX_VIEW_H
#define ANJIAN_OUTBOX_VIEW_H

#include "web/shell_view.h"

struct outbox_row {
    struct str id, created, address, subject, channel, tries, next, error;
    struct badge state;
    struct str retry_url, give_up_url; /* empty: there is nothing to be done */
};

struct outbox_view {
    struct shell shell;
    const struct view_link *tab;
    int tab_count;
    struct view_link channels, hosts;
    const struct outbox_row *row;
    int row_count;
    struct str empty;
    bool may_change;
    struct str test_error, test_person; /* of the form that was sent */
    struct pager pager;
};

#endif
