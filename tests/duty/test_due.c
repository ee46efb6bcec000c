/* test_due.c — deadlines against a slow independent counting, and their laws over thousands of random cases. */
#include "duty_test.h"

#include <stdlib.h>

#include "duty/due.h"

static struct arena *arena;
static struct calendar *calendar;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new_capped((size_t)512 << 20);
    OKAY(calendar_shipped(arena, DAY_MAX, &calendar));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static uint64_t seed = 20260210;
static int64_t any(int64_t low, int64_t high) /* xorshift: the same cases every time */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (int64_t)(seed % (uint64_t)(high - low + 1));
}

static struct due reckon(struct clock_rule r, const char *start)
{
    struct due d;
    OKAY(due_find(arena, &r, at(start), calendar, NULL, &d));
    return d;
}

static void ends(int64_t amount, enum clock_unit unit, const char *start, const char *due)
{
    char text[INSTANT_TEXT];
    assert_string_equal(instant_text(reckon((struct clock_rule){.amount = amount, .unit = unit}, start).due, text), due);
}

/* ---- the slow way: is this day worked, by walking over all rows of the file ---- */

/* Days off by law in years that were not announced when this was written. */
static const char *const statutory[] = {
    "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-05-01", "2027-05-02", "2027-06-09",
    "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03", "2028-01-01", "2028-01-25", "2028-01-26", "2028-01-27", "2028-01-28",
    "2028-04-04", "2028-05-01", "2028-05-02", "2028-05-28", "2028-10-01", "2028-10-02", "2028-10-03", "2029-01-01", "2029-02-12",
    "2029-02-13", "2029-02-14", "2029-02-15", "2029-04-04", "2029-05-01", "2029-05-02", "2029-06-16", "2029-09-22", "2029-10-01",
    "2029-10-02", "2029-10-03", "2030-01-01", "2030-02-02", "2030-02-03", "2030-02-04", "2030-02-05", "2030-04-05", "2030-05-01",
    "2030-05-02", "2030-06-05", "2030-09-12", "2030-10-01", "2030-10-02", "2030-10-03", "2031-01-01", "2031-01-22", "2031-01-23",
    "2031-01-24", "2031-01-25", "2031-04-05", "2031-05-01", "2031-05-02", "2031-06-24", "2031-10-01", "2031-10-02", "2031-10-03"};
enum { STATUTORY = sizeof statutory / sizeof *statutory };

static bool worked(day_t day)
{
    static day_t off[STATUTORY];
    if (!off[0])
        for (int i = 0; i < STATUTORY; i++) off[i] = day_at(statutory[i]);
    for (int i = 0; i < STATUTORY; i++)
        if (off[i] == day) return false;
    for (int i = 0; i < calendar->n; i++)
        if (calendar->day[i].day == day) return calendar->day[i].kind == LISTED_WORKED;
    return (day + 3 + 70000000) % 7 < 5; /* 1970-01-01 was a Thursday */
}

static day_t slow_end(const struct clock_rule *r, day_t day)
{
    int64_t left = llabs(r->amount);
    int way = r->amount < 0 ? -1 : 1;
    bool working = r->unit == CLOCK_WORKING_DAYS;
    if (r->count_first && left && (!working || worked(day))) left--;
    while (left) {
        day += way;
        if (!working || worked(day)) left--;
    }
    while (r->roll_next && !worked(day)) day++;
    return day;
}

static struct clock_rule any_rule(void)
{
    return (struct clock_rule){.amount = any(0, 9) ? any(-90, 90) : any(-900, 900),
                               .unit = any(0, 1) ? CLOCK_DAYS : CLOCK_WORKING_DAYS,
                               .count_first = any(0, 1),
                               .roll_next = any(0, 1)};
}

static instant_t any_instant(void)
{
    return any(day_start(day_at("2008-01-01")), day_start(day_at("2026-12-31")));
}

static void a_due_in_days_is_the_one_that_slow_counting_finds(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct clock_rule r = any_rule();
        instant_t start = any_instant();
        struct due d;
        OKAY(due_find(arena, &r, start, calendar, NULL, &d));
        assert_int_equal(d.due, day_end(slow_end(&r, instant_day(start))));
    }
}

