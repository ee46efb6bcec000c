/* session.c — sessions: begun, found, switched, ended. See session.h. */
#include "safety/session.h"

#include <sodium.h>
#include <stdio.h>

#include "base/lang.h"
#include "ledger/right.h"
#include "ledger/setting.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/session_new.h"
#include "session.sql.h"

#define SEEN_EVERY (60 * INSTANT_SECOND)

/* ---- tokens ---- */

static void base64(const unsigned char bytes[32], char ret[TOKEN_TEXT])
{
    sodium_bin2base64(ret, TOKEN_TEXT, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum err token_random(char ret[TOKEN_TEXT])
{
    unsigned char bytes[32];
    if (sodium_init() < 0) return err_set(ERR_IO, "%s", "no random bytes");
    randombytes_buf(bytes, sizeof bytes);
    base64(bytes, ret);
    sodium_memzero(bytes, sizeof bytes);
    return OK;
}

enum err token_digest(struct str token, char ret[HASH_HEX])
{
    unsigned char digest[HASH_BYTES];
    if (token.n != TOKEN_TEXT - 1) return ERR_INVALID; /* every caller has its own words for it */
    TRY(hash_two(HASH_SHA256, token, STR_NONE, digest));
    hash_hex(digest, ret);
    return OK;
}

static enum err put_tokens(struct session *s, const char *token)
{
    unsigned char mac[HASH_BYTES];
    TRY(hash_keyed(HASH_SHA256, str_of(token), STR("csrf"), mac));
    base64(mac, s->csrf);
    snprintf(s->token, sizeof s->token, "%s", token);
    return OK;
}

bool session_csrf_fits(const struct session *s, struct str given)
{
    return given.n == TOKEN_TEXT - 1 && sodium_memcmp(given.p, s->csrf, TOKEN_TEXT - 1) == 0;
}

static enum err no_session(void)
{
    err_set(ERR_FORBIDDEN, "%s", _("you are not logged in, or no longer; please log in"));
    return err_rule("session");
}

/* Whose password was set by another may do nothing but choose his own: session_password() goes by the token. */
static enum err hold_back(struct work *w, struct session *s)
{
    char hash[PASSWORD_HASH];
    TRY(password_get(w, s->actor.account, hash, &s->must_change));
    if (!s->must_change) return OK;
    s->actor.role = ROLE_NONE;
    s->actor.sees = SEES_NOTHING;
    return OK;
}

/* ---- beginning ---- */

enum err session_new(struct work *w, const struct record *account, int64_t post, struct str address, struct session *ret)
{
    struct session s = {.began = clock_now()};
    char token[TOKEN_TEXT], digest[HASH_HEX];
    struct record *posts[ACCOUNT_POSTS_MAX];
    int64_t hours;
    int n = 0;
    struct value now = value_int(s.began);
    TRY(account_actor_under(w, account, post, &s.actor));
    if (!s.actor.post) TRY(account_posts(w, account, posts, &n));
    if (n && str_is(account_role(account), "user")) TRY(account_actor_under(w, account, posts[0]->id, &s.actor));
    TRY(hold_back(w, &s));
    TRY(setting_int(w, "session_most_hours", 12, &hours));
    s.expires = s.began + hours * INSTANT_HOUR;
    TRY(token_random(token));
    TRY(token_digest(str_of(token), digest));
    const struct value row[] = {value_text(str_of(digest)), value_int(account->id), value_int(s.actor.post), now,
                                value_int(s.expires),       value_text(address)};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_SWEEP), &now, 1, NULL));
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_ADD), row, 6, NULL));
    TRY(put_tokens(&s, token));
    *ret = s;
    return OK;
}

/* ---- finding ---- */

struct finding {
    char digest[HASH_HEX], address[ADDRESS_MAX];
    struct session session;
    int64_t account, post;
    instant_t seen;
    bool found;
};

