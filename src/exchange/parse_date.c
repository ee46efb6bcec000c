/* parse_date.c — days and instants. See parse.h.
 *
 * A text is first turned into a shape: each run of digits becomes the number of its digits, each word (年, 下午, "-") one
 * character. "2018年1月5日 9:05" has the shape "4y1m1d1:2" and the numbers 2018 1 5 9 5. Tables say which shapes are dates
 * and times of day.
 */
#include <math.h>

#include "exchange/numeral.h"
#include "exchange/plain.h"

#define SHAPE_MAX 40
#define NUMBERS_MAX 8

struct shape {
    char text[SHAPE_MAX + 1];
    int n;
    int number[NUMBERS_MAX];
    int count;
};

enum { SIGN, HAN_DIGIT, HAN_TEN };

/* value of a SIGN: its character in the shape, 0 for none; capital letters are parts of the day (see halves) */
static const struct word words[] = {
    {"-", SIGN, '-'},     {"–", SIGN, '-'},     {"—", SIGN, '-'},     {"/", SIGN, '/'},     {".", SIGN, '.'},     {":", SIGN, ':'},
    {" ", SIGN, ' '},     {"t", SIGN, 't'},     {"年", SIGN, 'y'},    {"月", SIGN, 'm'},    {"月份", SIGN, 'm'},  {"日", SIGN, 'd'},
    {"号", SIGN, 'd'},    {"时", SIGN, 'h'},    {"点", SIGN, 'h'},    {"点钟", SIGN, 'h'},  {"分", SIGN, 'i'},    {"秒", SIGN, 's'},
    {"整", SIGN, 0},      {"凌晨", SIGN, 'E'},  {"上午", SIGN, 'A'},  {"早上", SIGN, 'A'},  {"早晨", SIGN, 'A'},  {"am", SIGN, 'A'},
    {"中午", SIGN, 'C'},  {"下午", SIGN, 'P'},  {"pm", SIGN, 'P'},    {"傍晚", SIGN, 'P'},  {"晚上", SIGN, 'N'},  {"晚", SIGN, 'N'},
    {"星期一", SIGN, 0},  {"星期二", SIGN, 0},  {"星期三", SIGN, 0},  {"星期四", SIGN, 0},  {"星期五", SIGN, 0},  {"星期六", SIGN, 0},
    {"星期日", SIGN, 0},  {"星期天", SIGN, 0},  {"周一", SIGN, 0},    {"周二", SIGN, 0},    {"周三", SIGN, 0},    {"周四", SIGN, 0},
    {"周五", SIGN, 0},    {"周六", SIGN, 0},    {"周日", SIGN, 0},    {"〇", HAN_DIGIT, 0}, {"零", HAN_DIGIT, 0}, {"○", HAN_DIGIT, 0},
    {"一", HAN_DIGIT, 1}, {"二", HAN_DIGIT, 2}, {"三", HAN_DIGIT, 3}, {"四", HAN_DIGIT, 4}, {"五", HAN_DIGIT, 5}, {"六", HAN_DIGIT, 6},
    {"七", HAN_DIGIT, 7}, {"八", HAN_DIGIT, 8}, {"九", HAN_DIGIT, 9}, {"十", HAN_TEN, 0},
};

/* Which hours a part of the day can have, and what makes them hours of 24. */
static const struct {
    char half;
    int from, to, add;
} halves[] = {
    {'E', 0, 5, 0},  {'E', 12, 12, -12}, {'A', 0, 11, 0},  {'A', 12, 12, -12}, {'C', 11, 12, 0},
    {'C', 1, 2, 12}, {'P', 1, 11, 12},   {'P', 12, 23, 0}, {'N', 6, 11, 12},   {'N', 18, 23, 0},
};

enum order { YMD, COMPACT, SHORT_YMD, DAY_OR_MONTH, UNCLEAR, NO_DAY, MONTH_COMPACT };

