/* table.h — finds the table in a sheet and reads its rows.
 *
 * Real ledgers have titles and filler rows above the headings, headings on two rows, merged cells, totals and notes
 * below. table_open() looks at the first rows of the sheets, takes the row that looks most like headings (or the one it
 * is told) and says which column is which field; table_next() then gives one row after the other, aligned to the
 * columns and classified. Memory does not grow with the number of rows.
 */
#ifndef ANJIAN_TABLE_H
#define ANJIAN_TABLE_H

#include "base/buf.h"
#include "exchange/cells.h"

#define TABLE_PROBE 60     /* rows that are looked at in search of the headings */
#define TABLE_COLUMNS 1024 /* columns further right have no heading; what stands there is reported as stray */

/* Where the cells come from. The functions are those of cells.h; see table_source_of(). */
struct table_source {
    void *arg;
    int sheets;
    struct str (*name)(void *, int sheet);
    enum err (*select)(void *, int sheet); /* start, or start again, with the first row */
    enum err (*next)(void *, struct cells *ret, bool *more);
    const struct merge *(*merges)(void *, int *n); /* of the selected sheet */
};

struct workbook;
struct table_source table_source_of(struct workbook *);

struct table_options {
    int (*known)(void *, struct str key); /* field of a heading, given as table_heading_key(), or -1; NULL: knows none */
    void *known_arg;
    const char *sheet;  /* name of the sheet, or its number from 1; NULL: the one with the best headings */
    int64_t header_row; /* the row (from 1) of the headings, either one when they take two; 0: find it */
};

struct table_column {
    struct str heading; /* as it stands, on one line; "整改情况/整改措施" when a group stands above; STR_NONE: has no heading */
    int field;          /* what known() said, or -1. A field is given to one column only, the first that fits best */
    int same_as;        /* the column that already has this column's field, or -1 */
};

struct table {
    int sheet; /* from 0 */
    struct str sheet_name;
    int columns; /* up to the last one with a heading or, in the rows looked at, a value */
    const struct table_column *column;
    int matched;        /* columns with a field */
    int64_t header_row; /* the last row of the headings, from 1 */
    int header_depth;   /* how many rows they take: header_row - header_depth + 1 … header_row */
    int64_t first_row;  /* the first row with anything below them; 0 when there is none */
    struct table_state *state;
};

enum table_kind {
    TABLE_DATA,    /* a record */
    TABLE_TOTAL,   /* 合计, 总计, 小计, 全国 …: whether it is a record is for the caller to say */
    TABLE_HEADING, /* the headings again */
    TABLE_FILLER,  /* a serial number and nothing else, column numbers, or one cell across the table */
    TABLE_NOTE,    /* 注：…, 说明：…, 填表人：… and what belongs to it */
    TABLE__KINDS,
};

struct table_row {
    int64_t row; /* number in the sheet, from 1 */
    enum table_kind kind;
    /* One per column. A vertically merged cell gives its value to every row it covers; the repeated ones have `merged`
     * set. Texts of blanks only are CELL_BLANK. Valid until the next call. */
    const struct cell *cell;
    int stray; /* the first filled column (from 0) that has no heading, or -1 */
};

/* Find the table. It lives in `a` and reads from `source` until table_close(). Errors: ERR_UNREADABLE (no row looks like
 * headings; the message says which rows were looked at), ERR_NOT_FOUND (no such sheet), ERR_INVALID (the told row is
 * empty), and those of the source. Headings of which none is known are no error: matched is 0. */
enum err table_open(struct arena *a, const struct table_source *source, const struct table_options *, struct table **ret);
/* The next row that is not blank, or *more = false. */
enum err table_next(struct table *, struct table_row *ret, bool *more);
/* The next row is the first one again. */
enum err table_rewind(struct table *);
struct table *table_close(struct table *); /* returns NULL; must come before the arena goes */

/* Why a row is not a plain record ("total row", "note"), in the user's language; "" for TABLE_DATA. */
const char *table_kind_text(enum table_kind);

/* Append the form under which headings are compared: folded, without blanks and line ends, without a leading or
 * trailing *, a trailing colon, a trailing unit or hint （万元） (亩) （必填） or /人. Doing it twice changes nothing. */
void table_heading_key(struct buf *, struct str heading);

#endif
