/* test_account.c — accounts: two people for each, always an administrator, posts, passwords that are taken. */
#include "safety_test.h"

#include <time.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "ledger/flow.h"
#include "safety/account.h"

/* Acts as an administrative account. */
static void be(const char *name)
{
    me = acting(name);
}

static void be_console(void)
{
    me = (struct actor)ACTOR_CONSOLE;
}

static const char *state_of(int64_t account)
{
    be_console();
    return text_of("%.*s", STR_ARG(seen("account", account)->state));
}

/* One administrator of each kind, and a second security administrator. */
static void administrators(void)
{
    static struct store *ready;
    load_defaults();
    if (ready == store) return;
    ready = store;
    account("sys", 0, "system_admin", NULL);
    account("sec", 0, "security_admin", NULL);
    account("sec2", 0, "security_admin", NULL);
    account("aud", 0, "auditor", NULL);
}

static void an_account_waits_until_another_has_granted_it(void **state)
{
    (void)state;
    administrators();
    struct somebody k = hired("一街道", "subdistrict", "");
    struct actor a;
    struct record *r;
    be("sys");
    int64_t id = made("account", text_of("{\"name\":\"wen\",\"person\":\"%lld\"}", (long long)k.person));
    assert_string_equal(state_of(id), "waiting");
    assert_err(actor_of("wen", &a), ERR_FORBIDDEN);
    be("sys");
    assert_err(act("account", id, "grant", 0, "{\"role\":\"user\"}", &r), ERR_FORBIDDEN);
    assert_err(change("account", id, 0, "{\"role\":\"security_admin\"}", &r), ERR_REFUSED);
    assert_field("role");
    assert_rule("by");
    assert_err(change("account", id, 0, "{\"name\":\"wen2\"}", &r), ERR_REFUSED);
    assert_err(make("account", "{\"name\":\"x\",\"role\":\"system_admin\"}", &r), ERR_REFUSED); /* a role is not given at birth */
    be("sec");
    assert_err(act("account", id, "grant", 0, "{}", &r), ERR_INVALID);
    assert_field("role");
    assert_ok(act("account", id, "grant", 0, "{\"role\":\"user\"}", &r));
    assert_ok(actor_of("wen", &a));
    assert_int_equal(a.role, ROLE_STATION);
    assert_int_equal(a.sees, SEES_TERRITORY);
    assert_int_equal(a.sees_id, k.unit);
    assert_int_equal(a.post, k.post);
}

static void nobody_grants_what_he_has_made_nor_himself(void **state)
{
    (void)state;
    administrators();
    struct record *r;
    /* One who could do both, were there such a role: only the guard stands between. */
    struct actor both = {.name = STR("both"), .account = 77, .role = ROLE_SECURITY_ADMIN, .sees = SEES_ALL};
    struct actor maker = both;
    maker.role = ROLE_SYSTEM_ADMIN;
    me = maker;
    int64_t id = made("account", "{\"name\":\"own\"}");
    me = both;
    assert_err(act("account", id, "grant", 0, "{\"role\":\"user\"}", &r), ERR_REFUSED);
    assert_rule("two_people");
    be("sec");
    assert_err(act("account", me.account, "grant", 0, "{\"role\":\"system_admin\"}", &r), ERR_REFUSED);
    assert_rule("two_people");
    assert_ok(act("account", id, "grant", 0, "{\"role\":\"user\"}", &r));
}

static void an_account_blocked_before_it_was_granted_does_not_come_alive(void **state)
{
    (void)state;
    administrators();
    struct record *r;
    be("sys");
    int64_t id = made("account", "{\"name\":\"early\"}");
    assert_ok(act("account", id, "block", 0, "{}", &r));
    assert_err(act("account", id, "unblock", 0, "{}", &r), ERR_REFUSED);
    assert_rule("was_granted");
    be_console();
    id = account("late", 0, "auditor", NULL);
    be("sec");
    assert_ok(act("account", id, "block", 0, "{}", &r));
    be("sys");
    assert_ok(act("account", id, "unblock", 0, "{}", &r));
    assert_string_equal(state_of(id), "active");
}

/* Whatever is tried, by whom, in which order: there is an active one of each kind at the end. */
static int64_t active_with(const char *role)
{
    int64_t ids[50];
    be_console();
    return found("account", NULL, ids, COUNT(ids), text_of("role = %s", role), "state = active", NULL);
}

