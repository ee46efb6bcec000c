/* inbox_page.c — /inbox: what I was told of duties, and that I have read it. Whose a notice is, says duty/notice.h. */
#include "duty/notice.h"
#include "inbox.html.h"
#include "ledger/names.h"
#include "ledgers.h"
#include "web/cell.h"
#include "web/duty_words.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

enum { NOTICES = 50 };

struct inbox_page {
    struct request *rq;
    struct notice notice[NOTICES];
    struct inbox_view v;
    bool all;
};

static const struct badge kinds[NOTICE__MAX] = {
    [NOTICE_REMINDER] = {{N_("due soon"), 0}, TONE_WARN},
    [NOTICE_MISSED] = {{N_("overdue"), 0}, TONE_BAD},
    [NOTICE_MOVED] = {{N_("moved"), 0}, TONE_INFO},
    [NOTICE_WITHDRAWN] = {{N_("no longer overdue"), 0}, TONE_GOOD},
};

static enum err fill_item(struct work *w, const struct notice *n, struct inbox_item *out)
{
    struct buf rung CLEANUP_BUF = BUF_INIT(1000);
    if (n->rung < RUNG__MAX) TRY(names_code(w, duty_field_rung(duty_ledger(w->store->registry)), str_of(rung_names[n->rung]), &rung));
    TRY(buf_error(&rung));
    *out = (struct inbox_item){.kind = {str_of(_(kinds[n->kind].text.p)), kinds[n->kind].tone},
                               .matter = {.text = n->matter, .url = arena_printf(w->arena, "/duties/%lld/why", (long long)n->duty)},
                               .number = n->number,
                               .due = duty_end_text(w->arena, n->due),
                               .rung = arena_str(w->arena, buf_view(&rung)),
                               .at = cell_instant(w->arena, n->made, false)};
    if (!n->read) out->read_url = arena_printf(w->arena, "/inbox/%lld/read", (long long)n->id);
    return OK;
}

static enum err fill_items(struct work *w, struct inbox_page *p, int n)
{
    struct inbox_item *item = arena_array(w->arena, struct inbox_item, n + 1);
    struct hidden *shown = arena_array(w->arena, struct hidden, n + 1);
    if (!item || !shown) return err_no_memory();
    for (int i = 0; i < n; i++) {
        TRY(fill_item(w, &p->notice[i], &item[i]));
        if (!p->notice[i].read) shown[p->v.shown_count++] = (struct hidden){STR("id"), cell_id(w->arena, p->notice[i].id)};
    }
    p->v.item = item;
    p->v.item_count = n;
    p->v.shown = shown;
    if (p->v.shown_count) p->v.all_url = STR("/inbox/read");
    return OK;
}

static enum err fill_tabs(struct work *w, struct inbox_page *p, struct notice_owner owner)
{
    struct view_link *tab = arena_array(w->arena, struct view_link, 2);
    int64_t unread;
    if (!tab) return err_no_memory();
    TRY(notice_unread(w, owner, &unread));
    tab[0] = (struct view_link){arena_printf(w->arena, _("Unread %lld"), (long long)unread), STR("/inbox"), !p->all};
    tab[1] = (struct view_link){str_of(_("All")), STR("/inbox?all=1"), p->all};
    p->v.tab = tab;
    p->v.tab_count = 2;
    p->v.empty = str_of(p->all ? _("You have been told nothing yet.") : _("Nothing new: all was read."));
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct inbox_page *p = arg;
    struct notice_owner owner;
    struct str after = request_query(p->rq, "after");
    int64_t before = 0;
    int n;
    if (after.p && (!str_int(after, &before) || before <= 0))
        return err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
    p->all = request_query(p->rq, "all").n > 0;
    TRY(notice_owner_of(w, w->actor, &owner));
    TRY(notice_list(w, owner, !p->all, before, p->notice, NOTICES, &n));
    TRY(fill_tabs(w, p, owner));
    TRY(fill_items(w, p, n));
    if (n == NOTICES)
        p->v.pager.next_url = arena_printf(w->arena, "/inbox?after=%lld%s", (long long)p->notice[n - 1].id, p->all ? "&all=1" : "");
    if (before) p->v.pager.first_url = str_of(p->all ? "/inbox?all=1" : "/inbox");
    return page_shell(w, p->rq, str_of(_("My notices")), NULL, &p->v.shell);
}

static enum err page(struct request *rq)
{
    struct inbox_page *p = arena_new(rq->arena, struct inbox_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_page, p));
    view_inbox(&rq->html, &p->v);
    return answer_page(rq, 200);
}

static enum err mark_one(struct work *w, void *id)
{
    return notice_mark_read(w, *(const int64_t *)id);
}

static enum err read_one(struct request *rq)
{
    int64_t id;
    if (!str_int(rq->arg[0], &id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_write(rq, mark_one, &id));
    page_say(rq, SAID_DONE);
    return answer_go(rq, "/inbox");
}

/* Those that were shown, and no others: what came meanwhile stays unread. */
static enum err mark_shown(struct work *w, void *arg)
{
    struct request *rq = arg;
    const struct param *one;
    int64_t id;
    int n = 0;
    for (int at = 0; (one = param_next(&rq->form, "id", &at)) && n < NOTICES; n++) {
        if (!str_int(one->value, &id)) return err_set(ERR_INVALID, "%s", _("there is nothing at this address"));
        TRY(notice_mark_read(w, id));
    }
    return OK;
}

static enum err read_shown(struct request *rq)
{
    TRY(web_write(rq, mark_shown, rq));
    page_say(rq, SAID_DONE);
    return answer_go(rq, "/inbox");
}

const struct route inbox_routes[] = {
    ROUTE(GET, "/inbox", MAY_ON(RIGHT_SEE, "duty"), TAKES_NOTHING, page),
    ROUTE(POST, "/inbox/read", MAY_ON(RIGHT_SEE, "duty"), TAKES_FORM | WAITS, read_shown),
    ROUTE(POST, "/inbox/{id}/read", MAY_ON(RIGHT_SEE, "duty"), TAKES_FORM | WAITS, read_one),
    ROUTE_END,
};
