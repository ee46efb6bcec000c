/* record.c — one record of any ledger as a page: /l/LEDGER/ID. */
#include "ledger/file.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "record.html.h"
#include "web/answers.h"
#include "web/cell.h"
#include "web/listing.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/rows_table.h"
#include "web/timeline.h"

#define ENTRIES 15
#define HISTORY_ENTRIES 50 /* of a page of the whole history */
#define RELATED_ROWS 8
#define RELATED_MOST 12
#define WIDE_TEXT 60 /* bytes from which a text takes both columns */

struct record_page {
    struct request *rq;
    const struct ledger *l;
    int skip; /* of the history page: newer events that stand on pages before */
    struct record *r;
    struct origin *origin; /* by field */
    struct origin birth;   /* of its first version: said once, under the title */
    struct record_view v;
};

static bool may(const struct record_page *p, const struct ledger *l, enum right_action action)
{
    return right_may(p->rq->store, &p->rq->session.actor, l, action);
}

static struct str here(const struct record_page *p, const char *behind)
{
    return cell_url(p->rq->arena, p->l, p->r->id, behind);
}

/* ---- fields ---- */

/* Several references are several links. */
static enum err fill_cells(struct work *w, struct record_page *p, const struct field *f, struct record_field *out)
{
    struct value v = p->r->v[f->index];
    struct str rest = v.s, piece;
    int n = 0;
    bool many = f->type == TYPE_REFERENCES && v.tag == VAL_TEXT;
    struct view_cell *c = arena_array(w->arena, struct view_cell, many ? (int)(v.s.n / 2 + 1) : 1);
    if (!c) return err_no_memory();
    if (!many) TRY(cell_of(w, p->r, f, &c[n++]));
    while (many && many_next(&rest, &piece)) {
        struct field one = *f;
        int64_t id;
        one.type = TYPE_REFERENCE;
        if (!str_int(piece, &id)) continue;
        TRY(cell_value(w, &one, value_int(id), &c[n].text));
        if (may(p, f->target, RIGHT_SEE)) c[n].url = cell_url(w->arena, f->target, id, "");
        n++;
    }
    out->cell = c;
    out->cell_count = n;
    return OK;
}

static struct str source_of(const struct record_page *p, const struct field *f)
{
    const struct origin *o = &p->origin[f->index];
    if (o->batch && o->batch != p->birth.batch)
        return arena_printf(p->rq->arena, _("import %lld, row %lld"), (long long)o->batch, (long long)o->row);
    return f->compute && p->r->v[f->index].tag != VAL_NULL ? str_of(_("may have been worked out")) : STR_NONE;
}

static enum err fill_field(struct work *w, struct record_page *p, const struct field *f, struct record_field *out)
{
    struct value v = p->r->v[f->index];
    *out = (struct record_field){.label = str_of(field_label(f, p->rq->lang)), .source = source_of(p, f)};
    out->wide = f->type == TYPE_LONG_TEXT || (f->type == TYPE_TEXT && v.s.n > WIDE_TEXT);
    if (f->sensitive && may(p, p->l, RIGHT_REVEAL))
        out->reveal_url = arena_printf(w->arena, "/l/%s/%lld/reveal/%s", p->l->ledger, (long long)p->r->id, f->name);
    return fill_cells(w, p, f, out);
}

static enum err fill_group(struct work *w, struct record_page *p)
{
    struct record_group *g = arena_new(w->arena, struct record_group);
    struct record_field *fields = arena_array(w->arena, struct record_field, p->l->fields_count);
    struct str *blank = arena_array(w->arena, struct str, p->l->fields_count);
    if (!g || !fields || !blank) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        if (f->type == TYPE_ROWS || f->type == TYPE_FILES) continue;
        if (p->r->v[i].tag == VAL_NULL)
            blank[g->blank_count++] = str_of(field_label(f, p->rq->lang));
        else
            TRY(fill_field(w, p, f, &fields[g->field_count++]));
    }
    g->field = fields;
    g->blank = blank;
    p->v.group = g;
    p->v.group_count = 1;
    return OK;
}

/* ---- rows inside, and records that point here ---- */

