/* test_thread.c — the thread from a hazard to a point lost, through all layers, on both engines. */
#include "duty_store.h"

#include <stdio.h>

#include "assess/sheet.h"
#include "duty/duty.h"
#include "ledger/chain.h"
#include "ledger/history.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "safety/hazard.h"
#include "safety/responsibility.h"

struct assessing {
    int64_t scheme;
    struct assess_done done;
    struct sheet sheet;
};

static enum err assess(struct work *w, void *arg)
{
    struct assessing *k = arg;
    TRY(scheme_on(w, day_at("2026-03-01"), &k->scheme));
    TRY(assess_unit(w, unit, k->scheme, &k->done));
    return sheet_read(w, unit, k->scheme, &k->sheet);
}

static struct assessing assessed(void)
{
    struct assessing k = {0};
    OKAY(store_write(store, &me, arena, assess, &k));
    return k;
}

/* ---- deadlines ---- */

static void a_hazard_is_born_with_its_deadline_and_its_duty(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("subdistrict");
    struct record *h = hazard("2026-02-10", ",\"days\":10");
    assert_int_equal(hazard_due_on(h), at("2026-03-02T23:59:59"));
    assert_true(str_is(hazard_deadline_rule(h), "hazard_rectify@1"));
    assert_int_equal(h->version, 1); /* one write, one event */
    struct record *d = duty_of(h, "hazard_rectify");
    assert_non_null(d);
    is_state(d, "running");
    assert_int_equal(duty_due(d), at("2026-03-02T23:59:59"));
    assert_int_equal(duty_started(d), at("2026-02-10T00:00"));
    assert_int_equal(duty_owner_unit(d), unit);
    assert_int_equal(duty_premises(d), premises);
    assert_true(str_eq(duty_record_number(d), h->number));
    assert_true(
        str_find(duty_derivation(d),
                 STR("\"date\":\"2026-02-14\",\"step\":\"make_up_workday\",\"counts\":true,\"n\":4,\"why_zh\":\"调休上班（春节）\"")) >= 0);
}

static void without_days_the_amount_of_the_rule_holds(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    assert_int_equal(hazard_due_on(hazard("2026-03-05", "")), at("2026-03-26T23:59:59"));
}

static void a_day_named_by_the_order_is_the_limit(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", ",\"days\":3,\"rectify_by\":\"2026-03-08\"");
    assert_int_equal(hazard_due_on(h), at("2026-03-08T23:59:59")); /* a Sunday */
    assert_true(str_find(duty_derivation(duty_of(h, "hazard_rectify")), STR("整改指令写明以该日为限")) >= 0);
}

static void a_hazard_older_than_every_edition_of_the_rule_has_no_duty(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2006-02-10", "");
    assert_null(duty_of(h, "hazard_rectify"));
    assert_false(hazard_knows_due_on(h));
}

static void changed_days_move_a_running_duty_and_no_other(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", ",\"days\":1");
    OKAY(change("hazard", h->id, NULL, "{\"days\":2}"));
    assert_int_equal(hazard_due_on(load("hazard", h->id)), at("2026-03-09T23:59:59"));
    assert_int_equal(duty_due(duty_of(h, "hazard_rectify")), at("2026-03-09T23:59:59"));
    assert_int_equal(tick("2026-03-10T00:00") >= 1, 1);
    OKAY(change("hazard", h->id, NULL, "{\"days\":20}"));
    struct record *d = duty_of(h, "hazard_rectify");
    is_state(d, "breached");
    assert_int_equal(duty_due(d), at("2026-03-09T23:59:59"));
    assert_int_equal(hazard_due_on(load("hazard", h->id)), at("2026-03-09T23:59:59"));
}

/* ---- breaches ---- */

static enum err last_event(struct work *w, void *arg)
{
    struct doing *d = arg;
    struct history h;
    TRY(history_read(w, d->r, &h));
    d->json = arena_z(arena, h.body[h.n - 1]);
    return OK;
}

