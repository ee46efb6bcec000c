/* writer_xlsx.c — writes xlsx by libxlsxwriter in its constant memory mode. See writer.h.
 *
 * In that mode the library keeps one row and writes the others to a temporary file beside the target.
 */
#include "exchange/writer_xlsx.h"

#include <errno.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "exchange/writer_format.h"

#define FIRST_TRUE_DAY 61              /* serial of 1900-03-01; before it Excel's calendar has a day that never was */
#define SERIAL_EPOCH 25569             /* serial of 1970-01-01 */
#define EXACT INT64_C(999999999999999) /* Excel shows 15 digits and makes zeros of the rest */
#define SCALES 10

struct xlsx {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold, *day, *instant, *decimal[SCALES];
};

/* ---- shared with the template ---- */

enum err xlsx_error(const char *path, lxw_error e)
{
    switch (e) {
    case LXW_NO_ERROR: return OK;
    case LXW_ERROR_MEMORY_MALLOC_FAILED: return err_no_memory();
    case LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED:
        return err_set(ERR_TOO_BIG, _("a cell of an xlsx file can hold %d characters; export as csv or json instead"), XLSX_TEXT);
    case LXW_ERROR_SHEETNAME_ALREADY_USED: return err_set(ERR_INVALID, _("two sheets of %s have the same name"), path);
    default: return err_set(ERR_IO, _("cannot write %s: %s"), path, lxw_strerror(e));
    }
}

enum err xlsx_text(struct buf *b, struct str s)
{
    buf_reset(b);
    while (s.n) {
        uint32_t c = utf8_next(&s);
        utf8_put(b, c == 0 || (c & 0xFFFE) == 0xFFFE ? 0xFFFD : c);
    }
    if (!b->n) buf_put(b, "", 0);
    return buf_error(b);
}

/* Most texts need nothing; this is what makes 100,000 rows fast. */
static enum err plain_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] == 0 || (unsigned char)s.p[i] == 0xEF || (unsigned char)s.p[i] >= 0xF0) return xlsx_text(b, s);
    if (!utf8_valid(s)) return xlsx_text(b, s);
    buf_reset(b);
    buf_str(b, s);
    return buf_error(b);
}

enum err xlsx_sheet_name(struct buf *b, struct str s)
{
    buf_reset(b);
    s = str_trim(s);
    for (int n = 0; s.n && n < LXW_SHEETNAME_MAX; n++) {
        uint32_t c = utf8_next(&s);
        bool last = n == 0 || n + 1 == LXW_SHEETNAME_MAX || !s.n;
        bool bad = c < 0x20 || c > 0xFFFD || (c < 0x80 && strchr("[]:*?/\\", (int)c)) || (c == '\'' && last);
        utf8_put(b, bad ? '_' : c);
    }
    if (!b->n) buf_z(b, "Sheet1");
    return buf_error(b);
}

double xlsx_width(struct str heading, int told)
{
    if (told > 0) return told < 255 ? told : 255;
    int width = 2;
    while (heading.n) width += utf8_next(&heading) < 0x1100 ? 1 : 2;
    return width < 10 ? 10 : width > 40 ? 40 : width;
}

/* ---- writer.h ---- */

/* The library looks for a place for its temporary files itself; /tmp may be small or in memory. */
static char *folder_of(struct writer *w)
{
    const char *slash = strrchr(w->path, '/');
    return arena_z(w->arena, slash ? (struct str){w->path, (size_t)(slash - w->path) + 1} : STR("."));
}

static lxw_format *format(struct writer *w, const char *pattern)
{
    lxw_format *f = workbook_add_format(w->xlsx->book);
    if (f && pattern) format_set_num_format(f, pattern);
    return f;
}

static enum err make_formats(struct writer *w)
{
    struct xlsx *x = w->xlsx;
    x->bold = format(w, NULL);
    x->day = format(w, "yyyy-mm-dd");
    x->instant = format(w, "yyyy-mm-dd hh:mm:ss");
    if (!x->bold || !x->day || !x->instant) return err_no_memory();
    format_set_bold(x->bold);
    for (int i = 0; i < SCALES; i++) {
        char pattern[SCALES + 2] = "0.000000000";
        pattern[i ? i + 2 : 1] = '\0';
        x->decimal[i] = format(w, pattern);
        if (!x->decimal[i]) return err_no_memory();
    }
    return OK;
}

static enum err xlsx_open(struct writer *w)
{
    w->xlsx = arena_new(w->arena, struct xlsx);
    char *folder = folder_of(w);
    if (!w->xlsx || !folder) return err_no_memory();
    /* So that a path that cannot be written is known before the work, not after it. */
    TRY(writer_open_fd(w));
    writer_drop_fd(w);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder};
    w->xlsx->book = workbook_new_opt(w->part, &options);
    if (!w->xlsx->book) return err_no_memory();
    return make_formats(w);
}

static void end_sheet(struct writer *w)
{
    if (w->xlsx->sheet && w->columns) worksheet_autofilter(w->xlsx->sheet, 0, 0, (lxw_row_t)w->rows, (lxw_col_t)(w->columns - 1));
}

