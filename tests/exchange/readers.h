/* readers.h — helpers of the reader tests: small files made here, and their cells as one text to compare.
 *
 * A row is written "3:a|b|…\n". A text stands as it is; before other kinds stands # number, @ date, ? boolean, ! error,
 * * list, ^ merged.
 */
#ifndef ANJIAN_TEST_READERS_H
#define ANJIAN_TEST_READERS_H

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "base/buf.h"
#include "base/mem.h"
#include "exchange/cells.h"

struct file {
    int fd;
    char path[64];
};

static inline struct file file_of(struct str bytes)
{
    struct file f = {.fd = memfd_create("test", MFD_CLOEXEC)};
    assert_true(f.fd >= 0);
    assert_int_equal(write(f.fd, bytes.p, bytes.n), bytes.n);
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

/* An archive of parts: name, content, name, content, …, NULL. */
static inline struct file archive_of(const char *const *parts)
{
    char path[] = "/tmp/anjian-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    for (; *parts; parts += 2) {
        assert_true(zip_file_add(zip, parts[0], zip_source_buffer(zip, parts[1], strlen(parts[1]), 0), 0) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    close(fd);
    struct file f = {.fd = open(path, O_RDONLY | O_CLOEXEC)};
    unlink(path);
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

static inline void put_cell(struct buf *b, const struct cell *c)
{
    static const char marks[] = {[CELL_NUMBER] = '#', [CELL_DATE] = '@', [CELL_BOOL] = '?', [CELL_ERROR] = '!', [CELL_LIST] = '*'};
    if (c->merged) buf_char(b, '^');
    if ((size_t)c->kind < sizeof marks && marks[c->kind]) buf_char(b, marks[c->kind]);
    if (c->kind == CELL_BLANK) assert_null(c->text.p);
    buf_str(b, c->text);
}

/* Read one sheet to its end. */
static inline enum err sheet_text(struct workbook *w, int sheet, struct buf *b)
{
    TRY(workbook_select(w, sheet));
    struct cells row;
    bool more;
    for (;;) {
        TRY(workbook_next(w, &row, &more));
        if (!more) return OK;
        buf_int(b, row.row);
        for (int i = 0; i < row.n; i++) {
            buf_char(b, i ? '|' : ':');
            put_cell(b, &row.cell[i]);
        }
        buf_char(b, '\n');
    }
}

/* Open, read every sheet, close. */
static inline enum err file_text(const char *path, const struct workbook_options *options, struct buf *b)
{
    struct arena *a = arena_new_capped(16 << 20);
    struct workbook *w = NULL;
    enum err e = a ? workbook_open(a, path, options, &w) : ERR_NO_MEMORY;
    for (int i = 0; !e && i < workbook_sheets(w); i++) e = sheet_text(w, i, b);
    workbook_free(w);
    arena_free(a);
    return e;
}

static inline void expect_file(struct file f, const struct workbook_options *options, const char *expected)
{
    struct buf b = BUF_INIT(1 << 24);
    enum err e = file_text(f.path, options, &b);
    if (e) fail_msg("%s", err_last()->message);
    assert_string_equal(b.p ? b.p : "", expected);
    buf_release(&b);
    close(f.fd);
}

/* It is refused with this code, and the message says this. */
static inline void refuse_file(struct file f, const struct workbook_options *options, enum err code, const char *says)
{
    struct buf b = BUF_INIT(1 << 24);
    enum err e = file_text(f.path, options, &b);
    if (e != code || !strstr(err_last()->message, says)) {
        fail_msg("%s: “%s”, not %s: “…%s…”\n%s", err_word(e), e ? err_last()->message : "", err_word(code), says, b.p ? b.p : "");
    }
    buf_release(&b);
    close(f.fd);
}

/* Every allocation in turn fails: the answer is always ERR_NO_MEMORY (the leak checker of the sanitizer sees the rest). */
static inline void starve_file(struct file f, const char *expected)
{
    for (long n = 0;; n++) {
        struct buf out = BUF_INIT(1 << 20);
        mem_fail_after(n);
        enum err e = file_text(f.path, NULL, &out);
        int failed = mem_failed();
        mem_fail_after(-1);
        if (!failed) {
            assert_int_equal(e, OK);
            assert_string_equal(out.p ? out.p : "", expected);
            buf_release(&out);
            assert_true(n > 5);
            break;
        }
        if (e != ERR_NO_MEMORY && !(e == OK && out.failed == ERR_NO_MEMORY)) fail_msg("allocation %ld: %s", n, err_last()->message);
        buf_release(&out);
    }
    close(f.fd);
}

#endif