static void a_breach_stands_at_the_legal_moment_however_late_the_tick_and_only_once(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("subdistrict");
    struct record *h = hazard("2026-02-10", ",\"days\":10");
    tick("2026-03-02T23:59:59"); /* the last second still is in time */
    is_state(duty_of(h, "hazard_rectify"), "running");
    assert_true(tick("2026-04-20T08:00") >= 1);
    struct record *d = duty_of(h, "hazard_rectify");
    is_state(d, "breached");
    assert_int_equal(duty_breached(d), at("2026-03-02T23:59:59"));
    assert_int_equal(tick("2026-04-20T08:00"), 0);
    assert_int_equal(duty_of(h, "hazard_rectify")->version, d->version);
    struct doing event = {.r = d};
    OKAY(store_view(store, &me, arena, last_event, &event));
    assert_non_null(strstr(event.json, "\"at\":\"2026-04-20T08:00:00+08:00\",\"legal\":\"2026-03-02T23:59:59+08:00\",\"actor\":\"clock\""));
}

static void what_was_reported_in_time_is_no_breach_while_it_waits_for_acceptance(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", ",\"days\":2");
    clock_set(at("2026-03-09T15:00"));
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-09\",\"rectified_by\":\"示例甲\"}"));
    tick("2026-03-12T08:00");
    is_state(duty_of(h, "hazard_rectify"), "running");
    assert_int_equal(duty_due(duty_of(h, "hazard_review")), at("2026-03-19T23:59:59"));
    OKAY(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-12\",\"accepted_by\":\"示例乙\"}"));
    struct record *d = duty_of(h, "hazard_rectify");
    is_state(d, "met");
    assert_int_equal(duty_finished(d), at("2026-03-09T23:59:59")); /* a date is judged as a whole day */
    is_state(duty_of(h, "hazard_review"), "met");
}

static void what_was_rejected_after_its_limit_is_a_breach_of_the_limit(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", ",\"days\":2");
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-05\",\"rectified_by\":\"示例甲\"}"));
    tick("2026-03-12T08:00");
    OKAY(change("hazard", h->id, "reject", "{\"reject_reason\":\"未接地\",\"accepted_by\":\"示例乙\"}"));
    tick("2026-03-12T09:00");
    assert_int_equal(duty_breached(duty_of(h, "hazard_rectify")), at("2026-03-09T23:59:59"));
}

static void a_late_finish_is_a_breach_even_when_no_tick_came_between(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", ",\"days\":2");
    clock_set(at("2026-03-12T10:00"));
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-10\",\"rectified_by\":\"示例甲\"}"));
    OKAY(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-12\",\"accepted_by\":\"示例乙\"}"));
    struct record *d = duty_of(h, "hazard_rectify");
    is_state(d, "met_late");
    assert_int_equal(duty_breached(d), at("2026-03-09T23:59:59"));
    assert_int_equal(duty_finished(d), at("2026-03-10T23:59:59"));
}

static void a_breach_is_taken_back_when_it_turns_out_to_have_been_finished_in_time(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("subdistrict");
    struct record *h = hazard("2026-03-05", ",\"days\":2");
    tick("2026-03-12T08:00");
    assert_int_equal(assessed().done.created, 1);
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-09\",\"rectified_by\":\"示例甲\"}"));
    OKAY(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-12\",\"accepted_by\":\"示例乙\"}"));
    struct record *d = duty_of(h, "hazard_rectify");
    is_state(d, "met");
    assert_false(duty_knows_breached(d));
    struct assessing k = assessed();
    assert_int_equal(k.done.withdrawn, 1);
    assert_int_equal(k.sheet.total, 10000);
}

static enum err withdraw(struct work *w, void *arg)
{
    struct doing *d = arg;
    return store_withdraw(w, ledger(d->ledger), d->id, STR("重复登记"), &d->r);
}

static enum err restore(struct work *w, void *arg)
{
    struct doing *d = arg;
    return store_restore(w, ledger(d->ledger), d->id, STR("误撤"), &d->r);
}

