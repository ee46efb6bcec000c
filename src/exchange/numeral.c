/* numeral.c — numbers in Arabic and Chinese numerals. See numeral.h. */
#include "exchange/numeral.h"

#include "exchange/plain.h"

enum { DIGIT, SMALL, BIG, NO_NUMERAL };

/* value: of the digit, or the power of ten */
static const struct word signs[] = {
    {"零", DIGIT, 0},
    {"〇", DIGIT, 0},
    {"○", DIGIT, 0},
    {"一", DIGIT, 1},
    {"壹", DIGIT, 1},
    {"二", DIGIT, 2},
    {"贰", DIGIT, 2},
    {"两", DIGIT, 2},
    {"三", DIGIT, 3},
    {"叁", DIGIT, 3},
    {"四", DIGIT, 4},
    {"肆", DIGIT, 4},
    {"五", DIGIT, 5},
    {"伍", DIGIT, 5},
    {"六", DIGIT, 6},
    {"陆", DIGIT, 6},
    {"七", DIGIT, 7},
    {"柒", DIGIT, 7},
    {"八", DIGIT, 8},
    {"捌", DIGIT, 8},
    {"九", DIGIT, 9},
    {"玖", DIGIT, 9},
    {"十", SMALL, 1},
    {"拾", SMALL, 1},
    {"百", SMALL, 2},
    {"佰", SMALL, 2},
    {"千", SMALL, 3},
    {"仟", SMALL, 3},
    {"万", BIG, 4},
    {"萬", BIG, 4},
    {"亿", BIG, 8},
    {"億", BIG, 8},
    /* units that begin with a power of ten */
    {"千克", NO_NUMERAL, 0},
    {"千米", NO_NUMERAL, 0},
    {"千瓦", NO_NUMERAL, 0},
    {"百分", NO_NUMERAL, 0},
};

bool exact_scale(exact_t *v, int power, bool *inexact)
{
    for (; power > 0; power--) {
        *v *= 10;
        if (*v > EXACT_MAX || *v < -EXACT_MAX) return false;
    }
    for (; power < 0 && *v; power++) {
        if (*v % 10) *inexact = true;
        *v /= 10;
    }
    return true;
}

bool exact_int(exact_t v, int scale, int64_t *ret, bool *inexact)
{
    exact_t unit = 1;
    for (int i = scale; i < EXACT_DECIMALS; i++) unit *= 10;
    exact_t whole = v / unit, rest = v % unit;
    if (rest) *inexact = true;
    if (rest * 2 >= unit) whole++;
    if (-rest * 2 >= unit) whole--;
    if (whole > INT64_MAX || whole < INT64_MIN) return false;
    *ret = (int64_t)whole;
    return true;
}

/* Digits in front of the point, with or without commas between thousands. False when there are too many. */
static bool integer_part(struct str *s, exact_t *ret, int *digits)
{
    *ret = 0;
    *digits = 0;
    for (size_t n = digits_at(*s), first = n; n;) {
        for (size_t i = 0; i < n; i++) {
            *ret = *ret * 10 + (s->p[i] - '0');
            if (*ret > EXACT_MAX / EXACT_ONE) return false;
        }
        *digits += (int)n;
        *s = str_from(*s, n);
        bool comma = s->n && s->p[0] == ',' && first <= 3 && digits_at(str_from(*s, 1)) == 3;
        n = comma ? 3 : 0;
        *s = str_from(*s, comma);
    }
    *ret *= EXACT_ONE;
    return true;
}

static void decimals(struct str *s, struct numeral *to)
{
    if (s->n < 2 || s->p[0] != '.' || !is_digit(s->p[1])) return;
    *s = str_from(*s, 1);
    exact_t unit = EXACT_ONE;
    size_t n = digits_at(*s);
    for (size_t i = 0; i < n; i++) {
        unit /= 10;
        to->value += (s->p[i] - '0') * unit;
        if (unit == 0 && s->p[i] != '0') to->inexact = true;
    }
    *s = str_from(*s, n);
}

/* "e-07", which shortest forms of very large and small numbers have. */
static bool exponent(struct str *s, struct numeral *to)
{
    if (s->n < 2 || s->p[0] != 'e') return true;
    bool sign = s->p[1] == '+' || s->p[1] == '-', minus = s->p[1] == '-';
    struct str rest = str_from(*s, sign ? 2 : 1);
    size_t n = digits_at(rest);
    if (n == 0 || n > 3) return n == 0;
    int power = 0;
    for (size_t i = 0; i < n; i++) power = power * 10 + (rest.p[i] - '0');
    *s = str_from(rest, n);
    return exact_scale(&to->value, minus ? -power : power, &to->inexact);
}

