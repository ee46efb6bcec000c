/* test_db.c — every promise of db.h, on both engines. PostgreSQL needs tests/with_pg.py around it. */
/* cmocka needs these first; the gaps keep the formatter from sorting them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/db_sqlite.h"
#include "db/sql_build.h"
#include "support/testdb.h"
#include "test_db.sql.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static enum db_engine engine_of_run;

/* ---- a small table ---- */

static enum err make_table(struct db_tx *tx, void *arg)
{
    (void)arg;
    static const char *const ddl[] = {
        "CREATE TABLE thing (id {id} PRIMARY KEY, code {text}, body {blob}, n BIGINT)",
        "CREATE UNIQUE INDEX thing_code ON thing (code)",
        "CREATE UNIQUE INDEX thing_expr ON thing (LOWER(code), n) WHERE n > 1000",
    };
    for (int i = 0; i < COUNT(ddl); i++) {
        CLEANUP_BUF struct buf b = BUF_INIT(1000);
        db_ddl(&b, db_tx_engine(tx), str_of(ddl[i]));
        struct sql sql = sql_once(buf_view(&b));
        TRY(db_run(tx, &sql, NULL, 0, NULL));
    }
    return OK;
}

static struct testdb fresh(void)
{
    struct testdb t;
    if (!testdb_open(engine_of_run, &t)) skip();
    assert_int_equal(db_write(t.db, NULL, make_table, NULL), OK);
    return t;
}

struct thing {
    int64_t id;
    struct value code, body, n;
};

static enum err insert(struct db_tx *tx, void *arg)
{
    const struct thing *t = arg;
    struct value args[] = {value_int(t->id), t->code, t->body, t->n};
    return db_run(tx, DB_SQL(tx, SQL_THING_INSERT), args, 4, NULL);
}

static enum err insert_id(struct db_tx *tx, void *arg)
{
    return insert(tx, &(struct thing){.id = *(int64_t *)arg});
}

static enum err count(struct db_tx *tx, void *arg)
{
    return db_one_int(tx, DB_SQL(tx, SQL_THING_COUNT), NULL, 0, arg);
}

static int64_t count_in(struct db *db)
{
    int64_t n = -1;
    assert_int_equal(db_read(db, count, &n), OK);
    return n;
}

/* ---- values and queries ---- */

static enum err compare(struct db_tx *tx, void *arg)
{
    const struct thing *t = arg;
    struct db_rows *rows = NULL;
    bool more = false;
    struct value id = value_int(t->id);
    TRY(db_query(tx, DB_SQL(tx, SQL_THING_GET), &id, 1, &rows));
    assert_int_equal(db_next(rows, &more), OK);
    assert_true(more);
    assert_int_equal(db_columns(rows), 4);
    assert_int_equal(db_int(rows, 0), t->id);
    assert_true(value_eq(db_value(rows, 1), t->code));
    assert_true(value_eq(db_value(rows, 2), t->body));
    assert_true(value_eq(db_value(rows, 3), t->n));
    assert_true(db_is_null(rows, 1) == (t->code.tag == VAL_NULL));
    assert_int_equal(db_next(rows, &more), OK);
    assert_false(more);
    assert_int_equal(db_next(rows, &more), OK);
    assert_false(more);
    db_done(rows);
    return OK;
}

static void values_come_back_as_they_were(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct thing things[] = {
        {1, VALUE_NULL, VALUE_NULL, VALUE_NULL},
        {2, value_text(STR("")), value_blob("", 0), value_int(0)},
        {3, value_text(STR("安监台账 𠮷 \xC3\xA9 ' \\ $1")), value_blob("\0\xFF\0x", 4), value_int(INT64_MIN)},
        {INT64_MAX, value_text(STR("x")), VALUE_NULL, value_int(INT64_MAX)},
        {INT64_MIN, VALUE_NULL, value_blob("abc", 3), value_int(-1)},
    };
    for (int i = 0; i < COUNT(things); i++) assert_int_equal(db_write(t.db, NULL, insert, &things[i]), OK);
    for (int i = 0; i < COUNT(things); i++) assert_int_equal(db_read(t.db, compare, &things[i]), OK);
    struct thing bad = {9, value_text((struct str){"a\0b", 3}), VALUE_NULL, VALUE_NULL};
    assert_int_equal(db_write(t.db, NULL, insert, &bad), ERR_INVALID);
    testdb_close(&t);
}

