/* test_job.c — the claim of a job: each is taken by one runner, a dead one's by another, and what is no longer one's own stays untouched.
 */
#include <pthread.h>
#include <stdio.h>

#include "ledger/job.h"
#include "ledger_test.h"
#include "ledger_test.sql.h"

#define JOBS 40
#define RUNNERS 4

/* ---- one call for one transaction ---- */

struct call {
    const char *kind, *state;
    struct str runner, result;
    int64_t id, done, total;
    bool stop, mine, any;
    struct job job;
};

static enum err do_put(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_put(w, c->kind, STR("{}"), &c->id);
}

static enum err do_start(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_start(w, c->id, "verb", STR("{}"));
}

static enum err do_end(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_end(w, c->id, "done", STR("{}"));
}

static enum err do_take(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_take(w, c->runner, &c->id);
}

static enum err do_any(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_any(w, &c->any);
}

static enum err do_beat(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_beat(w, c->id, c->runner, c->done, c->total, &c->stop, &c->mine);
}

static enum err do_close(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_close(w, c->id, c->runner, c->state, c->result);
}

static enum err do_give_back(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_give_back(w, c->id, c->runner);
}

static enum err do_stop(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_stop(w, c->id);
}

static enum err do_get(struct work *w, void *arg)
{
    struct call *c = arg;
    return job_get(w, c->id, &c->job);
}

static enum err do_age(struct work *w, void *arg)
{
    struct call *c = arg;
    struct value age[] = {value_int(c->id), value_int(clock_machine() - c->done)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_TEST_JOB_BEAT), age, 2, NULL);
}

static int64_t put(const char *kind)
{
    struct call c = {.kind = kind};
    written(do_put, &c);
    return c.id;
}

static int64_t take(const char *runner)
{
    struct call c = {.runner = str_of(runner)};
    written(do_take, &c);
    return c.id;
}

static bool any(void)
{
    struct call c = {0};
    viewed(do_any, &c);
    return c.any;
}

static struct call beat(int64_t id, const char *runner)
{
    struct call c = {.id = id, .runner = str_of(runner), .done = 7, .total = 9};
    written(do_beat, &c);
    return c;
}

static void close_as(int64_t id, const char *runner, const char *state)
{
    written(do_close, &(struct call){.id = id, .runner = str_of(runner), .state = state, .result = STR("{}")});
}

static struct job get(int64_t id)
{
    struct call c = {.id = id};
    viewed(do_get, &c);
    return c.job;
}

static void assert_state(int64_t id, const char *state)
{
    struct str is = get(id).state;
    assert_string_equal(arena_z(arena, is), state);
}

/* Its last sign of life was so long ago. */
static void let_it_be_silent(int64_t id, instant_t since)
{
    written(do_age, &(struct call){.id = id, .done = since});
}

/* ---- */

static void jobs_are_taken_in_the_order_they_came_each_once(void **state)
{
    (void)state;
    assert_false(any());
    assert_int_equal(take("a"), 0);
    int64_t first = put("one"), second = put("two");
    assert_true(any());
    assert_int_equal(take("a"), first);
    assert_int_equal(take("b"), second);
    assert_false(any());
    assert_int_equal(take("a"), 0);
    assert_state(first, "running");
    close_as(first, "a", "done");
    close_as(second, "b", "failed");
    assert_state(first, "done");
    assert_state(second, "failed");
    assert_int_equal(take("a"), 0);
}

struct racer {
    pthread_t thread;
    char name[8];
    int64_t got[JOBS];
    int n;
    enum err error;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct arena *mine = arena_new_capped((size_t)1 << 24);
    struct call c = {.runner = str_of(r->name)};
    do {
        c.id = 0;
        r->error = store_write(store, &me, mine, do_take, &c);
        if (c.id && r->n < JOBS) r->got[r->n++] = c.id;
        arena_reset(mine);
    } while (!r->error && c.id);
    arena_free(mine);
    return NULL;
}

