/* writer.c — what is the same for every format of an exported file. See writer.h. */
#include "exchange/writer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "exchange/writer_format.h"

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

enum err writer_open_fd(struct writer *w)
{
    TRY(create_part(w->part, &w->fd));
    w->made = true;
    return OK;
}

enum err writer_flush(struct writer *w)
{
    return write_out(w->fd, w->part, &w->out);
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