static enum err fill_inner_rows(struct work *w, struct record_page *p, const struct field *f, struct view_section *part)
{
    const struct ledger *child = f->target;
    const struct rows *rows = &p->r->rows[f->index];
    struct column *c = arena_array(w->arena, struct column, child->fields_count);
    struct view_row *out = arena_array(w->arena, struct view_row, rows->n + 1);
    if (!c || !out) return err_no_memory();
    for (unsigned k = 0; k < child->fields_count; k++)
        c[k] = (struct column){.label = str_of(field_label(&child->fields[k], p->rq->lang)),
                               .kind = cell_column_kind(child, &child->fields[k])};
    for (int i = 0; i < rows->n; i++) {
        struct view_cell *cells = arena_array(w->arena, struct view_cell, child->fields_count);
        if (!cells) return err_no_memory();
        for (unsigned k = 0; k < child->fields_count; k++) TRY(cell_value(w, &child->fields[k], rows->v[i][k], &cells[k].text));
        out[i].cell = cells;
    }
    *part = (struct view_section){
        .id = str_of(f->name), .label = str_of(field_label(f, p->rq->lang)), .count = arena_printf(w->arena, "%d", rows->n)};
    part->table = (struct view_table){part->label, c, (int)child->fields_count, out, rows->n};
    return OK;
}

enum { RELATED_COLUMNS = 6 };

/* The ledger; where it refers here in several ways, by which field as well. */
static struct str related_label(const struct record_page *p, const struct ledger *l, const struct field *by)
{
    int ways = 0;
    for (unsigned i = 0; i < l->fields_count; i++) ways += l->fields[i].type == TYPE_REFERENCE && l->fields[i].target == p->l;
    const char *label = ledger_label(l, p->rq->lang);
    return ways > 1 ? arena_printf(p->rq->arena, "%s · %s", label, field_label(by, p->rq->lang)) : str_of(label);
}

static enum err fill_related(struct work *w, struct record_page *p, const struct ledger *l, const struct field *by,
                             struct view_section *part, bool *ret)
{
    struct listing all = {.l = l, .where = {arena_printf(w->arena, "%s = %lld", by->name, (long long)p->r->id)}, .where_n = 1};
    struct condition here = {by, OP_EQ, value_int(p->r->id)};
    struct query q = {.l = l, .where = &here, .where_n = 1, .limit = RELATED_ROWS, .walk = QUERY_WALK};
    struct page page;
    TRY(query_list(w, &q, &page));
    *ret = page.n > 0;
    if (!page.n) return OK;
    *part = (struct view_section){.id = arena_printf(w->arena, "%s-%s", l->ledger, by->name),
                                  .label = related_label(p, l, by),
                                  .count = arena_printf(w->arena, page.next.p ? "%d+" : "%d", page.n),
                                  .all_url = listing_url(w->arena, &all, (struct listing_change){0})};
    part->table.caption = part->label;
    return rows_table(w, p->rq, &page, l, by, RELATED_COLUMNS, &part->table);
}

static enum err fill_parts(struct work *w, struct record_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct view_section *part = arena_array(w->arena, struct view_section, RELATED_MOST + (int)p->l->fields_count);
    if (!part) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++)
        if (p->l->fields[i].type == TYPE_ROWS && p->r->rows[i].n) TRY(fill_inner_rows(w, p, &p->l->fields[i], &part[p->v.part_count++]));
    int most = p->v.part_count + RELATED_MOST;
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent || !may(p, l, RIGHT_SEE)) continue;
        for (unsigned k = 0; k < l->fields_count && p->v.part_count < most; k++) {
            bool some = false;
            if (l->fields[k].type != TYPE_REFERENCE || l->fields[k].target != p->l || !l->fields[k].filter) continue;
            TRY(fill_related(w, p, l, &l->fields[k], &part[p->v.part_count], &some));
            p->v.part_count += some;
        }
    }
    p->v.part = part;
    return OK;
}

/* ---- files ---- */

static enum err fill_file(struct work *w, struct record_page *p, const struct field *f, struct str value, struct record_file *out)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    struct str digest = str_head(value, 64), name = str_from(value, 65), kind;
    int64_t bytes;
    TRY(file_find(w, digest, &bytes, &kind));
    buf_printf(&b, "/l/%s/%lld/file/%s/%.*s/", p->l->ledger, (long long)p->r->id, f->name, STR_ARG(digest));
    url_encode(&b, name);
    TRY(buf_error(&b));
    *out = (struct record_file){.name = arena_str(w->arena, name), .url = arena_str(w->arena, buf_view(&b))};
    out->about = arena_printf(w->arena, "%s · %.*s", field_label(f, p->rq->lang), STR_ARG(cell_size(w->arena, bytes)));
    return OK;
}

