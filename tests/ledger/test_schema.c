/* test_schema.c — ledgers described at run time: enacted, extended while they hold records, and refused when a change would need a
 * migration. */
#include "ledger_test.h"

#include <stdlib.h>
#include <unistd.h>

#define BOX "ledger: box\nzh: 箱\nen: Box\ntitle: title\nfields:\n"
#define TITLE "  - {name: title, type: text, zh: 名, en: Title, search: title, sort: true}\n"
#define NOTE "  - {name: note, type: text, zh: 注, en: Note}\n"
#define SIZE "  - {name: size, type: integer, zh: 大小, en: Size}\n"

/* Names that would run into each other if they were only joined, and one too long for PostgreSQL. */
#define LONG "a_ledger_with_a_name_of_forty_characters"
#define LONG_FIELD "a_field_with_a_name_of_forty_characters_"
static const char *const tricky[] = {
    BOX TITLE NOTE SIZE,
    "ledger: a_b\nzh: a\nen: b\nfields:\n  - {name: c, type: text, zh: a, en: b, unique: true, sort: true}\n"
    "  - {name: d, type: references, of: a_b, zh: a, en: b}\n",
    "ledger: a\nzh: a\nen: b\nfields:\n  - {name: b_c, type: text, zh: a, en: b, unique: true, sort: true}\n"
    "  - {name: b_d, type: references, of: a, zh: a, en: b}\n",
    "ledger: " LONG "\nzh: a\nen: b\nkeys: [" LONG_FIELD "+a_field_with_a_name_of_forty_character_x]\nfields:\n"
    "  - {name: " LONG_FIELD ", type: text, zh: a, en: b, unique: true}\n"
    "  - {name: a_field_with_a_name_of_forty_character_x, type: text, zh: a, en: b, unique: true}\n",
    "ledger: select\nzh: a\nen: b\nfields:\n  - {name: order, type: text, zh: a, en: b, unique: true, sort: true, search: body}\n"
    "  - {name: row, type: integer, zh: a, en: b}\n  - {name: user, type: choices, codes: x, zh: a, en: b}\n",
    NULL,
};

/* Open the database of the test once more with other descriptions of its own. */
static enum err again(const char *box, bool upgrade)
{
    const char *own[8] = {box};
    for (int i = 1; tricky[i]; i++) own[i] = tricky[i];
    struct store *s;
    enum err e = store_open(testdb.url, &(struct store_options){.own = own, .upgrade = upgrade}, &s);
    if (e) return e;
    store_close(store);
    store = s;
    return OK;
}

static void names_of_ledgers_and_fields_do_not_run_into_each_other(void **state)
{
    (void)state;
    made("a_b", "{\"c\":\"1\"}");
    made("a", "{\"b_c\":\"1\"}");
    assert_err(make("a", "{\"b_c\":\"1\"}", NULL), ERR_CONFLICT);
    assert_field("b_c");
    assert_err(make("a_b", "{\"c\":\"1\"}", NULL), ERR_CONFLICT);
    assert_field("c");
    made(LONG, "{\"" LONG_FIELD "\":\"1\"}");
    made(LONG, "{\"a_field_with_a_name_of_forty_character_x\":\"1\"}");
    assert_err(make(LONG, "{\"" LONG_FIELD "\":\"1\"}", NULL), ERR_CONFLICT);
    assert_field(LONG_FIELD);
    assert_err(make(LONG, "{\"a_field_with_a_name_of_forty_character_x\":\"1\"}", NULL), ERR_CONFLICT);
    assert_field("a_field_with_a_name_of_forty_character_x");
}

static void words_of_sql_may_be_names(void **state)
{
    (void)state;
    int64_t ids[9];
    made("select", "{\"order\":\"from\",\"row\":3}");
    assert_int_equal(found("select", "from", ids, 9, "order ^ fr", "row > 2", NULL), 1);
}

