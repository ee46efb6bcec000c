/* test_due_change.c — suspensions, extensions, fixed days and counting back, against a slow independent reckoner; the mistakes that
 * others made with deadlines, each by name; and the rules that come with the program. */
#include "duty_test.h"

#include <stdlib.h>

#include "duty/rule.h"
#include "duty/shipped_rows.h"
#include "ledgers.h"

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

static uint64_t seed = 20261124;
static int64_t any(int64_t low, int64_t high) /* xorshift: the same cases every time */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (int64_t)(seed % (uint64_t)(high - low + 1));
}

static struct due reckon(struct clock_rule r, const char *start, const struct due_changes *c)
{
    struct due d;
    OKAY(due_find(arena, &r, at(start), calendar, c, &d));
    return d;
}

static void ends_at(struct due d, const char *due)
{
    char text[INSTANT_TEXT];
    assert_string_equal(instant_text(d.due, text), due);
}

static enum err refused(struct clock_rule r, const char *start, const struct due_changes *c)
{
    struct due d;
    return due_find(arena, &r, at(start), calendar, c, &d);
}

/* ---- the slow way ---- */

static bool off(day_t day, const struct due_changes *c) /* any second of the day lies in a suspension */
{
    for (int i = 0; i < c->suspensions; i++)
        if (!(c->suspension[i].to <= day_start(day) || c->suspension[i].from > day_start(day) + INSTANT_DAY - 1)) return true;
    return false;
}

static bool worked(day_t day)
{
    return calendar_ask(calendar, day).works;
}

static int last_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Month by month, on paper. */
static day_t slow_months(day_t day, int64_t months)
{
    struct civil c = day_civil(day);
    for (; months > 0; months--)
        if (++c.month == 13) c.month = 1, c.year++;
    for (; months < 0; months++)
        if (--c.month == 0) c.month = 12, c.year--;
    if (c.day > last_of(c.year, c.month)) c.day = last_of(c.year, c.month);
    return day_of(c);
}

static day_t slow_count(day_t day, int64_t amount, enum clock_unit unit, const struct due_changes *c)
{
    int way = amount < 0 ? -1 : 1;
    if (unit == CLOCK_MONTHS || unit == CLOCK_YEARS) {
        day_t end = slow_months(day, unit == CLOCK_YEARS ? amount * 12 : amount), lost = 0;
        for (day_t d = day; d != end;) d += way, lost += off(d, c);
        for (day = end; lost;) day += way, lost -= !off(day, c);
        return day;
    }
    for (int64_t left = llabs(amount); left;) {
        day += way;
        if (!off(day, c) && (unit == CLOCK_DAYS || worked(day))) left--;
    }
    return day;
}

static day_t slow_end(const struct clock_rule *r, day_t start, const struct due_changes *c)
{
    day_t day = slow_count(start, r->amount, r->unit, c);
    for (int i = 0; i < c->extensions; i++) day = slow_count(day, c->extension[i].amount, c->extension[i].unit, c);
    while (r->roll_next && !worked(day)) day++;
    return day;
}

static void any_changes(instant_t start, struct due_changes *ret, struct suspension s[4], struct extension e[3])
{
    *ret = (struct due_changes){s, (int)any(0, 4), e, (int)any(0, 3)};
    for (int i = 0; i < ret->suspensions; i++) {
        s[i].from = start + any(-5 * 24, 60 * 24) * INSTANT_HOUR;
        s[i].to = s[i].from + any(1, 20 * 24) * INSTANT_HOUR;
    }
    for (int i = 0; i < ret->extensions; i++)
        e[i] = (struct extension){any(1, 40), any(0, 2) ? (any(0, 1) ? CLOCK_DAYS : CLOCK_WORKING_DAYS) : CLOCK_MONTHS};
}

static instant_t any_start(void)
{
    return any(day_start(day_at("2008-01-01")), day_start(day_at("2025-06-30")));
}