static void the_counted_steps_of_a_derivation_make_up_the_amount(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        struct clock_rule r = any_rule();
        struct due d;
        OKAY(due_find(arena, &r, any_instant(), calendar, NULL, &d));
        int64_t counted = 0;
        for (int k = 0; k < d.n; k++) {
            const struct due_step *s = &d.steps[k];
            counted += s->counts;
            int32_t days = abs(s->last - s->day) + 1, found = 0;
            for (day_t x = s->day < s->last ? s->day : s->last, n = 0; n < days; n++, x++) found += r.unit == CLOCK_DAYS || worked(x);
            if (s->counts) assert_int_equal(s->counts, found);
            if (s->counts) assert_int_equal(s->n, counted);
        }
        assert_int_equal(counted, llabs(r.amount));
    }
}

static void the_steps_of_a_derivation_leave_no_day_out(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct clock_rule r = any_rule();
        struct due d;
        instant_t start = any_instant();
        OKAY(due_find(arena, &r, start, calendar, NULL, &d));
        int way = r.amount < 0 ? -1 : 1;
        day_t next = instant_day(start);
        for (int k = 0; k < d.n; k++) {
            if (d.steps[k].why == WHY_ROLLED) break; /* goes on from the end, always forwards */
            assert_int_equal(d.steps[k].day, next);
            next = d.steps[k].last + way;
        }
    }
}

static void a_greater_amount_never_ends_earlier(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct clock_rule r = any_rule();
        instant_t start = any_instant(), before = INT64_MIN;
        r.unit = (enum clock_unit)any(0, CLOCK__MAX - 1);
        r.month = 1, r.day = (int)any(1, 31);
        for (r.amount = -30; r.amount < 30; r.amount++) {
            if (!r.amount && r.count_first) continue; /* nothing to count: the start, which lies between */
            struct due d;
            OKAY(due_find(arena, &r, start, calendar, NULL, &d));
            assert_true(d.due >= before);
            before = d.due;
        }
    }
}

static void the_time_of_the_starting_day_does_not_matter_for_days(void **state)
{
    (void)state;
    ends(1, CLOCK_DAYS, "2026-03-02T00:00", "2026-03-03T23:59:59+08:00");
    ends(1, CLOCK_DAYS, "2026-03-02T23:59:59", "2026-03-03T23:59:59+08:00");
    ends(1, CLOCK_DAYS, "2026-03-01T16:00:00Z", "2026-03-03T23:59:59+08:00"); /* midnight in Beijing */
    ends(1, CLOCK_DAYS, "2026-03-01T15:59:59Z", "2026-03-02T23:59:59+08:00");
}

static void the_first_day_counts_only_when_the_rule_says_so(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    struct clock_rule r = {.amount = 15, .unit = CLOCK_DAYS, .count_first = true};
    assert_string_equal(instant_text(reckon(r, "2026-04-01").due, text), "2026-04-15T23:59:59+08:00");
    r.count_first = false;
    assert_string_equal(instant_text(reckon(r, "2026-04-01").due, text), "2026-04-16T23:59:59+08:00");
    /* a first day that is not worked is no working day one */
    r = (struct clock_rule){.amount = 1, .unit = CLOCK_WORKING_DAYS, .count_first = true};
    assert_string_equal(instant_text(reckon(r, "2026-04-04").due, text), "2026-04-07T23:59:59+08:00");
}

static void hours_are_exact(void **state)
{
    (void)state;
    ends(1, CLOCK_HOURS, "2026-02-16T23:30:15", "2026-02-17T00:30:15+08:00");
    ends(36, CLOCK_HOURS, "2024-02-28T12:00", "2024-03-01T00:00:00+08:00");
    ends(0, CLOCK_HOURS, "2026-02-16T23:30:15", "2026-02-16T23:30:15+08:00");
}

