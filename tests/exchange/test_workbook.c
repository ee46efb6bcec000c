/* test_workbook.c — telling files by their content, numbers as text, and every real file in $ANJIAN_SHARED/data. */
#include "readers.h"

#include <dirent.h>

#include "exchange/reader.h"

#define IS_RATHER(bytes, what) refuse_file(file_of(STR(bytes)), NULL, ERR_UNREADABLE, what)

static void other_files_are_named_by_what_they_are(void **state)
{
    (void)state;
    IS_RATHER("", "an empty file");
    IS_RATHER("%PDF-1.4\n1 0 obj", "PDF");
    IS_RATHER("\xff\xd8\xff\xe0..JFIF", "JPEG");
    IS_RATHER("\x89PNG\r\n\x1a\n...", "PNG");
    IS_RATHER("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "an empty ZIP");
    IS_RATHER("PK\3\4junk", "damaged or cut off");
    IS_RATHER("\xff\xfe"
              "a\0,\0",
              "UTF-16");
    IS_RATHER("\n <HTML><body><table><tr><td>1</td>", "HTML");
    IS_RATHER("<!DOCTYPE html>\n<p>", "HTML");
    IS_RATHER("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "Excel 2003");
    IS_RATHER("<?xml version=\"1.0\"?><a/>", "an XML document");
    IS_RATHER("{\\rtf1 a}", "RTF");
    IS_RATHER("MIME-Version: 1.0\r\n", "MHTML");
    IS_RATHER("a,b\n\0\n", "binary data");
    IS_RATHER("\x7f"
              "ELF\2\1\1\0",
              "binary data");
}

/* A compound file with one directory entry. */
static struct file compound(const char *stream)
{
    char bytes[2048] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    char *entry = bytes + 1024 + 128;
    for (size_t i = 0; stream[i]; i++) entry[2 * i] = stream[i];
    entry[64] = (char)(2 * (strlen(stream) + 1));
    return file_of((struct str){bytes, sizeof bytes});
}

static void compound_files_are_named_by_their_streams(void **state)
{
    (void)state;
    refuse_file(compound("WordDocument"), NULL, ERR_UNREADABLE, "a Word document");
    refuse_file(compound("PowerPoint Document"), NULL, ERR_UNREADABLE, "PowerPoint");
    refuse_file(compound("EncryptedPackage"), NULL, ERR_UNREADABLE, "password");
    refuse_file(compound("Something"), NULL, ERR_UNREADABLE, "without a workbook");
    refuse_file(compound("Workbook"), NULL, ERR_UNREADABLE, "damaged or cut off");
}

static void a_text_beyond_the_first_bytes_may_be_binary(void **state)
{
    (void)state;
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    for (int i = 0; i < 10000; i++) buf_z(&b, "a,b\n");
    buf_char(&b, '\0');
    refuse_file(file_of(buf_view(&b)), NULL, ERR_UNREADABLE, "binary data");
}

static void folders_and_missing_files_are_not_read(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(10);
    assert_int_equal(file_text("/", NULL, &b), ERR_IO);
    assert_int_equal(file_text("/no such file", NULL, &b), ERR_IO);
    assert_non_null(strstr(err_last()->message, "/no such file"));
}

static void numbers_have_the_digits_a_spreadsheet_shows(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {20, "20"},
        {2019.1, "2019.1"},
        {0.1 + 0.2, "0.3"},
        {-1.5, "-1.5"},
        {1e15, "1000000000000000"},
        {123456789012345, "123456789012345"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {0.001, "0.001"},
        {-0.00025, "-0.00025"},
        {1e-10, "0.0000000001"},
        {1e-11, "1e-11"},
        {1.7976931348623157e308, "1.79769313486232e+308"},
        {0.999999999999999, "0.999999999999999"},
    };
    char text[NUMBER_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(number_text(cases[i].v, text), cases[i].text);
}

static void days_of_old_workbooks_become_serials_again(void **state)
{
    (void)state;
    double v;
    assert_true(serial_parse(STR("2019-06-04"), &v) && v == 43620);
    assert_true(serial_parse(STR("2019-06-04 12:00:00"), &v) && v == 43620.5);
    assert_true(serial_parse(STR("06:00:00"), &v) && v == 0.25);
    static const char *const bad[] = {"", "2019-06-31", "1899-12-29", "24:00:00", "2019-06-04 1:00:00", "2019-06-04x12:00:00", "12-34-56"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(serial_parse(str_of(bad[i]), &v));
}

/* —— real files —— */

static bool shared(char *out, size_t n, const char *below)
{
    const char *root = getenv("ANJIAN_SHARED");
    snprintf(out, n, "%s/%s", root ? root : "../shared", below);
    return access(out, R_OK) == 0;
}

#define NEED(path, below)                                                                                                                  \
    char path[512];                                                                                                                        \
    if (!shared(path, sizeof path, below)) skip()

struct count {
    int64_t rows, last, cells;
};

/* Count the rows of one sheet of a real file, which must be readable to the end. */
static struct count count_rows(const char *path, int sheet)
{
    struct arena CLEANUP_ARENA *a = arena_new_capped(16 << 20);
    struct workbook *w;
    struct cells row;
    struct count n = {0};
    bool more = true;
    enum err e = workbook_open(a, path, NULL, &w);
    if (!e) e = workbook_select(w, sheet);
    while (!e && !(e = workbook_next(w, &row, &more)) && more) {
        n.rows++;
        n.last = row.row;
        for (int i = 0; i < row.n; i++) n.cells += row.cell[i].kind != CELL_BLANK;
    }
    if (e) fail_msg("%s: %s", path, err_last()->message);
    workbook_free(w);
    return n;
}

static void the_registers_of_hunan_have_all_their_enterprises(void **state)
{
    (void)state;
    NEED(old, "data/enterprises/湖南-2014.csv");
    NEED(new, "data/enterprises/湖南-2018.csv");
    struct count n = count_rows(old, 0);
    assert_true(n.rows == 11457 && n.last == 11457 && n.cells == 114570);
    n = count_rows(new, 0);
    assert_true(n.rows == 9408 && n.last == 9408 && n.cells == 94080);
}

static void divisions_and_codes_are_complete(void **state)
{
    (void)state;
    NEED(streets, "data/divisions/streets.csv");
    NEED(villages, "data/divisions/villages-43.cut.csv");
    NEED(codes, "data/codes/GB_2011_2017_raw.csv");
    NEED(mines, "data/accidents/intl/Mining disasters-fatilities.csv");
    NEED(plants, "data/accidents/intl/IHMStefanini_accidents.csv");
    NEED(places, "data/places/大学-8084.json");
    assert_int_equal(count_rows(streets, 0).rows, 41353);
    assert_int_equal(count_rows(villages, 0).rows, 29535);
    assert_int_equal(count_rows(codes, 0).rows, 1402);
    assert_int_equal(count_rows(mines, 0).rows, 727);
    assert_int_equal(count_rows(plants, 0).rows, 426);
    assert_int_equal(count_rows(places, 0).rows, 8085);
}

static void hazards_in_free_text_are_one_column_and_a_speech_is_none(void **state)
{
    (void)state;
    NEED(hazards, "data/hazards/sodic-hazard-text-1-12000.txt");
    NEED(speech, "speech/speech.txt");
    struct count n = count_rows(hazards, 0);
    assert_true(n.last == 11959 && n.rows == 11958 && n.cells == n.rows); /* one record is blank */
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    assert_int_equal(file_text(speech, NULL, &b), ERR_UNREADABLE);
    assert_non_null(strstr(err_last()->message, "a text of long paragraphs"));
}

static void the_hazard_ledger_is_read_with_its_merged_headings(void **state)
{
    (void)state;
    NEED(path, "data/hazards/宜都兴发湿法磷酸项目 现场隐患排查与治理统计表 2019.06.xlsx");
    struct arena CLEANUP_ARENA *a = arena_new_capped(1 << 20);
    struct workbook *w;
    struct cells row;
    bool more;
    int merges;
    assert_int_equal(workbook_open(a, path, NULL, &w), OK);
    assert_int_equal(workbook_select(w, 0), OK);
    workbook_merges(w, &merges);
    assert_int_equal(merges, 48);
    for (int i = 0; i < 3; i++) assert_true(workbook_next(w, &row, &more) == OK && more);
    assert_int_equal(row.row, 3);
    assert_true(row.cell[0].merged && str_is(row.cell[1].text, "隐患内容") && str_is(row.cell[16].text, "隐患状态"));
    assert_true(workbook_next(w, &row, &more) == OK && more);
    assert_true(row.cell[2].kind == CELL_DATE && str_is(row.cell[2].text, "2019-05-26"));
    workbook_free(w);
    assert_int_equal(count_rows(path, 0).rows, 44);
}

static void formulas_of_old_workbooks_give_their_stored_value(void **state)
{
    (void)state;
    NEED(path, "data/ledgers/合同HSE费用及支付台账1.xls");
    NEED(zone, "data/accidents/zone/2012_1-2.xls");
    struct buf CLEANUP_BUF b = BUF_INIT(1 << 20);
    assert_int_equal(file_text(path, NULL, &b), OK);
    assert_non_null(strstr(b.p, "9:||合计|#981099.1|"));
    assert_int_equal(count_rows(zone, 0).cells, 33 * 5);
}

static void accidents_are_read_from_xls_and_xlsx(void **state)
{
    (void)state;
    NEED(all, "data/accidents/data.xlsx");
    NEED(zone, "data/accidents/zone/2018_1-2.xls");
    NEED(month, "data/accidents/by_month/2018_1.xls");
    NEED(exam, "data/exams/入场培训试题-201911010700551385.xls");
    struct count n = count_rows(all, 0);
    assert_true(n.rows == 833 && n.cells == 2503 + 1363 + 832);
    n = count_rows(zone, 0);
    assert_true(n.rows == 33 && n.cells == 33 * 4);
    assert_int_equal(count_rows(month, 0).rows, 8);
    assert_int_equal(count_rows(exam, 0).rows, 41);
}

/* Every file opens and reads to its end, or is refused with a message. */
static void read_folder(const char *below, int *read, int *refused)
{
    char path[512], file[1024];
    DIR *d = shared(path, sizeof path, below) ? opendir(path) : NULL;
    if (!d) return;
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_type != DT_REG) continue;
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        struct buf b = BUF_INIT(1 << 26);
        enum err code = file_text(file, NULL, &b);
        if (code && (code != ERR_UNREADABLE || !err_last()->message[0])) fail_msg("%s: %s", file, err_last()->message);
        *(code ? refused : read) += 1;
        buf_release(&b);
    }
    closedir(d);
}

static void every_real_file_is_read_or_refused(void **state)
{
    (void)state;
    NEED(root, "data/ledgers");
    static const char *const folders[] = {"ledgers",        "hazards", "accidents",   "accidents/zone", "accidents/by_month",
                                          "accidents/intl", "exams",   "enterprises", "divisions",      "codes",
                                          "places",         "holidays"};
    int read = 0, refused = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char below[64];
        snprintf(below, sizeof below, "data/%s", folders[i]);
        read_folder(below, &read, &refused);
    }
    assert_int_equal(read, 54);
    assert_int_equal(refused, 8); /* the calendars, which are JSON but no lists of rows */
}

static void truncated_real_workbooks_are_refused(void **state)
{
    (void)state;
    NEED(xls, "data/exams/考试试题模版.xls");
    NEED(xlsx, "data/accidents/population_year.xlsx");
    static const size_t lengths[] = {9, 511, 600, 5000, 9000};
    for (int i = 0; i < 2; i++) {
        char bytes[9000];
        FILE *in = fopen(i ? xlsx : xls, "r");
        assert_int_equal(fread(bytes, 1, sizeof bytes, in), sizeof bytes);
        fclose(in);
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            struct file f = file_of((struct str){bytes, lengths[k]});
            struct buf b = BUF_INIT(1 << 20);
            assert_int_equal(file_text(f.path, NULL, &b), ERR_UNREADABLE);
            buf_release(&b);
            close(f.fd);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_files_are_named_by_what_they_are),
        cmocka_unit_test(compound_files_are_named_by_their_streams),
        cmocka_unit_test(a_text_beyond_the_first_bytes_may_be_binary),
        cmocka_unit_test(folders_and_missing_files_are_not_read),
        cmocka_unit_test(numbers_have_the_digits_a_spreadsheet_shows),
        cmocka_unit_test(days_of_old_workbooks_become_serials_again),
        cmocka_unit_test(the_registers_of_hunan_have_all_their_enterprises),
        cmocka_unit_test(divisions_and_codes_are_complete),
        cmocka_unit_test(hazards_in_free_text_are_one_column_and_a_speech_is_none),
        cmocka_unit_test(the_hazard_ledger_is_read_with_its_merged_headings),
        cmocka_unit_test(formulas_of_old_workbooks_give_their_stored_value),
        cmocka_unit_test(accidents_are_read_from_xls_and_xlsx),
        cmocka_unit_test(every_real_file_is_read_or_refused),
        cmocka_unit_test(truncated_real_workbooks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
