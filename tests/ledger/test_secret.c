/* test_secret.c — personal data: never plain in the database, found by equality, revealed with the key, gone without it. */
#define _GNU_SOURCE /* memmem */
#include "ledger_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ledger/history.h"
#include "ledger/secret.h"
#include "ledger_test.sql.h"

#define ID_ONE "11010519491231002X"
#define PRIVATE "绝密-七九三四"

struct asking {
    int64_t id;
    const char *field, *value;
    struct str text;
};

static enum err reveal(struct work *w, void *arg)
{
    struct asking *a = arg;
    struct record *r;
    TRY(store_read(w, ledger("thing"), a->id, &r));
    return secret_reveal(w, r, field(r->l, a->field), &a->text);
}

static enum err destroy(struct work *w, void *arg)
{
    return secret_destroy(w, ((struct asking *)arg)->id);
}

static enum err spoil(struct work *w, void *arg)
{
    struct asking *a = arg;
    const struct value args[] = {value_int(a->id), value_text(str_of(a->value))};
    return db_run(w->tx, DB_SQL(w->tx, SQL_TEST_SPOIL), args, 2, NULL);
}

static struct history history;
static enum err read_history(struct work *w, void *arg)
{
    return history_read(w, arg, &history);
}

static void a_sealed_value_can_be_revealed(void **state)
{
    (void)state;
    struct asking a = {made("thing", "{\"name\":\"s\",\"idno\":\"" ID_ONE "\",\"private\":\"" PRIVATE "\"}"), "private", NULL, STR_NONE};
    viewed(reveal, &a);
    assert_true(str_is(a.text, PRIVATE));
    a.field = "idno";
    viewed(reveal, &a);
    assert_true(str_is(a.text, ID_ONE));
    const char *json = json_of(seen("thing", a.id));
    assert_non_null(strstr(json, "\"private\":\"***\""));
    assert_null(strstr(json, "enc:"));
    int64_t before = events();
    assert_ok(change("thing", a.id, 0, "{\"private\":\"" PRIVATE "\"}", NULL)); /* the same value is no change */
    assert_int_equal(events(), before);
    assert_ok(change("thing", a.id, 0, "{\"private\":\"another\"}", NULL));
    a.field = "private";
    viewed(reveal, &a);
    assert_true(str_is(a.text, "another"));
    assert_ok(change("thing", a.id, 0, "{\"private\":null}", NULL));
    viewed(reveal, &a);
    assert_null(a.text.p);
}

static void no_byte_of_the_database_has_the_plain_text(void **state)
{
    (void)state;
    struct record *r = seen("thing", made("thing", "{\"name\":\"bytes\",\"private\":\"" PRIVATE "二\"}"));
    assert_true(str_starts(record_text(r, field(r->l, "private")->index), STR("enc:")));
    viewed(read_history, r);
    for (int i = 0; i < history.n; i++)
        assert_true(str_find(history.body[i], STR(PRIVATE)) < 0 && str_find(history.body[i], STR("enc:")) >= 0);
    if (engine != DB_SQLITE) return;
    DIR *d = opendir(testdb.folder);
    int files = 0;
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        FILE *f = fopen(text_of("%s/%s", testdb.folder, e->d_name), "rb");
        static char bytes[16 << 20];
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        assert_true(n < sizeof bytes);
        assert_null(memmem(bytes, n, PRIVATE, strlen(PRIVATE)));
        assert_null(memmem(bytes, n, ID_ONE, strlen(ID_ONE)));
        files++;
    }
    closedir(d);
    assert_true(files >= 2);
}

static void equal_values_are_found_and_kept_apart(void **state)
{
    (void)state;
    int64_t ids[9], a = made("thing", "{\"name\":\"e\",\"idno\":\"430602198001010016\",\"private\":\"eq\"}");
    assert_int_equal(found("thing", NULL, ids, 9, "idno = 430602198001010016", NULL), 1);
    assert_int_equal(ids[0], a);
    made("thing", "{\"name\":\"e\",\"private\":\"eq\"}"); /* not unique */
    assert_int_equal(found("thing", NULL, ids, 9, "private = eq", NULL), 2);
    assert_int_equal(found("thing", NULL, ids, 9, "private = e", NULL), 0);
    assert_err(make("thing", "{\"name\":\"e\",\"idno\":\"430602198001010016\"}", NULL), ERR_CONFLICT);
    assert_field("idno");
    assert_ok(withdraw("thing", a));
    int64_t b = made("thing", "{\"name\":\"e\",\"idno\":\"430602198001010016\"}");
    assert_err(restore("thing", a), ERR_CONFLICT);
    assert_field("idno");
    assert_ok(withdraw("thing", b));
    assert_ok(restore("thing", a));
}

