/* test_import.c — what a file of rows does to a ledger, on both engines. Stopping, faults and undoing are in
 * test_import_stop.c. */
#include <stdio.h>

#include "exchange/ident.h"
#include "import_test.h"
#include "ledger/history.h"

/* ---- records and their history ---- */

struct past {
    const struct record *record;
    struct history history;
    struct origin *origins;
};

static enum err read_past(struct work *w, void *arg)
{
    struct past *p = arg;
    p->origins = arena_array(w->arena, struct origin, p->record->l->fields_count);
    TRY(history_read(w, p->record, &p->history));
    return history_origins(w, p->record, p->origins);
}

static struct past past_of(const struct record *r)
{
    struct past p = {.record = r};
    viewed(read_past, &p);
    return p;
}

static void assert_origin(const struct past *p, const char *name, int64_t batch, int64_t row)
{
    const struct origin *o = &p->origins[field(p->record->l, name)->index];
    assert_int_equal(o->batch, batch);
    assert_int_equal(o->row, row);
}

static void the_same_file_again_changes_nothing(void **state)
{
    (void)state;
    const char *text = "名称,代码,数量,日期\n甲,A1,5,2024-03-01\n乙,A2,,\n";
    bring("thing", text);
    assert_counts(2, 0, 0, 0);
    int64_t n = events();
    bring("thing", text);
    assert_counts(0, 0, 2, 0);
    assert_int_equal(events(), n);
    bring("thing", "代码,名称,日期,数量\nA2,乙,无,\nA1,甲,2024年3月1日,5.0\n"); /* the same said otherwise */
    assert_counts(0, 0, 2, 0);
    assert_int_equal(events(), n);
}

static void a_later_revision_changes_only_what_changed(void **state)
{
    (void)state;
    bring("thing", "名称,代码,数量,日期\n甲,B1,5,2024-03-01\n乙,B2,6,2024-03-02\n");
    int64_t first = got.batch, n = events();
    bring("thing", "名称,代码,数量,日期\n乙,B2,6,2024-03-02\n甲,B1,7,2024-03-01\n");
    assert_counts(0, 1, 1, 0);
    assert_int_equal(events(), n + 1);
    struct record *r = only("thing", "code = B1");
    struct past p = past_of(r);
    assert_int_equal(r->version, 2);
    assert_true(str_find(p.history.body[1], STR("\"set\":{\"amount\":[5,7]}")) >= 0);
    assert_origin(&p, "amount", got.batch, 3);
    assert_origin(&p, "name", first, 2);
    assert_origin(&p, "day", first, 2);
    assert_origin(&p, "story", 0, 0);
}

static void a_blank_never_erases(void **state)
{
    (void)state;
    bring("thing", "名称,代码,数量,经过,日期,信用代码\n甲,C1,5,一段经过,2024-03-01,91430682MA4PC1E12L\n");
    int64_t n = events();
    bring("thing", "名称,代码,数量,经过,日期,信用代码\n甲,C1,,　,N/A,无\n");
    assert_counts(0, 0, 1, 0);
    assert_int_equal(events(), n);
    bring("thing", "代码,名称\nC1,\n"); /* a required field too */
    assert_counts(0, 0, 1, 0);
    assert_string_equal(value_of(only("thing", "code = C1"), "amount"), "5");
}

/* ---- what cannot be read ---- */

