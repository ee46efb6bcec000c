/* test_import_stop.c — imports that are stopped, broken off, met by another one or undone: nothing twice, nothing lost. */
#include <stdio.h>

#include "base/mem.h"
#include "import_test.h"
#include "ledger/job.h"

/* Rows "PREFIX-1" … "PREFIX-n", each with an amount. */
static const char *rows(const char *prefix, int n, int amount)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000000);
    buf_z(&b, "名称,代码,数量,副码\n");
    for (int i = 1; i <= n; i++) buf_printf(&b, "物%d,%s-%d,%d,\n", i, prefix, i, amount);
    return file("rows.csv", arena_z(arena, buf_view(&b)));
}

/* Each of the n rows is there once and has this amount. */
static void assert_all_there(const char *prefix, int n, int amount)
{
    assert_int_equal(how_many("thing", text_of("code ^ %s-", prefix)), n);
    int64_t ids[1000];
    assert_in_range(n, 1, 1000);
    assert_int_equal(found("thing", NULL, ids, 1000, text_of("code ^ %s-", prefix), text_of("amount = %d", amount), NULL), n);
}

static const struct import_options in_threes = {.chunk = 3};

/* ---- stopping ---- */

static bool stop_at(void *arg, int64_t n)
{
    return n < *(const int64_t *)arg;
}

static struct import_options stopping_at(int64_t *n)
{
    return (struct import_options){.chunk = 3, .progress = stop_at, .progress_arg = n};
}

static void chunks_are_as_good_as_one(void **state)
{
    (void)state;
    for (int n = 1; n <= 7; n++) { /* around the boundaries */
        const char *prefix = text_of("A%d", n);
        assert_ok(import("thing", rows(prefix, n, 1), &in_threes));
        assert_counts(n, 0, 0, 0);
        assert_all_there(prefix, n, 1);
        assert_ok(import("thing", rows(prefix, n, 1), &in_threes));
        assert_counts(0, 0, n, 0);
    }
}

static void a_stopped_import_goes_on_by_the_same_call(void **state)
{
    (void)state;
    int64_t at = 4;
    struct import_options o = stopping_at(&at);
    assert_ok(import("thing", rows("B", 10, 1), &o));
    assert_true(got.stopped);
    assert_int_equal(got.rows, 6); /* to the end of the chunk */
    int64_t batch = got.batch, n = events();
    assert_all_there("B", 6, 1);
    at = 100;
    assert_ok(import("thing", rows("B", 10, 1), &o));
    assert_false(got.stopped);
    assert_int_equal(got.batch, batch);
    assert_counts(10, 0, 0, 0); /* the counts go on */
    assert_int_equal(events(), n + 4);
    assert_all_there("B", 10, 1);
    assert_ok(import("thing", rows("B", 10, 1), &o)); /* a third call is an import of its own */
    assert_true(got.batch != batch);
    assert_counts(0, 0, 10, 0);
}

static void a_stopped_import_read_otherwise_starts_anew(void **state)
{
    (void)state;
    int64_t at = 1;
    struct import_options o = stopping_at(&at), mapped = in_threes;
    assert_ok(import("thing", rows("C", 5, 1), &o));
    const struct import_map map[] = {{STR("数量"), STR("")}};
    mapped.map = map;
    mapped.map_n = 1;
    int64_t batch = got.batch;
    assert_ok(import("thing", rows("C", 5, 1), &mapped));
    assert_true(got.batch != batch);
    assert_counts(2, 0, 3, 0);
    assert_ok(import("thing", rows("C", 5, 1), NULL)); /* now the first one goes on */
    assert_int_equal(got.batch, batch);
    assert_counts(3, 2, 0, 0);
}

static void refusals_of_before_a_stop_are_in_the_workbook(void **state)
{
    (void)state;
    int64_t at = 1;
    struct import_options o = stopping_at(&at);
    const char *path = file("bad.csv", "名称,代码,数量\n一,D1,坏\n二,D2,2\n三,D3,3\n四,D4,坏\n"), *out = file("refused.xlsx", NULL);
    o.refused = out;
    assert_ok(import("thing", path, &o));
    assert_int_equal(got.refused, 1);
    at = 100;
    assert_ok(import("thing", path, &o));
    assert_counts(2, 0, 0, 2);
    assert_int_equal(kept().notes, 2);
    assert_ok(import("thing", out, NULL));
    assert_counts(0, 0, 0, 2);
}

/* Another program: a store of its own on the same database. */
static struct store *other;

static void open_other(void)
{
    assert_ok(store_open(testdb.url, &(struct store_options){0}, &other));
}

