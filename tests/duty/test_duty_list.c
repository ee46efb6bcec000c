/* test_duty_list.c — duties as people look at them: the board, a month, units, why by then; on both engines. */
#include "duty_store.h"

#include <stdio.h>

#include "duty/duty_list.h"
#include "ledgers.h"
#include "safety/hazard.h"

struct asking {
    struct duty_whose whose;
    int room;
    instant_t from, to;
    struct duty_board board;
    int64_t counts[DUTY_WHEN__MAX];
    struct duty_row *row;
    struct duty_unit *unit;
    int n;
};

static enum err ask_board(struct work *w, void *arg)
{
    struct asking *k = arg;
    TRY(duty_counts(w, k->whose, k->counts));
    return duty_board(w, k->whose, k->room, &k->board);
}

static enum err ask_between(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_between(w, k->whose, k->from, k->to, k->room, &k->row, &k->n);
}

static enum err ask_units(struct work *w, void *arg)
{
    struct asking *k = arg;
    return duty_by_unit(w, k->room, &k->unit, &k->n);
}

static struct asking board(struct duty_whose whose, int room)
{
    struct asking k = {.whose = whose, .room = room};
    OKAY(store_view(store, &me, arena, ask_board, &k));
    assert_memory_equal(k.counts, k.board.count, sizeof k.counts);
    return k;
}

static void is_counted(struct asking k, int overdue, int today, int week, int later)
{
    assert_int_equal(k.counts[DUTY_OVERDUE], overdue);
    assert_int_equal(k.counts[DUTY_TODAY], today);
    assert_int_equal(k.counts[DUTY_THIS_WEEK], week);
    assert_int_equal(k.counts[DUTY_LATER], later);
}

/* Hazards whose limit is that day. */
static struct record *due_on(const char *day)
{
    char json[60];
    snprintf(json, sizeof json, ",\"rectify_by\":\"%s\"", day);
    return hazard("2026-03-02", json);
}

static void the_board_groups_what_is_open_and_counts_it(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T10:00"));
    new_place("township");
    static const char *const days[] = {"2026-03-03", "2026-03-08", "2026-03-04", "2026-03-09", "2026-03-05", "2026-03-03", "2026-04-30"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) due_on(days[i]);
    struct record *met = due_on("2026-03-04"), *waived = due_on("2026-03-04"), *held = due_on("2026-03-03");
    OKAY(change("hazard", met->id, "report", "{\"rectified_on\":\"2026-03-02\",\"rectified_by\":\"示例甲\"}"));
    OKAY(change("hazard", met->id, "accept", "{\"accepted_on\":\"2026-03-02\",\"accepted_by\":\"示例乙\"}"));
    OKAY(change("duty", duty_of(waived, "hazard_rectify")->id, "waive", "{\"change_reason\":\"已拆除\"}"));
    OKAY(change("duty", duty_of(held, "hazard_rectify")->id, "suspend", "{\"change_reason\":\"鉴定\"}"));
    clock_set(at("2026-03-04T09:00")); /* a Wednesday; no tick has come by */
    struct duty_whose mine = {.unit = unit};
    struct asking k = board(mine, 50);
    is_counted(k, 2, 1, 2, 3);
    assert_int_equal(k.board.n, 8);
    for (int i = 1; i < k.board.n; i++) {
        const struct duty_row *a = &k.board.row[i - 1], *b = &k.board.row[i];
        assert_true(a->when < b->when || (a->when == b->when && a->due <= b->due));
    }
    assert_true(str_is(k.board.row[0].rule, "hazard_rectify") && k.board.row[0].unit == unit && k.board.row[0].premises == premises);
    tick("2026-03-04T09:30"); /* the breach is written; nothing else changes here */
    is_counted(board(mine, 50), 2, 1, 2, 3);
    assert_true(str_is(board(mine, 50).board.row[0].state, "breached"));
    k = board(mine, 1); /* the earliest of each, and the whole count */
    is_counted(k, 2, 1, 2, 3);
    assert_int_equal(k.board.n, 4);
    is_counted(board((struct duty_whose){.unit = unit + 1}, 50), 0, 0, 0, 0);
    is_counted(board((struct duty_whose){0}, 50), 0, 0, 0, 0);
}

