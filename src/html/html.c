/* html.c — escaping by position. See html.h.
 *
 * A table says what becomes of a byte. Most texts need nothing, which is seen sixteen bytes at a time.
 */
#include "html/html.h"

#include <stdarg.h>

/* What is written instead of a byte; index 0 means that the byte stays. A carriage return would be read as a line feed, and
 * NUL cannot be written at all. */
static const struct str entities[] = {
    {NULL, 0}, {"&amp;", 5}, {"&lt;", 4}, {"&gt;", 4}, {"&#34;", 5}, {"&#39;", 5}, {"&#13;", 5}, {"\xef\xbf\xbd", 3},
};
static const unsigned char in_text[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['\r'] = 6, ['\0'] = 7};
static const unsigned char in_attribute[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5, ['\r'] = 6, ['\0'] = 7};

typedef unsigned char sixteen __attribute__((vector_size(16)));

/* Is none of sixteen bytes one that may be escaped: below a blank, one of " & ' or < >? */
static inline bool sixteen_stay(const char *p)
{
    sixteen v;
    uint64_t half[2];
    memcpy(&v, p, sizeof v);
    sixteen odd = (sixteen)((v < ' ') | (v == '"') | ((v & 0xFE) == '&') | ((v & 0xFD) == '<'));
    memcpy(half, &odd, sizeof half);
    return !(half[0] | half[1]);
}

/* Does nothing in it need escaping? Of a long text the last bytes are looked at twice. */
static bool all_stay(const unsigned char table[256], struct str s)
{
    size_t i = 0;
    if (s.n < 16) {
        while (i < s.n && !table[(unsigned char)s.p[i]]) i++;
        return i == s.n;
    }
    for (; i + 16 <= s.n; i += 16)
        if (!sixteen_stay(s.p + i)) return false;
    return sixteen_stay(s.p + s.n - 16);
}

static void escape(struct html *h, const unsigned char table[256], struct str s)
{
    size_t from = 0;
    if (!s.n) return;
    if (all_stay(table, s)) {
        html_put(h, s.p, s.n);
        return;
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned char entity = table[(unsigned char)s.p[i]];
        if (!entity) continue;
        html_put(h, s.p + from, i - from);
        html_put(h, entities[entity].p, entities[entity].n);
        from = i + 1;
    }
    if (from < s.n) html_put(h, s.p + from, s.n - from);
}

void html_text_str(struct html *h, struct str s)
{
    escape(h, in_text, s);
}

void html_attribute_str(struct html *h, struct str s)
{
    escape(h, in_attribute, s);
}

/* What stays as it is in a part of a URL, and in a whole path; & and ' are written as entities there. */
enum { STAYS_IN_PART = 1, STAYS_IN_PATH = 2, AS_ENTITY = 4 };
#define PART (STAYS_IN_PART | STAYS_IN_PATH)
static const unsigned char stays[256] = {
    ['a' ... 'z'] = PART,  ['A' ... 'Z'] = PART,  ['0' ... '9'] = PART,  ['-'] = PART,          ['.'] = PART,
    ['_'] = PART,          ['~'] = PART,          ['/'] = STAYS_IN_PATH, ['?'] = STAYS_IN_PATH, ['#'] = STAYS_IN_PATH,
    ['&'] = AS_ENTITY,     ['='] = STAYS_IN_PATH, ['%'] = STAYS_IN_PATH, ['+'] = STAYS_IN_PATH, [':'] = STAYS_IN_PATH,
    [';'] = STAYS_IN_PATH, [','] = STAYS_IN_PATH, ['@'] = STAYS_IN_PATH, ['!'] = STAYS_IN_PATH, ['$'] = STAYS_IN_PATH,
    ['*'] = STAYS_IN_PATH, ['('] = STAYS_IN_PATH, [')'] = STAYS_IN_PATH, ['\''] = AS_ENTITY,    ['['] = STAYS_IN_PATH,
    [']'] = STAYS_IN_PATH,
};

static void encode(struct html *h, unsigned char what, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        size_t from = i;
        while (i < s.n && (stays[(unsigned char)s.p[i]] & what)) i++;
        if (i > from) html_put(h, s.p + from, i - from);
        if (i == s.n) return;
        unsigned char c = (unsigned char)s.p[i];
        if (what == STAYS_IN_PATH && stays[c] == AS_ENTITY)
            html_put(h, entities[in_attribute[c]].p, entities[in_attribute[c]].n);
        else
            html_put(h, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

void html_url_part_str(struct html *h, struct str s)
{
    encode(h, STAYS_IN_PART, s);
}

/* A path of this site. Browsers read a backslash as a slash, so "/\" is refused like "//", which names a host; they pass over
 * line ends and tabs, so these are encoded. */
static bool is_path(struct str s)
{
    return s.n > 0 && s.p[0] == '/' && (s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\'));
}

void html_url_str(struct html *h, struct str s)
{
    if (is_path(s))
        encode(h, STAYS_IN_PATH, s);
    else
        html_literal(h, "#");
}

/* "/" and the literal slash behind it would name a host: "/." is the same path. */
void html_url_base_str(struct html *h, struct str s)
{
    if (!is_path(s)) {
        html_literal(h, "#");
        return;
    }
    while (s.n > 0 && s.p[s.n - 1] == '/') s.n--;
    if (s.n)
        encode(h, STAYS_IN_PATH, s);
    else
        html_literal(h, "/.");
}

void html_uint(struct html *h, uint64_t v)
{
    char digits[20];
    char *end = digits + sizeof digits, *p = end;
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    html_put(h, p, (size_t)(end - p));
}

void html_int(struct html *h, int64_t v)
{
    if (v < 0) html_literal(h, "-");
    html_uint(h, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* The plain text is written first, then escaped behind itself, then moved to its place. */
static __attribute__((format(printf, 3, 0))) void escape_format(struct html *h, const unsigned char table[256], const char *format,
                                                                va_list ap)
{
    struct buf *b = &h->out;
    size_t from = b->n;
    buf_vprintf(b, format, ap);
    size_t end = b->n;
    for (size_t i = from; i < end && !b->failed; i++) {
        char c = b->p[i];
        escape(h, table, (struct str){&c, 1});
    }
    if (b->failed) return;
    memmove(b->p + from, b->p + end, b->n - end + 1); /* with the NUL */
    b->n -= end - from;
}

void html_text_format(struct html *h, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    escape_format(h, in_text, format, ap);
    va_end(ap);
}

void html_attribute_format(struct html *h, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    escape_format(h, in_attribute, format, ap);
    va_end(ap);
}

struct safe_html html_safe(struct arena *a, const struct html *part)
{
    if (part->out.failed) arena_alloc(a, SIZE_MAX); /* never fits: marks the arena */
    return (struct safe_html){part->out.failed ? STR_NONE : arena_str(a, html_view(part))};
}