/* What has been read so far: total × big powers + section × small powers + one number that waits for its power. */
struct sum {
    exact_t total, section, number;
    int digits;     /* of the waiting number: 0 a Chinese digit, else so many Arabic ones */
    int small, big; /* last power within the section, last big power; 0 none */
    bool waiting;   /* a number waits */
    bool zero;      /* 零 stood since the last power */
    bool after_big; /* nothing stood since a big power */
    bool any;
};

/* Add the waiting number to the section, at the end (power 99) or before a big power. "1万5" and "一百五" could mean 15000
 * and 150 as well: after a power, a bare rest must have 零 before it or all its digits. */
static bool close_section(struct sum *m, int power)
{
    if (!m->waiting) return true;
    int lead = m->small ? m->small : power > m->big ? m->big : 0;
    if (lead > 1 && !(m->digits ? m->digits == lead : m->zero)) return false;
    m->section += m->number;
    m->waiting = false;
    return true;
}

static bool add_number(struct sum *m, exact_t value, int digits)
{
    if (m->waiting) return false;
    m->any = true;
    m->after_big = false;
    if (value == 0 && digits == 0) {
        m->zero = true;
        return true;
    }
    m->number = value;
    m->digits = digits;
    m->waiting = true;
    return true;
}

static bool add_small(struct sum *m, int power)
{
    if (!m->waiting) {
        if (power != 1 || m->small) return false; /* 十五 is 15, but there is no bare 百 */
        m->number = EXACT_ONE;
    }
    if (m->small && power >= m->small) return false;
    bool cut = false;
    if (!exact_scale(&m->number, power, &cut)) return false;
    m->section += m->number;
    m->small = power;
    m->waiting = m->zero = m->after_big = false;
    m->any = true;
    return true;
}

static enum numeral_found add_big(struct sum *m, int power)
{
    if (!close_section(m, power) || power == m->big) return NUMERAL_BAD;
    bool bigger = power > m->big && m->big; /* 一万二千亿: the second power lifts the first */
    if (m->after_big && !bigger) return NUMERAL_BAD;
    exact_t lifted = m->section + (bigger ? m->total : 0);
    bool cut = false;
    if (!exact_scale(&lifted, power, &cut)) return NUMERAL_TOO_LARGE;
    m->total = lifted + (bigger ? 0 : m->total);
    m->section = 0;
    m->small = 0;
    m->big = power;
    m->zero = false;
    m->after_big = true;
    return m->total > EXACT_MAX ? NUMERAL_TOO_LARGE : NUMERAL_OK;
}

/* One sign off *s. NUMERAL_NONE: there is none, the number ends here. */
static enum numeral_found take_sign(struct str *s, struct sum *m)
{
    struct str rest = *s;
    const struct word *w = word_take(&rest, signs, COUNT(signs));
    if (!w || w->kind == NO_NUMERAL) return NUMERAL_NONE;
    if (!m->any && w->kind != DIGIT && w->value != 1) return NUMERAL_NONE; /* "万元" is a unit */
    *s = rest;
    if (w->kind == BIG) return add_big(m, w->value);
    return (w->kind == SMALL ? add_small(m, w->value) : add_number(m, w->value * EXACT_ONE, 0)) ? NUMERAL_OK : NUMERAL_BAD;
}

static enum numeral_found take_arabic(struct str *s, struct sum *m, struct numeral *ret)
{
    struct numeral one = {0};
    int digits;
    if (!integer_part(s, &one.value, &digits)) return NUMERAL_TOO_LARGE;
    decimals(s, &one);
    if (!exponent(s, &one)) return NUMERAL_TOO_LARGE;
    ret->inexact |= one.inexact;
    return add_number(m, one.value, digits ? digits : 1) ? NUMERAL_OK : NUMERAL_BAD;
}

enum numeral_found numeral_take(struct str *s, struct numeral *ret)
{
    struct str rest = *s;
    struct sum m = {0};
    struct numeral n = {0};
    while (rest.n) {
        bool arabic = is_digit(rest.p[0]) || (rest.n > 1 && rest.p[0] == '.' && is_digit(rest.p[1]));
        enum numeral_found found = arabic ? take_arabic(&rest, &m, &n) : take_sign(&rest, &m);
        if (found == NUMERAL_NONE) break;
        if (found != NUMERAL_OK) return found;
        n.scaled |= !arabic && (m.small || m.big);
    }
    if (!m.any) return NUMERAL_NONE;
    if (!close_section(&m, 99)) return NUMERAL_BAD;
    n.value = m.total + m.section;
    if (n.value > EXACT_MAX) return NUMERAL_TOO_LARGE;
    *s = rest;
    *ret = n;
    return NUMERAL_OK;
}