static enum err read_nested(struct db_tx *tx, void *arg)
{
    (void)arg;
    struct db_rows *outer = NULL, *inner = NULL;
    bool more = false;
    int64_t pairs = 0, before = db_statements();
    struct value after;
    TRY(db_query(tx, DB_SQL(tx, SQL_THING_LIST), NULL, 0, &outer));
    while (db_next(outer, &more) == OK && more) {
        after = value_int(db_int(outer, 0));
        TRY(db_query(tx, DB_SQL(tx, SQL_THING_AFTER), &after, 1, &inner));
        after = VALUE_NULL;
        while (db_next(inner, &more) == OK && more) pairs++;
        db_done(inner);
    }
    assert_int_equal(pairs, 5 * 4 / 2);
    assert_int_equal(db_statements() - before, 6);
    db_done(outer);
    /* The same text twice at once. */
    TRY(db_query(tx, DB_SQL(tx, SQL_THING_LIST), NULL, 0, &outer));
    TRY(db_query(tx, DB_SQL(tx, SQL_THING_LIST), NULL, 0, &inner));
    for (int64_t i = 1; i <= 5; i++) {
        assert_int_equal(db_next(outer, &more), OK);
        assert_int_equal(db_int(outer, 0), i);
        assert_int_equal(db_next(inner, &more), OK);
        assert_int_equal(db_int(inner, 0), i);
    }
    db_done(outer);
    db_done(inner);
    return OK;
}

static void queries_may_be_open_side_by_side(void **state)
{
    (void)state;
    struct testdb t = fresh();
    for (int64_t i = 1; i <= 5; i++) assert_int_equal(db_write(t.db, NULL, insert_id, &i), OK);
    assert_int_equal(db_read(t.db, read_nested, NULL), OK);
    assert_int_equal(db_read(t.db, read_nested, NULL), OK);
    testdb_close(&t);
}

static enum err short_forms(struct db_tx *tx, void *arg)
{
    struct arena *a = arg;
    struct str text;
    int64_t n;
    struct value args[] = {value_int(1), value_text(STR("*"))};
    assert_int_equal(db_one_text(tx, a, DB_SQL(tx, SQL_THING_TWICE), args, 2, &text), OK);
    assert_true(str_is(text, "*one*"));
    assert_int_equal(db_one_text(tx, a, DB_SQL(tx, SQL_ENGINE), NULL, 0, &text), OK);
    assert_true(str_is(text, engine_of_run == DB_SQLITE ? "sqlite" : "postgres"));
    assert_int_equal(db_one_int(tx, DB_SQL(tx, SQL_THING_SUM), NULL, 0, &n), OK);
    assert_int_equal(n, 123456789012);
    args[0] = value_int(2);
    assert_int_equal(db_one_int(tx, DB_SQL(tx, SQL_THING_GET), args, 1, &n), ERR_NOT_FOUND);
    return OK;
}

static void short_forms_answer(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct arena *a = arena_new_capped(10000);
    struct thing one = {1, value_text(STR("one")), VALUE_NULL, value_int(123456789012)};
    assert_int_equal(db_write(t.db, NULL, insert, &one), OK);
    assert_int_equal(db_read(t.db, short_forms, a), OK);
    arena_free(a);
    testdb_close(&t);
}

static enum err many_texts(struct db_tx *tx, void *arg)
{
    (void)arg;
    char text[64];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 450; i++) {
            int64_t n = 0;
            snprintf(text, sizeof text, "SELECT CAST($1 AS BIGINT) + %d", i);
            struct sql sql = sql_cached(str_of(text));
            struct value v = value_int(1000);
            TRY(db_one_int(tx, &sql, &v, 1, &n));
            assert_int_equal(n, 1000 + i);
        }
    return OK;
}

static void statements_beyond_the_cache_still_work(void **state)
{
    (void)state;
    struct testdb t = fresh();
    assert_int_equal(db_read(t.db, many_texts, NULL), OK);
    testdb_close(&t);
}

/* ---- errors ---- */

