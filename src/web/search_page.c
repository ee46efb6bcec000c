/* search_page.c — /search?q=: over all ledgers that the visitor may see. */
#include "base/utf8.h"
#include "ledger/search.h"
#include "search.html.h"
#include "web/cell.h"
#include "web/highlight.h"
#include "web/page.h"
#include "web/pages.h"

#define RESULTS 30
#define FACETS_MOST 12
#define WORDS_BYTES 400 /* what the box takes: 100 characters */

struct search_page {
    struct request *rq;
    struct search_view v;
    struct str words;
};

static struct str list_url(struct arena *a, const struct ledger *l, struct str words)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000);
    buf_printf(&b, "/l/%s", l->ledger);
    url_put(&b, "q", words);
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}

/* The ledgers of the hits, as links to their lists with the same words. */
static enum err fill_facets(struct search_page *p, const struct hits *hits)
{
    const struct ledger *seen[FACETS_MOST];
    struct view_link *link = arena_array(p->rq->arena, struct view_link, FACETS_MOST + 1);
    int n = 0;
    if (!link) return err_no_memory();
    for (int i = 0; i < hits->n; i++) {
        int k = 0;
        while (k < n && seen[k] != hits->hit[i].l) k++;
        if (k == n && n < FACETS_MOST) seen[n++] = hits->hit[i].l;
    }
    if (!n) return OK;
    link[0] = (struct view_link){.text = str_of(_("All")), .url = p->v.shell.here, .current = true};
    for (int i = 0; i < n; i++)
        link[1 + i] = (struct view_link){.text = str_of(ledger_label(seen[i], p->rq->lang)),
                                         .url = list_url(p->rq->arena, seen[i], p->words)};
    p->v.facet = link;
    p->v.facet_count = n + 1;
    return OK;
}

/* Where the words stand when not in the title: the first searched field of the body that has one of them. */
static enum err fill_snippet(struct search_page *p, const struct record *r, struct search_result *out)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        const struct field *f = &r->l->fields[i];
        const struct search_piece *piece;
        int n;
        struct str text = record_text(r, f->index);
        if (!f->search || f == r->l->title_field || f->type == TYPE_ROWS || !text.n) continue;
        TRY(highlight(p->rq->arena, text.n > 300 ? str_head(text, utf8_cut(text.p, 300)) : text, p->words, &piece, &n));
        if (n < 2 && !(n && piece[0].hit)) continue;
        out->snippet = piece;
        out->snippet_count = n;
        return OK;
    }
    return OK;
}

static enum err fill_result(struct search_page *p, const struct search_hit *h, struct search_result *out)
{
    struct arena *a = p->rq->arena;
    struct badge *badge = arena_new(a, struct badge);
    if (!badge) return err_no_memory();
    *badge = cell_state(h->record);
    *out = (struct search_result){.url = cell_url(a, h->l, h->id, ""),
                                  .ledger = str_of(ledger_label(h->l, p->rq->lang)),
                                  .number = h->number,
                                  .badge = badge,
                                  .badge_count = badge->text.n > 0,
                                  .when = cell_instant(a, h->record->updated, false)};
    TRY(highlight(a, cell_title(a, h->record), p->words, &out->title, &out->title_count));
    return h->where == SEARCH_IN_BODY_ONLY ? fill_snippet(p, h->record, out) : OK;
}

static enum err fill_pager(struct search_page *p, struct str after, struct str next)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000);
    buf_z(&b, "/search");
    url_put(&b, "q", p->words);
    if (after.p) p->v.pager.first_url = arena_str(p->rq->arena, buf_view(&b));
    url_put(&b, "after", next);
    TRY(buf_error(&b));
    if (next.p) p->v.pager.next_url = arena_str(p->rq->arena, buf_view(&b));
    return OK;
}

static enum err find(struct work *w, struct search_page *p)
{
    struct str after = request_query(p->rq, "after");
    struct hits hits;
    TRY(search_all(w, p->words, after, RESULTS, &hits));
    struct search_result *result = arena_array(w->arena, struct search_result, hits.n + 1);
    if (!result) return err_no_memory();
    for (int i = 0; i < hits.n; i++) TRY(fill_result(p, &hits.hit[i], &result[i]));
    p->v.result = result;
    p->v.result_count = hits.n;
    TRY(fill_facets(p, &hits));
    return fill_pager(p, after, hits.next);
}

static enum err make_page(struct work *w, void *arg)
{
    struct search_page *p = arg;
    p->v = (struct search_view){0};
    TRY(page_shell(w, p->rq, str_of(_("Search")), NULL, &p->v.shell));
    p->v.shell.search = p->words;
    if (!p->words.p) return OK;
    if (p->words.n > WORDS_BYTES)
        p->v.error = str_of(_("These are too many words; 100 characters are enough."));
    else if (!highlight_has_terms(p->words))
        p->v.error = str_of(_("There is no word in this to search for."));
    else
        return find(w, p);
    return OK;
}

static enum err search_page(struct request *rq)
{
    struct search_page *p = arena_new(rq->arena, struct search_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    p->words = request_query(rq, "q");
    TRY(web_view(rq, make_page, p));
    view_search(&rq->html, &p->v);
    return answer_page(rq, p->v.error.n ? 422 : 200);
}

const struct route search_routes[] = {
    ROUTE(GET, "/search", LOGGED_IN, TAKES_NOTHING, search_page),
    ROUTE_END,
};
