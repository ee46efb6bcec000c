/* test_parse_date.c — days and instants. */
#include "parse_test.h"

#include "base/lang.h"
#include "shared_csv.h"

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

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read_as_people_write_them),
        cmocka_unit_test(date_cells_and_number_cells_are_told_apart),
        cmocka_unit_test(instants_are_read_in_beijing),
        cmocka_unit_test(all_registration_dates_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