static void suspensions_and_extensions_end_where_slow_counting_does(void **state)
{
    (void)state;
    static const enum clock_unit units[] = {CLOCK_DAYS, CLOCK_WORKING_DAYS, CLOCK_MONTHS, CLOCK_YEARS};
    for (int i = 0; i < 4000; i++) {
        struct clock_rule r = {.unit = units[any(0, 3)], .roll_next = any(0, 1)};
        struct due_changes c;
        struct suspension s[4];
        struct extension e[3];
        struct due d;
        instant_t start = any_start();
        r.amount = r.unit == CLOCK_YEARS ? any(1, 3) : r.unit == CLOCK_MONTHS ? any(1, 30) : any(1, 90);
        any_changes(start, &c, s, e);
        OKAY(due_find(arena, &r, start, calendar, &c, &d));
        assert_int_equal(d.due, day_end(slow_end(&r, instant_day(start), &c)));
    }
}

static void counting_back_ends_where_slow_counting_does(void **state)
{
    (void)state;
    static const enum clock_unit units[] = {CLOCK_DAYS, CLOCK_WORKING_DAYS, CLOCK_MONTHS, CLOCK_YEARS};
    for (int i = 0; i < 2000; i++) {
        struct clock_rule r = {.unit = units[any(0, 3)]};
        struct due_changes c = {0};
        instant_t start = any_start();
        struct due d;
        r.amount = r.unit == CLOCK_YEARS ? -any(1, 3) : r.unit == CLOCK_MONTHS ? -any(1, 30) : -any(1, 90);
        OKAY(due_find(arena, &r, start, calendar, NULL, &d));
        assert_int_equal(d.due, day_end(slow_end(&r, instant_day(start), &c)));
    }
}

static void hours_end_where_counting_minutes_does(void **state)
{
    (void)state;
    const instant_t minute = INSTANT_HOUR / 60;
    for (int i = 0; i < 400; i++) {
        struct clock_rule r = {.unit = CLOCK_HOURS, .amount = any(1, 120)};
        struct suspension s[3];
        struct due_changes c = {.suspension = s, .suspensions = (int)any(0, 3)};
        instant_t start = any_start() / minute * minute, t = start;
        struct due d;
        for (int k = 0; k < c.suspensions; k++) {
            s[k].from = start + any(-600, 6000) * minute;
            s[k].to = s[k].from + any(1, 3000) * minute;
        }
        OKAY(due_find(arena, &r, start, calendar, &c, &d));
        for (int64_t left = r.amount * 60; left; t += minute) {
            bool in = false;
            for (int k = 0; k < c.suspensions; k++) in |= s[k].from <= t && t < s[k].to;
            left -= !in;
        }
        assert_int_equal(d.due, t);
    }
}

static void a_fixed_day_lies_in_its_period_whatever_the_start(void **state)
{
    (void)state;
    static const struct {
        enum clock_unit unit;
        int months;
    } kinds[] = {{CLOCK_MONTH_DAY, 1}, {CLOCK_QUARTER_DAY, 3}, {CLOCK_HALF_YEAR_DAY, 6}, {CLOCK_YEAR_DAY, 12}};
    for (int i = 0; i < 2000; i++) {
        int k = (int)any(0, 3);
        struct clock_rule r = {.unit = kinds[k].unit, .amount = any(-3, 3), .month = (int)any(1, kinds[k].months), .day = (int)any(1, 31)};
        instant_t start = any_start();
        struct civil c = day_civil(instant_day(start));
        struct due d;
        OKAY(due_find(arena, &r, start, calendar, NULL, &d));
        while ((c.month - 1) % kinds[k].months) c.month--; /* the first month of the period */
        day_t month = slow_months(day_of((struct civil){c.year, c.month, 1}), r.amount * kinds[k].months + r.month - 1);
        struct civil at_month = day_civil(month);
        int last = last_of(at_month.year, at_month.month);
        assert_int_equal(d.due, day_end(month + (r.day < last ? r.day : last) - 1));
    }
}

