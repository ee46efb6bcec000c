/* test_parse.c — what people write in cells → typed values, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "exchange/parse.h"
#include "shared_csv.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NOTHING INT64_MIN /* expected of a refused value */

static struct cell text(const char *z)
{
    return parse_cell(str_of(z));
}

static struct cell number(const char *shortest)
{
    return (struct cell){.kind = CELL_NUMBER, .text = str_of(shortest)};
}

/* A result holds together: a reason exactly when there is something to say, and the state that `why` belongs to. */
static void check(const char *z, struct parse_result r, enum parse_why why)
{
    if (r.why != why) print_error("“%s”: why %d instead of %d: %s\n", z, r.why, why, r.reason);
    assert_int_equal(r.why, why);
    assert_int_equal(r.why == PARSE_FINE, r.reason[0] == '\0');
    assert_true(utf8_valid(str_of(r.reason)));
    if (r.state == PARSE_OK) assert_int_equal(r.why, PARSE_FINE);
    if (r.state == PARSE_WARN || r.state == PARSE_BAD) assert_int_not_equal(r.why, PARSE_FINE);
}

static void blanks_are_unknown_and_never_zero(void **state)
{
    (void)state;
    static const char *const blank[] = {"",       " ",     "　",   "N/A",  "n/a",  "#N/A", "NA",         "（）",
                                        "()",     "（ ）", "-",    "--",   "—",    "——",   "/",          "\\",
                                        "无数据", "不详",  "未知", "null", "NULL", "－",   " Ｎ／Ａ \n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < COUNT(blank); i++) {
        int64_t v = 7;
        day_t d = 7;
        bool b = true;
        assert_true(parse_blank(str_of(blank[i])));
        assert_int_equal(parse_integer(text(blank[i]), &v).state, PARSE_UNKNOWN);
        assert_int_equal(parse_money(text(blank[i]), 1, &v).state, PARSE_UNKNOWN);
        assert_int_equal(parse_day(text(blank[i]), &d).state, PARSE_UNKNOWN);
        assert_int_equal(parse_yes_no(text(blank[i]), &b).state, PARSE_UNKNOWN);
        assert_true(v == 7 && d == 7 && b);
    }
    static const char *const known[] = {"0", "无", "a", "- 1", "零", "x/y", "N", "NANA"};
    for (size_t i = 0; i < COUNT(known); i++) assert_false(parse_blank(str_of(known[i])));
    assert_true(parse_blank(STR_NONE));
    int64_t v;
    assert_int_equal(parse_integer((struct cell){.kind = CELL_BLANK}, &v).state, PARSE_UNKNOWN);
    assert_int_equal(parse_integer((struct cell){.kind = CELL_ERROR, .text = STR("#N/A")}, &v).state, PARSE_UNKNOWN);
    assert_int_equal(parse_integer((struct cell){.kind = CELL_ERROR, .text = STR("#REF!")}, &v).why, PARSE_CELL_ERROR);
}

