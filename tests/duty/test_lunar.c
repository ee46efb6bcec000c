/* test_lunar.c — the table of lunar days against the sky, against published days, and against the rules of the calendar. */
#include <stdio.h>
#include <stdlib.h>

#include "duty/lunar.h"
#include "duty_test.h"
#include "sky.h"

static day_t festival(enum festival f, int year)
{
    day_t d;
    if (!festival_day(f, year, &d)) fail_msg("%d is not in the table", year);
    return d;
}

static void falls_on(enum festival f, const char *day)
{
    char text[DAY_TEXT];
    assert_string_equal(day_text(festival(f, atoi(day)), text), day);
}

/* ---- from the sky ---- */

struct month {
    int number;
    bool leap;
    day_t start;
};

static day_t sun_at(int degrees, day_t near)
{
    return instant_day(sky_sun_at(degrees, day_start(near)));
}

static day_t solstice(int year)
{
    return sun_at(270, day_of((struct civil){year, 12, 21}));
}

/* Does the sun reach a multiple of 30 degrees on one of these Beijing days? */
static bool has_major_term(day_t from, day_t before)
{
    int nearest = (int)(sky_sun(day_start(from + 15)) / 30 + 0.5);
    for (int i = nearest + 11; i <= nearest + 13; i++) {
        day_t term = sun_at(i % 12 * 30, from + 15);
        if (term >= from && term < before) return true;
    }
    return false;
}

/* The months from the one with the winter solstice before a year to the one before the next solstice's; how many. */
static int months_between_solstices(int year, struct month *ret)
{
    int first = sky_new_moon_by(solstice(year - 1)), n = sky_new_moon_by(solstice(year)) - first, number = 10;
    bool leap_over = n == 12;
    for (int i = 0; i < n; i++) {
        ret[i].start = instant_day(sky_new_moon(first + i));
        ret[i].leap = !leap_over && !has_major_term(ret[i].start, instant_day(sky_new_moon(first + i + 1)));
        leap_over |= ret[i].leap;
        if (!ret[i].leap) number = number % 12 + 1;
        ret[i].number = number;
    }
    return n;
}

static bool is_new_year(const struct month *m)
{
    return m->number == 1 && !m->leap;
}

static void every_month_from_1950_to_2099_begins_with_its_new_moon(void **state)
{
    (void)state;
    int months = 0;
    for (int year = LUNAR_FIRST; year <= LUNAR_LAST; year++) {
        struct month m[28];
        int n = months_between_solstices(year, m), leap = 0;
        n += months_between_solstices(year + 1, m + n);
        const struct month *at = m;
        while (!is_new_year(at)) at++;
        do {
            day_t day;
            if (!lunar_day(year, at->number, at->leap, 1, &day)) fail_msg("%d has no month %d", year, at->number);
            if (day != at->start) fail_msg("month %d of %d: %d days beside the sky", at->number, year, day - at->start);
            if (at->leap) leap = at->number;
            months++;
        } while (!is_new_year(++at));
        assert_int_equal(lunar_leap(year), leap);
    }
    assert_int_equal(months, 150 * 12 + 55); /* seven leap months in nineteen years */
}

static void qingming_is_the_day_on_which_the_sun_reaches_15_degrees(void **state)
{
    (void)state;
    for (int year = LUNAR_FIRST; year <= LUNAR_LAST; year++)
        assert_int_equal(festival(QINGMING, year), sun_at(15, day_of((struct civil){year, 4, 5})));
}

static void the_new_moons_that_come_closest_to_midnight_are_known(void **state)
{
    (void)state;
    static const char *const close[] = {"2057-09-28", "2097-08-07"}; /* in the whole table, those within a minute of it */
    int found = 0;
    for (int n = -620; n < 1240; n++) {
        instant_t t = sky_new_moon(n);
        instant_t past = t - day_start(instant_day(t));
        if (past > INSTANT_SECOND * 60 && past < INSTANT_DAY - INSTANT_SECOND * 60) continue;
        assert_true(found < 2);
        assert_int_equal(instant_day(t), day_at(close[found++]));
    }
    assert_int_equal(found, 2);
}

