/* workbook.c — opening a file of cells by its content, and the parts of reading that every format shares. See cells.h.
 *
 * Guarantees: a row handed out is not blank and within the limits; after an error the sheet gives no more rows.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "exchange/reader.h"

void row_reset(struct row *r, int64_t number)
{
    r->number = number;
    r->n = 0;
    r->text.limit = ROW_BYTES_MAX;
    r->text.failed = OK;
    buf_reset(&r->text);
}

static enum err row_reserve(struct row *r, int n)
{
    if (n <= r->room) return OK;
    int room = r->room ? r->room : 16;
    while (room < n) room *= 2;
    struct cell *cell = mem_resize(r->cell, (size_t)room * sizeof *cell);
    if (!cell) return err_no_memory();
    r->cell = cell;
    size_t *at = mem_resize(r->at, (size_t)room * sizeof *at);
    if (!at) return err_no_memory();
    r->at = at;
    r->room = room;
    return OK;
}

enum err row_open_cell(struct row *r, int col)
{
    if (col < 0 || col >= COLUMNS_MAX)
        return err_set(ERR_TOO_BIG, _("row %lld has more than %d columns"), (long long)r->number, COLUMNS_MAX);
    TRY(row_reserve(r, col + 1));
    for (; r->n <= col; r->n++) {
        r->cell[r->n] = (struct cell){.kind = CELL_BLANK};
        r->at[r->n] = 0;
    }
    r->at[col] = r->text.n;
    return OK;
}

enum err row_close_cell(struct row *r, int col, enum cell_kind kind, double number)
{
    TRY(buf_error(&r->text));
    size_t n = r->text.n - r->at[col];
    if (n > CELL_BYTES_MAX) {
        return err_set(ERR_TOO_BIG, _("row %lld column %d: the text is longer than %zu bytes"), (long long)r->number, col + 1,
                       CELL_BYTES_MAX);
    }
    r->cell[col] = (struct cell){.kind = n ? kind : CELL_BLANK, .text = {NULL, n}, .number = n ? number : 0};
    return OK;
}

enum err row_put(struct row *r, int col, enum cell_kind kind, struct str text, double number)
{
    TRY(row_open_cell(r, col));
    buf_str(&r->text, text);
    return row_close_cell(r, col, kind, number);
}

void row_finish(struct row *r, struct cells *ret)
{
    while (r->n > 0 && r->cell[r->n - 1].kind == CELL_BLANK) r->n--;
    struct str all = buf_view(&r->text);
    for (int i = 0; i < r->n; i++) {
        struct cell *c = &r->cell[i];
        c->text = c->kind == CELL_BLANK ? STR_NONE : (struct str){all.p + r->at[i], c->text.n};
    }
    *ret = (struct cells){.row = r->number, .n = r->n, .cell = r->cell};
}

void row_release(struct row *r)
{
    mem_free(r->cell);
    mem_free(r->at);
    buf_release(&r->text);
    *r = (struct row){0};
}

enum err workbook_read(const struct workbook *w, void *p, size_t n, int64_t at, size_t *ret)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(w->fd, (char *)p + done, n - done, at + (int64_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_set(ERR_IO, _("the file cannot be read: %s"), strerror(errno));
        if (got == 0) break;
        done += (size_t)got;
    }
    *ret = done;
    return OK;
}

enum err workbook_one_sheet(struct workbook *w)
{
    w->sheet = arena_new(w->arena, struct str);
    if (!w->sheet) return err_no_memory();
    *w->sheet = STR("");
    w->sheets = 1;
    return OK;
}

enum err workbook_is_rather(const char *what)
{
    return err_set(ERR_UNREADABLE, _("the file is not a table; it looks like %s"), what);
}

static enum err open_file(struct workbook *w, const char *path)
{
    w->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait for its writer */
    struct stat st;
    if (w->fd < 0 || fstat(w->fd, &st) < 0) return err_set(ERR_IO, _("“%s” cannot be read: %s"), path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return err_set(ERR_IO, _("“%s” is not a file"), path);
    w->size = st.st_size;
    if (w->size > w->max_bytes) {
        return err_set(ERR_TOO_BIG, _("the file has %lld bytes; at most %lld are read"), (long long)w->size, (long long)w->max_bytes);
    }
    return OK;
}

static enum err open_workbook(struct workbook *w, const char *path)
{
    TRY(open_file(w, path));
    TRY(sniff(w, &w->reader));
    if (w->reader != &csv_reader) w->encoding = "utf-8";
    return w->reader->open(w);
}

enum err workbook_open(struct arena *a, const char *path, const struct workbook_options *options, struct workbook **ret)
{
    static const struct workbook_options none;
    if (!options) options = &none;
    struct workbook *w = arena_new(a, struct workbook);
    if (!w) return err_no_memory();
    *w = (struct workbook){
        .arena = a,
        .fd = -1,
        .selected = -1,
        .encoding = options->encoding,
        .max_rows = options->max_rows > 0 ? options->max_rows : 1000000,
        .max_bytes = options->max_bytes > 0 ? options->max_bytes : INT64_C(512) << 20,
    };
    enum err e = open_workbook(w, path);
    if (e) {
        workbook_free(w);
        return e;
    }
    *ret = w;
    return OK;
}

struct workbook *workbook_free(struct workbook *w)
{
    if (!w) return NULL;
    if (w->reader) w->reader->close(w);
    if (w->fd >= 0) close(w->fd);
    row_release(&w->row);
    return NULL;
}

enum workbook_format workbook_format_of(const struct workbook *w)
{
    return w->reader->format;
}

const char *workbook_encoding(const struct workbook *w)
{
    return w->encoding;
}

int workbook_sheets(const struct workbook *w)
{
    return w->sheets;
}

struct str workbook_sheet_name(const struct workbook *w, int sheet)
{
    return sheet >= 0 && sheet < w->sheets ? w->sheet[sheet] : STR_NONE;
}

enum err workbook_select(struct workbook *w, int sheet)
{
    w->selected = -1;
    w->merges = 0;
    if (sheet < 0 || sheet >= w->sheets) {
        return err_set(ERR_INVALID, _("there is no sheet %d; the file has %d"), sheet + 1, w->sheets);
    }
    TRY(w->reader->select(w, sheet));
    w->selected = sheet;
    w->given = 0;
    w->ended = false;
    w->broken = OK;
    return OK;
}

/* The next row that is not blank, or w->ended. */
static enum err next_row(struct workbook *w, struct cells *ret)
{
    for (;;) {
        bool more = false;
        TRY(w->reader->next(w, &w->row, &more));
        w->ended = !more;
        if (!more) return OK;
        row_finish(&w->row, ret);
        if (ret->n == 0) continue;
        if (++w->given > w->max_rows) {
            return err_set(ERR_TOO_BIG, _("the sheet has more than %lld rows"), (long long)w->max_rows);
        }
        return OK;
    }
}

enum err workbook_next(struct workbook *w, struct cells *ret, bool *more)
{
    if (w->selected < 0) return err_set(ERR_INVALID, _("no sheet is selected"));
    if (w->broken) return err_set(w->broken, _("the sheet could not be read further"));
    struct cells row = {0};
    if (!w->ended) w->broken = next_row(w, &row);
    if (w->broken) return w->broken;
    if (!w->ended) *ret = row;
    *more = !w->ended;
    return OK;
}

const struct merge *workbook_merges(struct workbook *w, int *n)
{
    *n = w->merges;
    return w->merge;
}