static enum err fill_files(struct work *w, struct record_page *p)
{
    struct str piece;
    int n = 0;
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        if (p->l->fields[i].type != TYPE_FILES) continue;
        p->v.has_files = true;
        if (!p->l->fields[i].by_count && !p->r->withdrawn && may(p, p->l, RIGHT_CHANGE)) p->v.file_url = here(p, "/edit");
        n += (int)(record_text(p->r, (int)i).n / 66);
    }
    struct record_file *list = arena_array(w->arena, struct record_file, n + 1);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        struct str rest = p->l->fields[i].type == TYPE_FILES ? record_text(p->r, (int)i) : STR_NONE;
        while (many_next(&rest, &piece)) TRY(fill_file(w, p, &p->l->fields[i], piece, &list[p->v.file_count++]));
    }
    p->v.file = list;
    return OK;
}

/* ---- verbs ---- */

static enum err fill_verbs(struct record_page *p)
{
    enum { VERBS = 64 };
    const struct verb *verb[VERBS];
    int n = p->r->withdrawn ? 0 : flow_verbs(p->r, verb, VERBS);
    struct verb_link *v = arena_array(p->rq->arena, struct verb_link, VERBS + 1), *more = arena_array(p->rq->arena, struct verb_link, 4);
    if (!v || !more) return err_no_memory();
    for (int i = 0; i < n; i++) {
        if (flow_by_rule(verb[i]) || !right_may_verb(p->rq->store, &p->rq->session.actor, p->l, str_of(verb[i]->name))) continue;
        v[p->v.verb_count] = (struct verb_link){
            .text = str_of(p->rq->lang == LANG_ZH ? verb[i]->zh : verb[i]->en),
            .url = arena_printf(p->rq->arena, "/l/%s/%lld/do/%s", p->l->ledger, (long long)p->r->id, verb[i]->name),
            .main_ = p->v.verb_count == 0 && verb[i]->needs_count > 0}; /* what asks for something leads on */
        p->v.verb_count++;
    }
    if (!p->r->withdrawn && may(p, p->l, RIGHT_CHANGE))
        v[p->v.verb_count++] = (struct verb_link){.text = str_of(_("Change")), .url = here(p, "/edit"), .key = "e"};
    if (may(p, p->l, RIGHT_WITHDRAW))
        more[p->v.more_count++] = p->r->withdrawn
                                      ? (struct verb_link){.text = str_of(_("Bring back")), .url = here(p, "/restore")}
                                      : (struct verb_link){.text = str_of(_("Withdraw")), .url = here(p, "/withdraw"), .danger = true};
    if (!p->r->withdrawn && may(p, p->l, RIGHT_MERGE))
        more[p->v.more_count++] = (struct verb_link){.text = str_of(_("Merge with another")), .url = here(p, "/merge")};
    p->v.verb = v;
    p->v.more = more;
    return OK;
}

/* The import that made the record, when one did. */
static struct str born_of(struct record_page *p)
{
    for (unsigned i = 0; p->origin && i < p->l->fields_count; i++)
        if (p->origin[i].version == 1) p->birth = p->origin[i];
    if (!p->birth.batch) return STR("");
    return arena_printf(p->rq->arena, _(" · from import %lld, row %lld"), (long long)p->birth.batch, (long long)p->birth.row);
}

static enum err fill_head(struct work *w, struct record_page *p)
{
    struct badge *b = arena_array(w->arena, struct badge, 3);
    struct badge state = cell_state(p->r);
    if (!b) return err_no_memory();
    if (state.text.n) b[p->v.badge_count++] = state;
    if (p->r->successor) b[p->v.badge_count++] = (struct badge){str_of(_("merged into another")), TONE_MUTED};
    p->v.badge = b;
    p->v.number = p->r->number;
    p->v.title = cell_title(w->arena, p->r);
    p->v.ledger = (struct view_link){.text = str_of(ledger_label(p->l, p->rq->lang)), .url = arena_printf(w->arena, "/l/%s", p->l->ledger)};
    p->v.self = here(p, p->r->successor ? "?itself=1" : "");
    p->v.facts = arena_printf(w->arena, _("version %lld · entered %.*s · last changed %.*s%.*s"), (long long)p->r->version,
                              STR_ARG(cell_instant(w->arena, p->r->created, false)), STR_ARG(cell_instant(w->arena, p->r->updated, false)),
                              STR_ARG(born_of(p)));
    return OK;
}

