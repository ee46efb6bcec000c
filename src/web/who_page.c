/* who_page.c — /who: the responsibility map. One page looks at so many premises at most, with the responsibilities of the day in
 * memory; it shows those that have a gap or an overlap. */
#include "ledger/cursor.h"
#include "ledger/names.h"
#include "ledger/query.h"
#include "ledger/unit_kind.h"
#include "ledgers.h"
#include "safety/responsibility.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"
#include "who.html.h"

#define LOOKED 500 /* premises of one page */
#define SHOWN 50   /* of them */
#define TERRITORIES 200
#define UNITS 1000

enum fault { FAULT_ANY, FAULT_GAP, FAULT_OVERLAP, FAULT__MAX };
static const char *const fault_codes[FAULT__MAX] = {"any", "gap", "overlap"};
static const char *const fault_words[FAULT__MAX] = {N_("gaps and overlaps"), N_("gaps"), N_("overlaps")};

struct sum { /* of one territory */
    int64_t unit;
    int looked, gaps[LAYER__MAX], overlaps[LAYER__MAX];
};

struct who_page {
    struct request *rq;
    const struct ledger *l; /* premises */
    day_t day;
    int64_t territory; /* 0: all */
    int layer;         /* LAYER__MAX: all */
    enum fault fault;
    struct str after;
    struct who_day *prepared;
    struct sum sum[TERRITORIES];
    int sums, looked;
    struct who_view v;
};

/* ---- what is asked ---- */

static enum err read_question(struct who_page *p)
{
    struct str on = request_query(p->rq, "on"), layer = request_query(p->rq, "layer"), fault = request_query(p->rq, "fault");
    struct str territory = request_query(p->rq, "territory");
    p->day = instant_day(clock_now());
    p->layer = LAYER__MAX;
    p->fault = FAULT_ANY;
    p->territory = 0;
    if (on.p && !day_parse(on, &p->day)) return err_set(ERR_INVALID, _("on: “%.*s” is no day; write it as 2026-02-10"), STR_ARG(on));
    if (territory.p && !str_int(territory, &p->territory)) return err_set(ERR_INVALID, "%s", _("there is no such territory"));
    for (int i = 0; i < LAYER__MAX; i++)
        if (str_is(layer, layer_codes[i])) p->layer = i;
    for (int i = 0; i < FAULT__MAX; i++)
        if (str_is(fault, fault_codes[i])) p->fault = (enum fault)i;
    p->after = request_query(p->rq, "after");
    return OK;
}

static struct str address(const struct who_page *p, struct str after)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000);
    char day[DAY_TEXT];
    buf_z(&b, "/who");
    url_put(&b, "on", str_of(day_text(p->day, day)));
    if (p->territory) url_put(&b, "territory", arena_printf(p->rq->arena, "%lld", (long long)p->territory));
    if (p->layer < LAYER__MAX) url_put(&b, "layer", str_of(layer_codes[p->layer]));
    url_put(&b, "fault", str_of(fault_codes[p->fault]));
    url_put(&b, "after", after);
    return buf_error(&b) ? STR_NONE : arena_str(p->rq->arena, buf_view(&b));
}

/* ---- what is offered ---- */

static enum err fill_territories(struct work *w, struct who_page *p)
{
    const struct ledger *l = unit_ledger(w->store->registry);
    const struct field *const fields[] = {unit_field_name(l), unit_field_kind(l)};
    struct query q = {.l = l, .sort = unit_field_name(l), .limit = UNITS, .fields = fields, .fields_n = 2};
    struct page page;
    if (p->rq->session.actor.sees == SEES_TERRITORY || !right_may(w->store, w->actor, l, RIGHT_SEE)) return OK;
    TRY(query_list(w, &q, &page));
    struct choice *c = arena_array(w->arena, struct choice, page.n + 1);
    if (!c) return err_no_memory();
    for (int i = 0; i < page.n; i++) {
        const struct unit_kind *k = unit_kind_find(unit_kind(page.record[i]));
        if (!k || k->sees != SEES_TERRITORY) continue;
        c[p->v.territory_count++] = (struct choice){arena_printf(w->arena, "%lld", (long long)page.record[i]->id),
                                                    unit_name(page.record[i]), page.record[i]->id == p->territory};
    }
    p->v.territory = c;
    return OK;
}

