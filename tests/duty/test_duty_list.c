/* test_duty_list.c — lists of open duties: groups by the Beijing day, whose they are, what the actor may see; on both engines. */
#include "duty_store.h"

#include <stdio.h>

#include "duty/duty_list.h"
#include "ledgers.h"
#include "safety/hazard.h"

enum { ROOM = 20 };

struct asking {
    struct duty_whose of;
    enum duty_group group;
    instant_t from, to;
    struct duty_counts counts, units[ROOM];
    struct duty_row row[ROOM];
    int n;
};

static enum err count(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_count(w, k->of, clock_now(), &k->counts);
}

static enum err count_units(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_count_by_unit(w, clock_now(), k->units, ROOM, &k->n);
}

static enum err rows(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_rows(w, k->of, k->group, clock_now(), k->row, ROOM, &k->n);
}

static enum err between(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_between(w, k->of, k->from, k->to, k->row, ROOM, &k->n);
}

static void counts_are(struct duty_whose of, int overdue, int judged, int today, int week, int later)
{
    struct asking k = {.of = of};
    OKAY(store_view(store, &me, arena, count, &k));
    const int want[DUTY_GROUP__MAX] = {overdue, judged, today, week, later};
    for (int g = 0; g < DUTY_GROUP__MAX; g++) {
        assert_int_equal(k.counts.n[g], want[g]);
        k.group = (enum duty_group)g;
        OKAY(store_view(store, &me, arena, rows, &k));
        assert_int_equal(k.n, want[g]);
    }
}

static struct record *due_on(const char *day)
{
    char more[60];
    snprintf(more, sizeof more, ",\"rectify_by\":\"%s\"", day);
    return hazard("2026-03-02", more);
}

static struct duty_whose of_unit(int64_t id)
{
    return (struct duty_whose){.unit = id};
}

static void open_duties_fall_into_groups_by_the_beijing_day(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    due_on("2026-03-03");
    due_on("2026-03-04");
    due_on("2026-03-08");
    due_on("2026-03-09");
    counts_are(of_unit(unit), 0, 0, 0, 3, 1);
    clock_set(at("2026-03-03T23:59:58")); /* 15:59:58 in London */
    counts_are(of_unit(unit), 0, 0, 1, 2, 1);
    tick("2026-03-04T00:00");
    counts_are(of_unit(unit), 1, 0, 1, 1, 1);
    tick("2026-03-08T12:00"); /* a Sunday */
    counts_are(of_unit(unit), 2, 0, 1, 0, 1);
}

static void a_suspended_duty_is_owed_later_and_a_finished_one_no_more(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    struct record *duty = duty_of(hazard("2026-03-02", ""), "hazard_rectify"), *other = due_on("2026-03-02");
    OKAY(change("duty", duty->id, "suspend", "{\"change_reason\":\"停工令\"}"));
    counts_are(of_unit(unit), 0, 0, 1, 0, 1);
    clock_set(at("2026-05-20T09:00")); /* its end has passed, its time stands still */
    counts_are(of_unit(unit), 1, 0, 0, 0, 1);
    OKAY(change("duty", duty_of(other, "hazard_rectify")->id, "waive", "{\"change_reason\":\"已拆除\"}"));
    counts_are(of_unit(unit), 0, 0, 0, 0, 1);
}

static void what_was_reported_in_time_waits_to_be_judged_and_is_not_overdue(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    struct record *h = due_on("2026-03-03");
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-03\",\"rectified_by\":\"示例乙\",\"rectified_how\":\"更换电缆\"}"));
    tick("2026-03-04T08:00");
    struct asking k = {.of = of_unit(unit), .group = DUTY_OVERDUE};
    OKAY(store_view(store, &me, arena, rows, &k));
    assert_int_equal(k.n, 0);
    k.group = DUTY_JUDGED;
    OKAY(store_view(store, &me, arena, rows, &k));
    assert_int_equal(k.n, 1);
}

