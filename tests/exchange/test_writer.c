/* test_writer.c — exported files hold what was given, and nothing stands under the name until all of it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zip.h>

#include "base/mem.h"
#include "exchange/writer.h"

/* libxlsxwriter 1.1.4 copies the formula of a drop-down list twice and frees one: some 20 bytes for each long list. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:lxw_strdup";
}

static char folder[64], path[128], part[160];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_writer.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
    snprintf(part, sizeof part, "%s.part", path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(part);
    return rmdir(folder); /* fails when anything else was left behind */
}

static bool exists(const char *p)
{
    struct stat st;
    return stat(p, &st) == 0;
}

/* A whole file or, of an xlsx file, one of its parts; NUL-terminated, in `b`. */
static const char *content(struct buf *b, const char *member)
{
    buf_reset(b);
    char chunk[4096];
    if (!member) {
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;) buf_put(b, chunk, n);
        fclose(f);
        return buf_view(b).p;
    }
    zip_t *z = zip_open(path, ZIP_RDONLY, NULL);
    assert_non_null(z);
    zip_file_t *f = zip_fopen(z, member, 0);
    if (!f) fail_msg("the file has no %s", member);
    for (zip_int64_t n; (n = zip_fread(f, chunk, sizeof chunk)) > 0;) buf_put(b, chunk, (size_t)n);
    zip_fclose(f);
    zip_discard(z);
    return buf_view(b).p;
}

static void has(const char *text, const char *piece)
{
    if (!strstr(text, piece)) fail_msg("no %s in %.4000s", piece, text);
}

static void has_not(const char *text, const char *piece)
{
    if (strstr(text, piece)) fail_msg("%s in %.4000s", piece, text);
}

static struct out_cell text(const char *z)
{
    return (struct out_cell){.kind = OUT_TEXT, .s = str_of(z)};
}

static const struct writer_column columns[] = {
    {{"name", 4}, {"企业名称", 12}, 0},     {{"code", 4}, {"信用代码", 12}, 20}, {{"count", 5}, {"人数", 6}, 0},
    {{"fine", 4}, {"罚款, \"元\"", 13}, 0}, {{"day", 3}, {"日期", 6}, 0},        {{"at", 2}, {"时间", 6}, 0},
    {{"done", 4}, {"完成", 6}, 0},
};
#define COLUMNS 7

static void fill_row(struct out_cell c[COLUMNS])
{
    c[0] = text("甲公司");
    c[1] = text("91430602000000000X");
    c[2] = (struct out_cell){.kind = OUT_INT, .i = -42};
    c[3] = (struct out_cell){.kind = OUT_DECIMAL, .scale = 2, .i = 1205};
    c[4] = (struct out_cell){.kind = OUT_DATE, .i = 20494}; /* 2026-02-10 */
    c[5] = (struct out_cell){.kind = OUT_INSTANT, .i = 20494 * INSTANT_DAY - BEIJING + 9 * INSTANT_HOUR};
    c[6] = (struct out_cell){.kind = OUT_BOOL, .i = 1};
}

static enum err write_two_rows(struct arena *a, enum writer_format format)
{
    struct writer *w;
    struct out_cell full[COLUMNS], none[COLUMNS] = {{.kind = OUT_NULL}};
    fill_row(full);
    none[0] = (struct out_cell){.kind = OUT_TEXT, .s = STR_NONE};
    none[1] = text("");
    none[3] = (struct out_cell){.kind = OUT_DECIMAL, .scale = 2, .i = -7};
    TRY(writer_open(a, path, format, &w));
    enum err e = writer_heading(w, columns, COLUMNS);
    if (!e) e = writer_row(w, full, COLUMNS);
    if (!e) e = writer_row(w, none, COLUMNS);
    if (!e) e = writer_close(w);
    writer_free(w);
    return e;
}

static void csv_is_what_rfc_4180_and_excel_want(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    assert_int_equal(write_two_rows(a, WRITER_CSV), OK);
    assert_string_equal(content(&b, NULL), "\xEF\xBB\xBF企业名称,信用代码,人数,\"罚款, \"\"元\"\"\",日期,时间,完成\r\n"
                                           "甲公司,91430602000000000X,-42,12.05,2026-02-10,2026-02-10 09:00:00,TRUE\r\n"
                                           ",\"\",,-0.07,,,\r\n");
    assert_false(exists(part));
}

static void json_is_one_object_with_rows(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    assert_int_equal(write_two_rows(a, WRITER_JSON), OK);
    assert_string_equal(
        content(&b, NULL),
        "{\"rows\":[\n{\"name\":\"甲公司\",\"code\":\"91430602000000000X\",\"count\":-42,\"fine\":12.05,\"day\":\"2026-02-10\","
        "\"at\":\"2026-02-10T09:00:00+08:00\",\"done\":true},\n"
        "{\"name\":null,\"code\":\"\",\"count\":null,\"fine\":-0.07,\"day\":null,\"at\":null,\"done\":null}],\"next\":null}\n");
}