static void the_fixed_days_of_the_law(void **state)
{
    (void)state;
    struct clock_rule quarter = {.unit = CLOCK_QUARTER_DAY, .amount = 1, .month = 1, .day = 15};
    ends_at(reckon(quarter, "2026-01-01", NULL), "2026-04-15T23:59:59+08:00");
    ends_at(reckon(quarter, "2026-12-31T23:59", NULL), "2027-01-15T23:59:59+08:00");
    struct clock_rule year_end = {.unit = CLOCK_YEAR_DAY, .month = 12, .day = 31};
    ends_at(reckon(year_end, "2026-12-31", NULL), "2026-12-31T23:59:59+08:00");
    struct clock_rule february = {.unit = CLOCK_YEAR_DAY, .amount = 1, .month = 2, .day = 31};
    ends_at(reckon(february, "2027-05-01", NULL), "2028-02-29T23:59:59+08:00");
    quarter.roll_next = true; /* 2028-01-15 is a Saturday */
    ends_at(reckon(quarter, "2027-11-01", NULL), "2028-01-17T23:59:59+08:00");
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct suspension empty = {5, 5}, one = {INT64_C(1700000000000000), INT64_C(1700086400000000)};
    static const struct extension none = {0, CLOCK_DAYS}, hours = {5, CLOCK_HOURS}, fixed = {1, CLOCK_YEAR_DAY}, days = {5, CLOCK_DAYS};
    struct clock_rule ten = {.amount = 10, .unit = CLOCK_DAYS}, back = {.amount = -10, .unit = CLOCK_DAYS};
    struct clock_rule year_end = {.unit = CLOCK_YEAR_DAY, .month = 12, .day = 31}, h = {.amount = 2, .unit = CLOCK_HOURS};
    assert_int_equal(refused(ten, "2026-01-05", &(struct due_changes){&empty, 1, NULL, 0}), ERR_INVALID);
    assert_int_equal(refused(ten, "2026-01-05", &(struct due_changes){NULL, 0, &none, 1}), ERR_INVALID);
    assert_int_equal(refused(ten, "2026-01-05", &(struct due_changes){NULL, 0, &hours, 1}), ERR_INVALID);
    assert_int_equal(refused(ten, "2026-01-05", &(struct due_changes){NULL, 0, &fixed, 1}), ERR_INVALID);
    assert_int_equal(refused(h, "2026-01-05", &(struct due_changes){NULL, 0, &days, 1}), ERR_INVALID);
    assert_int_equal(refused(back, "2026-01-05", &(struct due_changes){NULL, 0, &days, 1}), ERR_INVALID);
    assert_int_equal(refused(year_end, "2026-01-05", &(struct due_changes){&one, 1, NULL, 0}), ERR_INVALID);
    assert_int_equal(refused(ten, "2026-01-05", &(struct due_changes){NULL, DUE_CHANGES_MAX + 1, NULL, 0}), ERR_INVALID);
}

static void a_derivation_names_the_suspension_and_the_extension(void **state)
{
    (void)state;
    struct suspension s = {at("2026-03-04"), at("2026-03-07")};
    struct extension e = {2, CLOCK_WORKING_DAYS};
    struct due_changes c = {&s, 1, &e, 1};
    struct clock_rule r = {.code = STR("x"), .version = 3, .amount = 5, .unit = CLOCK_DAYS};
    struct due d = reckon(r, "2026-03-02", &c);
    ends_at(d, "2026-03-12T23:59:59+08:00"); /* days 3, 7, 8, 9, 10, then two working days */
    struct buf json CLEANUP_BUF = BUF_INIT(20000), text CLEANUP_BUF = BUF_INIT(20000);
    due_json(&json, &r, &d, LANG_EN);
    assert_true(str_find(buf_view(&json), STR("\"date\":\"2026-03-04\",\"to\":\"2026-03-06\",\"days\":0,\"step\":\"suspended\"")) > 0);
    assert_true(str_find(buf_view(&json), STR("\"why\":\"extended from here by 2 working days\",\"why_zh\":\"自此延长2个工作日\"")) > 0);
    OKAY(due_text(buf_view(&json), LANG_ZH, &text));
    assert_true(str_find(buf_view(&text), STR("2026-03-04 至 2026-03-06  不计  中止期间不计")) > 0);
}

/* ---- terms ---- */