static enum err stop_newest(struct work *w, void *arg)
{
    struct job job;
    int n;
    (void)arg;
    TRY(job_list(w, 0, &job, 1, &n));
    return job_stop(w, job.id);
}

static bool ask_once(void *arg, int64_t n)
{
    (void)arg;
    return n > 3 || store_write(other, &me, arena, stop_newest, NULL) == OK;
}

static enum err newest_job(struct work *w, void *arg)
{
    int n;
    return job_list(w, 0, arg, 1, &n);
}

static void another_program_can_ask_to_stop(void **state)
{
    (void)state;
    struct job job;
    struct import_options o = {.chunk = 3, .progress = ask_once};
    open_other();
    assert_ok(import("thing", rows("E", 10, 1), &o));
    assert_true(got.stopped);
    assert_int_equal(got.rows, 6);
    viewed(newest_job, &job);
    assert_true(str_is(job.state, "stopped"));
    assert_int_equal(job.done, 6);
    assert_err(store_write(other, &me, arena, stop_newest, NULL), ERR_REFUSED); /* it runs no more */
    assert_ok(import("thing", rows("E", 10, 1), &in_threes));
    assert_counts(10, 0, 0, 0);
    assert_all_there("E", 10, 1);
    viewed(newest_job, &job);
    assert_true(str_is(job.state, "done"));
    assert_int_equal(job.done, 10);
    assert_true(str_find(job.result, STR("\"added\":10")) >= 0);
    other = store_close(other);
}

static bool ask_and_die(void *arg, int64_t n)
{
    bool asked = ask_once(arg, n);
    db_fail_after(0);
    return asked;
}

static void a_wish_to_stop_does_not_outlive_the_program(void **state)
{
    (void)state;
    struct import_options o = {.chunk = 3, .progress = ask_and_die};
    open_other();
    assert_err(import("thing", rows("F", 10, 1), &o), ERR_DB);
    db_fail_after(-1);
    assert_ok(import("thing", rows("F", 10, 1), &in_threes));
    assert_false(got.stopped);
    assert_counts(10, 0, 0, 0);
    other = store_close(other);
}

static bool import_meanwhile(void *arg, int64_t n)
{
    struct import_result r;
    if (n > 3) return true;
    assert_ok(import_file(other, &me, arena, registry_find(other->registry, STR("thing")), arg, &in_threes, &r));
    assert_int_equal(r.rows, 10);
    return true;
}

static void of_two_that_go_on_with_a_batch_one_gives_way(void **state)
{
    (void)state;
    const char *path = rows("G", 10, 1);
    struct import_options o = {.chunk = 3, .progress = import_meanwhile, .progress_arg = (void *)(uintptr_t)path};
    open_other();
    assert_err(import("thing", path, &o), ERR_CONFLICT);
    assert_rule("running");
    assert_all_there("G", 10, 1);
    other = store_close(other);
}

/* ---- trying, for so long ---- */

static void a_trial_says_when_it_left_rows_out(void **state)
{
    (void)state;
    static const struct {
        int64_t rows_most;
        instant_t time_most;
        int tried;
        bool partial;
    } cases[] = {
        {0, 0, 10, false},
        {10, 0, 10, false},
        {11, 0, 10, false},
        {9, 0, 9, true},
        {1, 0, 1, true},
        {0, 1, 3, true}, /* a chunk is begun, and no further one */
        {0, INSTANT_DAY, 10, false},
    };
    const char *path = rows("N", 10, 1);
    struct kept before = kept();
    for (int i = 0; i < COUNT(cases); i++) {
        struct import_options o = {.chunk = 3, .dry_run = true, .rows_most = cases[i].rows_most, .time_most = cases[i].time_most};
        assert_ok(import("thing", path, &o));
        assert_counts(cases[i].tried, 0, 0, 0);
        assert_int_equal(got.partial, cases[i].partial);
        assert_false(got.stopped);
    }
    struct kept after = kept();
    assert_kept_equal(before, after);
    assert_ok(import("thing", path, &(struct import_options){.chunk = 3, .rows_most = 1, .time_most = 1})); /* of trials alone */
    assert_counts(10, 0, 0, 0);
}

/* ---- which batch ---- */

static int64_t told;

static enum err note_batch(struct work *w, void *arg, int64_t batch)
{
    (void)w;
    told = batch;
    return arg ? err_set(ERR_DB, "no") : OK;
}

