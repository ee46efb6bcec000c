/* list.c — the list of a ledger as a page: /l/LEDGER. */
#include "list.html.h"
#include "safety/saved_list.h"
#include "web/bulk.h"
#include "web/cell.h"
#include "web/conditions.h"
#include "web/listing.h"
#include "web/page.h"
#include "web/pages.h"

#define ROWS 50
#define ROWS_MOST 500
#define COLUMNS_MOST (LISTING_FIELDS + 2)
#define CONDITIONS_MOST 80

struct list_page {
    struct request *rq;
    const struct ledger *l;
    struct listing k;
    const struct field *field[LISTING_FIELDS]; /* of the columns, behind the number */
    int fields;
    struct seen_cells seen;
    struct str go, why; /* of a condition that was sent: the address of the new list, or what is wrong with it */
    struct list_view v;
};

/* ---- columns and rows ---- */

static bool has_number(const struct ledger *l)
{
    return l->number != NULL;
}

static enum err sort_link(struct list_page *p, const struct field *f, struct column *c)
{
    const struct listing *k = &p->k;
    bool mine = str_eq(str_from(k->sort, str_starts(k->sort, STR("-"))), str_of(f->name));
    bool descending = mine && str_starts(k->sort, STR("-"));
    struct str to = arena_printf(p->rq->arena, "%s%s", mine && !descending ? "-" : "", f->name);
    if (!to.p) return err_no_memory();
    c->sorted = !mine ? 0 : descending ? -1 : 1;
    c->sort_url = listing_url(p->rq->arena, k, (struct listing_change){.sort = to.p});
    return OK;
}

static enum err fill_columns(struct list_page *p)
{
    struct column *c = arena_array(p->rq->arena, struct column, COLUMNS_MOST);
    int n = 0;
    if (!c) return err_no_memory();
    p->fields = listing_columns(&p->k, p->field, LISTING_FIELDS);
    if (has_number(p->l)) c[n++] = (struct column){.label = str_of(_("Number")), .kind = COLUMN_CODE};
    for (int i = 0; i < p->fields; i++, n++) {
        c[n] = (struct column){.label = str_of(field_label(p->field[i], p->rq->lang)), .kind = cell_column_kind(p->l, p->field[i])};
        if (p->field[i]->sort) TRY(sort_link(p, p->field[i], &c[n]));
    }
    if (p->l->states_count) c[n++] = (struct column){.label = str_of(_("State")), .kind = COLUMN_STATE};
    p->v.column = c;
    p->v.column_count = n;
    return OK;
}

/* "Red (major risk)" is "Red" where there is little room: the record says the rest. */
static struct str without_note(struct str text)
{
    ptrdiff_t at = str_find(text, STR("（"));
    if (at <= 0) at = str_find(text, STR(" ("));
    return at > 0 ? str_head(text, (size_t)at) : text;
}

static enum err fill_row(struct work *w, struct list_page *p, const struct record *r, struct view_row *row)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, p->v.column_count);
    int n = 0;
    row->url = cell_url(w->arena, p->l, r->id, r->successor ? "?itself=1" : "");
    row->id = cell_id(w->arena, r->id);
    if (!c || !row->url.p) return err_no_memory();
    row->cell = c;
    row->tone = r->withdrawn ? TONE_MUTED : TONE_NONE;
    row->state = r->withdrawn ? STR(BULK_WITHDRAWN) : r->state;
    if (has_number(p->l)) c[n++] = (struct view_cell){.text = r->number.n ? r->number : row->id, .url = row->url};
    for (int i = 0; i < p->fields; i++, n++) {
        TRY(cell_again(w, &p->seen, r, p->field[i], &c[n]));
        if (c[n].badge) c[n].text = without_note(c[n].text);
    }
    if (p->l->states_count) {
        struct badge b = cell_state(r);
        c[n++] = (struct view_cell){.text = b.text, .tone = b.tone, .badge = true};
    }
    /* The record is opened by its number and by its title, or by the first cell. */
    int opens = 0;
    for (int i = 0; i < p->fields; i++)
        if (p->field[i] == p->l->title_field) opens = i + has_number(p->l);
    if (!opens && !c[0].text.n) c[0].text = cell_title(w->arena, r);
    if (!c[opens].url.p) c[opens].url = row->url;
    return OK;
}