static void an_altered_value_is_noticed(void **state)
{
    (void)state;
    struct asking a = {made("thing", "{\"name\":\"s\",\"private\":\"abc\"}"), "private", NULL, STR_NONE};
    struct record *r = seen("thing", a.id);
    char *sealed = arena_z(arena, record_text(r, field(r->l, "private")->index));
    size_t n = strlen(sealed);
    sealed[n - 1] = sealed[n - 1] == '0' ? '1' : '0';
    const char *bad[] = {sealed, arena_z(arena, str_head(str_of(sealed), n - 2)), "enc:00:zz", "plain", "enc::", ""};
    for (int i = 0; i < COUNT(bad); i++) {
        a.value = bad[i];
        written(spoil, &a);
        assert_err(viewing(reveal, &a), ERR_DB);
    }
    /* Another record's value is no value here. */
    int64_t other = made("thing", "{\"name\":\"s\",\"private\":\"def\"}");
    a.value = arena_z(arena, record_text(seen("thing", other), field(r->l, "private")->index));
    written(spoil, &a);
    assert_err(viewing(reveal, &a), ERR_DB);
}

static void a_destroyed_key_takes_the_value_with_it(void **state)
{
    (void)state;
    struct asking a = {made("thing", "{\"name\":\"s\",\"private\":\"abc\"}"), "private", NULL, STR_NONE};
    written(destroy, &a);
    assert_err(viewing(reveal, &a), ERR_NOT_FOUND);
    assert_ok(change("thing", a.id, 0, "{\"private\":\"new\"}", NULL)); /* a new key for a new value */
    viewed(reveal, &a);
    assert_true(str_is(a.text, "new"));
}

static void a_value_too_long_is_refused(void **state)
{
    (void)state;
    char text[300] = "";
    for (size_t i = 0; i < 61; i++) memcpy(text + 3 * i, "长", 3);
    assert_err(make("thing", text_of("{\"name\":\"s\",\"private\":\"%s\"}", text), NULL), ERR_INVALID);
    assert_field("private");
}

static void without_the_key_file_the_rest_works(void **state)
{
    (void)state;
    struct asking a = {made("thing", "{\"name\":\"s\",\"private\":\"abc\"}"), "private", NULL, STR_NONE};
    struct condition c;
    struct store *with = store, *without;
    const char *key = arena_z(arena, str_of(getenv("ANJIAN_KEY")));
    setenv("ANJIAN_KEY", "/nonexistent/key", 1);
    enum err e = store_open(testdb.url, &(struct store_options){.own = ledgers}, &without);
    setenv("ANJIAN_KEY", key, 1);
    assert_ok(e);
    store = without;
    assert_err(viewing(reveal, &a), ERR_FORBIDDEN);
    assert_err(make("thing", "{\"name\":\"s\",\"private\":\"abc\"}", NULL), ERR_FORBIDDEN);
    assert_err(parse_condition("thing", "private = abc", &c), ERR_FORBIDDEN);
    assert_ok(change("thing", a.id, 0, "{\"amount\":1}", NULL));
    store_close(without);
    store = with;
    viewed(reveal, &a);
    assert_true(str_is(a.text, "abc"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_value_can_be_revealed),          cmocka_unit_test(no_byte_of_the_database_has_the_plain_text),
        cmocka_unit_test(equal_values_are_found_and_kept_apart),   cmocka_unit_test(an_altered_value_is_noticed),
        cmocka_unit_test(a_destroyed_key_takes_the_value_with_it), cmocka_unit_test(a_value_too_long_is_refused),
        cmocka_unit_test(without_the_key_file_the_rest_works),
    };
    return RUN_ON_BOTH(tests);
}