static void days_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *day; /* NULL: refused */
        enum parse_why why;
    } cases[] = {
        {"2018-01-05", "2018-01-05", 0},
        {"2018-1-5", "2018-01-05", 0},
        {"2018/1/5", "2018-01-05", 0},
        {"2018.1.5", "2018-01-05", 0},
        {"2018年1月5日", "2018-01-05", 0},
        {"2018年01月05号", "2018-01-05", 0},
        {"2018 年 1 月 5 日", "2018-01-05", 0},
        {"20180105", "2018-01-05", 0},
        {"2018-01-05 00:00:00", "2018-01-05", 0},
        {"2018-01-05T00:00:00", "2018-01-05", 0},
        {"2018-01-05T00:00:00+08:00", "2018-01-05", 0},
        {"二〇一八年一月五日", "2018-01-05", 0},
        {"二○一八年十二月二十五日", "2018-12-25", 0},
        {"二零一八年十月三十一日", "2018-10-31", 0},
        {"２０１８／１／５", "2018-01-05", 0},
        {"２０１８．１．５", "2018-01-05", 0},
        {"2018年1月5日 星期五", "2018-01-05", 0},
        {" 2018 - 1 - 5\n", "2018-01-05", 0},
        {"25/1/2018", "2018-01-25", 0},
        {"1/25/2018", "2018-01-25", 0},
        {"5/5/2018", "2018-05-05", 0},
        {"25.1.2018", "2018-01-25", 0},
        {"2018-01-05T16:30:00Z", "2018-01-06", PARSE_TIME_DROPPED},
        {"2018/1/5 9:05", "2018-01-05", PARSE_TIME_DROPPED},
        {"18-1-5", "2018-01-05", PARSE_SHORT_YEAR},
        {"18.1.5", "2018-01-05", PARSE_SHORT_YEAR},
        {"98年1月5日", "1998-01-05", PARSE_SHORT_YEAR},
        {"43620", "2019-06-04", PARSE_SERIAL},
        {"43613", "2019-05-28", PARSE_SERIAL},
        {"20000", "1954-10-03", PARSE_SERIAL},
        {"80000", "2119-01-11", PARSE_SERIAL},
        {"43620.5", "2019-06-04", PARSE_SERIAL},
        {"19999", NULL, PARSE_NOT_DATE},
        {"80001", NULL, PARSE_NOT_DATE},
        {"5/1/2018", NULL, PARSE_AMBIGUOUS},
        {"1/5/2018", NULL, PARSE_AMBIGUOUS},
        {"18/1/5", NULL, PARSE_AMBIGUOUS},
        {"5-1-18", NULL, PARSE_AMBIGUOUS},
        {"2018-02-30", NULL, PARSE_NO_SUCH_DAY},
        {"20180230", NULL, PARSE_NO_SUCH_DAY},
        {"2018年13月1日", NULL, PARSE_NO_SUCH_DAY},
        {"13/25/2018", NULL, PARSE_NO_SUCH_DAY},
        {"0000-01-01", NULL, PARSE_NO_SUCH_DAY},
        {"2018年1月", NULL, PARSE_NO_DAY},
        {"2018-01", NULL, PARSE_NO_DAY},
        {"2018年", NULL, PARSE_NO_DAY},
        {"2018", NULL, PARSE_NO_DAY},
        {"201801", NULL, PARSE_NO_DAY},
        {"1月5日", NULL, PARSE_NO_DAY},
        {"180105", NULL, PARSE_NOT_DATE},
        {"2018.10", NULL, PARSE_NO_DAY},
        {"2018-1-5至2018-2-1", NULL, PARSE_NOT_DATE},
        {"明天", NULL, PARSE_NOT_DATE},
        {"2018--1-5", NULL, PARSE_NOT_DATE},
        {"2018-1-5-", NULL, PARSE_NOT_DATE},
        {"2018-1-5 25:00", NULL, PARSE_NO_SUCH_TIME},
        {"2018-100-5", NULL, PARSE_NOT_DATE},
        {"20180105000000", NULL, PARSE_NOT_DATE},
        {"二〇一八年十十月一日", NULL, PARSE_NOT_DATE},
        {"1-2-3-4-5-6-7-8-9-10", NULL, PARSE_NOT_DATE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        day_t d = -1, want;
        struct parse_result r = parse_day(text(cases[i].text), &d);
        check(cases[i].text, r, cases[i].why);
        assert_int_equal(parse_has_value(&r), cases[i].day != NULL);
        if (!cases[i].day) {
            assert_int_equal(d, -1);
            continue;
        }
        assert_true(day_parse(str_of(cases[i].day), &want));
        if (d != want) print_error("“%s”\n", cases[i].text);
        assert_int_equal(d, want);
    }
}

static void date_cells_and_number_cells_are_told_apart(void **state)
{
    (void)state;
    day_t d, want = day_of((struct civil){2019, 6, 4});
    instant_t t;
    struct cell c = {.kind = CELL_DATE, .text = STR("2019-06-04 18:00:00"), .number = 43620.75};
    check("43620.75", parse_day(c, &d), PARSE_TIME_DROPPED);
    assert_int_equal(d, want);
    check("43620.75", parse_instant(c, &t), PARSE_FINE);
    assert_int_equal(t, day_start(want) + 18 * INSTANT_HOUR);
    c = (struct cell){.kind = CELL_DATE, .text = STR("2019-06-04"), .number = 43620};
    check("43620", parse_day(c, &d), PARSE_FINE);
    assert_int_equal(d, want);
    check("43620", parse_instant(c, &t), PARSE_NO_TIME);
    c.number = 0.375; /* a time of day alone */
    check("0.375", parse_day(c, &d), PARSE_NO_SUCH_DAY);
    static const double absurd[] = {-1, 1e300, -1e300, 2958466, 0.0 / 1e300};
    for (size_t i = 0; i < COUNT(absurd); i++) {
        c.number = absurd[i];
        assert_int_equal(parse_day(c, &d).state, PARSE_BAD);
    }
    c.number = __builtin_nan("");
    assert_int_equal(parse_day(c, &d).state, PARSE_BAD);
    check("43620", parse_day(number("43620"), &d), PARSE_SERIAL);
    assert_int_equal(d, want);
    check("2018.1", parse_day(number("2018.1"), &d), PARSE_MONTH_AS_NUMBER);
    check("2018.11", parse_day(number("2018.11"), &d), PARSE_MONTH_AS_NUMBER);
    check("20190604", parse_day(number("20190604"), &d), PARSE_FINE);
    assert_int_equal(d, want);
    check("TRUE", parse_day((struct cell){.kind = CELL_BOOL, .text = STR("TRUE"), .number = 1}, &d), PARSE_WRONG_CELL);
    int64_t v;
    c = (struct cell){.kind = CELL_DATE, .text = STR("2019-06-04"), .number = 43620};
    check("2019-06-04", parse_integer(c, &v), PARSE_WRONG_CELL);
    check("2019-06-04", parse_money(c, 1, &v), PARSE_WRONG_CELL);
}

