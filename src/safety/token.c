/* token.c — API tokens, and the audit trail of access. See session.h. */
#include "base/lang.h"
#include "ledger/flow.h"
#include "ledger/right.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/session.h"
#include "safety/session_new.h"
#include "session.sql.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 240 };

/* ---- scopes: "read" or "write", then ledgers ---- */

static enum err bad_scopes(void)
{
    err_set(ERR_INVALID, "%s", _("scopes are “read” or “write”, and behind it the ledgers that the token is for"));
    return err_field("scopes");
}

static enum err take_scopes(struct arena *a, const struct registry *reg, struct str scopes, struct actor *ret)
{
    struct buf only CLEANUP_BUF = BUF_INIT(2 * SCOPES_MAX);
    struct str word = str_split(&scopes, ' ');
    bool writes = str_is(word, "write");
    if (!writes && !str_is(word, "read")) return bad_scopes();
    while (scopes.p) {
        word = str_split(&scopes, ' ');
        if (!word.n) continue;
        if (!registry_find(reg, word)) return bad_scopes();
        buf_printf(&only, "%s%.*s|", only.n ? "" : "|", STR_ARG(word));
    }
    TRY(buf_error(&only));
    ret->by_token = true;
    ret->reads_only = !writes;
    ret->only = only.n ? arena_str(a, buf_view(&only)) : STR_NONE;
    return only.n && !ret->only.p ? err_no_memory() : OK;
}

/* ---- making ---- */

static enum err own_or_console(const struct work *w, int64_t account)
{
    const struct actor *a = w->actor;
    if (a->role == ROLE_CONSOLE || (a->account == account && account && !a->by_token)) return OK;
    return err_set(ERR_FORBIDDEN, "%s", _("a token is made by its owner, when he is logged in, or at the console"));
}

static enum err fit(struct work *w, struct str name, struct str scopes, instant_t expires)
{
    struct actor unused;
    instant_t now = clock_now();
    if (scopes.n > SCOPES_MAX) return bad_scopes();
    TRY(take_scopes(w->arena, w->store->registry, scopes, &unused));
    if (!name.n || name.n > NAME_MAX_BYTES) {
        err_set(ERR_INVALID, "%s", _("a token needs a name, at most 240 bytes long"));
        return err_field("name");
    }
    if (expires > now && expires <= now + TOKEN_DAYS_MAX * INSTANT_DAY) return OK;
    err_set(ERR_INVALID, _("a token expires in the future, and at the latest in %d days"), TOKEN_DAYS_MAX);
    return err_field("expires");
}

enum err token_make(struct work *w, int64_t account, int64_t post, struct str name, struct str scopes, instant_t expires,
                    char ret[TOKEN_TEXT])
{
    struct record *r;
    struct actor unused;
    char token[TOKEN_TEXT], digest[HASH_HEX];
    TRY(own_or_console(w, account));
    TRY(fit(w, name, scopes, expires));
    TRY(store_load(w, account_ledger(w->store->registry), account, false, &r));
    TRY(account_actor_under(w, r, post, &unused)); /* active, and the post is one of its */
    TRY(token_random(token));
    TRY(token_digest(str_of(token), digest));
    const struct value row[] = {value_int(store_new_id()), value_text(str_of(digest)), value_int(account),     value_int(post),
                                value_text(name),          value_text(scopes),         value_int(clock_now()), value_int(expires)};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_TOKEN_ADD), row, 8, NULL));
    TRY(access_note(w, account, w->actor->name, "token"));
    snprintf(ret, TOKEN_TEXT, "%s", token);
    return OK;
}

/* ---- finding ---- */

static enum err no_token(void)
{
    err_set(ERR_FORBIDDEN, "%s", _("there is no such token, or it is no longer good"));
    return err_rule("token");
}

struct finding {
    char digest[HASH_HEX];
    struct session session; /* its actor, and when it expires */
};

