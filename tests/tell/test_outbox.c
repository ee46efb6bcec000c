/* test_outbox.c — what is told outside: with its transaction, once, by one sender, again later, and at last not at all. */
#include "safety_test.h"

#include "base/lang.h"
#include "outbox_test.sql.h"
#include "tell/channel.h"
#include "tell/outbox.h"

#define MINUTE (60 * INSTANT_SECOND)

static int64_t person, mail;

static enum err do_empty(struct work *w, void *arg)
{
    (void)arg;
    return db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_EMPTY), NULL, 0, NULL);
}

/* An empty outbox, and one channel in use: mail. */
static void channels(void)
{
    int64_t old[20];
    load_defaults();
    written(do_empty, NULL);
    for (int i = found("channel", NULL, old, COUNT(old), NULL); i > 0; i--) assert_ok(withdraw("channel", old[i - 1]));
    person = made("person", "{\"name\":\"收信人\",\"email\":\"li@example.cn\"}");
    mail = made("channel", "{\"name\":\"邮件\",\"kind\":\"mail\",\"used\":1,\"host\":\"mail.example.cn\",\"sender\":\"a@example.cn\"}");
}

struct saying {
    const char *key, *subject, *path;
    int put;
    bool fails;
};

static enum err do_tell(struct work *w, void *arg)
{
    struct saying *t = arg;
    const struct telling it = {str_of(t->key), person, 0, str_of(t->subject), STR("正文"), str_of(t->path)};
    TRY(tell(w, &it, &t->put));
    return t->fails ? err_set(ERR_REFUSED, "%s", "the test says no") : OK;
}

static enum err say(const char *key, int *put)
{
    struct saying t = {.key = key, .subject = "一件事", .path = "/duties/1"};
    enum err e = writing(do_tell, &t);
    if (put) *put = t.put;
    return e;
}

struct listing {
    struct message m[20];
    int n;
    bool all;
    int64_t waiting, undeliverable;
};

static enum err do_list(struct work *w, void *arg)
{
    struct listing *l = arg;
    TRY(outbox_count(w, &l->waiting, &l->undeliverable));
    return outbox_list(w, !l->all, 0, l->m, COUNT(l->m), &l->n);
}

static struct listing *outbox(bool all)
{
    struct listing *l = arena_new(arena, struct listing);
    l->all = all;
    viewed(do_list, l);
    return l;
}

struct sending {
    const char *sender;
    struct message m;
    bool never, away, mine, last;
    int64_t id;
};

static enum err do_take(struct work *w, void *arg)
{
    struct sending *s = arg;
    return outbox_take(w, str_of(s->sender), &s->m);
}

static enum err do_sent(struct work *w, void *arg)
{
    struct sending *s = arg;
    return outbox_sent(w, &s->m, str_of(s->sender), &s->mine);
}

static enum err do_failed(struct work *w, void *arg)
{
    struct sending *s = arg;
    return outbox_failed(w, &s->m, str_of(s->sender), s->never, s->away, STR("it rains"), &s->last);
}

static struct sending taken(const char *sender)
{
    struct sending s = {.sender = sender};
    written(do_take, &s);
    return s;
}

static enum err do_age(struct work *w, void *arg)
{
    const struct value by = value_int(*(const int64_t *)arg);
    return db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_AGE), &by, 1, NULL);
}

static void minutes_pass(int64_t n)
{
    n *= MINUTE;
    written(do_age, &n);
}

static enum err do_retry(struct work *w, void *arg)
{
    return outbox_retry(w, *(const int64_t *)arg);
}

static enum err do_give_up(struct work *w, void *arg)
{
    return outbox_give_up(w, *(const int64_t *)arg);
}

/* ---- putting in ---- */

static void a_message_is_there_with_its_transaction_or_not_at_all(void **state)
{
    (void)state;
    channels();
    struct saying t = {.key = "k", .subject = "一件事", .path = "", .fails = true};
    assert_err(writing(do_tell, &t), ERR_REFUSED);
    assert_int_equal(outbox(true)->n, 0);
    assert_ok(say("k", NULL));
    struct listing *l = outbox(false);
    assert_int_equal(l->n, 1);
    assert_int_equal(l->waiting, 1);
    assert_true(str_is(l->m[0].address, "li@example.cn"));
    assert_true(str_is(l->m[0].state, "waiting"));
    assert_true(str_is(l->m[0].path, "/duties/1"));
}

static void the_same_key_is_told_once(void **state)
{
    (void)state;
    int put;
    channels();
    assert_ok(say("k", &put));
    assert_int_equal(put, 1);
    assert_ok(say("k", &put));
    assert_int_equal(put, 0);
    assert_ok(say("other", &put));
    assert_int_equal(put, 1);
    assert_int_equal(outbox(true)->n, 2);
}

