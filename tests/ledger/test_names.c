/* test_names.c — names kept in memory: never older than the last commit, whoever reads at the same time. */
#include "ledger_test.h"

#include "base/lang.h"
#include "ledger/names.h"

struct asked {
    const char *ledger;
    int64_t id;
    struct buf name;
    int64_t renamed; /* > 0: rename the record while the transaction goes on */
    const char *with;
};

static enum err ask(struct work *w, void *arg)
{
    struct asked *a = arg;
    struct record *r;
    if (a->renamed) {
        TRY(store_read(w, ledger(a->ledger), a->id, &r)); /* the snapshot is taken */
        assert_ok(change(a->ledger, a->renamed, 0, a->with, NULL));
    }
    buf_reset(&a->name);
    return names_record(w, ledger(a->ledger), a->id, &a->name);
}

static const char *name_of(struct asked *a)
{
    viewed(ask, a);
    return text_of("%.*s", STR_ARG(buf_view(&a->name)));
}

static void a_new_title_is_seen_at_once(void **state)
{
    (void)state;
    struct asked a = {.ledger = "holder", .id = made("holder", "{\"name\":\"before\"}"), .name = BUF_INIT(1000)};
    assert_string_equal(name_of(&a), "before");
    assert_ok(change("holder", a.id, 0, "{\"name\":\"after\"}", NULL));
    assert_string_equal(name_of(&a), "after");
    buf_release(&a.name);
}

static void a_name_from_an_old_snapshot_is_not_kept(void **state)
{
    (void)state;
    struct asked a = {.ledger = "holder", .id = made("holder", "{\"name\":\"before\"}"), .name = BUF_INIT(1000)};
    a.renamed = a.id;
    a.with = "{\"name\":\"after\"}";
    assert_string_equal(name_of(&a), "before"); /* its snapshot is the one before the change */
    a.renamed = 0;
    assert_string_equal(name_of(&a), "after");
    buf_release(&a.name);
}

static void a_name_that_is_kept_costs_no_statement(void **state)
{
    (void)state;
    struct asked a = {.ledger = "holder", .id = made("holder", "{\"name\":\"once\"}"), .name = BUF_INIT(1000)};
    assert_string_equal(name_of(&a), "once");
    int64_t before = db_statements();
    assert_string_equal(name_of(&a), "once");
    assert_int_equal(db_statements(), before);
    buf_release(&a.name);
}

static enum err rename_and_ask(struct work *w, void *arg)
{
    struct asked *a = arg;
    const struct ledger *l = ledger(a->ledger);
    struct record *draft = record_new(w->arena, l), *r;
    TRY(draft_from_json(w, str_of(a->with), draft));
    TRY(store_change(w, a->id, 0, draft, &r, NULL));
    buf_reset(&a->name);
    TRY(names_record(w, l, a->id, &a->name));
    return err_set(ERR_REFUSED, "%s", "taken back");
}

static void a_writer_sees_its_own_title_and_leaves_no_trace_when_it_fails(void **state)
{
    (void)state;
    struct asked a = {.ledger = "holder", .id = made("holder", "{\"name\":\"before\"}"), .name = BUF_INIT(1000)};
    assert_string_equal(name_of(&a), "before");
    a.with = "{\"name\":\"mine\"}";
    assert_err(writing(rename_and_ask, &a), ERR_REFUSED);
    assert_true(str_is(buf_view(&a.name), "mine"));
    assert_string_equal(name_of(&a), "before");
    buf_release(&a.name);
}

static void a_great_many_names_stay_right(void **state)
{
    (void)state;
    enum { MANY = 300 };
    int64_t id[MANY];
    struct asked a = {.ledger = "holder", .name = BUF_INIT(1000)};
    for (int i = 0; i < MANY; i++) id[i] = made("holder", text_of("{\"name\":\"n%d\"}", i));
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < MANY; i++) {
            a.id = id[i];
            assert_string_equal(name_of(&a), text_of("n%d", i));
        }
    buf_release(&a.name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_title_is_seen_at_once),
        cmocka_unit_test(a_name_from_an_old_snapshot_is_not_kept),
        cmocka_unit_test(a_name_that_is_kept_costs_no_statement),
        cmocka_unit_test(a_writer_sees_its_own_title_and_leaves_no_trace_when_it_fails),
        cmocka_unit_test(a_great_many_names_stay_right),
    };
    return RUN_ON_BOTH(tests);
}
