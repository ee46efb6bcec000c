/* parse_number.c — whole numbers, decimals, money. See parse.h.
 *
 * A value is read as a row of words around one number: scan() takes words from two tables and notes what each means;
 * the parsers then decide whether the sum of it is a value.
 */
#include "exchange/numeral.h"
#include "exchange/plain.h"

enum {
    BLANK,
    OPEN, /* a bracket */
    SHUT,
    POWER, /* value: power of ten */
    UNIT,  /* what is counted; for money the yuan */
    PART,  /* of a yuan; value: power of ten */
    END,   /* 整 */
    ABOUT, /* not exact */
    OTHER, /* another currency */
};

static const struct word common_words[] = {
    {" ", BLANK, 0},     {"(", OPEN, 0},     {")", SHUT, 0},     {"[", OPEN, 0},     {"]", SHUT, 0},      {"十", POWER, 1},
    {"百", POWER, 2},    {"千", POWER, 3},   {"万", POWER, 4},   {"萬", POWER, 4},   {"十万", POWER, 5},  {"百万", POWER, 6},
    {"千万", POWER, 7},  {"亿", POWER, 8},   {"億", POWER, 8},   {"十亿", POWER, 9}, {"百亿", POWER, 10}, {"千亿", POWER, 11},
    {"万亿", POWER, 12}, {"约", ABOUT, 0},   {"大约", ABOUT, 0}, {"大概", ABOUT, 0}, {"近", ABOUT, 0},    {"超", ABOUT, 0},
    {"左右", ABOUT, 0},  {"上下", ABOUT, 0}, {"以上", ABOUT, 0}, {"以下", ABOUT, 0}, {"以内", ABOUT, 0},  {"余", ABOUT, 0},
    {"多", ABOUT, 0},    {"几", ABOUT, 0},   {"数", ABOUT, 0},   {"不足", ABOUT, 0}, {"不到", ABOUT, 0},  {"至少", ABOUT, 0},
    {"至多", ABOUT, 0},  {"至", ABOUT, 0},   {"到", ABOUT, 0},   {"~", ABOUT, 0},    {"≈", ABOUT, 0},     {">", ABOUT, 0},
    {"<", ABOUT, 0},     {"≥", ABOUT, 0},    {"≤", ABOUT, 0},    {"±", ABOUT, 0},    {"+", ABOUT, 0},
};

/* Bare "元" also ends many foreign names, which are longer and therefore found first. */
static const struct word money_words[] = {
    {"元", UNIT, 0},          {"圆", UNIT, 0},    {"块", UNIT, 0},        {"块钱", UNIT, 0},      {"人民币", UNIT, 0}, {"rmb", UNIT, 0},
    {"cny", UNIT, 0},         {"¥", UNIT, 0},     {"￥", UNIT, 0},        {"角", PART, -1},       {"毛", PART, -1},    {"分", PART, -2},
    {"整", END, 0},           {"正", END, 0},     {"美元", OTHER, 0},     {"美金", OTHER, 0},     {"usd", OTHER, 0},   {"us$", OTHER, 0},
    {"$", OTHER, 0},          {"港币", OTHER, 0}, {"港元", OTHER, 0},     {"hkd", OTHER, 0},      {"hk$", OTHER, 0},   {"欧元", OTHER, 0},
    {"eur", OTHER, 0},        {"€", OTHER, 0},    {"日元", OTHER, 0},     {"日圆", OTHER, 0},     {"jpy", OTHER, 0},   {"英镑", OTHER, 0},
    {"gbp", OTHER, 0},        {"£", OTHER, 0},    {"韩元", OTHER, 0},     {"韩币", OTHER, 0},     {"krw", OTHER, 0},   {"澳元", OTHER, 0},
    {"澳大利亚元", OTHER, 0}, {"aud", OTHER, 0},  {"加元", OTHER, 0},     {"加拿大元", OTHER, 0}, {"cad", OTHER, 0},   {"新元", OTHER, 0},
    {"新加坡元", OTHER, 0},   {"sgd", OTHER, 0},  {"台币", OTHER, 0},     {"新台币", OTHER, 0},   {"twd", OTHER, 0},   {"澳门元", OTHER, 0},
    {"澳门币", OTHER, 0},     {"mop", OTHER, 0},  {"瑞士法郎", OTHER, 0}, {"法郎", OTHER, 0},     {"chf", OTHER, 0},   {"马克", OTHER, 0},
    {"卢布", OTHER, 0},       {"泰铢", OTHER, 0}, {"外币", OTHER, 0},
};

