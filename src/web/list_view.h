/* list_view.h — the list of a ledger: dense table, conditions as chips above it, verbs beside the title.
 *
 * Every control works by GET of `action` (/l/LEDGER) with the parameters of brief URLs (where, q, sort, after, limit, fields, on,
 * withdrawn). A plain form cannot write "FIELD OP VALUE" into one parameter, so the editor of a condition sends three: `field`,
 * `op` and `value` (repeated for several choices), and `at` when it changes the condition of that place; the handler puts them
 * into `where` and answers 303 to the canonical URL. With `edit=FIELD` alone it shows the editor for that field.
 */
#ifndef ANJIAN_LIST_VIEW_H
#define ANJIAN_LIST_VIEW_H

#include "web/shell_view.h"

/* A condition in force, as "Grade is Major". */
struct chip {
    struct str label, op, value; /* three parts so that the field can stand in grey */
    struct str edit_url;         /* the list with this condition in the editor; empty: cannot be edited here */
    struct str remove_url;       /* the list without it */
};

enum condition_input { CONDITION_TEXT, CONDITION_NUMBER, CONDITION_DATE, CONDITION_CHOICE, CONDITION_CHOICES, CONDITION_NONE };

/* The editor of one condition. */
struct condition_editor {
    struct str field, label; /* name and what it is called */
    struct str at;           /* place of the condition that is changed; empty: a new one */
    const struct choice *op; /* "=" "is", ">=" "from" … */
    int op_count;
    enum condition_input input; /* CONDITION_NONE: "is blank" and its like need no value */
    const struct choice *choice;
    int choice_count;
    struct str value, help;
    struct str error; /* what is wrong with the value that was sent */
};

/* A list saved under a name. */
struct saved_tab {
    struct view_link link;
    bool shared;
    struct str forget_url; /* empty: somebody else's */
};

/* Something that may be done to several records at once. */
struct bulk_act {
    struct str value, label;
    struct str states; /* those it is possible in, as "open rectified"; empty: in any */
    bool danger;
};
#define BULK_WITHDRAWN "-" /* the state of a withdrawn row */

struct list_view {
    struct shell shell;
    struct str title, help; /* the ledger's name; one sentence about it */
    struct str count;       /* "37", "1000+"; empty: not counted */
    struct str action;      /* "/l/hazard" */
    struct str new_url;     /* empty: may not */
    struct str import_url;
    struct str export_note;          /* "at most 100,000 rows go into one workbook", or empty */
    const struct view_link *export_; /* .text "Excel" … */
    int export_count;
    const struct view_link *more; /* further verbs of the ledger: template to fill in, duplicates … */
    int more_count;

    const struct saved_tab *saved; /* lists saved under a name */
    int saved_count;
    struct str save_url; /* saves this one: posts `name` and `shared` */
    bool may_share;
    const struct view_link *tab; /* ready-made conditions: all, open, late, mine; with .current */
    int tab_count;
    struct str q; /* words looked for within this ledger */
    const struct chip *chip;
    int chip_count;
    struct str clear_url;           /* the list without any condition; empty when there is none */
    const struct choice *condition; /* fields that can be filtered by; .value is the name */
    int condition_count;
    const struct condition_editor *editor; /* NULL: closed */

    /* The state of the list as a form must carry it along: all but q; all but the options; and with what the editor does not touch. */
    const struct hidden *keep_q, *keep_options, *keep_conditions;
    int keep_q_count, keep_options_count, keep_conditions_count;

    const struct choice *show; /* columns that can be shown; name "fields" */
    int show_count;
    struct str on;              /* the day asked about, as "2026-06-01"; empty: now */
    bool has_on;                /* dated rows: a day can be asked about */
    bool withdrawn;             /* withdrawn records are shown too */
    const struct choice *limit; /* rows of a page */
    int limit_count;

    const struct column *column;
    int column_count;
    const struct view_row *row;
    int row_count;
    struct pager pager;

    /* What may be done to several rows at once; none: no boxes. Posts `ids` repeated, `do` and what is hidden to bulk_url. */
    const struct bulk_act *bulk;
    int bulk_count;
    struct str bulk_url;
    const struct hidden *bulk_hidden;
    int bulk_hidden_count;
};

#endif