/* In a shape "n" stands for a run of one or two digits, any other digit for a run of exactly so many. */
static const struct {
    const char *shape;
    enum order order;
} dates[] = {
    {"4-n-n", YMD},          {"4/n/n", YMD},          {"4.n.n", YMD},          {"4 n n", YMD},       {"4ynmnd", YMD},
    {"4ynmn", YMD},          {"8", COMPACT},          {"2-n-n", SHORT_YMD},    {"2.n.n", SHORT_YMD}, {"2ynmnd", SHORT_YMD},
    {"n/n/4", DAY_OR_MONTH}, {"n-n-4", DAY_OR_MONTH}, {"n.n.4", DAY_OR_MONTH}, {"n/n/n", UNCLEAR},   {"1-n-n", UNCLEAR},
    {"1.n.n", UNCLEAR},      {"4-n", NO_DAY},         {"4/n", NO_DAY},         {"4.n", NO_DAY},      {"4ynm", NO_DAY},
    {"2ynm", NO_DAY},        {"4yn", NO_DAY},         {"4y", NO_DAY},          {"4", NO_DAY},        {"nmnd", NO_DAY},
    {"6", MONTH_COMPACT},
};

static const char *const times[] = {"n:2", "n:2:2", "nh", "nhn", "nhni", "nhnins"};

/* A moment as it was written. */
struct moment {
    instant_t at;
    bool has_time;
    enum parse_why warn;
};

static bool shape_add(struct shape *s, char c)
{
    if (s->n == SHAPE_MAX) return false;
    s->text[s->n++] = c;
    return true;
}

static bool shape_number(struct shape *s, int value, size_t digits)
{
    if (s->count == NUMBERS_MAX || digits > 8) return false;
    s->number[s->count++] = value;
    return shape_add(s, (char)('0' + digits));
}

/* A run of Chinese digits: "二〇一八" by its places, "十五", "二十五" by tens. */
static bool shape_han(struct shape *s, struct str *text)
{
    int value = 0, digits = 0, tens = -1;
    struct str rest = *text;
    for (const struct word *w; (w = word_take(&rest, words, COUNT(words))) && w->kind != SIGN; *text = rest) {
        if (w->kind == HAN_DIGIT) {
            value = value * 10 + w->value;
            digits++;
        } else if (tens >= 0 || digits > 1) {
            return false;
        } else {
            tens = digits ? value : 1;
            value = digits = 0;
        }
        if (digits > 8) return false;
    }
    if (tens >= 0 && digits > 1) return false;
    return shape_number(s, tens >= 0 ? tens * 10 + value : value, tens >= 0 ? 2 : (size_t)digits);
}

/* A blank counts only between two numbers: "2018 年 1 月" is "2018年1月". */
static void drop_blanks(struct shape *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        bool between = n > 0 && i + 1 < s->n && is_digit(s->text[n - 1]) && is_digit(s->text[i + 1]);
        if (s->text[i] != ' ' || between) s->text[n++] = s->text[i];
    }
    s->text[n] = '\0';
    s->n = n;
}

static bool shape_of(struct str text, struct shape *ret)
{
    struct shape s = {0};
    while (text.n) {
        size_t digits = digits_at(text);
        if (digits) {
            int64_t v;
            if (digits > 8 || !str_int(str_head(text, digits), &v) || !shape_number(&s, (int)v, digits)) return false;
            text = str_from(text, digits);
            continue;
        }
        struct str rest = text;
        const struct word *w = word_take(&rest, words, COUNT(words));
        if (!w) return false;
        if (w->kind != SIGN) {
            if (!shape_han(&s, &text)) return false;
            continue;
        }
        text = rest;
        if (w->value && !shape_add(&s, (char)w->value)) return false;
    }
    drop_blanks(&s);
    *ret = s;
    return true;
}

/* How many characters of the shape `pattern` covers, or -1. */
static int covers(const char *pattern, const char *shape)
{
    int i = 0;
    for (; pattern[i]; i++) {
        bool fits = pattern[i] == 'n' ? shape[i] == '1' || shape[i] == '2' : shape[i] == pattern[i];
        if (!fits) return -1;
    }
    return i;
}

