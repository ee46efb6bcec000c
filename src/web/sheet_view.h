/* sheet_view.h — the score sheet of a unit, explained point by point. */
#ifndef ANJIAN_SHEET_VIEW_H
#define ANJIAN_SHEET_VIEW_H

#include "web/shell_view.h"

struct sheet_point { /* one deduction */
    struct str points, reason, day;
    struct view_link deduction, evidence;
    struct str rule, arithmetic;
    const struct str *line; /* how the date was found, day by day */
    int line_count;
};

struct sheet_view {
    struct shell shell;
    struct view_link up;
    struct str title, scheme;
    struct str base, lost, total;
    const struct sheet_point *point;
    int point_count;
    struct str refresh_url; /* bring it up to date; empty: may not */
};

#endif