static void a_broken_unique_index_is_named(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct thing one = {1, value_text(STR("A")), VALUE_NULL, value_int(2000)};
    struct thing same_code = {2, one.code, VALUE_NULL, VALUE_NULL};
    struct thing same_expr = {3, value_text(STR("a")), VALUE_NULL, value_int(2000)};
    assert_int_equal(db_write(t.db, NULL, insert, &one), OK);
    assert_int_equal(db_write(t.db, NULL, insert, &same_code), ERR_CONFLICT);
    assert_string_equal(err_last()->rule, "thing_code");
    assert_int_equal(db_write(t.db, NULL, insert, &same_expr), ERR_CONFLICT);
    assert_string_equal(err_last()->rule, "thing_expr");
    assert_int_equal(db_write(t.db, NULL, insert_id, &one.id), ERR_CONFLICT);
    assert_string_equal(err_last()->rule, "thing_pkey");
    assert_int_equal(count_in(t.db), 1);
    testdb_close(&t);
}

static enum err insert_twice(struct db_tx *tx, void *arg)
{
    TRY(insert_id(tx, arg));
    return insert_id(tx, arg);
}

static enum err go_on_after_savepoint(struct db_tx *tx, void *arg)
{
    int64_t id = 1;
    (void)arg;
    assert_int_equal(db_savepoint(tx, insert_twice, &id), ERR_CONFLICT);
    id = 2;
    assert_int_equal(db_savepoint(tx, insert_id, &id), OK);
    id = 3;
    return db_aside(tx, insert_id, &id);
}

static enum err ignore_error(struct db_tx *tx, void *arg)
{
    (void)arg;
    int64_t id = 10;
    assert_int_equal(insert_twice(tx, &id), ERR_CONFLICT);
    id = 11;
    assert_int_equal(insert_id(tx, &id), ERR_DB);
    return OK;
}

static enum err forget_done(struct db_tx *tx, void *arg)
{
    struct db_rows *rows;
    TRY(insert_id(tx, arg));
    return db_query(tx, DB_SQL(tx, SQL_THING_LIST), NULL, 0, &rows);
}

static struct db *nested_db;
static enum err write_inside(struct db_tx *tx, void *arg)
{
    (void)tx;
    return db_write(nested_db, NULL, insert_id, arg);
}

static void only_savepoints_survive_errors(void **state)
{
    (void)state;
    struct testdb t = fresh();
    int64_t id = 20;
    assert_int_equal(db_write(t.db, NULL, go_on_after_savepoint, NULL), OK);
    assert_int_equal(count_in(t.db), 2);
    assert_int_equal(db_write(t.db, NULL, ignore_error, NULL), ERR_DB);
    assert_int_equal(db_write(t.db, NULL, forget_done, &id), ERR_DB);
    nested_db = t.db;
    assert_int_equal(db_write(t.db, NULL, write_inside, &id), ERR_DB);
    assert_int_not_equal(db_read(t.db, insert_id, &id), OK);
    assert_int_equal(count_in(t.db), 2);
    assert_int_equal(db_write(t.db, NULL, insert_id, &id), OK);
    testdb_close(&t);
}

static enum err exhaust(struct db_tx *tx, void *arg)
{
    int64_t id = 1;
    TRY(insert_id(tx, &id));
    assert_null(arena_alloc(arg, 1000000));
    return OK;
}

static void a_failed_arena_saves_nothing(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct arena *a = arena_new_capped(1000);
    assert_int_equal(db_write(t.db, a, exhaust, a), ERR_NO_MEMORY);
    assert_int_equal(count_in(t.db), 0);
    arena_free(a);
    testdb_close(&t);
}

static enum err two_inserts(struct db_tx *tx, void *arg)
{
    int64_t ids[] = {1, 2};
    (void)arg;
    TRY(insert_id(tx, &ids[0]));
    return db_savepoint(tx, insert_id, &ids[1]);
}

static void any_failing_call_leaves_nothing_behind(void **state)
{
    (void)state;
    struct testdb t = fresh();
    bool failed = true;
    long n = 0;
    for (; failed && n < 100; n++) {
        db_fail_after(n);
        enum err e = db_write(t.db, NULL, two_inserts, NULL);
        failed = db_failed();
        db_fail_after(-1);
        assert_true(failed == (e != OK));
        assert_int_equal(count_in(t.db), failed ? 0 : 2);
    }
    assert_in_range(n, 5, 99);
    testdb_close(&t);
}

