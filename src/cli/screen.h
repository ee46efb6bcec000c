/* screen.h — text for people: widths, tables, progress. Han characters take two columns of a terminal. */
#ifndef ANJIAN_SCREEN_H
#define ANJIAN_SCREEN_H

#include "base/buf.h"

/* Columns that a text takes. */
int screen_width(struct str s);
/* Append `s` cut or filled with blanks to exactly `width` columns; line ends in it become blanks. */
void screen_fit(struct buf *, struct str s, int width);
/* A line "label        value" of its own; the label may be "". */
void screen_line(struct buf *, const char *label, struct str value);
/* Columns of the terminal on stdout; 0 when stdout is no terminal. */
int screen_columns(void);

/* An aligned table: cells[row * columns + column], row 0 are the headings. On a terminal of `room` columns (0: unlimited) the
 * widest columns give way. */
void screen_table(struct buf *, const struct str *cells, int rows, int columns, int room);

/* A bar on stderr while something long runs: nothing at all unless stderr is a terminal, at most ten times a second. */
struct progress {
    const char *what; /* in the user's language */
    bool on, shown;
    int64_t last; /* clock_monotonic() of the last print */
};
struct progress progress_start(const char *what);
/* `total` 0: unknown. Fits the callbacks of long functions (arg is the struct progress); always true: go on. */
bool progress_show(void *progress, int64_t done, int64_t total);
void progress_end(struct progress *); /* wipes the line */

#endif
