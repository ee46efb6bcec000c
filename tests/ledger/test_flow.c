/* test_flow.c — states, guards and needs; periods; and several threads at once, on PostgreSQL in several transactions. */
#include "ledger_test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/lang.h"
#include "ledger/flow.h"
#include "ledger_test.sql.h"

/* ---- the flow ---- */

static const char *state_of(int64_t id)
{
    return text_of("%.*s", STR_ARG(seen("errand", id)->state));
}

static void verbs_move_a_record_as_the_table_says(void **state)
{
    (void)state;
    struct record *r;
    int64_t id = made("errand", "{\"what\":\"a\"}");
    assert_string_equal(state_of(id), "open");
    assert_err(act("errand", id, "accept", 0, "{\"reason\":\"r\"}", &r), ERR_REFUSED);
    assert_rule("flow");
    assert_err(act("errand", id, "begin", 0, "{}", &r), ERR_REFUSED);
    assert_err(act("errand", id, "fly", 0, "{}", &r), ERR_INVALID);
    assert_err(act("errand", id, "send", 0, "{\"locked\":true}", &r), ERR_REFUSED);
    assert_rule("unlocked");
    assert_false(record_known(seen("errand", id), field(ledger("errand"), "locked")->index));
    assert_ok(act("errand", id, "send", 1, "{}", &r));
    assert_err(act("errand", id, "accept", 1, "{\"reason\":\"r\"}", &r), ERR_CONFLICT);
    assert_err(act("errand", id, "accept", 2, "{}", &r), ERR_INVALID);
    assert_field("reason");
    assert_ok(act("errand", id, "accept", 2, "{\"reason\":\"r\"}", &r));
    assert_true(str_is(r->state, "done") && r->version == 3);
    assert_err(act("errand", id, "back", 0, "{}", &r), ERR_INVALID);
    assert_field("stamps");
    assert_ok(act("errand", id, "back", 0, "{\"stamps\":[{\"mark\":\"m\"}]}", &r));
    assert_ok(withdraw("errand", id));
    assert_err(act("errand", id, "send", 0, "{}", &r), ERR_REFUSED);
    assert_rule("withdrawn");
    assert_err(make("errand", "{\"reason\":\"no what\"}", NULL), ERR_INVALID);
    assert_field("what");
    int64_t n = events();
    assert_err(make("errand", "{\"what\":\"a\",\"locked\":true}", NULL), ERR_REFUSED); /* the verb that makes it has guards too */
    assert_rule("unlocked");
    assert_int_equal(events(), n);
}

static void no_sequence_of_verbs_leaves_the_table(void **state)
{
    (void)state;
    static const char *const verbs[] = {"begin", "send", "accept", "back", "fly"};
    static const char *const drafts[] = {"{}", "{\"reason\":\"r\"}", "{\"stamps\":[{\"mark\":\"m\"}]}", "{\"locked\":true}",
                                         "{\"locked\":false}"};
    int worked = 0;
    for (int run = 0; run < 10; run++) {
        int64_t id = made("errand", "{\"what\":\"a\"}");
        for (int step = 0; step < 25; step++) {
            struct record *before = seen("errand", id), *after;
            const struct verb *possible[8], *did = NULL;
            int n = flow_verbs(before, possible, 8);
            const char *verb = verbs[dice(COUNT(verbs))];
            enum err e = act("errand", id, verb, 0, drafts[dice(COUNT(drafts))], &after);
            for (int i = 0; i < n; i++)
                if (str_is(str_of(possible[i]->name), verb)) did = possible[i];
            if (!did) assert_true(e == ERR_REFUSED || e == ERR_INVALID);
            after = seen("errand", id);
            assert_int_equal(after->version, before->version + !e);
            assert_true(e ? str_eq(after->state, before->state) : str_is(after->state, did->to));
            worked += !e;
        }
    }
    assert_true(worked > 20);
}

/* ---- periods ---- */

static int64_t who;

static enum err term(const char *duty, const char *since, const char *until, int64_t *ret)
{
    struct record *r;
    const char *from = since ? text_of("\"%s\"", since) : "null", *to = until ? text_of("\"%s\"", until) : "null";
    enum err e = make("term", text_of("{\"holder\":\"%lld\",\"duty\":%s,\"since\":%s,\"until\":%s}", (long long)who, duty, from, to), &r);
    if (!e && ret) *ret = r->id;
    return e;
}