static void a_person_sees_the_own_and_who_leads_the_unit_all_of_it(void **state)
{
    NEEDS_DATABASE(state);
    char json[300];
    clock_set(at("2026-03-02T10:00"));
    new_place("township");
    due_on("2026-03-10");
    snprintf(json, sizeof json, "{\"name\":\"示例持证人\",\"unit\":\"%lld\",\"certificate_until\":\"2026-12-31\"}", (long long)unit);
    int64_t person = make("person", json)->id;
    is_counted(board((struct duty_whose){.person = person}, 9), 0, 0, 0, 1);
    is_counted(board((struct duty_whose){.unit = unit}, 9), 0, 0, 0, 1);
    is_counted(board((struct duty_whose){.person = person, .unit = unit}, 9), 0, 0, 0, 2);
    is_counted(board((struct duty_whose){.unit = unit, .whole = true}, 9), 0, 0, 0, 2);
    is_counted(board((struct duty_whose){.person = person, .unit = unit, .whole = true}, 9), 0, 0, 0, 2); /* nothing twice */
}

static void a_month_has_what_ends_in_it(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T10:00"));
    new_place("township");
    due_on("2026-03-31");
    due_on("2026-04-01");
    due_on("2026-04-30");
    due_on("2026-05-01");
    struct asking k = {.whose = {.unit = unit}, .room = 50, .from = day_start(day_at("2026-04-01")), .to = day_start(day_at("2026-05-01"))};
    OKAY(store_view(store, &me, arena, ask_between, &k));
    assert_int_equal(k.n, 2);
    assert_int_equal(k.row[0].due, at("2026-04-01T23:59:59"));
    assert_int_equal(k.row[1].due, at("2026-04-30T23:59:59"));
}

static void units_are_counted_within_the_scope_of_who_asks(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-06-02T10:00"));
    new_place("township");
    int64_t first = unit;
    due_on("2026-06-01");
    due_on("2026-06-30");
    new_place("township");
    due_on("2026-06-30");
    struct asking k = {.room = 500};
    OKAY(store_view(store, &me, arena, ask_units, &k));
    int seen = 0;
    for (int i = 0; i < k.n; i++) {
        if (i) assert_true(k.unit[i - 1].count[DUTY_OVERDUE] >= k.unit[i].count[DUTY_OVERDUE]);
        if (k.unit[i].unit == first) assert_true(++seen && k.unit[i].count[DUTY_OVERDUE] == 1 && k.unit[i].count[DUTY_LATER] == 1);
        if (k.unit[i].unit == unit) assert_true(++seen && k.unit[i].count[DUTY_OVERDUE] == 0 && k.unit[i].count[DUTY_LATER] == 1);
    }
    assert_int_equal(seen, 2);
    me = (struct actor){.name = STR("zhen"), .unit = unit, .role = ROLE_STATION, .sees = SEES_TERRITORY, .sees_id = unit};
    OKAY(store_view(store, &me, arena, ask_units, &k));
    assert_true(k.n == 1 && k.unit[0].unit == unit);
    me.sees = SEES_NOTHING;
    OKAY(store_view(store, &me, arena, ask_units, &k));
    assert_int_equal(k.n, 0);
    me = ACTOR_CONSOLE;
}

static void a_derivation_is_read_back_step_by_step(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("township");
    struct why y;
    OKAY(why_read(arena, duty_derivation(duty_of(hazard("2026-02-10", ",\"days\":10"), "hazard_rectify")), &y));
    assert_true(str_is(y.rule, "hazard_rectify") && y.version == 1 && y.ordered && y.to_confirm && !y.provisional);
    assert_int_equal(y.due, at("2026-03-02T23:59:59"));
    assert_int_equal(y.n, 21); /* 10 February to 2 March */
    int counted = 0;
    for (int i = 0; i < y.n; i++) {
        assert_int_equal(y.step[i].day, day_at("2026-02-10") + i);
        counted += y.step[i].counts;
    }
    assert_int_equal(counted, 10);
    assert_true(str_is(y.step[4].step, "make_up_workday") && y.step[4].tally && str_is(y.step[4].why[LANG_EN], "make-up workday (春节)"));
    static const char *const bad[] = {
        "", "[]", "{}", "{\"start\":\"x\",\"due\":\"y\",\"derivation\":[]}",
        "{\"start\":\"2026-02-10T00:00:00+08:00\",\"due\":\"2026-02-10T00:00:00+08:00\",\"derivation\":[{}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(why_read(arena, str_of(bad[i]), &y), ERR_INVALID);
}

#define TESTS                                                                                                                              \
    {                                                                                                                                      \
        cmocka_unit_test(the_board_groups_what_is_open_and_counts_it),                                                                     \
            cmocka_unit_test(a_person_sees_the_own_and_who_leads_the_unit_all_of_it), cmocka_unit_test(a_month_has_what_ends_in_it),       \
            cmocka_unit_test(units_are_counted_within_the_scope_of_who_asks), cmocka_unit_test(a_derivation_is_read_back_step_by_step),    \
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
