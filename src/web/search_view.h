/* search_view.h — what was found over all ledgers. */
#ifndef ANJIAN_SEARCH_VIEW_H
#define ANJIAN_SEARCH_VIEW_H

#include "web/shell_view.h"

/* A piece of a text; `hit` pieces are what was looked for. */
struct search_piece {
    struct str text;
    bool hit;
};

struct search_result {
    struct str url, ledger, number;
    const struct search_piece *title;
    int title_count;
    const struct search_piece *snippet; /* where else the words stand; may be none */
    int snippet_count;
    const struct badge *badge;
    int badge_count;
    struct str when; /* of the last change */
};

struct search_view {
    struct shell shell;            /* .search holds the words */
    const struct view_link *facet; /* "All", "Hazards 12" … with .current */
    int facet_count;
    const struct search_result *result;
    int result_count;
    struct pager pager;
    struct str error; /* "more than 500 bytes" … */
};

#endif
