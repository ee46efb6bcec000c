/* writer_json.c — writes {"rows":[…],"next":null}, the form in which the JSON API answers. See writer.h. */
#include "base/lang.h"
#include "base/mem.h"
#include "exchange/writer_format.h"

static void put_cell(struct buf *b, const struct out_cell *c)
{
    char text[INSTANT_TEXT];
    switch (c->kind) {
    case OUT_NULL: buf_z(b, "null"); break;
    case OUT_INT: buf_int(b, c->i); break;
    case OUT_DECIMAL: writer_decimal(b, c->i, c->scale); break;
    case OUT_TEXT: buf_json(b, c->s); break;
    case OUT_DATE: buf_json(b, str_of(day_text((day_t)c->i, text))); break;
    case OUT_INSTANT: buf_json(b, str_of(instant_text(c->i, text))); break;
    case OUT_BOOL: buf_z(b, c->i ? "true" : "false"); break;
    }
}

static enum err json_open(struct writer *w)
{
    TRY(writer_open_fd(w));
    buf_z(&w->out, "{\"rows\":[");
    return buf_error(&w->out);
}

static enum err json_sheet(struct writer *w, struct str name)
{
    (void)name;
    return w->sheets ? err_set(ERR_INVALID, _("a json file has one sheet only")) : OK;
}

/* The keys stand in every row; make their JSON once. */
static enum err json_heading(struct writer *w)
{
    CLEANUP_BUF struct buf b = BUF_INIT((size_t)1 << 20);
    for (int i = 0; i < w->columns; i++) {
        buf_reset(&b);
        buf_z(&b, i ? "," : "{");
        buf_json(&b, w->column[i].key.p ? w->column[i].key : STR(""));
        buf_char(&b, ':');
        TRY(buf_error(&b));
        w->column[i].key = arena_str(w->arena, buf_view(&b));
        if (!w->column[i].key.p) return err_no_memory();
    }
    return OK;
}

static enum err json_row(struct writer *w, const struct out_cell *cell, int n)
{
    buf_z(&w->out, w->rows ? ",\n" : "\n");
    for (int i = 0; i < n; i++) {
        buf_str(&w->out, w->column[i].key);
        put_cell(&w->out, &cell[i]);
    }
    buf_char(&w->out, '}');
    return writer_flush_if_big(w);
}

static enum err json_finish(struct writer *w)
{
    buf_z(&w->out, "],\"next\":null}\n");
    return writer_flush(w);
}

const struct writer_ops writer_json = {json_open, json_sheet, json_heading, json_row, json_finish, writer_drop_fd};
