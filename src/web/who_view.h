/* who_view.h — the responsibility map: which premises nobody answers for in a layer, or more than one. */
#ifndef ANJIAN_WHO_VIEW_H
#define ANJIAN_WHO_VIEW_H

#include "web/shell_view.h"

struct who_view {
    struct shell shell;
    struct str on;                  /* the day */
    const struct choice *territory; /* none: the visitor has one alone */
    int territory_count;
    const struct choice *layer;
    int layer_count;
    const struct choice *fault; /* gaps, overlaps, both */
    int fault_count;
    struct view_table sum; /* territory × layer, of the premises looked at */
    struct view_table list;
    struct str looked; /* "500 premises were looked at; 12 of them are shown" */
    struct pager pager;
};

#endif
