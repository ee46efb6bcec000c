/* test_right.c — the table of rights: what it refuses, how a change of it takes hold, what a token leaves over, and fields by verb. */
#include "safety_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/import.h"

static struct actor as(enum role role)
{
    return (struct actor){.name = STR("somebody"), .account = 1, .role = role, .sees = SEES_ALL};
}

static int64_t row_of(const char *role, const char *on)
{
    int64_t id;
    me = (struct actor)ACTOR_CONSOLE;
    assert_int_equal(found("right", NULL, &id, 1, text_of("role = %s", role), text_of("on_ledger = %s", on), NULL), 1);
    return id;
}

static void what_no_row_allows_is_forbidden_and_the_message_says_what(void **state)
{
    (void)state;
    load_defaults();
    struct record *r;
    int64_t n;
    me = as(ROLE_SYSTEM_ADMIN);
    assert_err(make("premises", "{\"name\":\"甲\"}", &r), ERR_FORBIDDEN);
    assert_rule("right");
    assert_string_equal(err_last()->message, "the role “system administrator” may not “create” in “Premises”");
    assert_err(count_rows(&(struct query){.l = ledger("premises")}, &n), ERR_FORBIDDEN);
    assert_err(change("premises", 1, 0, "{}", &r), ERR_FORBIDDEN); /* before it is looked whether there is one */
    assert_err(act("hazard", 1, "accept", 0, "{}", &r), ERR_FORBIDDEN);
    assert_string_equal(err_last()->message, "the role “system administrator” may not “Accept” in “Hazard”");
    me = as(ROLE_NONE);
    assert_err(look("code", 1, &r), ERR_FORBIDDEN);
    me = as(ROLE__MAX); /* a role that there is not */
    assert_err(look("code", 1, &r), ERR_FORBIDDEN);
}

static void a_star_holds_for_ledgers_of_the_district_but_never_for_accounts_and_rights(void **state)
{
    (void)state;
    load_defaults();
    struct actor office = as(ROLE_OFFICE), leader = as(ROLE_LEADER), public = ACTOR_PUBLIC;
    assert_true(right_may(store, &office, ledger("thing"), RIGHT_CREATE));
    assert_true(right_may_verb(store, &office, ledger("errand"), STR("send")));
    assert_true(right_may(store, &leader, ledger("thing"), RIGHT_SEE) && !right_may(store, &leader, ledger("thing"), RIGHT_CHANGE));
    assert_false(right_may_verb(store, &leader, ledger("errand"), STR("send")));
    assert_false(right_may(store, &public, ledger("thing"), RIGHT_SEE));
    assert_false(right_may(store, &office, ledger("account"), RIGHT_SEE) || right_may(store, &office, ledger("right"), RIGHT_SEE));
    assert_false(right_may_log(store, &office));
}

static void a_change_of_a_right_holds_at_once(void **state)
{
    (void)state;
    load_defaults();
    struct actor station = as(ROLE_STATION);
    struct record *r;
    int64_t id = row_of("station", "hazard");
    uint64_t epoch = rights_epoch(store);
    assert_true(right_may(store, &station, ledger("hazard"), RIGHT_EXPORT));
    me = as(ROLE_SECURITY_ADMIN);
    assert_ok(change("right", id, 0, "{\"actions\":[\"see\"],\"verbs\":\"report\"}", &r));
    assert_false(right_may(store, &station, ledger("hazard"), RIGHT_EXPORT));
    assert_true(right_may_verb(store, &station, ledger("hazard"), STR("report")));
    assert_false(right_may_verb(store, &station, ledger("hazard"), STR("accept")));
    assert_true(rights_epoch(store) > epoch);
    assert_ok(withdraw("right", id)); /* now the row of "*" holds for it */
    assert_true(right_may(store, &station, ledger("hazard"), RIGHT_EXPORT));
    assert_ok(restore("right", id));
    assert_false(right_may(store, &station, ledger("hazard"), RIGHT_EXPORT));
    assert_ok(change("right", id, 0,
                     "{\"actions\":[\"see\",\"create\",\"change\",\"withdraw\",\"import\",\"export\"],"
                     "\"verbs\":\"report accept reject revisit\"}",
                     &r));
}

static enum err change_and_fail(struct work *w, void *arg)
{
    struct record *draft = record_new(w->arena, ledger("right")), *now;
    TRY(draft_from_json(w, STR("{\"actions\":[]}"), draft));
    TRY(store_change(w, *(int64_t *)arg, 0, draft, &now, NULL));
    return err_set(ERR_STOPPED, "%s", "undone");
}

