/* test_store.c — creating, changing, withdrawing, merging and reading records, on both engines. */
#include "ledger_test.h"

#include <jansson.h>
#include <stdlib.h>

#include "ledger/file.h"
#include "ledger/history.h"
#include "ledger_test.sql.h"

/* Codes and holders, made once for a run; a test that comes first makes them. */
static int64_t ann, bob;

/* The files whose digests the records of these tests name. */
static enum err keep_files(struct work *w, void *arg)
{
    char digest[HASH_HEX];
    (void)arg;
    TRY(file_add_bytes(w, STR("a"), digest));
    return file_add_bytes(w, STR("b"), digest);
}

static void people(void)
{
    written(keep_files, NULL);
    static struct store *ready;
    if (ready == store) return;
    ready = store;
    add_code("colour", "red", "红");
    add_code("colour", "green", "绿");
    ann = made("holder", "{\"name\":\"安娜\"}");
    bob = made("holder", "{\"name\":\"鲍勃\"}");
}

/* ---- round trips ---- */

static const char *everything(int64_t friend)
{
    return text_of(
        "{\"name\":\"老 虎 口（化工）\",\"code\":\"全-%lld\",\"story\":\"一\\n二\",\"amount\":-7,\"price\":-12345,\"score\":9950,"
        "\"day\":\"2024-02-29\",\"moment\":\"2026-03-02T23:59:59.000001+08:00\",\"good\":false,\"colour\":\"red\","
        "\"colours\":[\"green\",\"red\"],\"holder\":\"%lld\",\"friends\":[\"%lld\"],\"region\":\"430602000000\","
        "\"place\":\"113.132855,29.37029 WGS-84\",\"phone\":\"13800138000\",\"uscc\":\"91430682MA4PC1E12L\","
        "\"papers\":[\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb/a.jpg\","
        "\"3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d/乙.pdf\"],"
        "\"parts\":[{\"label\":\"甲\",\"count\":0,\"made_on\":\"2020-01-01\",\"colour\":\"red\",\"holder\":\"%lld\"},{\"label\":\"乙\"}]}",
        (long long)friend, (long long)ann, (long long)friend, (long long)bob);
}

static json_t *fields_of(const struct record *r)
{
    static const char *const changing[] = {"id", "version", "number", "created", "updated", "code"};
    json_t *j = json_loads(json_of(r), 0, NULL);
    assert_non_null(j);
    for (int i = 0; i < COUNT(changing); i++) json_object_del(j, changing[i]);
    return j;
}

static void a_value_of_every_type_survives_json_there_and_back(void **state)
{
    (void)state;
    people();
    int64_t friend = made("thing", "{\"name\":\"friend\"}");
    struct record *first = seen("thing", made("thing", everything(friend))), *second;
    json_t *was = fields_of(first), *given = json_loads(everything(friend), 0, NULL);
    const char *key;
    json_t *v;
    json_object_foreach(given, key, v) if (strcmp(key, "code") != 0 && strcmp(key, "parts") != 0)
    {
        if (json_equal(v, json_object_get(was, key))) continue;
        print_error("%s: %s\n", key, json_dumps(json_object_get(was, key), JSON_ENCODE_ANY));
        fail();
    }
    assert_int_equal(json_array_size(json_object_get(was, "parts")), 2);
    json_t *again = json_loads(json_of(first), 0, NULL);
    json_object_set_new(again, "code", json_string("另一个"));
    char *text = json_dumps(again, 0);
    second = seen("thing", made("thing", text));
    json_t *is = fields_of(second);
    assert_true(json_equal(was, is));
    free(text);
    json_decref(was), json_decref(is), json_decref(given), json_decref(again);
}

static void writing_a_record_back_as_it_was_read_changes_nothing(void **state)
{
    (void)state;
    people();
    struct record *r;
    int64_t id = made("thing",
                      "{\"name\":\"same\",\"private\":\"秘密\",\"idno\":\"11010519491231002X\",\"price\":5,\"parts\":[{\"label\":\"x\"}]}");
    int64_t before = events();
    assert_ok(change("thing", id, 1, json_of(seen("thing", id)), &r));
    assert_int_equal(r->version, 1);
    assert_int_equal(events(), before);
}

