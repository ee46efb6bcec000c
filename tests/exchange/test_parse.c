/* test_parse.c — what people write in cells → typed values, and back: blanks, words, telephones, places. */
#include "parse_test.h"

#include "base/lang.h"
#include "shared_csv.h"

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
        cmocka_unit_test(blanks_are_unknown_and_never_zero),  cmocka_unit_test(yes_and_no_in_all_their_forms),
        cmocka_unit_test(telephones_are_brought_to_one_form), cmocka_unit_test(region_codes_are_padded),
        cmocka_unit_test(places_are_read_with_their_datum),   cmocka_unit_test(long_texts_are_refused_and_shown_in_part),
        cmocka_unit_test(what_is_written_is_read_again),      cmocka_unit_test(formats_reach_the_ends_of_their_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
