/* login.c — one attempt to log in: counted, delayed, verified outside of transactions, forgiven when it was right. See session.h. */
#include <sodium.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/session.h"
#include "safety/session_new.h"
#include "session.sql.h"

#define ACCOUNT_FREE 5  /* failures without delay */
#define ADDRESS_FREE 20 /* an office may share one address */
#define DELAY_MAX 900   /* seconds */
#define DELAY_LAST_ADMIN 5
#define QUIET INSTANT_HOUR /* after which failures are forgotten */

int64_t login_delay(int64_t failures, int64_t free, bool last_admin)
{
    int64_t most = last_admin ? DELAY_LAST_ADMIN : DELAY_MAX, steps = failures - free;
    if (steps < 0) return 0;
    int64_t delay = steps < 20 ? INT64_C(1) << steps : most;
    return delay < most ? delay : most;
}

/* Names typed may be passwords typed into the wrong field: only digests are kept. */
static enum err key_of(char kind, struct str text, char ret[HASH_HEX + 1])
{
    unsigned char digest[HASH_BYTES];
    TRY(hash_two(HASH_SHA256, text, STR_NONE, digest));
    ret[0] = kind;
    hash_hex(digest, ret + 1);
    return OK;
}

/* Count one attempt under a key; *ret_wait is how many seconds are still to be waited, and then nothing is counted. */
static enum err count(struct work *w, const char *key, int64_t free, bool last_admin, int64_t *ret_wait)
{
    instant_t now = clock_now();
    const struct value row[] = {value_text(str_of(key)), value_int(now)};
    struct db_rows *rows;
    bool found = false;
    int64_t failures = 0;
    instant_t last = now;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_LOGIN_LOCK), row, 2, NULL)); /* attempts side by side wait here */
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_LOGIN_GET), row, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) {
        failures = db_int(rows, 0);
        last = db_int(rows, 1);
    }
    db_done(rows);
    TRY(e);
    if (now - last > QUIET) failures = 0;
    instant_t until = last + login_delay(failures, free, last_admin) * INSTANT_SECOND;
    /* A simulated district's clock stands; and a clock that was put back must keep nobody out. */
    *ret_wait = w->store->simulated || now < last || now >= until ? 0 : (until - now + INSTANT_SECOND - 1) / INSTANT_SECOND;
    if (*ret_wait) return OK;
    const struct value next[] = {row[0], value_int(failures + 1), value_int(now)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_LOGIN_SET), next, 3, NULL);
}

struct preparing {
    struct str name;
    struct login *login;
};

static enum err find_account(struct work *w, struct str name, struct login *l, bool *ret_last_admin)
{
    struct record *account;
    bool must_change;
    *ret_last_admin = false;
    l->account = 0;
    l->hash[0] = '\0';
    if (!utf8_valid(name) || memchr(name.p, 0, name.n)) return OK;
    enum err e = account_find(w, name, &account);
    if (e == ERR_NOT_FOUND) return OK;
    TRY(e);
    l->account = account->id;
    TRY(password_get(w, account->id, l->hash, &must_change));
    return account_is_last(w, account, "system_admin", ret_last_admin);
}

static enum err prepare(struct work *w, void *arg)
{
    struct preparing *p = arg;
    struct login *l = p->login;
    int64_t by_name, by_address;
    bool last_admin;
    struct value old = value_int(clock_now() - INSTANT_DAY);
    TRY(find_account(w, p->name, l, &last_admin));
    TRY(count(w, l->name_key, ACCOUNT_FREE, last_admin, &by_name));
    TRY(count(w, l->address_key, ADDRESS_FREE, last_admin, &by_address));
    if (!by_name && !by_address) return db_run(w->tx, DB_SQL(w->tx, SQL_LOGIN_SWEEP), &old, 1, NULL);
    err_set(ERR_BUSY, _("too many failed logins; please try again in %lld seconds"),
            (long long)(by_name > by_address ? by_name : by_address));
    return err_rule("login_wait");
}

enum err login_prepare(struct store *s, struct arena *a, struct str name, struct str address, struct login *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct login l = {0};
    struct preparing p = {name.p ? name : STR(""), &l};
    snprintf(l.address, sizeof l.address, "%.*s", STR_ARG(address));
    TRY(key_of('a', p.name, l.name_key));
    TRY(key_of('s', str_of(l.address), l.address_key));
    TRY(store_write(s, &program, a, prepare, &p));
    *ret = l;
    return OK;
}

void login_verify(struct login *l, struct str password)
{
    l->right = password_verify(l->hash, password) && l->account;
}

/* ---- what came of it ---- */

struct finishing {
    const struct login *login;
    struct session *session;
    bool in;
};

static enum err forgive(struct work *w, const struct login *l)
{
    const struct value name = value_text(str_of(l->name_key)), address = value_text(str_of(l->address_key));
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_LOGIN_FORGET), &name, 1, NULL));
    return db_run(w->tx, DB_SQL(w->tx, SQL_LOGIN_FORGIVE), &address, 1, NULL);
}

static enum err finish(struct work *w, void *arg)
{
    struct finishing *f = arg;
    const struct login *l = f->login;
    struct record *account;
    char hash[PASSWORD_HASH];
    bool must_change;
    f->in = false;
    if (l->right) TRY(password_get(w, l->account, hash, &must_change));
    if (!l->right || strcmp(hash, l->hash) != 0) return access_note(w, l->account, str_of(l->address), "failure");
    TRY(store_load(w, account_ledger(w->store->registry), l->account, false, &account));
    TRY(session_new(w, account, 0, str_of(l->address), f->session));
    TRY(forgive(w, l));
    f->in = true;
    return access_note(w, l->account, str_of(l->address), "login");
}

enum err login_finish(struct store *s, struct arena *a, const struct login *l, struct session *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct session session;
    struct finishing f = {l, &session, false};
    TRY(store_write(s, &program, a, finish, &f));
    if (f.in) {
        *ret = session;
        return OK;
    }
    err_set(ERR_FORBIDDEN, "%s", _("the name or the password is wrong"));
    return err_rule("login");
}
