/* plain.c — folded text, tables of words, results with their reasons. See plain.h. */
#include "exchange/plain.h"

#include <stdio.h>

#include "base/lang.h"
#include "base/utf8.h"

/* Marks without width that come along when a cell is copied from a page: joiners, direction marks, BOM. */
static bool invisible(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 || c == 0xFEFF || c == 0xFE0F;
}

static bool put(struct plain *t, const char *p, size_t n)
{
    if (n > PARSE_TEXT_MAX - t->n) return false;
    memcpy(t->p + t->n, p, n);
    t->n += n;
    return true;
}

bool plain_fold(struct plain *ret, struct str s)
{
    ret->n = 0;
    bool blank = false;
    while (s.n) {
        struct str before = s;
        uint32_t c = utf8_next(&s), folded = utf8_fold_char(c);
        if (invisible(c)) continue;
        if (folded == ' ') {
            blank = true;
            continue;
        }
        if (blank && ret->n && !put(ret, " ", 1)) return false;
        blank = false;
        char ascii = c == 0xFFFD ? '?' : (char)folded;
        bool one = c == 0xFFFD || folded < 0x80;
        if (!put(ret, one ? &ascii : before.p, one ? 1 : before.n - s.n)) return false;
    }
    ret->p[ret->n] = '\0';
    return true;
}

const struct word *word_take(struct str *s, const struct word *table, size_t n)
{
    const struct word *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        struct str w = str_of(table[i].text);
        if (w.n <= longest || !str_starts(*s, w)) continue;
        best = &table[i];
        longest = w.n;
    }
    *s = str_from(*s, longest);
    return best;
}

const struct word *word_find(struct str s, const struct word *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, table[i].text)) return &table[i];
    return NULL;
}

size_t digits_at(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_digit(s.p[n])) n++;
    return n;
}

/* Each with one %s: what was found. */
static const char *const texts[PARSE__MAX] = {
    [PARSE_SERIAL] = N_("“%s” is a bare spreadsheet serial and was read as a date"),
    [PARSE_SHORT_YEAR] = N_("“%s” has a year of two digits; 70 to 99 were read as 19.., 00 to 69 as 20.."),
    [PARSE_TIME_DROPPED] = N_("“%s”: the time of day was left out"),
    [PARSE_NO_TIME] = N_("“%s” gives no time of day; midnight was taken"),
    [PARSE_UNIT_DROPPED] = N_("“%s”: the unit behind the number was left out"),
    [PARSE_ROUNDED] = N_("“%s” has more decimals than can be kept and was rounded"),
    [PARSE_FIRST_OF_MANY] = N_("“%s” holds several numbers; the first was taken"),
    [PARSE_NO_AREA_CODE] = N_("“%s” is a telephone number without its area code"),
    [PARSE_NO_DATUM] = N_("“%s” does not say in which datum it was measured; WGS-84 was taken"),
    [PARSE_SWAPPED] = N_("“%s” was read as latitude first, longitude second"),
    [PARSE_NO_AMOUNT] = N_("“%s” is a unit without an amount"),
    [PARSE_NOT_DATE] = N_("“%s” is not a date that can be read; write it like 2018-01-05"),
    [PARSE_NOT_NUMBER] = N_("“%s” is not a number"),
    [PARSE_NOT_MONEY] = N_("“%s” is not an amount of money that can be read; write it like 1200.50"),
    [PARSE_NOT_YES_NO] = N_("“%s” is neither yes (是, √) nor no (否, ×)"),
    [PARSE_NOT_PHONE] = N_("“%s” is not a telephone number; write it like 13800000000 or 0730-8000000"),
    [PARSE_NOT_PLACE] = N_("“%s” is not a place; write it like 113.123,29.371 WGS-84 (longitude, latitude)"),
    [PARSE_NOT_REGION] = N_("“%s” is not a region code of 2, 4, 6, 9 or 12 digits"),
    [PARSE_TOO_LONG] = N_("“%s” is too long for this field"),
    [PARSE_CELL_ERROR] = N_("the cell holds the spreadsheet error %s"),
    [PARSE_WRONG_CELL] = N_("“%s” is another kind of value than this field takes"),
    [PARSE_AMBIGUOUS] = N_("“%s” can be two different days (which part is the month?); write it like 2018-01-05"),
    [PARSE_NO_SUCH_DAY] = N_("“%s” is a day that does not exist"),
    [PARSE_NO_SUCH_TIME] = N_("“%s” holds a time of day that does not exist"),
    [PARSE_NO_DAY] = N_("“%s” names no day, only a month or a year"),
    [PARSE_MONTH_AS_NUMBER] = N_("the number %s is no date; as a month, January (.1) and October (.10) would look the same"),
    [PARSE_FRACTION] = N_("“%s” is not a whole number"),
    [PARSE_TOO_FINE] = N_("“%s” has more decimals than this field keeps"),
    [PARSE_ABOUT] = N_("“%s” is not one exact number"),
    [PARSE_TOO_LARGE] = N_("“%s” is too large"),
    [PARSE_FOREIGN] = N_("“%s” is an amount in a foreign currency"),
    [PARSE_UNIT_MISSING] = N_("“%s” leaves its unit empty"),
    [PARSE_OUTSIDE] = N_("“%s” lies outside the range that coordinates of its datum can have"),
};

