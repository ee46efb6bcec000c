/* sheet_page.c — /sheets: what each unit has lost so far; /sheet/UNIT: the score sheet of one, explained point by point. */
#include <stdlib.h>

#include "assess/sheet.h"
#include "duty/due.h"
#include "ledger/names.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "overview.html.h"
#include "sheet.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

enum { UNITS = 500, DEDUCTIONS = 20000, LINES = 400, LINES_ROOM = 200000 };

struct sheet_page {
    struct request *rq;
    int64_t unit, scheme;
    struct sheet sheet;
    struct sheet_view v;
};

static struct str points_text(struct arena *a, int64_t hundredths)
{
    char text[SHEET_POINTS];
    return arena_str(a, str_of(sheet_points(hundredths, text)));
}

static enum err name_of(struct work *w, const struct ledger *l, int64_t id, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    TRY(names_record(w, l, id, &b));
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

/* ---- one sheet ---- */

/* The working of a date as lines. A derivation that is none of a clock rule has none. */
static enum err fill_lines(struct work *w, const struct sheet_page *p, struct str derivation, struct sheet_point *out)
{
    struct buf b CLEANUP_BUF = BUF_INIT(LINES_ROOM);
    if (due_text(derivation, p->rq->lang, &b)) return OK;
    TRY(buf_error(&b));
    struct str rest = arena_str(w->arena, buf_view(&b)), *line = arena_array(w->arena, struct str, LINES);
    if (!line || !rest.p) return err_no_memory();
    while (rest.p && out->line_count < LINES) {
        struct str one = str_trim(str_split(&rest, '\n'));
        if (one.n) line[out->line_count++] = one;
    }
    out->line = line;
    return OK;
}

/* The record that is the evidence: a link for those who may see its ledger. */
static void fill_evidence(struct work *w, const struct record *d, struct view_link *out)
{
    const struct ledger *l = registry_find(w->store->registry, deduction_record_ledger(d));
    int64_t id = 0;
    str_int(deduction_record_id(d), &id);
    struct str what = deduction_record_number(d).n ? deduction_record_number(d) : deduction_record_id(d);
    out->text = arena_printf(w->arena, "%s %.*s", l ? ledger_label(l, lang_get()) : "", STR_ARG(what));
    if (l && id && right_may(w->store, w->actor, l, RIGHT_SEE)) out->url = cell_url(w->arena, l, id, "");
}

static enum err fill_point(struct work *w, struct sheet_page *p, const struct record *d, struct sheet_point *out)
{
    bool zh = p->rq->lang == LANG_ZH;
    *out = (struct sheet_point){
        .points = points_text(w->arena, deduction_points(d)),
        .reason = deduction_reason(d),
        .day = deduction_day_text(d),
        .deduction = {.url = cell_url(w->arena, d->l, d->id, "")},
        .rule = arena_printf(w->arena, _("%.*s, edition %lld"), STR_ARG(deduction_rule(d)), (long long)deduction_rule_version(d)),
        .arithmetic = zh ? deduction_arithmetic(d) : deduction_arithmetic_en(d)};
    fill_evidence(w, d, &out->evidence);
    return fill_lines(w, p, deduction_derivation(d), out);
}

static enum err fill_sheet(struct work *w, struct sheet_page *p)
{
    const struct sheet *k = &p->sheet;
    struct sheet_point *list = arena_array(w->arena, struct sheet_point, k->n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < k->n; i++) TRY(fill_point(w, p, k->deduction[i], &list[i]));
    TRY(name_of(w, scheme_ledger(w->store->registry), p->scheme, &p->v.scheme));
    TRY(name_of(w, unit_ledger(w->store->registry), p->unit, &p->v.title));
    p->v.point = list;
    p->v.point_count = k->n;
    p->v.base = points_text(w->arena, k->base);
    p->v.lost = points_text(w->arena, -k->lost);
    p->v.total = points_text(w->arena, k->total);
    p->v.up = (struct view_link){.text = str_of(_("Score sheets")), .url = STR("/sheets")};
    if (right_may(w->store, w->actor, deduction_ledger(w->store->registry), RIGHT_CREATE))
        p->v.refresh_url = arena_printf(w->arena, "/sheet/%lld", (long long)p->unit);
    return OK;
}

static enum err make_sheet(struct work *w, void *arg)
{
    struct sheet_page *p = arg;
    TRY(scheme_on(w, instant_day(clock_now()), &p->scheme));
    TRY(sheet_read(w, p->unit, p->scheme, &p->sheet));
    TRY(fill_sheet(w, p));
    return page_shell(w, p->rq, p->v.title, NULL, &p->v.shell);
}

static enum err read_unit(struct request *rq, struct sheet_page **ret)
{
    struct sheet_page *p = arena_new(rq->arena, struct sheet_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    if (!str_int(rq->arg[0], &p->unit)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    *ret = p;
    return OK;
}

static enum err one(struct request *rq)
{
    struct sheet_page *p;
    TRY(read_unit(rq, &p));
    TRY(web_view(rq, make_sheet, p));
    view_sheet(&rq->html, &p->v);
    return answer_page(rq, 200);
}

static enum err bring_up(struct work *w, void *arg)
{
    struct sheet_page *p = arg;
    struct assess_done done;
    TRY(scheme_on(w, instant_day(clock_now()), &p->scheme));
    return assess_unit(w, p->unit, p->scheme, &done);
}

static enum err refresh(struct request *rq)
{
    struct sheet_page *p;
    TRY(read_unit(rq, &p));
    TRY(web_write(rq, bring_up, p));
    page_say(rq, SAID_DONE);
    return answer_go(rq, "/sheet/%lld", (long long)p->unit);
}

/* ---- all of them ---- */

struct standing {
    int64_t unit, lost;
    int n;
};

struct sheets_page {
    struct request *rq;
    struct standing standing[UNITS];
    int units;
    struct view_section section;
    struct overview_view v;
};

static struct standing *standing_of(struct sheets_page *p, int64_t unit)
{
    for (int i = 0; i < p->units; i++)
        if (p->standing[i].unit == unit) return &p->standing[i];
    if (p->units == UNITS) return NULL;
    p->standing[p->units] = (struct standing){.unit = unit};
    return &p->standing[p->units++];
}

static int most_lost_first(const void *a, const void *b)
{
    int64_t x = ((const struct standing *)a)->lost, y = ((const struct standing *)b)->lost;
    return (x < y) - (x > y);
}

/* What counts for the scheme of today, by unit, within the scope of the visitor. */
static enum err add_up(struct work *w, struct sheets_page *p, int64_t scheme)
{
    const struct ledger *l = deduction_ledger(w->store->registry);
    const struct field *const fields[] = {deduction_field_unit(l), deduction_field_points(l)};
    const struct condition of = {deduction_field_scheme(l), OP_EQ, value_int(scheme)};
    const struct query q = {.l = l, .where = &of, .where_n = 1, .fields = fields, .fields_n = 2, .limit = QUERY_LIMIT_MAX};
    struct page found;
    TRY(query_all(w, &q, DEDUCTIONS, &found));
    for (int i = 0; i < found.n; i++) {
        struct standing *s = standing_of(p, deduction_unit(found.record[i]));
        if (!s) return err_set(ERR_TOO_BIG, _("these are more than %d units"), UNITS);
        s->lost -= deduction_points(found.record[i]);
        s->n++;
    }
    qsort(p->standing, (size_t)p->units, sizeof *p->standing, most_lost_first);
    return OK;
}

static enum err fill_standings(struct work *w, struct sheets_page *p)
{
    struct view_row *row = arena_array(w->arena, struct view_row, p->units + 1);
    struct column *c = arena_array(w->arena, struct column, 3);
    if (!row || !c) return err_no_memory();
    for (int i = 0; i < p->units; i++) {
        const struct standing *s = &p->standing[i];
        struct view_cell *cell = arena_array(w->arena, struct view_cell, 3);
        if (!cell) return err_no_memory();
        TRY(name_of(w, unit_ledger(w->store->registry), s->unit, &cell[0].text));
        cell[0].url = arena_printf(w->arena, "/sheet/%lld", (long long)s->unit);
        cell[1].text = arena_printf(w->arena, "%d", s->n);
        cell[2].text = points_text(w->arena, s->lost);
        row[i] = (struct view_row){.cell = cell, .url = cell[0].url};
    }
    c[0] = (struct column){.label = str_of(_("Unit")), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(_("Deductions")), .kind = COLUMN_NUMBER};
    c[2] = (struct column){.label = str_of(_("Lost")), .kind = COLUMN_NUMBER};
    p->section.table = (struct view_table){str_of(_("Score sheets")), c, 3, row, p->units};
    return OK;
}

static enum err make_all(struct work *w, void *arg)
{
    struct sheets_page *p = arg;
    int64_t scheme;
    p->section = (struct view_section){.id = STR("sheets"), .empty = str_of(_("No unit has lost a point."))};
    TRY(scheme_on(w, instant_day(clock_now()), &scheme));
    TRY(name_of(w, scheme_ledger(w->store->registry), scheme, &p->section.label));
    TRY(add_up(w, p, scheme));
    TRY(fill_standings(w, p));
    p->v = (struct overview_view){.title = str_of(_("Score sheets")), .section = &p->section, .section_count = 1};
    p->v.help = str_of(
        _("Derived from the records by published rules. Open a unit to see each point with its record, rule and arithmetic."));
    return page_shell(w, p->rq, p->v.title, NULL, &p->v.shell);
}

static enum err all(struct request *rq)
{
    struct sheets_page *p = arena_new(rq->arena, struct sheets_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_all, p));
    view_overview(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route sheet_routes[] = {
    ROUTE(GET, "/sheets", MAY_ON(RIGHT_SEE, "deduction"), WAITS, all),
    ROUTE(GET, "/sheet/{unit}", MAY_ON(RIGHT_SEE, "deduction"), TAKES_NOTHING, one),
    ROUTE(POST, "/sheet/{unit}", MAY_ON(RIGHT_CREATE, "deduction"), TAKES_FORM | WAITS, refresh),
    ROUTE_END,
};
