/* account_page.c — /account: my password, my API tokens, where I am logged in. */
#include "account.html.h"
#include "ledger/names.h"
#include "ledgers.h"
#include "safety/account.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

enum { TOKENS = 100, SESSIONS = 50, TOKEN_DAYS = 90 };

struct account_page {
    struct request *rq;
    struct account_view v;
    struct str password_error, token_error, made; /* of the form that was sent */
    struct token token[TOKENS];
    struct session_row session[SESSIONS];
    int sessions;
    int64_t id; /* of the token that was made void */
    char secret[TOKEN_TEXT];
};

static const struct actor *me(const struct account_page *p)
{
    return &p->rq->session.actor;
}

/* ---- tokens ---- */

/* "read hazard premises" in words. */
static enum err scopes_text(const struct account_page *p, struct str scopes, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    struct str word = str_split(&scopes, ' ');
    buf_z(&b, str_is(word, "write") ? _("read and write") : _("read"));
    const char *before = _(": ");
    while (scopes.p) {
        word = str_split(&scopes, ' ');
        const struct ledger *l = registry_find(p->rq->store->registry, word);
        if (!word.n) continue;
        buf_z(&b, before);
        buf_str(&b, l ? str_of(ledger_label(l, p->rq->lang)) : word);
        before = _(", ");
    }
    TRY(buf_error(&b));
    *ret = arena_str(p->rq->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err fill_tokens(struct work *w, struct account_page *p)
{
    int n;
    TRY(token_list(w, me(p)->account, p->token, TOKENS, &n));
    struct account_token *list = arena_array(w->arena, struct account_token, n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) {
        const struct token *t = &p->token[i];
        bool over = t->expires < clock_now();
        list[i] = (struct account_token){.name = t->name, .expires = cell_instant(w->arena, t->expires, false)};
        TRY(scopes_text(p, t->scopes, &list[i].scopes));
        list[i].state = t->revoked ? (struct badge){str_of(_("void")), TONE_MUTED}
                        : over     ? (struct badge){str_of(_("expired")), TONE_MUTED}
                                   : (struct badge){str_of(_("good")), TONE_GOOD};
        if (!t->revoked && !over) list[i].revoke_url = arena_printf(w->arena, "/account/tokens/%lld/revoke", (long long)t->id);
    }
    p->v.token = list;
    p->v.token_count = n;
    return OK;
}

static bool was_chosen(const struct account_page *p, const char *name, struct str value)
{
    const struct param *one;
    for (int at = 0; (one = param_next(&p->rq->form, name, &at));)
        if (str_eq(one->value, value)) return true;
    return false;
}

static enum err fill_posts(struct work *w, struct account_page *p)
{
    struct record *account, *posts[ACCOUNT_POSTS_MAX];
    int n = 0;
    TRY(store_load(w, account_ledger(w->store->registry), me(p)->account, false, &account));
    if (str_is(account_role(account), "user")) TRY(account_posts(w, account, posts, &n));
    struct choice *c = arena_array(w->arena, struct choice, n + 1);
    if (!c) return err_no_memory();
    for (int i = 0; i < n; i++) {
        struct buf b CLEANUP_BUF = BUF_INIT(8192);
        TRY(names_record(w, unit_ledger(w->store->registry), post_unit(posts[i]), &b));
        TRY(buf_error(&b));
        c[i] = (struct choice){arena_printf(w->arena, "%lld", (long long)posts[i]->id),
                               arena_printf(w->arena, "%.*s · %.*s", STR_ARG(buf_view(&b)), STR_ARG(post_duty(posts[i]))),
                               posts[i]->id == me(p)->post};
    }
    p->v.posts = c;
    p->v.posts_count = n;
    return OK;
}

static enum err fill_token_form(struct work *w, struct account_page *p)
{
    const struct registry *reg = w->store->registry;
    struct choice *kind = arena_array(w->arena, struct choice, 2), *ledger = arena_array(w->arena, struct choice, reg->n);
    char day[DAY_TEXT];
    if (!kind || !ledger) return err_no_memory();
    kind[0] = (struct choice){STR("read"), str_of(_("read")), true};
    kind[1] = (struct choice){STR("write"), str_of(_("read and write")), was_chosen(p, "kind", STR("write"))};
    p->v.kind = kind;
    p->v.kind_count = 2;
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        struct str name = str_of(l->ledger);
        if (l->parent || !right_may(w->store, me(p), l, RIGHT_SEE)) continue;
        ledger[p->v.ledger_count++] = (struct choice){name, str_of(ledger_label(l, p->rq->lang)), was_chosen(p, "ledger", name)};
    }
    p->v.ledger = ledger;
    p->v.token_name = p->token_error.p ? request_form(p->rq, "name") : STR_NONE;
    p->v.token_expires = p->token_error.p ? request_form(p->rq, "expires") : STR_NONE;
    if (!p->v.token_expires.p) p->v.token_expires = arena_str(w->arena, str_of(day_text(instant_day(clock_now()) + TOKEN_DAYS, day)));
    return fill_posts(w, p);
}

/* ---- the page ---- */

static enum err fill_sessions(struct account_page *p)
{
    struct account_session *list = arena_array(p->rq->arena, struct account_session, p->sessions + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < p->sessions; i++) {
        const struct session_row *s = &p->session[i];
        list[i] = (struct account_session){.began = cell_instant(p->rq->arena, s->began, false),
                                           .seen = cell_instant(p->rq->arena, s->seen, false),
                                           .address = s->address,
                                           .this_one = s->this_one};
    }
    p->v.session = list;
    p->v.session_count = p->sessions;
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct account_page *p = arg;
    p->v = (struct account_view){.role = str_of(role_label(me(p)->role)),
                                 .must_change = p->rq->session.must_change,
                                 .password_error = p->password_error,
                                 .password_least = PASSWORD_MIN,
                                 .token_error = p->token_error,
                                 .made = p->made};
    if (!p->v.must_change) {
        TRY(fill_tokens(w, p));
        TRY(fill_token_form(w, p));
        TRY(fill_sessions(p));
    }
    TRY(page_shell(w, p->rq, str_of(_("My account")), NULL, &p->v.shell));
    p->v.post = p->v.shell.post;
    return OK;
}

static enum err show(struct account_page *p, unsigned status)
{
    TRY(session_list(p->rq->store, p->rq->arena, str_of(p->rq->session.token), p->session, SESSIONS, &p->sessions));
    TRY(web_view(p->rq, make_page, p));
    view_account(&p->rq->html, &p->v);
    return answer_page(p->rq, status);
}

static enum err new_page(struct request *rq, struct account_page **ret)
{
    struct account_page *p = arena_new(rq->arena, struct account_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    *ret = p;
    return OK;
}

static enum err page(struct request *rq)
{
    struct account_page *p;
    TRY(new_page(rq, &p));
    return show(p, 200);
}

/* ---- what is sent ---- */

static bool is_of_user(enum err e)
{
    return e == ERR_INVALID || e == ERR_FORBIDDEN || e == ERR_BUSY;
}

static struct str why(struct request *rq)
{
    return page_why(rq->arena);
}

static enum err change_password(struct request *rq)
{
    struct account_page *p;
    struct session fresh;
    struct str new_one = param(&rq->form, "password");
    TRY(new_page(rq, &p));
    if (!new_one.n || !str_eq(new_one, param(&rq->form, "again"))) {
        p->password_error = str_of(_("the new password was not typed twice alike"));
        return show(p, 422);
    }
    enum err e = session_password(rq->store, rq->arena, str_of(rq->session.token), param(&rq->form, "old"), new_one, &fresh);
    if (is_of_user(e)) {
        p->password_error = e == ERR_FORBIDDEN ? str_of(_("the password until now is not right")) : why(rq);
        return show(p, e == ERR_BUSY ? status_of(e) : 422);
    }
    TRY(e);
    TRY(visitor_keep(rq, &fresh));
    page_say(rq, SAID_PASSWORD);
    return answer_go(rq, "/account");
}

static enum err make_token(struct work *w, void *arg)
{
    struct account_page *p = arg;
    const struct request *rq = p->rq;
    struct buf scopes CLEANUP_BUF = BUF_INIT(4000);
    const struct param *one;
    int64_t post = 0;
    day_t day;
    if (!day_parse(request_form(rq, "expires"), &day)) {
        err_set(ERR_INVALID, "%s", _("the last day of the token is missing"));
        return err_field("expires");
    }
    str_int(request_form(rq, "post"), &post);
    buf_z(&scopes, str_is(request_form(rq, "kind"), "write") ? "write" : "read");
    for (int at = 0; (one = param_next(&rq->form, "ledger", &at));) buf_printf(&scopes, " %.*s", STR_ARG(one->value));
    TRY(buf_error(&scopes));
    return token_make(w, me(p)->account, post ? post : me(p)->post, request_form(rq, "name"), buf_view(&scopes), day_end(day), p->secret);
}

static enum err new_token(struct request *rq)
{
    struct account_page *p;
    TRY(new_page(rq, &p));
    enum err e = web_write(rq, make_token, p);
    if (is_of_user(e)) p->token_error = why(rq);
    if (e && !is_of_user(e)) return e;
    if (!e) p->made = str_of(p->secret);
    return show(p, e ? 422 : 200);
}

static enum err revoke_token(struct work *w, void *arg)
{
    const struct account_page *p = arg;
    return token_revoke(w, p->id);
}

static enum err void_token(struct request *rq)
{
    struct account_page *p;
    TRY(new_page(rq, &p));
    if (!str_int(rq->arg[0], &p->id)) return err_set(ERR_NOT_FOUND, "%s", _("there is no such token, or it is no longer good"));
    TRY(web_write(rq, revoke_token, p));
    page_say(rq, SAID_TOKEN_VOID);
    return answer_go(rq, "/account#tokens");
}

static enum err end_sessions(struct request *rq)
{
    TRY(session_end_others(rq->store, rq->arena, str_of(rq->session.token)));
    page_say(rq, SAID_SESSIONS);
    return answer_go(rq, "/account#sessions");
}

const struct route account_routes[] = {
    ROUTE(GET, "/account", LOGGED_IN, ALWAYS, page),
    ROUTE(POST, "/account/password", LOGGED_IN, TAKES_FORM | HASHES | ALWAYS, change_password),
    ROUTE(POST, "/account/tokens", LOGGED_IN, TAKES_FORM | WAITS, new_token),
    ROUTE(POST, "/account/tokens/{id}/revoke", LOGGED_IN, TAKES_FORM | WAITS, void_token),
    ROUTE(POST, "/account/sessions/end", LOGGED_IN, TAKES_FORM | WAITS, end_sessions),
    ROUTE_END,
};