static void nothing_is_owed_on_a_withdrawn_hazard_until_it_is_brought_back(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("subdistrict");
    struct record *h = hazard("2026-03-05", ",\"days\":2");
    tick("2026-03-12T08:00");
    assert_int_equal(assessed().sheet.lost, -50);
    struct doing d = {.ledger = "hazard", .id = h->id};
    OKAY(store_write(store, &me, arena, withdraw, &d));
    is_state(duty_of(h, "hazard_rectify"), "waived");
    assert_int_equal(assessed().sheet.lost, 0);
    tick("2026-03-13T08:00");
    is_state(duty_of(h, "hazard_rectify"), "waived");
    OKAY(store_write(store, &me, arena, restore, &d));
    is_state(duty_of(h, "hazard_rectify"), "running");
    tick("2026-03-14T08:00");
    assert_int_equal(duty_breached(duty_of(h, "hazard_rectify")), at("2026-03-09T23:59:59"));
    assert_int_equal(assessed().sheet.lost, -50);
}

/* ---- failures ---- */

struct counting {
    int64_t hazards, duties;
};

static enum err count_all(struct work *w, void *arg)
{
    struct counting *c = arg;
    TRY(query_count(w, &(struct query){.l = ledger("hazard")}, &c->hazards));
    return query_count(w, &(struct query){.l = ledger("duty")}, &c->duties);
}

static struct counting counted(void)
{
    struct counting c;
    OKAY(store_view(store, &me, arena, count_all, &c));
    return c;
}

/* Create a hazard while the n-th call (of memory or database) and all later ones fail, until it goes through. */
static void fail_at_every_call(void (*fail_after)(long), long step)
{
    char json[300];
    struct counting before = counted();
    enum err e = ERR_DB;
    long n = 0;
    snprintf(json, sizeof json, "{\"premises\":\"%lld\",\"description\":\"故障注入\",\"grade\":\"general\",\"found_on\":\"2026-03-05\"}",
             (long long)premises);
    for (; e; n += step) {
        struct doing d = {.ledger = "hazard", .json = json};
        fail_after(n);
        e = store_write(store, &me, arena, do_one, &d);
        fail_after(-1);
        if (!e) break;
        arena_reset(arena);
        struct counting now = counted();
        assert_int_equal(now.hazards, before.hazards);
        assert_int_equal(now.duties, before.duties);
    }
    assert_true(n > 10);
    struct counting after = counted();
    assert_int_equal(after.hazards, before.hazards + 1);
    assert_int_equal(after.duties, before.duties + 1);
}

static void a_failure_anywhere_leaves_neither_hazard_nor_duty(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    fail_at_every_call(db_fail_after, 1);
    new_place("township");
    fail_at_every_call(mem_fail_after, 7);
}

static void a_simulated_clock_goes_forward_only(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-05-01T10:00"));
    OKAY(store_put_clock(store, at("2026-05-02T10:00")));
    assert_int_equal(clock_now(), at("2026-05-02T10:00"));
    assert_int_equal(store_put_clock(store, at("2026-05-01T10:00")), ERR_REFUSED);
    store->simulated = false;
    assert_int_equal(store_put_clock(store, at("2026-05-03T10:00")), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "simulated");
    store->simulated = true;
}

/* ---- guards ---- */

static void nobody_accepts_the_own_work(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-05T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-05", "");
    me.account = 77;
    OKAY(change("hazard", h->id, "report", "{\"rectified_on\":\"2026-03-05\",\"rectified_by\":\"示例甲、示例丙\"}"));
    assert_int_equal(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-05\",\"accepted_by\":\"示例乙\"}"), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "not_self"); /* the same account */
    me.account = 78;
    assert_int_equal(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-05\",\"accepted_by\":\"示例乙，示例丙\"}"), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "not_self"); /* the same name */
    is_state(load("hazard", h->id), "rectified");
    is_state(duty_of(h, "hazard_review"), "running");
    OKAY(change("hazard", h->id, "accept", "{\"accepted_on\":\"2026-03-05\",\"accepted_by\":\"示例乙\"}"));
    me.account = 0;
}

/* ---- points ---- */