static void instants_are_read_in_beijing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *instant;
        enum parse_why why;
    } cases[] = {
        {"2018/1/5 9:05", "2018-01-05T09:05:00+08:00", 0},
        {"2018-01-05 09:05:30", "2018-01-05T09:05:30+08:00", 0},
        {"2018年1月5日9时5分", "2018-01-05T09:05:00+08:00", 0},
        {"2018年1月5日 9 时 5 分 7 秒", "2018-01-05T09:05:07+08:00", 0},
        {"2018年1月5日9时许", NULL, PARSE_NOT_DATE},
        {"2018年1月5日下午3时05分", "2018-01-05T15:05:00+08:00", 0},
        {"2018年1月5日 上午9点", "2018-01-05T09:00:00+08:00", 0},
        {"2018-1-5 上午12:30", "2018-01-05T00:30:00+08:00", 0},
        {"2018-1-5 下午12:30", "2018-01-05T12:30:00+08:00", 0},
        {"2018-1-5 下午15:30", "2018-01-05T15:30:00+08:00", 0},
        {"2018-1-5 中午1点", "2018-01-05T13:00:00+08:00", 0},
        {"2018-1-5 晚上8点30分", "2018-01-05T20:30:00+08:00", 0},
        {"2018-1-5 凌晨2:10", "2018-01-05T02:10:00+08:00", 0},
        {"1/25/2018 9:05 PM", "2018-01-25T21:05:00+08:00", 0},
        {"二〇一八年一月五日十五时三十分", "2018-01-05T15:30:00+08:00", 0},
        {"2018-1-5 24:00", "2018-01-06T00:00:00+08:00", 0},
        {"2018-01-05T09:05:30.250000Z", "2018-01-05T17:05:30.250000+08:00", 0},
        {"2018-01-05", "2018-01-05T00:00:00+08:00", PARSE_NO_TIME},
        {"43620.75", "2019-06-04T18:00:00+08:00", PARSE_SERIAL},
        {"43620.378472222", "2019-06-04T09:05:00+08:00", PARSE_SERIAL},
        {"2018-1-5 晚上12点", NULL, PARSE_NO_SUCH_TIME},
        {"2018-1-5 上午13:00", NULL, PARSE_NO_SUCH_TIME},
        {"2018-1-5 24:01", NULL, PARSE_NO_SUCH_TIME},
        {"2018-1-5 9:60", NULL, PARSE_NO_SUCH_TIME},
        {"2018-1-5 上午9:05 PM", NULL, PARSE_NOT_DATE},
        {"9:05", NULL, PARSE_NOT_DATE},
        {"9999-12-31 24:00", NULL, PARSE_NO_SUCH_DAY},
        {"9999-12-31T23:59:59-08:00", NULL, PARSE_NO_SUCH_DAY},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        instant_t t = -1;
        char out[INSTANT_TEXT];
        struct parse_result r = parse_instant(text(cases[i].text), &t);
        check(cases[i].text, r, cases[i].why);
        assert_int_equal(parse_has_value(&r), cases[i].instant != NULL);
        if (cases[i].instant)
            assert_string_equal(instant_text(t, out), cases[i].instant);
        else
            assert_int_equal(t, -1);
    }
}

struct number_case {
    const char *text;
    int64_t value;
    enum parse_why why;
};