static void months_end_on_the_same_day_or_the_last_of_a_shorter_month(void **state)
{
    (void)state;
    ends(1, CLOCK_MONTHS, "2026-01-31", "2026-02-28T23:59:59+08:00");
    ends(1, CLOCK_MONTHS, "2024-01-31", "2024-02-29T23:59:59+08:00");
    ends(12, CLOCK_MONTHS, "2024-02-29", "2025-02-28T23:59:59+08:00");
    ends(48, CLOCK_MONTHS, "2024-02-29", "2028-02-29T23:59:59+08:00");
    ends(3, CLOCK_MONTHS, "2026-11-30", "2027-02-28T23:59:59+08:00");
    char text[INSTANT_TEXT];
    struct clock_rule first = {.amount = 1, .unit = CLOCK_MONTHS, .count_first = true};
    assert_string_equal(instant_text(reckon(first, "2026-03-01").due, text), "2026-03-31T23:59:59+08:00");
    assert_string_equal(instant_text(reckon(first, "2026-03-15").due, text), "2026-04-14T23:59:59+08:00");
    assert_string_equal(instant_text(reckon(first, "2026-01-31").due, text), "2026-02-28T23:59:59+08:00");
}

static void days_pass_over_29_february(void **state)
{
    (void)state;
    ends(1, CLOCK_DAYS, "2024-02-28", "2024-02-29T23:59:59+08:00");
    ends(1, CLOCK_DAYS, "2026-02-28", "2026-03-01T23:59:59+08:00");
    ends(-1, CLOCK_DAYS, "2024-03-01", "2024-02-29T23:59:59+08:00");
}

static void make_up_workdays_count_and_days_off_do_not(void **state)
{
    (void)state;
    /* Spring Festival 2026: off 15 to 23 February, worked on Saturday the 14th and Saturday the 28th. */
    ends(3, CLOCK_WORKING_DAYS, "2026-02-11", "2026-02-14T23:59:59+08:00");
    ends(4, CLOCK_WORKING_DAYS, "2026-02-11", "2026-02-24T23:59:59+08:00");
    ends(10, CLOCK_WORKING_DAYS, "2026-02-10", "2026-03-02T23:59:59+08:00");
    ends(9, CLOCK_WORKING_DAYS, "2026-02-10", "2026-02-28T23:59:59+08:00");
    ends(-4, CLOCK_WORKING_DAYS, "2026-02-26", "2026-02-13T23:59:59+08:00");
    ends(1, CLOCK_WORKING_DAYS, "2025-12-31", "2026-01-04T23:59:59+08:00"); /* New Year: Sunday the 4th is worked */
}

static void every_national_holiday_of_2026_is_passed_over(void **state)
{
    (void)state;
    static const char *const holidays[][2] = {/* the last working day before it, the first one after */
                                              {"2025-12-31", "2026-01-04"}, {"2026-02-14", "2026-02-24"}, {"2026-04-03", "2026-04-07"},
                                              {"2026-04-30", "2026-05-06"}, {"2026-06-18", "2026-06-22"}, {"2026-09-24", "2026-09-28"},
                                              {"2026-09-30", "2026-10-08"}};
    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++) {
        struct due d = reckon((struct clock_rule){.amount = 1, .unit = CLOCK_WORKING_DAYS}, holidays[i][0]);
        assert_int_equal(d.due, day_end(day_at(holidays[i][1])));
        assert_false(d.provisional);
        d = reckon((struct clock_rule){.amount = -1, .unit = CLOCK_WORKING_DAYS}, holidays[i][1]);
        assert_int_equal(d.due, day_end(day_at(holidays[i][0])));
    }
}

static void an_end_on_a_day_off_moves_on_when_the_rule_rolls(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    struct clock_rule r = {.amount = 10, .unit = CLOCK_DAYS, .roll_next = true};
    struct due d = reckon(r, "2026-02-08");
    assert_string_equal(instant_text(d.due, text), "2026-02-24T23:59:59+08:00");
    assert_int_equal(d.steps[d.n - 2].why, WHY_ROLLED);
    assert_int_equal(d.steps[d.n - 1].day, day_at("2026-02-24"));
    r.unit = CLOCK_MONTHS, r.amount = 1;
    assert_string_equal(instant_text(reckon(r, "2026-01-14").due, text), "2026-02-14T23:59:59+08:00"); /* a Saturday that is worked */
}

