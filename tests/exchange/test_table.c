/* test_table.c — finding the sheet and the headings of a table. The sheets are models of real ledgers. */
#include "table_test.h"

#include "base/mem.h"
#include "base/utf8.h"

/* ---- the hazard ledger: title, filler row with 序号 on it, headings, notes ---- */

static const char *const hazard_ranges[] = {"I4:M4",   "I5:M5",   "A42:A44", "J2:M2", "A1:Q1", "N2:Q2", "B42:Q42",
                                            "B43:Q43", "B44:Q44", "A2:A3",   "B2:I2", "I3:M3", NULL};
static const char *const hazard_words[] = {"隐患内容", "排查日期", "责任单位", "整改措施与要求", "序号", NULL};

static void hazard_table_is_right(struct table *t)
{
    char out[64];
    assert_int_equal(t->header_row, 3);
    assert_int_equal(t->first_row, 4);
    assert_int_equal(t->columns, 17);
    heading_is(t, 0, "序号");
    heading_is(t, 1, "隐患内容");
    heading_is(t, 8, "整改措施与要求");
    heading_is(t, 9, "");
    heading_is(t, 13, "复查结果");
    heading_is(t, 16, "隐患状态");
    assert_string_equal(kinds(t, out), "DDNNN");
}

static void headings_below_a_title_and_a_filler_row(void **state)
{
    (void)state;
    struct merge m[16];
    struct fake_sheet sheet = {"2019.06", hazard_rows, m, ranges(m, hazard_ranges)};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)hazard_words};
    OPEN(&sheet, 1, &o);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_depth, 2); /* 序号 stands one row higher */
    assert_int_equal(t->matched, 5);
    assert_int_equal(t->column[0].field, 4);
    assert_int_equal(t->column[1].field, 0);
    assert_int_equal(t->column[8].field, 3);
    assert_int_equal(t->column[3].field, -1);
    hazard_table_is_right(t);
    CLOSE();
}

static void headings_are_found_when_none_is_known(void **state)
{
    (void)state;
    struct merge m[16];
    struct fake_sheet sheet = {"2019.06", hazard_rows, m, ranges(m, hazard_ranges)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->matched, 0);
    for (int c = 0; c < t->columns; c++) assert_int_equal(t->column[c].field, -1);
    hazard_table_is_right(t);
    CLOSE();
}

static void headings_are_found_without_merged_ranges(void **state)
{
    (void)state;
    struct fake_sheet sheet = {"xls", hazard_rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    hazard_table_is_right(t);
    CLOSE();
}

static void either_row_of_the_headings_can_be_told(void **state)
{
    (void)state;
    struct merge m[16];
    struct fake_sheet sheet = {"2019.06", hazard_rows, m, ranges(m, hazard_ranges)};
    for (int told = 2; told <= 3; told++) {
        struct table_options o = {.header_row = told};
        OPEN(&sheet, 1, &o);
        assert_int_equal(e, OK);
        assert_int_equal(t->header_row, 3);
        CLOSE();
    }
    struct table_options data = {.header_row = 5}, empty = {.header_row = 20};
    {
        OPEN(&sheet, 1, &data); /* what one is told, one does */
        assert_int_equal(e, OK);
        assert_int_equal(t->header_row, 5);
        heading_is(t, 3, "坍塌");
        CLOSE();
    }
    OPEN(&sheet, 1, &empty);
    assert_int_equal(e, ERR_INVALID);
    CLOSE();
}

/* ---- headings on two rows ---- */

static void group_table_is_right(struct table *t)
{
    assert_int_equal(t->header_row, 3);
    assert_int_equal(t->header_depth, 2);
    heading_is(t, 0, "序号");
    heading_is(t, 1, "单位名称");
    heading_is(t, 3, "整改情况/整改措施");
    heading_is(t, 4, "整改情况/整改人");
    heading_is(t, 6, "备注");
    assert_int_equal(t->column[1].field, 0);
    assert_int_equal(t->column[3].field, 1);
    assert_int_equal(t->column[4].field, 2); /* the lower text alone counts too */
    assert_int_equal(t->column[5].field, -1);
    assert_int_equal(t->column[6].field, 3);
    assert_int_equal(t->matched, 4);
}

static void groups_of_headings_are_joined(void **state)
{
    (void)state;
    struct merge m[16];
    struct fake_sheet sheet = {"台账", group_rows, m, ranges(m, group_ranges)};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)group_words};
    OPEN(&sheet, 1, &o);
    assert_int_equal(e, OK);
    group_table_is_right(t);
    CLOSE();
}

static void groups_are_seen_in_files_without_merged_ranges(void **state)
{
    (void)state;
    struct fake_sheet sheet = {"台账", group_rows, NULL, 0};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)group_words};
    OPEN(&sheet, 1, &o);
    assert_int_equal(e, OK);
    group_table_is_right(t);
    CLOSE();
}