static void any_failing_allocation_leaves_nothing_behind(void **state)
{
    (void)state;
    struct testdb t = fresh();
    bool failed = true;
    for (long n = 0; failed && n < 100; n++) {
        db_close(t.db);
        assert_int_equal(db_open(t.url, &(struct db_options){0}, &t.db), OK);
        mem_fail_after(n);
        enum err e = db_write(t.db, NULL, two_inserts, NULL);
        failed = mem_failed();
        mem_fail_after(-1);
        assert_true(e == OK || e == ERR_NO_MEMORY);
        assert_int_equal(count_in(t.db), e ? 0 : 2);
        if (!e) break; /* a statement that could not be cached is no error on SQLite */
    }
    testdb_close(&t);
}

/* ---- threads ---- */

#define THREADS 32
#define WRITES 50
#define ALLOCATIONS 50

struct worker {
    pthread_t thread;
    struct db *db;
    int64_t base;
    int bad;
};

static enum err refuse_odd(struct db_tx *tx, void *arg)
{
    int64_t id = *(int64_t *)arg;
    for (int i = 0; i < ALLOCATIONS; i++) mem_free(mem_alloc(1));
    TRY(insert_id(tx, arg));
    if (lang_get() != (id / 1000 % 2 ? LANG_EN : LANG_ZH)) return err_set(ERR_INVALID, "wrong language");
    return id % 2 ? err_set(ERR_REFUSED, "%lld is odd", (long long)id) : OK;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    char expected[32];
    lang_set(w->base / 1000 % 2 ? LANG_EN : LANG_ZH);
    for (int64_t id = w->base; id < w->base + WRITES; id++) {
        int64_t before = db_statements(), allocations = mem_allocations();
        enum err e = db_write(w->db, NULL, refuse_odd, &id);
        snprintf(expected, sizeof expected, "%lld is odd", (long long)id);
        if (e != (id % 2 ? ERR_REFUSED : OK)) w->bad++;
        if (e && strcmp(err_last()->message, expected) != 0) w->bad++;
        if (db_statements() - before != 1) w->bad++;
        allocations = mem_allocations() - allocations;
        if (allocations < ALLOCATIONS || allocations >= 2 * ALLOCATIONS) w->bad++; /* the engine has some of its own */
    }
    return NULL;
}

static void many_threads_write_and_each_gets_its_own_answer(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct worker w[THREADS];
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){.db = t.db, .base = i * 1000};
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].bad, 0);
    }
    assert_int_equal(count_in(t.db), THREADS * WRITES / 2);
    testdb_close(&t);
}

static atomic_int commits; /* of all SQLite connections */

static int count_commit(void *unused)
{
    (void)unused;
    atomic_fetch_add(&commits, 1);
    return 0;
}

static enum err watch_commits(struct sqlite3 *c)
{
    sqlite3_commit_hook(c, count_commit, NULL);
    return OK;
}

/* Hold the first writer until the others wait in the queue: they must become one group, and one failing request in it
 * takes no other with it. */
static atomic_bool held;
static atomic_int runs;

static enum err hold(struct db_tx *tx, void *arg)
{
    while (atomic_load(&held)) usleep(1000);
    return insert_id(tx, arg);
}

static enum err insert_and_count_run(struct db_tx *tx, void *arg)
{
    atomic_fetch_add(&runs, 1);
    TRY(insert_id(tx, arg));
    return *(int64_t *)arg == 5 ? err_set(ERR_REFUSED, "not five") : OK;
}

static void *write_one(void *arg)
{
    struct worker *w = arg;
    w->bad = (int)db_write(w->db, NULL, w->base == 0 ? hold : insert_and_count_run, &w->base);
    return NULL;
}