static void a_year_without_a_notice_makes_the_answer_provisional(void **state)
{
    (void)state;
    struct clock_rule r = {.amount = 5, .unit = CLOCK_WORKING_DAYS};
    assert_false(reckon(r, "2026-12-21").provisional);
    assert_true(reckon(r, "2026-12-28").provisional);
    r.unit = CLOCK_DAYS; /* the span touches the year, whether the count asks about it or not */
    assert_true(reckon(r, "2026-12-28").provisional);
    assert_false(reckon(r, "2026-12-26").provisional);
    r.amount = -5;
    assert_true(reckon(r, "2027-01-03").provisional);
}

static void long_reckonings_are_told_in_ranges(void **state)
{
    (void)state;
    struct clock_rule r = {.code = STR("x"), .version = 1, .amount = 3650, .unit = CLOCK_WORKING_DAYS};
    struct due d = reckon(r, "2010-01-04");
    struct buf b CLEANUP_BUF = BUF_INIT(1000000);
    due_json(&b, &r, &d, LANG__MAX);
    OKAY(buf_error(&b));
    assert_true(d.n < 900 && b.n < 120000);
    int64_t counted = 0;
    for (int i = 0; i < d.n; i++) counted += d.steps[i].counts;
    assert_int_equal(counted, 3650);
}

static void a_derivation_says_what_every_day_was(void **state)
{
    (void)state;
    struct clock_rule r = {.code = STR("hazard_rectify"), .version = 1, .amount = 3, .unit = CLOCK_WORKING_DAYS};
    struct due d = reckon(r, "2026-02-13");
    struct buf b CLEANUP_BUF = BUF_INIT(10000), zh CLEANUP_BUF = BUF_INIT(10000), en CLEANUP_BUF = BUF_INIT(10000);
    due_json(&b, &r, &d, LANG__MAX);
    static const char head[] =
        "{\"due\":\"2026-02-25T23:59:59+08:00\",\"rule\":\"hazard_rectify\",\"version\":1,\"amount\":3,\"unit\":\"working_days\","
        "\"start\":\"2026-02-13T00:00:00+08:00\",\"provisional\":false,\"derivation\":[";
    assert_true(str_starts(buf_view(&b), str_of(head)));
    OKAY(due_text(buf_view(&b), LANG_ZH, &zh));
    OKAY(due_text(buf_view(&b), LANG_EN, &en));
    assert_true(str_find(buf_view(&zh), STR("  2026-02-14 周六  第1日  调休上班（春节）\n  2026-02-15 周日  不计  放假（春节）\n")) >= 0);
    assert_true(str_find(buf_view(&en), STR("  2026-02-25 Wed  day 3  working day\n")) >= 0);
    assert_int_equal(due_text(STR("{}"), LANG_ZH, &zh), ERR_INVALID);
    assert_int_equal(due_text(STR("nonsense"), LANG_ZH, &zh), ERR_INVALID);
}

static void a_day_that_an_order_names_is_the_limit(void **state)
{
    (void)state;
    struct due d;
    OKAY(due_ordered(arena, at("2026-02-10"), day_at("2026-02-15"), &d));
    assert_int_equal(d.due, day_end(day_at("2026-02-15")));
    assert_int_equal(d.n, 1);
    assert_int_equal(d.steps[0].why, WHY_ORDERED);
}

static void what_cannot_be_reckoned_is_refused(void **state)
{
    (void)state;
    static const struct clock_rule bad[] = {{.amount = 100001, .unit = CLOCK_DAYS},
                                            {.amount = INT64_MIN, .unit = CLOCK_DAYS},
                                            {.amount = -100000, .unit = CLOCK_MONTHS},
                                            {.amount = 9000, .unit = CLOCK_YEARS},
                                            {.amount = 1, .unit = CLOCK_QUARTER_DAY, .month = 4, .day = 1},
                                            {.amount = 1, .unit = CLOCK_YEAR_DAY, .month = 1, .day = 0},
                                            {.amount = 40000, .unit = CLOCK_QUARTER_DAY, .month = 1, .day = 1},
                                            {.amount = 100000, .unit = CLOCK_MONTHS}};
    struct due d;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(due_find(arena, &bad[i], at("2026-02-10"), calendar, NULL, &d), ERR_INVALID);
    static const struct clock_rule back = {.amount = -2, .unit = CLOCK_DAYS}, on = {.amount = 2, .unit = CLOCK_DAYS, .roll_next = true};
    assert_int_equal(due_find(arena, &back, at("0001-01-03"), calendar, NULL, &d), ERR_INVALID);
    assert_int_equal(due_find(arena, &on, at("9999-12-30"), calendar, NULL, &d), ERR_INVALID);
}