static void the_last_administrator_of_a_kind_stays(void **state)
{
    (void)state;
    administrators();
    int64_t ids[50], other = account("deputy", 0, "system_admin", NULL);
    dice_seed(7);
    for (int i = 0; i < 60; i++) {
        const char *role = dice(2) ? "system_admin" : "security_admin";
        be_console();
        int n = found("account", NULL, ids, COUNT(ids), text_of("role = %s", role), NULL);
        int64_t id = ids[dice((uint32_t)n)];
        switch (dice(5)) {
        case 0: act("account", id, "block", 0, "{}", NULL); break;
        case 1: act("account", id, "unblock", 0, "{}", NULL); break;
        case 2: withdraw("account", id); break;
        case 3: restore("account", id); break;
        case 4: merge("account", id, other); break;
        }
        assert_true(active_with("system_admin") >= 1);
        assert_true(active_with("security_admin") >= 1);
    }
}

static void the_last_one_keeps_its_role_and_says_why(void **state)
{
    (void)state;
    administrators();
    int64_t ids[50];
    struct record *r;
    int64_t keeps = account("keeper", 0, "system_admin", NULL);
    be_console();
    int n = found("account", NULL, ids, COUNT(ids), "role = system_admin", "state = active", NULL);
    for (int i = 0; i < n; i++)
        if (ids[i] != keeps) assert_ok(act("account", ids[i], "block", 0, "{}", &r));
    assert_err(act("account", keeps, "block", 0, "{}", &r), ERR_REFUSED);
    assert_rule("last_admin");
    assert_err(act("account", keeps, "grant", 0, "{\"role\":\"auditor\"}", &r), ERR_REFUSED);
    assert_rule("last_admin");
    assert_err(change("account", keeps, 0, "{\"role\":\"auditor\"}", &r), ERR_REFUSED);
    assert_err(withdraw("account", keeps), ERR_REFUSED);
    assert_rule("last_admin");
    assert_ok(act("account", keeps, "grant", 0, "{\"role\":\"system_admin\"}", &r));
    for (int i = 0; i < n; i++)
        if (ids[i] != keeps) act("account", ids[i], "unblock", 0, "{}", &r);
}

/* ---- side by side ---- */

struct both_ways {
    int64_t id;
    int64_t version;
    const char *verb, *json;
    enum err e;
};

static enum err do_verb(struct work *w, void *arg)
{
    const struct both_ways *b = arg;
    struct record *draft = record_new(w->arena, ledger("account")), *ret;
    TRY(draft_from_json(w, str_of(b->json), draft));
    return store_do(w, b->id, str_of(b->verb), b->version, draft, &ret);
}

static void *side_by_side(void *arg)
{
    struct both_ways *b = arg;
    struct arena *a = arena_new_capped((size_t)16 << 20);
    struct actor console = ACTOR_CONSOLE;
    b->e = store_write(store, &console, a, do_verb, b);
    arena_free(a);
    return NULL;
}

static void run_both(struct both_ways b[2])
{
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&thread[i], NULL, side_by_side, &b[i]), 0);
    for (int i = 0; i < 2; i++) pthread_join(thread[i], NULL);
}

static void two_administrators_who_block_each_other_do_not_both_succeed(void **state)
{
    (void)state;
    administrators();
    int64_t ids[50];
    for (int round = 0; round < 8; round++) {
        be_console();
        int n = found("account", NULL, ids, COUNT(ids), "role = security_admin", "state = active", NULL);
        for (; n > 2; n--) assert_ok(act("account", ids[n - 1], "block", 0, "{}", NULL));
        while (n < 2) ids[n] = account(text_of("s%d%d", round, n), 0, "security_admin", NULL), n++;
        struct both_ways b[2] = {{ids[0], 0, "block", "{}", OK}, {ids[1], 0, "block", "{}", OK}};
        run_both(b);
        assert_int_equal((b[0].e == OK) + (b[1].e == OK), 1);
        assert_int_equal(b[0].e ? b[0].e : b[1].e, ERR_REFUSED);
    }
}

static void of_two_grants_of_what_both_have_seen_one_is_a_conflict(void **state)
{
    (void)state;
    administrators();
    for (int round = 0; round < 8; round++) {
        be("sys");
        int64_t id = made("account", text_of("{\"name\":\"g%d\"}", round));
        struct both_ways b[2] = {{id, 1, "grant", "{\"role\":\"auditor\"}", OK}, {id, 1, "grant", "{\"role\":\"user\"}", OK}};
        run_both(b);
        assert_int_equal((b[0].e == OK) + (b[1].e == OK), 1);
        assert_int_equal(b[0].e ? b[0].e : b[1].e, ERR_CONFLICT);
    }
}

