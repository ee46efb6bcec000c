/* test_table_rows.c — the rows below the headings: what is a record and what is not; keys of headings; memory that runs out. */
#include "table_test.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/utf8.h"

/* ---- rows ---- */

static void merged_cells_are_repeated_downwards(void **state)
{
    (void)state;
    struct merge m[16];
    struct fake_sheet sheet = {"台账", group_rows, m, ranges(m, group_ranges)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    struct table_row row;
    bool more;
    assert_int_equal(table_next(t, &row, &more), OK);
    cell_is(&row, 1, "甲公司");
    assert_false(row.cell[1].merged);
    assert_int_equal(table_next(t, &row, &more), OK);
    assert_int_equal(row.row, 5);
    cell_is(&row, 1, "甲公司");
    assert_true(row.cell[1].merged);
    cell_is(&row, 2, "灭火器过期");
    assert_int_equal(table_next(t, &row, &more), OK);
    cell_is(&row, 1, "乙公司");
    cell_is(&row, 6, "已复查");
    assert_int_equal(table_next(t, &row, &more), OK);
    assert_false(more);
    CLOSE();
}

static void rows_that_are_no_records_are_told_apart(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1|序号|单位名称|隐患数|备注",
        "2|#1|#2|#3|#4",               /* column numbers */
        "3|一、工贸企业",              /* a section, merged across */
        "4|#1|甲公司|#3",              /**/
        "5|#2",                        /* prepared, not filled in */
        "6|  |\n|　",                  /* blanks */
        "7|小计||#3",                  /**/
        "8|序号|单位名称|隐患数|备注", /* second page */
        "9|#3|注册资本不足的公司|#1",  /* begins like a note */
        "10|#4|说明书印刷厂|#1",       /* so does this */
        "11|合 计||#4",                /**/
        "12|注：本表按月报送",         /**/
        "13|其余见附件",               /* goes on */
        "14|填表人：张某||审核人：李某",
        NULL,
    };
    static const char *const text[] = {"A3:D3", NULL};
    struct merge m[2];
    struct fake_sheet sheet = {"台账", rows, m, ranges(m, text)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    char out[64];
    assert_string_equal(kinds(t, out), "FFDFTHDDTNNN");
    CLOSE();
    for (int k = 0; k < TABLE__KINDS; k++) assert_int_equal(table_kind_text((enum table_kind)k)[0] == '\0', k == TABLE_DATA);
}

static void the_nation_is_a_total(void **state)
{
    (void)state;
    static const char *const rows[] = {"1|省市|事故/起|死亡/人", "2|全国|#30|#40", "3|北京|#10|#20", "4|全国通公司|#1|#1", NULL};
    struct fake_sheet sheet = {"2018", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    char out[64];
    assert_string_equal(kinds(t, out), "TDD");
    CLOSE();
}

static void values_without_a_heading_are_reported(void **state)
{
    (void)state;
    static const char *const rows[] = {"1|名称||地址", "2|甲||某路", "3|乙|x|某街", "4|丙||某巷|||y", NULL};
    struct fake_sheet sheet = {"s", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    static const int stray[] = {-1, 1, 5};
    for (size_t i = 0; i < 3; i++) {
        struct table_row row;
        bool more;
        assert_int_equal(table_next(t, &row, &more), OK);
        assert_true(more);
        assert_int_equal(row.stray, stray[i]);
    }
    CLOSE();
}

static void a_sheet_wider_than_the_limit_is_cut_and_said(void **state)
{
    (void)state;
    static char wide[8192] = "1|a0", line[8192] = "2|x";
    if (!wide[4]) {
        for (int i = 1; i < CELLS; i++) snprintf(wide + strlen(wide), sizeof wide - strlen(wide), "|a%d", i);
        for (int i = 1; i < CELLS; i++) snprintf(line + strlen(line), sizeof line - strlen(line), "|x");
    }
    const char *const rows[] = {wide, line, NULL};
    struct fake_sheet sheet = {"wide", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->columns, TABLE_COLUMNS);
    struct table_row row;
    bool more;
    assert_int_equal(table_next(t, &row, &more), OK);
    assert_int_equal(row.stray, TABLE_COLUMNS);
    CLOSE();
}

static void ranges_that_overlap_do_no_harm(void **state)
{
    (void)state;
    static struct merge m[5000];
    for (int i = 0; i < 5000; i++) m[i] = (struct merge){i % 7 - 0, 1000 + i, 1 + i % 5, INT64_MAX};
    struct fake_sheet sheet = {"broken", group_rows, m, 5000};
    OPEN(&sheet, 1, &nothing_known);
    if (e == OK) {
        char out[64];
        kinds(t, out);
    }
    CLOSE();
}

static void errors_of_the_source_come_through(void **state)
{
    (void)state;
    struct fake_sheet sheet = {"台账", group_rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    fake.fail_at = 4;
    struct table_row row;
    bool more;
    assert_int_equal(table_next(t, &row, &more), ERR_IO);
    CLOSE();
}

/* ---- keys ---- */

static void heading_keys_drop_what_does_not_matter(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"统一社会\n信用代码", "统一社会信用代码"},
        {"注册资本（万元）", "注册资本"},
        {"面积 (亩)", "面积"},
        {"*企业名称", "企业名称"},
        {"企业名称（必填）*", "企业名称"},
        {"联系人：", "联系人"},
        {"死亡/人", "死亡"},
        {"Accident Level", "accidentlevel"},
        {"检查时间（开始）", "检查时间(开始)"},
        {"整改情况/整改措施", "整改情况/整改措施"},
        {"ＡＢＣ", "abc"},
        {"产值(单位：万元)", "产值"},
        {"题型(单选题、判断题)", "题型"},
        {"培训结果（合格/不合格）", "培训结果"},
        {"粉尘(mg/m³)", "粉尘"},
        {"日期【yyyy-mm-dd】", "日期"},
        {"（万元）", "(万元)"},
        {"", ""},
        {"费用（万元）（必填）：", "费用"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CLEANUP_BUF struct buf b = BUF_INIT(1000);
        table_heading_key(&b, str_of(cases[i][0]));
        assert_string_equal(buf_view(&b).p, cases[i][1]);
    }
}

static void a_key_is_its_own_key(void **state)
{
    (void)state;
    static const char *const bits[] = {"*", "：", "（", "万元", "）", "/", "人", " ", "名", "\xFF", "[", "]", "\n", "必填", ":"};
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        CLEANUP_BUF struct buf text = BUF_INIT(1000);
        CLEANUP_BUF struct buf once = BUF_INIT(1000);
        CLEANUP_BUF struct buf twice = BUF_INIT(1000);
        for (int i = 0; i < 8; i++) {
            seed = seed * 1664525 + 1013904223;
            buf_z(&text, bits[(seed >> 16) % (sizeof bits / sizeof *bits)]);
        }
        table_heading_key(&once, buf_view(&text));
        table_heading_key(&twice, buf_view(&once));
        assert_true(str_eq(buf_view(&once), buf_view(&twice)));
    }
}

/* ---- memory ---- */

static enum err open_and_read(struct fake *f, const struct fake_sheet *sheets, int n, const struct table_options *o)
{
    CLEANUP_ARENA struct arena *a = arena_new_capped((size_t)1 << 20);
    if (!a) return err_no_memory();
    struct table_source source = source_of(f, sheets, n);
    struct table *t;
    TRY(table_open(a, &source, o, &t));
    struct table_row row;
    bool more = true;
    enum err e = OK;
    while (!e && more) e = table_next(t, &row, &more);
    table_close(t);
    return e;
}

static void every_failed_allocation_is_an_error(void **state)
{
    (void)state;
    struct merge m[16];
    const struct fake_sheet sheets[] = {{"台账", group_rows, m, ranges(m, group_ranges)}, {"2019.06", hazard_rows, NULL, 0}};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)group_words};
    static struct fake f;
    long n = 0;
    for (;; n++) {
        mem_fail_after(n);
        enum err e = open_and_read(&f, sheets, 2, &o);
        int failed = mem_failed();
        mem_fail_after(-1);
        if (!failed) {
            assert_int_equal(e, OK);
            break;
        }
        assert_int_equal(e, ERR_NO_MEMORY);
        assert_true(n < 1000);
    }
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merged_cells_are_repeated_downwards),
        cmocka_unit_test(rows_that_are_no_records_are_told_apart),
        cmocka_unit_test(the_nation_is_a_total),
        cmocka_unit_test(values_without_a_heading_are_reported),
        cmocka_unit_test(a_sheet_wider_than_the_limit_is_cut_and_said),
        cmocka_unit_test(ranges_that_overlap_do_no_harm),
        cmocka_unit_test(errors_of_the_source_come_through),
        cmocka_unit_test(heading_keys_drop_what_does_not_matter),
        cmocka_unit_test(a_key_is_its_own_key),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