static void an_extension_is_granted_before_the_end_as_often_and_as_long_as_the_rule_says(void **state)
{
    (void)state;
    struct change_terms t = {
        .suspend_by = RUNG__MAX, .extend_by = RUNG_LEADER, .extend_times = 1, .extend_most = 60, .extend_unit = CLOCK_DAYS};
    struct due_changes none = {0}, once = {.extensions = 1};
    struct extension fits = {60, CLOCK_DAYS}, long_one = {61, CLOCK_DAYS}, other = {10, CLOCK_WORKING_DAYS};
    instant_t due = at("2026-03-02T23:59:59");
    OKAY(due_may_extend(&t, RUNG_LEADER, &none, due, due, fits));
    assert_int_equal(due_may_extend(&t, RUNG_LEADER, &none, due, due + 1, fits), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "extend_late");
    assert_int_equal(due_may_extend(&t, RUNG_OFFICE, &none, due, due, fits), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "extend_by");
    assert_int_equal(due_may_extend(&t, RUNG_LEADER, &once, due, due, fits), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "extend_times");
    assert_int_equal(due_may_extend(&t, RUNG_LEADER, &none, due, due, long_one), ERR_REFUSED);
    assert_int_equal(due_may_extend(&t, RUNG_LEADER, &none, due, due, other), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "extend_most");
    t.extend_late = true;
    OKAY(due_may_extend(&t, RUNG_LEADER, &none, due, due + 1, fits));
    t.extend_by = RUNG__MAX;
    assert_int_equal(due_may_extend(&t, RUNG_LEADER, &none, due, due, fits), ERR_REFUSED);
}

static void a_suspension_keeps_to_the_limits_of_the_rule(void **state)
{
    (void)state;
    struct change_terms t = {.suspend_by = RUNG_SECTOR, .suspend_times = 2, .suspend_days = 10, .extend_by = RUNG__MAX};
    struct suspension was = {at("2026-03-02"), at("2026-03-08")}, four = {at("2026-03-10"), at("2026-03-14")},
                      five = {at("2026-03-10"), at("2026-03-15")};
    struct due_changes none = {0}, once = {.suspension = &was, .suspensions = 1}, twice = {.suspension = &was, .suspensions = 2};
    OKAY(due_may_suspend(&t, RUNG_OFFICE, &none, five));
    OKAY(due_may_suspend(&t, RUNG_SECTOR, &once, four));
    assert_int_equal(due_may_suspend(&t, RUNG_UNIT_HEAD, &none, four), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "suspend_by");
    assert_int_equal(due_may_suspend(&t, RUNG_SECTOR, &once, five), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "suspend_days");
    assert_int_equal(due_may_suspend(&t, RUNG_SECTOR, &twice, four), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "suspend_times");
    t.suspend_by = RUNG__MAX;
    assert_int_equal(due_may_suspend(&t, RUNG_LEADER, &none, four), ERR_REFUSED);
}

/* ---- mistakes of others (ANCHORS section 3) ---- */

/* glpi#10594, #14492: pending time and holidays used two calendars. */
static void suspended_time_and_days_off_are_of_one_calendar(void **state)
{
    (void)state;
    struct suspension s = {at("2026-02-12"), at("2026-02-14")};
    struct due_changes c = {.suspension = &s, .suspensions = 1};
    struct clock_rule r = {.amount = 2, .unit = CLOCK_WORKING_DAYS};
    ends_at(reckon(r, "2026-02-10", &c), "2026-02-14T23:59:59+08:00"); /* 11, then the make-up Saturday 14 */
    s.to = at("2026-02-15");
    ends_at(reckon(r, "2026-02-10", &c), "2026-02-24T23:59:59+08:00"); /* then over the festival */
}

/* glpi#22678: at 00:00 in place of the time meant; #9082: the due date left the working day. */
static void a_due_at_midnight_is_the_last_second_of_the_day_before(void **state)
{
    (void)state;
    struct clock_rule r = {.amount = 1, .unit = CLOCK_DAYS};
    ends_at(reckon(r, "2026-03-02T00:00", NULL), "2026-03-03T23:59:59+08:00");
    ends_at(reckon(r, "2026-03-01T23:59:59", NULL), "2026-03-02T23:59:59+08:00");
}

/* glpi#17186: a deadline is no timer: looking at it later, or in another order, moves nothing. */
static void the_same_input_gives_the_same_deadline_always(void **state)
{
    (void)state;
    struct clock_rule r = {.code = STR("x"), .version = 1, .amount = 20, .unit = CLOCK_WORKING_DAYS};
    struct suspension s[] = {{at("2026-03-10"), at("2026-03-12")}, {at("2026-03-04"), at("2026-03-06")}}, turned[] = {s[1], s[0]};
    struct buf a CLEANUP_BUF = BUF_INIT(20000), b CLEANUP_BUF = BUF_INIT(20000);
    struct due d = reckon(r, "2026-03-02", &(struct due_changes){s, 2, NULL, 0});
    due_json(&a, &r, &d, LANG__MAX);
    clock_set(at("2030-01-01"));
    d = reckon(r, "2026-03-02", &(struct due_changes){turned, 2, NULL, 0});
    clock_set(0);
    due_json(&b, &r, &d, LANG__MAX);
    assert_true(a.n && str_eq(buf_view(&a), buf_view(&b)));
}

