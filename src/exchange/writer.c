/* writer.c — what is the same for every format of an exported file. See writer.h. */
#define _GNU_SOURCE
#include "exchange/writer_format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"

#define COLUMNS_MAX 16384 /* what an xlsx sheet can hold */
#define FLUSH_AT ((size_t)64 * 1024)
#define OUT_MAX ((size_t)64 << 20) /* one row */

static const struct {
    const char *word;
    const struct writer_ops *ops;
} formats[WRITER__MAX] = {
    [WRITER_CSV] = {"csv", &writer_csv},
    [WRITER_XLSX] = {"xlsx", &writer_xlsx},
    [WRITER_JSON] = {"json", &writer_json},
};

bool writer_parse(struct str word, enum writer_format *ret)
{
    for (int i = 0; i < WRITER__MAX; i++) {
        if (!str_is(word, formats[i].word)) continue;
        *ret = (enum writer_format)i;
        return true;
    }
    return false;
}

/* ---- files ---- */

enum err io_error(const char *path)
{
    char reason[128];
    return err_set(ERR_IO, _("cannot write %s: %s"), path, strerror_r(errno, reason, sizeof reason));
}

const char *part_path(struct arena *a, const char *path)
{
    struct str part = arena_printf(a, "%s.part", path);
    if (!part.p) err_no_memory();
    return part.p;
}

/* The rename is durable once the folder is. */
static enum err sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    int n = slash ? (int)(slash - path) + 1 : 1;
    if (snprintf(folder, sizeof folder, "%.*s", n, slash ? path : ".") >= (int)sizeof folder) {
        errno = ENAMETOOLONG;
        return io_error(path);
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error(folder);
    /* Some file systems cannot sync a folder (EINVAL); there is nothing more to be done then. */
    bool ok = fsync(fd) == 0 || errno == EINVAL;
    enum err e = ok ? OK : io_error(folder);
    close(fd);
    return e;
}

enum err publish(const char *part, const char *path)
{
    int fd = open(part, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error(part);
    enum err e = fsync(fd) == 0 ? OK : io_error(part);
    close(fd);
    if (!e && rename(part, path) != 0) e = io_error(path);
    return e ? e : sync_folder(path);
}

enum err create_part(const char *part, int *ret_fd)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return io_error(part);
    *ret_fd = fd;
    return OK;
}

enum err writer_open_fd(struct writer *w)
{
    TRY(create_part(w->part, &w->fd));
    w->made = true;
    return OK;
}

enum err writer_flush(struct writer *w)
{
    TRY(buf_error(&w->out));
    struct str rest = buf_view(&w->out);
    while (rest.n) {
        ssize_t n = write(w->fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(w->part);
        rest = str_from(rest, (size_t)n);
    }
    buf_reset(&w->out);
    return OK;
}

enum err writer_flush_if_big(struct writer *w)
{
    return w->out.failed || w->out.n >= FLUSH_AT ? writer_flush(w) : OK;
}

void writer_drop_fd(struct writer *w)
{
    if (w->fd >= 0) close(w->fd);
    w->fd = -1;
}

/* ---- values ---- */

void writer_decimal(struct buf *b, int64_t v, int scale)
{
    if (!scale) {
        buf_int(b, v);
        return;
    }
    uint64_t power = 1, u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (int i = 0; i < scale; i++) power *= 10;
    if (v < 0) buf_char(b, '-');
    buf_int(b, (int64_t)(u / power));
    buf_char(b, '.');
    for (uint64_t p = power / 10; p; p /= 10) buf_char(b, (char)('0' + u / p % 10));
}

void writer_local_time(struct buf *b, instant_t t)
{
    char text[INSTANT_TEXT];
    struct str s = str_of(instant_text(t, text));
    text[10] = ' ';
    buf_str(b, str_head(s, s.n - strlen("+08:00")));
}

/* ---- the writer ---- */

/* Remember the first error: writer_close() must not publish what is not whole. */
static enum err note(struct writer *w, enum err e)
{
    if (e && !w->failed.code) w->failed = *err_last();
    return e;
}

static enum err misuse(void)
{
    return err_set(ERR_INVALID, _("the headings must come first, once for each sheet, and every row needs as many cells"));
}

enum err writer_open(struct arena *a, const char *path, enum writer_format format, struct writer **ret)
{
    struct writer *w = arena_new(a, struct writer);
    if (!w) return err_no_memory();
    *w = (struct writer){.ops = formats[format].ops, .arena = a, .fd = -1, .out = BUF_INIT(OUT_MAX)};
    w->path = arena_z(a, str_of(path));
    w->part = part_path(a, path);
    if (!w->path || !w->part) return err_no_memory();
    enum err e = w->ops->open(w);
    if (e)
        writer_free(w);
    else
        *ret = w;
    return e;
}

enum err writer_sheet(struct writer *w, struct str name)
{
    if (w->failed.code) return err_restore(&w->failed);
    if (w->closed) return misuse();
    TRY(note(w, w->ops->sheet(w, name)));
    w->sheets++;
    w->columns = 0;
    w->rows = 0;
    return OK;
}

enum err writer_heading(struct writer *w, const struct writer_column *column, int n)
{
    if (w->failed.code) return err_restore(&w->failed);
    if (w->closed || w->columns || n < 1) return note(w, misuse());
    if (n > COLUMNS_MAX) return note(w, err_set(ERR_TOO_BIG, _("%d columns are more than the %d a sheet can hold"), n, COLUMNS_MAX));
    if (!w->sheets) TRY(writer_sheet(w, STR_NONE));
    w->column = arena_array(w->arena, struct writer_column, n);
    if (!w->column) return note(w, err_no_memory());
    for (int i = 0; i < n; i++) {
        w->column[i] = (struct writer_column){arena_str(w->arena, column[i].key), arena_str(w->arena, column[i].heading), column[i].width};
        if (column[i].key.p && !w->column[i].key.p) return note(w, err_no_memory());
        if (column[i].heading.p && !w->column[i].heading.p) return note(w, err_no_memory());
    }
    w->columns = n;
    return note(w, w->ops->heading(w));
}

enum err writer_row(struct writer *w, const struct out_cell *cell, int n)
{
    if (w->failed.code) return err_restore(&w->failed);
    if (w->closed || n < 1 || n != w->columns) return note(w, misuse());
    TRY(note(w, w->ops->row(w, cell, n)));
    w->rows++;
    return OK;
}

enum err writer_raw(struct writer *w, struct str json)
{
    if (w->failed.code) return err_restore(&w->failed);
    if (w->closed || !w->columns || w->ops != &writer_json) return note(w, misuse());
    buf_z(&w->out, w->rows ? ",\n" : "\n");
    buf_str(&w->out, json);
    w->rows++;
    return note(w, writer_flush_if_big(w));
}

enum err writer_close(struct writer *w)
{
    if (w->failed.code) return err_restore(&w->failed);
    if (w->closed) return misuse();
    if (!w->columns) return note(w, misuse());
    TRY(note(w, w->ops->finish(w)));
    TRY(note(w, publish(w->part, w->path)));
    w->closed = true;
    return OK;
}

struct writer *writer_free(struct writer *w)
{
    if (!w) return NULL;
    w->ops->drop(w);
    buf_release(&w->out);
    if (w->made && !w->closed) unlink(w->part);
    return NULL;
}
