/* duplicates_page.c — /l/LEDGER/duplicates: records that may be the same, side by side; to be merged, or said to be two. */
#include "duplicates.html.h"
#include "ledger/twins.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

enum { PAIRS = 10 };

struct duplicates_page {
    struct request *rq;
    const struct ledger *l;
    int64_t a, b, keep; /* of the form that was sent */
    struct duplicates_view v;
};

static struct str address(const struct duplicates_page *p, struct str after)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    buf_printf(&b, "/l/%s/duplicates", p->l->ledger);
    url_put(&b, "after", after);
    return buf_error(&b) ? STR_NONE : arena_str(p->rq->arena, buf_view(&b));
}

/* ---- one pair ---- */

static enum err fill_why(const struct duplicates_page *p, const struct group *key, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    buf_z(&b, _("the same: "));
    for (int i = 0; i < key->n; i++) buf_printf(&b, "%s%s", i ? _(", ") : "", field_label(key->field[i], p->rq->lang));
    TRY(buf_error(&b));
    *ret = arena_str(p->rq->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static int known_fields(const struct record *r)
{
    int n = 0;
    for (unsigned i = 0; i < r->l->fields_count; i++) n += r->v[i].tag != VAL_NULL || r->rows[i].n > 0;
    return n;
}

static struct str about(const struct duplicates_page *p, const struct record *r)
{
    return arena_printf(p->rq->arena, _("entered %.*s · %d fields filled in"), STR_ARG(cell_instant(p->rq->arena, r->created, false)),
                        known_fields(r));
}

static struct view_link link_of(const struct duplicates_page *p, const struct record *r)
{
    struct str title = cell_title(p->rq->arena, r);
    return (struct view_link){.text = r->number.n ? arena_printf(p->rq->arena, "%.*s %.*s", STR_ARG(r->number), STR_ARG(title)) : title,
                              .url = cell_url(p->rq->arena, p->l, r->id, "")};
}

static enum err field_text(struct work *w, const struct record *r, const struct field *f, struct str *ret)
{
    if (f->type != TYPE_ROWS) return cell_value(w, f, r->v[f->index], ret);
    *ret = r->rows[f->index].n ? arena_printf(w->arena, _("%d rows"), r->rows[f->index].n) : STR_NONE;
    return OK;
}

/* What neither has is not shown. */
static enum err fill_fields(struct work *w, const struct duplicates_page *p, const struct record *a, const struct record *b,
                            struct duplicate *d)
{
    struct duplicate_field *list = arena_array(w->arena, struct duplicate_field, p->l->fields_count);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        struct duplicate_field *out = &list[d->field_count];
        *out = (struct duplicate_field){.label = str_of(field_label(f, p->rq->lang))};
        TRY(field_text(w, a, f, &out->a));
        TRY(field_text(w, b, f, &out->b));
        if (!out->a.n && !out->b.n) continue;
        out->differs = f->type == TYPE_ROWS ? !rows_eq(f->target, &a->rows[i], &b->rows[i]) : !value_eq(a->v[i], b->v[i]);
        d->field_count++;
    }
    d->field = list;
    return OK;
}

static enum err fill_pair(struct work *w, struct duplicates_page *p, const struct twins_pair *t, struct duplicate *d)
{
    *d = (struct duplicate){.a = arena_printf(w->arena, "%lld", (long long)t->a->id),
                            .b = arena_printf(w->arena, "%lld", (long long)t->b->id),
                            .a_link = link_of(p, t->a),
                            .b_link = link_of(p, t->b),
                            .a_about = about(p, t->a),
                            .b_about = about(p, t->b),
                            .b_stays = known_fields(t->b) > known_fields(t->a)};
    TRY(fill_why(p, t->key, &d->why));
    return fill_fields(w, p, t->a, t->b, d);
}

/* ---- the page ---- */

static enum err make_page(struct work *w, void *arg)
{
    struct duplicates_page *p = arg;
    struct str after = request_query(p->rq, "after");
    struct twins found;
    p->v = (struct duplicates_view){
        .ledger = {str_of(ledger_label(p->l, p->rq->lang)), arena_printf(w->arena, "/l/%s", p->l->ledger), false},
        .action = address(p, after)};
    TRY(twins_find(w, p->l, after, PAIRS, &found));
    struct duplicate *list = arena_array(w->arena, struct duplicate, found.n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < found.n; i++) TRY(fill_pair(w, p, &found.pair[i], &list[i]));
    p->v.pair = list;
    p->v.pair_count = found.n;
    if (found.next.p) p->v.pager.next_url = address(p, found.next);
    if (after.p) p->v.pager.first_url = address(p, STR_NONE);
    return page_shell(w, p->rq, str_of(_("Duplicates")), p->l, &p->v.shell);
}

static enum err begin(struct request *rq, struct duplicates_page **ret)
{
    struct duplicates_page *p = arena_new(rq->arena, struct duplicates_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    *ret = p;
    return request_ledger(rq, &p->l);
}

static enum err page(struct request *rq)
{
    struct duplicates_page *p;
    TRY(begin(rq, &p));
    TRY(web_view(rq, make_page, p));
    view_duplicates(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* ---- what is decided ---- */

static enum err merge(struct work *w, void *arg)
{
    const struct duplicates_page *p = arg;
    struct record *now;
    return store_merge(w, p->l, p->keep == p->a ? p->b : p->a, p->keep, &now);
}

static enum err apart(struct work *w, void *arg)
{
    const struct duplicates_page *p = arg;
    return twins_apart(w, p->l, p->a, p->b);
}

static enum err decide(struct request *rq)
{
    struct duplicates_page *p;
    TRY(begin(rq, &p));
    bool two = request_form(rq, "apart").p != NULL;
    bool ok = str_int(request_form(rq, "a"), &p->a) && str_int(request_form(rq, "b"), &p->b) && p->a != p->b;
    ok = ok && (two || (str_int(request_form(rq, "keep"), &p->keep) && (p->keep == p->a || p->keep == p->b)));
    if (!ok) return err_set(ERR_INVALID, "%s", _("say which of the two records stays"));
    TRY(web_write(rq, two ? apart : merge, p));
    page_say(rq, two ? SAID_APART : SAID_MERGED);
    return answer_go(rq, "%.*s", STR_ARG(address(p, request_query(rq, "after"))));
}

const struct route duplicates_routes[] = {
    ROUTE(GET, "/l/{ledger}/duplicates", MAY(RIGHT_MERGE), WAITS, page),
    ROUTE(POST, "/l/{ledger}/duplicates", MAY(RIGHT_MERGE), TAKES_FORM | WAITS, decide),
    ROUTE_END,
};