static void whole_numbers_are_read(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0", 0, 0},
        {"12", 12, 0},
        {"1,234", 1234, 0},
        {"１，２３４，５６７", 1234567, 0},
        {"1.0", 1, 0},
        {"-5", -5, 0},
        {"+5", 5, 0},
        {"负5", -5, 0},
        {"007", 7, 0},
        {"12人", 12, PARSE_UNIT_DROPPED},
        {"12 家", 12, PARSE_UNIT_DROPPED},
        {"3（人次）", 3, PARSE_UNIT_DROPPED},
        {"12分", 12, PARSE_UNIT_DROPPED},
        {"3千克", 3, PARSE_UNIT_DROPPED},
        {"1.2万", 12000, 0},
        {"3千", 3000, 0},
        {"2百", 200, 0},
        {"1亿2000万", 120000000, 0},
        {"1万5000", 15000, 0},
        {"1万亿", INT64_C(1000000000000), 0},
        {"3百万", 3000000, 0},
        {"12万人", 120000, PARSE_UNIT_DROPPED},
        {"十五", 15, 0},
        {"一百二十", 120, 0},
        {"一百零五", 105, 0},
        {"两千", 2000, 0},
        {"一万二千亿", INT64_C(1200000000000), 0},
        {"零", 0, 0},
        {"1e3", 1000, 0},
        {"9223372036854775807", INT64_MAX, PARSE_TOO_LARGE},
        {"999999999999999999", INT64_C(999999999999999999), 0},
        {"9999999999999999999999", NOTHING, PARSE_TOO_LARGE},
        {"100亿亿", NOTHING, PARSE_NOT_NUMBER},
        {"1e30", NOTHING, PARSE_TOO_LARGE},
        {"9999999999999万", INT64_C(99999999999990000), 0},
        {"1.5", NOTHING, PARSE_FRACTION},
        {"50%", NOTHING, PARSE_FRACTION},
        {"约20", NOTHING, PARSE_ABOUT},
        {"20余", NOTHING, PARSE_ABOUT},
        {"20以上", NOTHING, PARSE_ABOUT},
        {">20", NOTHING, PARSE_ABOUT},
        {"10~20", NOTHING, PARSE_ABOUT},
        {"10至20", NOTHING, PARSE_ABOUT},
        {"10-20", NOTHING, PARSE_NOT_NUMBER},
        {"20+", NOTHING, PARSE_ABOUT},
        {"1,23", NOTHING, PARSE_NOT_NUMBER},
        {"1,2345", NOTHING, PARSE_NOT_NUMBER},
        {"1万5", NOTHING, PARSE_NOT_NUMBER},
        {"一百五", NOTHING, PARSE_NOT_NUMBER},
        {"12人15户", NOTHING, PARSE_NOT_NUMBER},
        {"人", NOTHING, PARSE_NOT_NUMBER},
        {"万", NOTHING, PARSE_NOT_NUMBER},
        {"百5", NOTHING, PARSE_NOT_NUMBER},
        {"1 2", NOTHING, PARSE_NOT_NUMBER},
        {"2000万1亿", NOTHING, PARSE_NOT_NUMBER},
        {"12abc", NOTHING, PARSE_NOT_NUMBER},
        {"1.2.3", NOTHING, PARSE_NOT_NUMBER},
        {"--1", NOTHING, PARSE_NOT_NUMBER},
        {"(12", NOTHING, PARSE_NOT_NUMBER},
        {"1\xFF", NOTHING, PARSE_NOT_NUMBER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t v = NOTHING;
        struct parse_result r = parse_integer(text(cases[i].text), &v);
        check(cases[i].text, r, cases[i].why);
        int64_t want = parse_has_value(&r) ? cases[i].value : NOTHING;
        if (v != want) print_error("“%s”\n", cases[i].text);
        assert_true(v == want);
        if (cases[i].value == NOTHING) assert_int_equal(r.state, PARSE_BAD);
    }
}

static void decimals_are_exact(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"12.5", 1250, 0},
        {"0.1", 10, 0},
        {".5", 50, 0},
        {"1,234.56", 123456, 0},
        {"-0.01", -1, 0},
        {"12.50000", 1250, 0},
        {"12.5%", NOTHING, PARSE_TOO_FINE},
        {"13%", 13, 0},
        {"12.345", NOTHING, PARSE_TOO_FINE},
        {"1.5公里", 150, PARSE_UNIT_DROPPED},
        {"2.5平方米", 250, PARSE_UNIT_DROPPED},
        {"1.23456万", 1234560, 0},
        {"5.", NOTHING, PARSE_NOT_NUMBER},
        {"0.00000000000001", NOTHING, PARSE_TOO_FINE},
        {"1e-2", 1, 0},
        {"92233720368547758.08", NOTHING, PARSE_TOO_LARGE},
        {"92233720368547758.07", INT64_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t v = NOTHING;
        struct parse_result r = parse_decimal(text(cases[i].text), 2, &v);
        check(cases[i].text, r, cases[i].why);
        assert_true(v == cases[i].value);
    }
    int64_t v;
    check("noise", parse_decimal(number("0.30000000000000004"), 2, &v), PARSE_ROUNDED);
    assert_int_equal(v, 30);
    check("half", parse_decimal(number("-0.125"), 2, &v), PARSE_ROUNDED);
    assert_int_equal(v, -13);
    check("exact", parse_decimal(number("1.5e-07"), 9, &v), PARSE_FINE);
    assert_int_equal(v, 150);
    check("percent", parse_decimal(text("12.5%"), 3, &v), PARSE_FINE);
    assert_int_equal(v, 125);
}

