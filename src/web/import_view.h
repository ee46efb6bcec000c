/* import_view.h — the import wizard: upload, mapping, trial run, result; the run itself is a job (job_view.h). */
#ifndef ANJIAN_IMPORT_VIEW_H
#define ANJIAN_IMPORT_VIEW_H

#include "web/shell_view.h"

enum import_step { IMPORT_UPLOAD, IMPORT_MAP, IMPORT_CHECK, IMPORT_RUN, IMPORT_DONE };

/* Posts the file to /l/LEDGER/import: csrf, key, file. */
struct import_upload_view {
    struct shell shell;
    struct view_link ledger;
    struct str action, key, error;
    struct str template_url;     /* an empty workbook with the headings */
    struct str limits;           /* "xlsx, xls, csv or json, at most 512 MB and 1,000,000 rows" */
    struct view_section batches; /* earlier imports into this ledger */
};

#define IMPORT_SAMPLES 3

/* A column of the file and the field it goes to. Posts `map.N` = name of the field, or "" to leave it out. */
struct view_import_column {
    struct str heading; /* as the file has it; joined when it has two rows */
    struct str sample[IMPORT_SAMPLES];
    const struct choice *field; /* .chosen is the guess, or what was told; a blank one is in the template */
    int field_count;
    struct str note; /* "known by the name", "remembered from 2026-05-02", "guess: please look" */
    enum tone tone;
};

/* Posts to /import/ID: csrf, sheet, heading, map.N, strict, remember, and `do` = "again" (other sheet or row), "check", "run". */
struct import_map_view {
    struct shell shell;
    struct view_link ledger;
    struct str action;
    struct str file; /* "May hazards.xlsx · 1.2 MB · 3 sheets" */
    const struct choice *sheet;
    int sheet_count;
    struct str heading; /* number of the heading row, from 1 */
    const struct view_import_column *column;
    int column_count;
    const struct str *missing; /* required fields that no column goes to */
    int missing_count;
    struct str counted;   /* "5 of 7 columns go to a field" */
    struct str headings;  /* digest of the headings, sent along: other ones have other columns */
    struct str error;     /* why there is no table to be seen */
    struct str last;      /* what was wrong with the last try */
    struct str other_url; /* to send another file */
    bool strict;          /* all rows or none */
    bool remember;        /* this mapping for files with the same headings */
};

struct import_refusal {
    struct str row;   /* "17" */
    struct str field; /* its label */
    struct str found; /* what the cell holds */
    struct str why;
};

/* After a trial run (`trial`) and after the run. */
struct import_result_view {
    struct shell shell;
    struct view_link ledger;
    bool trial;
    struct str file;
    struct str partial;                                       /* trial: not all rows were tried */
    struct str last;                                          /* why the import broke off, or could not be taken back */
    struct str rows, created, changed, same, refused, warned; /* counts, ready to read */
    bool any_refused;
    struct str more; /* not all refusals are shown */
    const struct import_refusal *refusal;
    int refusal_count;
    struct str refused_url; /* all refused rows as a workbook with the reasons, to mend and import again */
    const struct import_refusal *warning;
    int warning_count;
    struct str warnings_url;
    struct str records_url; /* the list of what came in */
    struct str action;      /* trial: posts do=run; afterwards: posts do=undo */
    struct str back_url;    /* trial: to the mapping */
    struct str undone;      /* "taken back 2026-05-02 …"; empty: not */
    bool has_kept;
    struct view_section kept; /* records that were not taken back */
    bool may_undo, may_go_on;
};

#endif
