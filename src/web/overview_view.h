/* overview_view.h — a page of a few read-only tables: jobs, users and posts, rights, settings, who answers.
 *
 * A plain frame for whatever is looked at and not edited in place; what is to be changed has a link to a form or a record.
 */
#ifndef ANJIAN_OVERVIEW_VIEW_H
#define ANJIAN_OVERVIEW_VIEW_H

#include "web/shell_view.h"

/* A verb of the page, beside its title. */
struct overview_verb {
    struct str text, url;
    bool main_;
};

struct overview_view {
    struct shell shell;
    struct view_link up; /* where this page belongs to; may be empty */
    struct str title, help;
    const struct overview_verb *verb;
    int verb_count;
    const struct view_link *tab;
    int tab_count;
    struct str action; /* of the filter; empty: there is none */
    struct str q;      /* its words */
    bool has_q;
    struct str on; /* its day */
    bool has_on;
    const struct hidden *keep;
    int keep_count;
    const struct view_section *section;
    int section_count;
    struct pager pager;
    struct str refresh_url; /* something runs: this page is asked again every few seconds; empty: nothing runs */
};

#endif
