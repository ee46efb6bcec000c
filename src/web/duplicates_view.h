/* duplicates_view.h — records that may be the same, two by two, to be merged or told apart. */
#ifndef ANJIAN_DUPLICATES_VIEW_H
#define ANJIAN_DUPLICATES_VIEW_H

#include "web/shell_view.h"

struct duplicate_field {
    struct str label, a, b;
    bool differs;
};

/* Posts to `action`: csrf, key, a, b, and `keep` = the id that stays, or apart=1: they are two. */
struct duplicate {
    struct str a, b;                 /* ids */
    struct view_link a_link, b_link; /* .text "JG-430602-000118 Hubin School" */
    struct str a_about, b_about;     /* "created 2026-05-02 · 12 hazards" */
    struct str why;                  /* "same credit code", "names alike, 300 m apart" */
    const struct duplicate_field *field;
    int field_count;
    bool b_stays; /* the one proposed to stay */
    struct str key;
};

struct duplicates_view {
    struct shell shell;
    struct view_link ledger;
    struct str action;
    const struct duplicate *pair;
    int pair_count;
    struct pager pager;
};

#endif