static void money_is_read_to_the_fen(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"5,088(万元人民币)", INT64_C(5088000000), 0},
        {"200万人民币", 200000000, 0},
        {"60万人民币元", 60000000, 0},
        {"20(万)", 20000000, 0},
        {"20（万）", 20000000, 0},
        {"100(万元人民币)", 100000000, 0},
        {"200万元", 200000000, 0},
        {"3.5亿元", INT64_C(35000000000), 0},
        {"¥1,200.50", 120050, 0},
        {"￥1200.5", 120050, 0},
        {"1200元", 120000, 0},
        {"1200.5元整", 120050, 0},
        {"壹佰万元整", 100000000, 0},
        {"人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", 123456789, 0},
        {"壹拾万零伍元整", 10000500, 0},
        {"贰仟圆整", 200000, 0},
        {"伍角", 50, 0},
        {"3元2角5分", 325, 0},
        {"3元5分", 305, 0},
        {"5毛", 50, 0},
        {"0.0005万人民币", 500, 0},
        {"199.6800(万元人民币)", 199680000, 0},
        {"1200", 120000, 0},
        {"0", 0, 0},
        {"-35.20", -3520, 0},
        {"RMB 1200", 120000, 0},
        {"1亿2000万元", INT64_C(12000000000), 0},
        {"200 万元", 200000000, 0},
        {"1200.555", NOTHING, PARSE_TOO_FINE},
        {"约200万元", NOTHING, PARSE_ABOUT},
        {"50()", NOTHING, PARSE_UNIT_MISSING},
        {"2,000(万美元)", NOTHING, PARSE_FOREIGN},
        {"30美元", NOTHING, PARSE_FOREIGN},
        {"US$30", NOTHING, PARSE_FOREIGN},
        {"100万港币", NOTHING, PARSE_FOREIGN},
        {"5万欧元", NOTHING, PARSE_FOREIGN},
        {"8000日元", NOTHING, PARSE_FOREIGN},
        {"(万美元)", NOTHING, PARSE_NO_AMOUNT},
        {"(万元人民币)", NOTHING, PARSE_NO_AMOUNT},
        {"5万(万元)", NOTHING, PARSE_NOT_MONEY},
        {"5元(万元)", NOTHING, PARSE_NOT_MONEY},
        {"万元5", NOTHING, PARSE_NOT_MONEY},
        {"3元5", NOTHING, PARSE_NOT_MONEY},
        {"很多", NOTHING, PARSE_NOT_MONEY},
        {"100元/月", NOTHING, PARSE_NOT_MONEY},
        {"元5角", 50, 0},
        {"999999999999亿元", NOTHING, PARSE_TOO_LARGE},
        {"5(万元", NOTHING, PARSE_NOT_MONEY},
        {"3万角", NOTHING, PARSE_NOT_MONEY},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t v = NOTHING;
        struct parse_result r = parse_money(text(cases[i].text), 1, &v);
        check(cases[i].text, r, cases[i].why);
        if (v != cases[i].value) print_error("“%s”\n", cases[i].text);
        assert_true(v == cases[i].value);
    }
}

static void the_heading_counts_only_where_the_cell_is_silent(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"200", 200000000, 0},
        {"0.5", 500000, 0},
        {"200万元", 200000000, 0},
        {"200元", 20000, 0},
        {"20(万)", 20000000, 0},
        {"50()", 50000000, PARSE_UNIT_MISSING},
        {"1.23456789", NOTHING, PARSE_TOO_FINE},
        {"-2", -2000000, 0},
        {"99999999999999999", NOTHING, PARSE_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t v = NOTHING;
        check(cases[i].text, parse_money(text(cases[i].text), 10000, &v), cases[i].why);
        assert_true(v == cases[i].value);
    }
    int64_t v;
    check("1.23456789", parse_money(number("1.23456789"), 10000, &v), PARSE_ROUNDED);
    assert_int_equal(v, 1234568);
}