static void unknown_is_neither_empty_nor_zero(void **state)
{
    (void)state;
    struct record *r = seen("thing",
                            made("thing", "{\"name\":\"a\",\"amount\":0,\"story\":null,\"code\":\"\",\"price\":null,\"parts\":[]}"));
    const struct ledger *l = r->l;
    assert_int_equal(r->v[field(l, "amount")->index].tag, VAL_INT);
    assert_int_equal(r->v[field(l, "price")->index].tag, VAL_NULL);
    assert_int_equal(r->v[field(l, "story")->index].tag, VAL_NULL);
    assert_int_equal(r->v[field(l, "code")->index].tag, VAL_NULL);
    assert_ok(change("thing", r->id, 0, "{\"amount\":null,\"story\":\"——\"}", &r));
    assert_int_equal(r->v[field(l, "amount")->index].tag, VAL_NULL);
    assert_true(str_is(record_text(r, field(l, "story")->index), "——")); /* what a program sends as text is text */
    assert_ok(change("thing", r->id, 0, "{\"amount\":3}", &r));          /* what is not given stays */
    assert_true(record_known(r, field(l, "story")->index));
}

static void a_value_out_of_bounds_is_refused_with_its_field(void **state)
{
    (void)state;
    people();
    static const struct {
        const char *json, *field;
    } bad[] = {
        {"{\"amount\":1}", "name"},
        {"{\"name\":null}", "name"},
        {"{\"name\":\"零一二三四五六七八九零一二三四五六七八九零一二三四五六七八九零一二三四五六七八九十\"}", "name"},
        {"{\"name\":\"a\",\"amount\":1001}", "amount"},
        {"{\"name\":\"a\",\"amount\":-1001}", "amount"},
        {"{\"name\":\"a\",\"amount\":\"many\"}", "amount"},
        {"{\"name\":\"a\",\"amount\":1.5}", "amount"},
        {"{\"name\":\"a\",\"price\":1.5}", "price"},
        {"{\"name\":\"a\",\"score\":1.5}", "score"},
        {"{\"name\":\"a\",\"story\":\"x\"}", "story"},
        {"{\"name\":\"a\",\"day\":\"1949-09-30\"}", "day"},
        {"{\"name\":\"a\",\"day\":\"2026-02-30\"}", "day"},
        {"{\"name\":\"a\",\"good\":\"perhaps\"}", "good"},
        {"{\"name\":\"a\",\"colour\":\"mauve\"}", "colour"},
        {"{\"name\":\"a\",\"colours\":[\"red\",\"mauve\"]}", "colours"},
        {"{\"name\":\"a\",\"holder\":\"12345\"}", "holder"},
        {"{\"name\":\"a\",\"friends\":[\"12345\"]}", "friends"},
        {"{\"name\":\"a\",\"nothing\":1}", "nothing"},
        {"{\"name\":\"a\",\"holder\":{}}", "holder"},
        {"{\"name\":\"a\",\"parts\":[{\"count\":1}]}", "label"},
        {"{\"name\":\"a\",\"parts\":[{\"label\":\"a\",\"count\":-1}]}", "count"},
        {"{\"name\":\"a\",\"parts\":[{\"label\":\"a\",\"other\":-1}]}", "other"},
        {"{\"name\":\"a\",\"parts\":[3]}", "parts"},
        {"{\"name\":\"a\",\"parts\":3}", "parts"},
    };
    int64_t before = events();
    for (int i = 0; i < COUNT(bad); i++) {
        assert_err(make("thing", bad[i].json, NULL), ERR_INVALID);
        assert_field(bad[i].field);
        assert_true(err_last()->message[0]);
    }
    assert_err(make("thing", "[]", NULL), ERR_INVALID);
    assert_err(make("thing", "{\"name\":\"a\",\"name\":\"b\"}", NULL), ERR_INVALID);
    assert_err(make("thing", "{\"name\":", NULL), ERR_INVALID);
    assert_int_equal(events(), before);
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
    (void)state;
    people();
    assert_err(make("thing", "{\"amount\":1001,\"colour\":\"red\",\"parts\":[{\"label\":\"a\",\"count\":-1}]}", NULL), ERR_INVALID);
    assert_field("name");
    assert_int_equal(err_last()->others, 2);
    assert_string_equal(err_last()->other[0].field, "amount");
    assert_string_equal(err_last()->other[1].field, "count");
    assert_err(make("thing", "{\"name\":\"a\",\"price\":1.5,\"good\":\"perhaps\",\"nothing\":1}", NULL), ERR_INVALID);
    assert_int_equal(err_last()->others, 2);
}

/* ---- unique ---- */

