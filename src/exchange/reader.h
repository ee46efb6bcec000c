/* reader.h — what the readers of the four formats share. Private to workbook.c, csv.c, json.c, xls.c and xlsx*.c.
 *
 * A reader fills one row at a time; workbook.c checks the file, finds the reader by content, skips blank rows and counts
 * against the limits, so that no reader has to.
 */
#ifndef ANJIAN_READER_H
#define ANJIAN_READER_H

#include "base/buf.h"
#include "exchange/cells.h"

#define COLUMNS_MAX 16384
#define ROWS_MAX 1048576
#define CELL_BYTES_MAX ((size_t)1 << 20)
#define ROW_BYTES_MAX ((size_t)16 << 20)

/* A row under construction. The texts lie in one buffer, which moves as it grows; so the cells get their pointers at the
 * end, in row_finish(). */
struct row {
    int64_t number;
    int n, room;
    struct cell *cell;
    size_t *at; /* where the text of each cell starts */
    struct buf text;
};

void row_reset(struct row *, int64_t number);
/* Open the cell of column `col` (0-based); what is appended to row->text until row_close_cell() is its text. */
enum err row_open_cell(struct row *, int col);
enum err row_close_cell(struct row *, int col, enum cell_kind, double number);
/* Both at once. An empty text is a blank. */
enum err row_put(struct row *, int col, enum cell_kind, struct str text, double number);
void row_finish(struct row *, struct cells *ret); /* cuts trailing blanks and points the texts */
void row_release(struct row *);

struct workbook {
    const struct reader *reader;
    struct arena *arena;
    void *state; /* the reader's own */
    int fd;
    int64_t size, max_rows, max_bytes, given;
    const char *encoding; /* asked for, then the one used */
    struct str *sheet;
    int sheets, selected, merges;
    struct merge *merge; /* the reader's */
    enum err broken;     /* an error ended the selected sheet */
    bool ended;
    struct row row;
};

struct reader {
    enum workbook_format format;
    /* Sets state, sheet and sheets. When it fails close() is called as well. */
    enum err (*open)(struct workbook *);
    void (*close)(struct workbook *); /* state may be NULL */
    enum err (*select)(struct workbook *, int sheet);
    enum err (*next)(struct workbook *, struct row *, bool *more); /* the row may turn out blank */
};

extern const struct reader csv_reader, xlsx_reader, xls_reader, json_reader;

/* Bytes of the file from `at` on; fewer than n only at its end. */
enum err workbook_read(const struct workbook *, void *p, size_t n, int64_t at, size_t *ret);
/* A workbook of one sheet without a name. */
enum err workbook_one_sheet(struct workbook *);
/* ERR_UNREADABLE: the file is not a table but `what` (a translated noun with its article). */
enum err workbook_is_rather(const char *what);

/* sniff.c: which reader understands the file, or what it is instead. */
enum err sniff(const struct workbook *, const struct reader **ret);

/* number.c */
#define NUMBER_TEXT 40
/* The decimal form with at most 15 digits, as spreadsheets show it ("20", "0.3" for 0.1 + 0.2), without exponent unless
 * very small or big. */
const char *number_text(double v, char out[NUMBER_TEXT]);
/* A decimal number and nothing else (no blanks, hexadecimal, infinity). */
bool number_parse(struct str s, double *ret);
/* "2019-06-01", "2019-06-01 08:30:00", or "08:30:00" below 1; false outside the years 1899 to 9999. */
bool serial_text(double serial, char out[NUMBER_TEXT]);
/* Whole text "YYYY-MM-DD", with "THH:MM:SS" or " HH:MM:SS", or "HH:MM:SS" alone. */
bool serial_parse(struct str s, double *ret);
/* What a file stores → days since 1899-12-30. */
double serial_of_stored(double stored, bool from_1904);
/* Does a number format ("yyyy\-mm\-dd", "0.00_ ") show a date or a time? */
bool format_is_date(struct str format);
bool format_id_is_date(int64_t id); /* of the built-in ones */

#endif
