/* error_view.h — a page that could not be made, and why. */
#ifndef ANJIAN_ERROR_VIEW_H
#define ANJIAN_ERROR_VIEW_H

#include "web/shell_view.h"

struct error_view {
    struct shell shell;
    int status;
    struct str title, text;
    struct str number; /* of the request, for whoever looks into the log; empty: the visitor can help himself */
};

#endif
