/* pages.h — the tables of routes, one for each stem of pages. To add a page: write its stem, add it here, list its files in
 * meson.build. */
#ifndef ANJIAN_PAGES_H
#define ANJIAN_PAGES_H

#include "web/request.h"

/* clang-format off */
#define API_ROUTES(X) X(api_page) X(openapi) X(api) X(api_write) X(api_file) X(api_history)
#define ADMIN_ROUTES(X) \
    X(home) X(duties) X(why) X(inbox) X(search) X(who) X(account) X(reset) X(post) X(rights) X(events) X(outbox) X(sheet) X(settings) X(help) X(duplicates)
#define PAGES(X) \
    X(system) X(login) X(jobs) X(import) ADMIN_ROUTES(X) X(list) X(saved) X(bulk) X(export) X(form) X(acts) X(record) API_ROUTES(X)
/* clang-format on */

#define PAGES_DECLARE(name) extern const struct route name##_routes[];
PAGES(PAGES_DECLARE)

#endif
