/* xls_formula.c — walking the records of a BIFF8 stream for the results of formulas. See xls_formula.h. */
#include "exchange/xls_formula.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"

#define HEADER_FAT 109 /* sectors of the allocation table named in the header itself */
#define STYLES_MAX 8192
#define BIFF8 0x600

enum record { FORMULA = 0x06, END = 0x0A, DATEMODE = 0x22, SHEET = 0x85, XF = 0xE0, STRING = 0x207, FORMAT = 0x41E, BEGIN = 0x809 };

struct bytes {
    unsigned char *p;
    size_t n;
};

struct walk {
    struct bytes stream;
    bool from_1904, date_format[1024], date_style[STYLES_MAX];
    size_t styles;
};

/* Little-endian numbers; beyond the end 0, or a sector that does not exist. */
static uint32_t u16(struct bytes b, size_t at)
{
    return at + 2 <= b.n ? (uint32_t)b.p[at] | (uint32_t)b.p[at + 1] << 8 : 0;
}

static uint32_t u32(struct bytes b, size_t at)
{
    return at + 4 <= b.n ? u16(b, at) | u16(b, at + 2) << 16 : UINT32_MAX;
}

/* The sector that follows `sector` (which lies in the file) in its chain. */
static uint32_t next_sector(struct bytes file, size_t size, uint32_t sector)
{
    size_t per = size / 4, k = sector / per;
    uint32_t table;
    if (k < HEADER_FAT) {
        table = u32(file, 76 + 4 * k);
    } else {
        uint32_t list = u32(file, 68);
        for (k -= HEADER_FAT; k >= per - 1; k -= per - 1) list = u32(file, ((size_t)list + 2) * size - 4);
        table = u32(file, ((size_t)list + 1) * size + 4 * k);
    }
    return u32(file, ((size_t)table + 1) * size + 4 * (sector % per));
}

/* All sectors of a chain one behind the other; a chain in a circle ends when it is as long as the file. */
static bool load_chain(struct bytes file, size_t size, uint32_t sector, struct bytes *ret)
{
    struct bytes b = {mem_alloc(file.n), 0};
    for (; b.p && b.n + size <= file.n; sector = next_sector(file, size, sector)) {
        size_t at = ((size_t)sector + 1) * size;
        if (at >= file.n) break;
        size_t n = file.n - at < size ? file.n - at : size;
        memcpy(b.p + b.n, file.p + at, n);
        b.n += n;
        if (n < size) break; /* the last sector of a file may be cut */
    }
    *ret = b;
    return b.p != NULL;
}

static bool is_workbook(struct bytes dir, size_t at)
{
    char name[33] = {0};
    for (size_t i = 0; i < 32 && u16(dir, at + 2 * i) < 128; i++) name[i] = (char)dir.p[at + 2 * i];
    return strcmp(name, "Workbook") == 0;
}

static bool load_stream(struct bytes file, struct bytes *ret)
{
    uint32_t shift = u16(file, 30);
    if (shift != 9 && shift != 12) return false;
    size_t size = (size_t)1 << shift;
    struct bytes dir;
    if (!load_chain(file, size, u32(file, 48), &dir)) return false;
    bool ok = true;
    for (size_t at = 0; at + 128 <= dir.n && ok && !ret->p; at += 128) {
        if (!is_workbook(dir, at) || u32(dir, at + 120) < 4096) continue; /* smaller ones lie elsewhere; no program writes them */
        ok = load_chain(file, size, u32(dir, at + 116), ret);
    }
    mem_free(dir.p);
    return ok;
}

static bool load_file(int fd, struct bytes *ret)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || st.st_size < 512) return false;
    struct bytes b = {mem_alloc((size_t)st.st_size), (size_t)st.st_size};
    if (!b.p) return false;
    *ret = b;
    return pread(fd, b.p, b.n, 0) == (ssize_t)b.n;
}

/* A record's text: length, a flag for two bytes a character, the characters. */
static void put_characters(struct buf *to, struct bytes r, size_t at)
{
    uint32_t n = u16(r, at);
    bool wide = at + 2 < r.n && r.p[at + 2] & 1;
    for (at += 3; n > 0 && at + 1 + wide <= r.n; n--, at += 1 + (size_t)wide) {
        uint32_t c = wide ? u16(r, at) : r.p[at], low = wide ? u16(r, at + 2) : 0;
        if (c >= 0xD800 && c <= 0xDBFF && n > 1 && low >= 0xDC00 && low <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            n--;
            at += 2;
        }
        utf8_put(to, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
    }
}

static const char *error_text(unsigned code)
{
    static const struct {
        unsigned code;
        const char *text;
    } errors[] = {{0, "#NULL!"}, {7, "#DIV/0!"}, {15, "#VALUE!"}, {23, "#REF!"}, {29, "#NAME?"}, {36, "#NUM!"}, {42, "#N/A"}};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].code == code) return errors[i].text;
    return "#ERROR";
}