static void one_failing_request_of_a_group_fails_alone(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct worker w[10];
    atomic_store(&held, true);
    atomic_store(&runs, 0);
    for (int i = 0; i < COUNT(w); i++) {
        w[i] = (struct worker){.db = t.db, .base = i};
        assert_int_equal(pthread_create(&w[i].thread, NULL, write_one, &w[i]), 0);
        if (i == 0) usleep(20000);
    }
    usleep(50000);
    int before = atomic_load(&commits);
    if (engine_of_run == DB_SQLITE) assert_int_equal(atomic_load(&runs), 0); /* they wait in the queue */
    atomic_store(&held, false);
    for (int i = 0; i < COUNT(w); i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].bad, i == 5 ? ERR_REFUSED : OK);
    }
    /* All ten in one transaction, or the first alone when its group's time was over; the hook is called before COMMIT. */
    if (engine_of_run == DB_SQLITE) assert_in_range(atomic_load(&commits) - before, 1, 2);
    assert_int_equal(count_in(t.db), 9);
    testdb_close(&t);
}

static atomic_int arrived;

static enum err cross(struct db_tx *tx, void *arg)
{
    int64_t first = *(int64_t *)arg;
    struct value args[] = {value_int(first), value_int(1)};
    TRY(db_run(tx, DB_SQL(tx, SQL_THING_ADD), args, 2, NULL));
    if (engine_of_run == DB_POSTGRES) { /* both hold one row before either wants the other's */
        atomic_fetch_add(&arrived, 1);
        for (int i = 0; i < 1000 && atomic_load(&arrived) < 2; i++) usleep(1000);
    }
    args[0] = value_int(3 - first);
    return db_run(tx, DB_SQL(tx, SQL_THING_ADD), args, 2, NULL);
}

static void *cross_thread(void *arg)
{
    struct worker *w = arg;
    w->bad = (int)db_write(w->db, NULL, cross, &w->base);
    return NULL;
}

static enum err sum(struct db_tx *tx, void *arg)
{
    return db_one_int(tx, DB_SQL(tx, SQL_THING_SUM), NULL, 0, arg);
}

static void a_deadlock_is_tried_again(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct worker w[2];
    int64_t total = 0;
    for (int i = 1; i <= 2; i++) {
        struct thing one = {.id = i, .n = value_int(0)};
        assert_int_equal(db_write(t.db, NULL, insert, &one), OK);
    }
    atomic_store(&arrived, 0);
    for (int i = 0; i < 2; i++) {
        w[i] = (struct worker){.db = t.db, .base = i + 1};
        assert_int_equal(pthread_create(&w[i].thread, NULL, cross_thread, &w[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].bad, OK);
    }
    if (engine_of_run == DB_POSTGRES) assert_true(atomic_load(&arrived) > 2); /* it did run more than once */
    assert_int_equal(db_read(t.db, sum, &total), OK);
    assert_int_equal(total, 4);
    testdb_close(&t);
}

/* ---- crashes and copies ---- */

/* Writes numbers and says each one when it is saved, until it is killed. */
static _Noreturn void child(const char *url, int out)
{
    struct db *db = NULL;
    if (db_open(url, &(struct db_options){0}, &db)) _exit(1);
    for (int64_t id = 1;; id++)
        if (db_write(db, NULL, insert_id, &id) || write(out, &id, sizeof id) != sizeof id) _exit(1);
}

static void nothing_acknowledged_is_lost_by_a_kill(void **state)
{
    (void)state;
    struct testdb t = fresh();
    int64_t id = 0, last = 0;
    int ends[2], status;
    t.db = db_close(t.db);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) child(t.url, ends[1]);
    close(ends[1]);
    for (int i = 0; i < 60 && read(ends[0], &id, sizeof id) == sizeof id; i++) last = id;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    while (read(ends[0], &id, sizeof id) == sizeof id) last = id;
    close(ends[0]);
    assert_true(WIFSIGNALED(status));
    assert_in_range(last, 60, 1000000);
    assert_int_equal(db_open(t.url, &(struct db_options){0}, &t.db), OK);
    assert_in_range(count_in(t.db), last, last + 1);
    testdb_close(&t);
}

static void *write_until_released(void *arg)
{
    struct worker *w = arg;
    for (int64_t id = 1; atomic_load(&held); id++)
        if (db_write(w->db, NULL, insert_id, &id)) w->bad++;
    return NULL;
}

/* The writer counts upwards, so a consistent copy has the numbers 1 … n without a gap. */
static enum err check_no_gap(struct db_tx *tx, void *arg)
{
    struct db_rows *rows;
    bool more = true;
    int64_t n = 0;
    TRY(db_query(tx, DB_SQL(tx, SQL_THING_LIST), NULL, 0, &rows));
    while (db_next(rows, &more) == OK && more) assert_int_equal(db_int(rows, 0), ++n);
    db_done(rows);
    *(int64_t *)arg = n;
    return OK;
}

