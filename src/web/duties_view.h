/* duties_view.h — what is owed by when: of a person, of a unit, of every unit; and a month of it. */
#ifndef ANJIAN_DUTIES_VIEW_H
#define ANJIAN_DUTIES_VIEW_H

#include "web/list_view.h"

struct duty_item {
    struct str box, state_name; /* for acts on several */
    struct view_link matter, record, premises;
    struct view_link due; /* leads to why by then */
    struct str iso, left; /* the end for machines; how long is left */
    struct str who;       /* who of the unit; empty where it is plain */
    struct str told;      /* how far up it was told */
    struct badge state;
    bool provisional;
};

struct duty_part {
    struct str id, label, count;
    enum tone tone;
    const struct duty_item *item;
    int item_count;
    struct str all_url; /* more are there than shown */
};

struct duty_unit {
    struct view_link unit;
    struct view_link count[4]; /* overdue, today, this week, later; empty for none */
};

/* The head of the first page of the day: the most urgent, or the units that owe most. */
struct duties_brief {
    struct str label;
    const struct duty_item *item;
    int item_count;
    const struct duty_unit *unit;
    int unit_count;
    struct str all_url;
    bool shown;
};

struct duties_view {
    struct shell shell;
    struct str title, today;
    const struct view_link *tab;
    int tab_count;
    struct str month_url;
    const struct duty_part *part;
    int part_count;
    const struct duty_unit *unit;
    int unit_count;
    bool units;       /* the table of units is asked for */
    struct str empty; /* nothing is owed */
    const struct bulk_act *bulk;
    int bulk_count;
    struct str back; /* where the acts on several come back to */
};

#endif
