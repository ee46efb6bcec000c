/* number.c — numbers as text, and the serial days of spreadsheets. See reader.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "exchange/reader.h"

#define SERIAL_EPOCH (-25569) /* 1899-12-30 as day_t */
#define SERIAL_END 2958466    /* the day after 9999-12-31 */

/* Digits d[0..n) with the point behind digit `point` (may be negative or > n), written without exponent. */
static void lay_out(char *out, const char *d, int n, int point)
{
    if (point <= 0) {
        *out++ = '0';
        *out++ = '.';
        for (; point < 0; point++) *out++ = '0';
        point = -1; /* it is written */
    }
    for (int i = 0; i < n || i < point; i++) {
        if (i == point) *out++ = '.';
        *out++ = i < n ? d[i] : '0';
    }
    *out = '\0';
}

const char *number_text(double v, char out[NUMBER_TEXT])
{
    char e[NUMBER_TEXT], digits[24] = "0";
    snprintf(e, sizeof e, "%.14e", v);
    const char *mark = strchr(e, 'e');
    int64_t exponent = 0;
    int n = 0;
    if (!mark || !str_int(str_of(mark + 1), &exponent) || exponent < -10 ||
        exponent > 20) { /* as a code of 18 digits stays digits, but 1e300 does not grow */
        snprintf(out, NUMBER_TEXT, "%.15g", v);
        return out;
    }
    for (const char *p = e; p < mark; p++)
        if (*p >= '0' && *p <= '9') digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0') n--;
    bool zero = digits[0] == '0', negative = e[0] == '-' && !zero;
    if (negative) out[0] = '-';
    lay_out(out + negative, digits, n, zero ? 1 : (int)exponent + 1);
    return out;
}

bool number_parse(struct str s, double *ret)
{
    char z[64];
    if (s.n == 0 || s.n >= sizeof z) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!s.p[i] || !strchr("0123456789+-.eE", s.p[i])) return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    char *end;
    double v = strtod(z, &end);
    if (*end || !isfinite(v)) return false;
    *ret = v;
    return true;
}

bool serial_text(double serial, char out[NUMBER_TEXT])
{
    if (!(serial >= 0 && serial < SERIAL_END)) return false;
    int64_t seconds = llround(serial * 86400);
    if (seconds >= SERIAL_END * INT64_C(86400)) return false;
    int64_t day = seconds / 86400, rest = seconds % 86400;
    size_t n = 0;
    if (day > 0) {
        day_text((day_t)(SERIAL_EPOCH + day), out);
        n = DAY_TEXT - 1;
        if (rest == 0) return true;
        out[n++] = ' ';
    }
    snprintf(out + n, NUMBER_TEXT - n, "%02d:%02d:%02d", (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    return true;
}

static bool clock_parse(struct str s, double *ret)
{
    int part[3];
    for (int i = 0; i < 3; i++) {
        struct str two = str_head(str_from(s, (size_t)i * 3), 2);
        if (two.n != 2 || two.p[0] < '0' || two.p[0] > '9' || two.p[1] < '0' || two.p[1] > '9') return false;
        part[i] = (two.p[0] - '0') * 10 + two.p[1] - '0';
    }
    if (s.p[2] != ':' || s.p[5] != ':' || part[0] > 23 || part[1] > 59 || part[2] > 59) return false;
    *ret = (part[0] * 3600 + part[1] * 60 + part[2]) / 86400.0;
    return true;
}

bool serial_parse(struct str s, double *ret)
{
    if (s.n == 8) return clock_parse(s, ret);
    day_t day;
    double time = 0;
    if (!day_parse(str_head(s, DAY_TEXT - 1), &day) || day < SERIAL_EPOCH) return false;
    if (s.n > DAY_TEXT - 1) {
        if (s.n != DAY_TEXT + 8 || (s.p[10] != 'T' && s.p[10] != ' ') || !clock_parse(str_from(s, DAY_TEXT), &time)) return false;
    }
    *ret = day - SERIAL_EPOCH + time;
    return true;
}

double serial_of_stored(double stored, bool from_1904)
{
    if (from_1904) return stored < 1 ? stored : stored + 1462;
    return stored >= 1 && stored < 60 ? stored + 1 : stored; /* the 29 February 1900 of Lotus 1-2-3, which never was */
}

bool format_is_date(struct str format)
{
    for (size_t i = 0; i < format.n; i++) {
        char c = format.p[i], end = c == '"' ? '"' : c == '[' ? ']' : '\0';
        if (end) {
            do i++;
            while (i < format.n && format.p[i] != end);
        } else if (c == '\\' || c == '_' || c == '*') {
            i++; /* the next character is itself, a width or a filler */
        } else if (strchr("ymdhYMDH", c) && c) {
            return true;
        }
    }
    return false;
}

bool format_id_is_date(int64_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}