static void a_unique_value_is_free_again_after_withdrawal(void **state)
{
    (void)state;
    int64_t a = made("thing", "{\"name\":\"u\",\"code\":\"K1\"}"), b = made("thing", "{\"name\":\"u\",\"code\":\"K2\"}");
    assert_err(make("thing", "{\"name\":\"v\",\"code\":\"K1\"}", NULL), ERR_CONFLICT);
    assert_field("code");
    assert_err(change("thing", b, 0, "{\"code\":\"K1\"}", NULL), ERR_CONFLICT);
    assert_field("code");
    assert_ok(make("thing", "{\"name\":\"v\",\"subcode\":\"K1\"}", NULL)); /* another field */
    assert_ok(withdraw("thing", a));
    int64_t c = made("thing", "{\"name\":\"w\",\"code\":\"K1\"}");
    assert_err(restore("thing", a), ERR_CONFLICT);
    assert_field("code");
    assert_ok(withdraw("thing", c));
    assert_ok(restore("thing", a));
}

static void a_taken_value_names_its_own_field(void **state)
{
    (void)state;
    made("thing", "{\"name\":\"n\",\"code\":\"C9\",\"subcode\":\"S9\"}");
    assert_err(make("thing", "{\"name\":\"n\",\"code\":\"C9\"}", NULL), ERR_CONFLICT);
    assert_field("code");
    assert_err(make("thing", "{\"name\":\"n\",\"subcode\":\"S9\"}", NULL), ERR_CONFLICT);
    assert_field("subcode");
}

/* ---- changing ---- */

static void changes_that_do_not_touch_each_other_both_stay(void **state)
{
    (void)state;
    struct record *r;
    int64_t id = made("thing", "{\"name\":\"m\",\"amount\":1,\"price\":1}");
    assert_ok(change("thing", id, 1, "{\"amount\":2}", NULL));
    assert_ok(change("thing", id, 1, "{\"price\":2}", &r));
    assert_int_equal(r->version, 3);
    assert_int_equal(record_int(r, field(r->l, "amount")->index, 0), 2);
    assert_int_equal(record_int(r, field(r->l, "price")->index, 0), 2);
    assert_ok(change("thing", id, 1, "{\"price\":2}", &r)); /* both want the same */
    assert_int_equal(r->version, 3);
    assert_err(change("thing", id, 4, "{\"price\":9}", NULL), ERR_INVALID);
}

static int64_t clash_id;

static enum err clashing(struct work *w, void *arg)
{
    struct clashes *c = arg;
    struct record *d = record_new(w->arena, ledger("thing")), *r;
    if (!d) return err_no_memory();
    TRY(draft_from_json(w, STR("{\"name\":\"mine\",\"amount\":5,\"price\":7}"), d));
    return store_change(w, clash_id, 1, d, &r, c);
}

static void changes_that_clash_are_shown_side_by_side(void **state)
{
    (void)state;
    struct clashes c = {0};
    clash_id = made("thing", "{\"name\":\"m\",\"amount\":1}");
    assert_ok(change("thing", clash_id, 1, "{\"name\":\"theirs\",\"amount\":5}", NULL));
    assert_err(writing(clashing, &c), ERR_CONFLICT);
    assert_field("name");
    assert_int_equal(c.n, 1);
    assert_string_equal(c.clash[0].field->name, "name");
    assert_true(str_is(c.clash[0].theirs.s, "theirs") && str_is(c.clash[0].mine.s, "mine"));
    assert_int_equal(seen("thing", clash_id)->version, 2);
}

static void nothing_is_written_when_nothing_differs(void **state)
{
    (void)state;
    struct record *r;
    int64_t id = made("thing", "{\"name\":\"q\",\"amount\":1,\"parts\":[{\"label\":\"a\"}]}"), before = events();
    assert_ok(change("thing", id, 0, "{\"name\":\"q\",\"amount\":1,\"parts\":[{\"label\":\"a\"}]}", &r));
    assert_ok(change("thing", id, 0, "{}", &r));
    assert_int_equal(r->version, 1);
    assert_int_equal(events(), before);
}

static enum err parts_of(struct work *w, void *arg)
{
    int64_t *id = arg;
    struct value v = value_int(*id);
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_PARTS), &v, 1, id);
}

