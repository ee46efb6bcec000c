/* shell_view.h — what stands around every page: head, top bar, ledgers by chapter, a notice. */
#ifndef ANJIAN_SHELL_VIEW_H
#define ANJIAN_SHELL_VIEW_H

#include "web/parts_view.h"

/* A ledger, another page, or a list saved under a name. */
struct nav_link {
    struct str text, url;
    bool current;
    bool inner; /* belongs to the one before: a saved list below its ledger */
};

/* A chapter with its ledgers. */
struct nav_group {
    struct str label;
    const struct nav_link *item;
    int item_count;
    bool open; /* the one with the current item, and what the user works with most */
};

struct shell {
    bool chinese;      /* the language of the page; the other one is offered */
    struct str title;  /* of the page; stands in the tab and is read out first */
    struct str csrf;   /* token of the session; in every form that posts */
    struct str here;   /* path and query of this page as they were asked for: where switching the language returns to */
    struct str place;  /* the district whose ledgers these are; empty in a database without one */
    struct str user;   /* empty: nobody is logged in, and there is no navigation */
    struct str post;   /* "unit · post" acted under; empty when there is none */
    bool posts;        /* has others to switch to */
    struct str search; /* what was searched, in the box at the top */
    bool simulated;    /* a made-up district or a borrowed clock: a ribbon says so */
    const struct nav_group *nav;
    int nav_count;
    const struct view_notice *notice;
    int notice_count;
};

#endif