/* ---- posts ---- */

struct asked_posts {
    int64_t account, post;
    int n;
    struct actor actor;
};

static enum err do_posts(struct work *w, void *arg)
{
    struct asked_posts *k = arg;
    struct record *r, *posts[ACCOUNT_POSTS_MAX];
    TRY(store_load(w, ledger("account"), k->account, false, &r));
    TRY(account_posts(w, r, posts, &k->n));
    return account_actor_under(w, r, k->post, &k->actor);
}

static void an_account_acts_under_the_posts_of_its_person_alone(void **state)
{
    (void)state;
    administrators();
    struct somebody a = hired("甲局", "department", ""), b = hired("乙街道", "subdistrict", "");
    struct actor actor;
    struct record *r;
    int64_t id = account("shuang", a.person, "user", NULL);
    be_console();
    int64_t second = made("post",
                          text_of("{\"person\":\"%lld\",\"unit\":\"%lld\",\"duty\":\"兼\",\"role\":\"member\",\"from_day\":\"2021-01-01\"}",
                                  (long long)a.person, (long long)b.unit));
    int64_t past = made("post",
                        text_of("{\"person\":\"%lld\",\"unit\":\"%lld\",\"duty\":\"曾\",\"role\":\"member\",\"from_day\":\"2019-01-01\","
                                "\"to_day\":\"2019-06-01\"}",
                                (long long)a.person, (long long)b.unit));
    assert_err(actor_of("shuang", &actor), ERR_FORBIDDEN); /* which of the two? */
    struct asked_posts k = {.account = id, .post = second};
    viewed(do_posts, &k);
    assert_int_equal(k.n, 2);
    assert_int_equal(k.actor.role, ROLE_STATION);
    assert_int_equal(k.actor.sees_id, b.unit);
    k.post = a.post;
    viewed(do_posts, &k);
    assert_int_equal(k.actor.role, ROLE_OFFICER);
    k.post = past;
    assert_err(viewing(do_posts, &k), ERR_FORBIDDEN);
    k.post = b.post; /* somebody else's */
    assert_err(viewing(do_posts, &k), ERR_FORBIDDEN);
    be("sec");
    assert_err(act("account", id, "grant", 0, text_of("{\"role\":\"user\",\"post\":\"%lld\"}", (long long)b.post), &r), ERR_INVALID);
    assert_field("post");
    assert_ok(act("account", id, "grant", 0, text_of("{\"role\":\"user\",\"post\":\"%lld\"}", (long long)second), &r));
    assert_int_equal(acting("shuang").post, second);
}

static void every_kind_of_unit_has_its_role_and_others_none(void **state)
{
    (void)state;
    administrators();
    static const struct {
        const char *kind;
        enum role role;
        enum scope_kind sees;
    } cases[] = {{"government", ROLE_LEADER, SEES_ALL},     {"committee_office", ROLE_OFFICE, SEES_ALL},
                 {"safety_bureau", ROLE_OFFICER, SEES_ALL}, {"brigade", ROLE_OFFICER, SEES_ALL},
                 {"department", ROLE_OFFICER, SEES_SECTOR}, {"township", ROLE_STATION, SEES_TERRITORY},
                 {"village", ROLE_STATION, SEES_TERRITORY}, {"enterprise", ROLE_ENTERPRISE, SEES_OWNER},
                 {"institution", ROLE_NONE, SEES_NOTHING},  {"intermediary", ROLE_NONE, SEES_NOTHING}};
    for (int i = 0; i < COUNT(cases); i++) {
        struct somebody k = hired(text_of("单位%d", i), cases[i].kind, "");
        account(text_of("u%d", i), k.person, "user", NULL);
        struct actor a = acting(text_of("u%d", i));
        assert_int_equal(a.role, cases[i].role);
        assert_int_equal(a.sees, cases[i].sees);
        if (cases[i].sees == SEES_OWNER) assert_int_equal(a.sees_id, 0); /* no premises has its code: no rows */
    }
    account("postless", 0, "user", NULL);
    struct actor a = acting("postless");
    assert_int_equal(a.role, ROLE_NONE);
    assert_int_equal(a.sees, SEES_NOTHING);
}

/* ---- passwords ---- */