/* Every registered capital of two years: read, unknown, or refused for a reason that is named. */
static void all_registered_capitals_are_read_or_explained(void **state)
{
    (void)state;
    static const char *const files[] = {"enterprises/湖南-2014.csv", "enterprises/湖南-2018.csv"};
    static struct shared_row row;
    int of_state[4] = {0}, of_why[PARSE__MAX] = {0}, n = 0;
    for (int i = 0; i < 2; i++) {
        FILE *f = shared_open(files[i]);
        if (!f) skip();
        assert_true(shared_next(f, &row));
        for (; shared_next(f, &row); n++) {
            int64_t fen;
            struct parse_result r = parse_money(text(row.field[5]), 1, &fen);
            of_state[r.state]++;
            of_why[r.why]++;
            if (r.state == PARSE_BAD && r.why != PARSE_FOREIGN) print_message("%s\n", r.reason);
        }
        fclose(f);
    }
    assert_int_equal(n, 20863);
    assert_int_equal(of_state[PARSE_OK], 16032);
    assert_int_equal(of_state[PARSE_WARN], 0);
    assert_int_equal(of_state[PARSE_UNKNOWN], 4827); /* N/A */
    assert_int_equal(of_why[PARSE_FOREIGN], 3);
    assert_int_equal(of_why[PARSE_UNIT_MISSING], 1); /* "50()" */
    assert_int_equal(of_why[PARSE_FINE], 16032 + 4827);
}

static void all_registration_dates_are_read(void **state)
{
    (void)state;
    FILE *f = shared_open("enterprises/湖南-2018.csv");
    if (!f) skip();
    static struct shared_row row;
    assert_true(shared_next(f, &row));
    int n = 0;
    for (; shared_next(f, &row); n++) {
        day_t d;
        char out[DAY_TEXT];
        assert_int_equal(parse_day(text(row.field[2]), &d).state, PARSE_OK);
        assert_string_equal(day_text(d, out), row.field[2]);
    }
    fclose(f);
    assert_int_equal(n, 9407);
}

static void yes_and_no_in_all_their_forms(void **state)
{
    (void)state;
    static const char *const yes[] = {"是", "有", "√", "✓", "Y", "yes", "YES", "true", "TRUE", "1", "已", "Ｙ"};
    static const char *const no[] = {"否", "无", "×", "N", "no", "false", "0", "未", "没有", "✗"};
    static const char *const neither[] = {"可能", "2", "□", "是否", "yes no", "有效"};
    bool b;
    for (size_t i = 0; i < COUNT(yes); i++) assert_true(parse_yes_no(text(yes[i]), &b).state == PARSE_OK && b);
    for (size_t i = 0; i < COUNT(no); i++) assert_true(parse_yes_no(text(no[i]), &b).state == PARSE_OK && !b);
    for (size_t i = 0; i < COUNT(neither); i++) check(neither[i], parse_yes_no(text(neither[i]), &b), PARSE_NOT_YES_NO);
    assert_true(parse_yes_no((struct cell){.kind = CELL_BOOL, .text = STR("TRUE"), .number = 1}, &b).state == PARSE_OK && b);
}

static void telephones_are_brought_to_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
        enum parse_why why;
    } cases[] = {
        {"13800000000", "13800000000", 0},
        {"138 0000 0000", "13800000000", 0},
        {"138-0000-0000", "13800000000", 0},
        {"＋86 13800000000", "13800000000", 0},
        {"8613800000000", "13800000000", 0},
        {"0730-8000000", "0730-8000000", 0},
        {"(0730)8000000", "0730-8000000", 0},
        {"（０７３０）８００００００", "0730-8000000", 0},
        {"073180000000", "0731-80000000", 0},
        {"010-80000000", "010-80000000", 0},
        {"021-8000-0000", "021-80000000", 0},
        {"0730-8000000-801", "0730-8000000-801", 0},
        {"0730-8000000转801", "0730-8000000-801", 0},
        {"400-800-0000", "4008000000", 0},
        {"12350", "12350", 0},
        {"119", "119", 0},
        {"95500", "95500", 0},
        {"8000000", "8000000", PARSE_NO_AREA_CODE},
        {"8000000转801", "8000000转801", PARSE_NO_AREA_CODE},
        {"400-800-0000-12", "4008000000-12", 0},
        {"13800000000/13900000000", "13800000000", PARSE_FIRST_OF_MANY},
        {"0730-8000000、13800000000", "0730-8000000", PARSE_FIRST_OF_MANY},
        {"13800000000；0730-8000000", "13800000000", PARSE_FIRST_OF_MANY},
        {"13800000000/", "13800000000", 0},
        {"138****0000", NULL, PARSE_NOT_PHONE},
        {"12800000000", NULL, PARSE_NOT_PHONE},
        {"1380000000", NULL, PARSE_NOT_PHONE},
        {"138000000000", NULL, PARSE_NOT_PHONE},
        {"电话", NULL, PARSE_NOT_PHONE},
        {"13800000000转1", NULL, PARSE_NOT_PHONE},
        {"7308000000", NULL, PARSE_NOT_PHONE},
        {"0730-8000000-12345678", NULL, PARSE_NOT_PHONE},
        {"00000000000000000000000", NULL, PARSE_NOT_PHONE},
        {"0730-1000000", NULL, PARSE_NOT_PHONE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[PARSE_PHONE] = "", again[PARSE_PHONE] = "";
        struct parse_result r = parse_phone(text(cases[i].text), out);
        check(cases[i].text, r, cases[i].why);
        assert_string_equal(out, cases[i].want ? cases[i].want : "");
        if (!cases[i].want) continue;
        r = parse_phone(text(out), again);
        assert_true(parse_has_value(&r));
        assert_string_equal(again, out);
    }
}

