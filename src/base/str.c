/* str.c — text as pointer and length. See str.h. */
#define _GNU_SOURCE
#include "base/str.h"

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
    if (needle.n == 0) return 0;
    if (s.n < needle.n) return -1;
    const char *hit = memmem(s.p, s.n, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

/* Length of the blank that `s` starts (or, with `end`, ends) with; 0 when it is none. */
static size_t blank_at(struct str s, bool end)
{
    static const struct str blanks[] = {
        {" ", 1}, {"\t", 1}, {"\n", 1}, {"\r", 1}, {"\v", 1}, {"\f", 1}, {"\xC2\xA0", 2}, {"\xE3\x80\x80", 3}, {"\xEF\xBB\xBF", 3},
    };
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (end ? str_ends(s, blanks[i]) : str_starts(s, blanks[i])) return blanks[i].n;
    return 0;
}

struct str str_trim(struct str s)
{
    for (size_t n; s.n && (n = blank_at(s, false));) s = str_from(s, n);
    for (size_t n; s.n && (n = blank_at(s, true));) s.n -= n;
    return s;
}

struct str str_split(struct str *rest, char sep)
{
    struct str all = *rest;
    const char *hit = all.n ? memchr(all.p, sep, all.n) : NULL;
    if (!hit) {
        *rest = STR_NONE;
        return all;
    }
    size_t n = (size_t)(hit - all.p);
    *rest = str_from(all, n + 1);
    return str_head(all, n);
}

bool str_int(struct str s, int64_t *ret)
{
    size_t i = 0;
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) i = 1;
    if (i == s.n) return false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        int digit = s.p[i] - '0';
        /* Counted downwards, because the smallest number has no positive twin. */
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_sub_overflow(v, (int64_t)digit, &v)) return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, v, &v)) return false;
    *ret = v;
    return true;
}
