/* outbox_page.c — /outbox: what is told outside, what could not be delivered, and a message that tries the channels. */
#include "ledger/names.h"
#include "ledgers.h"
#include "outbox.html.h"
#include "tell/outbox.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

enum { MESSAGES = 50 };

struct outbox_page {
    struct request *rq;
    struct message message[MESSAGES];
    struct outbox_view v;
    bool all;
    int64_t id; /* of the message that is acted on */
};

static const struct {
    const char *state, *words;
    enum tone tone;
} states[] = {{"waiting", N_("waiting"), TONE_INFO},
              {"sending", N_("on its way"), TONE_INFO},
              {"sent", N_("delivered"), TONE_GOOD},
              {"undeliverable", N_("undeliverable"), TONE_BAD},
              {"given_up", N_("given up"), TONE_MUTED}};

static struct badge state_badge(struct str state)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_is(state, states[i].state)) return (struct badge){str_of(_(states[i].words)), states[i].tone};
    return (struct badge){state, TONE_NONE};
}

static enum err fill_row(struct work *w, struct outbox_page *p, const struct message *m, struct outbox_row *out)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    bool waits = str_is(m->state, "waiting"), failed = str_is(m->state, "undeliverable");
    TRY(names_record(w, channel_ledger(w->store->registry), m->channel, &b));
    TRY(buf_error(&b));
    *out = (struct outbox_row){.created = cell_instant(w->arena, m->created, false),
                               .address = m->address,
                               .subject = m->subject,
                               .channel = arena_str(w->arena, buf_view(&b)),
                               .tries = arena_printf(w->arena, "%lld", (long long)m->tries),
                               .error = m->error,
                               .state = state_badge(m->state)};
    if (waits && m->tries) out->next = arena_printf(w->arena, _("again at %.*s"), STR_ARG(cell_instant(w->arena, m->next, true)));
    if (!p->v.may_change || (!waits && !failed)) return OK;
    if (failed || m->tries) out->retry_url = arena_printf(w->arena, "/outbox/%lld/retry", (long long)m->id);
    out->give_up_url = arena_printf(w->arena, "/outbox/%lld/give-up", (long long)m->id);
    return OK;
}

static enum err fill_rows(struct work *w, struct outbox_page *p)
{
    int64_t before = 0;
    int n;
    struct str after = request_query(p->rq, "after");
    if (after.p && (!str_int(after, &before) || before <= 0))
        return err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
    TRY(outbox_list(w, !p->all, before, p->message, MESSAGES, &n));
    struct outbox_row *row = arena_array(w->arena, struct outbox_row, n + 1);
    if (!row) return err_no_memory();
    for (int i = 0; i < n; i++) TRY(fill_row(w, p, &p->message[i], &row[i]));
    p->v.row = row;
    p->v.row_count = n;
    const char *more = p->all ? "&all=1" : "";
    if (n == MESSAGES) p->v.pager.next_url = arena_printf(w->arena, "/outbox?after=%lld%s", (long long)p->message[n - 1].id, more);
    if (before) p->v.pager.first_url = str_of(p->all ? "/outbox?all=1" : "/outbox");
    return OK;
}

static enum err fill_frame(struct work *w, struct outbox_page *p)
{
    const struct ledger *channel = channel_ledger(w->store->registry), *host = allowed_host_ledger(w->store->registry);
    struct view_link *tab = arena_array(w->arena, struct view_link, 2);
    int64_t waiting = 0, undeliverable = 0;
    if (!tab) return err_no_memory();
    TRY(outbox_count(w, &waiting, &undeliverable));
    tab[0] = (struct view_link){arena_printf(w->arena, _("Open %lld"), (long long)(waiting + undeliverable)), STR("/outbox"), !p->all};
    tab[1] = (struct view_link){str_of(_("All")), STR("/outbox?all=1"), p->all};
    p->v.tab = tab;
    p->v.tab_count = 2;
    p->v.empty = str_of(p->all ? _("Nothing has been told outside yet.") : _("Nothing waits, and everything was delivered."));
    p->v.may_change = right_may(w->store, w->actor, channel, RIGHT_CHANGE);
    if (right_may(w->store, w->actor, channel, RIGHT_SEE))
        p->v.channels = (struct view_link){str_of(ledger_label(channel, p->rq->lang)), STR("/l/channel"), false};
    if (right_may(w->store, w->actor, host, RIGHT_SEE))
        p->v.hosts = (struct view_link){str_of(ledger_label(host, p->rq->lang)), STR("/l/allowed_host"), false};
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct outbox_page *p = arg;
    p->all = request_query(p->rq, "all").n > 0;
    TRY(fill_frame(w, p));
    TRY(fill_rows(w, p));
    return page_shell(w, p->rq, str_of(_("Outbox")), NULL, &p->v.shell);
}

static enum err show(struct outbox_page *p, unsigned status)
{
    TRY(web_view(p->rq, make_page, p));
    view_outbox(&p->rq->html, &p->v);
    return answer_page(p->rq, status);
}

static enum err page(struct request *rq)
{
    struct outbox_page *p = arena_new(rq->arena, struct outbox_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    return show(p, 200);
}

/* ---- acts ---- */

static enum err do_retry(struct work *w, void *id)
{
    return outbox_retry(w, *(const int64_t *)id);
}

static enum err do_give_up(struct work *w, void *id)
{
    return outbox_give_up(w, *(const int64_t *)id);
}

static enum err act(struct request *rq, enum err (*fn)(struct work *, void *))
{
    int64_t id;
    if (!str_int(rq->arg[0], &id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_write(rq, fn, &id));
    sender_wake(rq->web->sender);
    page_say(rq, SAID_DONE);
    return answer_go(rq, "/outbox");
}

static enum err retry(struct request *rq)
{
    return act(rq, do_retry);
}

static enum err give_up(struct request *rq)
{
    return act(rq, do_give_up);
}

static enum err do_test(struct work *w, void *arg)
{
    struct outbox_page *p = arg;
    int64_t person;
    TRY(store_resolve(w, person_ledger(w->store->registry), p->v.test_person, &person));
    return tell_test(w, person);
}

static enum err test(struct request *rq)
{
    struct outbox_page *p = arena_new(rq->arena, struct outbox_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    p->v.test_person = str_trim(request_form(rq, "person"));
    enum err e = web_write(rq, do_test, p);
    if (!e) {
        sender_wake(rq->web->sender);
        page_say(rq, SAID_DONE);
        return answer_go(rq, "/outbox?all=1");
    }
    if (e != ERR_NOT_FOUND && e != ERR_REFUSED && e != ERR_CONFLICT && e != ERR_INVALID) return e;
    p->v.test_error = arena_str(rq->arena, str_of(err_last()->message));
    return show(p, 422);
}

const struct route outbox_routes[] = {
    ROUTE(GET, "/outbox", MAY_ON(RIGHT_SEE, "channel"), TAKES_NOTHING, page),
    ROUTE(POST, "/outbox/test", MAY_ON(RIGHT_CHANGE, "channel"), TAKES_FORM | WAITS, test),
    ROUTE(POST, "/outbox/{id}/retry", MAY_ON(RIGHT_CHANGE, "channel"), TAKES_FORM | WAITS, retry),
    ROUTE(POST, "/outbox/{id}/give-up", MAY_ON(RIGHT_CHANGE, "channel"), TAKES_FORM | WAITS, give_up),
    ROUTE_END,
};
