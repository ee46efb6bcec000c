/* test_description.c — reading descriptions: the shipped ones, every fault that can be made, and memory that runs out. */
#include "ledger_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"

#define HEAD "ledger: box\nzh: 箱\nen: Box\n"
#define NAME "  - {name: title, type: text, zh: 名, en: Title}\n"

static enum err load(const char *yaml)
{
    struct ledger *l;
    enum err e = ledger_load(str_of(yaml), false, &l);
    if (!e) ledger_free(l);
    return e;
}

static void every_shipped_description_loads(void **state)
{
    (void)state;
    struct registry *r = registry_new();
    assert_ok(registry_add_shipped(r));
    assert_ok(registry_link(r));
    assert_true(r->n > 20);
    assert_err(registry_add(r, str_of(r->ledgers[0]->text), true), ERR_CONFLICT);
    registry_free(r);
}

static void a_field_is_as_it_is_written(void **state)
{
    (void)state;
    struct ledger *l;
    assert_ok(ledger_load(STR(HEAD "keys: [b+a, b]\nfields:\n"
                                   "  - {name: b, type: date, zh: 乙, en: B, min: 2020-01-01, sort: true, headings: [一, 二]}\n"
                                   "  - {name: a, type: integer, zh: 甲, en: A, max: 7, required: true}\n"),
                          false, &l));
    const struct field *a = ledger_field(l, STR("a")), *b = ledger_field(l, STR("b"));
    assert_true(a->required && a->least == INT64_MIN && a->most == 7 && a->index == 1 && l->by_name[0] == a);
    assert_true(b->sort && b->most == INT64_MAX && b->headings_count == 2);
    day_t day;
    assert_true(day_parse(STR("2020-01-01"), &day) && b->least == day);
    assert_true(l->key_groups[0].n == 2 && l->key_groups[0].field[0] == b && l->key_groups[0].field[1] == a);
    assert_null(ledger_field(l, STR("c")));
    ledger_free(l);
}

static void every_fault_names_its_ledger_and_its_field(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *named;
    } bad[] = {
        {HEAD "fields:\n" NAME "  - {name: x, type: text, zh: a, en: b, colour: red}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: tixt, zh: a, en: b}\n" NAME, "x"},
        {HEAD "fields:\n  - {name: x, type: text, zh: a, en: b, required: maybe}\n" NAME, "x"},
        {HEAD "fields:\n" NAME "  - {name: x, type: text, zh: a}\n", "x"},
        {HEAD "fields:\n" NAME NAME, "title"},
        {HEAD "fields:\n  - {name: Title, type: text, zh: a, en: b}\n", "Title"},
        {HEAD "fields:\n  - {name: state, type: text, zh: a, en: b}\n", "state"},
        {HEAD "number: X\nfields:\n  - {name: number, type: text, zh: a, en: b}\n", "number"},
        {HEAD "fields:\n  - {name: x, type: integer, zh: a, en: b, min: few}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: integer, zh: a, en: b, min: 3, max: 2}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: date, zh: a, en: b, max: 2020-02-30}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: reference, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: text, of: unit, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: choice, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: text, codes: y, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: choices, codes: y, sort: true, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: files, unique: true, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: integer, sensitive: true, zh: a, en: b}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: text, sensitive: true, search: body, zh: a, en: b}\n", "x"},
        {HEAD "parent: y\nfields:\n  - {name: x, type: text, sensitive: true, zh: a, en: b}\n", "x"},
        {HEAD "parent: y\nfields:\n  - {name: x, type: rows, of: y, zh: a, en: b}\n", "x"},
        {HEAD "title: nothing\nfields:\n" NAME, "title"},
        {HEAD "keys: [title+nothing]\nfields:\n" NAME, "title+nothing"},
        {HEAD "indexes: [nothing]\nfields:\n" NAME, "nothing"},
        {HEAD "scope: {from: title}\nfields:\n" NAME, "scope"},
        {HEAD "scope: {district: title}\nfields:\n" NAME, "scope"},
        {HEAD "scope: {owner: nothing}\nfields:\n" NAME, "scope"},
        {HEAD "period: {from: title, to: title, within: title}\nfields:\n" NAME, "period"},
        {HEAD "day: title\nfields:\n" NAME, "day"},
        {HEAD "day: nothing\nfields:\n" NAME, "day"},
        {HEAD "parent: y\nday: d\nfields:\n  - {name: d, type: date, zh: a, en: b}\n", "day"},
        {HEAD "fields: []\n", "fields"},
        {HEAD "fields:\n" NAME "verbs:\n  - {name: go, zh: a, en: b, to: far}\n", "go"},
        {HEAD "fields:\n" NAME "states:\n  - {name: s, zh: a, en: b}\nverbs:\n  - {name: go, zh: a, en: b, to: s, from: [t]}\n", "go"},
        {HEAD "fields:\n" NAME "states:\n  - {name: s, zh: a, en: b}\nverbs:\n  - {name: go, zh: a, en: b, to: s, needs: [t]}\n", "go"},
        {HEAD "fields:\n" NAME "states:\n  - {name: s, zh: a, en: b}\n  - {name: s, zh: a, en: b}\n", "s"},
        {HEAD "fields:\n  - {name: x, type: text, zh: a, en: b, by: [go]}\n", "x"},
        {HEAD "fields:\n  - {name: x, type: rows, of: y, zh: a, en: b, by: [go]}\nstates:\n  - {name: s, zh: a, en: b}\nverbs:\n"
              "  - {name: go, zh: a, en: b, to: s}\n",
         "x"},
    };
    for (int i = 0; i < COUNT(bad); i++) {
        assert_err(load(bad[i].yaml), ERR_INVALID);
        const char *said = err_last()->message;
        if (!strstr(said, "“box”") || !strstr(said, bad[i].named)) {
            print_error("%s\n-> %s\n", bad[i].yaml, said);
            fail();
        }
    }
    static const char *const worse[] = {"",
                                        "}",
                                        "- a",
                                        "ledger: [",
                                        ("ledger: Box\nzh: a\nen: b\nfields:\n" NAME),
                                        "\xFF",
                                        "a: *b",
                                        "a: &a [x]\nledger: box\nzh: b\nen: c\nfields: *a\n"};
    for (int i = 0; i < COUNT(worse); i++) assert_err(load(worse[i]), ERR_INVALID);
    assert_err(load(HEAD "keys: &k [x]\nfields:\n  - {name: x, type: text, zh: a, en: b, headings: *k}\n"), ERR_INVALID);
    assert_non_null(strstr(err_last()->message, "write it out"));
}