static void an_odd_value_warns_and_an_unreadable_one_refuses_its_row(void **state)
{
    (void)state;
    bring("thing", "名称,代码,信用代码,日期\n甲,D1,91430682MA4PC1E12M,\n乙,D2,,2019-02-30\n丙,D3,,2019-02-28\n");
    assert_counts(2, 0, 0, 1);
    assert_int_equal(got.warned, 1);
    assert_int_equal(got.warnings_n, 1);
    assert_int_equal(got.warnings[0].row, 2);
    assert_true(str_is(got.warnings[0].field, "uscc"));
    assert_true(str_is(got.warnings[0].value, "91430682MA4PC1E12M"));
    assert_true(got.warnings[0].reason.n > 0);
    assert_string_equal(value_of(only("thing", "code = D1"), "uscc"), "\"91430682MA4PC1E12M\"");
    assert_int_equal(got.refusals_n, 1);
    assert_int_equal(got.refusals[0].row, 3);
    assert_true(str_is(got.refusals[0].field, "day"));
    assert_true(str_is(got.refusals[0].value, "2019-02-30"));
    assert_true(str_find(got.refusals[0].reason, STR("2019-02-30")) >= 0);
    assert_int_equal(how_many("thing", "code = D2"), 0);
    assert_int_equal(how_many("thing", "code = D3"), 1);
}

static void a_word_in_the_place_of_a_code_is_no_key(void **state)
{
    (void)state;
    bring("premises", "名称,信用代码\n一店,办理中\n二店,办理中\n三店,无\n四店,000000000000000000\n五店,000000000000000000\n");
    assert_counts(5, 0, 0, 0);
    assert_int_equal(got.warned, 4);
    assert_string_equal(value_of(only("premises", "name = 五店"), "credit_code"), "null");
    assert_err(make("premises", "{\"name\":\"六店\",\"credit_code\":\"办理中\"}", NULL), ERR_INVALID); /* by hand it is refused */
    assert_field("credit_code");
}

static void a_bare_serial_is_a_date_with_a_warning(void **state)
{
    (void)state;
    bring("thing", "名称,代码,日期\n甲,R1,43613\n");
    assert_counts(1, 0, 0, 0);
    assert_int_equal(got.warned, 1);
    assert_true(str_is(got.warnings[0].value, "43613"));
    assert_string_equal(value_of(only("thing", "code = R1"), "day"), "\"2019-05-28\"");
}

static void all_that_is_wrong_with_a_row_is_told_at_once(void **state)
{
    (void)state;
    bring("thing", "名称,代码,数量,日期,时刻\n甲,E1,很多,昨天,25:99\n");
    assert_counts(0, 0, 0, 1);
    assert_int_equal(got.refusals_n, 3);
    assert_true(str_is(got.refusals[2].field, "moment"));
}

static void what_the_store_refuses_is_a_refused_row(void **state)
{
    (void)state;
    bring("thing", "名称,代码,副码,数量\n,F1,,1\n甲,F2,S,1\n乙,F3,S,1\n丙,F4,,1001\n丁,F5,,1000\n");
    assert_counts(2, 0, 0, 3);
    assert_true(str_is(got.refusals[0].field, "name")); /* required */
    assert_int_equal(got.refusals[0].row, 2);
    assert_true(str_is(got.refusals[1].field, "subcode")); /* taken by F2 */
    assert_true(str_is(got.refusals[1].value, "S"));
    assert_true(str_is(got.refusals[2].field, "amount")); /* above the most */
    assert_int_equal(how_many("thing", "code ^ F"), 2);
}

static void a_file_that_fits_nowhere_is_an_error_of_the_file(void **state)
{
    (void)state;
    struct kept before = kept();
    assert_err(import("thing", file("rows.csv", "长度,宽度\n1,2\n3,4\n"), NULL), ERR_UNREADABLE);
    assert_non_null(strstr(err_last()->message, "长度"));
    assert_err(import("thing", file("none.csv", NULL), NULL), ERR_IO);
    assert_err(import("part", file("rows.csv", "标签\n一\n"), NULL), ERR_INVALID);
    struct kept after = kept();
    assert_kept_equal(before, after);
}

/* ---- keys ---- */

static const char *credit(int n)
{
    const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char code[19];
    for (int i = 0; i < 31 * 31; i++) { /* two check characters */
        snprintf(code, sizeof code, "9143060299%06d%c%c", n, digits[i / 31], digits[i % 31]);
        if (ident_uscc(str_of(code)).valid) return text_of("%s", code);
    }
    fail();
    return NULL;
}