static void periods_of_one_kind_do_not_overlap(void **state)
{
    (void)state;
    int64_t mid, open;
    who = made("holder", "{\"name\":\"p\"}");
    assert_ok(term("\"a\"", "2020-01-01", "2021-01-01", &mid));
    assert_ok(term("\"a\"", NULL, "2020-01-01", NULL)); /* [from, to): it ends where the other begins */
    assert_ok(term("\"a\"", "2021-01-01", NULL, &open));
    static const char *const bad[][2] = {{"2020-06-01", "2020-07-01"}, {"2019-06-01", "2020-01-02"}, {"2020-12-31", NULL}, {NULL, NULL},
                                         {"2030-01-01", "2031-01-01"}, {NULL, "1999-01-01"}};
    for (int i = 0; i < COUNT(bad); i++) {
        assert_err(term("\"a\"", bad[i][0], bad[i][1], NULL), ERR_REFUSED);
        assert_rule("period");
    }
    assert_ok(term("\"b\"", NULL, NULL, NULL));
    assert_err(term("\"b\"", NULL, NULL, NULL), ERR_REFUSED);
    assert_ok(term("null", "2020-01-01", NULL, NULL)); /* unknown is a kind of its own */
    assert_err(term("null", "2020-02-01", NULL, NULL), ERR_REFUSED);
    assert_err(term("\"c\"", "2020-01-01", "2020-01-01", NULL), ERR_INVALID);
    assert_field("until");
    assert_ok(withdraw("term", mid));
    int64_t other;
    assert_ok(term("\"a\"", "2020-06-01", "2020-07-01", &other));
    assert_err(restore("term", mid), ERR_REFUSED);
    assert_err(change("term", other, 0, "{\"until\":\"2021-01-02\"}", NULL), ERR_REFUSED);
    assert_ok(change("term", other, 0, "{\"until\":\"2021-01-01\"}", NULL));
}

/* ---- threads ---- */

enum { THREADS = 16, EACH = 15 };

struct racer {
    pthread_t thread;
    struct arena *arena;
    enum err (*fn)(struct work *, void *);
    int64_t arg;
    int times, worked, refused, other;
};

static pthread_barrier_t start;

static void *race(void *p)
{
    struct racer *r = p;
    const struct actor console = ACTOR_CONSOLE;
    lang_set(LANG_EN);
    pthread_barrier_wait(&start);
    for (int i = 0; i < r->times; i++) {
        enum err e = store_write(store, &console, r->arena, r->fn, &r->arg);
        r->worked += e == OK;
        r->refused += e == ERR_REFUSED;
        r->other += e && e != ERR_REFUSED;
        if (e && e != ERR_REFUSED) print_error("%s\n", err_last()->message);
        arena_reset(r->arena);
    }
    return NULL;
}

/* Run fn on n threads, `times` each; the sum of what came of it. */
static struct racer run_race(int n, int times, enum err (*fn)(struct work *, void *), int64_t arg)
{
    struct racer r[THREADS] = {0}, sum = {0};
    pthread_barrier_init(&start, NULL, (unsigned)n);
    for (int i = 0; i < n; i++) {
        r[i] = (struct racer){.arena = arena_new_capped((size_t)16 << 20), .fn = fn, .arg = arg, .times = times};
        assert_int_equal(pthread_create(&r[i].thread, NULL, race, &r[i]), 0);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(r[i].thread, NULL);
        arena_free(r[i].arena);
        sum.worked += r[i].worked;
        sum.refused += r[i].refused;
        sum.other += r[i].other;
    }
    pthread_barrier_destroy(&start);
    return sum;
}

static enum err from_json(struct work *w, const char *name, const char *json, struct record **ret)
{
    *ret = record_new(w->arena, registry_find(w->store->registry, str_of(name)));
    return *ret ? draft_from_json(w, str_of(json), *ret) : err_no_memory();
}

static enum err race_term(struct work *w, void *arg)
{
    struct record *d, *r;
    TRY(from_json(w, "term", "{\"duty\":\"race\",\"since\":\"2020-01-01\"}", &d));
    record_set(d, ledger_field(d->l, STR("holder")), value_int(*(int64_t *)arg));
    return store_create(w, d, &r);
}

static void of_overlapping_periods_at_once_one_wins(void **state)
{
    (void)state;
    int64_t h = made("holder", "{\"name\":\"race\"}");
    struct racer sum = run_race(4, 1, race_term, h);
    assert_int_equal(sum.worked, 1);
    assert_int_equal(sum.refused, 3);
}

static enum err race_verb(struct work *w, void *arg)
{
    struct record *d, *r;
    TRY(from_json(w, "errand", "{\"reason\":\"r\"}", &d));
    return store_do(w, *(int64_t *)arg, STR("accept"), 0, d, &r);
}

