/* test_session.c — logins and their delays, sessions and what ends them, API tokens, the audit trail; on a clock that goes on only here. */
#include "safety_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety/account.h"

static struct somebody clerk;
static int64_t wen, sys; /* accounts: a clerk, and the last system administrator */

static void people(void)
{
    static struct store *ready;
    load_defaults();
    clock_at("2026-03-02T09:00:00+08:00");
    if (ready == store) return;
    ready = store;
    clerk = hired("东街道", "subdistrict", "");
    wen = account("wen", clerk.person, "user", "the river is wide");
    sys = account("sys", 0, "system_admin", NULL);
    account("aud", 0, "auditor", NULL);
}

static int end_of_clock(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

/* An attempt whose password is taken to be right or wrong: verifying is slow, and tested by itself. */
static enum err attempt(const char *name, const char *address, bool right, struct session *ret)
{
    struct login l;
    struct session s;
    enum err e = login_prepare(store, arena, str_of(name), str_of(address), &l);
    if (e) return e;
    l.right = right && l.account;
    return login_finish(store, arena, &l, ret ? ret : &s);
}

static struct session logged_in(const char *name)
{
    struct session s;
    assert_ok(attempt(name, "10.0.0.1", true, &s));
    return s;
}

static enum err find(struct sessions *cache, const struct session *s, struct session *ret)
{
    struct session unused;
    return session_find(store, cache, arena, str_of(s->token), ret ? ret : &unused);
}

/* ---- logging in ---- */

static void the_right_password_opens_a_session_and_no_other_does(void **state)
{
    (void)state;
    people();
    struct login l;
    struct session s, found_;
    assert_ok(login_prepare(store, arena, STR("wen"), STR("10.0.0.9"), &l));
    login_verify(&l, STR("the river is deep"));
    assert_err(login_finish(store, arena, &l, &s), ERR_FORBIDDEN);
    assert_rule("login");
    char message[sizeof err_last()->message];
    memcpy(message, err_last()->message, sizeof message);
    assert_err(attempt("nobody at all", "10.0.0.9", true, &s), ERR_FORBIDDEN); /* said alike */
    assert_string_equal(err_last()->message, message);
    assert_ok(login_prepare(store, arena, STR("wen"), STR("10.0.0.9"), &l));
    login_verify(&l, STR("the river is wide"));
    assert_ok(login_finish(store, arena, &l, &s));
    assert_ok(find(NULL, &s, &found_));
    assert_true(str_is(found_.actor.name, "wen"));
    assert_int_equal(found_.actor.account, wen);
    assert_int_equal(found_.actor.role, ROLE_STATION);
    assert_int_equal(found_.actor.sees_id, clerk.unit);
    assert_int_equal(found_.actor.post, clerk.post);
    assert_string_equal(found_.csrf, s.csrf);
    assert_true(session_csrf_fits(&found_, str_of(s.csrf)));
    assert_false(session_csrf_fits(&found_, str_of(s.token)) || session_csrf_fits(&found_, STR("")));
    assert_int_equal(strlen(s.token), TOKEN_TEXT - 1);
}

static void no_account_comes_in_that_waits_or_is_blocked(void **state)
{
    (void)state;
    people();
    struct session s;
    int64_t id = made("account", "{\"name\":\"warten\"}");
    assert_err(attempt("warten", "10.0.0.2", true, &s), ERR_FORBIDDEN);
    assert_ok(act("account", id, "grant", 0, "{\"role\":\"auditor\"}", NULL));
    assert_ok(attempt("warten", "10.0.0.2", true, &s));
    assert_ok(act("account", id, "block", 0, "{}", NULL));
    assert_err(attempt("warten", "10.0.0.2", true, &s), ERR_FORBIDDEN);
}

static void names_that_are_no_names_are_unknown_names(void **state)
{
    (void)state;
    people();
    assert_err(attempt("\xff\xfe", "10.0.0.3", true, NULL), ERR_FORBIDDEN);
    assert_rule("login");
    assert_err(attempt("", "", true, NULL), ERR_FORBIDDEN);
    struct login l;
    assert_ok(login_prepare(store, arena, (struct str){"we\0n", 4}, STR("10.0.0.3"), &l));
    assert_int_equal(l.account, 0);
    assert_ok(login_prepare(store, arena, STR_NONE, STR_NONE, &l));
}

static void the_delay_grows_and_has_an_end(void **state)
{
    (void)state;
    static const int64_t want[] = {0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
    for (int i = 0; i < COUNT(want); i++) {
        assert_int_equal(login_delay(i, 5, false), want[i]);
        assert_int_equal(login_delay(i, 5, true), want[i] < 5 ? want[i] : 5);
    }
    assert_int_equal(login_delay(1000000, 5, false), 900);
}

static void failures_delay_the_account_from_every_address(void **state)
{
    (void)state;
    people();
    account("slow", 0, "auditor", NULL);
    for (int i = 0; i < 5; i++) assert_err(attempt("slow", text_of("10.1.0.%d", i), false, NULL), ERR_FORBIDDEN);
    for (int delay = 1; delay <= 1024; delay *= 2) {
        int most = delay < 900 ? delay : 900;
        assert_err(attempt("slow", "10.1.1.1", true, NULL), ERR_BUSY); /* also the right password */
        assert_rule("login_wait");
        clock_on(most - 1);
        assert_err(attempt("slow", "10.1.1.2", true, NULL), ERR_BUSY);
        assert_string_equal(err_last()->message, "too many failed logins; please try again in 1 seconds");
        clock_on(1);
        assert_err(attempt("slow", text_of("10.1.2.%d", delay % 250), false, NULL), ERR_FORBIDDEN);
    }
    clock_on(900);
    assert_ok(attempt("slow", "10.1.1.3", true, NULL)); /* right at last: all is forgiven */
    assert_err(attempt("slow", "10.1.1.4", false, NULL), ERR_FORBIDDEN);
    assert_ok(attempt("slow", "10.1.1.5", true, NULL));
}

static void a_quiet_hour_forgets(void **state)
{
    (void)state;
    people();
    account("quiet", 0, "auditor", NULL);
    for (int i = 0; i < 5; i++) attempt("quiet", text_of("10.2.0.%d", i), false, NULL);
    assert_err(attempt("quiet", "10.2.1.1", false, NULL), ERR_BUSY);
    clock_on(3601);
    for (int i = 0; i < 5; i++) assert_err(attempt("quiet", text_of("10.2.2.%d", i), false, NULL), ERR_FORBIDDEN);
    assert_err(attempt("quiet", "10.2.1.1", false, NULL), ERR_BUSY);
}

static void unknown_names_are_delayed_alike_and_an_address_after_more(void **state)
{
    (void)state;
    people();
    for (int i = 0; i < 5; i++) assert_err(attempt("phantom", text_of("10.3.0.%d", i), true, NULL), ERR_FORBIDDEN);
    assert_err(attempt("phantom", "10.3.1.1", true, NULL), ERR_BUSY);
    for (int i = 0; i < 20; i++) assert_err(attempt(text_of("name%d", i), "10.3.2.2", false, NULL), ERR_FORBIDDEN);
    assert_err(attempt("wen", "10.3.2.2", true, NULL), ERR_BUSY);
    assert_ok(attempt("wen", "10.3.2.3", true, NULL)); /* others are not kept out */
}

static void attempts_side_by_side_are_counted_before_they_are_verified(void **state)
{
    (void)state;
    people();
    account("parallel", 0, "auditor", NULL);
    struct login l[10];
    int open = 0;
    for (int i = 0; i < COUNT(l); i++) open += login_prepare(store, arena, STR("parallel"), STR("10.4.0.1"), &l[i]) == OK;
    assert_int_equal(open, 5); /* none has been verified yet */
}

static void the_last_administrator_waits_a_few_seconds_and_is_never_locked_out(void **state)
{
    (void)state;
    people();
    for (int i = 0; i < 60; i++) {
        enum err e = attempt("sys", "10.5.0.1", false, NULL); /* name and address both run full */
        if (e == ERR_BUSY) clock_on(5);
        assert_err(e == ERR_BUSY ? attempt("sys", "10.5.0.1", false, NULL) : e, ERR_FORBIDDEN);
    }
    clock_on(5);
    assert_ok(attempt("sys", "10.5.0.1", true, NULL));
}

static void a_clock_put_back_keeps_nobody_out(void **state)
{
    (void)state;
    people();
    clock_at("2026-04-02T09:00:00+08:00");
    account("back", 0, "auditor", NULL);
    for (int i = 0; i < 9; i++) attempt("back", "10.6.0.1", false, NULL);
    clock_at("2026-03-20T09:00:00+08:00");
    assert_ok(attempt("back", "10.6.0.2", true, NULL));
}

static void a_password_changed_meanwhile_is_the_old_one(void **state)
{
    (void)state;
    people();
    struct login l;
    struct session s;
    account("swift", 0, "auditor", "an early morning");
    assert_ok(login_prepare(store, arena, STR("swift"), STR("10.7.0.1"), &l));
    l.right = true;
    snprintf(l.hash, sizeof l.hash, "another hash"); /* what was verified against is not what is kept now */
    assert_err(login_finish(store, arena, &l, &s), ERR_FORBIDDEN);
}

/* ---- sessions ---- */

static void a_session_ends_when_idle_and_when_old(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    struct session s = logged_in("wen");
    for (int minute = 0; minute < 60; minute += 29) {
        assert_ok(find(cache, &s, NULL));
        clock_on(29 * 60);
    }
    clock_on(60);
    assert_err(find(cache, &s, NULL), ERR_FORBIDDEN);
    assert_rule("session");
    assert_err(find(NULL, &s, NULL), ERR_FORBIDDEN);
    s = logged_in("wen");
    for (int i = 0; i < 12 * 6 - 1; i++) {
        clock_on(600);
        assert_ok(find(cache, &s, NULL));
    }
    clock_on(600); /* twelve hours, never idle */
    assert_err(find(cache, &s, NULL), ERR_FORBIDDEN);
    sessions_free(cache);
}

static void idle_time_follows_the_setting(void **state)
{
    (void)state;
    people();
    int64_t id;
    struct record *r;
    assert_int_equal(found("setting", NULL, &id, 1, "name = session_idle_minutes", NULL), 1);
    assert_ok(change("setting", id, 0, "{\"value\":5}", &r));
    struct session s = logged_in("wen");
    clock_on(299);
    assert_ok(find(NULL, &s, NULL)); /* and is seen now */
    clock_on(299);
    assert_ok(find(NULL, &s, NULL));
    clock_on(301);
    assert_err(find(NULL, &s, NULL), ERR_FORBIDDEN);
    assert_ok(change("setting", id, 0, "{\"value\":30}", &r));
}

static void what_ends_a_session_ends_it_at_once(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    struct record *r;
    struct session s = logged_in("wen"), t = logged_in("wen");
    assert_ok(find(cache, &s, NULL));
    assert_ok(session_end(store, arena, str_of(s.token)));
    assert_err(find(cache, &s, NULL), ERR_FORBIDDEN);
    assert_ok(session_end(store, arena, str_of(s.token))); /* once more is fine */
    assert_ok(session_end(store, arena, STR("no token")));
    assert_ok(find(cache, &t, NULL)); /* only that one */
    assert_ok(act("account", wen, "block", 0, "{}", &r));
    assert_err(find(cache, &t, NULL), ERR_FORBIDDEN);
    assert_ok(act("account", wen, "unblock", 0, "{}", &r));
    assert_err(find(cache, &t, NULL), ERR_FORBIDDEN); /* gone, not asleep */
    s = logged_in("wen");
    assert_ok(find(cache, &s, NULL));
    assert_ok(change("post", clerk.post, 0, "{\"to_day\":\"2026-03-01\"}", &r));
    assert_err(find(cache, &s, NULL), ERR_FORBIDDEN);
    assert_ok(change("post", clerk.post, 0, "{\"to_day\":null}", &r));
    s = logged_in("wen");
    assert_ok(find(cache, &s, NULL));
    assert_ok(act("account", wen, "grant", 0, "{\"role\":\"auditor\"}", &r));
    assert_err(find(cache, &s, NULL), ERR_FORBIDDEN);
    assert_ok(act("account", wen, "grant", 0, "{\"role\":\"user\"}", &r));
    sessions_free(cache);
}

static void rights_and_scope_of_a_session_are_those_of_now(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    struct record *r;
    struct session s = logged_in("wen"), now;
    assert_ok(find(cache, &s, &now));
    assert_int_equal(now.actor.role, ROLE_STATION);
    assert_ok(change("unit", clerk.unit, 0, "{\"kind\":\"safety_bureau\"}", &r));
    assert_ok(find(cache, &s, &now));
    assert_int_equal(now.actor.role, ROLE_OFFICER);
    assert_int_equal(now.actor.sees, SEES_ALL);
    assert_ok(change("unit", clerk.unit, 0, "{\"kind\":\"subdistrict\"}", &r));
    sessions_free(cache);
}

static void a_session_switches_between_the_posts_of_its_person(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    struct somebody bureau = hired("水利局", "department", ""), other = hired("别人的局", "department", "");
    int64_t second = made("post",
                          text_of("{\"person\":\"%lld\",\"unit\":\"%lld\",\"duty\":\"兼\",\"role\":\"member\",\"from_day\":\"2021-01-01\"}",
                                  (long long)clerk.person, (long long)bureau.unit));
    struct session s = logged_in("wen"), now; /* several posts: it starts under the first */
    assert_int_equal(s.actor.post, clerk.post);
    assert_ok(find(cache, &s, NULL));
    assert_ok(session_switch(store, arena, str_of(s.token), second, &now));
    assert_string_equal(now.csrf, s.csrf);
    assert_ok(find(cache, &s, &now));
    assert_int_equal(now.actor.post, second);
    assert_int_equal(now.actor.role, ROLE_OFFICER);
    assert_int_equal(now.actor.sees_id, bureau.unit);
    assert_err(session_switch(store, arena, str_of(s.token), other.post, &now), ERR_FORBIDDEN);
    assert_ok(find(cache, &s, &now));
    assert_int_equal(now.actor.post, second);
    assert_ok(withdraw("post", second));
    assert_err(find(cache, &s, &now), ERR_FORBIDDEN); /* it acted under that one */
    assert_err(session_switch(store, arena, STR("nonsense"), clerk.post, &now), ERR_FORBIDDEN);
    sessions_free(cache);
}

static void the_owner_changes_his_password_and_others_must_be_changed(void **state)
{
    (void)state;
    people();
    char hash[PASSWORD_HASH];
    struct session s = logged_in("wen"), other = logged_in("wen"), fresh;
    assert_err(session_password(store, arena, str_of(s.token), STR("not the river"), STR("a mountain far away"), &fresh), ERR_FORBIDDEN);
    assert_rule("login");
    assert_err(session_password(store, arena, str_of(s.token), STR("the river is wide"), STR("short"), &fresh), ERR_INVALID);
    assert_field("password");
    assert_ok(find(NULL, &s, NULL));
    assert_ok(session_password(store, arena, str_of(s.token), STR("the river is wide"), STR("a mountain far away"), &fresh));
    assert_err(find(NULL, &s, NULL), ERR_FORBIDDEN);
    assert_err(find(NULL, &other, NULL), ERR_FORBIDDEN);
    assert_ok(find(NULL, &fresh, &s));
    assert_false(s.must_change);
    assert_ok(password_hash(STR("set by an administrator"), hash));
    struct record *r;
    assert_ok(act("account", wen, "reset", 0, "{}", &r)); /* what account_reset() does, without its second half */
    assert_ok(find(NULL, &fresh, NULL));
}

struct putting {
    int64_t account;
    const char *hash;
};

static enum err do_reset(struct work *w, void *arg)
{
    const struct putting *p = arg;
    return account_reset(w, p->account, p->hash);
}

static void a_password_set_by_another_ends_sessions_and_must_be_changed(void **state)
{
    (void)state;
    people();
    struct session s = logged_in("wen"), now;
    written(do_reset, &(struct putting){wen, "$argon2id$not a real one"});
    assert_err(find(NULL, &s, NULL), ERR_FORBIDDEN);
    s = logged_in("wen");
    assert_true(s.must_change);
    assert_ok(find(NULL, &s, &now));
    assert_true(now.must_change);
    me = now.actor; /* until then it may do nothing */
    struct record *r;
    assert_err(look("code", 1, &r), ERR_FORBIDDEN);
    assert_ok(session_switch(store, arena, str_of(s.token), clerk.post, &now));
    assert_int_equal(now.actor.role, ROLE_NONE);
}

/* ---- revoked while in use ---- */

static struct session used;
static atomic_bool revoked, late;

static void *use_on(void *arg)
{
    struct arena *a = arena_new_capped((size_t)4 << 20);
    for (;;) {
        struct session s;
        bool was = atomic_load(&revoked);
        enum err e = session_find(store, arg, a, str_of(used.token), &s);
        if (was && e == OK) atomic_store(&late, true); /* found after the revocation had returned */
        if (was) break;
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void a_revoked_session_is_never_found_again(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    for (int round = 0; round < 5; round++) {
        pthread_t thread[2];
        used = logged_in("wen");
        atomic_store(&revoked, false);
        for (int i = 0; i < COUNT(thread); i++) assert_int_equal(pthread_create(&thread[i], NULL, use_on, cache), 0);
        for (int i = 0; i < 3; i++) assert_ok(find(cache, &used, NULL));
        assert_ok(session_end(store, arena, str_of(used.token)));
        atomic_store(&revoked, true);
        for (int i = 0; i < COUNT(thread); i++) pthread_join(thread[i], NULL);
        assert_false(atomic_load(&late));
    }
    sessions_free(cache);
}

/* A write that lasts until it is told to end, at most so many seconds. */
#define HELD_SECONDS 5
static struct {
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool held, over, was_told;
} holding = {.lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};

static enum err hold(struct work *w, void *arg)
{
    struct timespec until;
    (void)w, (void)arg;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HELD_SECONDS;
    pthread_mutex_lock(&holding.lock);
    holding.held = true;
    pthread_cond_broadcast(&holding.news);
    while (!holding.over && pthread_cond_timedwait(&holding.news, &holding.lock, &until) == 0) continue;
    holding.was_told = holding.over;
    pthread_mutex_unlock(&holding.lock);
    return OK;
}

static void *write_long(void *arg)
{
    struct arena *a = arena_new_capped((size_t)1 << 20);
    struct actor console = ACTOR_CONSOLE;
    (void)arg;
    if (store_write(store, &console, a, hold, NULL)) abort();
    arena_free(a);
    return NULL;
}

static void who_finds_a_session_waits_for_no_write(void **state)
{
    (void)state;
    pthread_t writer;
    people();
    struct sessions *cache = sessions_new();
    assert_ok(sessions_note_aside(cache, store));
    struct session s = logged_in("wen");
    clock_on(20 * 60); /* long ago seen; idle after 30 */
    holding.held = holding.over = false;
    assert_int_equal(pthread_create(&writer, NULL, write_long, NULL), 0);
    pthread_mutex_lock(&holding.lock);
    while (!holding.held) pthread_cond_wait(&holding.news, &holding.lock);
    pthread_mutex_unlock(&holding.lock);
    assert_ok(find(cache, &s, NULL));
    pthread_mutex_lock(&holding.lock);
    holding.over = true;
    pthread_cond_broadcast(&holding.news);
    pthread_mutex_unlock(&holding.lock);
    pthread_join(writer, NULL);
    assert_true(holding.was_told); /* it did not end by itself */
    sessions_free(cache);          /* writes what waits */
    clock_on(20 * 60);
    assert_ok(find(NULL, &s, NULL));
}

/* ---- without memory ---- */

static void without_memory_nobody_comes_in_and_nothing_breaks(void **state)
{
    (void)state;
    people();
    struct sessions *cache = sessions_new();
    struct arena *of_test = arena;
    struct session s;
    enum err e = ERR_NO_MEMORY;
    arena = arena_new_capped((size_t)16 << 20); /* one that has failed stays failed until its reset */
    for (long n = 0; e; n++) {
        arena_reset(arena);
        clock_on(3601); /* what was counted is forgotten */
        arena_reset(arena);
        mem_fail_after(n);
        e = attempt("wen", "10.8.0.1", true, &s);
        if (!e) e = find(cache, &s, NULL);
        mem_fail_after(-1);
        if (e && e != ERR_NO_MEMORY) print_error("%ld: %s\n", n, err_last()->message);
        assert_true(e == OK || e == ERR_NO_MEMORY);
        assert_true(n < 5000);
    }
    arena_free(arena);
    arena = of_test;
    sessions_free(cache);
}

/* ---- tokens ---- */

struct making {
    int64_t account, post, token;
    const char *name, *scopes;
    int64_t days;
    char text[TOKEN_TEXT];
    struct token list[9];
    int n;
};

static enum err do_token(struct work *w, void *arg)
{
    struct making *k = arg;
    return token_make(w, k->account, k->post, str_of(k->name), str_of(k->scopes), clock_now() + k->days * INSTANT_DAY, k->text);
}

static enum err do_list(struct work *w, void *arg)
{
    struct making *k = arg;
    return token_list(w, k->account, k->list, COUNT(k->list), &k->n);
}

static enum err do_revoke(struct work *w, void *arg)
{
    return token_revoke(w, ((struct making *)arg)->token);
}

static void a_token_acts_as_its_account_within_its_scopes_until_its_end(void **state)
{
    (void)state;
    people();
    struct making k = {.account = wen, .name = "叉车台账接口", .scopes = "read hazard premises", .days = 30};
    struct actor a;
    struct record *r;
    struct sessions *cache = sessions_new(); /* what this process does is seen at once */
    assert_non_null(cache);
    me = logged_in("wen").actor;
    written(do_token, &k);
    assert_ok(token_find(store, cache, arena, str_of(k.text), &a));
    assert_int_equal(a.account, wen);
    assert_int_equal(a.role, ROLE_STATION);
    assert_int_equal(a.sees_id, clerk.unit);
    assert_true(a.by_token && a.reads_only && str_is(a.only, "|hazard|premises|"));
    assert_true(right_may(store, &a, ledger("hazard"), RIGHT_SEE));
    assert_false(right_may(store, &a, ledger("hazard"), RIGHT_CREATE) || right_may(store, &a, ledger("person"), RIGHT_SEE));
    struct actor owner = me;
    me = a; /* a token makes no tokens and revokes none */
    assert_err(writing(do_token, &k), ERR_FORBIDDEN);
    assert_err(viewing(do_list, &k), ERR_FORBIDDEN);
    me = owner;
    clock_on(30 * 86400 - 1);
    assert_ok(token_find(store, cache, arena, str_of(k.text), &a));
    clock_on(1);
    assert_err(token_find(store, cache, arena, str_of(k.text), &a), ERR_FORBIDDEN);
    assert_rule("token");
    clock_at("2026-03-02T09:00:00+08:00");
    me = (struct actor)ACTOR_CONSOLE;
    assert_ok(act("account", wen, "block", 0, "{}", &r));
    assert_err(token_find(store, cache, arena, str_of(k.text), &a), ERR_FORBIDDEN);
    assert_ok(act("account", wen, "unblock", 0, "{}", &r));
    assert_ok(token_find(store, cache, arena, str_of(k.text), &a));
    me = owner;
    viewed(do_list, &k);
    assert_int_equal(k.n, 1);
    k.token = k.list[0].id;
    written(do_revoke, &k);
    assert_err(token_find(store, cache, arena, str_of(k.text), &a), ERR_FORBIDDEN);
    assert_err(token_find(store, cache, arena, STR("nonsense"), &a), ERR_FORBIDDEN);
    assert_err(token_find(store, cache, arena, STR_NONE, &a), ERR_FORBIDDEN);
    sessions_free(cache);
}

static void tokens_are_ones_own_or_the_consoles(void **state)
{
    (void)state;
    people();
    struct making k = {.account = wen, .name = "x", .scopes = "write", .days = 1};
    struct actor a;
    me = acting("sys");
    assert_err(writing(do_token, &k), ERR_FORBIDDEN);
    me = acting("aud");
    assert_err(viewing(do_list, &k), ERR_FORBIDDEN);
    me = (struct actor)ACTOR_CONSOLE;
    written(do_token, &k);
    assert_ok(token_find(store, NULL, arena, str_of(k.text), &a));
    assert_true(a.by_token && !a.reads_only && !a.only.p);
    me = acting("sys"); /* who may block the account may take its tokens away */
    viewed(do_list, &k);
    k.token = k.list[0].id;
    written(do_revoke, &k);
    assert_err(token_find(store, NULL, arena, str_of(k.text), &a), ERR_FORBIDDEN);
}

static void a_token_without_scope_name_or_end_is_not_made(void **state)
{
    (void)state;
    people();
    static const struct {
        const char *name, *scopes;
        int64_t days;
        const char *field;
    } cases[] = {{"x", "", 1, "scopes"},          {"x", "hazard", 1, "scopes"}, {"x", "read nowhere", 1, "scopes"},
                 {"x", "readwrite", 1, "scopes"}, {"x", "read", 0, "expires"},  {"x", "read", -1, "expires"},
                 {"x", "read", 367, "expires"},   {"", "read", 1, "name"}};
    me = (struct actor)ACTOR_CONSOLE;
    for (int i = 0; i < COUNT(cases); i++) {
        struct making k = {.account = wen, .name = cases[i].name, .scopes = cases[i].scopes, .days = cases[i].days};
        assert_err(writing(do_token, &k), ERR_INVALID);
        assert_field(cases[i].field);
    }
}

/* ---- what is kept ---- */

struct trail {
    struct access list[500];
    int n;
};

static enum err do_trail(struct work *w, void *arg)
{
    struct trail *t = arg;
    return access_list(w, 0, t->list, COUNT(t->list), &t->n);
}

static void the_auditor_reads_who_came_in_and_nobody_else_does(void **state)
{
    (void)state;
    people();
    static struct trail t;
    clock_at("2026-07-01T09:00:00+08:00");
    struct session s = logged_in("wen");
    attempt("hunter2hunter2", "10.9.9.9", false, NULL); /* a password in the field of the name */
    assert_ok(session_end(store, arena, str_of(s.token)));
    me = acting("aud");
    viewed(do_trail, &t);
    assert_true(t.n >= 3);
    assert_true(str_is(t.list[0].what, "logout") && t.list[0].account == wen);
    assert_true(str_is(t.list[1].what, "failure") && t.list[1].account == 0 && str_is(t.list[1].address, "10.9.9.9"));
    assert_true(str_is(t.list[2].what, "login") && t.list[2].account == wen && t.list[2].at == clock_now());
    static const char *const others[] = {"sys", "wen"};
    for (int i = 0; i < COUNT(others); i++) {
        me = acting(others[i]);
        assert_err(viewing(do_trail, &t), ERR_FORBIDDEN);
        assert_rule("right");
    }
}

int main(void)
{
#define ON_CLOCK(f) cmocka_unit_test_teardown(f, end_of_clock)
    static const struct CMUnitTest tests[] = {
        ON_CLOCK(the_right_password_opens_a_session_and_no_other_does),
        ON_CLOCK(no_account_comes_in_that_waits_or_is_blocked),
        ON_CLOCK(names_that_are_no_names_are_unknown_names),
        ON_CLOCK(the_delay_grows_and_has_an_end),
        ON_CLOCK(failures_delay_the_account_from_every_address),
        ON_CLOCK(a_quiet_hour_forgets),
        ON_CLOCK(unknown_names_are_delayed_alike_and_an_address_after_more),
        ON_CLOCK(attempts_side_by_side_are_counted_before_they_are_verified),
        ON_CLOCK(the_last_administrator_waits_a_few_seconds_and_is_never_locked_out),
        ON_CLOCK(a_clock_put_back_keeps_nobody_out),
        ON_CLOCK(a_password_changed_meanwhile_is_the_old_one),
        ON_CLOCK(who_finds_a_session_waits_for_no_write),
        ON_CLOCK(a_session_ends_when_idle_and_when_old),
        ON_CLOCK(idle_time_follows_the_setting),
        ON_CLOCK(what_ends_a_session_ends_it_at_once),
        ON_CLOCK(rights_and_scope_of_a_session_are_those_of_now),
        ON_CLOCK(a_session_switches_between_the_posts_of_its_person),
        ON_CLOCK(the_owner_changes_his_password_and_others_must_be_changed),
        ON_CLOCK(a_password_set_by_another_ends_sessions_and_must_be_changed),
        ON_CLOCK(a_revoked_session_is_never_found_again),
        ON_CLOCK(without_memory_nobody_comes_in_and_nothing_breaks),
        ON_CLOCK(a_token_acts_as_its_account_within_its_scopes_until_its_end),
        ON_CLOCK(tokens_are_ones_own_or_the_consoles),
        ON_CLOCK(a_token_without_scope_name_or_end_is_not_made),
        ON_CLOCK(the_auditor_reads_who_came_in_and_nobody_else_does),
    };
    return RUN_ON_BOTH(tests);
}