static void xlsx_has_true_numbers_dates_and_texts(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    assert_int_equal(write_two_rows(a, WRITER_XLSX), OK);
    const char *sheet = content(&b, "xl/worksheets/sheet1.xml");
    has(sheet, "<t>甲公司</t>");
    has(sheet, "r=\"B2\" t=\"inlineStr\"><is><t>91430602000000000X</t>");
    has(sheet, "<c r=\"C2\"><v>-42</v></c>");
    has(sheet, "<v>12.05</v>");
    has(sheet, "<v>46063</v>");
    has(sheet, "<v>46063.375</v>");
    has(sheet, "<c r=\"G2\" t=\"b\"><v>1</v></c>");
    has(sheet, "<autoFilter ref=\"A1:G3\"/>");
    has(sheet, "state=\"frozen\"");
    has(sheet, "<v>-0.07");
    has_not(sheet, "A3\"");
    has(content(&b, "xl/styles.xml"), "yyyy-mm-dd hh:mm:ss");
    assert_false(exists(part));
}

static enum err write_texts(struct arena *a, enum writer_format format, const struct out_cell *c, int n)
{
    struct writer *w;
    TRY(writer_open(a, path, format, &w));
    enum err e = writer_heading(w, columns, 1);
    for (int i = 0; i < n && !e; i++) e = writer_row(w, &c[i], 1);
    if (!e) e = writer_close(w);
    writer_free(w);
    return e;
}

static void formulas_become_texts(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    const struct out_cell c[] = {text("=1+1"), text("@SUM(A1)"), text("'=x"), text("'quoted'"), text("=\"a,b\""), text(" x")};
    assert_int_equal(write_texts(a, WRITER_CSV, c, 6), OK);
    assert_string_equal(content(&b, NULL),
                        "\xEF\xBB\xBF企业名称\r\n'=1+1\r\n'@SUM(A1)\r\n''=x\r\n'quoted'\r\n\"'=\"\"a,b\"\"\"\r\n\" x\"\r\n");
    assert_int_equal(write_texts(a, WRITER_XLSX, c, 6), OK);
    const char *sheet = content(&b, "xl/worksheets/sheet1.xml");
    has(sheet, "<t>=1+1</t>");
    has(sheet, "<t>'=x</t>");
    has_not(sheet, "<f>");
}

static void a_neutralised_text_comes_back(void **state)
{
    (void)state;
    static const char letters[] = "'=+-@\t\ra,";
    uint32_t seed = 7;
    for (int round = 0; round < 50000; round++) {
        char z[8];
        size_t n = 0;
        for (; n < 7; n++) {
            seed = seed * 1664525 + 1013904223;
            size_t k = (seed >> 20) % sizeof letters; /* the last one ends the text */
            if (!letters[k]) break;
            z[n] = letters[k];
        }
        CLEANUP_BUF struct buf b = BUF_INIT(100);
        csv_neutralise(&b, (struct str){z, n});
        struct str safe = buf_view(&b);
        assert_true(!safe.n || !strchr("=+-@\t\r", safe.p[0]));
        assert_true(str_eq(csv_restore(safe), (struct str){z, n}));
    }
    assert_true(str_is(csv_restore(STR("'abc")), "'abc"));
    assert_true(str_is(csv_restore(STR("=1")), "=1"));
}

static void a_row_of_one_unknown_is_no_empty_line(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    const struct out_cell c = {.kind = OUT_NULL};
    assert_int_equal(write_texts(a, WRITER_CSV, &c, 1), OK);
    assert_string_equal(content(&b, NULL), "\xEF\xBB\xBF企业名称\r\n\"\"\r\n");
}

static void numbers_that_excel_cannot_hold_become_texts(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    const struct out_cell c[] = {
        {.kind = OUT_INT, .i = INT64_MIN},
        {.kind = OUT_DECIMAL, .scale = 2, .i = INT64_MAX},
        {.kind = OUT_DATE, .i = DAY_MIN},
        {.kind = OUT_INT, .i = 999999999999999},
    };
    assert_int_equal(write_texts(a, WRITER_XLSX, c, 4), OK);
    const char *sheet = content(&b, "xl/worksheets/sheet1.xml");
    has(sheet, "<t>-9223372036854775808</t>");
    has(sheet, "<t>92233720368547758.07</t>");
    has(sheet, "<t>0001-01-01</t>");
    has(sheet, "<v>999999999999999</v>");
}