static enum err fill_filter(struct work *w, struct who_page *p)
{
    struct choice *layer = arena_array(w->arena, struct choice, LAYER__MAX), *fault = arena_array(w->arena, struct choice, FAULT__MAX);
    char day[DAY_TEXT];
    if (!layer || !fault) return err_no_memory();
    for (int i = 0; i < LAYER__MAX; i++)
        layer[i] = (struct choice){str_of(layer_codes[i]), str_of(layer_label((enum layer)i)), i == p->layer};
    for (int i = 0; i < FAULT__MAX; i++) fault[i] = (struct choice){str_of(fault_codes[i]), str_of(_(fault_words[i])), i == (int)p->fault};
    p->v.layer = layer;
    p->v.layer_count = LAYER__MAX;
    p->v.fault = fault;
    p->v.fault_count = FAULT__MAX;
    p->v.on = arena_str(w->arena, str_of(day_text(p->day, day)));
    return fill_territories(w, p);
}

/* ---- one premises ---- */

static struct sum *sum_of(struct who_page *p, int64_t unit)
{
    int i = 0;
    while (i < p->sums && p->sum[i].unit != unit) i++;
    if (i == TERRITORIES) return &p->sum[TERRITORIES - 1]; /* more than a district has: the last line takes them together */
    if (i == p->sums) p->sum[p->sums++] = (struct sum){.unit = unit};
    return &p->sum[i];
}

static bool is_faulty(const struct who_page *p, const struct who *k)
{
    bool any = false;
    for (int i = 0; i < LAYER__MAX; i++) {
        if (p->layer < LAYER__MAX && i != p->layer) continue;
        any |= p->fault != FAULT_OVERLAP && who_gap(k, (enum layer)i);
        any |= p->fault != FAULT_GAP && who_overlap(k, (enum layer)i);
    }
    return any;
}

static void count(struct sum *s, const struct who *k)
{
    s->looked++;
    for (int i = 0; i < LAYER__MAX; i++) {
        s->gaps[i] += who_gap(k, (enum layer)i);
        s->overlaps[i] += who_overlap(k, (enum layer)i);
    }
}

static enum err layer_cell(struct arena *a, const struct who *k, enum layer layer, struct view_cell *out)
{
    struct buf b CLEANUP_BUF = BUF_INIT(65536);
    const struct layer_holders *h = &k->layer[layer];
    if (who_gap(k, layer)) {
        *out = (struct view_cell){.text = str_of(_("nobody")), .tone = TONE_BAD, .badge = true};
        return OK;
    }
    for (int i = 0; i < h->n; i++)
        buf_printf(&b, "%s%.*s", i ? _(", ") : "", STR_ARG(h->holder[i].unit_name.n ? h->holder[i].unit_name : h->holder[i].person_name));
    TRY(buf_error(&b));
    out->text = arena_str(a, buf_view(&b));
    if (who_overlap(k, layer)) out->tone = TONE_WARN;
    return OK;
}

enum { LIST_COLUMNS = 2 + LAYER__MAX };

static enum err fill_row(struct work *w, struct who_page *p, const struct record *r, const struct who *k, struct view_row *out)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, LIST_COLUMNS);
    if (!c) return err_no_memory();
    out->cell = c;
    c[0] = (struct view_cell){.text = cell_title(w->arena, r),
                              .url = arena_printf(w->arena, "/l/premises/%lld?on=%.*s", (long long)r->id, STR_ARG(p->v.on))};
    TRY(cell_of(w, r, premises_field_territory(p->l), &c[1]));
    for (int i = 0; i < LAYER__MAX; i++) TRY(layer_cell(w->arena, k, (enum layer)i, &c[2 + i]));
    return OK;
}

static enum err fill_list(struct work *w, struct who_page *p, const struct page *page)
{
    struct view_row *row = arena_array(w->arena, struct view_row, SHOWN);
    struct column *c = arena_array(w->arena, struct column, LIST_COLUMNS);
    const struct record *last = NULL;
    struct str next = page->next;
    if (!row || !c) return err_no_memory();
    c[0] = (struct column){.label = str_of(_("Premises")), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(field_label(premises_field_territory(p->l), p->rq->lang))};
    for (int i = 0; i < LAYER__MAX; i++) c[2 + i] = (struct column){.label = str_of(layer_label((enum layer)i))};
    p->v.list = (struct view_table){.caption = str_of(_("Premises")), .column = c, .column_count = LIST_COLUMNS, .row = row};
    for (int i = 0; i < page->n && p->v.list.row_count < SHOWN; i++) {
        struct who k;
        last = page->record[i];
        TRY(who_on(w, p->prepared, last, &k));
        count(sum_of(p, premises_territory(last)), &k);
        p->looked++;
        if (is_faulty(p, &k)) TRY(fill_row(w, p, last, &k, &row[p->v.list.row_count++]));
    }
    if (p->looked < page->n) TRY(cursor_make(w->arena, NULL, last->id, VALUE_NULL, &next));
    if (next.p) p->v.pager.next_url = address(p, next);
    if (p->after.p) p->v.pager.first_url = address(p, STR_NONE);
    return OK;
}

