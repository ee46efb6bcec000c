/* utf8.c — checking, cutting and folding UTF-8. See utf8.h. */
#include "base/utf8.h"

/* Decode one character at p (n > 0 bytes there): its length, or 0 when the bytes are no character. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *ret)
{
    if (p[0] < 0x80) {
        *ret = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || n < len) return 0;
    uint32_t c = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *ret = c;
    return len;
}

bool utf8_valid(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t c;
    for (size_t i = 0; i < s.n;) {
        size_t len = decode(p + i, s.n - i, &c);
        if (!len) return false;
        i += len;
    }
    return true;
}

uint32_t utf8_next(struct str *s)
{
    uint32_t c;
    size_t len = decode((const unsigned char *)s->p, s->n, &c);
    if (!len) {
        len = 1;
        c = 0xFFFD;
    }
    *s = str_from(*s, len);
    return c;
}

void utf8_put(struct buf *b, uint32_t c)
{
    char out[4];
    size_t n = 0;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out[n++] = (char)(0xE0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | c >> 18);
        out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    }
    buf_put(b, out, n);
}

size_t utf8_cut(const char *p, size_t n)
{
    size_t i = n;
    while (i > 0 && n - i < 3 && ((unsigned char)p[i - 1] & 0xC0) == 0x80) i--;
    if (i == 0) return n;
    unsigned char lead = (unsigned char)p[i - 1];
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return i - 1 + len <= n ? n : i - 1;
}

size_t utf8_length(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

uint32_t utf8_fold_char(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z') return c + 32;
        if (c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') return ' ';
        return c;
    }
    switch (c) {
    case 0x00A0:
    case 0x3000:
    case 0xFEFF: return ' ';
    case 0x3010:             /* 【 */
    case 0x3014: return '['; /* 〔 */
    case 0x3011:
    case 0x3015: return ']';
    }
    if (c >= 0x2000 && c <= 0x200A) return ' ';
    /* Latin-1, Greek and Cyrillic capitals, which stand a fixed step before their small letters. */
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) || (c >= 0x410 && c <= 0x42F)) return c + 32;
    return c;
}

void utf8_fold(struct buf *b, struct str s)
{
    bool blank = false;
    while (s.n) {
        uint32_t c = utf8_fold_char(utf8_next(&s));
        if (c == ' ') {
            blank = true;
            continue;
        }
        if (blank && b->n) buf_put(b, " ", 1);
        blank = false;
        utf8_put(b, c);
    }
}

bool utf8_is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
           c == 0x3007;
}