static void broken_texts_do_not_break_the_workbook(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    const struct out_cell c[] = {text("a\xFFz"), {.kind = OUT_TEXT, .s = {"x\0y", 3}}, text("n\xEF\xBF\xBE"), text("<&>")};
    assert_int_equal(write_texts(a, WRITER_XLSX, c, 4), OK);
    const char *sheet = content(&b, "xl/worksheets/sheet1.xml");
    has(sheet, "<t>a\xEF\xBF\xBDz</t>");
    has(sheet, "<t>x\xEF\xBF\xBDy</t>");
    has(sheet, "<t>n\xEF\xBF\xBD</t>");
    has(sheet, "<t>&lt;&amp;&gt;</t>");
}

static void a_text_too_long_for_excel_is_refused_by_name(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    static char longest[32769];
    memset(longest, 'x', sizeof longest - 1);
    const struct out_cell c = text(longest);
    assert_int_equal(write_texts(a, WRITER_XLSX, &c, 1), ERR_TOO_BIG);
    assert_string_equal(err_last()->field, "企业名称");
    assert_false(exists(path));
    assert_false(exists(part));
}

static void sheets_of_a_workbook(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    struct writer *w;
    const struct out_cell c = text("x");
    assert_int_equal(writer_open(a, path, WRITER_XLSX, &w), OK);
    const char *names[] = {"企业[1]", "一个名字很长的工作表一个名字很长的工作表一个名字很长的工作表一个名字很长的工作表"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(writer_sheet(w, str_of(names[i])), OK);
        assert_int_equal(writer_heading(w, columns, 1), OK);
        assert_int_equal(writer_row(w, &c, 1), OK);
    }
    assert_int_equal(writer_close(w), OK);
    w = writer_free(w);
    const char *book = content(&b, "xl/workbook.xml");
    has(book, "name=\"企业_1_\"");
    has(book, "name=\"一个名字很长的工作表一个名字很长的工作表一个名字很长的工作表一\"");
    has(content(&b, "xl/worksheets/sheet2.xml"), "<t>x</t>");
    has(content(&b, "xl/worksheets/sheet1.xml"), "<autoFilter ref=\"A1:A2\"/>");
    assert_int_equal(writer_open(a, path, WRITER_XLSX, &w), OK);
    assert_int_equal(writer_sheet(w, STR("一")), OK);
    assert_int_equal(writer_sheet(w, STR("一")), ERR_INVALID);
    writer_free(w);
    for (int f = WRITER_CSV; f <= WRITER_JSON; f += WRITER_JSON - WRITER_CSV) {
        assert_int_equal(writer_open(a, path, (enum writer_format)f, &w), OK);
        assert_int_equal(writer_sheet(w, STR("一")), OK);
        assert_int_equal(writer_sheet(w, STR("二")), ERR_INVALID);
        writer_free(w);
    }
}

static void the_former_file_stands_until_the_new_one_is_whole(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    for (int f = 0; f < WRITER__MAX; f++) {
        FILE *old = fopen(path, "wb");
        fputs("old", old);
        fclose(old);
        struct writer *w;
        struct out_cell c = text("x");
        assert_int_equal(writer_open(a, path, (enum writer_format)f, &w), OK);
        assert_int_equal(writer_heading(w, columns, 1), OK);
        assert_int_equal(writer_row(w, &c, 1), OK);
        assert_string_equal(content(&b, NULL), "old");
        assert_true(exists(part));
        w = writer_free(w); /* given up */
        assert_null(w);
        assert_string_equal(content(&b, NULL), "old");
        assert_false(exists(part));
    }
}

static void a_file_with_an_error_is_never_published(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    struct out_cell c[2] = {text("x"), text("y")};
    unlink(path);
    for (int f = 0; f < WRITER__MAX; f++) {
        struct writer *w;
        assert_int_equal(writer_open(a, path, (enum writer_format)f, &w), OK);
        assert_int_equal(writer_heading(w, columns, 1), OK);
        assert_int_equal(writer_row(w, c, 2), ERR_INVALID);
        assert_int_equal(writer_row(w, c, 1), ERR_INVALID); /* it stays */
        assert_int_equal(writer_close(w), ERR_INVALID);
        writer_free(w);
        assert_false(exists(path));
        assert_int_equal(writer_open(a, path, (enum writer_format)f, &w), OK);
        assert_int_equal(writer_close(w), ERR_INVALID); /* no headings */
        writer_free(w);
        assert_false(exists(path));
    }
}

static void a_path_that_cannot_be_written_is_told_at_once(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    for (int f = 0; f < WRITER__MAX; f++) {
        struct writer *w = NULL;
        assert_int_equal(writer_open(a, "/nonexistent/folder/x", (enum writer_format)f, &w), ERR_IO);
        has(err_last()->message, "/nonexistent/folder/x");
        assert_null(w);
    }
}