static enum err read_row(struct work *w, struct finding *f)
{
    struct value key = value_text(str_of(f->digest));
    struct db_rows *rows;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SESSION_GET), &key, 1, &rows));
    enum err e = db_next(rows, &f->found);
    if (!e && f->found) {
        f->account = db_int(rows, 0);
        f->post = db_int(rows, 1);
        f->session.began = db_int(rows, 2);
        f->seen = db_int(rows, 3);
        f->session.expires = db_int(rows, 4);
        snprintf(f->address, sizeof f->address, "%.*s", STR_ARG(db_text(rows, 5)));
    }
    db_done(rows);
    return e;
}

static enum err find(struct work *w, void *arg)
{
    struct finding *f = arg;
    struct record *account;
    int64_t minutes;
    instant_t now = clock_now();
    TRY(read_row(w, f));
    if (!f->found) return no_session();
    TRY(setting_int(w, "session_idle_minutes", 30, &minutes));
    if (now >= f->session.expires || now - f->seen >= minutes * 60 * INSTANT_SECOND) return no_session();
    TRY(store_load(w, account_ledger(w->store->registry), f->account, false, &account));
    enum err e = account_actor_under(w, account, f->post, &f->session.actor);
    if (e == ERR_FORBIDDEN) return no_session(); /* blocked, or the post has ended */
    TRY(e);
    return hold_back(w, &f->session);
}

/* It is in use. Noted at most once a minute, or every page would be a write. */
static enum err note_seen(struct store *s, struct sessions *cache, struct arena *a, struct finding *f)
{
    struct seen *queue = sessions_queue(cache);
    instant_t now = clock_now();
    if (now - f->seen < SEEN_EVERY) return OK;
    if (queue && !seen_put(queue, f->digest, now)) return OK; /* next time */
    f->seen = now;
    return queue ? OK : seen_write(s, a, f->digest, now);
}

static enum err digest_of(struct str token, char ret[HASH_HEX])
{
    enum err e = token_digest(token, ret);
    return e == ERR_INVALID ? no_session() : e;
}

enum err session_find(struct store *s, struct sessions *cache, struct arena *a, struct str token, struct session *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct finding f = {0};
    char text[TOKEN_TEXT];
    TRY(digest_of(token, f.digest));
    if (session_recall(cache, s, f.digest, false, a, ret)) return OK;
    uint64_t epoch = rights_epoch(s); /* before looking: what changes meanwhile makes it old */
    TRY(store_view(s, &program, a, find, &f));
    snprintf(text, sizeof text, "%.*s", STR_ARG(token));
    TRY(put_tokens(&f.session, text));
    TRY(note_seen(s, cache, a, &f));
    session_remember(cache, f.digest, epoch, f.seen + SEEN_EVERY, &f.session);
    *ret = f.session;
    return OK;
}

/* ---- ending, switching ---- */

static enum err end(struct work *w, void *arg)
{
    struct finding *f = arg;
    struct value key = value_text(str_of(f->digest));
    TRY(read_row(w, f));
    if (!f->found) return OK;
    w->access = true;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_REMOVE), &key, 1, NULL));
    return access_note(w, f->account, str_of(f->address), "logout");
}

enum err session_end(struct store *s, struct arena *a, struct str token)
{
    struct actor program = ACTOR_CLOCK;
    struct finding f = {0};
    if (token_digest(token, f.digest)) return OK;
    return store_write(s, &program, a, end, &f);
}

enum err session_revoke(struct work *w, int64_t account)
{
    struct value key = value_int(account);
    w->access = true;
    return db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_REMOVE_ALL), &key, 1, NULL);
}

static enum err end_others(struct work *w, void *arg)
{
    struct finding *f = arg;
    TRY(find(w, f));
    const struct value row[] = {value_int(f->account), value_text(str_of(f->digest))};
    w->access = true;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_REMOVE_OTHERS), row, 2, NULL));
    return access_note(w, f->account, str_of(f->address), "logout");
}

