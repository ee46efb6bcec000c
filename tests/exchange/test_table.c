/* test_table.c — finding the table in a sheet. The sheets are models of real ledgers; a row is one text, its cells
 * parted by |, and begins with its number: "3|隐患内容|排查日期". A cell "#12.5" is a number, "@2019-06-01" a date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "exchange/table.h"

#define CELLS 1100

struct fake_sheet {
    const char *name;
    const char *const *row; /* ends in NULL */
    const struct merge *merge;
    int merges;
};

struct fake {
    const struct fake_sheet *sheet;
    int selected, at;
    int fail_at; /* row at which the source fails; 0: never */
    struct cell cell[CELLS];
    char text[65536]; /* overwritten by every row, as a reader may */
};

static struct str fake_name(void *arg, int sheet)
{
    return str_of(((struct fake *)arg)->sheet[sheet].name);
}

static enum err fake_select(void *arg, int sheet)
{
    struct fake *f = arg;
    f->selected = sheet;
    f->at = 0;
    return OK;
}

static const struct merge *fake_merges(void *arg, int *n)
{
    struct fake *f = arg;
    *n = f->sheet[f->selected].merges;
    return f->sheet[f->selected].merge;
}

static enum err fake_next(void *arg, struct cells *ret, bool *more)
{
    struct fake *f = arg;
    memset(f->text, '?', sizeof f->text); /* texts of the former row are gone */
    const char *line = f->sheet[f->selected].row[f->at];
    *more = line != NULL;
    if (!line) return OK;
    f->at++;
    if (f->fail_at && f->at == f->fail_at) return err_set(ERR_IO, "the disk is gone");
    memcpy(f->text, line, strlen(line) + 1);
    struct str rest = str_of(f->text), number = str_split(&rest, '|');
    int n = 0;
    while (rest.p && n < CELLS) {
        struct str s = str_split(&rest, '|');
        struct cell c = {.kind = s.n ? CELL_TEXT : CELL_BLANK, .text = s};
        if (str_starts(s, STR("#"))) c = (struct cell){.kind = CELL_NUMBER, .text = str_from(s, 1), .number = strtod(s.p + 1, NULL)};
        if (str_starts(s, STR("@"))) c = (struct cell){.kind = CELL_DATE, .text = str_from(s, 1), .number = 43611};
        f->cell[n++] = c;
    }
    *ret = (struct cells){.row = strtoll(number.p, NULL, 10), .n = n, .cell = f->cell};
    return OK;
}

static struct table_source source_of(struct fake *f, const struct fake_sheet *sheets, int n)
{
    *f = (struct fake){.sheet = sheets};
    return (struct table_source){f, n, fake_name, fake_select, fake_next, fake_merges};
}

/* "A1:Q1", as spreadsheets write ranges. */
static struct merge range(const char *text)
{
    char c1, c2;
    int r1, r2;
    assert_int_equal(sscanf(text, "%c%d:%c%d", &c1, &r1, &c2, &r2), 4);
    return (struct merge){c1 - 'A', c2 - 'A', r1, r2};
}

static int ranges(struct merge *m, const char *const *text)
{
    int n = 0;
    for (; text[n]; n++) m[n] = range(text[n]);
    return n;
}

static int known_words(void *arg, struct str key)
{
    const char *const *words = arg;
    for (int i = 0; words[i]; i++)
        if (str_is(key, words[i])) return i;
    return -1;
}

static const struct table_options nothing_known = {.known = NULL};

#define OPEN(sheets, n, options)                                                                                                           \
    struct arena *a = arena_new_capped((size_t)64 << 20);                                                                                  \
    static struct fake fake;                                                                                                               \
    struct table_source source = source_of(&fake, (sheets), (n));                                                                          \
    struct table *t = NULL;                                                                                                                \
    enum err e = table_open(a, &source, (options), &t)
#define CLOSE()                                                                                                                            \
    table_close(t);                                                                                                                        \
    arena_free(a)

static void heading_is(const struct table *t, int column, const char *text)
{
    assert_true(column < t->columns);
    struct str h = t->column[column].heading;
    if (!str_is(h, text)) fail_msg("column %d is \"%.*s\", not \"%s\"", column, STR_ARG(h), text);
}

static void cell_is(const struct table_row *row, int column, const char *text)
{
    struct str s = row->cell[column].kind == CELL_BLANK ? STR("") : row->cell[column].text;
    if (!str_is(s, text)) fail_msg("row %lld column %d is \"%.*s\", not \"%s\"", (long long)row->row, column, STR_ARG(s), text);
}

/* The kinds of all rows as "DDTN", read to the end. */
static const char *kinds(struct table *t, char out[64])
{
    struct table_row row;
    bool more;
    int n = 0;
    for (;;) {
        assert_int_equal(table_next(t, &row, &more), OK);
        if (!more) break;
        assert_true(n < 63);
        out[n++] = "DTHFN"[row.kind];
    }
    out[n] = '\0';
    return out;
}

/* ---- the hazard ledger: title, filler row with 序号 on it, headings, notes ---- */

static const char *const hazard_rows[] = {
    "1|项目现场隐患排查与治理统计表",
    "2|序号|项目名称：某某湿法磷酸项目||||||||填报人：甲某||||填报时间： 2019年 6 月 25 日",
    "3||隐患内容|排查日期|隐患类型|隐患级别|责任单位|责任人|整改期限|整改措施与要求|||||复查结果|复查日期|复查人|隐患状态",
    "4|#1|基础开挖完成后未设置护栏|@2019-05-26|高处坠落|一般事故隐患|四化建|封某\n|@2019-05-28|规范设置；|||||已整改|#43613|甲某|关闭",
    "5|#2|开挖土方紧邻基坑边|@2019-05-26|坍塌|一般事故隐患|四化建|封某|@2019-05-28|采取措施|||||已整改|#43613|甲某|关闭",
    "42|说明：|隐患类型：按照可能导致的后果分为高处坠落、物体打击等",
    "43||隐患级别：按照原国家安监总局2007年第16号令",
    "44||隐患状态：根据复查结果填写开放或关闭。",
    NULL,
};
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

static const char *const group_rows[] = {
    "1|岳阳楼区隐患整改台账",
    "2|序号|单位名称|隐患描述|整改情况|||备注",
    "3||||整改措施|整改人|完成日期",
    "4|#1|甲公司|电线裸露|更换|张某|@2026-01-02",
    "5|#2||灭火器过期|更换|李某|@2026-01-03",
    "6|#3|乙公司|通道堵塞|清理|王某|@2026-01-04|已复查",
    NULL,
};
static const char *const group_ranges[] = {"A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "B4:B5", NULL};
static const char *const group_words[] = {"单位名称", "整改情况/整改措施", "整改人", "备注", NULL};

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