/* ---- the rules of the calendar ---- */

static void months_have_29_or_30_days_and_years_follow_each_other(void **state)
{
    (void)state;
    for (int year = LUNAR_FIRST; year <= LUNAR_LAST; year++) {
        day_t next = festival(SPRING_FESTIVAL, year), day;
        for (int month = 1; month <= 12; month++)
            for (int leap = 0; leap <= (lunar_leap(year) == month); leap++) {
                assert_true(lunar_day(year, month, leap, 1, &day));
                assert_int_equal(day, next);
                assert_true(lunar_day(year, month, leap, 29, &day));
                next += lunar_day(year, month, leap, 30, &day) ? 30 : 29;
                assert_false(lunar_day(year, month, leap, 31, &day));
            }
        if (year < LUNAR_LAST) assert_int_equal(festival(SPRING_FESTIVAL, year + 1), next);
        struct civil first = day_civil(festival(SPRING_FESTIVAL, year));
        assert_true((first.month == 1 && first.day >= 21) || (first.month == 2 && first.day <= 21));
    }
}

static void the_winter_solstice_lies_in_the_eleventh_month(void **state)
{
    (void)state;
    for (int year = LUNAR_FIRST; year <= LUNAR_LAST; year++) {
        day_t first, last;
        assert_true(lunar_day(year, 11, false, 1, &first) && lunar_day(year, 11, false, 29, &last));
        assert_in_range(solstice(year) - first, 0, 29);
    }
}

static void a_leap_month_is_the_first_without_a_major_term(void **state)
{
    (void)state;
    for (int year = LUNAR_FIRST; year <= LUNAR_LAST; year++) {
        day_t first, next;
        int leap = lunar_leap(year);
        if (!leap) continue;
        assert_true(lunar_day(year, leap, true, 1, &first));
        next = lunar_day(year, leap, true, 30, &next) ? first + 30 : first + 29;
        assert_false(has_major_term(first, next));
    }
}

/* ---- published days ---- */

static void known_traps_are_avoided(void **state)
{
    (void)state;
    falls_on(SPRING_FESTIVAL, "2027-02-06"); /* not the 7th, as ICU has it */
    falls_on(SPRING_FESTIVAL, "2030-02-03"); /* not the 2nd */
    assert_int_equal(lunar_leap(2033), 11);  /* old almanacs had it after the seventh */
    falls_on(MID_AUTUMN, "2033-09-08");
    falls_on(SPRING_FESTIVAL, "2034-02-19");
    falls_on(SPRING_FESTIVAL, "1985-02-20");
    falls_on(DRAGON_BOAT, "2013-06-12"); /* folk almanacs: the 13th */
    falls_on(SPRING_FESTIVAL_EVE, "2026-02-16");
    falls_on(LANTERN, "2026-03-03");
    falls_on(DRAGON_BOAT, "2030-06-05");
    falls_on(MID_AUTUMN, "2028-10-03");
    falls_on(DOUBLE_NINTH, "2026-10-18");
}

static void spring_festivals_from_2006_to_2050_are_those_that_were_checked_three_ways(void **state)
{
    (void)state;
    static const char *const days[] = {
        "2006-01-29", "2007-02-18", "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31",
        "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
        "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11",
        "2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28", "2037-02-15", "2038-02-04", "2039-01-24", "2040-02-12", "2041-02-01",
        "2042-01-22", "2043-02-10", "2044-01-30", "2045-02-17", "2046-02-06", "2047-01-26", "2048-02-14", "2049-02-02", "2050-01-23",
    };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) falls_on(SPRING_FESTIVAL, days[i]);
}

