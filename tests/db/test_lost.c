/* test_lost.c — connections to PostgreSQL that the server ends: before, in the middle of, and at the end of a transaction. A clean
 * error or none, nothing half done, and the next call works. */
/* cmocka needs these first; the gaps keep the formatter from sorting them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/lang.h"
#include "db/db.h"
#include "db/sql_build.h"
#include "support/testdb.h"
#include "test_db.sql.h"

static struct testdb t;
static struct db *killer; /* a second door to the same database */

static enum err make_table(struct db_tx *tx, void *arg)
{
    (void)arg;
    const struct sql sql = sql_once(STR("CREATE TABLE thing (id BIGINT PRIMARY KEY, code TEXT, body BYTEA, n BIGINT)"));
    return db_run(tx, &sql, NULL, 0, NULL);
}

static int open_both(void **state)
{
    (void)state;
    if (!testdb_open(DB_POSTGRES, &t)) return 0;
    if (db_write(t.db, NULL, make_table, NULL)) return 1;
    return db_open(t.url, &(struct db_options){.readers = 1}, &killer) ? 1 : 0;
}

static int close_both(void **state)
{
    (void)state;
    killer = db_close(killer);
    if (t.db) testdb_close(&t);
    return 0;
}

/* ---- ending connections ---- */

static enum err terminate(struct db_tx *tx, void *arg)
{
    /* 0: all others of this database */
    static const char text[] = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() "
                               "AND pid <> pg_backend_pid() AND ($1 = 0 OR pid = $1)";
    const struct sql sql = sql_once(str_of(text));
    const struct value pid = value_int(*(int64_t *)arg);
    int64_t n;
    TRY(db_one_int(tx, &sql, &pid, 1, &n));
    return n > 0 ? OK : err_set(ERR_NOT_FOUND, "nobody to end");
}

static void *end_in_thread(void *pid)
{
    return db_read(killer, terminate, pid) ? pid : NULL;
}

/* From a thread of its own: this one may be inside a transaction. */
static void end_connection(int64_t pid)
{
    pthread_t thread;
    void *failed = NULL;
    assert_int_equal(pthread_create(&thread, NULL, end_in_thread, &pid), 0);
    pthread_join(thread, &failed);
    assert_null(failed);
}

static enum err end_own(struct db_tx *tx)
{
    const struct sql sql = sql_once(STR("SELECT CAST(pg_backend_pid() AS BIGINT)"));
    int64_t pid;
    TRY(db_one_int(tx, &sql, NULL, 0, &pid));
    end_connection(pid);
    return OK;
}

/* ---- what is done meanwhile ---- */

struct doing {
    int64_t id; /* two rows: this and the next */
    int ends;   /* the connection is ended in so many runs */
    bool last;  /* … as the last act before COMMIT, not in the middle */
    int runs;
};

static enum err insert(struct db_tx *tx, int64_t id)
{
    const struct value args[] = {value_int(id), VALUE_NULL, VALUE_NULL, VALUE_NULL};
    return db_run(tx, DB_SQL(tx, SQL_THING_INSERT), args, 4, NULL);
}

static enum err insert_two(struct db_tx *tx, void *arg)
{
    struct doing *d = arg;
    bool ends = d->runs++ < d->ends;
    TRY(insert(tx, d->id));
    if (ends && !d->last) TRY(end_own(tx));
    TRY(insert(tx, d->id + 1));
    return ends && d->last ? end_own(tx) : OK;
}

static enum err count(struct db_tx *tx, void *arg)
{
    return db_one_int(tx, DB_SQL(tx, SQL_THING_COUNT), NULL, 0, arg);
}

static enum err count_after_end(struct db_tx *tx, void *arg)
{
    TRY(count(tx, arg));
    TRY(end_own(tx));
    return count(tx, arg);
}

static int64_t counted(void)
{
    int64_t n = -1;
    assert_int_equal(db_read(t.db, count, &n), OK);
    return n;
}

static void said(const char *word)
{
    if (!strstr(err_last()->message, word)) fail_msg("“%s” lacks “%s”", err_last()->message, word);
    assert_null(strchr(err_last()->message, '\n'));
}

#define NEEDS_SERVER()                                                                                                                     \
    if (!killer) skip();                                                                                                                   \
    int64_t before = counted()

/* ---- the tests ---- */

static void a_write_that_loses_its_connection_once_is_done_once(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct doing d = {.id = 10, .ends = 1};
    assert_int_equal(db_write(t.db, NULL, insert_two, &d), OK);
    assert_int_equal(d.runs, 2);
    assert_int_equal(counted(), before + 2);
}

static void a_write_that_loses_it_again_fails_cleanly_and_the_next_works(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct doing d = {.id = 20, .ends = 100};
    assert_int_equal(db_write(t.db, NULL, insert_two, &d), ERR_DB);
    said("lost");
    assert_int_equal(d.runs, 2);
    assert_int_equal(counted(), before);
    d = (struct doing){.id = 20};
    assert_int_equal(db_write(t.db, NULL, insert_two, &d), OK);
    assert_int_equal(counted(), before + 2);
}

static void a_loss_while_saving_is_said_to_be_uncertain_and_not_tried_again(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct doing d = {.id = 30, .ends = 1, .last = true};
    assert_int_equal(db_write(t.db, NULL, insert_two, &d), ERR_DB);
    said("unknown whether");
    assert_int_equal(d.runs, 1);
    assert_int_equal(counted(), before);
    d = (struct doing){.id = 30};
    assert_int_equal(db_write(t.db, NULL, insert_two, &d), OK);
}

static void idle_connections_that_are_gone_are_replaced_unseen(void **state)
{
    (void)state;
    NEEDS_SERVER();
    for (int i = 0; i < 3; i++) {
        end_connection(0);
        struct doing d = {.id = 40 + 2 * i};
        assert_int_equal(db_write(t.db, NULL, insert_two, &d), OK);
        assert_int_equal(d.runs, 1);
        assert_int_equal(counted(), before + 2 * (i + 1));
    }
}

static void a_read_that_loses_its_connection_says_so_and_the_next_works(void **state)
{
    (void)state;
    NEEDS_SERVER();
    int64_t n;
    assert_int_equal(db_read(t.db, count_after_end, &n), ERR_DB);
    said("lost");
    assert_int_equal(counted(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_that_loses_its_connection_once_is_done_once),
        cmocka_unit_test(a_write_that_loses_it_again_fails_cleanly_and_the_next_works),
        cmocka_unit_test(a_loss_while_saving_is_said_to_be_uncertain_and_not_tried_again),
        cmocka_unit_test(idle_connections_that_are_gone_are_replaced_unseen),
        cmocka_unit_test(a_read_that_loses_its_connection_says_so_and_the_next_works),
    };
    lang_set(LANG_EN);
    return cmocka_run_group_tests_name("postgres", tests, open_both, close_both);
}