static void of_many_runners_at_once_no_two_get_the_same(void **state)
{
    (void)state;
    int64_t id[JOBS];
    struct racer racer[RUNNERS] = {0};
    int taken = 0;
    for (int i = 0; i < JOBS; i++) id[i] = put("race");
    for (int i = 0; i < RUNNERS; i++) {
        snprintf(racer[i].name, sizeof racer[i].name, "r%d", i);
        assert_int_equal(pthread_create(&racer[i].thread, NULL, race, &racer[i]), 0);
    }
    for (int i = 0; i < RUNNERS; i++) pthread_join(racer[i].thread, NULL);
    for (int i = 0; i < RUNNERS; i++) {
        assert_int_equal(racer[i].error, OK);
        taken += racer[i].n;
    }
    assert_int_equal(taken, JOBS);
    for (int j = 0; j < JOBS; j++) {
        int owners = 0;
        for (int i = 0; i < RUNNERS; i++)
            for (int k = 0; k < racer[i].n; k++) owners += racer[i].got[k] == id[j];
        assert_int_equal(owners, 1);
    }
    for (int i = 0; i < RUNNERS; i++)
        for (int k = 0; k < racer[i].n; k++) close_as(racer[i].got[k], racer[i].name, "done");
}

static void the_job_of_a_dead_runner_is_taken_by_another(void **state)
{
    (void)state;
    int64_t id = put("death");
    assert_int_equal(take("a"), id);
    let_it_be_silent(id, JOB_DEAD - 5 * INSTANT_SECOND);
    assert_false(any());
    assert_int_equal(take("b"), 0);
    let_it_be_silent(id, JOB_DEAD + INSTANT_SECOND);
    assert_true(any());
    assert_int_equal(take("b"), id);
    assert_int_equal(take("c"), 0); /* the claim is fresh again */
    close_as(id, "b", "done");
}

static void a_runner_that_comes_back_from_the_dead_changes_nothing(void **state)
{
    (void)state;
    int64_t id = put("ghost");
    assert_int_equal(take("a"), id);
    let_it_be_silent(id, JOB_DEAD + INSTANT_SECOND);
    assert_int_equal(take("b"), id);
    assert_false(beat(id, "a").mine);
    close_as(id, "a", "failed");
    written(do_give_back, &(struct call){.id = id, .runner = STR("a")});
    assert_state(id, "running");
    assert_int_equal(get(id).done, 0); /* nor did it say how far it is */
    assert_true(beat(id, "b").mine);
    assert_int_equal(get(id).done, 7);
    assert_int_equal(get(id).total, 9);
    close_as(id, "b", "done");
    assert_state(id, "done");
    assert_false(beat(id, "b").mine); /* what has ended is nobody's */
}

static void a_job_of_the_command_line_is_nobody_elses(void **state)
{
    (void)state;
    struct call c = {.id = store_new_id()};
    written(do_start, &c);
    let_it_be_silent(c.id, 100 * JOB_DEAD); /* it may have died or take long: whoever began it goes on */
    assert_false(any());
    assert_int_equal(take("a"), 0);
    written(do_end, &c);
}

static void a_wish_to_stop_reaches_the_runner_by_its_sign_of_life(void **state)
{
    (void)state;
    int64_t id = put("stop"), waiting = put("stop");
    assert_int_equal(take("a"), id);
    assert_false(beat(id, "a").stop);
    written(do_stop, &(struct call){.id = id});
    struct call c = beat(id, "a");
    assert_true(c.stop && c.mine);
    assert_state(id, "running");
    close_as(id, "a", "stopped");
    written(do_stop, &(struct call){.id = waiting});
    assert_state(waiting, "stopped"); /* at once: nobody has begun it */
    assert_int_equal(take("a"), 0);
    assert_err(writing(do_stop, &(struct call){.id = waiting}), ERR_REFUSED);
}

static void what_is_given_back_waits_for_whoever_comes_next(void **state)
{
    (void)state;
    int64_t id = put("back");
    assert_int_equal(take("a"), id);
    written(do_give_back, &(struct call){.id = id, .runner = STR("a")});
    assert_state(id, "waiting");
    assert_int_equal(take("b"), id);
    close_as(id, "b", "done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_taken_in_the_order_they_came_each_once),
        cmocka_unit_test(of_many_runners_at_once_no_two_get_the_same),
        cmocka_unit_test(the_job_of_a_dead_runner_is_taken_by_another),
        cmocka_unit_test(a_runner_that_comes_back_from_the_dead_changes_nothing),
        cmocka_unit_test(a_job_of_the_command_line_is_nobody_elses),
        cmocka_unit_test(a_wish_to_stop_reaches_the_runner_by_its_sign_of_life),
        cmocka_unit_test(what_is_given_back_waits_for_whoever_comes_next),
    };
    return RUN_ON_BOTH(tests);
}
