/* table_detect.h — which rows of a sheet are its headings. Used by table.c only.
 *
 * Every row that was buffered is rated as if it were the last row of the headings; the best one wins. See rate() for
 * what speaks for a row.
 */
#ifndef ANJIAN_TABLE_DETECT_H
#define ANJIAN_TABLE_DETECT_H

#include "exchange/table.h"

struct grid { /* the first rows of a sheet */
    int rows, columns;
    bool has_merges;
    struct cells row[TABLE_PROBE];
    const struct merge **owner; /* rows × columns: the merged range over each cell, or NULL */
};

struct heading {
    struct str text;  /* on one line, with the group above it; STR_NONE: the column has none */
    struct str key;   /* of text */
    struct str alone; /* key without the group above; the same as key when there is none */
    struct str group; /* key of the group; STR_NONE: has none */
    bool own;         /* stands in the last row of the headings, or is merged down into it */
    int field, same_as;
};

struct found {
    int score;
    int columns; /* of `heading` */
    int matched;
    int64_t header_row, first_row;
    int depth;
    struct heading *heading;
};

/* Copy the first rows of the selected sheet (those from row `from` on) into `a`. */
enum err grid_read(struct arena *a, const struct table_source *, int64_t from, struct grid *ret);

/* The best headings among the rows, in `a`. ret->score is 0 when there are none. */
enum err headings_find(struct arena *a, const struct grid *, const struct table_options *, struct found *ret);

#endif