static enum err find(struct work *w, void *arg)
{
    struct finding *f = arg;
    struct value key = value_text(str_of(f->digest));
    struct db_rows *rows;
    struct record *account;
    int64_t owner = 0, post = 0;
    struct str scopes = STR_NONE;
    bool good = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_TOKEN_GET), &key, 1, &rows));
    enum err e = db_next(rows, &good);
    if (!e && good) {
        owner = db_int(rows, 0);
        post = db_int(rows, 1);
        scopes = arena_str(w->arena, db_text(rows, 2));
        f->session.expires = db_int(rows, 3);
        good = clock_now() < f->session.expires && db_int(rows, 4) == 0;
    }
    db_done(rows);
    TRY(e);
    if (!good) return no_token();
    TRY(store_load(w, account_ledger(w->store->registry), owner, false, &account));
    e = account_actor_under(w, account, post, &f->session.actor);
    if (e == ERR_FORBIDDEN) return no_token(); /* blocked, or the post has ended */
    TRY(e);
    return take_scopes(w->arena, w->store->registry, scopes, &f->session.actor);
}

enum err token_find(struct store *s, struct sessions *cache, struct arena *a, struct str token, struct actor *ret)
{
    struct actor program = ACTOR_CLOCK;
    struct finding f = {0};
    enum err e = token_digest(token, f.digest);
    if (e) return e == ERR_INVALID ? no_token() : e;
    if (!session_recall(cache, s, f.digest, true, a, &f.session)) {
        uint64_t epoch = rights_epoch(s); /* before looking: what changes meanwhile makes it old */
        TRY(store_view(s, &program, a, find, &f));
        session_remember(cache, f.digest, epoch, f.session.expires, &f.session);
    }
    *ret = f.session.actor;
    return OK;
}

/* ---- listing, revoking ---- */

/* One's own, or who may block the account. */
static enum err may_manage(const struct work *w, int64_t account)
{
    if (w->actor->account == account && account && !w->actor->by_token) return OK;
    return right_need_verb(w, account_ledger(w->store->registry), STR("block"));
}

enum err token_list(struct work *w, int64_t account, struct token *tokens, int room, int *ret)
{
    const struct value args[] = {value_int(account), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(may_manage(w, account));
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_TOKEN_OF), args, 2, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room)
        tokens[n++] = (struct token){.id = db_int(rows, 0),
                                     .account = db_int(rows, 1),
                                     .post = db_int(rows, 2),
                                     .name = arena_str(w->arena, db_text(rows, 3)),
                                     .scopes = arena_str(w->arena, db_text(rows, 4)),
                                     .created = db_int(rows, 5),
                                     .expires = db_int(rows, 6),
                                     .revoked = db_int(rows, 7)};
    db_done(rows);
    TRY(e);
    *ret = n;
    return OK;
}

enum err token_revoke(struct work *w, int64_t token)
{
    const struct value row[] = {value_int(token), value_int(clock_now())};
    int64_t owner = 0;
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_TOKEN_OWNER), row, 1, &owner);
    if (e == ERR_NOT_FOUND) return no_token();
    TRY(e);
    TRY(may_manage(w, owner));
    w->access = true;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_TOKEN_REVOKE), row, 2, NULL));
    return access_note(w, owner, w->actor->name, "token_revoked");
}

/* ---- the audit trail ---- */

enum err access_note(struct work *w, int64_t account, struct str address, const char *what)
{
    const struct value row[] = {value_int(store_new_id()), value_int(clock_now()), value_int(account), value_text(address),
                                value_text(str_of(what))};
    return db_run(w->tx, DB_SQL(w->tx, SQL_ACCESS_ADD), row, 5, NULL);
}

enum err access_list(struct work *w, int64_t before, struct access *list, int room, int *ret)
{
    const struct value args[] = {value_int(before ? before : INT64_MAX), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(right_need_log(w));
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_ACCESS_LIST), args, 2, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room)
        list[n++] = (struct access){.id = db_int(rows, 0),
                                    .at = db_int(rows, 1),
                                    .account = db_int(rows, 2),
                                    .address = arena_str(w->arena, db_text(rows, 3)),
                                    .what = arena_str(w->arena, db_text(rows, 4))};
    db_done(rows);
    TRY(e);
    *ret = n;
    return OK;
}