/* The result of a formula, in the 8 bytes behind its place: a number, or a mark of what else it is. */
static void put_result(struct formulas *f, const struct walk *w, struct bytes r, struct formula *c)
{
    char text[NUMBER_TEXT];
    if (u16(r, 12) == 0xFFFF) {
        c->kind = r.p[6] == 1 ? CELL_BOOL : r.p[6] == 2 ? CELL_ERROR : CELL_TEXT; /* a text has a record of its own */
        c->number = c->kind == CELL_BOOL && r.p[8];
        if (c->kind == CELL_BOOL) buf_z(&f->text, c->number > 0 ? "TRUE" : "FALSE");
        if (c->kind == CELL_ERROR) buf_z(&f->text, error_text(r.p[8]));
        return;
    }
    memcpy(&c->number, r.p + 6, sizeof c->number);
    uint32_t style = u16(r, 4);
    bool date = style < w->styles && w->date_style[style] && serial_text(serial_of_stored(c->number, w->from_1904), text);
    c->kind = date ? CELL_DATE : CELL_NUMBER;
    buf_z(&f->text, date ? text : number_text(c->number, text));
}

static bool add(struct formulas *f, const struct walk *w, struct bytes r)
{
    if (r.n < 14) return true;
    if (f->n == f->room) {
        size_t room = f->room ? f->room * 2 : 64;
        struct formula *p = mem_resize(f->cell, room * sizeof *p);
        if (!p) return false;
        f->cell = p;
        f->room = room;
    }
    struct formula c = {.row = u16(r, 0), .col = u16(r, 2), .from = f->text.n};
    put_result(f, w, r, &c);
    c.n = f->text.n - c.from;
    f->cell[f->n++] = c;
    return true;
}

static void note_format(struct walk *w, struct bytes r)
{
    uint32_t id = u16(r, 0);
    struct buf CLEANUP_BUF code = BUF_INIT(65536);
    put_characters(&code, r, 2);
    if (id < sizeof w->date_format) w->date_format[id] = format_is_date(buf_view(&code));
}

/* The records of one part of the stream, from its BEGIN to its END; a BEGIN inside is a chart's. Without `f` it is the
 * part about the whole workbook, which says where the sheet is. */
static bool walk(struct walk *w, size_t at, struct formulas *f, int sheet, uint32_t *sheet_at)
{
    int depth = 0;
    struct bytes s = w->stream;
    while (at + 4 <= s.n) {
        uint32_t kind = u16(s, at), n = u16(s, at + 2);
        if (n > s.n - at - 4) return true;
        struct bytes r = {s.p + at + 4, n};
        at += 4 + n;
        switch (kind) {
        case BEGIN:
            if (u16(r, 0) != BIFF8) return true; /* older texts have no flag */
            depth++;
            break;
        case END:
            if (--depth <= 0) return true;
            break;
        case DATEMODE: w->from_1904 = u16(r, 0) == 1; break;
        case FORMAT: note_format(w, r); break;
        case XF:
            if (w->styles < STYLES_MAX) w->date_style[w->styles++] = u16(r, 2) < sizeof w->date_format && w->date_format[u16(r, 2)];
            break;
        case SHEET:
            if (!f && sheet-- == 0) *sheet_at = u32(r, 0);
            break;
        case FORMULA:
            if (f && depth == 1 && !add(f, w, r)) return false;
            break;
        case STRING:
            if (!f || f->n == 0 || f->cell[f->n - 1].kind != CELL_TEXT || f->cell[f->n - 1].n) break;
            put_characters(&f->text, r, 0);
            f->cell[f->n - 1].n = f->text.n - f->cell[f->n - 1].from;
            break;
        default: break;
        }
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct formula *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return (x->col > y->col) - (x->col < y->col);
}

bool formulas_read(struct formulas *f, int fd, int sheet)
{
    *f = (struct formulas){.text = BUF_INIT((size_t)64 << 20)};
    struct bytes file = {0};
    struct walk *w = mem_alloc(sizeof *w);
    uint32_t at = UINT32_MAX;
    bool ok = w && load_file(fd, &file) && load_stream(file, &w->stream);
    for (int64_t id = 0; ok && id < (int64_t)sizeof w->date_format; id++) w->date_format[id] = format_id_is_date(id);
    ok = ok && walk(w, 0, NULL, sheet, &at) && walk(w, at, f, 0, NULL) && !f->text.failed;
    if (ok && f->n) qsort(f->cell, f->n, sizeof *f->cell, by_place);
    if (w) mem_free(w->stream.p);
    mem_free(w);
    mem_free(file.p);
    return ok;
}

const struct formula *formulas_at(const struct formulas *f, uint32_t row, uint32_t col)
{
    struct formula key = {.row = row, .col = col};
    return f->n ? bsearch(&key, f->cell, f->n, sizeof key, by_place) : NULL;
}

void formulas_release(struct formulas *f)
{
    mem_free(f->cell);
    buf_release(&f->text);
}