static enum err xlsx_sheet(struct writer *w, struct str name)
{
    struct xlsx *x = w->xlsx;
    end_sheet(w);
    const char *z = NULL;
    if (name.p) {
        TRY(xlsx_sheet_name(&w->out, name));
        z = w->out.p;
        /* Asked first, because the library would print a warning. */
        TRY(xlsx_error(w->path, workbook_validate_sheet_name(x->book, z)));
    }
    errno = 0;
    x->sheet = workbook_add_worksheet(x->book, z);
    return x->sheet ? OK : errno && errno != ENOMEM ? io_error(w->path) : err_no_memory();
}

static enum err put_text(struct writer *w, int column, struct str s, lxw_format *f)
{
    if (!s.p) return OK;
    TRY(plain_text(&w->out, s));
    lxw_row_t row = f ? 0 : (lxw_row_t)(w->rows + 1);
    lxw_error e = worksheet_write_string(w->xlsx->sheet, row, (lxw_col_t)column, w->out.p, f);
    if (!e) return OK;
    xlsx_error(w->path, e);
    char field[64];
    struct str heading = w->column[column].heading;
    memcpy(field, heading.p ? heading.p : "", heading.n < sizeof field ? heading.n : 0);
    field[heading.n < sizeof field ? heading.n : 0] = '\0';
    return err_field(field);
}

static enum err xlsx_heading(struct writer *w)
{
    lxw_worksheet *s = w->xlsx->sheet;
    for (int i = 0; i < w->columns; i++) {
        struct writer_column *c = &w->column[i];
        lxw_error e = worksheet_set_column(s, (lxw_col_t)i, (lxw_col_t)i, xlsx_width(c->heading, c->width), NULL);
        if (e) return xlsx_error(w->path, e);
        TRY(put_text(w, i, c->heading, w->xlsx->bold));
    }
    worksheet_freeze_panes(s, 1, 0);
    return OK;
}

static enum err put_number(struct writer *w, int column, double v, lxw_format *f)
{
    return xlsx_error(w->path, worksheet_write_number(w->xlsx->sheet, (lxw_row_t)(w->rows + 1), (lxw_col_t)column, v, f));
}

static enum err put_decimal(struct writer *w, int column, const struct out_cell *c)
{
    if (c->i < -EXACT || c->i > EXACT) {
        char digits[32];
        struct buf b = BUF_INIT(sizeof digits);
        writer_decimal(&b, c->i, c->scale);
        enum err e = buf_error(&b);
        if (!e) e = put_text(w, column, buf_view(&b), NULL);
        buf_release(&b);
        return e;
    }
    double power = 1;
    for (int i = 0; i < c->scale; i++) power *= 10;
    return put_number(w, column, (double)c->i / power, c->kind == OUT_INT ? NULL : w->xlsx->decimal[c->scale]);
}

static enum err put_date(struct writer *w, int column, const struct out_cell *c)
{
    char text[INSTANT_TEXT];
    int64_t serial = SERIAL_EPOCH + (c->kind == OUT_DATE ? c->i : instant_day(c->i));
    if (serial < FIRST_TRUE_DAY)
        return put_text(w, column, str_of(c->kind == OUT_DATE ? day_text((day_t)c->i, text) : instant_text(c->i, text)), NULL);
    if (c->kind == OUT_DATE) return put_number(w, column, (double)serial, w->xlsx->day);
    double days = (double)serial + (double)(c->i - day_start(instant_day(c->i))) / (double)INSTANT_DAY;
    return put_number(w, column, days, w->xlsx->instant);
}

static enum err put_cell(struct writer *w, int column, const struct out_cell *c)
{
    switch (c->kind) {
    case OUT_NULL: return OK;
    case OUT_INT:
    case OUT_DECIMAL: return put_decimal(w, column, c);
    case OUT_TEXT: return put_text(w, column, c->s, NULL);
    case OUT_DATE:
    case OUT_INSTANT: return put_date(w, column, c);
    case OUT_BOOL:
        return xlsx_error(w->path, worksheet_write_boolean(w->xlsx->sheet, (lxw_row_t)(w->rows + 1), (lxw_col_t)column, c->i != 0, NULL));
    }
    return OK;
}

static enum err xlsx_row(struct writer *w, const struct out_cell *cell, int n)
{
    if (w->rows + 1 >= XLSX_ROWS)
        return err_set(ERR_TOO_BIG, _("a sheet of an xlsx file can hold %d rows; export as csv or json instead"), XLSX_ROWS - 1);
    for (int i = 0; i < n; i++) TRY(put_cell(w, i, &cell[i]));
    return OK;
}

static enum err xlsx_finish(struct writer *w)
{
    end_sheet(w);
    lxw_workbook *book = w->xlsx->book;
    w->xlsx->book = NULL; /* workbook_close() frees it in any case */
    return xlsx_error(w->path, workbook_close(book));
}

static void xlsx_drop(struct writer *w)
{
    writer_drop_fd(w);
    if (w->xlsx && w->xlsx->book) lxw_workbook_free(w->xlsx->book);
    if (w->xlsx) w->xlsx->book = NULL;
}

const struct writer_ops writer_xlsx = {xlsx_open, xlsx_sheet, xlsx_heading, xlsx_row, xlsx_finish, xlsx_drop};
