/* test_bell.c — a ring is never missed, an end is final, and a wait ends by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bell.h"
#include "base/date.h"

#define LONG (60 * INSTANT_SECOND)

static void a_ring_before_the_wait_is_heard_once(void **state)
{
    (void)state;
    struct bell b;
    bell_init(&b);
    bell_ring(&b);
    bell_ring(&b);
    assert_true(bell_wait(&b, LONG)); /* would take a minute otherwise, and the runner of tests stops it */
    int64_t before = clock_monotonic();
    assert_true(bell_wait(&b, 20000));
    assert_true(clock_monotonic() - before >= 20000);
    bell_free(&b);
}

static void *ring(void *b)
{
    bell_ring(b);
    return NULL;
}

static void *end(void *b)
{
    bell_end(b);
    return NULL;
}

static void whoever_waits_goes_on(void **state)
{
    (void)state;
    struct bell b;
    pthread_t t;
    bell_init(&b);
    assert_int_equal(pthread_create(&t, NULL, ring, &b), 0);
    assert_true(bell_wait(&b, LONG));
    pthread_join(t, NULL);
    assert_int_equal(pthread_create(&t, NULL, end, &b), 0);
    assert_false(bell_wait(&b, LONG));
    pthread_join(t, NULL);
    bell_free(&b);
}

static void after_the_end_nobody_waits(void **state)
{
    (void)state;
    struct bell b;
    bell_init(&b);
    assert_false(bell_ended(&b));
    bell_end(&b);
    assert_true(bell_ended(&b));
    bell_ring(&b);
    for (int i = 0; i < 3; i++) assert_false(bell_wait(&b, LONG));
    bell_free(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_before_the_wait_is_heard_once),
        cmocka_unit_test(whoever_waits_goes_on),
        cmocka_unit_test(after_the_end_nobody_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
