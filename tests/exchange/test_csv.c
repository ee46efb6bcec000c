/* test_csv.c — CSV and text: quotes, line ends, delimiters, encodings, and what is no table. */
#include "readers.h"

#define CSV(literal) file_of(STR(literal))
#define EXPECT(literal, expected) expect_file(CSV(literal), NULL, expected)

static void fields_and_line_ends_are_those_of_rfc_4180(void **state)
{
    (void)state;
    EXPECT("a,b\n1,2\n", "1:a|b\n2:1|2\n");
    EXPECT("a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n");
    EXPECT("a,b\r1,2\r", "1:a|b\n2:1|2\n");
    EXPECT("a,b\n1,2", "1:a|b\n2:1|2\n");
    EXPECT("a,b,\n,,\n1,,3\n", "1:a|b\n3:1||3\n");
    EXPECT("\n\na,b\n\n1,2\n", "3:a|b\n5:1|2\n");
}

static void quoted_fields_hold_anything(void **state)
{
    (void)state;
    EXPECT("a,b\n\"1,\"\"2\"\"\nx\r\ny\",3\n", "1:a|b\n2:1,\"2\"\nx\r\ny|3\n");
    EXPECT("a,b\n\"\",\"\"\"\"\n", "1:a|b\n2:|\"\n");
    EXPECT("a,b\n\"1\"x\"y,2\n", "1:a|b\n2:1x\"y|2\n");
}

static void a_stray_quote_is_text(void **state)
{
    (void)state;
    EXPECT("a,b\n5\" pipe,x\"\"y\n 1,\n", "1:a|b\n2:5\" pipe|x\"\"y\n3: 1\n");
}

static void an_unclosed_quote_names_its_record(void **state)
{
    (void)state;
    refuse_file(CSV("a,b\n\"x\ny\",2\n\n3,\"4\n5,6\n"), NULL, ERR_UNREADABLE, "record 4 (line 5)");
}

static void an_unclosed_quote_does_not_gather_the_whole_file(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(32 << 20);
    buf_z(&b, "a,b\n1,\"");
    for (int i = 0; i < 17 << 16; i++) buf_z(&b, "0123456789,12345\n");
    refuse_file(file_of(buf_view(&b)), NULL, ERR_UNREADABLE, "record 2");
}

static void delimiters_are_guessed(void **state)
{
    (void)state;
    EXPECT("a;b;c\n1,5;2;3\n", "1:a|b|c\n2:1,5|2|3\n");
    EXPECT("a\tb\n1,5\t2\n", "1:a|b\n2:1,5|2\n");
    EXPECT("\"a;x;y\",b\n1,2\n", "1:a;x;y|b\n2:1|2\n");
    EXPECT("Ledger of 2018\na\tb\n1\t2\n3\t4\n", "1:Ledger of 2018\n2:a|b\n3:1|2\n4:3|4\n");
}

static void a_list_of_one_column_keeps_its_commas(void **state)
{
    (void)state;
    EXPECT("hazard\ndoor open\nno light, no sign, no way out\nwire\n", "1:hazard\n2:door open\n3:no light, no sign, no way out\n4:wire\n");
    EXPECT("one\n", "1:one\n");
    EXPECT("door open, no light\nwire\nsteam, oil, dust\nwater\nacid\n",
           "1:door open, no light\n2:wire\n3:steam, oil, dust\n4:water\n5:acid\n");
}

static void rows_may_leave_out_their_last_cells(void **state)
{
    (void)state;
    EXPECT("a,b,c,d\n1,2,3\n4,5\n6,7,8,9\n", "1:a|b|c|d\n2:1|2|3\n3:4|5\n4:6|7|8|9\n");
}

static void a_text_of_paragraphs_is_no_table(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    buf_z(&b, "Speech\n\n");
    for (int i = 1; i < 12; i++) {
        for (int k = 0; k < i; k++) buf_z(&b, "safety first, as we have said so often and in so many words that everybody knows them, ");
        buf_z(&b, "and so on.\n\n");
    }
    refuse_file(file_of(buf_view(&b)), NULL, ERR_UNREADABLE, "a text");
}

static void encodings_are_found_out(void **state)
{
    (void)state;
    EXPECT("\xef\xbb\xbf企业,类型\n一,二\n", "1:企业|类型\n2:一|二\n");
    EXPECT("\xc6\xf3\xd2\xb5,\xc0\xe0\xd0\xcd\n\x81\x30\x81\x30,1\n", "1:企业|类型\n2:\xc2\x80|1\n"); /* four bytes: GB18030 */
    expect_file(CSV("\xc6\xf3,b\n1,2\n"), &(struct workbook_options){.encoding = "GBK"}, "1:企|b\n2:1|2\n");
    refuse_file(CSV("\xc6\xf3,b\n1,2\n"), &(struct workbook_options){.encoding = "utf-8"}, ERR_UNREADABLE, "byte 1 is");
    refuse_file(CSV("a,b\n\xc6\xf3,\xff\n"), NULL, ERR_UNREADABLE, "byte 8 is");
    refuse_file(CSV("a,b\n1,\xc6"), NULL, ERR_UNREADABLE, "byte 7 is");
    refuse_file(CSV("a,b\n"), &(struct workbook_options){.encoding = "latin1"}, ERR_INVALID, "latin1");
}

