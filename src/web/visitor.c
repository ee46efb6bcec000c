/* visitor.c — who asks, and may that one: see web_parts.h. */
#include "web/web_parts.h"

#define SESSION_COOKIE "anjian"

bool web_is_secure(const struct request *rq)
{
    return rq->web->options.behind_proxy && str_is(http_header(rq->x, "X-Forwarded-Proto"), "https");
}

/* Behind a proxy the client is the last address that the proxy has added. */
struct str web_address(const struct request *rq)
{
    struct str chain = rq->web->options.behind_proxy ? http_header(rq->x, "X-Forwarded-For") : STR_NONE, last = STR_NONE;
    while (chain.p) last = str_trim(str_split(&chain, ','));
    return last.n && last.n < ADDRESS_MAX ? last : str_of(rq->x->address);
}

/* What is wrong with a session is no error of the request: the visitor is unknown then. */
static enum err unknown_unless(enum err e)
{
    return e == ERR_FORBIDDEN || e == ERR_NOT_FOUND || e == ERR_INVALID ? OK : e;
}

static enum err find_session(struct request *rq)
{
    struct str token = cookie_value(http_header(rq->x, "Cookie"), SESSION_COOKIE);
    if (!token.n) return OK;
    enum err e = session_find(rq->store, rq->web->sessions, rq->arena, token, &rq->session);
    rq->known = !e;
    return unknown_unless(e);
}

static enum err find_token(struct request *rq, struct str said)
{
    if (!str_starts(said, STR("Bearer ")))
        return answer_refuse(rq, 401, err_set(ERR_FORBIDDEN, "%s", _("Authorization: Bearer TOKEN is understood here")));
    enum err e = token_find(rq->store, rq->web->sessions, rq->arena, str_from(said, 7), &rq->session.actor);
    rq->known = rq->by_token = !e;
    return e == ERR_FORBIDDEN ? answer_refuse(rq, 401, e) : e;
}

enum err visitor_find(struct request *rq)
{
    struct str said = rq->route->flags & IS_API ? http_header(rq->x, "Authorization") : STR_NONE;
    return said.p ? find_token(rq, said) : find_session(rq);
}

enum err visitor_keep(struct request *rq, const struct session *s)
{
    rq->session = *s;
    rq->known = true;
    return answer_cookie(rq, SESSION_COOKIE, arena_str(rq->arena, str_of(s->token)), 0);
}

enum err visitor_forget(struct request *rq)
{
    rq->known = false;
    return answer_cookie(rq, SESSION_COOKIE, STR(""), 0);
}

/* ---- permission ---- */

static enum err go_to_login(struct request *rq)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (rq->x->method == METHOD_GET && rq->x->path.n > 1) {
        buf_z(&b, "?back=");
        url_encode(&b, rq->x->path);
        if (rq->x->query.n) buf_z(&b, "%3F"), url_encode(&b, rq->x->query);
    }
    TRY(buf_error(&b));
    return answer_go(rq, "/login%.*s", STR_ARG(buf_view(&b)));
}

static enum err ask(struct request *rq, const struct permission *may)
{
    const struct actor *actor = &rq->session.actor;
    const struct ledger *l;
    switch (may->permit) {
    case PERMIT_LEDGER: TRY(request_ledger(rq, &l)); return right_ask(rq->store, actor, l, may->action);
    case PERMIT_NAMED: return right_ask(rq->store, actor, registry_find(rq->store->registry, str_of(may->of)), may->action);
    case PERMIT_VERB: TRY(request_ledger(rq, &l)); return right_ask_verb(rq->store, actor, l, rq->arg[2]);
    case PERMIT_LOG: return right_ask_log(rq->store, actor);
    case PERMIT_EVERYBODY:
    case PERMIT_LOGIN: return OK;
    }
    return err_set(ERR_FORBIDDEN, "%s", "no permission was declared");
}

enum err visitor_check(struct request *rq)
{
    const struct permission *may = &rq->route->may;
    if (may->permit == PERMIT_EVERYBODY) return OK;
    bool api = rq->route->flags & IS_API;
    if (!rq->known && api) return answer_refuse(rq, 401, err_set(ERR_FORBIDDEN, "%s", _("please log in, or send a token")));
    if (!rq->known) return go_to_login(rq);
    if (rq->session.must_change && api) return err_set(ERR_FORBIDDEN, "%s", _("please change your password first, in a browser"));
    if (rq->session.must_change && !(rq->route->flags & ALWAYS)) return answer_go(rq, "/account");
    return ask(rq, may);
}

enum err visitor_check_form(struct request *rq)
{
    if (!rq->known) return OK; /* nobody's name can be misused; the login form */
    struct str given = param(&rq->form, "csrf"), head = http_header(rq->x, "X-CSRF-Token");
    if (session_csrf_fits(&rq->session, given.p ? given : head)) return OK;
    if (rq->route->flags & IS_API)
        err_set(ERR_FORBIDDEN, "%s", _("with a session, what changes something carries the header X-CSRF-Token (see /api/v1)"));
    else
        err_set(ERR_FORBIDDEN, "%s", _("this form is too old; please go back, load the page again and send it once more"));
    return err_rule("csrf");
}