static void a_change_that_is_undone_changes_nothing(void **state)
{
    (void)state;
    load_defaults();
    struct actor station = as(ROLE_STATION);
    int64_t id = row_of("station", "premises");
    me = as(ROLE_SECURITY_ADMIN);
    assert_err(writing(change_and_fail, &id), ERR_STOPPED);
    assert_ok(rights_refresh(store));
    assert_true(right_may(store, &station, ledger("premises"), RIGHT_SEE));
}

static enum err nothing(struct work *w, void *arg)
{
    (void)w;
    (void)arg;
    return OK;
}

static void another_program_notices_within_seconds(void **state)
{
    (void)state;
    load_defaults();
    struct store *other;
    struct record *r;
    struct actor officer = as(ROLE_OFFICER), console = ACTOR_CONSOLE;
    int64_t id = row_of("officer", "person");
    assert_ok(store_open(testdb.url, &(struct store_options){0}, &other));
    const struct ledger *person = registry_find(other->registry, STR("person"));
    assert_true(right_may(other, &officer, person, RIGHT_REVEAL));
    me = as(ROLE_SECURITY_ADMIN);
    assert_ok(change("right", id, 0, "{\"actions\":[\"see\",\"create\",\"change\"]}", &r));
    usleep(1100000);
    assert_ok(store_view(other, &console, arena, nothing, NULL)); /* any transaction looks, at most once a second */
    assert_false(right_may(other, &officer, person, RIGHT_REVEAL));
    store_close(other);
}

static void the_constitution_stands(void **state)
{
    (void)state;
    load_defaults();
    struct record *r;
    struct import_result result;
    int64_t id = row_of("system_admin", "account"), business = row_of("leader", "*");
    const struct actor who[] = {as(ROLE_SECURITY_ADMIN), ACTOR_CONSOLE};
    for (int i = 0; i < COUNT(who); i++) {
        me = who[i];
        assert_err(make("right", "{\"role\":\"security_admin\",\"on_ledger\":\"premises\",\"actions\":[\"see\"]}", &r), ERR_FORBIDDEN);
        assert_rule("constitution");
        assert_err(change("right", id, 0, "{\"actions\":[\"see\"]}", &r), ERR_FORBIDDEN);
        assert_err(change("right", id, 0, "{\"role\":\"leader\"}", &r), ERR_FORBIDDEN);
        assert_err(change("right", business, 0, "{\"role\":\"auditor\"}", &r), ERR_FORBIDDEN);
        assert_rule("constitution");
        assert_err(withdraw("right", id), ERR_FORBIDDEN);
    }
    me = as(ROLE_SECURITY_ADMIN);
    assert_err(
        import_bytes(store, &me, arena, ledger("right"), "right", STR("role,on_ledger,actions\nsecurity_admin,premises,see\n"), &result),
        ERR_FORBIDDEN);
    assert_rule("right");
    struct actor security = as(ROLE_SECURITY_ADMIN);
    assert_false(right_may(store, &security, ledger("premises"), RIGHT_SEE));
}

static void rows_that_make_no_sense_are_refused_with_the_field(void **state)
{
    (void)state;
    load_defaults();
    static const struct {
        const char *json;
        enum err e;
        const char *field;
    } cases[] = {
        {"{\"role\":\"leader\",\"on_ledger\":\"account\",\"actions\":[\"see\"]}", ERR_INVALID, "on_ledger"},
        {"{\"role\":\"office\",\"on_ledger\":\"right\",\"actions\":[\"see\"]}", ERR_INVALID, "on_ledger"},
        {"{\"role\":\"leader\",\"on_ledger\":\"_log\",\"actions\":[\"see\"]}", ERR_INVALID, "on_ledger"},
        {"{\"role\":\"leader\",\"on_ledger\":\"nowhere\",\"actions\":[\"see\"]}", ERR_INVALID, "on_ledger"},
        {"{\"role\":\"leader\",\"on_ledger\":\"part\",\"actions\":[\"see\"]}", ERR_INVALID, "on_ledger"}, /* rows of another ledger */
        {"{\"role\":\"leader\",\"on_ledger\":\"hazard\",\"verbs\":\"report acept\"}", ERR_INVALID, "verbs"},
        {"{\"role\":\"leader\",\"on_ledger\":\"hazard\",\"actions\":[\"look\"]}", ERR_INVALID, "actions"},
        {"{\"role\":\"boss\",\"on_ledger\":\"hazard\"}", ERR_INVALID, "role"},
        {"{\"role\":\"leader\",\"on_ledger\":\"*\",\"actions\":[\"see\"]}", ERR_CONFLICT, "on_ledger"}, /* there is one */
    };
    me = as(ROLE_SECURITY_ADMIN);
    for (int i = 0; i < COUNT(cases); i++) {
        assert_err(make("right", cases[i].json, NULL), cases[i].e);
        assert_field(cases[i].field);
    }
}