static void an_overdue_hazard_costs_its_territory_half_a_point_and_says_why(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("subdistrict");
    struct record *h = hazard("2026-02-10", ",\"days\":10");
    tick("2026-03-05T08:00");
    struct assessing k = assessed();
    assert_int_equal(k.sheet.n, 1);
    assert_int_equal(k.sheet.lost, -50);
    assert_int_equal(k.sheet.total, 9950);
    const struct record *d = k.sheet.deduction[0];
    assert_true(str_is(deduction_arithmetic(d), "1 × 0.50 = 0.50，封顶 5.00，扣 0.50"));
    assert_true(str_is(deduction_arithmetic_en(d), "1 × 0.50 = 0.50, cap 5.00, takes 0.50"));
    assert_true(str_is(deduction_day_text(d), "2026-03-02"));
    assert_true(str_eq(deduction_record_number(d), h->number));
    assert_int_equal(deduction_rule_version(d), 1);
    struct buf zh CLEANUP_BUF = BUF_INIT(100000);
    OKAY(sheet_text(&zh, &k.sheet, LANG_ZH));
    assert_true(
        str_find(
            buf_view(&zh),
            STR("  2026-02-28 周六  第9日  调休上班（春节）\n  2026-03-01 周日  不计  周末休息\n  2026-03-02 周一  第10日  工作日\n")) >=
        0);
    assert_true(str_ends(buf_view(&zh), STR("扣分合计：-0.50\n得分：99.50\n")));
}

static void the_same_records_give_the_same_bytes(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("subdistrict");
    for (int i = 0; i < 3; i++) hazard("2026-02-10", i == 1 ? ",\"days\":3" : ",\"days\":10");
    tick("2026-03-05T08:00");
    struct buf bytes[2] = {BUF_INIT(1000000), BUF_INIT(1000000)};
    for (int i = 0; i < 2; i++) {
        clock_set(at(i ? "2026-03-07T00:00" : "2026-03-06T00:00"));
        struct assessing k = assessed();
        assert_int_equal(i ? k.done.unchanged : k.done.created, 3);
        assert_int_equal(k.done.changed + k.done.withdrawn, 0);
        sheet_json(&bytes[i], &k.sheet);
        OKAY(sheet_text(&bytes[i], &k.sheet, LANG_ZH));
        OKAY(sheet_text(&bytes[i], &k.sheet, LANG_EN));
    }
    assert_true(bytes[0].n > 1000 && str_eq(buf_view(&bytes[0]), buf_view(&bytes[1])));
    buf_release(&bytes[0]);
    buf_release(&bytes[1]);
}

static void deductions_of_a_rule_stop_at_its_cap(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("township");
    for (int i = 0; i < 12; i++) hazard("2026-02-10", ",\"days\":1");
    tick("2026-03-05T08:00");
    struct assessing k = assessed();
    assert_int_equal(k.sheet.n, 12);
    assert_int_equal(k.sheet.total, 9500);
    assert_true(str_is(deduction_arithmetic(k.sheet.deduction[11]), "1 × 0.50 = 0.50，已扣 5.00，封顶 5.00，扣 0.00"));
}

static void a_rule_leaves_units_alone_that_it_is_not_for(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("zone");
    hazard("2026-02-10", ",\"days\":1");
    tick("2026-03-05T08:00");
    assert_int_equal(assessed().sheet.n, 0);
}

/* ---- responsibility ---- */

static enum err ask(struct work *w, void *arg)
{
    return who(w, premises, day_at("2026-02-10"), arg);
}

