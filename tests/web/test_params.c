/* test_params.c — query strings, forms, multipart bodies, cookies: what strangers write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "web/params.h"

static int arena_setup(void **state)
{
    *state = arena_new_capped((size_t)16 << 20);
    return *state ? 0 : -1;
}

static int arena_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define SAME(found, expected) assert_true(str_is((found), (expected)))

static void a_query_gives_its_names_and_values_in_order(void **state)
{
    struct params p = {0};
    assert_int_equal(params_read(*state, STR("where=a+%3D+1&where=b%20~%20%E5%AE%89%E5%85%A8&q=&&flag"), &p), OK);
    assert_int_equal(p.n, 4);
    int at = 0;
    SAME(param_next(&p, "where", &at)->value, "a = 1");
    SAME(param_next(&p, "where", &at)->value, "b ~ 安全");
    assert_null(param_next(&p, "where", &at));
    SAME(param(&p, "q"), "");
    SAME(param(&p, "flag"), "");
    assert_null(param(&p, "other").p);
}

static void a_badly_encoded_query_is_refused(void **state)
{
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=%C0%80", "a=%ED%A0%80", "\xff=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct params p = {0};
        assert_int_equal(params_read(*state, str_of(bad[i]), &p), ERR_INVALID);
    }
}

static void too_many_values_are_refused(void **state)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct params p = {0};
    for (int i = 0; i < PARAMS_MAX; i++) buf_z(&b, "a=1&");
    assert_int_equal(params_read(*state, buf_view(&b), &p), OK);
    buf_z(&b, "a=1");
    p = (struct params){0};
    assert_int_equal(params_read(*state, buf_view(&b), &p), ERR_TOO_BIG);
}

static void encoding_and_decoding_give_the_same_text(void **state)
{
    uint32_t seed = 1;
    for (int round = 0; round < 300; round++) {
        struct buf text CLEANUP_BUF = BUF_INIT(4096), coded CLEANUP_BUF = BUF_INIT(65536);
        for (int i = 0; i < round % 40; i++) {
            seed = seed * 1664525 + 1013904223;
            uint32_t c = (seed >> 8) % (i % 3 ? 0x80 : 0x9FFF);
            utf8_put(&text, c ? c : '%');
        }
        url_encode(&coded, buf_view(&text));
        for (size_t i = 0; i < coded.n; i++) assert_null(strchr("&=+#?/ \"'<>", coded.p[i]));
        assert_true(str_eq(url_decode(*state, buf_view(&coded), round % 2), buf_view(&text)));
    }
}

#define TYPE STR("multipart/form-data; boundary=\"xYz\"")

static void a_multipart_form_gives_texts_and_files(void **state)
{
    static const char body[] =
        "--xYz\r\nContent-Disposition: form-data; name=\"remarks\"\r\n\r\n安全 & more\r\n"
        "--xYz\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"C:\\\\pic\\\\门.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
        "\xff\xd8\r\n--xY\0z\r\n--xYz\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n--xYz--\r\n";
    struct params p = {0};
    assert_int_equal(params_read_multipart(*state, TYPE, (struct str){body, sizeof body - 1}, &p), OK);
    assert_int_equal(p.n, 3);
    SAME(param(&p, "remarks"), "安全 & more");
    assert_true(p.param[1].is_file);
    SAME(p.param[1].file_name, "门.jpg");
    assert_true(str_eq(p.param[1].value, (struct str){"\xff\xd8\r\n--xY\0z", 10}));
    assert_true(p.param[2].is_file);
    assert_int_equal(p.param[2].file_name.n, 0);
    assert_int_equal(p.param[2].value.n, 0);
}

static void a_damaged_multipart_form_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "--xYz",
        "--xYz\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\nno gap\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--xYz--",
        "--xYz\r\n\r\n--xYz--",
        "--other\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--other--",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct params p = {0};
        assert_int_equal(params_read_multipart(*state, TYPE, str_of(bad[i]), &p), ERR_INVALID);
    }
    struct params p = {0};
    assert_int_equal(params_read_multipart(*state, STR("multipart/form-data"), STR("--\r\n"), &p), ERR_INVALID);
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
    (void)state;
    struct str header = STR("xlang=no; lang=en ; anjian=\"abc\"; empty=");
    SAME(cookie_value(header, "lang"), "en");
    SAME(cookie_value(header, "anjian"), "abc");
    SAME(cookie_value(header, "empty"), "");
    assert_null(cookie_value(header, "ang").p);
    assert_null(cookie_value(STR_NONE, "lang").p);
    assert_null(cookie_value(STR("lang"), "lang").p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_query_gives_its_names_and_values_in_order),
        TEST(a_badly_encoded_query_is_refused),
        TEST(too_many_values_are_refused),
        TEST(encoding_and_decoding_give_the_same_text),
        TEST(a_multipart_form_gives_texts_and_files),
        TEST(a_damaged_multipart_form_is_refused),
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
