/* writer_csv.c — writes csv that spreadsheets and our own import read back as it was. See writer.h. */
#include "exchange/writer_format.h"

#include "base/lang.h"

/* Would a spreadsheet take a text that begins with this for a formula? */
static bool dangerous(char c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

static size_t apostrophes(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == '\'') n++;
    return n;
}

static bool needs_guard(struct str s)
{
    size_t n = apostrophes(s);
    return n < s.n && dangerous(s.p[n]);
}

void csv_neutralise(struct buf *b, struct str text)
{
    if (needs_guard(text)) buf_char(b, '\'');
    buf_str(b, text);
}

struct str csv_restore(struct str text)
{
    return apostrophes(text) && needs_guard(text) ? str_from(text, 1) : text;
}

static void put_text(struct buf *b, struct str s)
{
    if (!s.p) return;
    bool quote = s.n == 0 || s.p[0] == ' ' || s.p[s.n - 1] == ' ';
    for (size_t i = 0; i < s.n && !quote; i++) quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
    if (!quote) {
        csv_neutralise(b, s);
        return;
    }
    buf_char(b, '"');
    if (needs_guard(s)) buf_char(b, '\'');
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '"') continue;
        buf_put(b, s.p + from, i - from);
        if (i < s.n) buf_z(b, "\"\"");
        from = i + 1;
    }
    buf_char(b, '"');
}

static void put_cell(struct buf *b, const struct out_cell *c)
{
    char day[DAY_TEXT];
    switch (c->kind) {
    case OUT_NULL: break;
    case OUT_INT: buf_int(b, c->i); break;
    case OUT_DECIMAL: writer_decimal(b, c->i, c->scale); break;
    case OUT_TEXT: put_text(b, c->s); break;
    case OUT_DATE: buf_z(b, day_text((day_t)c->i, day)); break;
    case OUT_INSTANT: writer_local_time(b, c->i); break;
    case OUT_BOOL: buf_z(b, c->i ? "TRUE" : "FALSE"); break;
    }
}

static enum err csv_open(struct writer *w)
{
    TRY(writer_open_fd(w));
    buf_z(&w->out, "\xEF\xBB\xBF"); /* without it Excel in China reads GBK */
    return buf_error(&w->out);
}

static enum err csv_sheet(struct writer *w, struct str name)
{
    (void)name;
    return w->sheets ? err_set(ERR_INVALID, _("a csv file has one sheet only")) : OK;
}

static enum err csv_heading(struct writer *w)
{
    for (int i = 0; i < w->columns; i++) {
        if (i) buf_char(&w->out, ',');
        put_text(&w->out, w->column[i].heading);
    }
    buf_z(&w->out, "\r\n");
    return writer_flush_if_big(w);
}

static enum err csv_row(struct writer *w, const struct out_cell *cell, int n)
{
    struct buf *b = &w->out;
    size_t start = b->n;
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        put_cell(b, &cell[i]);
    }
    /* A row of one unknown would be an empty line, which readers skip. */
    if (b->n == start) buf_z(b, "\"\"");
    buf_z(b, "\r\n");
    return writer_flush_if_big(w);
}

const struct writer_ops writer_csv = {csv_open, csv_sheet, csv_heading, csv_row, writer_flush, writer_drop_fd};
