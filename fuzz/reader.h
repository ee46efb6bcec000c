/* reader.h — what the fuzz targets of the readers share: bytes as a file, opened and read to the end. */
#ifndef ANJIAN_FUZZ_READER_H
#define ANJIAN_FUZZ_READER_H

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "exchange/cells.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What cells.h promises of a row. */
static inline void check_row(const struct cells *row, int64_t *last)
{
    if (row->n < 1 || row->row <= *last || row->cell[row->n - 1].kind == CELL_BLANK) abort();
    *last = row->row;
    for (int i = 0; i < row->n; i++) {
        const struct cell *c = &row->cell[i];
        if ((c->kind == CELL_BLANK) != (c->text.p == NULL) || (c->merged && c->kind != CELL_BLANK)) abort();
        if (c->text.p && (c->text.n == 0 || !utf8_valid(c->text))) abort();
    }
}

static inline void read_sheet(struct workbook *w, int sheet)
{
    struct cells row;
    bool more = true;
    int64_t last = 0;
    int merges;
    if (workbook_select(w, sheet)) return;
    workbook_merges(w, &merges);
    while (!workbook_next(w, &row, &more) && more) check_row(&row, &last);
}

static inline void read_bytes(const uint8_t *data, size_t n)
{
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct arena *a = arena_new_capped((size_t)16 << 20);
    struct workbook *w;
    const struct workbook_options options = {.max_rows = 5000, .max_bytes = 4 << 20};
    enum err e = workbook_open(a, path, &options, &w);
    if (e && !err_last()->message[0]) abort();
    if (!e) {
        for (int i = 0; i < workbook_sheets(w) && i < 8; i++) read_sheet(w, i);
        workbook_free(w);
    }
    arena_free(a);
    close(fd);
}

#endif