static void a_group_first_row_with_no_title(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1|项目号|项目名称|安全生产月报||质量系数",
        "2|||应报|实报",
        "3|#201304|康乃尔乙二醇|#24|#11|#0.85",
        "4|DH008|食堂改造|#24|#24|#0.9",
        "9|说明：安全生产月报包括《HSE月报表》、《月总结》",
        NULL,
    };
    static const char *const text[] = {"C1:D1", "A9:E9", "A1:A2", "B1:B2", "E1:E2", NULL};
    struct merge m[8];
    struct fake_sheet sheet = {"考核", rows, m, ranges(m, text)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 2);
    heading_is(t, 1, "项目名称");
    heading_is(t, 2, "安全生产月报/应报");
    heading_is(t, 3, "安全生产月报/实报");
    char out[64];
    assert_string_equal(kinds(t, out), "DDN");
    CLOSE();
}

static void a_field_goes_to_one_column_only(void **state)
{
    (void)state;
    static const char *const rows[] = {"1|责任人|单位|责任人", "2|张某|甲|李某", NULL};
    static const char *const words[] = {"责任人", "单位", NULL};
    struct fake_sheet sheet = {"s", rows, NULL, 0};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)words};
    OPEN(&sheet, 1, &o);
    assert_int_equal(e, OK);
    assert_int_equal(t->column[0].field, 0);
    assert_int_equal(t->column[2].field, -1);
    assert_int_equal(t->column[2].same_as, 0);
    assert_int_equal(t->column[0].same_as, -1);
    CLOSE();
}

/* ---- other layouts ---- */

static void headings_in_the_first_row(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1|时间|省市|区域|事故|死亡/人|受伤/人",
        "2|@2005-01-05|山西|运城地区|翻车 |#12|#12",
        "3|@2005-01-06|福建|莆田市|车辆失控|#28|#19",
        NULL,
    };
    static const char *const words[] = {"死亡", "受伤", NULL};
    struct fake_sheet sheet = {"Sheet1", rows, NULL, 0};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)words};
    OPEN(&sheet, 1, &o);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 1);
    assert_int_equal(t->header_depth, 1);
    assert_int_equal(t->matched, 2);
    heading_is(t, 4, "死亡/人");
    CLOSE();
}

static void rows_of_nothing_but_text_are_not_headings(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1|名称|类型|地址", "2|甲公司|有限责任公司|岳阳楼区", "3|乙公司|股份有限公司|云溪区", "4|丙公司|个人独资企业|君山区", NULL,
    };
    struct fake_sheet sheet = {"csv", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 1);
    CLOSE();
}

static void an_import_template_has_headings_only(void **state)
{
    (void)state;
    static const char *const rows[] = {"1|*企业名称|统一社会信用代码（必填）|行业", NULL};
    struct fake_sheet sheet = {"模板", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->columns, 3);
    assert_int_equal(t->first_row, 0);
    char out[64];
    assert_string_equal(kinds(t, out), "");
    CLOSE();
}

static void a_check_sheet_with_a_form_above(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1||EPC-EHS-PHI-A08-C",
        "2|||||||||HSE策划检查表||||||||Q= 项目号",
        "4|||||||||||||||||第        页|共          页",
        "5|||||||||项目名称：",
        "6|||||||||检查人员：||||||||检查日期：",
        "7||序号|工作流程|||检查内容|||||||||检查结果||整改情况",
        "8||#1|确定项目HSE管理目标|||是否根据项目合同、公司HSE管理目标、公司项目HSE管理体系的要求确定项目目标？",
        "9||#2|建立项目安全管理组织机构|||是否根据项目HSE实施计划模板和项目HSE管理需要建立机构？",
        "21||#13|其他",
        NULL,
    };
    static const char *const text[] = {"C7:E7", "F7:N7", "O7:P7", "Q7:R7", "B2:H6", "I2:P4", NULL};
    struct merge m[8];
    struct fake_sheet sheet = {"策划", rows, m, ranges(m, text)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 7);
    heading_is(t, 1, "序号");
    heading_is(t, 5, "检查内容");
    heading_is(t, 16, "整改情况");
    CLOSE();
}

static void labels_of_a_form_above_are_no_groups(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "5|工作范围||EPC||项目经理",
        "6|填报日期||||HSE经理",
        "7|序号||HSE管理内容|单位|1月|2月|3月",
        "8|#1|安全工时|现场人数|人月|#4|#5|#6",
        NULL,
    };
    static const char *const text[] = {"A5:B5", "C5:D5", "E5:F5", "A6:B6", "C6:D6", "E6:F6", "A7:B7", NULL};
    struct merge m[8];
    struct fake_sheet sheet = {"月报", rows, m, ranges(m, text)};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 7);
    assert_int_equal(t->header_depth, 1);
    heading_is(t, 0, "序号");
    heading_is(t, 4, "1月");
    CLOSE();
}