static void weak_passwords_are_not_taken(void **state)
{
    (void)state;
    static const struct {
        const char *name, *password;
        bool fits;
    } cases[] = {
        {"wang", "correct horse", true},
        {"wang", "九个字的中文口令一", false}, /* 9 characters */
        {"wang", "十个字的中文口令好吗", true},
        {"wang", "nine char", false},
        {"wang", "", false},
        {"wang", "1234567890", false},
        {"wang", "QWERTYuiop", false},           /* folded */
        {"wang", "１２３４５６７８９０", false}, /* full width */
        {"wang", "zzzzzzzzzzzz", false},
        {"wangxiaoming", "WangXiaoMing1", false},
        {"wangxiaoming", "WangXiaoMing and more", true},
        {"wang", "ten chars\xff!", false}, /* not UTF-8 */
    };
    char longest[PASSWORD_MAX + 2];
    for (int i = 0; i < COUNT(cases); i++) {
        enum err e = password_fit(str_of(cases[i].name), str_of(cases[i].password));
        if ((e == OK) != cases[i].fits) print_error("%s: %s\n", cases[i].name, cases[i].password);
        assert_int_equal(e == OK, cases[i].fits);
        if (e) assert_field("password");
        if (e && cases[i].password[0]) assert_null(strstr(err_last()->message, cases[i].password));
    }
    for (int i = 0; i <= PASSWORD_MAX; i++) longest[i] = (char)('a' + i % 26);
    longest[PASSWORD_MAX] = '\0';
    assert_ok(password_fit(STR("wang"), str_of(longest)));
    longest[PASSWORD_MAX] = 'x';
    longest[PASSWORD_MAX + 1] = '\0';
    assert_err(password_fit(STR("wang"), str_of(longest)), ERR_INVALID);
}

static void a_hash_fits_its_password_and_no_other(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH], again[PASSWORD_HASH];
    assert_ok(password_hash(STR("correct horse"), hash));
    assert_ok(password_hash(STR("correct horse"), again));
    assert_string_not_equal(hash, again); /* salted */
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=3,p=1$"));
    assert_true(password_verify(hash, STR("correct horse")));
    assert_false(password_verify(hash, STR("correct horsf")) || password_verify(hash, STR("")) || password_verify("", STR("")));
    assert_false(password_verify("nonsense", STR("correct horse")));
}

/* Of this thread alone: whatever else the machine does. */
static int64_t thread_micros(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void an_unknown_hash_takes_as_long_as_a_known_one(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH];
    assert_ok(password_hash(STR("correct horse"), hash));
    int64_t best[2] = {INT64_MAX, INT64_MAX};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2; k++) {
            int64_t start = thread_micros();
            assert_false(password_verify(k ? hash : "", STR("another one")));
            int64_t took = thread_micros() - start;
            if (took < best[k]) best[k] = took;
        }
    }
    assert_true(best[0] * 4 > best[1] && best[1] * 4 > best[0]);
}

static enum err do_reset(struct work *w, void *arg)
{
    return account_reset(w, *(int64_t *)arg, "$argon2id$hidden");
}

static void a_reset_is_an_event_without_the_password(void **state)
{
    (void)state;
    administrators();
    int64_t id = account("forgetful", 0, "auditor", NULL);
    be("sec");
    assert_err(writing(do_reset, &id), ERR_FORBIDDEN);
    be("sys");
    int64_t before = events();
    me = acting("sys");
    written(do_reset, &id);
    assert_int_equal(events(), before + 1);
    be_console();
    assert_int_equal(seen("account", id)->version, 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_waits_until_another_has_granted_it),
        cmocka_unit_test(nobody_grants_what_he_has_made_nor_himself),
        cmocka_unit_test(an_account_blocked_before_it_was_granted_does_not_come_alive),
        cmocka_unit_test(of_two_grants_of_what_both_have_seen_one_is_a_conflict),
        cmocka_unit_test(an_account_acts_under_the_posts_of_its_person_alone),
        cmocka_unit_test(every_kind_of_unit_has_its_role_and_others_none),
        cmocka_unit_test(weak_passwords_are_not_taken),
        cmocka_unit_test(a_hash_fits_its_password_and_no_other),
        cmocka_unit_test(an_unknown_hash_takes_as_long_as_a_known_one),
        cmocka_unit_test(a_reset_is_an_event_without_the_password),
        /* These three leave few administrators behind. */
        cmocka_unit_test(the_last_one_keeps_its_role_and_says_why),
        cmocka_unit_test(two_administrators_who_block_each_other_do_not_both_succeed),
        cmocka_unit_test(the_last_administrator_of_a_kind_stays),
    };
    return RUN_ON_BOTH(tests);
}