static void a_description_that_adds_is_enacted_on_records_that_are_there(void **state)
{
    (void)state;
    int64_t ids[9];
    struct page p;
    int64_t a = made("box", "{\"title\":\"乙箱\",\"note\":\"里面有灭火器\",\"size\":5}"),
            b = made("box", "{\"title\":\"甲箱\",\"note\":\"空\",\"size\":7}");
    static const char more[] = BOX "  - {name: title, type: text, zh: 名, en: Title, search: title, sort: true}\n"
                                   "  - {name: weight, type: integer, zh: 重, en: Weight, sort: true, min: 0}\n"
                                   "  - {name: note, type: text, zh: 注, en: Note, search: body, sort: true}\n"
                                   "  - {name: size, type: integer, zh: 大小, en: Size, sort: true}\n"
                                   "  - {name: tags, type: choices, codes: x, zh: 签, en: Tags}\n"
                                   "indexes: [size+title]\n";
    assert_int_equal(found("box", "灭火器", ids, 9, NULL), 0);
    assert_err(again(more, false), ERR_REFUSED);
    assert_ok(again(more, true));
    assert_ok(again(more, false));
    assert_int_equal(found("box", "灭火器", ids, 9, NULL), 1); /* old records are searched and sorted too */
    assert_int_equal(found("box", "乙箱", ids, 9, NULL), 1);
    struct query q = {.l = ledger("box"), .sort = field(ledger("box"), "size"), .descending = true};
    assert_ok(list(&q, &p));
    assert_int_equal(p.record[0]->id, b);
    assert_ok(change("box", a, 0, "{\"note\":\"换了\",\"weight\":2}", NULL));
    assert_int_equal(found("box", "灭火器", ids, 9, NULL), 0); /* what the index had learnt, it forgets */
    assert_int_equal(found("box", "换了", ids, 9, NULL), 1);
    assert_ok(again(BOX TITLE NOTE SIZE
                    "  - {name: weight, type: integer, zh: 重, en: Weight}\n  - {name: tags, type: choices, codes: x, zh: 签, en: Tags}\n",
                    true));
    assert_int_equal(found("box", "换了", ids, 9, NULL), 0);
    assert_ok(again(more, true)); /* a sort that went may come back */
    assert_int_equal(found("box", "换了", ids, 9, NULL), 1);
}

static void a_description_that_takes_away_is_refused(void **state)
{
    (void)state;
    static const char now[] = BOX TITLE NOTE SIZE "  - {name: weight, type: integer, zh: 重, en: Weight}\n"
                                                  "  - {name: tags, type: choices, codes: x, zh: 签, en: Tags}\n";
#define WEIGHT "  - {name: weight, type: integer, zh: 重, en: Weight}\n"
#define TAGS "  - {name: tags, type: choices, codes: x, zh: 签, en: Tags}\n"
    static const struct {
        const char *yaml, *named;
    } bad[] = {
        {BOX TITLE NOTE WEIGHT TAGS, "size"},
        {BOX TITLE NOTE WEIGHT TAGS "  - {name: size, type: money, zh: a, en: b}\n", "size"},
        {BOX TITLE SIZE WEIGHT TAGS "  - {name: note, type: text, sensitive: true, zh: a, en: b}\n", "note"},
        {BOX TITLE SIZE WEIGHT TAGS "  - {name: note, type: text, unique: true, zh: a, en: b}\n", "note"},
        {BOX TITLE NOTE SIZE WEIGHT TAGS "  - {name: fresh, type: text, required: true, zh: a, en: b}\n", "fresh"},
    };
    assert_ok(again(now, true));
    for (int i = 0; i < COUNT(bad); i++) {
        assert_err(again(bad[i].yaml, true), ERR_REFUSED);
        assert_non_null(strstr(err_last()->message, bad[i].named));
    }
    assert_ok(again(now, false)); /* nothing of it stayed */
}

static void a_new_scope_reaches_old_records(void **state)
{
    (void)state;
    int64_t id = made("box", "{\"title\":\"owner\"}"), ids[9];
    assert_ok(again("scope: {owner: self}\n" BOX TITLE NOTE SIZE WEIGHT TAGS, true));
    me = (struct actor){.role = ROLE_CONSOLE, .sees = SEES_OWNER, .sees_id = id};
    assert_int_equal(found("box", NULL, ids, 9, NULL), 1);
    assert_int_equal(found("box", "owner", ids, 9, NULL), 1);
}

static void a_database_is_made_once(void **state)
{
    (void)state;
    struct store *s;
    assert_err(store_open(testdb.url, &(struct store_options){.create = true, .district = 430602}, &s), ERR_CONFLICT);
    const char *key = arena_z(arena, str_of(getenv("ANJIAN_KEY"))), *fresh = text_of("%s.fresh", key);
    setenv("ANJIAN_KEY", fresh, 1);
    enum err e = store_open(testdb.url, &(struct store_options){.create = true, .district = 430602}, &s);
    setenv("ANJIAN_KEY", key, 1);
    assert_err(e, ERR_CONFLICT);
    assert_int_equal(access(fresh, F_OK), -1); /* a failed init leaves no key behind */
    assert_err(store_open("sqlite:/nonexistent/x.db", &(struct store_options){0}, &s), ERR_NOT_FOUND);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_ledgers_and_fields_do_not_run_into_each_other),
        cmocka_unit_test(words_of_sql_may_be_names),
        cmocka_unit_test(a_description_that_adds_is_enacted_on_records_that_are_there),
        cmocka_unit_test(a_description_that_takes_away_is_refused),
        cmocka_unit_test(a_new_scope_reaches_old_records),
        cmocka_unit_test(a_database_is_made_once),
    };
    return run_on_both(tests, sizeof tests / sizeof *tests, tricky);
}
