/* test_code.c — codes have a day: which one a label means, and which ones a record may take. */
#include "import_test.h"

#include "base/lang.h"
#include "db/db.h"

static const char injury[] = "ledger: injury\nzh: 伤害\nen: Injury\nday: happened\nkeys: [code]\nscope: {public: true}\nfields:\n"
                             "  - {name: kind, type: choice, codes: kind, zh: 类别, en: Kind}\n"
                             "  - {name: kinds, type: choices, codes: kind, zh: 各类别, en: Kinds}\n"
                             "  - {name: code, type: text, zh: 代码, en: Code}\n"
                             "  - {name: happened, type: date, zh: 日期, en: Happened}\n"
                             "  - {name: wounds, type: rows, of: wound, zh: 伤口, en: Wounds}\n";
static const char wound[] = "ledger: wound\nzh: 伤口\nen: Wound\nparent: injury\nfields:\n"
                            "  - {name: kind, type: choice, codes: kind, zh: 类别, en: Kind}\n";
static const char stay[] = "ledger: stay\nzh: 停留\nen: Stay\nperiod: {from: since, to: until, within: who}\nfields:\n"
                           "  - {name: who, type: text, zh: 人, en: Who}\n"
                           "  - {name: since, type: date, zh: 起, en: Since}\n  - {name: until, type: date, zh: 止, en: Until}\n"
                           "  - {name: kind, type: choice, codes: kind, zh: 类别, en: Kind}\n";
static const char note[] = "ledger: note\nzh: 便条\nen: Note\nkeys: [code]\nfields:\n"
                           "  - {name: code, type: text, zh: 代码, en: Code}\n"
                           "  - {name: kind, type: choice, codes: kind, zh: 类别, en: Kind}\n";
static const char *const dated[] = {injury, wound, stay, note, NULL};

/* Two editions of a standard: 触电 and 淹溺 are in both, 透水 only in the old one. Today is in the new one. */
static void two_editions(void)
{
    static bool made_on[2];
    clock_set(day_start(day_of((struct civil){2026, 8, 1})));
    if (made_on[engine]) return;
    made_on[engine] = true;
    static const char *const rows[] = {
        "\"code\":\"05\",\"zh\":\"触电\",\"en\":\"Shock\",\"valid_to\":\"2026-06-30\"",
        "\"code\":\"06\",\"zh\":\"淹溺\",\"en\":\"Drowning\",\"valid_to\":\"2026-06-30\"",
        "\"code\":\"12\",\"zh\":\"透水\",\"en\":\"Inrush\",\"valid_to\":\"2026-06-30\"",
        "\"code\":\"2025-06\",\"zh\":\"触电\",\"en\":\"Shock\",\"valid_from\":\"2026-07-01\"",
        "\"code\":\"2025-07\",\"zh\":\"淹溺\",\"en\":\"Drowning\",\"valid_from\":\"2026-07-01\"",
        "\"code\":\"any\",\"zh\":\"其他\",\"en\":\"Other\"",
    };
    for (int i = 0; i < COUNT(rows); i++) made("code", text_of("{\"list\":\"kind\",%s}", rows[i]));
}

static int64_t injured(const char *rest)
{
    return made("injury", text_of("{%s}", rest));
}

static void a_label_means_the_code_of_the_day_of_the_record(void **state)
{
    (void)state;
    two_editions();
    /* The day stands behind the choices, and is read first all the same. */
    int64_t old = injured(
        "\"kind\":\"触电\",\"kinds\":[\"Shock\",\"其他\",\"淹溺\"],\"wounds\":[{\"kind\":\"淹溺\"}],\"happened\":\"2026-06-30\"");
    int64_t new = injured("\"kind\":\"触电\",\"kinds\":[\"Shock\",\"其他\"],\"wounds\":[{\"kind\":\"淹溺\"}],\"happened\":\"2026-07-01\"");
    assert_string_equal(value_of(seen("injury", old), "kind"), "\"05\"");
    assert_string_equal(value_of(seen("injury", old), "kinds"), "[\"05\",\"any\",\"06\"]");
    assert_non_null(strstr(json_of(seen("injury", old)), "[{\"kind\":\"06\"}]"));
    assert_string_equal(value_of(seen("injury", new), "kind"), "\"2025-06\"");
    assert_string_equal(value_of(seen("injury", new), "kinds"), "[\"2025-06\",\"any\"]");
    assert_non_null(strstr(json_of(seen("injury", new)), "[{\"kind\":\"2025-07\"}]"));
}

static void without_a_day_it_is_today(void **state)
{
    (void)state;
    two_editions();
    assert_string_equal(value_of(seen("injury", injured("\"kind\":\"触电\"")), "kind"), "\"2025-06\"");
    assert_string_equal(value_of(seen("note", made("note", "{\"kind\":\"触电\"}")), "kind"), "\"2025-06\"");
    clock_set(day_start(day_of((struct civil){2026, 6, 30})));
    assert_string_equal(value_of(seen("note", made("note", "{\"kind\":\"触电\"}")), "kind"), "\"05\"");
}

static void a_period_has_its_first_day(void **state)
{
    (void)state;
    two_editions();
    int64_t id = made("stay", "{\"who\":\"甲\",\"kind\":\"触电\",\"since\":\"2020-01-01\"}");
    assert_string_equal(value_of(seen("stay", id), "kind"), "\"05\"");
}