static void who_has_no_address_gets_no_mail_and_every_channel_in_use_is_used(void **state)
{
    (void)state;
    int put;
    channels();
    made("channel", "{\"name\":\"推送\",\"kind\":\"webhook\",\"used\":1,\"url\":\"http://hook.example.cn/a\"}");
    made("channel", "{\"name\":\"停用\",\"kind\":\"webhook\",\"used\":0,\"url\":\"http://hook.example.cn/b\"}");
    assert_ok(say("both", &put));
    assert_int_equal(put, 2);
    assert_ok(change("person", person, 0, "{\"email\":null}", NULL));
    assert_ok(say("hook", &put));
    assert_int_equal(put, 1);
    assert_ok(change("channel", mail, 0, "{\"used\":0}", NULL));
    assert_int_equal(outbox(true)->n, 3);
}

static void what_no_host_could_take_is_refused(void **state)
{
    (void)state;
    channels();
    const struct saying bad[] = {
        {.key = "", .subject = "x", .path = ""},
        {.key = "k", .subject = "", .path = ""},
        {.key = "k", .subject = "x", .path = "http://elsewhere"},
    };
    for (int i = 0; i < COUNT(bad); i++) {
        struct saying t = bad[i];
        assert_err(writing(do_tell, &t), ERR_INVALID);
    }
}

static void an_address_is_one_that_mail_knows(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b", "li.si+x@mail.example.cn", "a_b-c@1.2.3.4"};
    static const char *const bad[] = {"",      "a",       "@b",      "a@",    "a@b@c", "a b@c",  "a@b\r\nRCPT TO:<x@y>",
                                      "<a@b>", "a@b,c@d", "李@b.cn", "a\t@b", "a@b\n", "\"a\"@b"};
    char longest[300];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "a@", 2);
    for (int i = 0; i < COUNT(good); i++) assert_true(address_fits(str_of(good[i])));
    for (int i = 0; i < COUNT(bad); i++) assert_false(address_fits(str_of(bad[i])));
    assert_true(address_fits((struct str){longest, MAIL_ADDRESS_MAX}));
    assert_false(address_fits((struct str){longest, MAIL_ADDRESS_MAX + 1}));
}

/* ---- sending ---- */

static void no_two_senders_get_the_same(void **state)
{
    (void)state;
    channels();
    assert_ok(say("k", NULL));
    struct sending a = taken("a"), b = taken("b");
    assert_true(a.m.id != 0);
    assert_int_equal(b.m.id, 0);
    written(do_sent, &a);
    assert_true(a.mine);
    assert_int_equal(taken("b").m.id, 0);
    assert_true(str_is(outbox(true)->m[0].state, "sent"));
    assert_int_equal(outbox(false)->n, 0);
}

static void a_sender_that_dies_leaves_its_message_to_another(void **state)
{
    (void)state;
    channels();
    assert_ok(say("k", NULL));
    struct sending a = taken("a");
    minutes_pass(3);
    struct sending b = taken("b");
    assert_int_equal(b.m.id, a.m.id);
    assert_int_equal(b.m.tries, 2);
    written(do_sent, &a); /* it was not dead: what it says is heard no more */
    assert_false(a.mine);
    assert_true(str_is(outbox(true)->m[0].state, "sending"));
    written(do_sent, &b);
    assert_true(b.mine);
}

static void a_failure_is_tried_later_and_later_and_at_last_listed(void **state)
{
    (void)state;
    int64_t waited = 0, setting;
    channels();
    assert_int_equal(found("setting", NULL, &setting, 1, "name = tell_tries", NULL), 1);
    assert_ok(change("setting", setting, 0, "{\"value\":4}", NULL));
    assert_ok(say("k", NULL));
    for (int i = 1; i <= 4; i++) {
        struct sending s = taken("a");
        assert_true(s.m.id != 0);
        assert_int_equal(s.m.tries, i);
        written(do_failed, &s);
        struct message m = outbox(true)->m[0];
        assert_true(str_is(m.error, "it rains"));
        assert_true(s.last == (i == 4));
        assert_true(str_is(m.state, i < 4 ? "waiting" : "undeliverable"));
        int64_t wait = m.next - clock_machine();
        if (i > 1 && i < 4) assert_true(wait > waited + waited / 2);
        waited = wait;
        minutes_pass(30);
    }
    assert_int_equal(taken("a").m.id, 0);
    assert_int_equal(outbox(false)->undeliverable, 1);
    int64_t id = outbox(false)->m[0].id;
    written(do_retry, &id);
    struct sending again = taken("a");
    assert_int_equal(again.m.id, id);
    assert_int_equal(again.m.tries, 1);
}

