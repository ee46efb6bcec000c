/* parse.h — what people write in spreadsheets and forms → typed values, and back to text.
 *
 * Every parser takes a cell (parse_cell() makes one of plain text), writes *ret only when there is a value (PARSE_OK,
 * PARSE_WARN), allocates nothing and never guesses silently: what can be read in two ways is refused with a reason,
 * what was read by a convention (two-digit year, bare serial, dropped unit) comes with a warning. Unknown is a state of
 * its own and never 0. Full-width forms, blanks of every kind and invisible marks are folded first; a text of more than
 * PARSE_TEXT_MAX bytes is no value of any of these types.
 */
#ifndef ANJIAN_PARSE_H
#define ANJIAN_PARSE_H

#include "base/date.h"
#include "exchange/cells.h"

#define PARSE_TEXT_MAX 255

enum parse_state {
    PARSE_UNKNOWN, /* nothing there, or a word for "unknown"; `why` and `reason` are set when that deserves a word */
    PARSE_OK,
    PARSE_WARN, /* a value, read by a convention that somebody should look at */
    PARSE_BAD,  /* no value; `reason` says why */
};

enum parse_why {
    PARSE_FINE,
    /* warnings */
    PARSE_SERIAL,       /* a bare spreadsheet serial was read as a date */
    PARSE_SHORT_YEAR,   /* a year of two digits: 70–99 are 19xx, 00–69 are 20xx */
    PARSE_TIME_DROPPED, /* a day was asked, a time of day stood there too */
    PARSE_NO_TIME,      /* an instant was asked, a bare day stood there: midnight was taken */
    PARSE_UNIT_DROPPED, /* "12人" */
    PARSE_ROUNDED,      /* a number cell held more decimals than the field keeps */
    PARSE_FIRST_OF_MANY,
    PARSE_NO_AREA_CODE,
    PARSE_NO_DATUM, /* a place without datum: WGS-84 was taken */
    PARSE_SWAPPED,  /* a place as latitude, longitude */
    /* about unknown values */
    PARSE_NO_AMOUNT, /* "(万美元)": a unit without a number */
    /* refusals; PARSE_UNIT_MISSING is a warning when the heading gives the unit */
    PARSE_NOT_DATE,
    PARSE_NOT_NUMBER,
    PARSE_NOT_MONEY,
    PARSE_NOT_YES_NO,
    PARSE_NOT_PHONE,
    PARSE_NOT_PLACE,
    PARSE_NOT_REGION,
    PARSE_TOO_LONG,
    PARSE_CELL_ERROR,      /* "#REF!" */
    PARSE_WRONG_CELL,      /* a date cell where a number is due, a JSON list … */
    PARSE_AMBIGUOUS,       /* 5/1/2018 */
    PARSE_NO_SUCH_DAY,     /* 2018-02-30 */
    PARSE_NO_SUCH_TIME,    /* 25:00 */
    PARSE_NO_DAY,          /* 2018年1月 */
    PARSE_MONTH_AS_NUMBER, /* the number 2018.1 */
    PARSE_FRACTION,        /* a whole number was due */
    PARSE_TOO_FINE,        /* more decimals than the field keeps */
    PARSE_ABOUT,           /* 约20, 20以上 */
    PARSE_TOO_LARGE,
    PARSE_FOREIGN,      /* an amount in another currency: keep the field unknown and warn */
    PARSE_UNIT_MISSING, /* "50()" */
    PARSE_OUTSIDE,      /* a place that is not where it can be */
    PARSE__MAX,
};

struct parse_result {
    enum parse_state state;
    enum parse_why why;
    char reason[256]; /* in the thread's language, names what was found; "" when there is nothing to say */
};

static inline bool parse_has_value(const struct parse_result *r)
{
    return r->state == PARSE_OK || r->state == PARSE_WARN;
}

/* The cell that a text from a form or a csv file is. */
static inline struct cell parse_cell(struct str text)
{
    return (struct cell){.kind = text.n ? CELL_TEXT : CELL_BLANK, .text = text};
}

