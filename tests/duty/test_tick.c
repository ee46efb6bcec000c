/* test_tick.c — the passing of time under bad conditions: power cut at any write, two servers at once, the thread beside a server; on
 * both engines. */
#include "duty_store.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "duty/notice.h"
#include "duty/ticker.h"
#include "ledger/chain.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "safety/hazard.h"

/* ---- what there is ---- */

struct census {
    int64_t breached, duties, events, notices;
    bool twice; /* a rung of a duty was told twice */
};

static enum err notices_of(struct work *w, int64_t duty, struct census *k)
{
    struct notice n[20];
    unsigned told = 0;
    int count;
    TRY(notice_of_duty(w, duty, n, 20, &count));
    for (int i = 0; i < count; i++) {
        k->twice |= (told & 1u << n[i].rung) != 0;
        told |= 1u << n[i].rung;
    }
    k->notices += count;
    return OK;
}

static enum err take_census(struct work *w, void *arg)
{
    struct census *k = arg;
    const struct ledger *l = ledger("duty");
    struct page p;
    TRY(query_all(w, &(struct query){.l = l}, 10000, &p));
    *k = (struct census){.duties = p.n};
    for (int i = 0; i < p.n; i++) {
        k->breached += str_is(p.record[i]->state, "breached");
        k->events += p.record[i]->version;
        TRY(notices_of(w, p.record[i]->id, k));
    }
    return OK;
}

static struct census census(void)
{
    struct census k;
    OKAY(store_view(store, &me, arena, take_census, &k));
    return k;
}

static bool proves(void)
{
    struct verify_report report;
    OKAY(chain_verify(store, STR_NONE, STR_NONE, NULL, NULL, &report));
    if (!report.ok) print_error("%s\n", report.first.what);
    return report.ok;
}

static void hazards(int n, const char *found_on)
{
    for (int i = 0; i < n; i++) hazard(found_on, ",\"days\":2");
}

/* ---- power cut at any write ---- */

static enum err tick_with(long calls, struct duty_tick *done)
{
    db_fail_after(calls);
    enum err e = duty_tick(store, clock_now(), done);
    db_fail_after(-1);
    return e;
}

/* Tick with one call more each time until it goes through; what is there in between is whole batches, each once. */
static void cut_everywhere(struct census before, int64_t breaches)
{
    struct duty_tick done;
    enum err e = ERR_DB;
    long calls = 0;
    for (; e; calls += calls < 60 ? 1 : 7) {
        e = tick_with(calls, &done);
        struct census now = census();
        assert_false(now.twice);
        assert_true(now.breached == before.breached || now.breached == before.breached + breaches);
        assert_true(now.notices - before.notices == now.breached - before.breached);
    }
    assert_true(calls > 20);
    assert_int_equal(census().breached, before.breached + breaches);
}

static void a_power_cut_at_any_write_loses_nothing_and_doubles_nothing(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T10:00"));
    new_place("township");
    hazards(5, "2026-03-02");
    tick("2026-03-02T11:00"); /* what comes with the periods is there */
    struct census before = census();
    clock_set(at("2026-03-05T08:00"));
    cut_everywhere(before, 5);
    struct census after = census();
    assert_int_equal(tick("2026-03-05T08:00"), 0);
    struct census again = census();
    assert_true(again.events == after.events && again.notices == after.notices);
    assert_true(proves());
}

static void a_power_cut_while_a_period_begins_starts_each_duty_once(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-20T10:00"));
    for (int i = 0; i < 3; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"name\":\"示例公司%d\",\"kind\":\"enterprise\"}", i);
        make("unit", json);
    }
    tick("2026-03-20T11:00");
    struct census before = census();
    clock_set(at("2026-04-01T00:00"));
    struct duty_tick done;
    enum err e = ERR_DB;
    for (long calls = 0; e; calls += calls < 80 ? 1 : 13) e = tick_with(calls, &done);
    assert_int_equal(census().duties, before.duties + 3); /* of the quarter; the year began before */
    tick("2026-04-02T00:00");
    assert_int_equal(census().duties, before.duties + 3);
    assert_true(proves());
}