static void a_token_leaves_a_part_of_the_rights(void **state)
{
    (void)state;
    load_defaults();
    struct actor a = as(ROLE_OFFICE);
    a.only = STR("|hazard|premises|");
    assert_true(right_may(store, &a, ledger("hazard"), RIGHT_CREATE) && right_may_verb(store, &a, ledger("hazard"), STR("accept")));
    assert_false(right_may(store, &a, ledger("person"), RIGHT_SEE) || right_may(store, &a, ledger("code"), RIGHT_SEE));
    a.reads_only = true;
    assert_true(right_may(store, &a, ledger("hazard"), RIGHT_SEE) && right_may(store, &a, ledger("hazard"), RIGHT_EXPORT));
    assert_false(right_may(store, &a, ledger("hazard"), RIGHT_CREATE) || right_may_verb(store, &a, ledger("hazard"), STR("accept")));
    a.only = STR_NONE;
    assert_true(right_may(store, &a, ledger("person"), RIGHT_SEE));
    assert_false(right_may(store, &a, ledger("person"), RIGHT_REVEAL)); /* a look is written */
    struct actor console = ACTOR_CONSOLE;
    console.reads_only = true;
    assert_false(right_may(store, &console, ledger("hazard"), RIGHT_CHANGE));
}

/* ---- fields that only verbs set ---- */

static void fields_of_a_verb_are_set_by_that_verb_alone(void **state)
{
    (void)state;
    load_defaults();
    struct record *r;
    me = (struct actor)ACTOR_CONSOLE;
    int64_t premises = made("premises", "{\"name\":\"乙\"}");
    me = as(ROLE_OFFICER);
    const char *born = text_of("\"premises\":\"%lld\",\"description\":\"电线私拉\",\"grade\":\"general\",\"found_on\":\"2026-02-01\"",
                               (long long)premises);
    assert_err(make("hazard", text_of("{%s,\"accepted_on\":\"2026-02-03\"}", born), &r), ERR_REFUSED);
    assert_field("accepted_on");
    assert_rule("by");
    int64_t id = made("hazard", text_of("{%s}", born));
    assert_err(change("hazard", id, 0, "{\"rectified_on\":\"2026-02-03\"}", &r), ERR_REFUSED);
    assert_string_equal(err_last()->message, "Rectified on is set only by “Report rectified”");
    /* By another verb neither. */
    assert_err(act("hazard", id, "report", 0, "{\"rectified_on\":\"2026-02-03\",\"rectified_by\":\"甲\",\"accepted_by\":\"乙\"}", &r),
               ERR_REFUSED);
    assert_field("accepted_by");
    assert_ok(act("hazard", id, "report", 0, "{\"rectified_on\":\"2026-02-03\",\"rectified_by\":\"甲\"}", &r));
    /* A form that sends back what stands there is no change; erasing is one. */
    assert_ok(change("hazard", id, 0, "{\"rectified_on\":\"2026-02-03\",\"remarks\":\"好\"}", &r));
    assert_err(change("hazard", id, 0, "{\"rectified_on\":null}", &r), ERR_REFUSED);
}

static void history_can_be_loaded_by_import_and_at_the_console(void **state)
{
    (void)state;
    load_defaults();
    struct import_result result;
    struct record *r;
    me = (struct actor)ACTOR_CONSOLE;
    int64_t premises = made("premises", "{\"name\":\"丙\"}");
    assert_ok(make("hazard",
                   text_of("{\"premises\":\"%lld\",\"description\":\"旧隐患\",\"grade\":\"general\",\"found_on\":\"2024-02-01\","
                           "\"rectified_on\":\"2024-02-09\"}",
                           (long long)premises),
                   &r));
    struct actor officer = as(ROLE_OFFICER);
    assert_ok(import_bytes(store, &officer, arena, ledger("hazard"), "old",
                           STR("premises,description,grade,found_on,accepted_on,accepted_by\n"
                               "丙,早先的隐患,general,2024-01-01,2024-01-20,李四\n"),
                           &result));
    assert_int_equal(result.added, 1);
}