/* zammad#390: local feasts of a feed were counted as holidays. */
static void festivals_that_are_no_days_off_count(void **state)
{
    (void)state;
    struct clock_rule r = {.amount = 1, .unit = CLOCK_WORKING_DAYS};
    ends_at(reckon(r, "2026-03-02", NULL), "2026-03-03T23:59:59+08:00"); /* Lantern Festival */
    ends_at(reckon(r, "2026-11-06", NULL), "2026-11-09T23:59:59+08:00"); /* fire safety day */
}

/* chinese-calendar#79, #102 and others: make-up workdays were wrong. */
static void every_make_up_workday_since_2004_is_a_working_day(void **state)
{
    (void)state;
    int n = 0;
    for (int i = 0; i < calendar->n; i++) {
        const struct calendar_day *d = &calendar->day[i];
        if (d->kind != LISTED_WORKED) continue;
        struct clock_rule r = {.amount = 1, .unit = CLOCK_WORKING_DAYS};
        struct due found;
        OKAY(due_find(arena, &r, day_start(d->day - 1), calendar, NULL, &found));
        assert_int_equal(found.due, day_end(d->day));
        n++;
    }
    assert_true(n > 100);
}

/* alaveteli#7292: a new holiday must move running deadlines; #5101: and show how the date was found. */
static void a_calendar_of_an_earlier_day_gives_the_deadline_of_that_day(void **state)
{
    (void)state;
    struct calendar *before;
    struct clock_rule r = {.amount = 3, .unit = CLOCK_WORKING_DAYS};
    struct due d;
    OKAY(calendar_shipped(arena, day_at("2015-05-12"), &before)); /* before the day of victory was added in May 2015 */
    OKAY(due_find(arena, &r, at("2015-09-01"), before, NULL, &d));
    assert_int_equal(d.due, day_end(day_at("2015-09-04")));
    assert_int_equal(d.as_of, day_at("2015-05-12"));
    ends_at(reckon(r, "2015-09-01", NULL), "2015-09-07T23:59:59+08:00"); /* 3, 4, 5 off; Sunday 6 worked: 2, 6, 7 */
}

/* alaveteli#621, #623: calendar and working days were mixed up. */
static void days_and_working_days_are_two_things(void **state)
{
    (void)state;
    ends_at(reckon((struct clock_rule){.amount = 10, .unit = CLOCK_DAYS}, "2026-02-10", NULL), "2026-02-20T23:59:59+08:00");
    ends_at(reckon((struct clock_rule){.amount = 10, .unit = CLOCK_WORKING_DAYS}, "2026-02-10", NULL), "2026-03-02T23:59:59+08:00");
}

/* Beijing has had no daylight saving since 1991, and the law's day never had. */
static void no_day_has_23_or_25_hours(void **state)
{
    (void)state;
    for (day_t day = day_at("1986-01-01"); day < day_at("1992-01-01"); day++) {
        assert_int_equal(day_start(day + 1) - day_start(day), INSTANT_DAY);
        struct clock_rule r = {.amount = 24, .unit = CLOCK_HOURS};
        struct due d;
        OKAY(due_find(arena, &r, day_start(day), calendar, NULL, &d));
        assert_int_equal(d.due, day_start(day + 1));
    }
}

/* ---- what comes with the program ---- */

static void every_shipped_rule_can_be_reckoned_and_says_where_it_comes_from(void **state)
{
    (void)state;
    struct shipped_rows rows CLEANUP_SHIPPED = {0};
    OKAY(shipped_rows(arena, "clock_rule", &rows));
    assert_true(rows.n >= 30);
    for (int i = 0; i < rows.n; i++) {
        const struct record *row = rows.row[i];
        struct rule r;
        struct due d;
        OKAY(rule_shipped(arena, clock_rule_code(row), day_at("2026-03-02"), &r));
        OKAY(due_find(arena, &r.clock, at("2026-03-02T10:00"), calendar, NULL, &d));
        assert_true(clock_rule_knows_basis(row) && clock_rule_knows_stopped_by(row) && r.ladder.rungs);
        assert_int_equal(r.clock.to_confirm, !str_is(clock_rule_certainty(row), "sure"));
        if (r.recurs) assert_true(r.recurs_for.p != NULL);
        if (r.terms.extend_by != RUNG__MAX) assert_true(r.terms.extend_times && r.terms.extend_most && r.terms.extend_unit != CLOCK__MAX);
    }
}