static void who_asks_is_told_the_batch_in_the_transaction_that_begins(void **state)
{
    (void)state;
    int64_t at = 4, batch;
    struct import_options o = stopping_at(&at);
    struct kept before = kept();
    const char *path = rows("O", 10, 1);
    o.begun = note_batch;
    o.begun_arg = &at;
    assert_err(import("thing", path, &o), ERR_DB); /* who is told says no: nothing has begun */
    struct kept after = kept();
    assert_kept_equal(before, after);
    o.begun_arg = NULL;
    assert_ok(import("thing", path, &o));
    assert_true(told && told == got.batch);
    batch = told;
    at = 100;
    told = 0;
    assert_ok(import("thing", path, &o));
    assert_int_equal(told, batch); /* the one that it goes on with */
}

static void nobody_goes_on_with_the_batch_of_another(void **state)
{
    (void)state;
    int64_t at = 4, batch;
    struct import_options o = stopping_at(&at);
    const char *path = rows("P", 10, 1);
    assert_ok(import("thing", path, &o));
    batch = got.batch;
    struct actor was = me;
    me.name = STR("another");
    enum err e = import("thing", path, &in_threes);
    me = was;
    assert_ok(e);
    assert_true(got.batch != batch);
    assert_counts(4, 0, 6, 0);
    assert_ok(import("thing", path, &in_threes));
    assert_int_equal(got.batch, batch);
}

/* ---- undoing ---- */

static struct undo_result undone;

static enum err undo(int64_t batch)
{
    return import_undo(store, &me, arena, batch, NULL, &undone);
}

static void an_undone_import_is_gone_and_can_come_again(void **state)
{
    (void)state;
    assert_ok(import("thing", rows("H", 7, 1), &in_threes));
    int64_t batch = got.batch;
    assert_ok(undo(batch));
    assert_int_equal(undone.withdrawn, 7);
    assert_int_equal(undone.reverted + undone.kept_all, 0);
    assert_int_equal(how_many("thing", "code ^ H-"), 0);
    assert_err(undo(batch), ERR_REFUSED);
    assert_err(undo(batch + 1), ERR_NOT_FOUND);
    assert_ok(import("thing", rows("H", 7, 1), &in_threes));
    assert_counts(7, 0, 0, 0);
    assert_all_there("H", 7, 1);
}

static void undoing_a_change_brings_back_what_was_before(void **state)
{
    (void)state;
    add_code("colour", "red", "红");
    const char *before = "[{\"name\":\"甲\",\"code\":\"I1\",\"amount\":1,\"colour\":\"red\",\"parts\":[{\"label\":\"一\",\"count\":3}]},"
                         "{\"name\":\"乙\",\"code\":\"I2\",\"amount\":1}]";
    const char *after =
        "[{\"name\":\"新甲\",\"code\":\"I1\",\"amount\":2,\"day\":\"2024-01-01\",\"parts\":[{\"label\":\"二\"},{\"label\":\"三\"}]},"
        "{\"name\":\"乙\",\"code\":\"I2\",\"amount\":1},{\"name\":\"丙\",\"code\":\"I3\"},{\"name\":\"末甲\",\"code\":\"I1\"}]";
    assert_ok(import("thing", file("rows.json", before), NULL));
    const char *was = json_of(only("thing", "code = I1"));
    assert_ok(import("thing", file("rows.json", after), NULL));
    assert_counts(1, 2, 1, 0); /* I1 was changed twice */
    assert_ok(undo(got.batch));
    assert_int_equal(undone.withdrawn, 1);
    assert_int_equal(undone.reverted, 1);
    assert_int_equal(undone.kept_all, 0);
    assert_int_equal(how_many("thing", "code = I3"), 0);
    struct record *r = only("thing", "code = I1");
    assert_int_equal(r->version, 4);
    assert_string_equal(strstr(json_of(r), "\"name\""), strstr(was, "\"name\""));
}

static void what_was_changed_since_is_kept_and_listed(void **state)
{
    (void)state;
    assert_ok(import("thing", rows("J", 5, 1), NULL));
    struct record *r = only("thing", "code = J-2");
    assert_ok(change("thing", r->id, 0, "{\"story\":\"有人改过\"}", NULL));
    assert_ok(withdraw("thing", only("thing", "code = J-3")->id));
    assert_ok(undo(got.batch));
    assert_int_equal(undone.withdrawn, 3);
    assert_int_equal(undone.kept_all, 2);
    assert_int_equal(undone.kept_n, 2);
    assert_int_equal(undone.kept[0].record, r->id);
    assert_true(str_eq(undone.kept[0].number, r->number));
    assert_ptr_equal(undone.kept[0].l, ledger("thing"));
    assert_int_equal(how_many("thing", "code ^ J-"), 1);
}