static void region_codes_are_padded(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"43", "430000000000"},
        {"4306", "430600000000"},
        {"430602", "430602000000"},
        {"430602001", "430602001000"},
        {"430602001001", "430602001001"},
        {"４３０６０２", "430602000000"},
        {"50", "500000000000"}, /* Chongqing, the one province whose code ends in 0 */
        {"1", ""},
        {"430", ""},
        {"43060", ""},
        {"4306020010011", ""},
        {"43060a", ""},
        {"00", ""},
        {"10", ""},
        {"岳阳楼区", ""},
        {"-43060", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[PARSE_REGION] = "";
        check(cases[i][0], parse_region(text(cases[i][0]), out), *cases[i][1] ? PARSE_FINE : PARSE_NOT_REGION);
        assert_string_equal(out, cases[i][1]);
    }
    char out[PARSE_REGION];
    assert_int_equal(parse_region(number("430602001001"), out).state, PARSE_OK);
}

static void places_are_read_with_their_datum(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
        enum parse_why why;
    } cases[] = {
        {"113.123,29.371 WGS-84", "113.123,29.371 WGS-84", 0},
        {"113.123,29.371", "113.123,29.371 WGS-84", PARSE_NO_DATUM},
        {"113.123，29.371 BD-09", "113.123,29.371 BD-09", 0},
        {"{\"lng\":113.123,\"lat\":29.371}", "113.123,29.371 WGS-84", PARSE_NO_DATUM},
        {"{\"lat\":\"29.371\",\"lng\":\"113.123\",\"datum\":\"GCJ-02\"}", "113.123,29.371 GCJ-02", 0},
        {"113°7′25″E,29°22′N CGCS2000", "113.1236111,29.3666667 CGCS2000", 0},
        {"29°22'N 113°7'25\"E gps", "113.1236111,29.3666667 WGS-84", 0},
        {"E113°7′25″，N29°22′ gps", "113.1236111,29.3666667 WGS-84", 0},
        {"北纬29.371度，东经113.123度 百度", "113.123,29.371 BD-09", 0},
        {"东经113度7分25秒 北纬29度22分0秒 gps", "113.1236111,29.3666667 WGS-84", 0},
        {"113.123E 29.371N gps", "113.123,29.371 WGS-84", 0},
        {"29.371,113.123 高德", "113.123,29.371 GCJ-02", PARSE_SWAPPED},
        {"-71.5,-33.25 gps", "-71.5,-33.25 WGS-84", 0},
        {"71.5W,33.25S gps", "-71.5,-33.25 WGS-84", 0},
        {"13.4,52.5 gps", "13.4,52.5 WGS-84", 0},
        {"13.4,52.5 bd09", NULL, PARSE_OUTSIDE},
        {"0,0", NULL, PARSE_OUTSIDE},
        {"190,20", NULL, PARSE_OUTSIDE},
        {"113.123", NULL, PARSE_NOT_PLACE},
        {"113.1,29.3,45", NULL, PARSE_NOT_PLACE},
        {"113.1E,29.3E", NULL, PARSE_NOT_PLACE},
        {"113°61′E,29°22′N", NULL, PARSE_NOT_PLACE},
        {"113.1,29.3 bd09 gcj02", NULL, PARSE_NOT_PLACE},
        {"-113.1W,29.3N", NULL, PARSE_NOT_PLACE},
        {"巴陵中路", NULL, PARSE_NOT_PLACE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct place p;
        char out[PLACE_TEXT];
        struct parse_result r = parse_place(text(cases[i].text), &p);
        check(cases[i].text, r, cases[i].why);
        assert_int_equal(parse_has_value(&r), cases[i].want != NULL);
        if (cases[i].want) assert_string_equal(place_text(p, out), cases[i].want);
    }
    struct place p;
    struct cell json = {.kind = CELL_LIST, .text = STR("{\"lng\":113.1,\"lat\":29.3}")};
    check("json", parse_place(json, &p), PARSE_NO_DATUM);
    assert_true(p.lng == 1131000000 && p.lat == 293000000);
}