static void the_strongest_key_that_a_row_has_decides(void **state)
{
    (void)state;
    const char *heading = "名称,信用代码,注册号,行政区划";
    bring("premises", text_of("%s\n洞庭（楼）店,%s,L1,430602\n", heading, credit(1)));
    assert_counts(1, 0, 0, 0);
    bring("premises", text_of("%s\n换名店,%s,L2,430602\n", heading, credit(1))); /* the credit code, whatever the rest says */
    assert_counts(0, 1, 0, 0);
    bring("premises", text_of("%s\n另一店,%s,L2,430602\n", heading, credit(2))); /* same number, but both have a code: two */
    assert_counts(1, 0, 0, 0);
    bring("premises", text_of("%s\n换名店,,L2,430602\n", heading)); /* L2 is that of two now */
    assert_counts(0, 0, 0, 1);
    assert_true(str_find(got.refusals[0].reason, STR("several")) >= 0);
}

static void a_weaker_key_finds_only_records_without_the_stronger(void **state)
{
    (void)state;
    const char *heading = "名称,信用代码,注册号,行政区划";
    bring("premises", text_of("%s\n巴陵(北)店,,,430602\n", heading));
    bring("premises", text_of("%s\n巴陵（北）店,,L7,430602000000\n", heading)); /* found by the folded name, gets its number */
    assert_counts(0, 1, 0, 0);
    struct record *r = only("premises", "legacy_id = L7");
    bring("premises", text_of("%s\n巴陵（北）店,,L8,430602\n", heading)); /* has another number: another shop */
    assert_counts(1, 0, 0, 0);
    bring("premises", text_of("%s\n巴陵（北）店,%s,L7,430602\n", heading, credit(7))); /* found by the number, gets its code */
    assert_counts(0, 1, 0, 0);
    assert_int_equal(seen("premises", r->id)->version, 3);
    bring("premises", text_of("%s\n巴陵（北）店,,,430603\n", heading)); /* the name elsewhere */
    assert_counts(1, 0, 0, 0);
}

static void rows_that_come_twice_in_a_file_are_one_record(void **state)
{
    (void)state;
    bring("thing", "名称,代码,数量\n甲,G1,1\n甲,G1,1\n甲,G1,2\n乙,G2,\n");
    assert_counts(2, 1, 1, 0);
    assert_string_equal(value_of(only("thing", "code = G1"), "amount"), "2");
}

/* ---- values that name others ---- */

static void rows_inside_a_record_come_as_json(void **state)
{
    (void)state;
    const char *text = "[{\"name\":\"甲\",\"code\":\"H1\",\"parts\":[{\"label\":\"一\",\"count\":3},{\"label\":\"二\"}]},{\"name\":\"乙\","
                       "\"code\":\"H2\"}]";
    assert_ok(import("thing", file("rows.json", text), NULL));
    assert_counts(2, 0, 0, 0);
    struct record *r = only("thing", "code = H1");
    const struct rows *rows = &r->rows[field(r->l, "parts")->index];
    assert_int_equal(rows->n, 2);
    int64_t n = events();
    assert_ok(import("thing", file("rows.json", text), NULL));
    assert_counts(0, 0, 2, 0);
    assert_int_equal(events(), n);
    assert_ok(import("thing", file("rows.json", "[{\"name\":\"丙\",\"code\":\"H3\",\"parts\":[{\"no such\":1}]}]"), NULL));
    assert_counts(0, 0, 0, 1);
    assert_true(str_is(got.refusals[0].field, "parts"));
    bring("thing", "名称,代码,部件\n丁,H4,一个部件\n");
    assert_counts(0, 0, 0, 1);
    assert_true(str_is(got.refusals[0].field, "parts"));
}

