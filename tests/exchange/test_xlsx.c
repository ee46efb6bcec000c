/* test_xlsx.c — xlsx workbooks, right ones and hostile ones, made part by part. */
#include "readers.h"

#include <xlsxwriter.h>

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define RELATIONSHIPS(inside)                                                                                                              \
    HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inside "</Relationships>"
#define RELATION(id, kind, target) "<Relationship Id=\"" id "\" Type=\"" REL "/" kind "\" Target=\"" target "\"/>"
#define WORKBOOK(inside) HEAD "<workbook xmlns:r=\"" REL "\">" inside "</workbook>"
#define SHEET_TAG(name, id) "<sheet name=\"" name "\" sheetId=\"1\" r:id=\"" id "\"/>"

static const char one_sheet[] = WORKBOOK("<sheets>" SHEET_TAG("一", "r1") "</sheets>");
static const char usual_relations[] = RELATIONSHIPS(RELATION("r1", "worksheet", "worksheets/sheet1.xml") RELATION(
    "r2", "sharedStrings", "sharedStrings.xml") RELATION("r3", "styles", "styles.xml"));
static const char no_strings[] = "<sst/>", no_styles[] = "<styleSheet/>";

/* A workbook of one sheet; NULL takes the usual part. */
static struct file package(const char *workbook, const char *strings, const char *styles, const char *sheet)
{
    const char *parts[] = {
        "_rels/.rels",
        RELATIONSHIPS(RELATION("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml",
        workbook ? workbook : one_sheet,
        "xl/_rels/workbook.xml.rels",
        usual_relations,
        "xl/sharedStrings.xml",
        strings ? strings : no_strings,
        "xl/styles.xml",
        styles ? styles : no_styles,
        "xl/worksheets/sheet1.xml",
        sheet,
        NULL,
    };
    return archive_of(parts);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
#define EXPECT(sheet, expected) expect_file(package(NULL, NULL, NULL, sheet), NULL, expected)
#define REFUSE(sheet, says) refuse_file(package(NULL, NULL, NULL, sheet), NULL, ERR_UNREADABLE, says)

static void every_kind_of_cell_is_read(void **state)
{
    (void)state;
    EXPECT(SHEET("<row r=\"2\"><c r=\"A2\"><v>20</v></c><c r=\"C2\" t=\"b\"><v>1</v></c><c r=\"D2\" t=\"e\"><v>#N/A</v></c>"
                 "<c r=\"E2\" t=\"inlineStr\"><is><t>a &amp;</t><r><t> b</t></r><rPh><t>no</t></rPh></is></c>"
                 "<c r=\"F2\" t=\"d\"><v>2019-06-01T08:30:00</v></c><c r=\"G2\" s=\"1\"/></row>"
                 "<row r=\"3\"/><row r=\"4\"><c r=\"A4\" s=\"5\"/></row>"
                 "<row r=\"7\"><c r=\"A7\" t=\"b\"><v>0</v></c><c><v>0.1</v></c></row>"),
           "2:#20||?TRUE|!#N/A|a & b|@2019-06-01 08:30:00\n7:?FALSE|#0.1\n");
}

static void formulas_give_their_stored_value(void **state)
{
    (void)state;
    EXPECT(SHEET("<row><c><f>1+1</f><v>2</v></c><c t=\"str\"><f>\"x\"</f><v>x</v></c><c t=\"str\"><f>\"\"</f><v></v></c>"
                 "<c><f>A1&lt;B1</f></c><c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>"),
           "1:#2|x||!=A1<B1|!#DIV/0!\n");
}

static void places_may_be_left_out(void **state)
{
    (void)state;
    EXPECT(SHEET("<row><c><v>1</v></c><c r=\"D1\"><v>2</v></c><c><v>3</v></c></row><row "
                 "r=\"5\"><c><v>4</v></c></row><row><c><v>5</v></c></row>"),
           "1:#1|||#2|#3\n5:#4\n6:#5\n");
}

static void prefixes_of_names_do_not_matter(void **state)
{
    (void)state;
    EXPECT("<x:worksheet xmlns:x=\"u\"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>", "1:#1\n");
}

static void shared_strings_leave_out_how_they_are_spoken(void **state)
{
    (void)state;
    static const char strings[] = "<sst><si><t>plain</t></si><si><r><t>rich </t></r><r><rPr/><t xml:space=\"preserve\">text </t></r>"
                                  "<rPh sb=\"0\" eb=\"1\"><t>spoken</t></rPh><phoneticPr/></si><si><t/></si>"
                                  "<si><t>a_x000D_b_x005F_c_xZZZZ_ _xD800_</t></si></sst>";
    static const char sheet[] = SHEET(
        "<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c><c t=\"s\"><v>2</v></c><c t=\"s\"><v> 3 </v></c></row>");
    expect_file(package(NULL, strings, NULL, sheet), NULL, "1:rich text |plain||a\rb_c_xZZZZ_ _xD800_\n");
}

static void formats_tell_dates_from_numbers(void **state)
{
    (void)state;
    static const char styles[] =
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
        "<numFmt numFmtId=\"165\" formatCode=\"0&quot;day&quot;[Red]\\d_h*y\"/><numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/>"
        "<numFmt numFmtId=\"15\" formatCode=\"0.00\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/>"
        "<xf numFmtId=\"31\"/><xf numFmtId=\"15\"/></cellXfs></styleSheet>";
    static const char sheet[] = SHEET(
        "<row><c s=\"0\"><v>43620</v></c><c s=\"1\"><v>43620</v></c><c s=\"2\"><v>43620.5</v></c><c s=\"3\"><v>43620</v></c>"
        "<c s=\"4\"><v>0.25</v></c><c s=\"5\"><v>1</v></c><c s=\"6\"><v>43620</v></c><c s=\"99\"><v>43620</v></c></row>"
        "<row><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v></c><c s=\"1\"><v>-1</v></c><c s=\"1\"><v>2958465</v></c>"
        "<c s=\"1\"><v>2958466</v></c><c s=\"1\"><v>43620.999999</v></c></row>");
    expect_file(package(NULL, NULL, styles, sheet), NULL,
                "1:#43620|@2019-06-04|@2019-06-04 12:00:00|#43620|@06:00:00|@1900-01-01|#43620|#43620\n"
                "2:@1900-02-28|@1900-03-01|#-1|@9999-12-31|#2958466|@2019-06-05\n");
    expect_file(package(WORKBOOK("<workbookPr date1904=\"1\"/><sheets>" SHEET_TAG("a", "r1") "</sheets>"), NULL, styles,
                        SHEET("<row><c s=\"1\"><v>42158</v></c><c s=\"4\"><v>0.5</v></c></row>")),
                NULL, "1:@2019-06-04|@12:00:00\n");
}

static void merged_ranges_are_known_before_the_rows(void **state)
{
    (void)state;
    struct file f = package(NULL, NULL, NULL,
                            "<worksheet><sheetData><row><c><v>1</v></c><c><v>2</v></c><c/><c><v>3</v></c></row>"
                            "<row><c/><c><v>9</v></c><c><v>8</v></c><c><v>4</v></c></row></sheetData>"
                            "<mergeCells><mergeCell ref=\"B1:C2\"/><mergeCell ref=\"A1:A2\"/></mergeCells></worksheet>");
    struct arena CLEANUP_ARENA *a = arena_new_capped(1 << 20);
    struct workbook *w;
    struct buf CLEANUP_BUF b = BUF_INIT(1000);
    int n;
    assert_int_equal(workbook_open(a, f.path, NULL, &w), OK);
    assert_int_equal(sheet_text(w, 0, &b), OK);
    assert_string_equal(b.p, "1:#1|#2|^|#3\n2:^|^|^|#4\n");
    const struct merge *m = workbook_merges(w, &n);
    assert_int_equal(n, 2);
    assert_true(m[0].first_col == 0 && m[0].last_col == 0 && m[0].first_row == 1 && m[0].last_row == 2);
    assert_true(m[1].first_col == 1 && m[1].last_col == 2);
    assert_true(str_is(workbook_sheet_name(w, 0), "一"));
    workbook_free(w);
    close(f.fd);
}

static void sheets_come_in_the_order_of_the_workbook(void **state)
{
    (void)state;
    const char *parts[] = {
        "_rels/.rels",
        RELATIONSHIPS(RELATION("a", "officeDocument", "/book/main.xml")),
        "book/main.xml",
        WORKBOOK("<sheets>" SHEET_TAG("one", "r9") SHEET_TAG("chart", "r5") SHEET_TAG("two", "r1") "</sheets>"),
        "book/_rels/main.xml.rels",
        RELATIONSHIPS(RELATION("r1", "worksheet", "../elsewhere/b.xml") RELATION("r5", "chartsheet", "c.xml")
                          RELATION("r9", "worksheet", "./a.xml")),
        "book/a.xml",
        SHEET("<row><c><v>1</v></c></row>"),
        "elsewhere/b.xml",
        SHEET("<row><c><v>2</v></c></row>"),
        NULL,
    };
    expect_file(archive_of(parts), NULL, "1:#1\n1:#2\n");
}

static void hostile_xml_is_refused(void **state)
{
    (void)state;
    REFUSE("<!DOCTYPE a [<!ENTITY x \"y\">]>" SHEET("<row><c><v>&x;</v></c></row>"), "document type");
    REFUSE("<worksheet><sheetData><row>", "damaged in line 1");
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    for (int i = 0; i < 5000; i++) buf_z(&b, "<a>");
    REFUSE(buf_view(&b).p, "nested");
}

static void cells_outside_a_sheet_are_refused(void **state)
{
    (void)state;
    EXPECT(SHEET("<row r=\"1048576\"><c r=\"XFD1048576\"/><c r=\"A1048576\"><v>1</v></c></row>"), "1048576:#1\n");
    REFUSE(SHEET("<row><c r=\"XFE1\"><v>1</v></c></row>"), "XFE1");
    REFUSE(SHEET("<row><c r=\"A1048577\"><v>1</v></c></row>"), "A1048577");
    REFUSE(SHEET("<row><c r=\"ABCDEFGHIJ1\"><v>1</v></c></row>"), "is no cell");
    refuse_file(package(NULL, NULL, NULL, SHEET("<row><c r=\"XFD1\"/><c><v>1</v></c></row>")), NULL, ERR_TOO_BIG, "16384 columns");
    REFUSE(SHEET("<row r=\"1048577\"/>"), "1048577");
    REFUSE(SHEET("<row r=\"0\"/>"), "row number");
    REFUSE(SHEET("<row r=\"2\"/><row r=\"2\"/>"), "behind row 2");
    REFUSE("<worksheet><mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells></worksheet>", "merged range");
    REFUSE("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:XFD2\"/>"
           "<mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>",
           "overlap");
}

static void values_that_make_no_sense_are_told(void **state)
{
    (void)state;
    REFUSE(SHEET("<row r=\"3\"><c r=\"AB3\" t=\"s\"><v>7</v></c></row>"), "AB3");
    REFUSE(SHEET("<row><c t=\"s\"><v>-1</v></c></row>"), "A1");
    EXPECT(SHEET("<row><c><v>abc</v></c><c><v>0x10</v></c><c><v>nan</v></c><c><v>1e999</v></c><c t=\"d\"><v>June</v></c></row>"),
           "1:!abc|!0x10|!nan|!1e999|!June\n");
}

static void bombs_do_not_go_off(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(64 << 20);
    buf_z(&b, "<worksheet><sheetData>");
    for (int i = 0; i < 24 << 20; i++) buf_char(&b, ' ');
    buf_z(&b, "</sheetData></worksheet>");
    refuse_file(package(NULL, NULL, NULL, b.p), NULL, ERR_TOO_BIG, "bomb");
    refuse_file(package(NULL, NULL, NULL, b.p), &(struct workbook_options){.max_bytes = 1 << 20}, ERR_TOO_BIG, "sheet1.xml");
    buf_reset(&b);
    buf_z(&b, "<sst>");
    for (int i = 0; i < 20000; i++) buf_printf(&b, "<si><t>%d</t></si>", i * 7919);
    buf_z(&b, "</sst>");
    refuse_file(package(NULL, b.p, NULL, SHEET("")), &(struct workbook_options){.max_bytes = 200000}, ERR_TOO_BIG, "sharedStrings");
}

static void broken_packages_are_refused(void **state)
{
    (void)state;
    const char *no_sheet[] = {"_rels/.rels",
                              RELATIONSHIPS(RELATION("r1", "officeDocument", "xl/workbook.xml")),
                              "xl/workbook.xml",
                              one_sheet,
                              "xl/_rels/workbook.xml.rels",
                              usual_relations,
                              NULL};
    refuse_file(archive_of(no_sheet), NULL, ERR_UNREADABLE, "missing");
    const char *no_relations[] = {"xl/workbook.xml", one_sheet, NULL};
    refuse_file(archive_of(no_relations), NULL, ERR_UNREADABLE, "missing");
    refuse_file(package(WORKBOOK(""), NULL, NULL, SHEET("")), NULL, ERR_UNREADABLE, "no sheet");
    struct file whole = package(NULL, NULL, NULL, SHEET("<row><c><v>1</v></c></row>"));
    char bytes[4096];
    ssize_t n = pread(whole.fd, bytes, sizeof bytes, 0);
    assert_true(n > 1000);
    refuse_file(file_of((struct str){bytes, (size_t)n - 200}), NULL, ERR_UNREADABLE, "cut off");
    close(whole.fd);
}

static void other_packages_are_named(void **state)
{
    (void)state;
    refuse_file(archive_of((const char *[]){"word/document.xml", "<a/>", NULL}), NULL, ERR_UNREADABLE, "Word");
    refuse_file(archive_of((const char *[]){"ppt/presentation.xml", "<a/>", NULL}), NULL, ERR_UNREADABLE, "PowerPoint");
    refuse_file(archive_of((const char *[]){"META-INF/manifest.xml", "<a/>", NULL}), NULL, ERR_UNREADABLE, "OpenDocument");
    refuse_file(archive_of((const char *[]){"a.txt", "x", NULL}), NULL, ERR_UNREADABLE, "a ZIP archive");
}

static void what_xlsxwriter_writes_is_read(void **state)
{
    (void)state;
    char path[] = "/tmp/anjian-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "表");
    lxw_format *date = workbook_add_format(book);
    format_set_num_format(date, "yyyy-mm-dd");
    worksheet_write_string(sheet, 0, 0, "企业", NULL);
    worksheet_write_string(sheet, 0, 1, " <x> & \"y\" ", NULL);
    worksheet_write_number(sheet, 1, 0, 1.5, NULL);
    worksheet_write_datetime(sheet, 1, 1, &(lxw_datetime){.year = 2026, .month = 2, .day = 10}, date);
    worksheet_write_boolean(sheet, 1, 2, 1, NULL);
    worksheet_merge_range(sheet, 2, 0, 2, 1, "merged", NULL);
    worksheet_write_number(sheet, 2, 2, 3, NULL);
    assert_int_equal(workbook_close(book), 0);
    struct file f = {.fd = fd};
    snprintf(f.path, sizeof f.path, "%s", path);
    expect_file(f, NULL, "1:企业| <x> & \"y\" \n2:#1.5|@2026-02-10|?TRUE\n3:merged|^|#3\n");
    unlink(path);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    static const char sheet[] =
        "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c s=\"0\"><v>43620</v></c><c t=\"inlineStr\"><is><t>x</t></is></c>"
        "</row></sheetData><mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells></worksheet>";
    starve_file(package(NULL, "<sst><si><t>a</t></si></sst>", "<styleSheet><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>", sheet),
                "1:a|@2019-06-04|x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_cell_is_read),
        cmocka_unit_test(formulas_give_their_stored_value),
        cmocka_unit_test(places_may_be_left_out),
        cmocka_unit_test(prefixes_of_names_do_not_matter),
        cmocka_unit_test(shared_strings_leave_out_how_they_are_spoken),
        cmocka_unit_test(formats_tell_dates_from_numbers),
        cmocka_unit_test(merged_ranges_are_known_before_the_rows),
        cmocka_unit_test(sheets_come_in_the_order_of_the_workbook),
        cmocka_unit_test(hostile_xml_is_refused),
        cmocka_unit_test(cells_outside_a_sheet_are_refused),
        cmocka_unit_test(values_that_make_no_sense_are_told),
        cmocka_unit_test(bombs_do_not_go_off),
        cmocka_unit_test(broken_packages_are_refused),
        cmocka_unit_test(other_packages_are_named),
        cmocka_unit_test(what_xlsxwriter_writes_is_read),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