static void a_stopped_import_that_was_undone_starts_anew(void **state)
{
    (void)state;
    int64_t at = 1;
    struct import_options o = stopping_at(&at);
    assert_ok(import("thing", rows("K", 8, 1), &o));
    assert_ok(undo(got.batch));
    assert_int_equal(undone.withdrawn, 3);
    assert_ok(import("thing", rows("K", 8, 1), &in_threes));
    assert_counts(8, 0, 0, 0);
    assert_all_there("K", 8, 1);
}

static void an_undo_that_broke_off_goes_on(void **state)
{
    (void)state;
    const int all = 600; /* more than a page of an undo */
    bool between = false;
    assert_ok(import("thing", rows("L", all, 1), NULL));
    int64_t batch = got.batch, left = all;
    for (long n = 10; left; n += 700) {
        db_fail_after(n);
        enum err e = undo(batch);
        db_fail_after(-1);
        assert_true(e == OK || e == ERR_DB);
        left = how_many("thing", "code ^ L-");
        between |= e && left > 0 && left < all;
        assert_true(e || !left);
    }
    assert_true(between);
    assert_int_equal(undone.kept_all, 0); /* what the first part did is not taken for somebody else's change */
    assert_ok(import("thing", rows("L", all, 1), NULL));
    assert_counts(all, 0, 0, 0);
}

/* ---- faults ---- */

/* Seven rows, of which one is refused and one warns; three are there already. */
static const char *mixed(int n)
{
    struct buf b CLEANUP_BUF = BUF_INIT(10000);
    buf_z(&b, "名称,代码,数量,信用代码\n");
    for (int i = 1; i <= 7; i++) buf_printf(&b, "物%d,M%d-%d,%s,%s\n", i, n, i, i == 4 ? "坏" : "7", i == 5 ? "91430682MA4PC1E12M" : "");
    return arena_z(arena, buf_view(&b));
}

/* After a fault the same call brings the whole file in, whatever was there already. */
static void assert_goes_on(const char *path, int n)
{
    assert_ok(import("thing", path, &in_threes));
    assert_int_equal(got.rows, 7);
    assert_int_equal(got.refused, 1);
    assert_int_equal(got.added + got.changed + got.unchanged, 6);
    assert_all_there(text_of("M%d", n), 6, 7);
}

static long next_fault(long n)
{
    return n + 1 + (n > 30 ? n / 5 + (long)dice(5) : 0);
}

static void a_failed_database_call_loses_nothing(void **state)
{
    (void)state;
    int broke = 0;
    for (long n = 0; n < 100000; n = next_fault(n)) {
        const char *path = file("mixed.csv", mixed((int)n));
        db_fail_after(n);
        enum err e = import("thing", path, &in_threes);
        bool failed = db_failed();
        db_fail_after(-1);
        if (e) assert_err(e, ERR_DB);
        broke += e != OK;
        assert_true(!e || failed);
        assert_goes_on(path, (int)n);
        if (!failed) break;
    }
    assert_in_range(broke, 30, 1000);
}

static void a_failed_allocation_loses_nothing(void **state)
{
    (void)state;
    int broke = 0;
    for (long n = 0; n < 100000; n = next_fault(n)) {
        char path[300];
        snprintf(path, sizeof path, "%s", file("mixed.csv", mixed((int)n + 100000)));
        mem_fail_after(n);
        enum err e = import("thing", path, &in_threes);
        bool failed = mem_failed();
        mem_fail_after(-1);
        if (e) assert_err(e, ERR_NO_MEMORY);
        arena_reset(arena); /* one that could not give memory stays marked */
        broke += e != OK;
        assert_true(!e || failed);
        assert_goes_on(path, (int)n + 100000);
        if (!failed) break;
    }
    assert_in_range(broke, 20, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(chunks_are_as_good_as_one),
        TEST(a_stopped_import_goes_on_by_the_same_call),
        TEST(a_stopped_import_read_otherwise_starts_anew),
        TEST(refusals_of_before_a_stop_are_in_the_workbook),
        TEST(another_program_can_ask_to_stop),
        TEST(a_wish_to_stop_does_not_outlive_the_program),
        TEST(of_two_that_go_on_with_a_batch_one_gives_way),
        TEST(a_trial_says_when_it_left_rows_out),
        TEST(who_asks_is_told_the_batch_in_the_transaction_that_begins),
        TEST(nobody_goes_on_with_the_batch_of_another),
        TEST(an_undone_import_is_gone_and_can_come_again),
        TEST(undoing_a_change_brings_back_what_was_before),
        TEST(what_was_changed_since_is_kept_and_listed),
        TEST(a_stopped_import_that_was_undone_starts_anew),
        TEST(an_undo_that_broke_off_goes_on),
        TEST(a_failed_database_call_loses_nothing),
        TEST(a_failed_allocation_loses_nothing),
    };
    return RUN_ON_BOTH(tests);
}
