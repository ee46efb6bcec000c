/* import_parts.h — shared by the pages of the import wizard: import_page.c (its addresses), import_columns.c (the file and what its
 * columns mean), import_result.c (what came of it). */
#ifndef ANJIAN_IMPORT_PARTS_H
#define ANJIAN_IMPORT_PARTS_H

#include "ledger/import_source.h"
#include "web/import_view.h"
#include "web/import_work.h"
#include "web/request.h"

struct wizard {
    struct request *rq;
    const struct ledger *l;
    struct upload u;
    struct import_options o;
    bool remember;
    int fd;         /* of the file; -1: not open */
    int64_t bytes;  /* its size */
    struct str why; /* what is wrong with what was sent */
    int64_t job;    /* to whose page it goes on */
};

struct view_link wizard_ledger(const struct wizard *);

struct column_sample {
    struct str text[IMPORT_SAMPLES];
};

/* What the file shows of itself. */
struct columns {
    struct wizard *k;
    struct import_source source;
    char headings[HASH_HEX];      /* digest of all headings; empty: there is no table */
    struct column_sample *sample; /* of each column */
    struct str sheet_error;       /* why there is no table */
};

/* Read the start of the open file as the options tell (sheet, row of the headings; what was told of headings plays no part). A file
 * that cannot be read, or has no table, is no error: it says so. Outside of transactions, since it may take seconds. */
enum err columns_look(struct wizard *, struct columns *ret);
void columns_close(struct columns *);
/* What these headings meant the last time, when nobody has told yet. */
enum err columns_recall(struct work *, struct columns *);
/* The page, but for its shell. */
enum err columns_fill(struct columns *, struct import_map_view *ret);
/* What a form says of the columns (map.N), into the options. *ret_same false: the form was made for other headings, and nothing is
 * taken. ERR_UNREADABLE: there is no table; ERR_INVALID: two columns go to one field (they are taken all the same). */
enum err columns_take(const struct columns *, struct wizard *, bool *ret_same);

/* What came of a trial run, or of the import. */
enum err result_fill(struct work *, struct wizard *, bool trial, struct import_result_view *ret);

#endif