static void of_the_same_verb_at_once_one_wins(void **state)
{
    (void)state;
    for (int turn = 0; turn < 5; turn++) {
        int64_t id = made("errand", "{\"what\":\"a\"}");
        assert_ok(act("errand", id, "send", 0, "{}", NULL));
        struct racer sum = run_race(4, 1, race_verb, id);
        assert_int_equal(sum.worked, 1);
        assert_int_equal(sum.refused, 3);
        assert_int_equal(seen("errand", id)->version, 3);
    }
}

static enum err race_secret(struct work *w, void *arg)
{
    struct record *d, *r;
    (void)arg;
    TRY(from_json(w, "thing", "{\"name\":\"s\",\"idno\":\"430602199001010015\"}", &d));
    enum err e = store_create(w, d, &r);
    return e == ERR_CONFLICT ? err_set(ERR_REFUSED, "%s", "taken") : e;
}

static void of_the_same_personal_number_at_once_one_wins(void **state)
{
    (void)state;
    struct racer sum = run_race(4, 1, race_secret, 0);
    assert_int_equal(sum.worked, 1);
    assert_int_equal(sum.refused, 3);
}

static enum err race_create(struct work *w, void *arg)
{
    struct record *d, *r;
    (void)arg;
    TRY(from_json(w, "thing", "{\"name\":\"parallel\"}", &d));
    return store_create(w, d, &r);
}

struct counts {
    int64_t gaps, lanes, lane_gaps, numbers, things;
};

static enum err read_counts(struct work *w, void *arg)
{
    struct counts *c = arg;
    struct value name = value_text(STR("parallel"));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_EVENT_GAPS), NULL, 0, &c->gaps));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_LANES_USED), NULL, 0, &c->lanes));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_LANE_GAPS), NULL, 0, &c->lane_gaps));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_NUMBERS), &name, 1, &c->numbers));
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_THING_COUNT), &name, 1, &c->things);
}

static void sixteen_threads_lose_and_repeat_nothing(void **state)
{
    (void)state;
    struct counts c;
    int64_t before = events();
    struct racer sum = run_race(THREADS, EACH, race_create, 0);
    assert_int_equal(sum.worked, THREADS * EACH);
    viewed(read_counts, &c);
    assert_int_equal(c.things, THREADS * EACH);
    assert_int_equal(c.numbers, THREADS * EACH);
    assert_int_equal(events(), before + THREADS * EACH);
    assert_int_equal(c.gaps, 0);
    assert_int_equal(c.lane_gaps, 0);
    assert_true(engine == DB_SQLITE ? c.lanes == 1 : c.lanes > 2);
}

struct move {
    int64_t thing, to[2];
    atomic_int turn;
};
static struct move moving;

/* Every other turn moves the thing, the rest makes errands for it. */
static enum err race_move(struct work *w, void *arg)
{
    struct record *d, *r;
    (void)arg;
    int turn = atomic_fetch_add(&moving.turn, 1);
    if (turn % 4 == 0) {
        TRY(from_json(w, "thing", "{}", &d));
        record_set(d, ledger_field(d->l, STR("holder")), value_int(moving.to[turn / 4 % 2]));
        return store_change(w, moving.thing, 0, d, &r, NULL);
    }
    TRY(from_json(w, "errand", "{\"what\":\"moved\"}", &d));
    record_set(d, ledger_field(d->l, STR("thing")), value_int(moving.thing));
    return store_create(w, d, &r);
}

static void rows_made_while_their_lender_moves_are_where_it_is(void **state)
{
    (void)state;
    int64_t ids[200];
    moving.to[0] = made("holder", "{\"name\":\"east\"}");
    moving.to[1] = made("holder", "{\"name\":\"west\"}");
    moving.thing = made("thing", "{\"name\":\"moving\"}");
    struct racer sum = run_race(8, 10, race_move, 0);
    assert_int_equal(sum.worked, 80);
    int64_t there = seen("thing", moving.thing)->scope[SCOPE_TERRITORY];
    int n = found("errand", NULL, ids, 200, text_of("thing = %lld", (long long)moving.thing), NULL);
    assert_in_range(n, 50, 80);
    for (int i = 0; i < n; i++) assert_int_equal(seen("errand", ids[i])->scope[SCOPE_TERRITORY], there);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs_move_a_record_as_the_table_says),   cmocka_unit_test(no_sequence_of_verbs_leaves_the_table),
        cmocka_unit_test(periods_of_one_kind_do_not_overlap),      cmocka_unit_test(of_overlapping_periods_at_once_one_wins),
        cmocka_unit_test(of_the_same_verb_at_once_one_wins),       cmocka_unit_test(of_the_same_personal_number_at_once_one_wins),
        cmocka_unit_test(sixteen_threads_lose_and_repeat_nothing), cmocka_unit_test(rows_made_while_their_lender_moves_are_where_it_is),
    };
    return RUN_ON_BOTH(tests);
}