static void the_limit_counts_rows_of_data(void **state)
{
    (void)state;
    const char *path = file("limit.csv", "物品一览表,\n名称,代码\n甲,L1\n,\n乙,L2\n丙,L3\n");
    int64_t id = made("setting", "{\"name\":\"import_max_rows\",\"zh\":\"行数\",\"en\":\"Rows\",\"value\":2,\"least\":1,\"most\":100}");
    assert_err(import("thing", path, NULL), ERR_TOO_BIG);
    assert_non_null(strstr(err_last()->message, "2 rows"));
    assert_ok(change("setting", id, 0, "{\"value\":3}", NULL));
    assert_ok(import("thing", path, NULL)); /* goes on */
    assert_counts(3, 0, 0, 0);
    assert_ok(withdraw("setting", id));
}

static void choices_are_read_by_code_or_label(void **state)
{
    (void)state;
    add_code("colour", "red", "红");
    add_code("colour", "blue", "蓝");
    bring("thing", "名称,代码,颜色,各色\n甲,I1,red,红、blue\n乙,I2,红,蓝\n丙,I3,紫,\n丁,I4,,红；紫\n");
    assert_counts(2, 0, 0, 2);
    assert_string_equal(value_of(only("thing", "code = I1"), "colours"), "[\"red\",\"blue\"]");
    assert_string_equal(value_of(only("thing", "code = I2"), "colour"), "\"red\"");
    assert_true(str_is(got.refusals[0].field, "colour"));
    assert_true(str_is(got.refusals[1].field, "colours"));
    assert_true(str_find(got.refusals[1].reason, STR("紫")) >= 0);
}

static void references_are_found_by_number_code_name_or_id(void **state)
{
    (void)state;
    add_code("unit_kind", "township", "乡镇");
    bring("unit", "名称,单位代码,单位类别\n东乡,T1,乡镇\n西乡,T2,township\n同名乡,T3,乡镇\n同名镇,T4,乡镇\n");
    assert_counts(4, 0, 0, 0);
    struct record *east = only("unit", "code = T1");
    const char *number = text_of("%.*s", STR_ARG(east->number));
    assert_ok(change("unit", only("unit", "code = T4")->id, 0, "{\"name\":\"同名乡\"}", NULL));
    bring("premises",
          text_of("名称,注册号,属地\n一,J1,%s\n二,J2,T1\n三,J3,东乡\n四,J4,%lld\n五,J5,同名乡\n六,J6,南乡\n", number, (long long)east->id));
    assert_counts(4, 0, 0, 2);
    assert_int_equal(how_many("premises", "territory = T1"), 4);
    assert_true(str_is(got.refusals[0].field, "territory"));
    assert_true(str_find(got.refusals[0].reason, STR("several")) >= 0);
    assert_true(str_find(got.refusals[1].reason, STR("南乡")) >= 0);
}

static void a_record_may_refer_to_one_that_came_just_before(void **state)
{
    (void)state;
    bring("club", "名称,上级\n会一,\n会二,会一\n会三,会二\n会四,会五\n会五,\n");
    assert_counts(4, 0, 0, 1);
    assert_int_equal(how_many("club", "above = 会二"), 1);
}

/* ---- headings ---- */

static struct str field_of(const char *heading)
{
    for (int i = 0; i < got.mapping_n; i++)
        if (str_is(got.mapping[i].heading, heading)) return got.mapping[i].field;
    fail_msg("no heading %s", heading);
    return STR_NONE;
}

static void unknown_headings_are_reported_and_told_ones_go_before(void **state)
{
    (void)state;
    const char *path = file("map.csv", "名称,代码,神秘,Story\n甲,K1,秘密经过,公开经过\n");
    assert_ok(import("thing", path, NULL));
    assert_null(field_of("神秘").p);
    assert_true(str_is(field_of("Story"), "story"));
    assert_string_equal(value_of(only("thing", "code = K1"), "story"), "\"公开经过\"");
    const struct import_map map[] = {{STR("神秘"), STR("story")}, {STR("代码"), STR("")}, {STR("Story"), STR("private")}};
    assert_ok(import("thing", path, &(struct import_options){.map = map, .map_n = 3}));
    assert_counts(1, 0, 0, 0); /* without its code it is another one */
    assert_true(str_is(field_of("神秘"), "story"));
    assert_null(field_of("代码").p);
    const struct import_map wrong[] = {{STR("神秘"), STR("history")}};
    assert_err(import("thing", path, &(struct import_options){.map = wrong, .map_n = 1}), ERR_INVALID);
    assert_field("map");
}

