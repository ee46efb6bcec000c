/* test_scope.c — who sees which rows: in reading, lists, counts, search, and after the scope of a lender has moved. */
#include "ledger_test.h"

#include <stdlib.h>

#define HOLDERS 3
#define THINGS 60

static int64_t holders[HOLDERS];
static struct record *things[THINGS];

static struct actor somebody(enum scope_kind sees, int64_t id)
{
    return (struct actor){.name = STR("somebody"), .account = 1, .role = ROLE_CONSOLE, .sees = sees, .sees_id = id};
}

static void generated_things(void)
{
    static struct store *ready;
    if (ready == store) return;
    ready = store;
    for (int i = 0; i < HOLDERS; i++) holders[i] = made("holder", text_of("{\"name\":\"乡镇%d\"}", i));
    for (int i = 0; i < THINGS; i++) {
        static const char *const regions[] = {"null", "\"430602000000\"", "\"430603000000\""};
        uint32_t a = dice(HOLDERS + 1), b = dice(HOLDERS + 1);
        const char *holder = a < HOLDERS ? text_of("\"%lld\"", (long long)holders[a]) : "null";
        const char *keeper = b < HOLDERS ? text_of("\"%lld\"", (long long)holders[b]) : "null";
        things[i] = seen("thing", made("thing", text_of("{\"name\":\"隐患排查%d\",\"region\":%s,\"holder\":%s,\"keeper\":%s}", i,
                                                        regions[dice(3)], holder, keeper)));
    }
}

/* The definition: what the fields of a thing say. */
static bool ought_to_see(const struct actor *a, const struct record *r)
{
    const struct ledger *l = r->l;
    struct str region = record_text(r, field(l, "region")->index);
    int64_t district = 430602;
    if (region.p) str_int(str_head(region, 6), &district);
    switch (a->sees) {
    case SEES_ALL: return true;
    case SEES_NOTHING: return false;
    case SEES_DISTRICT: return a->sees_id == district;
    case SEES_TERRITORY: return a->sees_id && a->sees_id == record_int(r, field(l, "holder")->index, 0);
    case SEES_SECTOR: return a->sees_id && a->sees_id == record_int(r, field(l, "keeper")->index, 0);
    case SEES_OWNER: return a->sees_id == r->id;
    }
    return false;
}

static void check_actor(struct actor a)
{
    int64_t ids[THINGS + 1], searched[THINGS + 1], id;
    int n = 0;
    me = a;
    for (int i = 0; i < THINGS; i++) {
        bool see = ought_to_see(&a, things[i]);
        struct record *r;
        n += see;
        assert_err(look("thing", things[i]->id, &r), see ? OK : ERR_NOT_FOUND);
        assert_err(change("thing", things[i]->id, 0, "{}", &r), see ? OK : ERR_NOT_FOUND);
        if (resolve("thing", text_of("%.*s", STR_ARG(things[i]->number)), &id) == OK)
            assert_err(look("thing", id, &r), see ? OK : ERR_NOT_FOUND);
    }
    assert_int_equal(found("thing", NULL, ids, THINGS + 1, NULL), n);
    assert_int_equal(found("thing", "隐患排查", searched, THINGS + 1, NULL), n);
    assert_memory_equal(ids, searched, (size_t)n * sizeof *ids);
    for (int i = 0, k = 0; i < THINGS; i++) /* ids rise as things were made */
        if (ought_to_see(&a, things[i])) assert_int_equal(ids[k++], things[i]->id);
    me = (struct actor)ACTOR_CONSOLE;
}

static void an_actor_sees_exactly_the_rows_of_its_scope(void **state)
{
    (void)state;
    generated_things();
    check_actor(somebody(SEES_DISTRICT, 430602));
    check_actor(somebody(SEES_DISTRICT, 430603));
    check_actor(somebody(SEES_DISTRICT, 0));
    for (int i = 0; i < HOLDERS; i++) {
        check_actor(somebody(SEES_TERRITORY, holders[i]));
        check_actor(somebody(SEES_SECTOR, holders[i]));
    }
    check_actor(somebody(SEES_TERRITORY, 0));
    check_actor(somebody(SEES_OWNER, things[7]->id));
    check_actor(somebody(SEES_OWNER, 5));
    check_actor(somebody(SEES_NOTHING, holders[0]));
    check_actor((struct actor){.role = ROLE_CONSOLE});
    check_actor(somebody(SEES_ALL, 0));
    struct record *r;
    me = (struct actor){0}; /* no scope, no rights */
    assert_err(look("thing", things[0]->id, &r), ERR_FORBIDDEN);
    assert_rule("right");
}