static void mine_are_those_that_name_me_and_those_of_my_unit_that_name_nobody(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    due_on("2026-03-10");
    counts_are((struct duty_whose){.person = 77, .of = unit}, 0, 0, 0, 0, 1);
    counts_are((struct duty_whose){.person = 77}, 0, 0, 0, 0, 0);
    counts_are((struct duty_whose){0}, 0, 0, 0, 0, 0);
}

static void what_the_actor_may_not_see_is_neither_counted_nor_listed(void **state)
{
    NEEDS_DATABASE(state);
    struct actor console = me;
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    due_on("2026-03-10");
    me = (struct actor){.name = STR("station"), .role = ROLE_STATION, .unit = unit, .sees = SEES_TERRITORY, .sees_id = unit};
    counts_are(of_unit(unit), 0, 0, 0, 0, 1);
    me.sees_id = unit + 1;
    counts_are(of_unit(unit), 0, 0, 0, 0, 0);
    me.sees = SEES_NOTHING;
    counts_are(of_unit(unit), 0, 0, 0, 0, 0);
    me.role = ROLE_AUDITOR;
    struct asking k = {.of = of_unit(unit)};
    assert_int_equal(store_view(store, &me, arena, count, &k), ERR_FORBIDDEN);
    me = console;
}

static void units_come_with_most_overdue_first(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    int64_t calm = unit;
    due_on("2026-06-30");
    new_place("township");
    due_on("2026-03-03");
    tick("2026-03-04T00:00");
    struct asking k = {0};
    OKAY(store_view(store, &me, arena, count_units, &k));
    int at_calm = -1, at_late = -1;
    for (int i = 0; i < k.n; i++) {
        if (k.units[i].unit == calm) at_calm = i;
        if (k.units[i].unit == unit) at_late = i;
    }
    assert_true(at_late >= 0 && at_late < at_calm);
    assert_int_equal(k.units[at_late].n[DUTY_OVERDUE], 1);
    assert_int_equal(k.units[at_calm].n[DUTY_LATER], 1);
}

static void a_month_has_the_duties_that_end_in_it_in_order(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T09:00"));
    new_place("township");
    due_on("2026-04-30");
    due_on("2026-04-01");
    due_on("2026-05-01");
    due_on("2026-03-31");
    struct asking k = {.of = of_unit(unit), .from = day_start(day_at("2026-04-01")), .to = day_start(day_at("2026-05-01"))};
    OKAY(store_view(store, &me, arena, between, &k));
    assert_int_equal(k.n, 2);
    assert_int_equal(k.row[0].due, day_end(day_at("2026-04-01")));
    assert_int_equal(k.row[1].due, day_end(day_at("2026-04-30")));
    assert_true(str_is(k.row[0].record_ledger, "hazard") && k.row[0].record_number.n && k.row[0].premises == premises);
}

#define TESTS                                                                                                                              \
    {                                                                                                                                      \
        cmocka_unit_test(open_duties_fall_into_groups_by_the_beijing_day),                                                                 \
            cmocka_unit_test(what_was_reported_in_time_waits_to_be_judged_and_is_not_overdue),                                             \
            cmocka_unit_test(mine_are_those_that_name_me_and_those_of_my_unit_that_name_nobody),                                           \
            cmocka_unit_test(what_the_actor_may_not_see_is_neither_counted_nor_listed),                                                    \
            cmocka_unit_test(units_come_with_most_overdue_first), cmocka_unit_test(a_month_has_the_duties_that_end_in_it_in_order),        \
            cmocka_unit_test(a_suspended_duty_is_owed_later_and_a_finished_one_no_more)                                                    \
    }

int main(void)
{
    lang_set(LANG_EN);
    duty_init();
    safety_init();
    const struct CMUnitTest on_sqlite[] = TESTS, on_postgres[] = TESTS;
    int failed = cmocka_run_group_tests(on_sqlite, set_up_sqlite, tear_down);
    return failed + cmocka_run_group_tests(on_postgres, set_up_postgres, tear_down);
}