static void formats_have_names(void **state)
{
    (void)state;
    enum writer_format f;
    assert_true(writer_parse(STR("csv"), &f) && f == WRITER_CSV);
    assert_true(writer_parse(STR("xlsx"), &f) && f == WRITER_XLSX);
    assert_true(writer_parse(STR("json"), &f) && f == WRITER_JSON);
    assert_false(writer_parse(STR("xls"), &f));
}

/* ---- the blank workbook ---- */

static const struct str levels[] = {{"一般", 6}, {"重大", 6}};
static const struct str with_comma[] = {{"a,b", 3}, {"c", 1}};

static enum err write_template(struct arena *a, const struct str *streets, int n)
{
    const struct template_field fields[] = {
        {.heading = STR("企业名称"), .help = STR("营业执照上的全称"), .required = true, .kind = OUT_TEXT},
        {.heading = STR("隐患级别"), .kind = OUT_TEXT, .choice = levels, .choices = 2},
        {.heading = STR("所在街道"), .kind = OUT_TEXT, .choice = streets, .choices = n},
        {.heading = STR("排查日期"), .kind = OUT_DATE},
        {.heading = STR("其他"), .kind = OUT_INT, .choice = with_comma, .choices = 2},
    };
    return template_write(a, path, STR("隐患"), fields, 5);
}

static void a_blank_workbook_explains_itself(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    CLEANUP_BUF struct buf b = BUF_INIT(1 << 20);
    struct str streets[60];
    for (int i = 0; i < 60; i++) streets[i] = arena_printf(a, "第%d街道办事处", i);
    assert_int_equal(write_template(a, streets, 60), OK);
    assert_false(exists(part));
    const char *strings = content(&b, "xl/sharedStrings.xml");
    has(strings, "<t>企业名称*</t>");
    has(strings, "营业执照上的全称");
    has(strings, "第59街道办事处");
    const char *sheet = content(&b, "xl/worksheets/sheet1.xml");
    has(sheet, "sqref=\"B2:B100001\"><formula1>\"一般,重大\"</formula1>");
    has(sheet, "<formula1>lists!$A$1:$A$60</formula1>");
    has(sheet, "<formula1>lists!$B$1:$B$2</formula1>"); /* a comma would split the entry */
    has(content(&b, "xl/workbook.xml"), "name=\"lists\" sheetId=\"3\" state=\"hidden\"");
    has(content(&b, "xl/styles.xml"), "numFmtId=\"49\""); /* text */
}

static void a_blank_workbook_needs_columns(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    assert_int_equal(template_write(a, path, STR("x"), NULL, 0), ERR_INVALID);
    const struct template_field nameless = {.kind = OUT_TEXT};
    assert_int_equal(template_write(a, path, STR("x"), &nameless, 1), ERR_INVALID);
    const struct template_field field = {.heading = STR("x")};
    assert_int_equal(template_write(a, "/nonexistent/folder/x", STR("x"), &field, 1), ERR_IO);
}

/* ---- memory ---- */

static enum err write_in_own_arena(int what)
{
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 20);
    if (!a) return err_no_memory();
    return what < WRITER__MAX ? write_two_rows(a, (enum writer_format)what) : write_template(a, levels, 2);
}

static void every_failed_allocation_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int what = 0; what <= WRITER__MAX; what++) {
        unlink(path);
        long n = 0;
        for (;; n++) {
            mem_fail_after(n);
            enum err e = write_in_own_arena(what);
            int failed = mem_failed();
            mem_fail_after(-1);
            assert_false(exists(part));
            assert_int_equal(e, failed ? ERR_NO_MEMORY : OK);
            assert_int_equal(exists(path), !failed);
            if (!failed) break;
            assert_true(n < 200);
        }
        assert_true(n > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_what_rfc_4180_and_excel_want),
        cmocka_unit_test(json_is_one_object_with_rows),
        cmocka_unit_test(xlsx_has_true_numbers_dates_and_texts),
        cmocka_unit_test(formulas_become_texts),
        cmocka_unit_test(a_neutralised_text_comes_back),
        cmocka_unit_test(a_row_of_one_unknown_is_no_empty_line),
        cmocka_unit_test(numbers_that_excel_cannot_hold_become_texts),
        cmocka_unit_test(broken_texts_do_not_break_the_workbook),
        cmocka_unit_test(a_file_with_an_error_is_never_published),
        cmocka_unit_test(a_text_too_long_for_excel_is_refused_by_name),
        cmocka_unit_test(sheets_of_a_workbook),
        cmocka_unit_test(the_former_file_stands_until_the_new_one_is_whole),
        cmocka_unit_test(a_path_that_cannot_be_written_is_told_at_once),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(a_blank_workbook_explains_itself),
        cmocka_unit_test(a_blank_workbook_needs_columns),
        cmocka_unit_test(every_failed_allocation_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