static enum err fill_rows(struct work *w, struct list_page *p, const struct page *page)
{
    struct view_row *rows = arena_array(w->arena, struct view_row, page->n + 1);
    if (!rows) return err_no_memory();
    for (int i = 0; i < page->n; i++) TRY(fill_row(w, p, page->record[i], &rows[i]));
    p->v.row = rows;
    p->v.row_count = page->n;
    if (page->next.p) p->v.pager.next_url = listing_url(w->arena, &p->k, (struct listing_change){.after = page->next});
    if (p->k.after.p) p->v.pager.first_url = listing_url(w->arena, &p->k, (struct listing_change){0});
    return OK;
}

/* Told when it costs nothing: all rows are on this page. */
static enum err fill_count(struct work *w, struct list_page *p, const struct query *q, const struct page *page)
{
    int64_t n = page->n;
    bool asked = request_query(p->rq, "count").p != NULL;
    if (!asked && (page->next.p || p->k.after.p)) return OK;
    if (asked) TRY(query_count(w, q, &n));
    p->v.count = arena_printf(w->arena, "%lld", (long long)n);
    return OK;
}

/* ---- what can be done ---- */

static struct str url_if(struct list_page *p, enum right_action action, const char *behind)
{
    if (!right_may(p->rq->store, &p->rq->session.actor, p->l, action)) return STR_NONE;
    return arena_printf(p->rq->arena, "/l/%s%s", p->l->ledger, behind);
}

static enum err fill_verbs(struct list_page *p)
{
    static const struct {
        const char *label, *format;
    } forms[] = {{N_("Excel workbook (.xlsx)"), "xlsx"}, {N_("CSV table (.csv)"), "csv"}, {N_("JSON (.json)"), "json"}};
    struct view_link *links = arena_array(p->rq->arena, struct view_link, 3), *more = arena_array(p->rq->arena, struct view_link, 4);
    if (!links || !more) return err_no_memory();
    p->v.new_url = url_if(p, RIGHT_CREATE, "/new");
    p->v.import_url = url_if(p, RIGHT_IMPORT, "/import");
    p->v.export_ = links;
    if (p->v.pager.next_url.n)
        p->v.export_note = str_of(_("A long list is made in the background; its file is then on the page of the job."));
    for (int i = 0; i < 3 && url_if(p, RIGHT_EXPORT, "").p; i++)
        links[p->v.export_count++] = (struct view_link){
            .text = str_of(_(forms[i].label)),
            .url = listing_url(p->rq->arena, &p->k,
                               (struct listing_change){"/export", .name = "format", .value = str_of(forms[i].format)})};
    p->v.more = more;
    if (!p->v.count.n)
        more[p->v.more_count++] = (struct view_link){
            .text = str_of(_("Count them")),
            .url = listing_url(p->rq->arena, &p->k, (struct listing_change){.name = "count", .value = STR("1")})};
    struct str sheet = url_if(p, RIGHT_IMPORT, "/template"), twins = url_if(p, RIGHT_MERGE, "/duplicates");
    if (sheet.p) more[p->v.more_count++] = (struct view_link){.text = str_of(_("Blank table to fill in")), .url = sheet};
    if (twins.p) more[p->v.more_count++] = (struct view_link){.text = str_of(_("Duplicates")), .url = twins};
    return OK;
}