static void child_rows_travel_with_their_record(void **state)
{
    (void)state;
    struct record *r;
    int64_t id = made("thing",
                      "{\"name\":\"p\",\"parts\":[{\"label\":\"a\"},{\"label\":\"b\"},{\"label\":\"c\"}],\"spares\":[{\"label\":\"s\"}]}");
    const struct field *parts = field(ledger("thing"), "parts"), *spares = field(ledger("thing"), "spares");
    r = seen("thing", id);
    assert_int_equal(r->rows[parts->index].n, 3);
    assert_int_equal(r->rows[spares->index].n, 1);
    assert_true(str_is(r->rows[parts->index].v[2][0].s, "c"));
    assert_ok(change("thing", id, 0, "{\"parts\":[{\"label\":\"c\"},{\"label\":\"a\"}]}", NULL));
    r = seen("thing", id);
    assert_int_equal(r->rows[parts->index].n, 2);
    assert_true(str_is(r->rows[parts->index].v[0][0].s, "c"));
    assert_int_equal(r->rows[spares->index].n, 1); /* the other field's rows stay */
    assert_ok(change("thing", id, 0, "{\"parts\":[],\"spares\":[]}", NULL));
    viewed(parts_of, &id);
    assert_int_equal(id, 0);
}

static void a_field_of_several_is_found_by_each(void **state)
{
    (void)state;
    people();
    int64_t ids[9], id = made("thing", "{\"name\":\"several\",\"colours\":[\"red\",\"green\",\"red\"]}");
    assert_int_equal(found("thing", NULL, ids, 9, "name = several", "colours = green", NULL), 1);
    assert_ok(change("thing", id, 0, "{\"colours\":[\"red\"]}", NULL));
    assert_int_equal(found("thing", NULL, ids, 9, "name = several", "colours = green", NULL), 0);
    assert_int_equal(found("thing", NULL, ids, 9, "name = several", "colours = 红", NULL), 1);
    assert_int_equal(found("thing", NULL, ids, 9, "name = several", "colours != green", NULL), 1);
}

/* ---- withdrawing and merging ---- */

static void a_withdrawn_record_can_be_read_but_not_changed(void **state)
{
    (void)state;
    int64_t ids[9], id = made("thing", "{\"name\":\"gone\"}");
    assert_ok(withdraw("thing", id));
    assert_true(seen("thing", id)->withdrawn);
    assert_err(change("thing", id, 0, "{\"amount\":1}", NULL), ERR_REFUSED);
    assert_rule("withdrawn");
    assert_err(withdraw("thing", id), ERR_REFUSED);
    assert_int_equal(found("thing", NULL, ids, 9, "name = gone", NULL), 0);
    assert_ok(restore("thing", id));
    assert_err(restore("thing", id), ERR_REFUSED);
    assert_int_equal(seen("thing", id)->version, 3);
    assert_int_equal(found("thing", NULL, ids, 9, "name = gone", NULL), 1);
}

static void references_follow_merges_and_restore_undoes_them(void **state)
{
    (void)state;
    int64_t a = made("thing", "{\"name\":\"first\",\"code\":\"M1\"}"), b = made("thing", "{\"name\":\"second\",\"code\":\"M2\"}"),
            c = made("thing", "{\"name\":\"third\",\"code\":\"M3\"}"), id;
    const char *number = text_of("%.*s", STR_ARG(seen("thing", a)->number));
    assert_ok(merge("thing", a, b));
    assert_ok(merge("thing", b, c));
    assert_ok(resolve("thing", number, &id));
    assert_err(resolve("thing", "", &id), ERR_NOT_FOUND); /* and not a thing whose code is unknown */
    assert_err(resolve("thing", " ", &id), ERR_NOT_FOUND);
    assert_int_equal(id, c);
    assert_ok(resolve("thing", text_of("%lld", (long long)a), &id));
    assert_int_equal(id, c);
    assert_ok(resolve("thing", "M3", &id));
    assert_int_equal(id, c);
    assert_err(resolve("thing", "M1", &id), ERR_NOT_FOUND); /* a key means the living only */
    assert_err(merge("thing", c, a), ERR_REFUSED);          /* no circle */
    assert_err(merge("thing", c, c), ERR_INVALID);
    int64_t errand = made("errand", text_of("{\"what\":\"w\",\"thing\":\"%lld\"}", (long long)a));
    assert_int_equal(record_int(seen("errand", errand), field(ledger("errand"), "thing")->index, 0), c);
    assert_ok(restore("thing", b));
    assert_ok(resolve("thing", number, &id));
    assert_int_equal(id, b);
    assert_int_equal(seen("thing", b)->successor, 0);
}

static void a_name_that_several_have_is_no_name(void **state)
{
    (void)state;
    int64_t id, a = made("thing", "{\"name\":\"twin\"}");
    assert_ok(resolve("thing", "twin", &id));
    assert_int_equal(id, a);
    made("thing", "{\"name\":\"twin\"}");
    assert_err(resolve("thing", "twin", &id), ERR_CONFLICT);
    assert_err(resolve("thing", "", &id), ERR_NOT_FOUND);
    assert_err(resolve("thing", "99999999999999999999", &id), ERR_NOT_FOUND);
}