static void a_copy_is_whole_while_somebody_writes(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct db *copy = NULL;
    char path[600];
    int64_t n = 0;
    snprintf(path, sizeof path, "%s/copy.db", engine_of_run == DB_SQLITE ? t.folder : "/nowhere");
    if (engine_of_run == DB_POSTGRES) {
        assert_int_equal(db_copy(t.db, path), ERR_INVALID);
        testdb_close(&t);
        return;
    }
    struct worker w = {.db = t.db};
    atomic_store(&held, true);
    pthread_create(&w.thread, NULL, write_until_released, &w);
    while (count_in(t.db) < 30) usleep(1000);
    assert_int_equal(db_copy(t.db, path), OK);
    atomic_store(&held, false);
    pthread_join(w.thread, NULL);
    assert_int_equal(w.bad, 0);
    assert_int_equal(db_copy(t.db, path), ERR_CONFLICT);
    assert_int_equal(db_open(path, &(struct db_options){.read_only = true}, &copy), OK);
    assert_int_equal(db_read(copy, check_no_gap, &n), OK);
    assert_in_range(n, 30, count_in(t.db));
    assert_int_equal(db_write(copy, NULL, insert_id, &n), ERR_REFUSED);
    db_close(copy);
    testdb_close(&t);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    struct testdb t = fresh();
    struct db *db = NULL;
    char path[600];
    if (engine_of_run == DB_SQLITE) {
        snprintf(path, sizeof path, "%s/none.db", t.folder);
        assert_int_equal(db_open(path, &(struct db_options){0}, &db), ERR_NOT_FOUND);
        snprintf(path, sizeof path, "%s/text.db", t.folder);
        FILE *f = fopen(path, "w");
        for (int i = 0; i < 500; i++) fputs("this is not a database ", f);
        fclose(f);
        assert_int_equal(db_open(path, &(struct db_options){0}, &db), ERR_UNREADABLE);
        assert_int_equal(db_open(path, &(struct db_options){.read_only = true}, &db), ERR_UNREADABLE);
        assert_int_equal(db_open(":memory:", &(struct db_options){.create = true}, &db), ERR_IO);
        assert_string_equal(db_path(t.db), t.url + 7);
    } else {
        assert_int_equal(db_open("postgresql://u:secret@127.0.0.1:1/none", &(struct db_options){0}, &db), ERR_DB);
        assert_null(strstr(err_last()->message, "secret"));
        assert_null(db_path(t.db));
        snprintf(path, sizeof path, "%s?password=hidden&application_name=x", t.url);
        assert_int_equal(db_open(path, &(struct db_options){0}, &db), OK);
        assert_null(strstr(db_url(db), "hidden"));
        assert_non_null(strstr(db_url(db), "application_name=x"));
        db_close(db);
    }
    testdb_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_were),
        cmocka_unit_test(queries_may_be_open_side_by_side),
        cmocka_unit_test(short_forms_answer),
        cmocka_unit_test(statements_beyond_the_cache_still_work),
        cmocka_unit_test(a_broken_unique_index_is_named),
        cmocka_unit_test(only_savepoints_survive_errors),
        cmocka_unit_test(a_failed_arena_saves_nothing),
        cmocka_unit_test(any_failing_call_leaves_nothing_behind),
        cmocka_unit_test(any_failing_allocation_leaves_nothing_behind),
        cmocka_unit_test(many_threads_write_and_each_gets_its_own_answer),
        cmocka_unit_test(one_failing_request_of_a_group_fails_alone),
        cmocka_unit_test(a_deadlock_is_tried_again),
        cmocka_unit_test(nothing_acknowledged_is_lost_by_a_kill),
        cmocka_unit_test(a_copy_is_whole_while_somebody_writes),
        cmocka_unit_test(what_cannot_be_opened_says_why),
    };
    int failed = 0;
    db_sqlite_extension(watch_commits);
    engine_of_run = DB_SQLITE;
    failed += cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
    engine_of_run = DB_POSTGRES;
    failed += cmocka_run_group_tests_name("postgres", tests, NULL, NULL);
    return failed;
}
