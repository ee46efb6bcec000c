/* why_page.c — /duties/ID/why: the reckoning of a duty, its rule, what moved it, and who was told. /l/LEDGER/ID/why finds the duty behind
 * a date of a record; a date that no duty stands behind comes from whoever wrote it, which the history says. */
#include "duty/notice.h"
#include "duty/rule.h"
#include "ledger/names.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "web/cell.h"
#include "web/duty_words.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/why_strip.h"
#include "why.html.h"

enum { NOTICES = 50, FACTS = 10, OF_RECORD = 50 };

struct why_page {
    struct request *rq;
    int64_t id;
    struct record *duty, *rule; /* rule: its edition, or NULL */
    struct notice notice[NOTICES];
    struct why_view v;
    const struct ledger *l; /* of the record that is asked about */
    struct str go;
};

static enum err code_label(struct work *w, const struct field *f, struct str code, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    *ret = STR_NONE;
    if (!code.n) return OK;
    TRY(names_code(w, f, code, &b));
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err put_name(struct work *w, const struct ledger *l, int64_t id, const char *before, struct buf *b)
{
    if (!id) return OK;
    if (b->n) buf_z(b, before);
    return names_record(w, l, id, b);
}

/* ---- the rule ---- */

static enum err find_rule(struct work *w, struct why_page *p)
{
    struct str code = arena_str(w->arena, duty_rule(p->duty));
    struct editions all;
    if (!code.p) return err_no_memory();
    TRY(rule_editions(w, code.p, &all));
    for (int i = 0; i < all.n; i++)
        if (clock_rule_edition(all.edition[i]) == duty_rule_version(p->duty)) p->rule = all.edition[i];
    return OK;
}

static void add_fact(struct why_view *v, const char *label, struct str text, struct str url)
{
    struct why_fact *f = (struct why_fact *)(uintptr_t)v->fact;
    if (text.n) f[v->fact_count++] = (struct why_fact){str_of(label), {.text = text, .url = url}};
}

static enum err fill_facts(struct work *w, struct why_page *p)
{
    const struct record *d = p->duty, *r = p->rule;
    bool zh = p->rq->lang == LANG_ZH, sees = r && right_may(w->store, w->actor, r->l, RIGHT_SEE);
    struct buf owner CLEANUP_BUF = BUF_INIT(8192);
    struct str certainty = STR_NONE;
    p->v.fact = arena_array(w->arena, struct why_fact, FACTS);
    if (!p->v.fact) return err_no_memory();
    struct str name = r ? (zh ? clock_rule_zh(r) : clock_rule_en(r)) : duty_rule(d);
    struct str edition = arena_printf(w->arena, _("%.*s, edition %lld"), STR_ARG(name), (long long)duty_rule_version(d));
    TRY(put_name(w, unit_ledger(w->store->registry), duty_owner_unit(d), "", &owner));
    TRY(put_name(w, person_ledger(w->store->registry), duty_owner_person(d), " · ", &owner));
    TRY(buf_error(&owner));
    add_fact(&p->v, _("Clock rule"), edition, sees ? cell_url(w->arena, r->l, r->id, "") : STR_NONE);
    if (r) {
        TRY(code_label(w, clock_rule_field_certainty(r->l), clock_rule_certainty(r), &certainty));
        add_fact(&p->v, _("Counted from what"), clock_rule_anchor(r), STR_NONE);
        add_fact(&p->v, _("Ends with what"), clock_rule_stopped_by(r), STR_NONE);
        add_fact(&p->v, _("Legal basis"), clock_rule_basis(r), STR_NONE);
        add_fact(&p->v, _("Certainty"), certainty, STR_NONE);
    }
    add_fact(&p->v, _("Started at"), cell_instant(w->arena, duty_started(d), false), STR_NONE);
    add_fact(&p->v, _("Owed by"), arena_str(w->arena, buf_view(&owner)), STR_NONE);
    bool confirmed = r && (str_is(clock_rule_certainty(r), "sure") || str_is(r->state, "confirmed"));
    if (r && !confirmed) p->v.to_confirm = str_of(_("This rule is to be confirmed by the district."));
    return OK;
}

/* ---- what moved it ---- */

static struct str span(struct arena *a, struct value from, struct value to)
{
    struct str first = cell_instant(a, from.i, false), last = to.tag == VAL_INT ? cell_instant(a, to.i, false) : str_of(_("until today"));
    return arena_printf(a, "%.*s — %.*s", STR_ARG(first), STR_ARG(last));
}

static enum err fill_changes(struct work *w, struct why_page *p)
{
    const struct ledger *l = p->duty->l;
    const struct field *sf = ledger_field(l, STR("suspensions")), *ef = ledger_field(l, STR("extensions"));
    const struct rows *s = &p->duty->rows[sf->index], *e = &p->duty->rows[ef->index];
    struct why_change *c = arena_array(w->arena, struct why_change, s->n + e->n + 1);
    if (!c) return err_no_memory();
    for (int i = 0; i < s->n; i++)
        c[p->v.change_count++] = (struct why_change){.what = str_of(_("Suspended")),
                                                     .when = span(w->arena, s->v[i][duty_suspension_field_from_at(sf->target)->index],
                                                                  s->v[i][duty_suspension_field_to_at(sf->target)->index]),
                                                     .reason = s->v[i][duty_suspension_field_reason(sf->target)->index].s};
    for (int i = 0; i < e->n; i++) {
        struct str unit;
        const struct field *uf = duty_extension_field_unit(ef->target);
        TRY(code_label(w, uf, e->v[i][uf->index].s, &unit));
        c[p->v.change_count++] = (struct why_change){
            .what = str_of(_("Extended")),
            .when = arena_printf(w->arena, _("by %lld %.*s, granted %.*s"),
                                 (long long)e->v[i][duty_extension_field_amount(ef->target)->index].i, STR_ARG(unit),
                                 STR_ARG(cell_instant(w->arena, e->v[i][duty_extension_field_granted_at(ef->target)->index].i, false))),
            .reason = e->v[i][duty_extension_field_reason(ef->target)->index].s};
    }
    p->v.change = c;
    if (!duty_knows_due_before(p->duty) || duty_due_before(p->duty) == duty_due(p->duty)) return OK;
    p->v.before = duty_end_text(w->arena, duty_due_before(p->duty));
    return code_label(w, duty_field_moved_by(l), duty_moved_by(p->duty), &p->v.moved_by);
}

/* ---- who was told ---- */

static const char *const kinds[NOTICE__MAX] = {N_("reminded"), N_("told that it was missed"), N_("told that the end moved"),
                                               N_("told that the breach is undone")};
static const char *const deliveries[NOTICE_DELIVERY__MAX] = {NULL, N_("waits to be sent"), N_("sent"), N_("could not be sent")};

static enum err skipped_text(struct work *w, const struct field *f, unsigned rungs, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(2000);
    *ret = STR_NONE;
    for (enum rung r = 0; r < RUNG__MAX; r++) {
        if (!(rungs & 1u << r)) continue;
        buf_z(&b, b.n ? _(", ") : _("stands for the lower rungs too: "));
        TRY(names_code(w, f, str_of(rung_names[r]), &b));
    }
    TRY(buf_error(&b));
    if (b.n) *ret = arena_str(w->arena, buf_view(&b));
    return OK;
}

static enum err fill_notice(struct work *w, const struct why_page *p, const struct notice *n, struct why_told *out)
{
    const struct field *f = duty_field_rung(p->duty->l);
    struct buf who CLEANUP_BUF = BUF_INIT(8192);
    TRY(put_name(w, unit_ledger(w->store->registry), n->unit, "", &who));
    TRY(put_name(w, person_ledger(w->store->registry), n->person, " · ", &who));
    TRY(buf_error(&who));
    *out = (struct why_told){.who = arena_str(w->arena, buf_view(&who)),
                             .kind = str_of(_(kinds[n->kind])),
                             .at = cell_instant(w->arena, n->made, false),
                             .is_read = n->read != 0};
    if (deliveries[n->delivery]) out->delivery = str_of(_(deliveries[n->delivery]));
    out->read = n->read ? arena_printf(w->arena, _("read %.*s"), STR_ARG(cell_instant(w->arena, n->read, false))) : str_of(_("not read"));
    if (n->rung < RUNG__MAX) TRY(code_label(w, f, str_of(rung_names[n->rung]), &out->rung));
    return skipped_text(w, f, n->skipped, &out->skipped);
}

static enum err fill_told(struct work *w, struct why_page *p)
{
    int n;
    TRY(notice_of_duty(w, p->duty->id, p->notice, NOTICES, &n));
    struct why_told *told = arena_array(w->arena, struct why_told, n + 1);
    if (!told) return err_no_memory();
    for (int i = 0; i < n; i++) TRY(fill_notice(w, p, &p->notice[i], &told[i]));
    p->v.told = told;
    p->v.told_count = n;
    if (duty_knows_look_at(p->duty))
        p->v.next = arena_printf(w->arena, _("Looked at next: %.*s"), STR_ARG(cell_instant(w->arena, duty_look_at(p->duty), false)));
    return OK;
}

/* ---- the page ---- */

static enum err fill_head(struct work *w, struct why_page *p)
{
    const struct record *d = p->duty;
    struct why_view *v = &p->v;
    const struct ledger *on = registry_find(w->store->registry, duty_record_ledger(d));
    char text[INSTANT_TEXT];
    struct calendar *calendar;
    day_t today = instant_day(clock_now());
    const struct state *state = ledger_state(d->l, d->state);
    TRY(calendar_load(w, today, today + DUTY_WORKDAYS, DAY_MAX, &calendar));
    v->title = duty_matter(d);
    v->due = duty_end_text(w->arena, duty_due(d));
    v->iso = arena_str(w->arena, str_of(instant_text(duty_due(d), text)));
    if (!state || !state->done) v->left = duty_left_text(w->arena, calendar, clock_now(), duty_due(d));
    v->up = (struct view_link){.text = duty_knows_record_number(d) ? duty_record_number(d) : str_of(_("Record")),
                               .url = cell_url(w->arena, d->l, d->id, "")};
    if (on && right_may(w->store, w->actor, on, RIGHT_SEE))
        v->up.url = arena_printf(w->arena, "/l/%s/%.*s", on->ledger, STR_ARG(duty_record_id(d)));
    struct badge b = cell_state(d);
    if (str_is(d->state, "breached")) b.tone = TONE_BAD;
    if (b.text.n) v->badge[v->badge_count++] = b;
    if (duty_provisional(d)) {
        v->badge[v->badge_count++] = (struct badge){str_of(_("provisional")), TONE_WARN};
        v->provisional = str_of(_("Provisional: the days off of a year in it are not announced yet. It is reckoned again when they are."));
    }
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct why_page *p = arg;
    p->v = (struct why_view){0};
    TRY(store_read(w, duty_ledger(w->store->registry), p->id, &p->duty));
    TRY(fill_head(w, p));
    TRY(find_rule(w, p));
    TRY(fill_facts(w, p));
    if (p->v.to_confirm.n) p->v.badge[p->v.badge_count++] = (struct badge){str_of(_("to be confirmed by the district")), TONE_WARN};
    TRY(why_reckoning(w->arena, duty_derivation(p->duty), instant_day(duty_due(p->duty)), p->rq->lang, &p->v));
    TRY(fill_changes(w, p));
    TRY(fill_told(w, p));
    return page_shell(w, p->rq, p->v.title, NULL, &p->v.shell);
}

static enum err page(struct request *rq)
{
    struct why_page *p = arena_new(rq->arena, struct why_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    if (!str_int(rq->arg[0], &p->id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_view(rq, make_page, p));
    view_why(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* ---- the duty behind a date of a record ---- */

/* The one whose end is the date shown; otherwise the newest. */
static const struct record *behind(const struct page *page, const struct record *on)
{
    for (int i = 0; i < page->n; i++)
        for (unsigned f = 0; f < on->l->fields_count; f++)
            if (on->l->fields[f].deadline && record_int(on, (int)f, 0) == duty_due(page->record[i])) return page->record[i];
    return page->n ? page->record[0] : NULL;
}

static enum err find_duty(struct work *w, void *arg)
{
    struct why_page *p = arg;
    const struct ledger *l = duty_ledger(w->store->registry);
    struct record *on;
    struct page page;
    TRY(request_record(w, p->rq, p->l, 1, &p->id));
    TRY(store_read(w, p->l, p->id, &on));
    struct condition where[] = {{duty_field_record_ledger(l), OP_EQ, value_text(str_of(p->l->ledger))},
                                {duty_field_record_id(l), OP_EQ, value_text(cell_id(w->arena, p->id))}};
    TRY(query_list(w, &(struct query){.l = l, .where = where, .where_n = 2, .limit = OF_RECORD}, &page));
    const struct record *duty = behind(&page, on);
    p->go = duty ? arena_printf(w->arena, "/duties/%lld/why", (long long)duty->id) : cell_url(w->arena, p->l, p->id, "/history");
    return OK;
}

static enum err of_record(struct request *rq)
{
    struct why_page *p = arena_new(rq->arena, struct why_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(request_ledger(rq, &p->l));
    TRY(web_view(rq, find_duty, p));
    return answer_go(rq, "%.*s", STR_ARG(p->go));
}

const struct route why_routes[] = {
    ROUTE(GET, "/duties/{id}/why", MAY_ON(RIGHT_SEE, "duty"), TAKES_NOTHING, page),
    ROUTE(GET, "/l/{ledger}/{id}/why", MAY(RIGHT_SEE), TAKES_NOTHING, of_record),
    ROUTE_END,
};
