/* format.c — typed values back to text. See parse.h. */
#include <stdio.h>

#include "exchange/parse.h"

const char *decimal_text(int64_t v, int scale, char out[PARSE_NUMBER_TEXT])
{
    char digits[PARSE_NUMBER_TEXT];
    char *end = digits + sizeof digits - 1, *p = end;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    *end = '\0';
    for (int i = 0; i <= scale || u; i++) {
        if (i == scale && scale) *--p = '.';
        *--p = (char)('0' + u % 10);
        u /= 10;
    }
    if (v < 0) *--p = '-';
    memcpy(out, p, (size_t)(end - p) + 1);
    return out;
}

/* Take off the zeros behind the point, and the point when it is last. */
static void trim_zeros(char *s)
{
    if (!strchr(s, '.')) return;
    char *end = s + strlen(s);
    while (end[-1] == '0') *--end = '\0';
    if (end[-1] == '.') *--end = '\0';
}

const char *decimal_text_trimmed(int64_t v, int scale, char out[PARSE_NUMBER_TEXT])
{
    decimal_text(v, scale, out);
    trim_zeros(out);
    return out;
}

const char *money_text(int64_t fen, char out[PARSE_NUMBER_TEXT])
{
    return decimal_text(fen, 2, out);
}

const char *points_text(int64_t hundredths, char out[PARSE_NUMBER_TEXT])
{
    return decimal_text_trimmed(hundredths, 2, out);
}

const char *place_text(struct place p, char out[PLACE_TEXT])
{
    static const char *const datums[DATUM__MAX] = {"WGS-84", "GCJ-02", "BD-09", "CGCS2000"};
    char lng[PARSE_NUMBER_TEXT], lat[PARSE_NUMBER_TEXT];
    snprintf(out, PLACE_TEXT, "%s,%s %s", decimal_text_trimmed(p.lng, 7, lng), decimal_text_trimmed(p.lat, 7, lat), datums[p.datum]);
    return out;
}