/* ---- the scope of people ---- */

static void a_station_sees_its_own_people_and_they_move_with_their_unit(void **state)
{
    (void)state;
    load_defaults();
    struct record *r;
    struct somebody street = hired("北街道", "subdistrict", ""), other = hired("南街道", "subdistrict", "");
    struct somebody station = hired("安监站", "station", text_of(",\"parent\":\"%lld\"", (long long)street.unit));
    struct somebody bureau = hired("商务局", "department", "");
    account("zhan", station.person, "user", NULL);
    account("ju", bureau.person, "user", NULL);
    me = acting("zhan");
    assert_int_equal(me.role, ROLE_STATION);
    assert_ok(look("person", street.person, &r));
    assert_ok(look("person", station.person, &r));
    assert_err(look("person", other.person, &r), ERR_NOT_FOUND);
    assert_err(look("person", bureau.person, &r), ERR_NOT_FOUND);
    assert_ok(make("person", text_of("{\"name\":\"新来的\",\"unit\":\"%lld\"}", (long long)station.unit), &r));
    assert_err(make("person", text_of("{\"name\":\"别处的\",\"unit\":\"%lld\"}", (long long)other.unit), &r), ERR_FORBIDDEN);
    struct actor ju = acting("ju");
    me = (struct actor)ACTOR_CONSOLE;
    assert_ok(change("unit", station.unit, 0, text_of("{\"parent\":\"%lld\"}", (long long)other.unit), &r));
    assert_int_equal(r->v[field(r->l, "territory")->index].i, other.unit);
    struct actor south = acting("zhan");
    assert_int_equal(south.sees_id, other.unit);
    me = south;
    assert_ok(look("person", station.person, &r));
    assert_err(look("person", street.person, &r), ERR_NOT_FOUND);
    me = ju;
    assert_ok(look("person", bureau.person, &r));
}

/* ---- threads ---- */

static atomic_bool stop;
static atomic_int odd;

static void *ask_on(void *arg)
{
    struct actor a = as(ROLE_OFFICER);
    const struct ledger *l = ledger("law");
    (void)arg;
    /* Only two states are ever in force: see alone, and nothing. */
    while (!atomic_load(&stop))
        if (right_may(store, &a, l, RIGHT_CHANGE)) atomic_fetch_add(&odd, 1);
    return NULL;
}

static void rights_are_asked_while_they_change(void **state)
{
    (void)state;
    load_defaults();
    pthread_t thread[2];
    struct record *r;
    int64_t id = row_of("officer", "law");
    me = as(ROLE_SECURITY_ADMIN);
    atomic_store(&stop, false);
    for (int i = 0; i < COUNT(thread); i++) assert_int_equal(pthread_create(&thread[i], NULL, ask_on, NULL), 0);
    for (int i = 0; i < 20; i++) assert_ok(change("right", id, 0, i % 2 ? "{\"actions\":[\"see\"]}" : "{\"actions\":null}", &r));
    atomic_store(&stop, true);
    for (int i = 0; i < COUNT(thread); i++) pthread_join(thread[i], NULL);
    assert_int_equal(atomic_load(&odd), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_row_allows_is_forbidden_and_the_message_says_what),
        cmocka_unit_test(a_star_holds_for_ledgers_of_the_district_but_never_for_accounts_and_rights),
        cmocka_unit_test(a_change_of_a_right_holds_at_once),
        cmocka_unit_test(a_change_that_is_undone_changes_nothing),
        cmocka_unit_test(another_program_notices_within_seconds),
        cmocka_unit_test(the_constitution_stands),
        cmocka_unit_test(rows_that_make_no_sense_are_refused_with_the_field),
        cmocka_unit_test(a_token_leaves_a_part_of_the_rights),
        cmocka_unit_test(fields_of_a_verb_are_set_by_that_verb_alone),
        cmocka_unit_test(history_can_be_loaded_by_import_and_at_the_console),
        cmocka_unit_test(a_station_sees_its_own_people_and_they_move_with_their_unit),
        cmocka_unit_test(rights_are_asked_while_they_change),
    };
    return RUN_ON_BOTH(tests);
}