static void festivals_lie_in_the_days_off_of_their_name_in_every_notice(void **state)
{
    static const struct {
        const char *name;
        enum festival festival;
        int since;
    } named[] = {{"春节", SPRING_FESTIVAL, 2004}, {"清明节", QINGMING, 2008}, {"端午节", DRAGON_BOAT, 2008}, {"中秋节", MID_AUTUMN, 2008}};
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    struct csv csv;
    (void)state;
    csv_read(a, "data/calendar_day.csv", &csv);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        for (int year = named[i].since; year <= 2026; year++) {
            day_t day = festival(named[i].festival, year);
            bool found = day == day_at("2012-06-23"); /* a Saturday that the transcription leaves to the week */
            for (int row = 0; row < csv.rows && !found; row++) {
                if (!str_is(csv_cell(&csv, row, "kind"), "holiday")) continue;
                if (day_at(csv_cell(&csv, row, "day").p) != day) continue;
                struct str name = csv_cell(&csv, row, "name"); /* two feasts may share their days off: 国庆节 with 中秋节 */
                found = str_is(name, named[i].name) || str_is(name, "国庆节") || str_is(name, "中秋节");
            }
            if (!found) fail_msg("%s of %d is no day off", named[i].name, year);
        }
}

static const char *shared(char *path, size_t room, const char *name)
{
    const char *dir = getenv("ANJIAN_SHARED");
    snprintf(path, room, "%s/data/holidays/%s", dir ? dir : PROJECT_ROOT "/../shared", name);
    return path;
}

static void a_published_list_of_festivals_agrees(void **state)
{
    (void)state;
    static const char *const columns[FESTIVAL__MAX] = {"new_year_eve", "lunar_new_year", "lantern_festival", "qingming",
                                                       "dragon_boat",  "mid_autumn",     "double_ninth"};
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    char path[500];
    struct csv csv;
    if (!csv_try(a, shared(path, sizeof path, "lunar-festivals-2010-2024.csv"), &csv)) {
        a = arena_free(a); /* skip() does not come back, and nothing cleans up behind it */
        skip();
    }
    assert_int_equal(csv.rows, 15);
    for (int row = 0; row < csv.rows; row++) {
        int year = atoi(csv_cell(&csv, row, "year").p);
        for (int f = 0; f < FESTIVAL__MAX; f++)
            assert_int_equal(festival((enum festival)f, year), day_at(csv_cell(&csv, row, columns[f]).p));
        assert_int_equal(lunar_leap(year), atoi(csv_cell(&csv, row, "leap_month").p));
    }
}

static void outside_of_the_table_nothing_is_known(void **state)
{
    (void)state;
    day_t d = 42;
    assert_false(festival_day(SPRING_FESTIVAL, 1949, &d) || festival_day(QINGMING, 2100, &d) || festival_day(LANTERN, -1, &d));
    assert_false(lunar_day(2026, 0, false, 1, &d) || lunar_day(2026, 13, false, 1, &d) || lunar_day(2026, 1, false, 0, &d));
    assert_false(lunar_day(2026, 6, true, 1, &d) || lunar_day(2025, 5, true, 1, &d));
    assert_true(lunar_day(2025, 6, true, 1, &d));
    assert_int_equal(d, day_at("2025-07-25"));
    assert_int_equal(lunar_leap(2100), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_month_from_1950_to_2099_begins_with_its_new_moon),
        cmocka_unit_test(qingming_is_the_day_on_which_the_sun_reaches_15_degrees),
        cmocka_unit_test(the_new_moons_that_come_closest_to_midnight_are_known),
        cmocka_unit_test(months_have_29_or_30_days_and_years_follow_each_other),
        cmocka_unit_test(the_winter_solstice_lies_in_the_eleventh_month),
        cmocka_unit_test(a_leap_month_is_the_first_without_a_major_term),
        cmocka_unit_test(known_traps_are_avoided),
        cmocka_unit_test(spring_festivals_from_2006_to_2050_are_those_that_were_checked_three_ways),
        cmocka_unit_test(festivals_lie_in_the_days_off_of_their_name_in_every_notice),
        cmocka_unit_test(a_published_list_of_festivals_agrees),
        cmocka_unit_test(outside_of_the_table_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
