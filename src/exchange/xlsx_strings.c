/* xlsx_strings.c — rich text and the shared strings of an xlsx workbook. See xlsx.h. */
#include "base/lang.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "exchange/xlsx.h"

#define STRINGS_BYTES_MAX ((size_t)256 << 20)

void rich_start(struct rich *r, const char *name)
{
    if (strcmp(name, "rPh") == 0) r->phonetic++;
    if (strcmp(name, "t") == 0) r->in_text = r->phonetic == 0;
}

void rich_end(struct rich *r, const char *name)
{
    if (strcmp(name, "rPh") == 0) r->phonetic--;
    if (strcmp(name, "t") == 0) r->in_text = false;
}

/* "_xHHHH_" of a character that stands alone; 0 for anything else. */
static uint32_t escaped(struct str s)
{
    if (s.n < 7 || s.p[0] != '_' || s.p[1] != 'x' || s.p[6] != '_') return 0;
    uint32_t c = 0;
    for (int i = 2; i < 6; i++) {
        char d = s.p[i];
        int v = d >= '0' && d <= '9' ? d - '0' : d >= 'A' && d <= 'F' ? d - 'A' + 10 : d >= 'a' && d <= 'f' ? d - 'a' + 10 : -1;
        if (v < 0) return 0;
        c = c << 4 | (uint32_t)v;
    }
    return c >= 0xD800 && c <= 0xDFFF ? 0 : c;
}

void rich_unescape(struct buf *b, size_t from)
{
    struct str all = buf_view(b), s = str_from(all, from);
    if (str_find(s, STR("_x")) < 0) return;
    size_t out = from;
    while (s.n > 0) { /* what is written is never longer than what was read */
        uint32_t c = escaped(s);
        if (!c) {
            b->p[out++] = s.p[0];
            s = str_from(s, 1);
            continue;
        }
        char bytes[8] = {0};
        struct buf one = {.p = bytes, .room = sizeof bytes, .limit = sizeof bytes - 1};
        utf8_put(&one, c);
        memcpy(b->p + out, bytes, one.n);
        out += one.n;
        s = str_from(s, 7);
    }
    b->n = out;
    b->p[out] = '\0';
}

struct reading {
    struct strings *strings;
    struct rich rich;
    size_t max_bytes;
    bool in_item;
};

static enum err on_start(struct xml *x, const char *name, const char **attributes)
{
    struct reading *r = x->user;
    (void)attributes;
    if (strcmp(name, "si") == 0) r->in_item = true;
    if (r->in_item) rich_start(&r->rich, name);
    return OK;
}

static enum err on_text(struct xml *x, struct str s)
{
    struct reading *r = x->user;
    if (!r->rich.in_text) return OK;
    buf_str(&r->strings->text, s);
    return buf_error(&r->strings->text);
}

static enum err on_end(struct xml *x, const char *name)
{
    struct reading *r = x->user;
    if (!r->in_item) return OK;
    rich_end(&r->rich, name);
    if (strcmp(name, "si") != 0) return OK;
    r->in_item = false;
    r->rich = (struct rich){0};
    struct strings *s = r->strings;
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 256, *end = NULL;
        if (room * sizeof *end > r->max_bytes) return err_set(ERR_TOO_BIG, _("the workbook has more than %zu different texts"), s->n);
        end = mem_resize(s->end, room * sizeof *end);
        if (!end) return err_no_memory();
        s->end = end;
        s->room = room;
    }
    rich_unescape(&s->text, s->n ? s->end[s->n - 1] : 0);
    s->end[s->n++] = s->text.n;
    return OK;
}

enum err strings_read(struct strings *s, zip_t *zip, const char *part, int64_t max_bytes)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    struct reading r = {.strings = s, .max_bytes = STRINGS_BYTES_MAX};
    if (max_bytes < (int64_t)r.max_bytes) r.max_bytes = (size_t)max_bytes;
    s->text.limit = r.max_bytes;
    return xml_read(zip, part, max_bytes, &handler, &r);
}

bool strings_get(const struct strings *s, int64_t i, struct str *ret)
{
    if (i < 0 || (uint64_t)i >= s->n) return false;
    size_t from = i ? s->end[i - 1] : 0;
    *ret = (struct str){buf_view(&s->text).p + from, s->end[i] - from};
    return true;
}

void strings_release(struct strings *s)
{
    buf_release(&s->text);
    mem_free(s->end);
    *s = (struct strings){0};
}
