/* table_test.h — sheets for the tests of tables. A row is one text, its cells parted by |, and begins with its number:
 * "3|隐患内容|排查日期". A cell "#12.5" is a number, "@2019-06-01" a date. */
#ifndef ANJIAN_TABLE_TEST_H
#define ANJIAN_TABLE_TEST_H

/* cmocka needs these first; the gaps keep the formatter from sorting them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/table.h"

#define CELLS 1100

struct fake_sheet {
    const char *name;
    const char *const *row; /* ends in NULL */
    const struct merge *merge;
    int merges;
};

struct fake {
    const struct fake_sheet *sheet;
    int selected, at;
    int fail_at; /* row at which the source fails; 0: never */
    struct cell cell[CELLS];
    char text[65536]; /* overwritten by every row, as a reader may */
};

/* Models that several tests use: rows, merged ranges, words for known_words(). */
extern const char *const hazard_rows[], *const group_rows[], *const group_ranges[], *const group_words[];

struct table_source source_of(struct fake *, const struct fake_sheet *, int n);
/* Ranges written as "A1:Q1", NULL at the end; how many. */
int ranges(struct merge *, const char *const *text);
/* The place of a key in a list of words, for table_options.known. */
int known_words(void *words, struct str key);

static const struct table_options nothing_known = {.known = NULL};

#define OPEN(sheets, n, options)                                                                                                           \
    struct arena *a = arena_new_capped((size_t)64 << 20);                                                                                  \
    static struct fake fake;                                                                                                               \
    struct table_source source = source_of(&fake, (sheets), (n));                                                                          \
    struct table *t = NULL;                                                                                                                \
    enum err e = table_open(a, &source, (options), &t)
#define CLOSE()                                                                                                                            \
    table_close(t);                                                                                                                        \
    arena_free(a)

void heading_is(const struct table *, int column, const char *text);
void cell_is(const struct table_row *, int column, const char *text);
/* The kinds of all rows as "DDTN", read to the end. */
const char *kinds(struct table *, char out[64]);

#endif