static void shipped(const char *code, const char *start, const struct due_changes *c, const char *due)
{
    struct rule r;
    OKAY(rule_shipped(arena, str_of(code), instant_day(at(start)), &r));
    ends_at(reckon(r.clock, start, c), due);
}

static void the_statutory_limits_end_as_the_law_says(void **state)
{
    (void)state;
    struct suspension appraisal = {at("2026-03-10"), at("2026-03-20")};
    struct extension sixty = {60, CLOCK_DAYS};
    shipped("accident_report_enterprise", "2026-02-16T23:30", NULL, "2026-02-17T00:30:00+08:00");
    shipped("accident_report_upward", "2026-12-31T23:30", NULL, "2027-01-01T01:30:00+08:00");
    shipped("accident_supplement", "2026-01-31T08:00", NULL, "2026-03-02T23:59:59+08:00");
    shipped("accident_supplement_traffic_fire", "2026-02-25T08:00", NULL, "2026-03-04T23:59:59+08:00");
    shipped("accident_investigation", "2026-03-02", NULL, "2026-05-01T23:59:59+08:00"); /* a day off: the law does not roll */
    shipped("accident_investigation", "2026-03-02", &(struct due_changes){&appraisal, 1, &sixty, 1}, "2026-07-10T23:59:59+08:00");
    shipped("accident_reply_special", "2026-03-02", NULL, "2026-04-01T23:59:59+08:00");
    shipped("accident_follow_up", "2024-02-29", NULL, "2025-02-28T23:59:59+08:00");
    shipped("hazard_statistics_quarter", "2026-10-01", NULL, "2027-01-15T23:59:59+08:00");
    shipped("hazard_statistics_year", "2026-01-01", NULL, "2027-01-31T23:59:59+08:00");
    shipped("restart_review", "2026-03-02", NULL, "2026-03-12T23:59:59+08:00");
    shipped("listing_extension_request_ningbo", "2026-06-30", NULL, "2026-06-08T23:59:59+08:00");
    shipped("listing_limit_qingdao", "2025-03-31", NULL, "2026-03-31T23:59:59+08:00");
    struct rule r;
    assert_int_equal(rule_shipped(arena, STR("no_such_rule"), day_at("2026-01-01"), &r), ERR_NOT_FOUND);
    assert_int_equal(rule_shipped(arena, STR("accident_reply"), day_at("2007-05-31"), &r), ERR_NOT_FOUND);
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suspensions_and_extensions_end_where_slow_counting_does),
        cmocka_unit_test(counting_back_ends_where_slow_counting_does),
        cmocka_unit_test(hours_end_where_counting_minutes_does),
        cmocka_unit_test(a_fixed_day_lies_in_its_period_whatever_the_start),
        cmocka_unit_test(the_fixed_days_of_the_law),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_derivation_names_the_suspension_and_the_extension),
        cmocka_unit_test(an_extension_is_granted_before_the_end_as_often_and_as_long_as_the_rule_says),
        cmocka_unit_test(a_suspension_keeps_to_the_limits_of_the_rule),
        cmocka_unit_test(suspended_time_and_days_off_are_of_one_calendar),
        cmocka_unit_test(a_due_at_midnight_is_the_last_second_of_the_day_before),
        cmocka_unit_test(the_same_input_gives_the_same_deadline_always),
        cmocka_unit_test(festivals_that_are_no_days_off_count),
        cmocka_unit_test(every_make_up_workday_since_2004_is_a_working_day),
        cmocka_unit_test(a_calendar_of_an_earlier_day_gives_the_deadline_of_that_day),
        cmocka_unit_test(days_and_working_days_are_two_things),
        cmocka_unit_test(no_day_has_23_or_25_hours),
        cmocka_unit_test(every_shipped_rule_can_be_reckoned_and_says_where_it_comes_from),
        cmocka_unit_test(the_statutory_limits_end_as_the_law_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