/* A tab for each state, and one for all. */
static enum err fill_tabs(struct list_page *p)
{
    const struct listing all = {.l = p->l};
    struct view_link *tabs = arena_array(p->rq->arena, struct view_link, p->l->states_count + 1);
    if (!tabs) return err_no_memory();
    if (p->l->states_count < 2) return OK;
    bool plain = !p->k.where_n && !p->k.q.p;
    tabs[p->v.tab_count++] = (struct view_link){str_of(_("All")), listing_url(p->rq->arena, &all, (struct listing_change){0}), plain};
    for (unsigned i = 0; i < p->l->states_count; i++) {
        const struct state *s = &p->l->states[i];
        struct str where = arena_printf(p->rq->arena, "state = %s", s->name);
        bool current = p->k.where_n == 1 && str_eq(p->k.where[0], where);
        tabs[p->v.tab_count++] = (struct view_link){str_of(p->rq->lang == LANG_ZH ? s->zh : s->en),
                                                    listing_url(p->rq->arena, &all, (struct listing_change){.with = where}), current};
    }
    p->v.tab = tabs;
    return OK;
}

static struct str behind(struct str url)
{
    str_split(&url, '?');
    return url.p ? url : STR("");
}

static enum err fill_saved(struct list_page *p)
{
    struct request *rq = p->rq;
    struct saved_tab *list = arena_array(rq->arena, struct saved_tab, rq->saved_n + 1);
    struct str here = behind(listing_url(rq->arena, &p->k, (struct listing_change){0}));
    if (!list) return err_no_memory();
    for (int i = 0; i < rq->saved_n; i++) {
        const struct saved_list *s = &rq->saved[i];
        if (!str_is(s->ledger, p->l->ledger)) continue;
        struct saved_tab *t = &list[p->v.saved_count++];
        *t = (struct saved_tab){.link = {s->name, page_saved_url(rq, s), str_eq(s->query, here)}, .shared = s->shared};
        if (s->mine) t->forget_url = arena_printf(rq->arena, "/l/%s/lists/%lld/forget", p->l->ledger, (long long)s->id);
    }
    p->v.saved = list;
    p->v.save_url = listing_url(rq->arena, &p->k, (struct listing_change){.path = "/lists"});
    p->v.may_share = saved_list_may_share(rq->store, &rq->session.actor, p->l);
    return OK;
}

/* ---- the state that the forms of the page carry along ---- */

enum { KEEP_WHERE = 1, KEEP_Q = 2, KEEP_OPTIONS = 4 };

static enum err keep(struct list_page *p, unsigned what, const struct hidden **ret, int *ret_n)
{
    const struct listing *k = &p->k;
    struct hidden *h = arena_array(p->rq->arena, struct hidden, k->where_n + k->fields + 8);
    int n = 0;
    if (!h) return err_no_memory();
    for (int i = 0; (what & KEEP_WHERE) && i < k->where_n; i++) h[n++] = (struct hidden){STR("where"), k->where[i]};
    if ((what & KEEP_Q) && k->q.p) h[n++] = (struct hidden){STR("q"), k->q};
    if (k->sort.p) h[n++] = (struct hidden){STR("sort"), k->sort};
    for (int i = 0; (what & KEEP_OPTIONS) && i < k->fields; i++) h[n++] = (struct hidden){STR("fields"), str_of(k->field[i]->name)};
    if ((what & KEEP_OPTIONS) && k->on.p) h[n++] = (struct hidden){STR("on"), k->on};
    if ((what & KEEP_OPTIONS) && k->withdrawn) h[n++] = (struct hidden){STR("withdrawn"), STR("1")};
    if ((what & KEEP_OPTIONS) && k->limit) h[n++] = (struct hidden){STR("limit"), request_query(p->rq, "limit")};
    *ret = h;
    *ret_n = n;
    return OK;
}

static enum err fill_kept(struct list_page *p)
{
    TRY(keep(p, KEEP_WHERE | KEEP_OPTIONS, &p->v.keep_q, &p->v.keep_q_count));
    TRY(keep(p, KEEP_WHERE | KEEP_Q, &p->v.keep_options, &p->v.keep_options_count));
    return keep(p, KEEP_WHERE | KEEP_Q | KEEP_OPTIONS, &p->v.keep_conditions, &p->v.keep_conditions_count);
}