static void a_bomb_of_aliases_does_not_go_off(void **state)
{
    (void)state;
    assert_err(load("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nkeys: *c\n"),
               ERR_INVALID);
    char *big = mem_alloc(DESCRIPTION_MAX_BYTES + 2);
    memset(big, '#', DESCRIPTION_MAX_BYTES + 1);
    assert_err(load(big), ERR_TOO_BIG);
    mem_free(big);
}

static void what_a_registry_lacks_is_named(void **state)
{
    (void)state;
    static const char *const bad[] = {
        HEAD "fields:\n  - {name: x, type: reference, of: nothing, zh: a, en: b}\n",
        HEAD "parent: nothing\nfields:\n" NAME,
        HEAD "fields:\n  - {name: x, type: rows, of: box, zh: a, en: b}\n",
        HEAD "fields:\n  - {name: x, type: text, compute: nothing, zh: a, en: b}\n",
    };
    for (int i = 0; i < COUNT(bad); i++) {
        struct registry *r = registry_new();
        assert_ok(registry_add(r, str_of(bad[i]), false));
        assert_err(registry_link(r), ERR_INVALID);
        assert_non_null(strstr(err_last()->message, "“box”"));
        registry_free(r);
    }
}

static void memory_may_run_out_at_any_point(void **state)
{
    (void)state;
    const char *yaml = HEAD "keys: [title]\nscope: {public: true}\nfields:\n" NAME "states:\n  - {name: s, zh: a, en: b}\nverbs:\n"
                            "  - {name: go, zh: a, en: b, to: s, needs: [title]}\n";
    long n = 0;
    for (;; n++) {
        assert_true(n < 1000);
        mem_fail_after(n);
        enum err e = load(yaml);
        int failed = mem_failed();
        mem_fail_after(-1);
        if (!failed) break;
        assert_err(e, ERR_NO_MEMORY);
    }
    assert_true(n > 10);
    assert_ok(load(yaml));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_description_loads),
        cmocka_unit_test(a_field_is_as_it_is_written),
        cmocka_unit_test(every_fault_names_its_ledger_and_its_field),
        cmocka_unit_test(a_bomb_of_aliases_does_not_go_off),
        cmocka_unit_test(what_a_registry_lacks_is_named),
        cmocka_unit_test(memory_may_run_out_at_any_point),
    };
    lang_set(LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
