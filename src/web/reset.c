/* reset.c — /l/account/ID/do/reset: a new password from the hand of another, for the verb `reset` of accounts, which needs more than
 * a form of fields: the password stands in no event. */
#include "account.html.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/password.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

struct reset_page {
    struct request *rq;
    const struct ledger *l;
    int64_t id;
    struct str name, error, made;
    char hash[PASSWORD_HASH];
    struct reset_view v;
};

static enum err make_page(struct work *w, void *arg)
{
    struct reset_page *p = arg;
    struct record *account;
    TRY(request_record(w, p->rq, p->l, 0, &p->id));
    TRY(store_read(w, p->l, p->id, &account));
    p->name = account_name(account);
    p->v = (struct reset_view){.up = {p->name, cell_url(w->arena, p->l, p->id, ""), false},
                               .action = cell_url(w->arena, p->l, p->id, "/do/reset"),
                               .error = p->error,
                               .password_least = PASSWORD_MIN,
                               .made = p->made};
    return page_shell(w, p->rq, str_of(_("Set a password")), p->l, &p->v.shell);
}

static enum err show(struct reset_page *p, unsigned status)
{
    TRY(web_view(p->rq, make_page, p));
    view_reset(&p->rq->html, &p->v);
    return answer_page(p->rq, status);
}

static enum err begin(struct request *rq, struct reset_page **ret)
{
    struct reset_page *p = arena_new(rq->arena, struct reset_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    p->l = account_ledger(rq->store->registry);
    *ret = p;
    return right_ask_verb(rq->store, &rq->session.actor, p->l, STR("reset"));
}

static enum err page(struct request *rq)
{
    struct reset_page *p;
    TRY(begin(rq, &p));
    return show(p, 200);
}

static enum err put(struct work *w, void *arg)
{
    const struct reset_page *p = arg;
    return account_reset(w, p->id, p->hash);
}

static enum err set_password(struct request *rq)
{
    struct reset_page *p;
    char made[PASSWORD_MADE];
    struct str given = param(&rq->form, "password");
    TRY(begin(rq, &p));
    TRY(web_view(rq, make_page, p)); /* who it is for, before anything is made */
    if (!given.n) {
        TRY(password_make(made));
        given = p->made = arena_str(rq->arena, str_of(made));
    }
    enum err e = password_fit(p->name, given);
    if (e == ERR_INVALID) {
        p->error = page_why(rq->arena);
        return show(p, 422);
    }
    TRY(e);
    TRY(password_hash(given, p->hash));
    TRY(web_write(rq, put, p));
    if (p->made.n) return show(p, 200);
    page_say(rq, SAID_RESET);
    return answer_go(rq, "/l/account/%lld", (long long)p->id);
}

const struct route reset_routes[] = {
    ROUTE(GET, "/l/account/{id}/do/reset", MAY_ON(RIGHT_SEE, "account"), TAKES_NOTHING, page),
    ROUTE(POST, "/l/account/{id}/do/reset", MAY_ON(RIGHT_SEE, "account"), TAKES_FORM | HASHES, set_password),
    ROUTE_END,
};
