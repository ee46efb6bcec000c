/* views.h — what the views of views.html are given. */
#ifndef ANJIAN_TEST_VIEWS_H
#define ANJIAN_TEST_VIEWS_H

#include "html/html.h"

#define SCRIPT "/static/app-1a2b.js"

struct page {
    const char *lang;
    struct str title;
    int64_t unread;
};

struct row {
    int64_t id;
    struct str name, path;
    bool chosen, late;
};

struct table {
    struct page page;
    struct str query;
    const struct row *rows;
    int n;
    struct safe_html hint;
};

#endif
