/* form_view.h — a form for any ledger: a new record, a change, a verb, an account, a setting.
 *
 * What is posted, beside the fields: `csrf`; `key`, a UUID made with the page, so that a form sent twice makes one record;
 * `version` the record had when the page was made (change only). A field posts its name; several values repeat it. A ticked
 * `NAME.clear` empties a sealed field (blank means: leave it as it is), `NAME.drop` repeated takes attached files away. A row
 * inside a record posts PART.N.NAME, PART.N.id and, when it is to go, PART.N.drop; `add` = PART, `pick` and the like are
 * submit buttons that bring the form back with what was typed. When two people edited, `keep.NAME` is "mine" or "theirs".
 */
#ifndef ANJIAN_FORM_VIEW_H
#define ANJIAN_FORM_VIEW_H

#include "web/shell_view.h"

enum input {
    INPUT_TEXT,
    INPUT_LONG, /* several lines */
    INPUT_INTEGER,
    INPUT_DECIMAL, /* money, points; `unit` says of what */
    INPUT_DATE,
    INPUT_INSTANT, /* "2026-05-02T14:20", Beijing time */
    INPUT_YES_NO,  /* yes, no or unknown: choices "1", "0", "" are in the template */
    INPUT_CHOICE,  /* one of `choice`; a blank one is in the template */
    INPUT_CHOICES, /* boxes */
    INPUT_PICK,    /* a record or a region: typed number or name; `pick_url` offers some */
    INPUT_PICKS,   /* several of them: `choice` holds those there are, a blank one is added */
    INPUT_PHONE,
    INPUT_SEALED, /* what is kept is never shown, only that there is one (`sealed`); `value` is what was just typed */
    INPUT_PASSWORD,
    INPUT_FILES, /* `choice` holds those there are: value is "DIGEST/NAME", label the name */
    INPUT_SHOWN, /* cannot be changed here */
};

struct form_field {
    struct str name; /* also the id of the control, behind "f-" */
    struct str label;
    enum input input;
    struct str value;
    struct str unit; /* "yuan", "days"; of a code its label */
    struct str help, error, source;
    bool required, wide, sealed;
    bool focus;               /* the first one to fill in; at most one of a form */
    int max;                  /* characters; 0: none */
    const char *autocomplete; /* or NULL */
    const struct choice *choice;
    int choice_count;
    struct str pick_url;          /* answers view_options() for what is typed; the text is its only parameter whatever that is called */
    bool clash;                   /* somebody else changed this field meanwhile: `value` is mine */
    struct str theirs, theirs_by; /* "Li Min, 14:20" */
};

struct form_group {
    struct str label; /* may be empty */
    const struct form_field *field;
    int field_count;
    bool folded; /* closed at first: what is seldom filled in. Never with an error inside */
};

/* Rows inside the record, and some blank ones. Names of fields are "PART.N.NAME" already. */
struct form_row {
    struct str name;                /* "PART.N" */
    struct str id;                  /* empty: a new row */
    const struct form_field *field; /* as many as there are columns */
    bool drop;                      /* ticked to go */
};
struct form_part {
    struct str name, label, help, error;
    const struct column *column; /* labels only */
    int column_count;
    const struct form_row *row;
    int row_count;
};

/* What the summary at the top says: each leads to its field. */
struct form_error {
    struct str name; /* of the field; empty: of the whole form */
    struct str text; /* "Rectify by: 2026-02-30 is no day" */
};

struct form_view {
    struct shell shell;
    struct view_link up; /* the list or the record this belongs to */
    struct str title, help;
    struct str action; /* posts here */
    struct str key, version;
    bool files;       /* has INPUT_FILES: multipart/form-data */
    bool changed;     /* came back with what was typed: leaving the page asks at once */
    struct str clash; /* two people edited: "Li Min changed this record at 14:20, while you were …" */
    const struct form_error *error;
    int error_count;
    const struct hidden *hidden;
    int hidden_count;
    const struct form_group *group;
    int group_count;
    const struct form_part *part;
    int part_count;
    struct str submit; /* "Save", "Report rectified" */
    bool must;         /* some field must be filled in: says what the star means */
    bool danger;
    bool more; /* offers "Save and enter the next one": posts next=1 */
    struct str cancel_url;
};

#endif
