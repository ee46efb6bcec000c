/* login.c — logging in and out. */
#include "login.html.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

static enum err show(struct request *rq, unsigned status, struct str name, struct str back, struct str error)
{
    struct login_view v = {.name = name, .back = back, .error = error};
    page_plain_shell(rq, str_of(_("Log in")), &v.shell);
    view_login(&rq->html, &v);
    return answer_page(rq, status);
}

static enum err page(struct request *rq)
{
    if (rq->known) return answer_back(rq, request_query(rq, "back"));
    return show(rq, 200, request_query(rq, "name"), request_query(rq, "back"), STR_NONE);
}

/* Where somebody comes from who sends the form: another site cannot log a browser in under its own account. */
static enum err same_site(struct request *rq)
{
    struct str from = http_header(rq->x, "Sec-Fetch-Site");
    if (!from.p || str_is(from, "same-origin") || str_is(from, "none")) return OK;
    return err_set(ERR_FORBIDDEN, "%s", _("please log in on the page of this site"));
}

static enum err enter(struct request *rq)
{
    struct login attempt;
    struct session session;
    struct str name = request_form(rq, "name"), password = param(&rq->form, "password"), back = request_form(rq, "back");
    TRY(same_site(rq));
    if (!name.p || !password.n) return show(rq, 422, name, back, page_sentence(rq->arena, str_of(_("name and password are needed"))));
    enum err e = login_prepare(rq->store, rq->arena, name, web_address(rq), &attempt);
    if (!e) {
        login_verify(&attempt, password);
        e = login_finish(rq->store, rq->arena, &attempt, &session);
    }
    if (e == ERR_FORBIDDEN || e == ERR_BUSY || e == ERR_INVALID) return show(rq, status_of(e), name, back, page_why(rq->arena));
    if (e) return e;
    TRY(visitor_keep(rq, &session));
    return answer_back(rq, back);
}

static enum err leave(struct request *rq)
{
    if (rq->known) TRY(session_end(rq->store, rq->arena, str_of(rq->session.token)));
    TRY(visitor_forget(rq));
    page_say(rq, SAID_LOGGED_OUT);
    return answer_go(rq, "/login");
}

const struct route login_routes[] = {
    ROUTE(GET, "/login", EVERYBODY, TAKES_NOTHING, page),
    ROUTE(POST, "/login", EVERYBODY, TAKES_FORM | HASHES, enter),
    ROUTE(POST, "/logout", LOGGED_IN, TAKES_FORM | WAITS | ALWAYS, leave),
    ROUTE_END,
};