static bool to_24_hours(char half, int *hour)
{
    if (!half) return true;
    for (size_t i = 0; i < COUNT(halves); i++) {
        if (halves[i].half != half || *hour < halves[i].from || *hour > halves[i].to) continue;
        *hour += halves[i].add;
        return true;
    }
    return false;
}

/* The time of day that the shape from `text` and its numbers say, in seconds. PARSE_NOT_DATE, PARSE_NO_SUCH_TIME. */
static enum parse_why time_of_day(const char *text, const int *number, int *ret_seconds)
{
    char shape[SHAPE_MAX + 1], half = 0;
    size_t n = strlen(text);
    memcpy(shape, text, n + 1);
    if (n && strchr("EACPN", shape[n - 1])) { /* "9:05 pm" */
        half = shape[n - 1];
        shape[--n] = '\0';
    }
    const char *rest = shape;
    if (n && strchr("EACPN", *rest)) {
        if (half) return PARSE_NOT_DATE;
        half = *rest++;
    }
    for (size_t i = 0; i < COUNT(times); i++) {
        int length = covers(times[i], rest);
        if (length < 0 || rest[length]) continue;
        int part[3] = {0}, parts = 0;
        for (const char *p = rest; *p; p++)
            if (is_digit(*p)) part[parts++] = *number++;
        bool midnight = part[0] == 24 && part[1] == 0 && part[2] == 0 && !half;
        if ((part[0] > 23 && !midnight) || part[1] > 59 || part[2] > 59 || !to_24_hours(half, &part[0])) return PARSE_NO_SUCH_TIME;
        *ret_seconds = (part[0] * 60 + part[1]) * 60 + part[2];
        return PARSE_FINE;
    }
    return PARSE_NOT_DATE;
}

/* The civil date of `n` numbers in this order; PARSE_FINE, a warning, or why not. */
static enum parse_why civil_of(enum order order, const int *n, struct civil *ret)
{
    switch (order) {
    case YMD: *ret = (struct civil){n[0], n[1], n[2]}; break;
    case COMPACT: *ret = (struct civil){n[0] / 10000, n[0] / 100 % 100, n[0] % 100}; break;
    case SHORT_YMD: *ret = (struct civil){n[0] + (n[0] < 70 ? 2000 : 1900), n[1], n[2]}; break;
    case DAY_OR_MONTH:
        if (n[0] <= 12 && n[1] <= 12 && n[0] != n[1]) return PARSE_AMBIGUOUS;
        *ret = n[0] > 12 ? (struct civil){n[2], n[1], n[0]} : (struct civil){n[2], n[0], n[1]};
        break;
    case UNCLEAR: return PARSE_AMBIGUOUS;
    case NO_DAY: return PARSE_NO_DAY;
    case MONTH_COMPACT: return n[0] % 100 >= 1 && n[0] % 100 <= 12 && n[0] >= 190000 ? PARSE_NO_DAY : PARSE_NOT_DATE;
    }
    if (!day_valid(*ret)) return PARSE_NO_SUCH_DAY;
    return order == SHORT_YMD ? PARSE_SHORT_YEAR : PARSE_FINE;
}

static int numbers_in(const char *shape, int length)
{
    int n = 0;
    for (int i = 0; i < length; i++) n += is_digit(shape[i]);
    return n;
}

/* Try the date shapes; what stands behind one must be a time of day. */
static enum parse_why moment_of_shape(const struct shape *s, struct moment *ret)
{
    enum parse_why why = PARSE_NOT_DATE;
    for (size_t i = 0; i < COUNT(dates); i++) {
        int length = covers(dates[i].shape, s->text), seconds = 0;
        if (length < 0) continue;
        const char *rest = s->text + length;
        bool has_time = *rest != '\0';
        rest += *rest == ' ' || *rest == 't';
        if (has_time) {
            enum parse_why wrong = time_of_day(rest, s->number + numbers_in(s->text, length), &seconds);
            if (wrong == PARSE_NO_SUCH_TIME) why = wrong;
            if (wrong) continue;
        }
        struct civil c;
        enum parse_why date = civil_of(dates[i].order, s->number, &c);
        if (date && date != PARSE_SHORT_YEAR) return date;
        *ret = (struct moment){day_start(day_of(c)) + seconds * INSTANT_SECOND, has_time, date};
        return instant_day(ret->at) > DAY_MAX ? PARSE_NO_SUCH_DAY : PARSE_FINE;
    }
    return why;
}

