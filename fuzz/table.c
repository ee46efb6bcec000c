/* table.c — any rows with any merged ranges: table_open() and table_next() must not crash and must keep their promises.
 *
 * The input is text: "\x1D" ends a merged range (four bytes before it: columns and rows), "\x1E" a row, "\x1F" a cell. A
 * cell that begins with # is a number. The first byte says what is told: the row of the headings, or 0. */
#include <stdlib.h>

#include "exchange/table.h"

#define ROWS 200
#define CELLS 64
#define RANGES 64

struct sheet {
    struct cells row[ROWS];
    int rows, at;
    struct merge merge[RANGES];
    int merges;
};

static struct str name(void *arg, int sheet)
{
    (void)arg, (void)sheet;
    return STR("fuzz");
}

static enum err rewind_sheet(void *arg, int sheet)
{
    (void)sheet;
    ((struct sheet *)arg)->at = 0;
    return OK;
}

static enum err next(void *arg, struct cells *ret, bool *more)
{
    struct sheet *s = arg;
    *more = s->at < s->rows;
    if (*more) *ret = s->row[s->at++];
    return OK;
}

static const struct merge *merges(void *arg, int *n)
{
    struct sheet *s = arg;
    *n = s->merges;
    return s->merge;
}

/* Every heading that has a 人 in it is the same field; so duplicates come up. */
static int known(void *arg, struct str key)
{
    (void)arg;
    return str_find(key, STR("人")) >= 0 ? 0 : str_is(key, "序号") ? 1 : -1;
}

static void add_row(struct arena *a, struct sheet *s, struct str line, int64_t number)
{
    struct cell *cell = arena_array(a, struct cell, CELLS);
    if (!cell) abort();
    int n = 0;
    while (line.p && n < CELLS) {
        struct str text = str_split(&line, '\x1F');
        enum cell_kind kind = !text.n ? CELL_BLANK : text.p[0] == '#' ? CELL_NUMBER : CELL_TEXT;
        cell[n++] = (struct cell){.kind = kind, .text = kind == CELL_NUMBER ? str_from(text, 1) : text};
    }
    s->row[s->rows++] = (struct cells){.row = number, .n = n, .cell = cell};
}

static void add_range(struct sheet *s, struct str bytes)
{
    if (bytes.n < 4 || s->merges == RANGES) return;
    const unsigned char *p = (const unsigned char *)bytes.p;
    s->merge[s->merges++] = (struct merge){p[0] % CELLS, p[0] % CELLS + p[1] % CELLS, p[2], p[2] + p[3]};
}

static void fill(struct arena *a, struct sheet *s, struct str rest)
{
    int64_t number = 0;
    while (rest.p && s->rows < ROWS) {
        struct str line = str_split(&rest, '\x1E');
        while (memchr(line.p, '\x1D', line.n)) add_range(s, str_split(&line, '\x1D'));
        number++;
        if (line.n) add_row(a, s, line, number); /* a source leaves empty rows out */
    }
}

static void read_all(struct table *t)
{
    struct table_row row;
    bool more = true;
    int64_t last = t->header_row;
    while (table_next(t, &row, &more) == OK && more) {
        if (row.row <= last || row.kind >= TABLE__KINDS) abort();
        last = row.row;
        size_t n = 0;
        for (int c = 0; c < t->columns; c++) n += row.cell[c].text.n ? (size_t)row.cell[c].text.p[row.cell[c].text.n - 1] : 0;
        __asm__ volatile("" : : "r"(n)); /* the texts are read, which is what the sanitizer is to see */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 16) return 0;
    struct arena *a = arena_new_capped((size_t)256 << 20);
    struct sheet *s = a ? arena_new(a, struct sheet) : NULL;
    if (!s) abort();
    fill(a, s, (struct str){(const char *)data + 1, size - 1});
    struct table_source source = {s, 1, name, rewind_sheet, next, merges};
    struct table_options o = {.known = known, .header_row = data[0] & 15};
    struct table *t;
    if (table_open(a, &source, &o, &t) == OK) {
        int matched = 0;
        for (int c = 0; c < t->columns; c++) matched += t->column[c].field >= 0;
        if (matched != t->matched || t->header_depth < 1 || t->header_depth > t->header_row) abort();
        read_all(t);
        table_close(t);
    }
    arena_free(a);
    return 0;
}