static const struct word count_words[] = {
    {"%", POWER, -2},  {"‰", POWER, -3},    {"人", UNIT, 0},     {"人次", UNIT, 0}, {"名", UNIT, 0},   {"位", UNIT, 0},
    {"家", UNIT, 0},   {"个", UNIT, 0},     {"户", UNIT, 0},     {"家次", UNIT, 0}, {"起", UNIT, 0},   {"处", UNIT, 0},
    {"次", UNIT, 0},   {"台", UNIT, 0},     {"套", UNIT, 0},     {"辆", UNIT, 0},   {"艘", UNIT, 0},   {"件", UNIT, 0},
    {"份", UNIT, 0},   {"项", UNIT, 0},     {"条", UNIT, 0},     {"张", UNIT, 0},   {"页", UNIT, 0},   {"座", UNIT, 0},
    {"栋", UNIT, 0},   {"层", UNIT, 0},     {"间", UNIT, 0},     {"所", UNIT, 0},   {"部", UNIT, 0},   {"支", UNIT, 0},
    {"只", UNIT, 0},   {"批", UNIT, 0},     {"块", UNIT, 0},     {"场", UNIT, 0},   {"期", UNIT, 0},   {"天", UNIT, 0},
    {"日", UNIT, 0},   {"周", UNIT, 0},     {"月", UNIT, 0},     {"个月", UNIT, 0}, {"年", UNIT, 0},   {"岁", UNIT, 0},
    {"时", UNIT, 0},   {"小时", UNIT, 0},   {"分钟", UNIT, 0},   {"秒", UNIT, 0},   {"学时", UNIT, 0}, {"课时", UNIT, 0},
    {"分", UNIT, 0},   {"元", UNIT, 0},     {"人民币", UNIT, 0}, {"吨", UNIT, 0},   {"t", UNIT, 0},    {"公斤", UNIT, 0},
    {"千克", UNIT, 0}, {"kg", UNIT, 0},     {"克", UNIT, 0},     {"米", UNIT, 0},   {"m", UNIT, 0},    {"公里", UNIT, 0},
    {"千米", UNIT, 0}, {"km", UNIT, 0},     {"平方米", UNIT, 0}, {"平米", UNIT, 0}, {"m2", UNIT, 0},   {"m²", UNIT, 0},
    {"㎡", UNIT, 0},   {"立方米", UNIT, 0}, {"m3", UNIT, 0},     {"m³", UNIT, 0},   {"亩", UNIT, 0},   {"升", UNIT, 0},
    {"l", UNIT, 0},    {"千瓦", UNIT, 0},   {"kw", UNIT, 0},     {"℃", UNIT, 0},
};

struct reading {
    exact_t value;
    bool number;      /* a number stood there */
    bool power_first; /* a power of ten stood before any number: "(万元)" */
    bool pending;     /* behind the unit another one, which 角 or 分 must follow */
    exact_t part;
    bool scaled; /* a power of ten took part */
    bool unit;   /* a unit stood anywhere */
    bool behind; /* … behind the number */
    bool other;  /* another currency */
    bool about;
    bool open, empty; /* inside a bracket; there was an empty one */
    bool inexact, too_large;
};

/* 角 and 分: of the number behind the yuan, or of the value itself when no yuan stood there. */
static bool apply_part(struct reading *r, int power)
{
    exact_t *what = r->pending ? &r->part : &r->value;
    if (!r->number || (!r->pending && (r->behind || r->scaled))) return false;
    exact_scale(what, power, &r->inexact);
    if (r->pending) r->value += r->part;
    r->pending = false;
    r->unit = r->behind = true;
    return true;
}

static bool apply_power(struct reading *r, int power)
{
    if (!r->number) return r->power_first = true;
    if (r->scaled || r->behind) return false;
    r->scaled = true;
    r->too_large |= !exact_scale(&r->value, power, &r->inexact);
    return true;
}

static bool apply_word(struct reading *r, const struct word *w, struct str rest)
{
    switch (w->kind) {
    case OPEN:
        r->empty |= rest.n && (rest.p[0] == ')' || rest.p[0] == ']');
        if (r->open) return false;
        r->open = true;
        return true;
    case SHUT:
        if (!r->open) return false;
        r->open = false;
        return true;
    case POWER: return apply_power(r, w->value);
    case PART: return apply_part(r, w->value);
    case UNIT:
        r->unit = true;
        r->behind = r->number;
        return !r->pending;
    case ABOUT: r->about = true; return true;
    case OTHER: r->other = true; return true;
    case END: return r->number && !r->pending;
    default: return true;
    }
}

static enum numeral_found apply_number(struct reading *r, struct str *s)
{
    struct numeral n;
    enum numeral_found found = numeral_take(s, &n);
    if (found == NUMERAL_TOO_LARGE) r->too_large = true;
    if (found != NUMERAL_OK) return found;
    if (r->power_first) return NUMERAL_BAD;
    r->inexact |= n.inexact;
    if (r->number) {
        r->part = n.value;
        r->pending = true;
    } else {
        r->value = n.value;
        r->scaled = n.scaled;
        r->number = true;
    }
    return NUMERAL_OK;
}

