/* test_calendar.c — which days are worked: notices and their editions, years without one, windows by rule, a year told. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "duty/calendar.h"
#include "duty_test.h"

static struct arena *arena;
static struct calendar *calendar;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new_capped((size_t)64 << 20);
    OKAY(calendar_shipped(arena, DAY_MAX, &calendar));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct calendar *as_of(const char *day)
{
    struct calendar *c;
    OKAY(calendar_shipped(arena, day_at(day), &c));
    return c;
}

static bool works(const struct calendar *c, const char *day)
{
    return calendar_ask(c, day_at(day)).works;
}

/* ---- notices ---- */

static void the_years_2004_to_2026_are_announced(void **state)
{
    (void)state;
    for (int year = 2003; year <= 2027; year++) {
        bool known = year >= 2004 && year <= 2026;
        assert_int_equal(calendar_announced(calendar, year), known);
        assert_int_equal(calendar_ask(calendar, day_of((struct civil){year, 3, 5})).provisional, !known);
    }
    assert_false(calendar_announced(calendar, -1) || calendar_announced(calendar, CALENDAR_YEARS));
}

static void a_later_notice_counts_from_its_publication_on(void **state)
{
    (void)state;
    assert_false(works(calendar, "2019-05-02"));
    assert_true(works(as_of("2019-03-21"), "2019-05-02") && !works(as_of("2019-03-21"), "2019-05-01"));
    assert_false(works(as_of("2019-03-22"), "2019-05-02"));
    assert_true(works(as_of("2020-01-26"), "2020-02-01")); /* a make-up workday, before the holiday was prolonged */
    assert_false(works(as_of("2020-01-27"), "2020-02-01") || works(calendar, "2020-02-01"));
    assert_true(works(as_of("2015-05-12"), "2015-09-03"));
}

static void before_its_notice_a_year_is_provisional(void **state)
{
    (void)state;
    struct calendar *before = as_of("2025-11-03"), *after = as_of("2025-11-04");
    assert_false(calendar_announced(before, 2026));
    assert_true(calendar_announced(after, 2026));
    assert_true(calendar_ask(before, day_at("2026-02-20")).works); /* statutory: 16 to 19 February */
    assert_false(calendar_ask(after, day_at("2026-02-20")).works);
    assert_false(calendar_ask(before, day_at("2026-02-14")).works); /* make-up work is made by the notice */
    assert_true(calendar_ask(after, day_at("2026-02-14")).works);
}

static void of_two_editions_the_later_stands_and_one_edition_names_a_day_once(void **state)
{
    (void)state;
    struct calendar *c = calendar_new(arena, DAY_MAX);
    day_t day = day_at("2030-05-03");
    OKAY(calendar_add(c, (struct calendar_day){day, LISTED_ORDINARY, day_at("2030-04-01"), STR("x"), STR("x"), STR("2030-2")}));
    OKAY(calendar_add(c, (struct calendar_day){day, LISTED_OFF, day_at("2029-11-01"), STR("x"), STR("x"), STR("2030")}));
    OKAY(calendar_sort(c));
    assert_int_equal(c->n, 1);
    assert_int_equal(calendar_ask(c, day).kind, DAY_WORK); /* taken back: a Friday like others */
    OKAY(calendar_add(c, (struct calendar_day){day, LISTED_OFF, day_at("2030-04-01"), STR("x"), STR("x"), STR("2030-2")}));
    assert_int_equal(calendar_sort(c), ERR_CONFLICT);
}

/* ---- years without a notice ---- */

/* "0101 0205-0208": exactly these days of a year are off by law. */
static void off_by_law(const struct calendar *c, int year, const char *days)
{
    bool off[13][32] = {{false}};
    for (struct str rest = str_of(days), span; rest.p;) {
        int64_t first = 0, last = 0;
        span = str_split(&rest, ' ');
        assert_true(str_int(str_head(span, 4), &first) && str_int(str_from(span, span.n - 4), &last));
        for (int64_t d = first; d <= last; d++) off[d / 100][d % 100] = true;
    }
    for (day_t d = day_of((struct civil){year, 1, 1}); day_civil(d).year == year; d++) {
        struct civil at = day_civil(d);
        struct day_answer a = calendar_ask(c, d);
        assert_true(a.provisional);
        bool listed = a.kind == DAY_HOLIDAY;
        if (listed != off[at.month][at.day]) fail_msg("%d-%02d-%02d", year, at.month, at.day);
        assert_int_equal(a.works, !listed && day_weekday(d) < 6);
    }
}