/* ---- the whole ---- */

static enum err fill_timeline(struct work *w, struct record_page *p)
{
    int all;
    TRY(timeline_of(w, p->rq, p->r, 0, ENTRIES, &p->v.entry, &p->v.entry_count, &all));
    if (all > p->v.entry_count) p->v.history_url = here(p, "/history");
    return OK;
}

static enum err find(struct work *w, struct record_page *p)
{
    int64_t id;
    p->v = (struct record_view){0};
    TRY(request_wants_itself(p->rq) ? request_record_itself(w, p->rq, p->l, 1, &id) : request_record(w, p->rq, p->l, 1, &id));
    return store_read(w, p->l, id, &p->r);
}

static enum err make_page(struct work *w, void *arg)
{
    struct record_page *p = arg;
    TRY(find(w, p));
    p->origin = arena_array(w->arena, struct origin, p->l->fields_count);
    if (!p->origin) return err_no_memory();
    TRY(history_origins(w, p->r, p->origin));
    TRY(fill_head(w, p));
    TRY(fill_verbs(p));
    TRY(fill_group(w, p));
    TRY(fill_parts(w, p));
    TRY(fill_files(w, p));
    TRY(answers_fill(w, p->rq, p->r, &p->v));
    TRY(fill_timeline(w, p));
    return page_shell(w, p->rq, p->v.title, p->l, &p->v.shell);
}

/* ---- the whole history, page by page ---- */

static struct str history_url(const struct record_page *p, int skip)
{
    struct str itself = p->r->successor ? STR("&itself=1") : STR_NONE;
    return arena_printf(p->rq->arena, "/l/%s/%lld/history?skip=%d%.*s", p->l->ledger, (long long)p->r->id, skip, STR_ARG(itself));
}

static enum err make_history(struct work *w, void *arg)
{
    struct record_page *p = arg;
    struct record_view *v = &p->v;
    int all;
    TRY(find(w, p));
    TRY(fill_head(w, p));
    TRY(timeline_of(w, p->rq, p->r, p->skip, HISTORY_ENTRIES, &v->entry, &v->entry_count, &all));
    if (p->skip) v->pager.first_url = history_url(p, 0);
    if (p->skip + v->entry_count < all) v->pager.next_url = history_url(p, p->skip + v->entry_count);
    if (v->pager.first_url.p || v->pager.next_url.p)
        v->pager.shown = arena_printf(w->arena, _("%d to %d of %d"), p->skip + 1, p->skip + v->entry_count, all);
    return page_shell(w, p->rq, v->title, p->l, &v->shell);
}

static enum err start(struct request *rq, struct record_page **ret)
{
    struct record_page *p = arena_new(rq->arena, struct record_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    *ret = p;
    return request_ledger(rq, &p->l);
}

static enum err record_page(struct request *rq)
{
    struct record_page *p;
    TRY(start(rq, &p));
    TRY(web_view(rq, make_page, p));
    view_record(&rq->html, &p->v);
    return answer_page(rq, 200);
}

static enum err history_page(struct request *rq)
{
    struct record_page *p;
    struct str skip = request_query(rq, "skip");
    int64_t n = 0;
    TRY(start(rq, &p));
    if (skip.p && (!str_int(skip, &n) || n < 0 || n > INT32_MAX)) return err_set(ERR_INVALID, "%s", _("skip: a whole number from 0 on"));
    p->skip = (int)n;
    TRY(web_view(rq, make_history, p));
    view_history(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route record_routes[] = {
    ROUTE(GET, "/l/{ledger}/{id}", MAY(RIGHT_SEE), TAKES_NOTHING, record_page),
    ROUTE(GET, "/l/{ledger}/{id}/history", MAY(RIGHT_SEE), TAKES_NOTHING, history_page),
    ROUTE_END,
};
