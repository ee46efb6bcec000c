/* test_accessors.c — generated access to fields: each function of "ledgers.h" means the field that its name says, as the
 * loader numbers it. What must not compile is in test_accessors.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledgers.h"

struct accessor {
    const char *ledger, *name;
    field_of *field;
    bool (*knows)(const struct record *);
    void (*clear)(struct record *);
};

/* The header once more, each of its lines as a row of a table of the functions it has made. */
#undef ANJIAN_LEDGERS_H
#undef ACCESS_LEDGER
#undef ACCESS_TEXT
#undef ACCESS_DAY
#undef ACCESS_INT
#define ACCESS_LEDGER(l)
#define ACCESS_TEXT(l, f, i) {#l, #f, l##_field_##f, l##_knows_##f, l##_clear_##f},
#define ACCESS_DAY(l, f, i) ACCESS_TEXT(l, f, i)
#define ACCESS_INT(l, f, i, T) ACCESS_TEXT(l, f, i)
static const struct accessor accessors[] = {
#include "ledgers.h"
};
enum { ACCESSORS = sizeof accessors / sizeof *accessors };

static struct registry *registry;
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new_capped((size_t)16 << 20);
    registry = registry_new();
    return !arena || registry_add_shipped(registry) || registry_link(registry);
}

static int tear_down(void **state)
{
    (void)state;
    registry = registry_free(registry);
    arena = arena_free(arena);
    return 0;
}

static void every_accessor_has_the_index_of_the_loaded_description(void **state)
{
    (void)state;
    for (int i = 0; i < ACCESSORS; i++) {
        const struct accessor *a = &accessors[i];
        const struct ledger *l = registry_find(registry, str_of(a->ledger));
        const struct field *f = ledger_field(l, str_of(a->name));
        struct record *r = record_new(arena, l);
        assert_non_null(f);
        assert_ptr_equal(a->field(l), f);
        assert_false(a->knows(r));
        r->v[f->index] = value_int(1);
        assert_true(a->knows(r));
        a->clear(r);
        assert_int_equal(r->v[f->index].tag, VAL_NULL);
        assert_true(r->given[f->index]);
    }
}

static void every_field_of_every_shipped_ledger_has_its_accessor(void **state)
{
    (void)state;
    int next = 0; /* both are in the order of the descriptions */
    for (int i = 0; i < registry->n; i++) {
        const struct ledger *l = registry->ledgers[i];
        for (unsigned k = 0; k < l->fields_count; k++) {
            if (!type_has_column(l->fields[k].type)) continue;
            assert_true(next < ACCESSORS);
            assert_string_equal(accessors[next].ledger, l->ledger);
            assert_string_equal(accessors[next].name, l->fields[k].name);
            next++;
        }
    }
    assert_int_equal(next, ACCESSORS);
    assert_true(next > 200);
}

static void what_is_set_is_read_again(void **state)
{
    (void)state;
    const struct ledger *l = hazard_ledger(registry);
    struct record *r = record_new(arena, l);
    hazard_set_found_by(r, STR("示例甲"));
    hazard_set_found_on(r, "2026-02-10");
    hazard_set_due_on(r, INT64_C(1772467199000000));
    hazard_set_cost(r, -1);
    hazard_set_premises(r, INT64_MAX);
    assert_true(str_is(hazard_found_by(r), "示例甲"));
    assert_int_equal(hazard_found_on(r), day_of((struct civil){2026, 2, 10}));
    assert_true(str_is(hazard_found_on_text(r), "2026-02-10"));
    assert_int_equal(hazard_due_on(r), INT64_C(1772467199000000));
    assert_int_equal(hazard_cost(r), -1);
    assert_true(hazard_premises(r) == INT64_MAX);
    assert_true(is_hazard(r) && !is_premises(r));
    assert_true(record_text(r, ledger_field(l, STR("found_by"))->index).n > 0);
}

static void what_is_unknown_reads_as_nothing(void **state)
{
    (void)state;
    const struct record *r = record_new(arena, account_ledger(registry)), *h = record_new(arena, hazard_ledger(registry));
    assert_null(account_name(r).p);
    const struct record *p = record_new(arena, post_ledger(registry));
    assert_false(post_acting(p) || post_knows_acting(p));
    assert_int_equal(account_person(r), 0);
    assert_int_equal(hazard_found_on(h), DAY_UNKNOWN);
    assert_null(hazard_found_on_text(h).p);
}

static void hazard_of_a_duty(const struct record *duty)
{
    (void)hazard_due_on(duty);
}

static void hazard_of_a_draft_of_a_duty(const struct record *duty)
{
    hazard_set_due_on((struct record *)(uintptr_t)duty, 1);
}

static void field_of_a_hazard_of_the_ledger_of_duties(const struct record *duty)
{
    (void)hazard_field_due_on(duty->l);
}

/* In a process of its own. */
static bool stops(void (*fn)(const struct record *), const struct record *r)
{
    pid_t child = fork();
    if (!child) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        fn(r);
        _exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void a_record_of_another_ledger_stops_the_program(void **state)
{
    (void)state;
    const struct record *duty = record_new(arena, duty_ledger(registry));
    assert_true(stops(hazard_of_a_duty, duty));
    assert_true(stops(hazard_of_a_draft_of_a_duty, duty));
    assert_true(stops(field_of_a_hazard_of_the_ledger_of_duties, duty));
    assert_false(stops(hazard_of_a_duty, record_new(arena, hazard_ledger(registry))));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_accessor_has_the_index_of_the_loaded_description),
        cmocka_unit_test(every_field_of_every_shipped_ledger_has_its_accessor),
        cmocka_unit_test(what_is_set_is_read_again),
        cmocka_unit_test(what_is_unknown_reads_as_nothing),
        cmocka_unit_test(a_record_of_another_ledger_stops_the_program),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
