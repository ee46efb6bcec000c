/* date.c — days and instants. See date.h. */
#define _GNU_SOURCE
#include "base/date.h"

#include <stdatomic.h>
#include <time.h>

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool day_valid(struct civil c)
{
    return c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= month_days(c.year, c.month);
}

/* Both ways by counting from 1 March, so that the leap day is the last of its year; eras are 400 years. */
day_t day_of(struct civil c)
{
    int y = c.month <= 2 ? c.year - 1 : c.year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil day_civil(day_t d)
{
    int z = d + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    int month = m < 10 ? m + 3 : m - 9;
    return (struct civil){year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * m + 2) / 5 + 1};
}

int day_weekday(day_t d)
{
    int w = (d + 3) % 7; /* day 0 was a Thursday */
    return (w < 0 ? w + 7 : w) + 1;
}

/* `n` decimal digits at p; -1 when they are not. */
static int digits(const char *p, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') return -1;
        v = v * 10 + p[i] - '0';
    }
    return v;
}

bool day_parse(struct str s, day_t *ret)
{
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
    struct civil c = {digits(s.p, 4), digits(s.p + 5, 2), digits(s.p + 8, 2)};
    if (!day_valid(c)) return false;
    *ret = day_of(c);
    return true;
}

/* `n` digits of v; returns the place behind them. Lists write dates by the thousand, and printf is slow. */
static char *put_digits(char *p, unsigned v, int n)
{
    for (int i = n - 1; i >= 0; i--, v /= 10) p[i] = (char)('0' + v % 10);
    return p + n;
}

const char *day_text(day_t d, char out[DAY_TEXT])
{
    struct civil c = day_civil(d);
    char *p = put_digits(out, (unsigned)c.year, 4);
    *p++ = '-';
    p = put_digits(p, (unsigned)c.month, 2);
    *p++ = '-';
    *put_digits(p, (unsigned)c.day, 2) = '\0';
    return out;
}

day_t day_add_months(day_t d, int months)
{
    struct civil c = day_civil(d);
    int m = c.year * 12 + c.month - 1 + months;
    c.year = m / 12;
    c.month = m % 12 + 1;
    int last = month_days(c.year, c.month);
    if (c.day > last) c.day = last;
    return day_of(c);
}

day_t instant_day(instant_t t)
{
    instant_t local = t + BEIJING;
    return (day_t)((local >= 0 ? local : local - (INSTANT_DAY - 1)) / INSTANT_DAY);
}

instant_t day_start(day_t d)
{
    return (instant_t)d * INSTANT_DAY - BEIJING;
}

instant_t day_end(day_t d)
{
    return day_start(d + 1) - INSTANT_SECOND;
}

const char *instant_text(instant_t t, char out[INSTANT_TEXT])
{
    day_t d = instant_day(t);
    instant_t rest = t - day_start(d);
    unsigned s = (unsigned)(rest / INSTANT_SECOND), us = (unsigned)(rest % INSTANT_SECOND);
    day_text(d, out);
    char *p = out + DAY_TEXT - 1;
    *p++ = 'T';
    p = put_digits(p, s / 3600 % 24, 2);
    *p++ = ':';
    p = put_digits(p, s / 60 % 60, 2);
    *p++ = ':';
    p = put_digits(p, s % 60, 2);
    if (us) *p++ = '.', p = put_digits(p, us, 6);
    memcpy(p, "+08:00", 7);
    return out;
}

/* ".25" → microseconds; moves *s behind it. False when a point is not followed by digits. */
static bool fraction(struct str *s, int64_t *ret)
{
    *ret = 0;
    if (!s->n || s->p[0] != '.') return true;
    size_t i = 1;
    int64_t unit = INSTANT_SECOND;
    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
        unit /= 10;
        *ret += (s->p[i] - '0') * unit;
    }
    *s = str_from(*s, i);
    return i > 1;
}

/* "", "Z" or "+08:00" → offset; must be the whole rest. */
static bool zone(struct str s, instant_t *ret)
{
    if (s.n == 0 || (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z'))) {
        *ret = s.n ? 0 : BEIJING;
        return true;
    }
    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':') return false;
    int h = digits(s.p + 1, 2), m = digits(s.p + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return false;
    *ret = (h * 60 + m) * 60 * INSTANT_SECOND * (s.p[0] == '-' ? -1 : 1);
    return true;
}

bool instant_parse(struct str s, instant_t *ret)
{
    day_t d;
    if (!day_parse(str_head(s, 10), &d)) return false;
    s = str_from(s, 10);
    if (s.n == 0) {
        *ret = day_start(d);
        return true;
    }
    if (s.n < 6 || (s.p[0] != 'T' && s.p[0] != 't' && s.p[0] != ' ') || s.p[3] != ':') return false;
    int h = digits(s.p + 1, 2), m = digits(s.p + 4, 2), sec = 0;
    s = str_from(s, 6);
    int64_t us = 0;
    if (s.n >= 3 && s.p[0] == ':') {
        sec = digits(s.p + 1, 2);
        s = str_from(s, 3);
        if (!fraction(&s, &us)) return false;
    }
    instant_t offset;
    if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59 || !zone(s, &offset)) return false;
    *ret = (instant_t)d * INSTANT_DAY + ((h * 60 + m) * 60 + sec) * INSTANT_SECOND + us - offset;
    return true;
}

static _Atomic instant_t simulated;

void clock_set(instant_t t)
{
    atomic_store(&simulated, t);
}

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return ts.tv_sec * INSTANT_SECOND + ts.tv_nsec / 1000;
}

instant_t clock_now(void)
{
    instant_t t = atomic_load(&simulated);
    return t ? t : clock_machine();
}

instant_t clock_machine(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