static void a_heading_above_its_full_mark(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1|HSE工程师工作质量检查表",
        "2|项目名称：|||||检查人：",
        "3|受检人员：|||||检查时间:2018.08||分值|实得分|得分比",
        "4|序号|项目过程|检查项目|检查内容|检查方法|检查记录|是否存在该检查项|#100|#0|#0",
        "5|#1|项目策划|学习项目合同|学习总结|检查内业资料。|||#1",
        NULL,
    };
    struct fake_sheet sheet = {"8月", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 4);
    heading_is(t, 0, "序号");
    heading_is(t, 7, "分值");
    heading_is(t, 9, "得分比");
    CLOSE();
}

static void the_best_sheet_is_taken_unless_told(void **state)
{
    (void)state;
    static const char *const cover[] = {"1|安全生产台账", "3|单位：某某", NULL};
    static const char *const notes[] = {"1|字段|说明", "2|名称|企业的名称", NULL};
    static const char *const data[] = {"1|台账", "2|企业名称|信用代码|地址", "3|甲|91|某路", NULL};
    const struct fake_sheet sheets[] = {{"封面", cover, NULL, 0}, {"说明", notes, NULL, 0}, {"数据", data, NULL, 0}};
    static const char *const words[] = {"企业名称", "信用代码", NULL};
    struct table_options o = {.known = known_words, .known_arg = (void *)(uintptr_t)words};
    static const struct {
        const char *told;
        int sheet;
    } cases[] = {{NULL, 2}, {"2", 1}, {"说明", 1}, {" 数据", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        o.sheet = cases[i].told;
        OPEN(sheets, 3, &o);
        assert_int_equal(e, OK);
        assert_int_equal(t->sheet, cases[i].sheet);
        assert_true(str_is(t->sheet_name, sheets[t->sheet].name));
        CLOSE();
    }
    o.sheet = "4";
    OPEN(sheets, 3, &o);
    assert_int_equal(e, ERR_NOT_FOUND);
    assert_non_null(strstr(err_last()->message, "封面, 说明, 数据"));
    CLOSE();
}

static void a_sheet_of_numbers_has_no_headings(void **state)
{
    (void)state;
    static const char *const numbers[] = {"3|#1|#2|#3", "4|#4|#5|#6", NULL};
    static const char *const none[] = {NULL};
    struct fake_sheet sheet = {"数", numbers, NULL, 0}, empty = {"空", none, NULL, 0};
    {
        OPEN(&sheet, 1, &nothing_known);
        assert_int_equal(e, ERR_UNREADABLE);
        assert_non_null(strstr(err_last()->message, "3"));
        assert_non_null(strstr(err_last()->message, "4"));
        CLOSE();
    }
    OPEN(&empty, 1, &nothing_known);
    assert_int_equal(e, ERR_UNREADABLE);
    CLOSE();
}

static void one_column_is_a_table_too(void **state)
{
    (void)state;
    static const char *const rows[] = {"1|企业名称", "2|甲公司", "3|乙公司", NULL};
    struct fake_sheet sheet = {"csv", rows, NULL, 0};
    OPEN(&sheet, 1, &nothing_known);
    assert_int_equal(e, OK);
    assert_int_equal(t->header_row, 1);
    char out[64];
    assert_string_equal(kinds(t, out), "DD");
    CLOSE();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_below_a_title_and_a_filler_row),
        cmocka_unit_test(headings_are_found_when_none_is_known),
        cmocka_unit_test(headings_are_found_without_merged_ranges),
        cmocka_unit_test(either_row_of_the_headings_can_be_told),
        cmocka_unit_test(groups_of_headings_are_joined),
        cmocka_unit_test(groups_are_seen_in_files_without_merged_ranges),
        cmocka_unit_test(a_group_first_row_with_no_title),
        cmocka_unit_test(a_field_goes_to_one_column_only),
        cmocka_unit_test(headings_in_the_first_row),
        cmocka_unit_test(rows_of_nothing_but_text_are_not_headings),
        cmocka_unit_test(an_import_template_has_headings_only),
        cmocka_unit_test(a_check_sheet_with_a_form_above),
        cmocka_unit_test(labels_of_a_form_above_are_no_groups),
        cmocka_unit_test(a_heading_above_its_full_mark),
        cmocka_unit_test(the_best_sheet_is_taken_unless_told),
        cmocka_unit_test(a_sheet_of_numbers_has_no_headings),
        cmocka_unit_test(one_column_is_a_table_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
