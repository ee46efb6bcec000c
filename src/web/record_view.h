/* record_view.h — one record of any ledger: head with the verbs I may use, fields, rows inside it, files, who answers, history. */
#ifndef ANJIAN_RECORD_VIEW_H
#define ANJIAN_RECORD_VIEW_H

#include "web/shell_view.h"

/* A verb I may use. Its URL opens a form, or a page that asks. */
struct verb_link {
    struct str text, url;
    bool main_;      /* the one that is next in the flow; at most one */
    bool danger;     /* cannot be taken back */
    const char *key; /* "e": pressed alone it opens this; or NULL */
};

struct record_field {
    struct str label;
    const struct view_cell *cell; /* several values stand one behind the other */
    int cell_count;
    struct str note;       /* under the value: how it was reckoned, the rule that governs */
    struct str source;     /* where it came from when not typed here: "import 2026-05-02, row 17", "from the credit code" */
    bool wide;             /* takes both columns: long texts */
    struct str reveal_url; /* a sealed value: a POST shows it and is an event; the cell holds stars */
};

struct record_group {
    struct str label; /* may be empty */
    const struct record_field *field;
    int field_count;
    const struct str *blank; /* labels of the fields without value */
    int blank_count;
};

struct record_file {
    struct str name, url;
    struct str about;     /* "Photo before · 1.2 MB · 2026-05-02" */
    struct str thumb_url; /* of a picture; empty otherwise */
};

/* Who answers for this record on the chosen day. */
struct answer {
    struct str layer; /* "Territory", "Sector", "Enterprise head", "Leader in charge" */
    struct str who, unit;
    struct str url;   /* the responsibility record */
    struct str since; /* "since 2026-01-01" */
    bool gap;         /* nobody: `who` says so */
};

struct record_view {
    struct shell shell;
    struct view_link ledger; /* up: the list */
    struct str number, title;
    const struct badge *badge; /* state, risk colour, withdrawn … */
    int badge_count;
    const struct verb_link *verb;
    int verb_count;
    const struct verb_link *more; /* seldom used: withdraw, merge, as JSON */
    int more_count;

    const struct record_group *group;
    int group_count;
    const struct view_section *part; /* rows inside the record, and records of other ledgers that point here */
    int part_count;
    bool has_files; /* records of this ledger may have some */
    const struct record_file *file;
    int file_count;
    struct str file_url; /* form that adds a file; empty: may not */

    bool answers;    /* somebody answers for records of this ledger */
    struct str on;   /* the day asked about, "2026-05-02" */
    struct str self; /* "/l/hazard/123": the form of the day asks it with ?on= */
    const struct answer *answer;
    int answer_count;

    const struct timeline_entry *entry; /* newest first */
    int entry_count;
    struct str history_url; /* the whole history; empty when all is shown */
    struct pager pager;     /* of the history on a page of its own */
    struct str facts;       /* "version 7 · created 2026-05-02 by … · changed …" */
};

#endif
