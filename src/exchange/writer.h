/* writer.h — writes rows to a file as csv, xlsx or json, one by one, in constant memory.
 *
 * Everything goes to PATH.part; writer_close() makes it durable and gives it its name. So under PATH there is either
 * the former file or the whole new one, never half of one.
 *
 *     csv   UTF-8 with byte order mark, CRLF, quoted as RFC 4180 says. Unknown is nothing, the empty text is "".
 *     xlsx  numbers and dates are real ones; texts are texts, also those that look like numbers or formulas.
 *     json  {"rows":[{"key":value,…},…],"next":null}; unknown is null, days and instants are texts as in date.h.
 */
#ifndef ANJIAN_WRITER_H
#define ANJIAN_WRITER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"

enum writer_format { WRITER_CSV, WRITER_XLSX, WRITER_JSON, WRITER__MAX };

enum out_kind {
    OUT_NULL,
    OUT_INT,
    OUT_DECIMAL, /* i / 10^scale: fen with scale 2 are yuan */
    OUT_TEXT,
    OUT_DATE,    /* i is a day_t */
    OUT_INSTANT, /* i is an instant_t; csv and xlsx show Beijing time */
    OUT_BOOL,
};

struct out_cell {
    enum out_kind kind;
    int scale; /* OUT_DECIMAL: 0 … 9 */
    int64_t i;
    struct str s; /* OUT_TEXT; STR_NONE is unknown */
};

struct writer_column {
    struct str key;     /* json: the name of the field */
    struct str heading; /* csv, xlsx */
    int width;          /* xlsx: in characters; 0: as wide as the heading, at least 10 */
};

struct writer;

/* "csv", "xlsx", "json"; false for anything else. */
bool writer_parse(struct str word, enum writer_format *ret);

/* Start a file. The writer lives in `a` until writer_free(). Errors: ERR_IO with the path and why. */
enum err writer_open(struct arena *a, const char *path, enum writer_format, struct writer **ret);
/* Start the next sheet. xlsx only (characters that Excel does not allow in a name are replaced, a long one is cut);
 * the other formats take one sheet and ignore its name: ERR_INVALID for a second one. Need not be called for the first. */
enum err writer_sheet(struct writer *, struct str name);
/* Once per sheet, before its rows. Columns are copied. */
enum err writer_heading(struct writer *, const struct writer_column *, int n);
/* `n` must be that of the headings. ERR_TOO_BIG: more rows or a longer text than an xlsx file can hold. */
enum err writer_row(struct writer *, const struct out_cell *, int n);
/* A row that is JSON already. json only, ERR_INVALID elsewhere; the keys of the headings play no part in it. */
enum err writer_raw(struct writer *, struct str json);
/* Finish, make durable, rename. After an error of any of the above it returns that error and keeps the former file. */
enum err writer_close(struct writer *);
struct writer *writer_free(struct writer *); /* returns NULL; a file that was not closed is removed */

/* A csv text that a spreadsheet would take for a formula (it begins with = + - @ tab or CR) gets an apostrophe in front;
 * so does one that begins with apostrophes and then one of these, so that csv_restore() gives back every text. */
void csv_neutralise(struct buf *, struct str text);
/* What import does: takes one apostrophe off a text that begins with apostrophes and then one of = + - @ tab CR. */
struct str csv_restore(struct str text);

/* ---- a blank workbook to fill in ---- */

struct template_field {
    struct str heading;
    struct str help; /* one or two sentences; may be empty */
    bool required;
    enum out_kind kind; /* formats the column; OUT_TEXT keeps 91430602… from becoming a number */
    const struct str *choice;
    int choices; /* 0: anything goes */
    int width;   /* as in writer_column */
};

/* An xlsx file with a sheet of headings (a required one ends in *), where fields with choices have a drop-down list,
 * and a sheet that explains the fields, in the language of the thread. Written as writer_close() does. */
enum err template_write(struct arena *a, const char *path, struct str sheet, const struct template_field *, int n);

#endif