/* ---- history ---- */

static enum err from_file(struct work *w, void *arg)
{
    struct record *d = record_new(w->arena, ledger("thing")), *r;
    if (!d) return err_no_memory();
    w->source = (struct source){.batch = 77, .row = 12};
    TRY(draft_from_json(w, STR("{\"amount\":5}"), d));
    return store_change(w, *(int64_t *)arg, 0, d, &r, NULL);
}

static struct origin origins[64];
static struct history history;

static enum err read_history(struct work *w, void *arg)
{
    struct record *r;
    TRY(store_read(w, ledger("thing"), *(int64_t *)arg, &r));
    TRY(history_origins(w, r, origins));
    return history_read(w, r, &history);
}

static void history_says_where_each_value_comes_from(void **state)
{
    (void)state;
    const struct ledger *l = ledger("thing");
    int64_t id = made("thing", "{\"name\":\"h\",\"amount\":1}");
    written(from_file, &id);
    assert_ok(change("thing", id, 0, "{\"price\":3}", NULL));
    viewed(read_history, &id);
    assert_int_equal(history.n, 3);
    for (int i = 0; i < history.n; i++) {
        json_t *j = json_loadb(history.body[i].p, history.body[i].n, 0, NULL);
        assert_int_equal(json_integer_value(json_object_get(j, "version")), i + 1);
        assert_string_equal(json_string_value(json_object_get(j, "actor")), "console");
        json_decref(j);
    }
    struct origin name = origins[field(l, "name")->index], amount = origins[field(l, "amount")->index],
                  price = origins[field(l, "price")->index];
    assert_true(name.version == 1 && name.batch == 0);
    assert_true(amount.version == 2 && amount.batch == 77 && amount.row == 12);
    assert_true(price.version == 3 && price.batch == 0);
    assert_int_equal(origins[field(l, "story")->index].version, 0);
}

static enum err half_work(struct work *w, void *arg)
{
    struct record *d = record_new(w->arena, ledger("thing")), *r;
    (void)arg;
    if (!d) return err_no_memory();
    TRY(draft_from_json(w, STR("{\"name\":\"half\"}"), d));
    TRY(store_create(w, d, &r));
    return err_set(ERR_STOPPED, "%s", "as the test wants");
}

static enum err both_halves(struct work *w, void *arg)
{
    struct record *d = record_new(w->arena, ledger("thing")), *r;
    if (!d) return err_no_memory();
    if (store_try(w, half_work, arg) != ERR_STOPPED) return err_set(ERR_DB, "%s", "the first half did not stop");
    TRY(draft_from_json(w, STR("{\"name\":\"whole\"}"), d));
    return store_create(w, d, &r);
}

static void work_that_fails_leaves_neither_row_nor_event(void **state)
{
    (void)state;
    int64_t ids[9], before = events();
    assert_err(writing(half_work, NULL), ERR_STOPPED);
    assert_int_equal(events(), before);
    written(both_halves, NULL);
    assert_int_equal(events(), before + 1);
    assert_int_equal(found("thing", NULL, ids, 9, "name = half", NULL), 0);
    assert_int_equal(found("thing", NULL, ids, 9, "name = whole", NULL), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_of_every_type_survives_json_there_and_back),
        cmocka_unit_test(writing_a_record_back_as_it_was_read_changes_nothing),
        cmocka_unit_test(unknown_is_neither_empty_nor_zero),
        cmocka_unit_test(a_value_out_of_bounds_is_refused_with_its_field),
        cmocka_unit_test(all_that_is_wrong_is_told_at_once),
        cmocka_unit_test(a_unique_value_is_free_again_after_withdrawal),
        cmocka_unit_test(a_taken_value_names_its_own_field),
        cmocka_unit_test(changes_that_do_not_touch_each_other_both_stay),
        cmocka_unit_test(changes_that_clash_are_shown_side_by_side),
        cmocka_unit_test(nothing_is_written_when_nothing_differs),
        cmocka_unit_test(child_rows_travel_with_their_record),
        cmocka_unit_test(a_field_of_several_is_found_by_each),
        cmocka_unit_test(a_withdrawn_record_can_be_read_but_not_changed),
        cmocka_unit_test(references_follow_merges_and_restore_undoes_them),
        cmocka_unit_test(a_name_that_several_have_is_no_name),
        cmocka_unit_test(history_says_where_each_value_comes_from),
        cmocka_unit_test(work_that_fails_leaves_neither_row_nor_event),
    };
    return RUN_ON_BOTH(tests);
}
