/* test_parse_number.c — whole numbers, decimals, money. */
#include "parse_test.h"

#include "base/lang.h"
#include "shared_csv.h"

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

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(money_is_read_to_the_fen),
        cmocka_unit_test(the_heading_counts_only_where_the_cell_is_silent),
        cmocka_unit_test(all_registered_capitals_are_read_or_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