static void headings_are_found_below_titles_or_where_they_are_told(void **state)
{
    (void)state;
    const char *path = file("title.csv", "物品台账,,\n填报单位：某局,,\n名称,代码,数量\n甲,M1,坏\n乙,M2,2\n合计,,2\n注：数量以件计,,\n");
    assert_ok(import("thing", path, NULL));
    assert_counts(1, 0, 0, 1);
    assert_int_equal(got.refusals[0].row, 4); /* as the person sees it in the file */
    assert_ok(import("thing", path, &(struct import_options){.header_row = 3}));
    assert_counts(0, 0, 1, 1);
    assert_err(import("thing", path, &(struct import_options){.header_row = 2}), ERR_UNREADABLE);
}

/* ---- strict and dry run ---- */

static void a_dry_run_counts_the_same_and_leaves_nothing(void **state)
{
    (void)state;
    const char *path = file("dry.csv", "名称,代码,数量\n甲,N1,1\n乙,N2,坏\n丙,N1,2\n丁,N3,3\n戊,N4,4\n");
    struct kept before = kept();
    for (int chunk = 0; chunk < 3; chunk += 2) {
        assert_ok(import("thing", path, &(struct import_options){.dry_run = true, .chunk = chunk}));
        assert_counts(3, 1, 0, 1);
        assert_int_equal(got.batch, 0);
        assert_int_equal(got.refusals[0].row, 3);
        struct kept after = kept();
        assert_kept_equal(before, after);
        assert_int_equal(how_many("thing", "code ^ N"), 0);
    }
    assert_ok(import("thing", path, NULL));
    assert_counts(3, 1, 0, 1);
}

static void a_strict_import_is_all_or_nothing(void **state)
{
    (void)state;
    const char *bad = file("bad.csv", "名称,代码,数量\n甲,O1,1\n乙,O2,2\n丙,O3,坏\n丁,O4,4\n");
    struct kept before = kept();
    assert_err(import("thing", bad, &(struct import_options){.strict = true, .chunk = 2}), ERR_REFUSED);
    assert_rule("strict");
    assert_int_equal(got.batch, 0);
    assert_int_equal(got.refused, 1);
    assert_int_equal(got.refusals[0].row, 4);
    struct kept after = kept();
    assert_kept_equal(before, after);
    assert_int_equal(how_many("thing", "code ^ O"), 0);
    assert_ok(import("thing", file("good.csv", "名称,代码,数量\n甲,O1,1\n乙,O2,2\n丙,O3,3\n"),
                     &(struct import_options){.strict = true, .chunk = 2}));
    assert_counts(3, 0, 0, 0);
    assert_int_equal(kept().batches, before.batches + 1);
}

/* ---- the workbook of refused rows ---- */

/* A sheet as csv text: cells by tabs, rows by line ends. */
static const char *sheet_text(const char *path)
{
    struct workbook *wb;
    struct cells row;
    bool more;
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    assert_ok(workbook_open(arena, path, &(struct workbook_options){0}, &wb));
    assert_ok(workbook_select(wb, 0));
    while (workbook_next(wb, &row, &more) == OK && more) {
        for (int i = 0; i < row.n; i++) {
            if (i) buf_char(&b, '\t');
            buf_str(&b, row.cell[i].text);
        }
        buf_char(&b, '\n');
    }
    workbook_free(wb);
    return arena_z(arena, buf_view(&b));
}