static void what_a_host_refuses_for_good_is_not_tried_again(void **state)
{
    (void)state;
    channels();
    assert_ok(say("k", NULL));
    struct sending s = taken("a");
    s.never = true;
    written(do_failed, &s);
    assert_true(str_is(outbox(false)->m[0].state, "undeliverable"));
    s.id = s.m.id;
    written(do_give_up, &s.id);
    assert_int_equal(outbox(false)->n, 0);
    assert_true(str_is(outbox(true)->m[0].state, "given_up"));
    assert_err(writing(do_give_up, &s.id), ERR_NOT_FOUND);
    assert_err(writing(do_retry, &s.id), ERR_NOT_FOUND);
}

static void a_host_that_is_away_lets_its_other_messages_wait(void **state)
{
    (void)state;
    channels();
    for (int i = 0; i < 3; i++) assert_ok(say(text_of("k%d", i), NULL));
    struct sending s = taken("a");
    s.away = true;
    written(do_failed, &s);
    assert_int_equal(taken("a").m.id, 0);
    minutes_pass(2);
    assert_true(taken("a").m.id != 0);
}

/* ---- who ---- */

static void only_who_may_see_the_channels_sees_the_outbox(void **state)
{
    (void)state;
    struct listing l = {0};
    int64_t id;
    channels();
    assert_ok(say("k", NULL));
    id = outbox(false)->m[0].id;
    for (enum role r = ROLE_NONE; r < ROLE__MAX; r++) {
        bool sees = r == ROLE_CONSOLE || r == ROLE_SYSTEM_ADMIN || r == ROLE_SECURITY_ADMIN,
             keeps = r == ROLE_CONSOLE || r == ROLE_SYSTEM_ADMIN;
        me = (struct actor){.name = STR("somebody"), .role = r, .sees = SEES_ALL};
        assert_err(viewing(do_list, &l), sees ? OK : ERR_FORBIDDEN);
        assert_err(writing(do_retry, &id), keeps ? OK : ERR_FORBIDDEN);
    }
}

static enum err do_get(struct work *w, void *arg)
{
    struct channel *c = arg;
    return channel_get(w, mail, c);
}

static void the_password_of_a_channel_is_sealed_and_opened_for_sending_alone(void **state)
{
    (void)state;
    struct channel c;
    channels();
    assert_ok(change("channel", mail, 0, "{\"password\":\"geheim-7\"}", NULL));
    assert_null(strstr(json_of(seen("channel", mail)), "geheim-7"));
    viewed(do_get, &c);
    assert_true(str_is(c.password, "geheim-7"));
    assert_ok(change("channel", mail, 0, "{\"used\":0}", NULL));
    assert_err(viewing(do_get, &c), ERR_NOT_FOUND);
}

struct asking {
    const char *host;
    bool allowed;
};

static enum err do_ask(struct work *w, void *arg)
{
    struct asking *a = arg;
    return host_is_allowed(w, str_of(a->host), &a->allowed);
}

static bool is_allowed(const char *host)
{
    struct asking a = {host, true};
    viewed(do_ask, &a);
    return a.allowed;
}

static void a_host_is_spoken_to_when_it_is_on_the_list(void **state)
{
    (void)state;
    channels();
    int64_t id = made("allowed_host", "{\"host\":\"Mail.example.cn\",\"purpose\":\"邮件\"}");
    assert_true(is_allowed("mail.example.cn"));
    assert_true(is_allowed("MAIL.EXAMPLE.CN."));
    static const char *const others[] = {"", "example.cn", "mail.example.cn.evil.cn", "xmail.example.cn", "127.0.0.1", "."};
    for (int i = 0; i < COUNT(others); i++) assert_false(is_allowed(others[i]));
    assert_ok(withdraw("allowed_host", id));
    assert_false(is_allowed("mail.example.cn"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_there_with_its_transaction_or_not_at_all),
        cmocka_unit_test(the_same_key_is_told_once),
        cmocka_unit_test(who_has_no_address_gets_no_mail_and_every_channel_in_use_is_used),
        cmocka_unit_test(what_no_host_could_take_is_refused),
        cmocka_unit_test(an_address_is_one_that_mail_knows),
        cmocka_unit_test(no_two_senders_get_the_same),
        cmocka_unit_test(a_sender_that_dies_leaves_its_message_to_another),
        cmocka_unit_test(a_failure_is_tried_later_and_later_and_at_last_listed),
        cmocka_unit_test(what_a_host_refuses_for_good_is_not_tried_again),
        cmocka_unit_test(a_host_that_is_away_lets_its_other_messages_wait),
        cmocka_unit_test(only_who_may_see_the_channels_sees_the_outbox),
        cmocka_unit_test(the_password_of_a_channel_is_sealed_and_opened_for_sending_alone),
        cmocka_unit_test(a_host_is_spoken_to_when_it_is_on_the_list),
    };
    return run_on_both(tests, COUNT(tests), NULL);
}
