/* cells.h — a file of cells (xlsx, xls, csv, json) read row by row, whatever its format.
 *
 * A workbook has sheets; a sheet is a stream of rows, each an array of cells. Memory does not grow with the number of
 * rows (xlsx shared strings excepted, which have a cap). No file makes the program crash: what is not understood is
 * ERR_UNREADABLE or ERR_TOO_BIG with a message that says what the file really seems to be.
 */
#ifndef ANJIAN_CELLS_H
#define ANJIAN_CELLS_H

#include "base/arena.h"

enum cell_kind {
    CELL_BLANK,  /* nothing there, or an empty text; `text` is STR_NONE */
    CELL_TEXT,   /* `text`, UTF-8, as it stands (not trimmed) */
    CELL_NUMBER, /* `number`; `text` is its decimal form with at most 15 digits, as spreadsheets show it ("20", "2019.1"); a
                    JSON integer keeps all its digits in `text` */
    CELL_DATE,   /* a number whose format is a date: `number` is the serial (days since 1899-12-30, the 1904 system already
                    converted), `text` is "YYYY-MM-DD" or "YYYY-MM-DD HH:MM:SS", below 1 the time of day "HH:MM:SS" */
    CELL_BOOL,   /* number 0 or 1; text "FALSE" or "TRUE" */
    CELL_ERROR,  /* text "#N/A" and the like; a formula without a usable cached value ("=A1+B1") */
    CELL_LIST,   /* JSON only: an array or object; text is its compact JSON */
};

struct cell {
    enum cell_kind kind;
    struct str text;
    double number;
    bool merged; /* inside a merged range but not its first cell: kind is CELL_BLANK, see workbook_merges() */
};

struct cells {
    int64_t row; /* 1-based number in the sheet (csv: record, blank ones counted; json: 1 is the headings, item i of a list of
                    objects is i + 2, of a list of arrays i + 1) */
    int n;       /* cells; trailing blanks are cut */
    const struct cell *cell;
};

struct merge {
    int first_col, last_col; /* 0-based, inclusive */
    int64_t first_row, last_row;
};

enum workbook_format { WORKBOOK_CSV, WORKBOOK_XLSX, WORKBOOK_XLS, WORKBOOK_JSON };

struct workbook_options {
    const char *encoding; /* csv: "utf-8", "gb18030", "gbk"; NULL: found out (strict UTF-8, else GB18030) */
    int64_t max_rows;     /* per sheet; 0: 1,000,000 */
    int64_t max_bytes;    /* of the file, and of what it unpacks to (zip bombs); 0: 512 MiB */
};

struct workbook;

/* Open a file by its content, never by its name. `a` lives as long as the workbook. Errors: ERR_IO (cannot be read),
 * ERR_UNREADABLE (not a table: a text, a picture, a Word file, an encrypted or truncated workbook …; the message says
 * what it looks like), ERR_TOO_BIG. */
enum err workbook_open(struct arena *a, const char *path, const struct workbook_options *, struct workbook **ret);
struct workbook *workbook_free(struct workbook *); /* NULL is fine; returns NULL. (workbook_close() is a name of libxlsxwriter.) */

enum workbook_format workbook_format_of(const struct workbook *);
const char *workbook_encoding(const struct workbook *); /* csv: the encoding used; else "utf-8" */
int workbook_sheets(const struct workbook *);           /* visible and hidden worksheets, in order; csv and json have one */
struct str workbook_sheet_name(const struct workbook *, int sheet);

/* Start (or start again) reading a sheet from its first row. */
enum err workbook_select(struct workbook *, int sheet);
/* The next row that holds anything, or *more = false. The row and its texts are valid until the next call. */
enum err workbook_next(struct workbook *, struct cells *ret, bool *more);
/* Merged ranges of the selected sheet, known as soon as it is selected; valid until workbook_select(). Csv, json and
 * xls (freexl does not tell) have none. */
const struct merge *workbook_merges(struct workbook *, int *n);

#endif