static void a_power_cut_while_the_calendar_is_reckoned_again_forgets_no_duty(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2027-04-06T10:00"));
    new_place("township");
    struct record *h[3];
    for (int i = 0; i < 3; i++) h[i] = hazard("2027-04-06", ",\"days\":3");
    make("calendar_day", "{\"day\":\"2027-04-08\",\"kind\":\"holiday\",\"name\":\"示例\",\"source\":\"示例\",\"edition\":\"2027\"}");
    struct duty_tick done;
    enum err e = ERR_DB;
    for (long calls = 0; e; calls += calls < 80 ? 1 : 13) e = tick_with(calls, &done);
    for (int i = 0; i < 3; i++) {
        struct record *d = duty_of(h[i], "hazard_rectify");
        assert_int_equal(duty_due(d), at("2027-04-12T23:59:59"));
        assert_int_equal(d->version, 2); /* moved once */
    }
    assert_true(proves());
}

/* ---- two servers ---- */

struct server {
    struct store *store;
    pthread_t thread;
    struct duty_tick done;
    enum err e;
};

static void *serve(void *arg)
{
    struct server *k = arg;
    k->e = duty_tick(k->store, clock_now(), &k->done);
    return NULL;
}

static void two_servers_on_one_database_do_each_thing_once(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-05-11T10:00"));
    new_place("township");
    tick("2026-05-11T11:00");
    hazards(300, "2026-05-11"); /* more than a batch */
    struct census before = census();
    struct server k[2] = {{.store = store}, {0}};
    OKAY(store_open(database.url, &(struct store_options){0}, &k[1].store));
    clock_set(at("2026-05-14T08:00"));
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&k[i].thread, NULL, serve, &k[i]), 0);
    for (int i = 0; i < 2; i++) pthread_join(k[i].thread, NULL);
    store_close(k[1].store);
    assert_int_equal(k[0].e, OK);
    assert_int_equal(k[1].e, OK);
    assert_int_equal(k[0].done.breached + k[1].done.breached, 300);
    struct census after = census();
    assert_int_equal(after.breached, before.breached + 300);
    assert_int_equal(after.notices, before.notices + 300);
    assert_int_equal(after.events, before.events + 300);
    assert_false(after.twice);
    assert_true(proves());
}

/* ---- beside a server ---- */

static void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static void the_thread_beside_a_server_ticks_when_it_is_woken_and_ends(void **state)
{
    NEEDS_DATABASE(state);
    struct ticker *t;
    clock_set(at("2026-06-01T10:00"));
    new_place("township");
    tick("2026-06-01T11:00");
    struct record *h = hazard("2026-06-01", ",\"days\":2");
    OKAY(ticker_start(store, NULL, &t));
    clock_set(at("2026-06-04T10:00"));
    ticker_wake(t);
    for (int i = 0; i < 200 && !str_is(duty_of(h, "hazard_rectify")->state, "breached"); i++) wait_a_little();
    is_state(duty_of(h, "hazard_rectify"), "breached");
    assert_null(ticker_stop(t));
    assert_null(ticker_stop(NULL));
}

struct next {
    instant_t at;
};

static enum err ask_next(struct work *w, void *arg)
{
    return duty_next(w, &((struct next *)arg)->at);
}

static void the_next_look_is_right_after_the_next_end(void **state)
{
    NEEDS_DATABASE(state);
    struct next k;
    clock_set(at("2026-09-01T10:00"));
    tick("2026-09-20T10:00"); /* all that was told of earlier tests has come to its top */
    new_place("township");
    clock_set(at("2026-09-21T10:00"));
    hazard("2026-09-21", ",\"days\":2");
    OKAY(store_view(store, &me, arena, ask_next, &k));
    assert_int_equal(k.at, at("2026-09-23T23:59:59") + 1);
}

#define TESTS                                                                                                                              \
    {                                                                                                                                      \
        cmocka_unit_test(a_power_cut_at_any_write_loses_nothing_and_doubles_nothing),                                                      \
            cmocka_unit_test(a_power_cut_while_a_period_begins_starts_each_duty_once),                                                     \
            cmocka_unit_test(two_servers_on_one_database_do_each_thing_once),                                                              \
            cmocka_unit_test(the_thread_beside_a_server_ticks_when_it_is_woken_and_ends),                                                  \
            cmocka_unit_test(the_next_look_is_right_after_the_next_end),                                                                   \
            cmocka_unit_test(a_power_cut_while_the_calendar_is_reckoned_again_forgets_no_duty),                                            \
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