static void long_texts_are_refused_and_shown_in_part(void **state)
{
    (void)state;
    char z[1000];
    for (size_t i = 0; i + 3 < sizeof z; i += 3) memcpy(z + i, "隐", 4);
    int64_t v;
    day_t d;
    check("long", parse_integer(text(z), &v), PARSE_TOO_LONG);
    z[240] = '\0';
    struct parse_result r = parse_day(text(z), &d);
    check("longish", r, PARSE_NOT_DATE);
    assert_non_null(strstr(r.reason, "…"));
}

/* xorshift64*: the same values on every machine. */
static uint64_t next_random(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * UINT64_C(2685821657736338717);
}

/* A number of any size, both signs; every width of bits equally often. `most` bits. */
static int64_t any_int(uint64_t *s, unsigned most)
{
    uint64_t bits = next_random(s) >> (64 - 1 - next_random(s) % most);
    return next_random(s) % 2 ? (int64_t)bits : -(int64_t)bits;
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    uint64_t seed = 430602;
    for (int i = 0; i < 20000; i++) {
        char out[PARSE_NUMBER_TEXT], date[DAY_TEXT], at[INSTANT_TEXT], spot[PLACE_TEXT];
        int64_t v = any_int(&seed, 62), back = 0;
        assert_int_equal(parse_money(text(money_text(v, out)), 1, &back).state, PARSE_OK);
        assert_true(back == v);
        assert_int_equal(parse_decimal(text(points_text(v, out)), 2, &back).state, PARSE_OK);
        assert_true(back == v);
        int scale = (int)(next_random(&seed) % 10);
        int64_t w = any_int(&seed, 59);
        assert_int_equal(parse_decimal(number(decimal_text(w, scale, out)), scale, &back).state, PARSE_OK);
        assert_true(back == w);
        assert_int_equal(parse_integer(text(decimal_text(w, 0, out)), &back).state, PARSE_OK);
        assert_true(back == w);
        day_t d = DAY_MIN + (day_t)(next_random(&seed) % (DAY_MAX - DAY_MIN + 1)), day_back;
        assert_int_equal(parse_day(text(day_text(d, date)), &day_back).state, PARSE_OK);
        assert_int_equal(day_back, d);
        instant_t t = day_start(d) + (instant_t)(next_random(&seed) % INSTANT_DAY), t_back;
        assert_int_equal(parse_instant(text(instant_text(t, at)), &t_back).state, PARSE_OK);
        assert_true(t_back == t);
        struct place p = {730000000 + (int64_t)(next_random(&seed) % 630000001), 30000000 + (int64_t)(next_random(&seed) % 510000001),
                          (enum datum)(next_random(&seed) % DATUM__MAX)};
        struct place q;
        assert_int_equal(parse_place(text(place_text(p, spot)), &q).state, PARSE_OK);
        assert_true(p.lng == q.lng && p.lat == q.lat && p.datum == q.datum);
    }
}

static void formats_reach_the_ends_of_their_types(void **state)
{
    (void)state;
    char out[PARSE_NUMBER_TEXT];
    assert_string_equal(money_text(0, out), "0.00");
    assert_string_equal(money_text(-5, out), "-0.05");
    assert_string_equal(money_text(INT64_MIN, out), "-92233720368547758.08");
    assert_string_equal(points_text(9450, out), "94.5");
    assert_string_equal(points_text(10000, out), "100");
    assert_string_equal(points_text(-1, out), "-0.01");
    assert_string_equal(decimal_text(1250, 0, out), "1250");
    assert_string_equal(decimal_text_trimmed(1200, 0, out), "1200");
    assert_string_equal(decimal_text(INT64_MIN, 9, out), "-9223372036.854775808");
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_are_unknown_and_never_zero),
        cmocka_unit_test(days_are_read_as_people_write_them),
        cmocka_unit_test(date_cells_and_number_cells_are_told_apart),
        cmocka_unit_test(instants_are_read_in_beijing),
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(money_is_read_to_the_fen),
        cmocka_unit_test(the_heading_counts_only_where_the_cell_is_silent),
        cmocka_unit_test(all_registered_capitals_are_read_or_explained),
        cmocka_unit_test(all_registration_dates_are_read),
        cmocka_unit_test(yes_and_no_in_all_their_forms),
        cmocka_unit_test(telephones_are_brought_to_one_form),
        cmocka_unit_test(region_codes_are_padded),
        cmocka_unit_test(places_are_read_with_their_datum),
        cmocka_unit_test(long_texts_are_refused_and_shown_in_part),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(formats_reach_the_ends_of_their_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
