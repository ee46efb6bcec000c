/* str.h — text as pointer and length, UTF-8 unless said otherwise.
 *
 * A `struct str` never owns its bytes and need not end in NUL. `p == NULL` means "no text" (unknown), which is not
 * the same as the empty text.
 */
#ifndef ANJIAN_STR_H
#define ANJIAN_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf: printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *z) /* z may be NULL */
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static inline bool str_starts(struct str a, struct str head)
{
    return a.n >= head.n && (head.n == 0 || memcmp(a.p, head.p, head.n) == 0);
}

static inline bool str_ends(struct str a, struct str tail)
{
    return a.n >= tail.n && (tail.n == 0 || memcmp(a.p + a.n - tail.n, tail.p, tail.n) == 0);
}

static inline struct str str_from(struct str a, size_t i) /* from byte i on; i is capped */
{
    if (i > a.n) i = a.n;
    return (struct str){a.p ? a.p + i : NULL, a.n - i};
}

static inline struct str str_head(struct str a, size_t n) /* the first n bytes; n is capped */
{
    return (struct str){a.p, n < a.n ? n : a.n};
}

/* Order by bytes. */
int str_cmp(struct str a, struct str b);
/* Offset of `needle` in `s`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle);
/* Without leading and trailing blanks: ASCII blanks, line ends, no-break and ideographic space, BOM. */
struct str str_trim(struct str s);
/* Cut off and return what stands before the first `sep` in *rest; *rest keeps what stands behind it, or
 * STR_NONE when there was no `sep`. While rest->p is set there is another piece. */
struct str str_split(struct str *rest, char sep);
/* Whole text as decimal integer with optional sign; false when it is not one or does not fit. */
bool str_int(struct str s, int64_t *ret);

#endif
