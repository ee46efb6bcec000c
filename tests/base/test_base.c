/* test_base.c — text, buffers, arenas, days and digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"

static void days_round_trip_and_follow_each_other(void **state)
{
    (void)state;
    char text[DAY_TEXT];
    int weekday = day_weekday(DAY_MIN);
    for (day_t d = DAY_MIN; d <= DAY_MAX; d += 1) {
        struct civil c = day_civil(d);
        assert_true(day_valid(c));
        assert_int_equal(day_of(c), d);
        assert_int_equal(day_weekday(d), weekday);
        weekday = weekday % 7 + 1;
        if (d % 97 == 0) {
            day_t again;
            assert_true(day_parse(str_of(day_text(d, text)), &again));
            assert_int_equal(again, d);
        }
    }
    assert_int_equal(day_of((struct civil){1970, 1, 1}), 0);
    assert_int_equal(day_weekday(day_of((struct civil){2026, 11, 23})), 1);
}

static void bad_days_are_refused(void **state)
{
    (void)state;
    const char *bad[] = {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "0000-01-01", "2026-01-01 ", "2026/01/01", "", "20260101"};
    day_t d;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(day_parse(str_of(bad[i]), &d));
    assert_true(day_parse(STR("2024-02-29"), &d));
}

static void months_end_where_they_must(void **state)
{
    (void)state;
    char text[DAY_TEXT];
    assert_string_equal(day_text(day_add_months(day_of((struct civil){2026, 1, 31}), 1), text), "2026-02-28");
    assert_string_equal(day_text(day_add_months(day_of((struct civil){2024, 2, 29}), 12), text), "2025-02-28");
    assert_string_equal(day_text(day_add_months(day_of((struct civil){2026, 1, 15}), -1), text), "2025-12-15");
}

static void instants_are_beijing_time(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    instant_t t;
    assert_true(instant_parse(STR("2026-03-02T23:59:59+08:00"), &t));
    assert_string_equal(instant_text(t, text), "2026-03-02T23:59:59+08:00");
    assert_int_equal(t, day_end(instant_day(t)));
    assert_true(instant_parse(STR("2026-03-02T16:00:00Z"), &t));
    assert_string_equal(instant_text(t, text), "2026-03-03T00:00:00+08:00");
    assert_true(instant_parse(STR("2026-02-10T09:00"), &t));
    assert_string_equal(instant_text(t, text), "2026-02-10T09:00:00+08:00");
    assert_true(instant_parse(STR("1969-12-31T23:59:59.25"), &t));
    assert_string_equal(instant_text(t, text), "1969-12-31T23:59:59.250000+08:00");
    const char *bad[] = {"2026-02-10T9:00",    "2026-02-10T24:00", "2026-02-10T09:00:60",
                         "2026-02-10T09:00+8", "2026-02-10T09",    "2026-02-10T09:00:00."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(instant_parse(str_of(bad[i]), &t));
}

static void whole_numbers(void **state)
{
    (void)state;
    int64_t v;
    assert_true(str_int(STR("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_true(str_int(STR("9223372036854775807"), &v) && v == INT64_MAX);
    assert_false(str_int(STR("9223372036854775808"), &v));
    assert_false(str_int(STR(""), &v));
    assert_false(str_int(STR("-"), &v));
    assert_false(str_int(STR("1 "), &v));
    struct buf b CLEANUP_BUF = BUF_INIT(100);
    buf_int(&b, INT64_MIN);
    assert_true(str_is(buf_view(&b), "-9223372036854775808"));
}

static void folding_is_idempotent(void **state)
{
    (void)state;
    struct buf a CLEANUP_BUF = BUF_INIT(1000), b CLEANUP_BUF = BUF_INIT(1000);
    utf8_fold(&a, STR(" ＡＢＣ（１２３）　 x\t\xC3\x89【消防】 "));
    assert_true(str_is(buf_view(&a), "abc(123) x \xC3\xA9[消防]"));
    utf8_fold(&b, buf_view(&a));
    assert_true(str_eq(buf_view(&a), buf_view(&b)));
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    const char *s = "a消防";
    size_t want[] = {0, 1, 1, 1, 4, 4, 4, 7};
    for (size_t n = 0; n <= 7; n++) assert_int_equal(utf8_cut(s, n), want[n]);
    assert_false(utf8_valid(STR("\xC0\x80")));
    assert_false(utf8_valid(STR("\xED\xA0\x80")));
    assert_false(utf8_valid(STR("\xE6\xB6")));
    assert_true(utf8_valid(STR("消防\xF0\x9F\x94\xA5")));
}

static void json_strings_are_escaped(void **state)
{
    (void)state;
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    buf_json(&b, STR("a\"\\\n\x01消\xFFz"));
    assert_true(str_is(buf_view(&b), "\"a\\\"\\\\\\n\\u0001消\xEF\xBF\xBDz\""));
    buf_reset(&b);
    buf_json(&b, STR_NONE);
    assert_true(str_is(buf_view(&b), "null"));
}

static void a_list_grows_and_keeps_what_it_has(void **state)
{
    (void)state;
    struct arena *a CLEANUP_ARENA = arena_new_capped(100000);
    int64_t *list = NULL, *grown;
    int n = 0, room = 0;
    for (; (grown = ARENA_GROW(a, list, n, &room)); n++) {
        assert_true(n < room);
        assert_true(grown == list || n == 0 || room == 2 * n);
        list = grown;
        list[n] = n;
    }
    assert_true(arena_failed(a)); /* its cap, not a wrong count */
    assert_int_equal(n, room);
    assert_true(n > 1000);
    for (int i = 0; i < n; i++) assert_int_equal(list[i], i);
    room = n = INT32_MAX / 2 + 1;
    assert_null(ARENA_GROW(a, list, n, &room));
}

