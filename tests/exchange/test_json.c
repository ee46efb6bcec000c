/* test_json.c — JSON lists as tables. */
#include "readers.h"

#define JSON(literal) file_of(STR(literal))
#define EXPECT(literal, expected) expect_file(JSON(literal), NULL, expected)
#define REFUSE(literal, says) refuse_file(JSON(literal), NULL, ERR_UNREADABLE, says)

static void headings_are_the_keys_of_all_rows(void **state)
{
    (void)state;
    EXPECT("{\"rows\":[{\"a\":1,\"b\":\"x\"},{\"c\":true,\"a\":2}],\"more\":false}", "1:a|b|c\n2:#1|x\n3:#2||?TRUE\n");
    EXPECT("\xef\xbb\xbf \n[{\"名\":\"一\"}]", "1:名\n2:一\n");
    EXPECT("[]", "");
    EXPECT("{\"rows\":[]}", "");
    EXPECT("[{},{\"a\":null,\"b\":\"\"},{\"b\":1}]", "1:a|b\n4:|#1\n");
}

static void arrays_are_rows_as_they_stand(void **state)
{
    (void)state;
    EXPECT("[[\"a\",\"b\"],[1,null,false],[]]", "1:a|b\n2:#1||?FALSE\n");
}

static void lists_and_objects_stay_json(void **state)
{
    (void)state;
    EXPECT("[[{\"k\": [1, 2], \"j\": \"\\n\"}, [\"一\"]]]", "1:*{\"k\":[1,2],\"j\":\"\\n\"}|*[\"一\"]\n");
}

static void numbers_keep_their_digits(void **state)
{
    (void)state;
    EXPECT("[[9007199254740993, -9223372036854775808, 0.1, 1e3, 1e-7, 2.50, -0.0, 1e300]]",
           "1:#9007199254740993|#-9223372036854775808|#0.1|#1000|#0.0000001|#2.5|#0|#1e+300\n");
    REFUSE("[[123456789012345678901]]", "too big integer");
    REFUSE("[[1e999]]", "not right");
}

static void what_is_no_list_of_rows_is_refused(void **state)
{
    (void)state;
    REFUSE("{\"days\":[]}", "no list of rows");
    REFUSE("{\"rows\":{}}", "no list of rows");
    REFUSE("[{\"a\":1},[2]]", "item 2");
    REFUSE("[[1],{\"a\":1}]", "item 2");
    REFUSE("[{\"a\":1,\"a\":2}]", "duplicate");
    REFUSE("[{\"a\":1}", "line 1");
    REFUSE("[{\"a\":1}]x", "line 1");
    REFUSE("[{\"a\":\"\xff\"}]", "not right");
    REFUSE("{\"a\\u0000\":1}", "not right");
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    for (int i = 0; i < 100000; i++) buf_char(&b, '[');
    refuse_file(file_of(buf_view(&b)), NULL, ERR_UNREADABLE, "depth");
}

static void a_csv_may_begin_with_a_bracket(void **state)
{
    (void)state;
    EXPECT("[1],b\n2,3\n", "1:[1]|b\n2:2|3\n");
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    starve_file(JSON("{\"rows\":[{\"a\":1,\"b\":\"x\",\"l\":[1.5,{\"x\":null}]},{\"c\":\"y\"}]}"),
                "1:a|b|l|c\n2:#1|x|*[1.5,{\"x\":null}]\n3:|||y\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_are_the_keys_of_all_rows),  cmocka_unit_test(arrays_are_rows_as_they_stand),
        cmocka_unit_test(lists_and_objects_stay_json),        cmocka_unit_test(numbers_keep_their_digits),
        cmocka_unit_test(what_is_no_list_of_rows_is_refused), cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(a_csv_may_begin_with_a_bracket),     cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