static void a_calendar_lists_a_day_once_and_knows_its_year(void **state)
{
    (void)state;
    struct calendar *c = calendar_new(arena, DAY_MAX);
    struct calendar_day d = {.day = day_at("2030-05-01"), .published = DAY_UNKNOWN, .edition = STR("2030")};
    OKAY(calendar_add(c, d));
    OKAY(calendar_sort(c));
    assert_int_equal(calendar_ask(c, d.day).kind, DAY_HOLIDAY);
    assert_false(calendar_ask(c, day_at("2030-05-02")).provisional);
    assert_true(calendar_ask(c, day_at("2031-05-02")).provisional);
    OKAY(calendar_add(c, d));
    assert_int_equal(calendar_sort(c), ERR_CONFLICT);
    d.edition = STR("year");
    assert_int_equal(calendar_add(c, d), ERR_INVALID);
}

/* Reckon, write and read a derivation with only `n` allocations. */
static enum err reckon_with(long n, struct buf *text)
{
    static const struct clock_rule r = {.code = {"x", 1}, .version = 1, .amount = 400, .unit = CLOCK_WORKING_DAYS, .roll_next = true};
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    struct buf json CLEANUP_BUF = BUF_INIT(1000000);
    struct due d;
    assert_non_null(a);
    mem_fail_after(n);
    enum err e = due_find(a, &r, at("2026-02-10"), calendar, NULL, &d);
    if (!e) due_json(&json, &r, &d, LANG__MAX);
    if (!e && !(e = buf_error(&json))) e = due_text(buf_view(&json), LANG_ZH, text);
    return e;
}

static void without_memory_there_is_no_derivation_rather_than_a_wrong_one(void **state)
{
    (void)state;
    struct buf whole CLEANUP_BUF = BUF_INIT(1000000);
    OKAY(reckon_with(-1, &whole));
    enum err e = ERR_NO_MEMORY;
    long n = 0;
    for (; e; n++) {
        struct buf text CLEANUP_BUF = BUF_INIT(1000000);
        e = reckon_with(n, &text);
        mem_fail_after(-1);
        if (e) assert_int_equal(e, ERR_NO_MEMORY);
        if (!e) assert_true(str_eq(buf_view(&text), buf_view(&whole)));
    }
    assert_true(n > 3);
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_due_in_days_is_the_one_that_slow_counting_finds),
        cmocka_unit_test(the_counted_steps_of_a_derivation_make_up_the_amount),
        cmocka_unit_test(the_steps_of_a_derivation_leave_no_day_out),
        cmocka_unit_test(a_greater_amount_never_ends_earlier),
        cmocka_unit_test(the_time_of_the_starting_day_does_not_matter_for_days),
        cmocka_unit_test(the_first_day_counts_only_when_the_rule_says_so),
        cmocka_unit_test(hours_are_exact),
        cmocka_unit_test(months_end_on_the_same_day_or_the_last_of_a_shorter_month),
        cmocka_unit_test(days_pass_over_29_february),
        cmocka_unit_test(make_up_workdays_count_and_days_off_do_not),
        cmocka_unit_test(every_national_holiday_of_2026_is_passed_over),
        cmocka_unit_test(an_end_on_a_day_off_moves_on_when_the_rule_rolls),
        cmocka_unit_test(a_year_without_a_notice_makes_the_answer_provisional),
        cmocka_unit_test(long_reckonings_are_told_in_ranges),
        cmocka_unit_test(a_derivation_says_what_every_day_was),
        cmocka_unit_test(a_day_that_an_order_names_is_the_limit),
        cmocka_unit_test(what_cannot_be_reckoned_is_refused),
        cmocka_unit_test(without_memory_there_is_no_derivation_rather_than_a_wrong_one),
        cmocka_unit_test(a_calendar_lists_a_day_once_and_knows_its_year),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