static void buffers_and_arenas_keep_their_limits(void **state)
{
    (void)state;
    struct buf b CLEANUP_BUF = BUF_INIT(10);
    buf_z(&b, "0123456789");
    assert_int_equal(buf_error(&b), OK);
    buf_char(&b, 'x');
    assert_int_equal(buf_error(&b), ERR_TOO_BIG);
    assert_int_equal(b.n, 0);

    struct arena *a CLEANUP_ARENA = arena_new_capped(1000);
    assert_non_null(arena_alloc(a, 500));
    assert_null(arena_alloc(a, 600));
    assert_true(arena_failed(a));
    arena_reset(a);
    assert_false(arena_failed(a));
    char *p = arena_alloc(a, 900);
    for (int i = 0; i < 900; i++) assert_int_equal(p[i], 0);
    assert_null(arena_alloc_array(a, SIZE_MAX / 2, 4));

    mem_fail_after(0);
    struct buf c CLEANUP_BUF = BUF_INIT(100);
    buf_z(&c, "x");
    assert_int_equal(buf_error(&c), ERR_NO_MEMORY);
    mem_fail_after(-1);
}

static void allocations_are_counted(void **state)
{
    (void)state;
    int64_t before = mem_allocations();
    void *p = mem_alloc(1);
    p = mem_resize(p, 100);
    mem_free(p);
    mem_count(3);
    assert_int_equal(mem_allocations() - before, 5);
}

static void digests_match_the_standard(void **state)
{
    (void)state;
    /* GB/T 32905-2016, example 1; FIPS 180-4, "abc". */
    unsigned char d[HASH_BYTES], e[HASH_BYTES];
    char hex[HASH_HEX];
    assert_int_equal(hash_two(HASH_SM3, STR("ab"), STR("c"), d), OK);
    assert_string_equal(hash_hex(d, hex), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_int_equal(hash_two(HASH_SHA256, STR("abc"), STR_NONE, d), OK);
    assert_string_equal(hash_hex(d, hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct hasher *h;
    assert_int_equal(hasher_new(HASH_SHA256, &h), OK);
    assert_int_equal(hasher_add(h, "a", 1), OK);
    assert_int_equal(hasher_add(h, "bc", 2), OK);
    assert_int_equal(hasher_end(h, e), OK);
    hasher_free(h);
    assert_memory_equal(d, e, HASH_BYTES);
}

static void errors_keep_whole_characters(void **state)
{
    (void)state;
    char text[1200];
    for (int i = 0; i + 3 < 1200; i += 3) memcpy(text + i, "消", 4);
    assert_int_equal(err_set(ERR_INVALID, "x%s", text), ERR_INVALID);
    assert_true(utf8_valid(str_of(err_last()->message)));
    assert_int_equal(err_field("name"), ERR_INVALID);
    assert_string_equal(err_last()->field, "name");
}

static enum err gathered(struct err_info *all, int n)
{
    char field[8], text[400];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    err_gather_start(all);
    for (int i = 0; i < n; i++) {
        snprintf(field, sizeof field, "f%d", i);
        err_set(ERR_INVALID, "%d %s", i, text);
        TRY(err_gather(all, err_field(field)));
    }
    return err_raise(all);
}

static void faults_are_gathered_in_their_order_up_to_a_bound(void **state)
{
    (void)state;
    struct err_info all, outer;
    assert_int_equal(gathered(&all, 0), OK);
    assert_int_equal(gathered(&all, 3), ERR_INVALID);
    assert_string_equal(err_last()->field, "f0");
    assert_int_equal(err_last()->others, 2);
    assert_string_equal(err_last()->other[1].field, "f2");
    assert_int_equal(strncmp(err_last()->other[1].message, "2 xx", 4), 0);
    assert_int_equal(gathered(&all, 100), ERR_INVALID);
    assert_int_equal(err_last()->others, ERR_OTHERS);
    err_gather_start(&outer);
    assert_int_equal(err_gather(&outer, gathered(&all, 2)), OK);
    assert_int_equal(err_gather(&outer, gathered(&all, 3)), OK);
    assert_int_equal(err_gather(&outer, OK), OK);
    assert_int_equal(err_raise(&outer), ERR_INVALID);
    assert_int_equal(err_last()->others, 4);
    assert_string_equal(err_last()->other[3].field, "f2");
    assert_int_equal(err_gather(&outer, err_set(ERR_CONFLICT, "%s", "another")), ERR_CONFLICT);
    assert_int_equal(err_last()->others, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_round_trip_and_follow_each_other),
        cmocka_unit_test(bad_days_are_refused),
        cmocka_unit_test(months_end_where_they_must),
        cmocka_unit_test(instants_are_beijing_time),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(folding_is_idempotent),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(a_list_grows_and_keeps_what_it_has),
        cmocka_unit_test(buffers_and_arenas_keep_their_limits),
        cmocka_unit_test(allocations_are_counted),
        cmocka_unit_test(digests_match_the_standard),
        cmocka_unit_test(errors_keep_whole_characters),
        cmocka_unit_test(faults_are_gathered_in_their_order_up_to_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