static void responsibility_tells_gaps_and_overlaps(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("township");
    struct who k;
    OKAY(store_view(store, &me, arena, ask, &k));
    assert_int_equal(k.layer[LAYER_TERRITORY].holder[0].unit, unit);
    assert_true(str_is(k.layer[LAYER_ENTERPRISE].holder[0].person_name, "示例甲"));
    assert_true(who_gap(&k, LAYER_SECTOR) && who_gap(&k, LAYER_LEADER) && !who_overlap(&k, LAYER_TERRITORY));

    char json[400];
    int64_t here = premises, other_unit;
    snprintf(json, sizeof json,
             "{\"matter\":\"沿湖\",\"layer\":\"territory\",\"unit\":\"%lld\",\"area\":\"示例路\",\"region\":\"430602000000\",\"from_day\":"
             "\"2026-01-01\","
             "\"to_day\":\"2026-03-01\",\"basis\":\"示例\"}",
             (long long)unit);
    struct record *row = make("responsibility", json);
    OKAY(store_view(store, &me, arena, ask, &k));
    assert_int_equal(k.layer[LAYER_TERRITORY].n, 1); /* says the same as the premises, in more detail */
    assert_true(str_eq(k.layer[LAYER_TERRITORY].holder[0].source, row->number));

    new_place("township");
    other_unit = unit;
    premises = here;
    snprintf(json, sizeof json,
             "{\"matter\":\"单独\",\"layer\":\"territory\",\"unit\":\"%lld\",\"premises\":\"%lld\",\"from_day\":\"2026-02-10\",\"basis\":"
             "\"示例\"}",
             (long long)other_unit, (long long)here);
    make("responsibility", json);
    snprintf(json, sizeof json,
             "{\"matter\":\"他处\",\"layer\":\"sector\",\"unit\":\"%lld\",\"region\":\"330200000000\",\"from_day\":\"2026-01-01\","
             "\"basis\":\"示例\"}",
             (long long)other_unit);
    make("responsibility", json); /* another region */
    OKAY(store_view(store, &me, arena, ask, &k));
    assert_int_equal(k.layer[LAYER_TERRITORY].n, 2);
    assert_true(who_overlap(&k, LAYER_TERRITORY) && who_gap(&k, LAYER_SECTOR));
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    who_json(&b, &k);
    assert_true(str_ends(buf_view(&b), STR("\"gaps\":[\"sector\",\"leader\"],\"overlaps\":[\"territory\"]}")));
    me.sees = SEES_NOTHING;
    assert_int_equal(store_view(store, &me, arena, ask, &k), ERR_NOT_FOUND);
    me = ACTOR_CONSOLE;
}

static void the_chain_still_proves_every_record(void **state)
{
    NEEDS_DATABASE(state);
    struct verify_report report;
    OKAY(chain_verify(store, STR_NONE, STR_NONE, NULL, NULL, &report));
    if (!report.ok) print_error("%s\n", report.first.what);
    assert_true(report.ok);
}

#define TESTS                                                                                                                              \
    {                                                                                                                                      \
        cmocka_unit_test(a_hazard_is_born_with_its_deadline_and_its_duty), cmocka_unit_test(without_days_the_amount_of_the_rule_holds),    \
            cmocka_unit_test(a_day_named_by_the_order_is_the_limit),                                                                       \
            cmocka_unit_test(a_hazard_older_than_every_edition_of_the_rule_has_no_duty),                                                   \
            cmocka_unit_test(changed_days_move_a_running_duty_and_no_other),                                                               \
            cmocka_unit_test(a_breach_stands_at_the_legal_moment_however_late_the_tick_and_only_once),                                     \
            cmocka_unit_test(what_was_reported_in_time_is_no_breach_while_it_waits_for_acceptance),                                        \
            cmocka_unit_test(what_was_rejected_after_its_limit_is_a_breach_of_the_limit),                                                  \
            cmocka_unit_test(a_late_finish_is_a_breach_even_when_no_tick_came_between),                                                    \
            cmocka_unit_test(a_breach_is_taken_back_when_it_turns_out_to_have_been_finished_in_time),                                      \
            cmocka_unit_test(nothing_is_owed_on_a_withdrawn_hazard_until_it_is_brought_back),                                              \
            cmocka_unit_test(a_failure_anywhere_leaves_neither_hazard_nor_duty), cmocka_unit_test(a_simulated_clock_goes_forward_only),    \
            cmocka_unit_test(nobody_accepts_the_own_work),                                                                                 \
            cmocka_unit_test(an_overdue_hazard_costs_its_territory_half_a_point_and_says_why),                                             \
            cmocka_unit_test(the_same_records_give_the_same_bytes), cmocka_unit_test(deductions_of_a_rule_stop_at_its_cap),                \
            cmocka_unit_test(a_rule_leaves_units_alone_that_it_is_not_for), cmocka_unit_test(responsibility_tells_gaps_and_overlaps),      \
            cmocka_unit_test(the_chain_still_proves_every_record),                                                                         \
    }

int main(void)
{
    lang_set(LANG_EN);
    duty_init();
    safety_init();
    const struct CMUnitTest thread_on_sqlite[] = TESTS, thread_on_postgres[] = TESTS;
    int failed = cmocka_run_group_tests(thread_on_sqlite, set_up_sqlite, tear_down);
    return failed + cmocka_run_group_tests(thread_on_postgres, set_up_postgres, tear_down);
}