static void a_year_without_a_notice_has_the_statutory_days_of_its_law(void **state)
{
    (void)state;
    off_by_law(calendar, 1998, "0101 0128-0130 0501 1001-1002");
    off_by_law(calendar, 2000, "0101 0205-0207 0501-0503 1001-1003");
    struct calendar *old = as_of("1990-01-01");             /* knows no notice at all */
    off_by_law(old, 1999, "0101 0216-0218 0501 1001-1003"); /* revised on 18 September 1999 */
    off_by_law(old, 2007, "0101 0218-0220 0501-0503 1001-1003");
    off_by_law(old, 2008, "0101 0206-0208 0404 0501 0608 0914 1001-1003");
    off_by_law(old, 2013, "0101 0209-0211 0404 0501 0612 0919 1001-1003");
    off_by_law(old, 2014, "0101 0131-0131 0201-0202 0405 0501 0602 0908 1001-1003");
    off_by_law(old, 2024, "0101 0210-0212 0404 0501 0610 0917 1001-1003");
    off_by_law(old, 2025, "0101 0128-0131 0404 0501-0502 0531 1001-1003 1006");
    off_by_law(calendar, 2027, "0101 0205-0208 0405 0501-0502 0609 0915 1001-1003");
    off_by_law(calendar, 2031, "0101 0122-0125 0405 0501-0502 0624 1001-1003");
    off_by_law(calendar, 2033, "0101 0130-0131 0201-0202 0404 0501-0502 0601 0908 1001-1003");
    off_by_law(calendar, 2100, "0101 0501-0502 1001-1003"); /* beyond the lunar table */
}

static void every_announced_year_has_its_statutory_days_off(void **state)
{
    (void)state;
    for (int year = 2004; year <= 2026; year++)
        for (int i = 0; i < calendar->rules_n; i++) {
            struct window w;
            if (calendar->rule[i].kind != WINDOW_STATUTORY || !calendar_window(&calendar->rule[i], year, &w)) continue;
            for (day_t d = w.first; d <= w.last; d++) {
                char text[DAY_TEXT];
                if (calendar_ask(calendar, d).works) fail_msg("%s is worked", day_text(d, text));
            }
        }
}

/* ---- windows ---- */

static void windows_follow_their_festival(void **state)
{
    (void)state;
    struct calendar_rule r = {.kind = WINDOW_SWEEP,
                              .festival = SPRING_FESTIVAL,
                              .offset = -15,
                              .days = 22,
                              .valid_from = day_at("2006-01-01"),
                              .valid_to = day_at("2033-12-31")};
    struct window w;
    assert_true(calendar_window(&r, 2033, &w));
    assert_int_equal(w.first, day_at("2033-01-16"));
    assert_int_equal(w.last, day_at("2033-02-06"));
    assert_false(calendar_window(&r, 2034, &w) || calendar_window(&r, 2005, &w));
    r = (struct calendar_rule){
        .festival = FESTIVAL__MAX, .month = 2, .day = 29, .days = 1, .valid_from = DAY_UNKNOWN, .valid_to = DAY_UNKNOWN};
    assert_true(calendar_window(&r, 2028, &w));
    assert_false(calendar_window(&r, 2027, &w));
}

/* ---- published transcriptions ---- */

static json_t *shared(const char *name)
{
    char path[500];
    const char *dir = getenv("ANJIAN_SHARED");
    snprintf(path, sizeof path, "%s/data/holidays/%s", dir ? dir : PROJECT_ROOT "/../shared", name);
    return json_load_file(path, 0, NULL);
}

static void the_first_transcription_of_the_notices_agrees(void **state)
{
    (void)state;
    json_t *all = shared("chinese-days.json"), *value;
    const char *day;
    int n = 0;
    if (!all) skip();
    json_object_foreach(json_object_get(all, "holidays"), day, value) n++, assert_false(works(calendar, day));
    json_object_foreach(json_object_get(all, "workdays"), day, value) n++, assert_true(works(calendar, day));
    assert_true(n > 700);
    json_decref(all);
}

static void the_second_transcription_of_the_notices_agrees(void **state)
{
    (void)state;
    for (int year = 2018; year <= 2024; year++) {
        char name[40];
        size_t i;
        snprintf(name, sizeof name, "holiday-cn-%d.json", year);
        json_t *all = shared(name), *day;
        if (!all) skip();
        json_array_foreach(json_object_get(all, "days"), i, day) assert_int_equal(
            works(calendar, json_string_value(json_object_get(day, "date"))), !json_is_true(json_object_get(day, "isOffDay")));
        json_decref(all);
    }
}

/* ---- a year told ---- */

static json_t *told(int year, enum lang lang)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000000);
    calendar_year_json(&b, calendar, year, lang);
    OKAY(buf_error(&b));
    json_t *j = json_loadb(b.p, b.n, 0, NULL);
    assert_non_null(j);
    return j;
}