enum err session_end_others(struct store *s, struct arena *a, struct str token)
{
    struct actor program = ACTOR_CLOCK;
    struct finding f = {0};
    TRY(digest_of(token, f.digest));
    return store_write(s, &program, a, end_others, &f);
}

struct listing {
    struct finding f;
    struct session_row *rows;
    int room, n;
};

static enum err list(struct work *w, void *arg)
{
    struct listing *k = arg;
    struct db_rows *rows;
    bool more;
    TRY(find(w, &k->f));
    const struct value args[] = {value_int(k->f.account), value_int(clock_now()), value_int(k->room)};
    k->n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SESSION_OF), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && k->n < k->room)
        k->rows[k->n++] = (struct session_row){.began = db_int(rows, 0),
                                               .seen = db_int(rows, 1),
                                               .address = arena_str(w->arena, db_text(rows, 2)),
                                               .this_one = str_is(db_text(rows, 3), k->f.digest)};
    db_done(rows);
    return e;
}

enum err session_list(struct store *s, struct arena *a, struct str token, struct session_row *rows, int room, int *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct listing k = {.rows = rows, .room = room};
    TRY(digest_of(token, k.f.digest));
    TRY(store_view(s, &program, a, list, &k));
    *ret = k.n;
    return OK;
}

struct switching {
    struct finding f;
    int64_t post;
};

static enum err switch_post(struct work *w, void *arg)
{
    struct switching *k = arg;
    struct record *account;
    TRY(find(w, &k->f));
    TRY(store_load(w, account_ledger(w->store->registry), k->f.account, false, &account));
    TRY(account_actor_under(w, account, k->post, &k->f.session.actor));
    TRY(hold_back(w, &k->f.session));
    const struct value row[] = {value_text(str_of(k->f.digest)), value_int(k->f.session.actor.post)};
    w->access = true;
    return db_run(w->tx, DB_SQL(w->tx, SQL_SESSION_POST), row, 2, NULL);
}

enum err session_switch(struct store *s, struct arena *a, struct str token, int64_t post, struct session *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct switching k = {.post = post};
    char text[TOKEN_TEXT];
    TRY(digest_of(token, k.f.digest));
    TRY(store_write(s, &program, a, switch_post, &k));
    snprintf(text, sizeof text, "%.*s", STR_ARG(token));
    TRY(put_tokens(&k.f.session, text));
    *ret = k.f.session;
    return OK;
}

/* ---- the owner's own password ---- */

struct changing {
    struct finding f;
    struct login login;
    char hash[PASSWORD_HASH];
    struct session session;
    bool wrong;
};

static enum err change_password(struct work *w, void *arg)
{
    struct changing *k = arg;
    struct record *account;
    char now[PASSWORD_HASH];
    bool must_change;
    TRY(password_get(w, k->login.account, now, &must_change));
    if (strcmp(now, k->login.hash) != 0) return no_session(); /* somebody else was faster */
    TRY(store_load(w, account_ledger(w->store->registry), k->login.account, false, &account));
    TRY(password_put(w, account->id, k->hash, false));
    TRY(session_new(w, account, k->f.post, str_of(k->f.address), &k->session));
    return access_note(w, account->id, str_of(k->f.address), "password");
}

enum err session_password(struct store *s, struct arena *a, struct str token, struct str old, struct str fresh, struct session *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct changing k = {0};
    TRY(digest_of(token, k.f.digest));
    TRY(store_view(s, &program, a, find, &k.f));
    TRY(password_fit(k.f.session.actor.name, fresh));
    if (str_eq(old, fresh)) {
        err_set(ERR_INVALID, "%s", _("the new password is the old one"));
        return err_field("password");
    }
    TRY(login_prepare(s, a, k.f.session.actor.name, str_of(k.f.address), &k.login));
    login_verify(&k.login, old);
    if (!k.login.right) return login_finish(s, a, &k.login, ret); /* says no, and notes the failure */
    TRY(password_hash(fresh, k.hash));
    TRY(store_write(s, &program, a, change_password, &k));
    *ret = k.session;
    return OK;
}
