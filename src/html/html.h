/* html.h — an escaping writer of HTML over a struct buf.
 *
 * Views (compiled from *.html, see template.h) write pages with it. There is one macro for each position a value can stand
 * in; it chooses by the type of the value, and a type that does not belong there is a compile error:
 *
 *   html_text(h, x)       between tags
 *   html_attribute(h, x)  in a quoted attribute value
 *   html_url(h, x)        the beginning of a URL: a path of this site, otherwise "#" is written
 *   html_url_base(h, x)   the same where a literal "/" follows
 *   html_url_part(h, x)   behind the beginning of a URL: percent-encoded
 *
 * x is a struct str, a char *, or a whole number; in text also a struct safe_html, which is written as it is. STR_NONE and NULL
 * write nothing (at the beginning of a URL "#", as everything that is no path). A writer fails as its buf does: stickily, and
 * html_error() is asked once at the end. Texts are UTF-8; what is not comes out as it came in, which no browser takes for markup.
 */
#ifndef ANJIAN_HTML_H
#define ANJIAN_HTML_H

#include "base/arena.h"
#include "base/buf.h"

struct html {
    struct buf out;
};

/* A page that may grow to `max` bytes. */
#define HTML_INIT(max) ((struct html){BUF_INIT(max)})

static inline void html_release(struct html *h)
{
    buf_release(&h->out);
}
static inline void html_reset(struct html *h) /* forget what was written, keep the room */
{
    buf_reset(&h->out);
}
#define CLEANUP_HTML CLEANUP(html_release)

static inline struct str html_view(const struct html *h) /* valid until the next write */
{
    return buf_view(&h->out);
}
static inline enum err html_error(const struct html *h)
{
    return buf_error(&h->out);
}

/* Markup that needs no escaping. Only html_safe() makes one (tools/check_source.py sees to it). */
struct safe_html {
    struct str markup;
};

/* What `part` holds as markup, copied into the arena; nothing, and the arena marked as failed, when either has failed.
 * So helpers make markup: write with html_literal(), html_text() or a view into a writer of their own, then take it from there. */
struct safe_html html_safe(struct arena *, const struct html *part);

/* Markup known when the program is built. */
#define html_literal(h, literal) html_put((h), "" literal, sizeof(literal) - 1)

static inline void html_put(struct html *h, const char *p, size_t n)
{
    struct buf *b = &h->out;
    if (n < b->room - b->n && n <= b->limit - b->n) { /* the hot case; room counts the NUL */
        memcpy(b->p + b->n, p, n);
        b->n += n;
        b->p[b->n] = '\0';
    } else {
        buf_put(b, p, n);
    }
}

#define html_text(h, x) _Generic((x), struct safe_html : html_text_safe, HTML_TYPES(html_text))((h), (x))
#define html_attribute(h, x) _Generic((x), HTML_TYPES(html_attribute))((h), (x))
#define html_url(h, x) _Generic((x), HTML_TEXTS(html_url))((h), (x))
#define html_url_base(h, x) _Generic((x), HTML_TEXTS(html_url_base))((h), (x))
#define html_url_part(h, x) _Generic((x), HTML_TYPES(html_url_part))((h), (x))

/* bool and char are left out on purpose: a page says yes and no in words, and a char may be a number or a letter. */
#define HTML_TEXTS(to) struct str : to##_str, const char * : to##_z, char * : to##_z
/* clang-format off */
#define HTML_TYPES(to) \
    HTML_TEXTS(to), \
    short: html_int, int: html_int, long: html_int, long long: html_int, \
    unsigned short: html_uint, unsigned: html_uint, unsigned long: html_uint, unsigned long long: html_uint
/* clang-format on */

void html_text_str(struct html *, struct str);
void html_attribute_str(struct html *, struct str);
void html_url_str(struct html *, struct str);
void html_url_base_str(struct html *, struct str);
void html_url_part_str(struct html *, struct str);
void html_int(struct html *, int64_t); /* digits and a sign mean the same in every position */
void html_uint(struct html *, uint64_t);

/* A printf text, escaped as a whole. */
void html_text_format(struct html *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_attribute_format(struct html *, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void html_text_safe(struct html *h, struct safe_html s)
{
    if (s.markup.n) html_put(h, s.markup.p, s.markup.n);
}
static inline void html_text_z(struct html *h, const char *z)
{
    html_text_str(h, str_of(z));
}
static inline void html_attribute_z(struct html *h, const char *z)
{
    html_attribute_str(h, str_of(z));
}
static inline void html_url_z(struct html *h, const char *z)
{
    html_url_str(h, str_of(z));
}
static inline void html_url_base_z(struct html *h, const char *z)
{
    html_url_base_str(h, str_of(z));
}
static inline void html_url_part_z(struct html *h, const char *z)
{
    html_url_part_str(h, str_of(z));
}

#endif