static const char *text(const json_t *list, size_t i, const char *key)
{
    return json_string_value(json_object_get(json_array_get(list, i), key));
}

static void a_year_is_told_with_its_days_festivals_and_sweeps(void **state)
{
    (void)state;
    json_t *j = told(2026, LANG_ZH), *days = json_object_get(j, "holidays"), *work = json_object_get(j, "make_up_workdays"),
           *sweeps = json_object_get(j, "sweeps"), *lunar = json_object_get(j, "lunar");
    assert_int_equal(json_object_size(j), 7);
    assert_int_equal(json_array_size(json_object_get(j, "publicity")), 4);
    assert_int_equal(json_integer_value(json_object_get(j, "year")), 2026);
    assert_true(json_is_true(json_object_get(j, "announced")));
    assert_int_equal(json_array_size(days), 33);
    assert_string_equal(text(days, 3, "date"), "2026-02-15");
    assert_string_equal(text(days, 3, "name"), "春节");
    assert_int_equal(json_array_size(work), 6);
    assert_string_equal(text(work, 5, "date"), "2026-10-10");
    assert_int_equal(json_object_size(lunar), 6);
    assert_string_equal(json_string_value(json_object_get(lunar, "spring_festival")), "2026-02-17");
    assert_string_equal(json_string_value(json_object_get(lunar, "double_ninth")), "2026-10-18");
    assert_int_equal(json_array_size(sweeps), 5);
    assert_string_equal(text(sweeps, 1, "from"), "2026-02-02");
    assert_string_equal(text(sweeps, 1, "to"), "2026-02-23");
    json_decref(j);
    j = told(2027, LANG_EN);
    assert_true(json_is_false(json_object_get(j, "announced")));
    assert_int_equal(json_array_size(json_object_get(j, "holidays")), 13);
    assert_int_equal(json_array_size(json_object_get(j, "make_up_workdays")), 0);
    assert_string_equal(text(json_object_get(j, "sweeps"), 0, "name"), "New Year sweep");
    json_decref(j);
}

static void a_year_is_told_to_people_with_its_publicity(void **state)
{
    (void)state;
    struct buf zh CLEANUP_BUF = BUF_INIT(100000), en CLEANUP_BUF = BUF_INIT(100000);
    enum lang before = lang_get();
    lang_set(LANG_ZH);
    calendar_year_text(&zh, calendar, 2027);
    lang_set(LANG_EN);
    calendar_year_text(&en, calendar, 2026);
    lang_set(before);
    assert_true(str_find(buf_view(&zh), STR("2027  days off are not announced yet")) == 0);
    assert_true(str_find(buf_view(&zh), STR("  2027-06-01 … 2027-06-30  publicity  安全生产月\n")) > 0);
    assert_true(str_find(buf_view(&zh), STR("  2027-11-09  publicity  119消防日\n")) > 0);
    assert_true(str_find(buf_view(&en), STR("  2026-02-15 … 2026-02-23  day off  春节\n")) > 0);
    assert_true(str_find(buf_view(&en), STR("  2026-12-02  publicity  Traffic safety day\n")) > 0);
}

static void without_memory_there_is_no_calendar_rather_than_a_short_one(void **state)
{
    (void)state;
    enum err e = ERR_NO_MEMORY;
    for (long n = 0; e; n += 97) {
        struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)8 << 20);
        struct calendar *c = NULL;
        mem_fail_after(n);
        e = calendar_shipped(a, DAY_MAX, &c);
        mem_fail_after(-1);
        if (e) assert_int_equal(e, ERR_NO_MEMORY);
        assert_true(e ? !c : c->n == calendar->n && c->rules_n == calendar->rules_n);
    }
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_years_2004_to_2026_are_announced),
        cmocka_unit_test(a_later_notice_counts_from_its_publication_on),
        cmocka_unit_test(before_its_notice_a_year_is_provisional),
        cmocka_unit_test(of_two_editions_the_later_stands_and_one_edition_names_a_day_once),
        cmocka_unit_test(a_year_without_a_notice_has_the_statutory_days_of_its_law),
        cmocka_unit_test(every_announced_year_has_its_statutory_days_off),
        cmocka_unit_test(windows_follow_their_festival),
        cmocka_unit_test(the_first_transcription_of_the_notices_agrees),
        cmocka_unit_test(the_second_transcription_of_the_notices_agrees),
        cmocka_unit_test(a_year_is_told_with_its_days_festivals_and_sweeps),
        cmocka_unit_test(a_year_is_told_to_people_with_its_publicity),
        cmocka_unit_test(without_memory_there_is_no_calendar_rather_than_a_short_one),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
