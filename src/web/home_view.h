/* home_view.h — the first page of the day: what is late, what is due, what is new to me. */
#ifndef ANJIAN_HOME_VIEW_H
#define ANJIAN_HOME_VIEW_H

#include "web/duties_view.h"

/* A figure that leads to the list behind it. */
struct home_figure {
    struct str number, label, url;
    struct str note; /* "12 more than last week" */
    enum tone tone;
};

struct home_view {
    struct shell shell;
    struct str today;              /* "Thursday, 18 June 2026 · working day" */
    const struct view_link *quick; /* what I do most: enter a hazard, import, … */
    int quick_count;
    const struct home_figure *figure;
    int figure_count;
    struct duties_brief duties;         /* the most urgent */
    const struct view_section *section; /* what waits for me, what is new */
    int section_count;
    struct str first; /* what to do first, when there is nothing to show yet */
    const struct view_link *step;
    int step_count;
    const struct timeline_entry *entry; /* what others did in what I may see */
    int entry_count;
};

#endif
