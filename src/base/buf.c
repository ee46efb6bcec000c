/* buf.c — a growing run of bytes. See buf.h. */
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/utf8.h"

void buf_release(struct buf *b)
{
    mem_free(b->p);
    *b = BUF_INIT(b->limit);
}

static bool fail(struct buf *b, enum err e)
{
    mem_free(b->p);
    *b = (struct buf){.limit = b->limit, .failed = e};
    return false;
}

/* Make room for `more` bytes and the NUL. */
static bool reserve(struct buf *b, size_t more)
{
    if (b->failed) return false;
    if (more > b->limit || b->n > b->limit - more) return fail(b, ERR_TOO_BIG);
    size_t need = b->n + more + 1;
    if (need <= b->room) return true;
    size_t room = b->room ? b->room : 64;
    while (room < need) room *= 2;
    char *p = mem_resize(b->p, room);
    if (!p) return fail(b, ERR_NO_MEMORY);
    b->p = p;
    b->room = room;
    return true;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
    if (!reserve(b, n)) return;
    if (n) memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_int(struct buf *b, int64_t v)
{
    char digits[24];
    char *end = digits + sizeof digits, *p = end;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0) *--p = '-';
    buf_put(b, p, (size_t)(end - p));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    buf_vprintf(b, format, ap);
    va_end(ap);
}

void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    if (n >= 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_json(struct buf *b, struct str s)
{
    if (!s.p) {
        buf_z(b, "null");
        return;
    }
    buf_char(b, '"');
    bool clean = utf8_valid(s);
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && (clean || c < 0x80)) continue;
        buf_put(b, s.p + from, i - from);
        from = i + 1;
        switch (c) {
        case '"': buf_z(b, "\\\""); break;
        case '\\': buf_z(b, "\\\\"); break;
        case '\n': buf_z(b, "\\n"); break;
        case '\r': buf_z(b, "\\r"); break;
        case '\t': buf_z(b, "\\t"); break;
        default:
            if (c < 0x20) {
                buf_printf(b, "\\u%04x", c);
            } else { /* a character beyond ASCII in a text that is not clean */
                struct str rest = str_from(s, i);
                size_t before = rest.n;
                utf8_put(b, utf8_next(&rest));
                i += before - rest.n - 1;
                from = i + 1;
            }
        }
    }
    buf_put(b, s.p + from, s.n - from);
    buf_char(b, '"');
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++) {
        buf_char(b, "0123456789abcdef"[bytes[i] >> 4]);
        buf_char(b, "0123456789abcdef"[bytes[i] & 15]);
    }
}

enum err buf_error(const struct buf *b)
{
    if (b->failed == ERR_NO_MEMORY) return err_no_memory();
    if (b->failed) return err_set(ERR_TOO_BIG, _("the text is longer than %zu bytes"), b->limit);
    return OK;
}
