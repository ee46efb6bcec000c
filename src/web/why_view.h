/* why_view.h — why a duty ends when it does: the days as cells of a calendar, the rule and where it comes from, who was told. */
#ifndef ANJIAN_WHY_VIEW_H
#define ANJIAN_WHY_VIEW_H

#include "web/shell_view.h"

/* How a day of the strip stands to the count. */
enum why_day_kind {
    WHY_DAY_OUTSIDE, /* before the start, behind the end, or of no matter */
    WHY_DAY_COUNTS,
    WHY_DAY_SKIPPED,
    WHY_DAY_MARKED, /* neither: where something happens, as an extension */
};

static inline const char *why_day_class(enum why_day_kind k)
{
    static const char *const name[] = {"d-out", "d-counts", "d-skipped", "d-marked"};
    return name[k];
}

struct why_day {
    struct str date; /* "11-25", with the year where one begins */
    struct str iso, text;
    enum why_day_kind kind;
    bool end, today;
};

struct why_week {
    struct why_day day[7];
};

struct why_step {
    struct str when, what;
    struct str count; /* "day 3", "not counted" */
    bool skipped;
};

struct why_told {
    struct str rung, who, kind, at, delivery, read;
    struct str skipped; /* lower rungs that this one stands for */
    bool is_read;
};

/* A change of the end that people granted. */
struct why_change {
    struct str what, when, reason;
};

struct why_fact {
    struct str label;
    struct view_link value;
};

struct why_view {
    struct shell shell;
    struct view_link up, record;
    struct str title, due, iso, left;
    struct badge badge[4]; /* state, to be confirmed, provisional */
    int badge_count;
    struct str provisional, to_confirm; /* a sentence each */
    struct str before;                  /* "2026-11-20 Fri", moved by … */
    struct str moved_by;
    const struct why_fact *fact;
    int fact_count;
    const struct why_week *week;
    int week_count;
    const struct why_step *step;
    int step_count;
    struct str head; /* the reckoning in one sentence */
    const struct why_change *change;
    int change_count;
    const struct why_told *told;
    int told_count;
    struct str next; /* when it is looked at again */
};

#endif