/* Does it say "unknown"? "", blanks, "N/A", "#N/A", "NA", "null", "（）", "-", "—", "/", "无数据", "不详", "未知" and the like. */
bool parse_blank(struct str s);

/* 2018-1-5, 2018/1/5, 2018.1.5, 2018年1月5日, 二〇一八年一月五日, 20180105, with or without a time of day, a date cell;
 * with a warning 18-1-5, a bare serial ("43620", 20000 to 80000). Refused: 5/1/2018 unless one part is above 12 or both
 * are the same, a month without day, a day that does not exist. */
struct parse_result parse_day(struct cell c, day_t *ret);
/* The same with a time of day, in Beijing: 2018/1/5 9:05, 2018年1月5日 下午3时05分, RFC 3339. */
struct parse_result parse_instant(struct cell c, instant_t *ret);

/* "1,234", "1.0", "3千", "1.2万", "一百二十"; with a warning "12人", "12 家". Refused: "1.5", "约20". */
struct parse_result parse_integer(struct cell c, int64_t *ret);
/* In units of 10^-scale (scale 0 to 9), exactly: ("12.5", 2) → 1250. "12.5%" is 0.125, as in a spreadsheet. Too many
 * decimals are refused in text, and rounded with a warning in a number cell, where formulas leave noise. */
struct parse_result parse_decimal(struct cell c, int scale, int64_t *ret);
/* → fen. `unit` is what the heading says a bare number is counted in, in yuan (注册资金（万元）: 10000); 1 when it says
 * nothing. A unit in the cell goes before it. "5,088(万元人民币)", "3.5亿元", "¥1,200.50", "壹佰万元整", "3元2角5分". */
struct parse_result parse_money(struct cell c, int64_t unit, int64_t *ret);

/* 是 有 对 已 √ ✓ Y yes true T 1 / 否 无 未 没有 错 × ✗ X N no false F 0, and a few longer forms of them. */
struct parse_result parse_yes_no(struct cell c, bool *ret);

#define PARSE_PHONE 32
/* "13812345678", "0730-8888888", "0730-8888888-12" (extension), "8888888" and "8888888转12" (with a warning),
 * "4001234567", "12350". */
struct parse_result parse_phone(struct cell c, char ret[PARSE_PHONE]);

#define PARSE_REGION 13
/* A region code of 2, 4, 6, 9 or 12 digits → 12 digits, padded with zeros. Whether it exists is asked elsewhere. */
struct parse_result parse_region(struct cell c, char ret[PARSE_REGION]);

enum datum { DATUM_WGS84, DATUM_GCJ02, DATUM_BD09, DATUM_CGCS2000, DATUM__MAX };

struct place {
    int64_t lng, lat; /* 1e-7 degrees, east and north positive */
    enum datum datum;
};
/* "113.123,29.371 BD-09", {"lng":113.123,"lat":29.371}, 113°7′25″E,29°22′N, 东经113.1度 北纬29.3度. A datum used only in
 * China must give a place within 73–136 E, 3–54 N; 0,0 is no place. */
struct parse_result parse_place(struct cell c, struct place *ret);

/* Back to text; each parser reads its own text again. All return `out`. */
#define PARSE_NUMBER_TEXT 32
const char *money_text(int64_t fen, char out[PARSE_NUMBER_TEXT]);                    /* "1200.50" */
const char *points_text(int64_t hundredths, char out[PARSE_NUMBER_TEXT]);            /* "94.5", "100" */
const char *decimal_text(int64_t v, int scale, char out[PARSE_NUMBER_TEXT]);         /* all decimals: (1250, 2) → "12.50" */
const char *decimal_text_trimmed(int64_t v, int scale, char out[PARSE_NUMBER_TEXT]); /* (1250, 2) → "12.5" */
#define PLACE_TEXT 64
const char *place_text(struct place p, char out[PLACE_TEXT]); /* "113.123,29.371 WGS-84" */

#endif
