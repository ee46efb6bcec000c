/* error_view.h — a page that could not be made, and what to do now. */
#ifndef ANJIAN_ERROR_VIEW_H
#define ANJIAN_ERROR_VIEW_H

#include "web/shell_view.h"

struct error_view {
    struct shell shell;
    unsigned status;
    struct str title;            /* "Not found" */
    struct str text;             /* what is wrong, in the user's language */
    struct str request;          /* its id, to be told to who looks after the system; empty for faults of the user */
    const struct view_link *way; /* where to go on: the record, the list, the start page */
    int way_count;
};

#endif
