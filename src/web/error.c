/* error.c — the page that says what went wrong, and where to go on. */
#include "error.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/web_parts.h"

enum { WAYS = 3 };

struct failing {
    struct request *rq;
    struct error_view *v;
};

static enum err fill_shell(struct work *w, void *arg)
{
    struct failing *f = arg;
    return page_shell(w, f->rq, f->v->title, NULL, &f->v->shell);
}

static void add_way(struct view_link *way, int *n, struct str text, struct str url)
{
    if (url.p) way[(*n)++] = (struct view_link){.text = text, .url = url};
}

/* From /l/LEDGER/ID/…, the record and the list that the address lies under; not the record when that is what is not there. */
static void add_ways_up(struct request *rq, unsigned status, struct view_link *way, int *n)
{
    struct str rest = str_from(rq->x->path, str_starts(rq->x->path, STR("/l/")) ? 3 : 0);
    if (rest.n == rq->x->path.n) return;
    const struct ledger *l = registry_find(rq->store->registry, str_split(&rest, '/'));
    int64_t id;
    if (!l || !right_may(rq->store, &rq->session.actor, l, RIGHT_SEE)) return;
    struct str label = str_of(ledger_label(l, rq->lang)), record = rest.p ? str_split(&rest, '/') : STR_NONE;
    if (rest.p && status != 404 && str_int(record, &id)) add_way(way, n, str_of(_("To the record")), cell_url(rq->arena, l, id, ""));
    add_way(way, n, arena_printf(rq->arena, _("To the list: %.*s"), STR_ARG(label)), arena_printf(rq->arena, "/l/%s", l->ledger));
}

void page_error(struct request *rq, enum err e, unsigned status, const char *title)
{
    struct view_link way[WAYS];
    struct error_view v = {.status = status, .title = str_of(title), .text = page_why(rq->arena), .way = way};
    if (status >= 500 && e != ERR_BUSY) v.request = arena_printf(rq->arena, "%lld", (long long)rq->x->number);
    if (rq->known) add_ways_up(rq, status, way, &v.way_count);
    add_way(way, &v.way_count, str_of(_("To the start page")), STR("/"));
    /* With the ledgers beside it, where they can still be had. */
    bool whole = rq->known && rq->route && status < 500;
    if (!whole || web_view(rq, fill_shell, &(struct failing){rq, &v})) page_plain_shell(rq, v.title, &v.shell);
    view_error(&rq->html, &v);
    answer_page(rq, status);
}