/* Enough of what was found to recognise it in a message. */
#define FOUND_MAX 60

/* The head of `found`, as text that can stand in a line: bytes that are no character become '?', line ends blanks. */
static void show(struct str found, char out[FOUND_MAX + 4])
{
    size_t n = 0;
    while (found.n) {
        struct str before = found;
        uint32_t c = utf8_next(&found);
        char one = c == 0xFFFD ? '?' : ' ';
        bool replace = c == 0xFFFD || c < ' ';
        size_t length = replace ? 1 : before.n - found.n;
        if (n + length > FOUND_MAX) {
            memcpy(out + n, "…", 4);
            return;
        }
        memcpy(out + n, replace ? &one : before.p, length);
        n += length;
    }
    out[n] = '\0';
}

struct parse_result parsed(enum parse_state state, enum parse_why why, struct str found)
{
    struct parse_result r = {.state = state, .why = why};
    char shown[FOUND_MAX + 4];
    show(found, shown);
    snprintf(r.reason, sizeof r.reason, _(texts[why]), shown);
    r.reason[utf8_cut(r.reason, strlen(r.reason))] = '\0';
    return r;
}

static const struct word blanks[] = {
    {"", 0, 0},   {"n/a", 0, 0}, {"#n/a", 0, 0}, {"na", 0, 0},     {"null", 0, 0}, {"nil", 0, 0},  {"()", 0, 0},   {"( )", 0, 0},
    {"[]", 0, 0}, {"-", 0, 0},   {"--", 0, 0},   {"---", 0, 0},    {"–", 0, 0},    {"—", 0, 0},    {"——", 0, 0},   {"/", 0, 0},
    {"//", 0, 0}, {"\\", 0, 0},  {"、", 0, 0},   {"无数据", 0, 0}, {"不详", 0, 0}, {"不明", 0, 0}, {"未知", 0, 0}, {"暂无", 0, 0},
};

static bool blank(const struct plain *t)
{
    return word_find(plain_view(t), blanks, COUNT(blanks)) != NULL;
}

bool parse_blank(struct str s)
{
    struct plain t;
    return plain_fold(&t, s) && blank(&t);
}

bool parse_begin(struct cell c, struct plain *ret, struct parse_result *early)
{
    *early = PARSED_UNKNOWN;
    if (c.kind == CELL_BLANK) return false;
    if (!plain_fold(ret, c.text))
        *early = parsed(PARSE_BAD, PARSE_TOO_LONG, c.text);
    else if (blank(ret))
        *early = PARSED_UNKNOWN;
    else if (c.kind == CELL_ERROR)
        *early = parsed(PARSE_BAD, PARSE_CELL_ERROR, c.text);
    else if (c.kind == CELL_LIST)
        *early = parsed(PARSE_BAD, PARSE_WRONG_CELL, c.text);
    else
        return true;
    return false;
}