#define SERIAL_EPOCH 25569 /* serial of 1970-01-01 */
#define SERIAL_FIRST 20000 /* 1954-10-03: smaller bare numbers are taken for something else */
#define SERIAL_LAST 80000  /* 2119-01-11 */

static instant_t instant_of_serial(int64_t seconds)
{
    return (seconds - (int64_t)SERIAL_EPOCH * 86400) * INSTANT_SECOND - BEIJING;
}

/* A bare serial in text or a number cell, perhaps with a time of day behind the point. */
static bool moment_of_serial(struct str s, struct moment *ret)
{
    struct numeral n;
    int64_t seconds;
    if (digits_at(s) != 5 || numeral_take(&s, &n) != NUMERAL_OK || s.n) return false;
    if (n.scaled || n.value < SERIAL_FIRST * EXACT_ONE || n.value > SERIAL_LAST * EXACT_ONE) return false;
    exact_int(n.value * 86400, 0, &seconds, &n.inexact);
    *ret = (struct moment){instant_of_serial(seconds), seconds % 86400 != 0, PARSE_SERIAL};
    return true;
}

/* A date cell: the serial is its value, whatever its text shows. Below 1 it is a time of day without a date. */
static bool moment_of_cell(double serial, struct moment *ret)
{
    if (!(serial >= 1 && serial < DAY_MAX + SERIAL_EPOCH + 1)) return false;
    int64_t seconds = llround(serial * 86400);
    *ret = (struct moment){instant_of_serial(seconds), seconds % 86400 != 0, PARSE_FINE};
    return instant_day(ret->at) <= DAY_MAX;
}

static enum parse_why read_moment(struct cell c, struct str text, struct moment *ret)
{
    struct shape s;
    if (c.kind == CELL_DATE) return moment_of_cell(c.number, ret) ? PARSE_FINE : PARSE_NO_SUCH_DAY;
    if (c.kind == CELL_BOOL) return PARSE_WRONG_CELL;
    if (moment_of_serial(text, ret)) return PARSE_FINE;
    if (text.n > 10 && instant_parse(text, &ret->at)) {
        ret->has_time = true;
        ret->warn = PARSE_FINE;
        day_t d = instant_day(ret->at); /* a zone may carry the last day over the end of time */
        return d >= DAY_MIN && d <= DAY_MAX ? PARSE_FINE : PARSE_NO_SUCH_DAY;
    }
    if (!shape_of(text, &s)) return PARSE_NOT_DATE;
    bool month = c.kind == CELL_NUMBER && (covers("4.n", s.text) == s.n);
    return month ? PARSE_MONTH_AS_NUMBER : moment_of_shape(&s, ret);
}

struct parse_result parse_day(struct cell c, day_t *ret)
{
    struct plain t;
    struct parse_result r;
    struct moment m;
    if (!parse_begin(c, &t, &r)) return r;
    enum parse_why why = read_moment(c, plain_view(&t), &m);
    if (why) return parsed(PARSE_BAD, why, c.text);
    day_t day = instant_day(m.at);
    bool dropped = m.has_time && m.at != day_start(day);
    *ret = day;
    if (m.warn) return parsed(PARSE_WARN, m.warn, c.text);
    return dropped ? parsed(PARSE_WARN, PARSE_TIME_DROPPED, c.text) : PARSED_OK;
}

struct parse_result parse_instant(struct cell c, instant_t *ret)
{
    struct plain t;
    struct parse_result r;
    struct moment m;
    if (!parse_begin(c, &t, &r)) return r;
    enum parse_why why = read_moment(c, plain_view(&t), &m);
    if (why) return parsed(PARSE_BAD, why, c.text);
    *ret = m.at;
    if (m.warn) return parsed(PARSE_WARN, m.warn, c.text);
    return m.has_time ? PARSED_OK : parsed(PARSE_WARN, PARSE_NO_TIME, c.text);
}