static void a_public_ledger_is_read_by_everybody_but_nobody(void **state)
{
    (void)state;
    int64_t ids[9], id = made("holder", "{\"name\":\"公共消防站\"}");
    struct record *r;
    const struct actor some[] = {somebody(SEES_TERRITORY, 3), somebody(SEES_OWNER, 0), somebody(SEES_DISTRICT, 1)};
    for (int i = 0; i < COUNT(some); i++) {
        me = some[i];
        assert_ok(look("holder", id, &r));
        assert_int_equal(found("holder", NULL, ids, 9, "name = 公共消防站", NULL), 1);
        assert_int_equal(found("holder", "消防", ids, 9, NULL), 1);
    }
    me = somebody(SEES_NOTHING, 0);
    assert_err(look("holder", id, &r), ERR_NOT_FOUND);
    assert_int_equal(found("holder", NULL, ids, 9, NULL), 0);
    assert_int_equal(found("holder", "消防", ids, 9, NULL), 0);
    me = (struct actor)ACTOR_CONSOLE;
}

static void rows_move_with_the_record_that_lends_them_its_scope(void **state)
{
    (void)state;
    enum { ERRANDS = 230 }; /* more than one page of lend_scope */
    int64_t a = made("holder", "{\"name\":\"甲\"}"), b = made("holder", "{\"name\":\"乙\"}"), ids[ERRANDS + 1];
    int64_t thing = made("thing", text_of("{\"name\":\"lender\",\"holder\":\"%lld\"}", (long long)a));
    for (int i = 0; i < ERRANDS; i++) made("errand", text_of("{\"what\":\"灭火器%d\",\"thing\":\"%lld\"}", i, (long long)thing));
    int64_t gone = made("errand", text_of("{\"what\":\"灭火器\",\"thing\":\"%lld\"}", (long long)thing));
    assert_ok(withdraw("errand", gone));
    int64_t before = events();
    assert_ok(change("thing", thing, 0, text_of("{\"holder\":\"%lld\"}", (long long)b), NULL));
    assert_int_equal(events(), before + 1);
    me = somebody(SEES_TERRITORY, a);
    assert_int_equal(found("errand", NULL, ids, ERRANDS + 1, NULL), 0);
    assert_int_equal(found("errand", "灭火", ids, ERRANDS + 1, NULL), 0);
    me = somebody(SEES_TERRITORY, b);
    assert_int_equal(found("errand", NULL, ids, ERRANDS + 1, NULL), ERRANDS);
    assert_int_equal(found("errand", "灭火", ids, ERRANDS + 1, NULL), ERRANDS);
    assert_int_equal(seen("errand", ids[3])->version, 1);
    me = (struct actor)ACTOR_CONSOLE;
    assert_ok(restore("errand", gone)); /* a withdrawn one moved too */
    assert_int_equal(seen("errand", gone)->scope[SCOPE_TERRITORY], b);
}

static void a_circle_of_lenders_comes_to_an_end(void **state)
{
    (void)state;
    int64_t a = made("club", "{\"name\":\"a\"}"), b = made("club", text_of("{\"name\":\"b\",\"above\":\"%lld\"}", (long long)a));
    int64_t c = made("club", text_of("{\"name\":\"c\",\"above\":\"%lld\"}", (long long)b));
    assert_ok(change("club", a, 0, text_of("{\"above\":\"%lld\"}", (long long)c), NULL));
    assert_ok(change("club", b, 0, "{\"name\":\"B\"}", NULL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_actor_sees_exactly_the_rows_of_its_scope),
        cmocka_unit_test(a_public_ledger_is_read_by_everybody_but_nobody),
        cmocka_unit_test(rows_move_with_the_record_that_lends_them_its_scope),
        cmocka_unit_test(a_circle_of_lenders_comes_to_an_end),
    };
    return RUN_ON_BOTH(tests);
}