/* ---- the sums ---- */

static struct view_cell sum_cell(struct arena *a, int gaps, int overlaps)
{
    if (!gaps && !overlaps) return (struct view_cell){.text = str_of(_("in order")), .tone = TONE_GOOD};
    struct view_cell c = {.tone = gaps ? TONE_BAD : TONE_WARN};
    if (!overlaps)
        c.text = arena_printf(a, _("gaps %d"), gaps);
    else if (!gaps)
        c.text = arena_printf(a, _("overlaps %d"), overlaps);
    else
        c.text = arena_printf(a, _("gaps %d, overlaps %d"), gaps, overlaps);
    return c;
}

static enum err sum_row(struct work *w, const struct sum *s, struct view_row *out)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, LIST_COLUMNS);
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (!c) return err_no_memory();
    if (s->unit) TRY(names_record(w, unit_ledger(w->store->registry), s->unit, &b));
    TRY(buf_error(&b));
    out->cell = c;
    c[0].text = b.n ? arena_str(w->arena, buf_view(&b)) : str_of(_("no territory named"));
    c[1].text = arena_printf(w->arena, "%d", s->looked);
    for (int i = 0; i < LAYER__MAX; i++) c[2 + i] = sum_cell(w->arena, s->gaps[i], s->overlaps[i]);
    return OK;
}

static enum err fill_sums(struct work *w, struct who_page *p)
{
    struct view_row *row = arena_array(w->arena, struct view_row, p->sums + 1);
    struct column *c = arena_array(w->arena, struct column, LIST_COLUMNS);
    if (!row || !c) return err_no_memory();
    c[0] = (struct column){.label = str_of(field_label(premises_field_territory(p->l), p->rq->lang)), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(_("Looked at")), .kind = COLUMN_NUMBER};
    for (int i = 0; i < LAYER__MAX; i++) c[2 + i] = (struct column){.label = str_of(layer_label((enum layer)i))};
    for (int i = 0; i < p->sums; i++) TRY(sum_row(w, &p->sum[i], &row[i]));
    p->v.sum = (struct view_table){str_of(_("Gaps and overlaps")), c, LIST_COLUMNS, row, p->sums};
    p->v.looked = arena_printf(w->arena,
                               p->v.pager.next_url.n ? _("%d premises were looked at here; there are more on the next page.")
                                                     : _("%d premises were looked at here."),
                               p->looked);
    return OK;
}

/* ---- the whole ---- */

static enum err make_page(struct work *w, void *arg)
{
    struct who_page *p = arg;
    const struct field *fields[WHO_FIELDS];
    struct condition of = {premises_field_territory(p->l), OP_EQ, VALUE_NULL};
    struct page page;
    p->v = (struct who_view){0};
    p->sums = p->looked = 0;
    TRY(read_question(p));
    TRY(fill_filter(w, p));
    of.value = value_int(p->territory);
    struct query q = {.l = p->l, .where = &of, .where_n = p->territory != 0, .limit = LOOKED, .after = p->after, .fields = fields};
    q.fields_n = who_fields(p->l, fields);
    TRY(query_list(w, &q, &page));
    TRY(who_prepare(w, p->day, &p->prepared));
    TRY(fill_list(w, p, &page));
    TRY(fill_sums(w, p));
    return page_shell(w, p->rq, str_of(_("Who answers for what")), NULL, &p->v.shell);
}

static enum err who_page(struct request *rq)
{
    struct who_page *p = arena_new(rq->arena, struct who_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    p->l = premises_ledger(rq->store->registry);
    TRY(right_ask(rq->store, &rq->session.actor, p->l, RIGHT_SEE));
    TRY(web_view(rq, make_page, p));
    view_who(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route who_routes[] = {
    ROUTE(GET, "/who", MAY_ON(RIGHT_SEE, "responsibility"), WAITS, who_page),
    ROUTE_END,
};
