/* post_page.c — /post: under which of my posts do I act? */
#include "ledger/names.h"
#include "ledgers.h"
#include "post.html.h"
#include "safety/account.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

struct post_page {
    struct request *rq;
    struct post_view v;
};

static enum err name_of(struct work *w, const struct ledger *l, int64_t id, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    TRY(names_record(w, l, id, &b));
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err fill_choice(struct work *w, struct post_page *p, const struct record *account, const struct record *post,
                            struct post_choice *c)
{
    struct actor a;
    *c = (struct post_choice){.id = arena_printf(w->arena, "%lld", (long long)post->id),
                              .post = post_duty(post),
                              .current = post->id == p->rq->session.actor.post};
    TRY(name_of(w, unit_ledger(w->store->registry), post_unit(post), &c->unit));
    TRY(account_actor_under(w, account, post->id, &a));
    c->about = arena_printf(w->arena, _("%s, since %.*s"), role_label(a.role), STR_ARG(post_from_day_text(post)));
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct post_page *p = arg;
    struct record *account, *posts[ACCOUNT_POSTS_MAX];
    int n = 0;
    p->v = (struct post_view){.back = request_query(p->rq, "back")};
    TRY(store_load(w, account_ledger(w->store->registry), p->rq->session.actor.account, false, &account));
    if (str_is(account_role(account), "user")) TRY(account_posts(w, account, posts, &n));
    struct post_choice *c = arena_array(w->arena, struct post_choice, n + 1);
    if (!c) return err_no_memory();
    for (int i = 0; i < n; i++) TRY(fill_choice(w, p, account, posts[i], &c[i]));
    p->v.choice = c;
    p->v.choice_count = n;
    return page_shell(w, p->rq, str_of(_("Act under which post?")), NULL, &p->v.shell);
}

static enum err page(struct request *rq)
{
    struct post_page *p = arena_new(rq->arena, struct post_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_page, p));
    view_post(&rq->html, &p->v);
    return answer_page(rq, 200);
}

static enum err choose(struct request *rq)
{
    struct session s;
    int64_t post;
    if (!str_int(request_form(rq, "post"), &post) || post <= 0) return err_set(ERR_INVALID, "%s", _("choose one of your posts"));
    TRY(session_switch(rq->store, rq->arena, str_of(rq->session.token), post, &s));
    page_say(rq, SAID_POST);
    return answer_back(rq, request_form(rq, "back"));
}

const struct route post_routes[] = {
    ROUTE(GET, "/post", LOGGED_IN, TAKES_NOTHING, page),
    ROUTE(POST, "/post", LOGGED_IN, TAKES_FORM | WAITS, choose),
    ROUTE_END,
};