static const struct word sign_words[] = {{"+", 0, 0}, {"-", 0, 1}, {"−", 0, 1}, {"负", 0, 1}};

/* Read all of `s`. False when something there is not understood; r->about and r->too_large may say why. */
static bool scan(struct str s, const struct word *own, size_t n_own, struct reading *r)
{
    const struct word *sign = word_take(&s, sign_words, COUNT(sign_words));
    while (s.n) {
        bool number_may_follow = !r->number || (r->behind && !r->pending);
        enum numeral_found found = number_may_follow ? apply_number(r, &s) : NUMERAL_NONE;
        if (found == NUMERAL_OK) continue;
        if (found != NUMERAL_NONE) return false;
        const struct word *w = word_take(&s, own, n_own);
        if (!w) w = word_take(&s, common_words, COUNT(common_words));
        if (!w || !apply_word(r, w, s) || r->about || r->too_large) return false;
    }
    if (sign && sign->value) r->value = -r->value;
    return !r->open && !r->pending && (r->number || !sign);
}

/* What the texts of a scan that failed deserve. */
static struct parse_result refuse(const struct reading *r, enum parse_why not_understood, struct str found)
{
    enum parse_why why = r->about ? PARSE_ABOUT : r->too_large ? PARSE_TOO_LARGE : not_understood;
    return parsed(PARSE_BAD, why, found);
}

/* v in units of 10^-scale into *ret, or why not. */
static struct parse_result fit(struct cell c, exact_t v, int scale, bool inexact, int64_t *ret)
{
    int64_t whole;
    if (!exact_int(v, scale, &whole, &inexact)) return parsed(PARSE_BAD, PARSE_TOO_LARGE, c.text);
    if (inexact && scale == 0) return parsed(PARSE_BAD, PARSE_FRACTION, c.text);
    if (inexact && c.kind != CELL_NUMBER) return parsed(PARSE_BAD, PARSE_TOO_FINE, c.text);
    *ret = whole;
    return inexact ? parsed(PARSE_WARN, PARSE_ROUNDED, c.text) : PARSED_OK;
}

static struct parse_result count(struct cell c, int scale, int64_t *ret)
{
    struct plain t;
    struct parse_result r;
    struct reading got = {0};
    if (!parse_begin(c, &t, &r)) return r;
    if (c.kind == CELL_DATE) return parsed(PARSE_BAD, PARSE_WRONG_CELL, c.text);
    if (!scan(plain_view(&t), count_words, COUNT(count_words), &got)) return refuse(&got, PARSE_NOT_NUMBER, c.text);
    if (!got.number) return parsed(PARSE_BAD, PARSE_NOT_NUMBER, c.text);
    r = fit(c, got.value, scale, got.inexact, ret);
    return r.state == PARSE_OK && (got.unit || got.empty) ? parsed(PARSE_WARN, PARSE_UNIT_DROPPED, c.text) : r;
}

struct parse_result parse_integer(struct cell c, int64_t *ret)
{
    return count(c, 0, ret);
}

struct parse_result parse_decimal(struct cell c, int scale, int64_t *ret)
{
    return count(c, scale, ret);
}

/* A bare number counts in what the heading says. */
static bool apply_heading(struct reading *r, int64_t unit)
{
    if (r->unit || r->scaled || unit == 1) return true;
    if (unit < 1 || r->value > EXACT_MAX / unit || r->value < -EXACT_MAX / unit) return false;
    r->value *= unit;
    return true;
}

struct parse_result parse_money(struct cell c, int64_t unit, int64_t *ret)
{
    struct plain t;
    struct parse_result r;
    struct reading got = {0};
    if (!parse_begin(c, &t, &r)) return r;
    if (c.kind == CELL_DATE || c.kind == CELL_BOOL) return parsed(PARSE_BAD, PARSE_WRONG_CELL, c.text);
    if (!scan(plain_view(&t), money_words, COUNT(money_words), &got)) return refuse(&got, PARSE_NOT_MONEY, c.text);
    if (!got.number) return parsed(PARSE_UNKNOWN, PARSE_NO_AMOUNT, c.text);
    if (got.other) return parsed(PARSE_BAD, PARSE_FOREIGN, c.text);
    bool missing = got.empty && !got.unit && !got.scaled;
    if (missing && unit == 1) return parsed(PARSE_BAD, PARSE_UNIT_MISSING, c.text);
    if (!apply_heading(&got, unit)) return parsed(PARSE_BAD, PARSE_TOO_LARGE, c.text);
    r = fit(c, got.value, 2, got.inexact, ret);
    return r.state == PARSE_OK && missing ? parsed(PARSE_WARN, PARSE_UNIT_MISSING, c.text) : r;
}
