/* bulk_view.h — several records of a list at once: the page that asks, and the page that says what became of each. */
#ifndef ANJIAN_BULK_VIEW_H
#define ANJIAN_BULK_VIEW_H

#include "web/form_view.h"

/* What is asked once for all of them stands in the form; the records chosen in a table below it. */
struct bulk_view {
    struct form_view form;
    struct view_table chosen; /* its last column says why one cannot go */
};

/* What became of them. */
struct bulk_done_view {
    struct shell shell;
    struct view_link up; /* the list, as it was */
    struct str title;
    struct view_notice notice;
    struct view_table refused, done;
    struct str action, act;      /* to try those again that were refused */
    const struct hidden *hidden; /* with their ids */
    int hidden_count;
};

#endif