static void refused_rows_come_back_with_the_reasons_beside_the_cells(void **state)
{
    (void)state;
    const char *refused = file("refused.xlsx", NULL);
    struct import_options o = {.refused = refused, .chunk = 2};
    assert_ok(import(
        "thing", file("r.csv", "名称,代码,备用,数量,日期\n甲,P1,x,1,\n乙,P2,y,坏,昨天\n,P3,z,3,2024-01-01\n丁,P4,,很多,2024-01-02\n"), &o));
    assert_counts(1, 0, 0, 3);
    const char *text = sheet_text(refused);
    assert_non_null(
        strstr(text, "Row\t名称\t名称: why refused\t代码\t备用\t数量\t数量: why refused\t日期\t日期: why refused\tRow: why refused\n"));
    assert_non_null(strstr(text, "\n3\t乙\t\tP2\ty\t坏\t"));
    assert_non_null(strstr(text, "\n4\t\tName"));
    assert_non_null(strstr(text, "\n5\t丁\t\tP4\t\t很多\t"));
    assert_null(strstr(text, "P1"));
    /* Sent in again as it is, it is refused again; corrected, it goes in. */
    assert_ok(import("thing", refused, NULL));
    assert_counts(0, 0, 0, 3);
    assert_null(field_of("数量: why refused").p);
    struct str rest = str_of(text);
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    buf_str(&b, str_split(&rest, '\n'));
    buf_z(&b, "\n3\t乙\t\tP2\ty\t2\t\t2024-01-03\n4\t丙\t\tP3\tz\t3\t\t2024-01-01\n5\t丁\t\tP4\t\t4\t\t2024-01-02\n");
    assert_ok(import("thing", file("corrected.csv", arena_z(arena, buf_view(&b))), NULL));
    assert_counts(3, 0, 0, 0);
    assert_string_equal(value_of(only("thing", "code = P4"), "amount"), "4");
}

static void a_dry_run_writes_the_refused_rows_too(void **state)
{
    (void)state;
    const char *refused = file("dry.xlsx", NULL);
    assert_ok(import("thing", file("r.csv", "名称,代码,数量\n甲,Q1,坏\n"), &(struct import_options){.refused = refused, .dry_run = true}));
    assert_non_null(strstr(sheet_text(refused), "\n2\t甲\tQ1\t坏\t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_file_again_changes_nothing),
        TEST(a_later_revision_changes_only_what_changed),
        TEST(a_blank_never_erases),
        TEST(an_odd_value_warns_and_an_unreadable_one_refuses_its_row),
        TEST(a_word_in_the_place_of_a_code_is_no_key),
        TEST(a_bare_serial_is_a_date_with_a_warning),
        TEST(all_that_is_wrong_with_a_row_is_told_at_once),
        TEST(what_the_store_refuses_is_a_refused_row),
        TEST(a_file_that_fits_nowhere_is_an_error_of_the_file),
        TEST(the_strongest_key_that_a_row_has_decides),
        TEST(a_weaker_key_finds_only_records_without_the_stronger),
        TEST(rows_that_come_twice_in_a_file_are_one_record),
        TEST(rows_inside_a_record_come_as_json),
        TEST(the_limit_counts_rows_of_data),
        TEST(choices_are_read_by_code_or_label),
        TEST(references_are_found_by_number_code_name_or_id),
        TEST(a_record_may_refer_to_one_that_came_just_before),
        TEST(unknown_headings_are_reported_and_told_ones_go_before),
        TEST(headings_are_found_below_titles_or_where_they_are_told),
        TEST(a_dry_run_counts_the_same_and_leaves_nothing),
        TEST(a_strict_import_is_all_or_nothing),
        TEST(refused_rows_come_back_with_the_reasons_beside_the_cells),
        TEST(a_dry_run_writes_the_refused_rows_too),
    };
    return RUN_ON_BOTH(tests);
}