/* Several rows at once: their act comes back to this list, and an export has its columns. */
static enum err fill_bulk(struct list_page *p)
{
    struct hidden *h = arena_array(p->rq->arena, struct hidden, p->k.fields + 1);
    if (!h) return err_no_memory();
    TRY(bulk_acts(p->rq, p->l, p->k.withdrawn, &p->v.bulk, &p->v.bulk_count));
    h[p->v.bulk_hidden_count++] = (struct hidden){STR("back"), p->v.shell.here};
    for (int i = 0; i < p->k.fields; i++) h[p->v.bulk_hidden_count++] = (struct hidden){STR("fields"), str_of(p->k.field[i]->name)};
    p->v.bulk_hidden = h;
    p->v.bulk_url = arena_printf(p->rq->arena, "/l/%s/bulk", p->l->ledger);
    return OK;
}

static enum err fill_options(struct list_page *p)
{
    static const char *const limits[] = {"25", "50", "100", "200", "500"};
    const int n = sizeof limits / sizeof *limits;
    struct choice *limit = arena_array(p->rq->arena, struct choice, n),
                  *show = arena_array(p->rq->arena, struct choice, p->l->fields_count);
    struct str now = request_query(p->rq, "limit");
    if (!limit || !show) return err_no_memory();
    for (int i = 0; i < n; i++) {
        struct str s = str_of(limits[i]);
        limit[i] = (struct choice){s, s, now.p ? str_eq(now, s) : str_is(s, "50")};
    }
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        if (!type_has_column(f->type) || f->type == TYPE_FILES) continue;
        struct choice *c = &show[p->v.show_count++];
        *c = (struct choice){.value = str_of(f->name), .label = str_of(field_label(f, p->rq->lang))};
        for (int k = 0; k < p->fields; k++) c->chosen |= p->field[k] == f;
    }
    p->v.limit = limit;
    p->v.limit_count = n;
    p->v.show = show;
    p->v.on = p->k.on;
    p->v.has_on = p->l->period != NULL;
    p->v.withdrawn = p->k.withdrawn;
    return OK;
}

/* ---- the whole ---- */

static enum err make_page(struct work *w, void *arg)
{
    struct list_page *p = arg;
    struct query q;
    struct page page;
    p->v = (struct list_view){0};
    p->seen = (struct seen_cells){0};
    p->rq->arena = w->arena;
    TRY(listing_read(w, &p->rq->query, p->l, ROWS_MOST, &p->k));
    if (request_query(p->rq, "field").p) TRY(conditions_take(w, p->rq, &p->k, &p->go, &p->why));
    if (p->go.p) return OK;
    TRY(fill_columns(p));
    listing_query(&p->k, ROWS, &q);
    q.fields = p->field;
    q.fields_n = p->fields;
    q.walk = QUERY_WALK;
    TRY(query_list(w, &q, &page));
    TRY(fill_rows(w, p, &page));
    TRY(fill_count(w, p, &q, &page));
    TRY(fill_verbs(p));
    TRY(fill_tabs(p));
    TRY(fill_kept(p));
    TRY(fill_options(p));
    TRY(conditions_fill(w, p->rq, &p->k, p->why, &p->v));
    p->v.title = str_of(ledger_label(p->l, p->rq->lang));
    p->v.help = str_of(p->rq->lang == LANG_ZH ? p->l->help_zh : p->l->help_en);
    p->v.action = arena_printf(w->arena, "/l/%s", p->l->ledger);
    p->v.q = p->k.q;
    TRY(page_shell(w, p->rq, p->v.title, p->l, &p->v.shell));
    TRY(fill_saved(p));
    return fill_bulk(p);
}

static enum err list_page(struct request *rq)
{
    struct list_page *p = arena_new(rq->arena, struct list_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(request_ledger(rq, &p->l));
    TRY(web_view(rq, make_page, p));
    if (p->go.p) return answer_go(rq, "%.*s", STR_ARG(p->go));
    view_list(&rq->html, &p->v);
    return answer_page(rq, p->why.p ? 422 : 200);
}

const struct route list_routes[] = {
    ROUTE(GET, "/l/{ledger}", MAY(RIGHT_SEE), TAKES_NOTHING, list_page),
    ROUTE_END,
};