static void characters_cut_by_a_chunk_are_whole(void **state)
{
    (void)state;
    for (size_t pad = 0; pad < 4; pad++) {
        struct buf CLEANUP_BUF utf8 = BUF_INIT(1 << 20), CLEANUP_BUF gbk = BUF_INIT(1 << 20), CLEANUP_BUF expected = BUF_INIT(1 << 20);
        buf_put(&utf8, "xxxx,", pad + 1);
        buf_put(&gbk, "xxxx,", pad + 1);
        buf_put(&expected, "1:xxxx", pad + 3);
        for (int i = 0; i < 40000; i++) {
            buf_z(&utf8, i % 10 ? "企" : "\n");
            buf_z(&gbk, i % 10 ? "\xc6\xf3" : "\n");
        }
        struct buf CLEANUP_BUF a = BUF_INIT(1 << 20), CLEANUP_BUF b = BUF_INIT(1 << 20);
        struct file f = file_of(buf_view(&utf8)), g = file_of(buf_view(&gbk));
        assert_int_equal(file_text(f.path, NULL, &a), OK);
        assert_int_equal(file_text(g.path, NULL, &b), OK);
        assert_true(str_eq(buf_view(&a), buf_view(&b)));
        assert_true(a.n > 100000);
        close(f.fd);
        close(g.fd);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 22);
    buf_z(&b, "a,b\n");
    for (int i = 0; i < 16384; i++) buf_char(&b, ',');
    refuse_file(file_of(buf_view(&b)), NULL, ERR_TOO_BIG, "columns");
    refuse_file(CSV("a,b\n1,2\n3,4\n"), &(struct workbook_options){.max_rows = 2}, ERR_TOO_BIG, "2 rows");
    refuse_file(CSV("a,b\n1,2\n3,4\n"), &(struct workbook_options){.max_bytes = 5}, ERR_TOO_BIG, "12 bytes");
    buf_reset(&b);
    buf_z(&b, "a,b\n1,");
    for (int i = 0; i < 1100000; i++) buf_char(&b, 'x');
    refuse_file(file_of(buf_view(&b)), NULL, ERR_TOO_BIG, "row 2 column 2");
}

static void a_sheet_can_be_read_again_and_an_error_stays(void **state)
{
    (void)state;
    struct file f = CSV("a,b\n1,2\n3,\"4\n");
    struct arena CLEANUP_ARENA *a = arena_new_capped(1 << 20);
    struct workbook *w;
    struct cells row;
    bool more;
    assert_int_equal(workbook_open(a, f.path, NULL, &w), OK);
    assert_int_equal(workbook_next(w, &row, &more), ERR_INVALID);
    assert_int_equal(workbook_select(w, 1), ERR_INVALID);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(workbook_select(w, 0), OK);
        assert_int_equal(workbook_next(w, &row, &more), OK);
        assert_true(more && row.row == 1 && str_is(row.cell[1].text, "b"));
        assert_int_equal(workbook_next(w, &row, &more), OK);
        assert_int_equal(workbook_next(w, &row, &more), ERR_UNREADABLE);
        assert_int_equal(workbook_next(w, &row, &more), ERR_UNREADABLE);
    }
    assert_int_equal(workbook_format_of(w), WORKBOOK_CSV);
    assert_string_equal(workbook_encoding(w), "utf-8");
    assert_null(workbook_free(w));
    close(f.fd);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    starve_file(CSV("\xc6\xf3,b\n\"1\n\",2\n"), "1:企|b\n2:1\n|2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_line_ends_are_those_of_rfc_4180),
        cmocka_unit_test(quoted_fields_hold_anything),
        cmocka_unit_test(a_stray_quote_is_text),
        cmocka_unit_test(an_unclosed_quote_names_its_record),
        cmocka_unit_test(an_unclosed_quote_does_not_gather_the_whole_file),
        cmocka_unit_test(delimiters_are_guessed),
        cmocka_unit_test(a_list_of_one_column_keeps_its_commas),
        cmocka_unit_test(rows_may_leave_out_their_last_cells),
        cmocka_unit_test(a_text_of_paragraphs_is_no_table),
        cmocka_unit_test(encodings_are_found_out),
        cmocka_unit_test(characters_cut_by_a_chunk_are_whole),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_sheet_can_be_read_again_and_an_error_stays),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