static void a_code_that_is_not_valid_on_the_day_is_refused(void **state)
{
    (void)state;
    two_editions();
    static const char *const bad[] = {
        "{\"kind\":\"12\"}",
        "{\"kind\":\"透水\",\"happened\":\"2026-07-01\"}",
        "{\"kind\":\"2025-06\",\"happened\":\"2026-06-30\"}",
    };
    int64_t n = events();
    for (int i = 0; i < COUNT(bad); i++) {
        assert_err(make("injury", bad[i], NULL), ERR_INVALID);
        assert_field("kind");
        assert_rule("validity");
    }
    assert_err(make("injury", "{\"kinds\":[\"any\",\"12\"]}", NULL), ERR_INVALID);
    assert_field("kinds");
    assert_err(make("injury", "{\"wounds\":[{\"kind\":\"any\"},{\"kind\":\"12\"}]}", NULL), ERR_INVALID);
    assert_rule("validity");
    const char *said = err_last()->message;
    static const char *const named[] = {"Kind", "Inrush", "12", "2026-06-30", "2026-08-01"};
    for (int i = 0; i < COUNT(named); i++) assert_non_null(strstr(said, named[i]));
    assert_int_equal(events(), n);
    injured("\"kind\":\"12\",\"happened\":\"2026-06-30\"");
}

static void a_value_that_stood_before_stays(void **state)
{
    (void)state;
    two_editions();
    clock_set(day_start(day_of((struct civil){2026, 6, 30})));
    int64_t id = injured("\"kind\":\"12\",\"kinds\":[\"12\",\"05\"],\"wounds\":[{\"kind\":\"12\"}],\"code\":\"a\"");
    clock_set(day_start(day_of((struct civil){2026, 8, 1})));
    assert_ok(change("injury", id, 0,
                     "{\"kind\":\"12\",\"kinds\":[\"05\"],\"wounds\":[{\"kind\":\"any\"},{\"kind\":\"12\"}],\"code\":\"b\"}", NULL));
    assert_err(change("injury", id, 0, "{\"kind\":\"05\"}", NULL), ERR_INVALID);
    assert_rule("validity");
    assert_err(change("injury", id, 0, "{\"kinds\":[\"05\",\"06\"]}", NULL), ERR_INVALID);
    assert_err(change("injury", id, 0, "{\"wounds\":[{\"kind\":\"05\"}]}", NULL), ERR_INVALID);
    assert_ok(change("injury", id, 0, "{\"kind\":\"2025-06\"}", NULL));
}

struct labelled {
    int64_t id;
    struct record *now;
};

static enum err label_of_old(struct work *w, void *arg)
{
    struct labelled *k = arg;
    struct record *draft;
    TRY(draft_for(w, ledger("injury"), k->id, &draft));
    TRY(draft_set(w, draft, STR("kind"), STR("淹溺")));
    return store_change(w, k->id, 0, draft, &k->now, NULL);
}

static void a_change_reads_labels_by_the_day_of_its_record(void **state)
{
    (void)state;
    two_editions();
    struct labelled k = {.id = injured("\"kind\":\"05\",\"happened\":\"2020-01-01\"")};
    written(label_of_old, &k);
    assert_string_equal(value_of(k.now, "kind"), "\"06\"");
    assert_string_equal(value_of(k.now, "happened"), "\"2020-01-01\"");
}

static void an_import_reads_history_as_of_its_days(void **state)
{
    (void)state;
    two_editions();
    bring("injury", "类别,各类别,代码,日期\n触电,触电、淹溺,k1,2020-01-01\n触电,淹溺,k2,2026-07-02\n触电,,k3,2020-01-02\n"
                    "透水,,k4,2020-01-01\n透水,,k5,2026-07-01\n触电,,k6,\n");
    assert_counts(5, 0, 0, 1);
    assert_int_equal(got.refusals[0].row, 6);
    assert_true(str_is(got.refusals[0].field, "kind"));
    assert_true(str_find(got.refusals[0].reason, STR("2026-06-30")) >= 0);
    static const char *const want[] = {"\"05\"", "\"2025-06\"", "\"05\"", "\"12\""};
    for (int i = 0; i < COUNT(want); i++) assert_string_equal(value_of(only("injury", text_of("code = k%d", i + 1)), "kind"), want[i]);
    assert_string_equal(value_of(only("injury", "code = k1"), "kinds"), "[\"05\",\"06\"]");
    assert_string_equal(value_of(only("injury", "code = k6"), "kind"), "\"2025-06\"");
    /* A later file that does not say the day: the records know it. */
    bring("injury", "类别,代码\n触电,k1\n触电,k2\n淹溺,k3\n");
    assert_counts(0, 1, 2, 0);
    assert_string_equal(value_of(only("injury", "code = k3"), "kind"), "\"06\"");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_means_the_code_of_the_day_of_the_record),
        cmocka_unit_test(without_a_day_it_is_today),
        cmocka_unit_test(a_period_has_its_first_day),
        cmocka_unit_test(a_code_that_is_not_valid_on_the_day_is_refused),
        cmocka_unit_test(a_value_that_stood_before_stays),
        cmocka_unit_test(a_change_reads_labels_by_the_day_of_its_record),
        cmocka_unit_test(an_import_reads_history_as_of_its_days),
    };
    return run_on_both(tests, sizeof tests / sizeof *tests, dated);
}
