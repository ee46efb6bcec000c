/* test_fault.c — the n-th allocation and the n-th call to the database fail: nothing half written, nothing leaked (under ASan), and
 * the next attempt works. */
#include "ledger_test.h"

#include <stdlib.h>

#include "base/mem.h"

static int64_t target, holder_id;
static int serial;

static enum err try_make(void)
{
    return make("thing",
                text_of("{\"name\":\"f\",\"code\":\"F%d\",\"story\":\"检查\",\"private\":\"p\",\"colours\":[\"red\"],\"holder\":\"%lld\","
                        "\"parts\":[{\"label\":\"x\"}]}",
                        serial, (long long)holder_id),
                NULL);
}

static enum err try_change(void)
{
    return change("thing", target, 0,
                  text_of("{\"name\":\"g%d\",\"holder\":\"%lld\",\"parts\":[{\"label\":\"y%d\"}],\"colours\":[]}", serial,
                          (long long)holder_id, serial),
                  NULL);
}

static enum err try_list(void)
{
    struct condition c;
    struct page p;
    TRY(parse_condition("thing", "code ^ F", &c));
    struct query q = {
        .l = ledger("thing"), .where = &c, .where_n = 1, .search = STR("检查"), .sort = field(ledger("thing"), "name"), .limit = 5};
    return list(&q, &p);
}

/* Fail at the first, second, third … step until the attempt gets through; `step` puts the fault in. */
static void every_step_fails_cleanly(enum err (*attempt)(void), void (*step)(long), bool (*hit)(void), enum err want, int events_each)
{
    int64_t before = events();
    long n = 0;
    for (;; n++) {
        assert_true(n < 3000);
        serial++;
        (void)text_of("%d", serial); /* the arena of the test has its blocks */
        arena_reset(arena);
        step(n);
        enum err e = attempt();
        bool failed = hit();
        step(-1);
        if (!failed) {
            assert_ok(e);
            break;
        }
        assert_err(e, want);
        assert_int_equal(events(), before);
    }
    assert_true(n > 5);
    assert_int_equal(events(), before + events_each);
    serial++;
    assert_ok(attempt());
    assert_int_equal(events(), before + 2 * events_each);
}

static bool memory_failed(void)
{
    return mem_failed();
}

static void prepared(void)
{
    static struct store *ready;
    if (ready == store) return;
    ready = store;
    add_code("colour", "red", "红");
    holder_id = made("holder", "{\"name\":\"h\"}");
    target = made("thing", "{\"name\":\"t\",\"colours\":[\"red\"]}");
    made("errand", text_of("{\"what\":\"w\",\"thing\":\"%lld\"}", (long long)target));
    serial = 0;
    serial++;
    assert_ok(try_make()); /* fill the caches of the connection */
    assert_ok(try_list());
}

static void creating_survives_every_failed_allocation(void **state)
{
    (void)state;
    prepared();
    every_step_fails_cleanly(try_make, mem_fail_after, memory_failed, ERR_NO_MEMORY, 1);
}

static void changing_survives_every_failed_allocation(void **state)
{
    (void)state;
    prepared();
    every_step_fails_cleanly(try_change, mem_fail_after, memory_failed, ERR_NO_MEMORY, 1);
}

static void listing_survives_every_failed_allocation(void **state)
{
    (void)state;
    prepared();
    every_step_fails_cleanly(try_list, mem_fail_after, memory_failed, ERR_NO_MEMORY, 0);
}

static void creating_survives_every_failed_call_of_the_database(void **state)
{
    (void)state;
    prepared();
    every_step_fails_cleanly(try_make, db_fail_after, db_failed, ERR_DB, 1);
}

static void changing_survives_every_failed_call_of_the_database(void **state)
{
    (void)state;
    prepared();
    every_step_fails_cleanly(try_change, db_fail_after, db_failed, ERR_DB, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(creating_survives_every_failed_allocation),
        cmocka_unit_test(changing_survives_every_failed_allocation),
        cmocka_unit_test(listing_survives_every_failed_allocation),
        cmocka_unit_test(creating_survives_every_failed_call_of_the_database),
        cmocka_unit_test(changing_survives_every_failed_call_of_the_database),
    };
    return RUN_ON_BOTH(tests);
}
