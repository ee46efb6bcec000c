/* assess.c — from facts and score rules to deductions. See sheet.h. */
#include <stdlib.h>

#include "assess/fact.h"
#include "assess/sheet.h"
#include "duty/rule.h"
#include "ledger/query.h"
#include "ledger/right.h"
#include "ledgers.h"

enum { EDITIONS_MAX = 200, KEPT_MAX = 10000 };

/* An assessment in progress. */
struct assessing {
    struct work *w;
    const struct record *unit, *scheme;
    struct record **edition; /* all editions of all rules, by code and edition */
    int editions;
    int64_t *kept; /* deductions that have their fact */
    int kept_n;
    struct assess_done done;
};

static int by_code(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
    int c = str_cmp(score_rule_code(x), score_rule_code(y));
    int64_t i = score_rule_edition(x), j = score_rule_edition(y);
    return c ? c : (i > j) - (i < j);
}

static enum err read_editions(struct assessing *k)
{
    struct page p;
    TRY(query_all(k->w, &(struct query){.l = score_rule_ledger(k->w->store->registry)}, EDITIONS_MAX, &p));
    k->edition = p.record;
    k->editions = p.n;
    if (p.n) qsort(p.record, (size_t)p.n, sizeof *p.record, by_code);
    return OK;
}

/* The highest edition of the rule valid on the day; NULL when there is none. */
static const struct record *edition_on(const struct assessing *k, struct str code, day_t day)
{
    const struct record *best = NULL;
    for (int i = 0; i < k->editions; i++) {
        const struct record *r = k->edition[i];
        if (str_eq(score_rule_code(r), code) && rule_valid(score_rule_valid_from(r), score_rule_valid_to(r), day)) best = r;
    }
    return best;
}

static bool is_for(const struct record *rule, const struct record *unit)
{
    struct str kinds = score_rule_unit_kinds(rule), kind;
    while (many_next(&kinds, &kind))
        if (str_eq(kind, unit_kind(unit))) return true;
    return false;
}

/* ---- one deduction ---- */

/* "1 × 0.50 = 0.50，封顶 5.00，扣 0.50", and what was taken already where the cap bites. */
static enum err arithmetic(struct arena *a, int64_t each, int64_t cap, int64_t before, int64_t takes, struct record *draft)
{
    char e[SHEET_POINTS], b[SHEET_POINTS], c[SHEET_POINTS], t[SHEET_POINTS];
    bool bites = takes < each;
    sheet_points(each, e), sheet_points(before, b), sheet_points(cap, c), sheet_points(takes, t);
    struct str zh = bites ? arena_printf(a, "1 × %s = %s，已扣 %s，封顶 %s，扣 %s", e, e, b, c, t)
                          : arena_printf(a, "1 × %s = %s，封顶 %s，扣 %s", e, e, c, t);
    struct str en = bites ? arena_printf(a, "1 × %s = %s, taken already %s, cap %s, takes %s", e, e, b, c, t)
                          : arena_printf(a, "1 × %s = %s, cap %s, takes %s", e, e, c, t);
    if (!zh.p || !en.p) return err_no_memory();
    deduction_set_arithmetic(draft, zh);
    deduction_set_arithmetic_en(draft, en);
    return OK;
}

/* Create the deduction, or change the one that is there; nothing is written when it says the same already. */
static enum err put_deduction(struct assessing *k, const struct record *draft)
{
    struct record *now;
    int64_t there;
    if (k->kept_n == KEPT_MAX) return err_set(ERR_TOO_BIG, _("more than %d deductions of one unit"), KEPT_MAX);
    TRY(store_match(k->w, draft, &there));
    if (there) {
        struct record *old;
        TRY(store_load(k->w, draft->l, there, true, &old));
        TRY(store_change(k->w, there, 0, draft, &now, NULL));
        *(now->version > old->version ? &k->done.changed : &k->done.unchanged) += 1;
    } else {
        TRY(store_create(k->w, draft, &now));
        k->done.created++;
    }
    k->kept[k->kept_n++] = now->id;
    return OK;
}

/* A deduction's points are negative. The item's full mark is its cap: it goes down to its floor and no lower. */
static enum err deduct(struct assessing *k, const struct record *rule, const struct fact *f, int64_t *taken)
{
    struct arena *a = k->w->arena;
    struct record *draft = record_new(a, deduction_ledger(k->w->store->registry));
    struct str code = score_rule_code(rule);
    int64_t each = -score_rule_points(rule), cap = score_rule_cap(rule), most = cap - score_rule_floor(rule);
    int64_t left = most > *taken ? most - *taken : 0, takes = each < left ? each : left;
    char *day = arena_alloc(a, DAY_TEXT);
    if (!draft || !day) return err_no_memory();
    if (each < 0) return err_set(ERR_INVALID, _("score rule %.*s: a fact that costs points must have negative points"), STR_ARG(code));
    TRY(arithmetic(a, each, cap, *taken, takes, draft));
    deduction_set_scheme(draft, k->scheme->id);
    deduction_set_unit(draft, k->unit->id);
    deduction_set_reason(draft, f->reason);
    deduction_set_rule(draft, code);
    deduction_set_rule_version(draft, score_rule_edition(rule));
    deduction_set_item(draft, score_rule_item(rule));
    deduction_set_record_ledger(draft, f->ledger);
    deduction_set_record_id(draft, f->id);
    deduction_set_record_number(draft, f->number);
    deduction_set_day(draft, day_text(f->day, day));
    deduction_set_points(draft, -takes);
    deduction_set_derivation(draft, f->derivation);
    *taken += takes;
    return put_deduction(k, draft);
}

/* All facts of one rule; each is judged by the edition valid on its day. */
static enum err apply_rule(struct assessing *k, const struct record *rule)
{
    struct facts facts;
    day_t from = scheme_from_day(k->scheme), to = scheme_to_day(k->scheme);
    int64_t taken = 0;
    struct str code = score_rule_code(rule);
    if (from == DAY_UNKNOWN || to == DAY_UNKNOWN) return err_set(ERR_INVALID, "%s", _("the scheme has no period"));
    TRY(facts_of(k->w, score_rule_fact(rule), k->unit->id, from, to, &facts));
    for (int i = 0; i < facts.n; i++) {
        const struct record *edition = edition_on(k, code, facts.fact[i].day);
        if (edition && is_for(edition, k->unit)) TRY(deduct(k, edition, &facts.fact[i], &taken));
    }
    return OK;
}

/* ---- all of a unit ---- */

static bool is_kept(const struct assessing *k, int64_t deduction)
{
    for (int i = 0; i < k->kept_n; i++)
        if (k->kept[i] == deduction) return true;
    return false;
}

static enum err withdraw_others(struct assessing *k)
{
    const struct ledger *l = deduction_ledger(k->w->store->registry);
    struct condition where[] = {{deduction_field_scheme(l), OP_EQ, value_int(k->scheme->id)},
                                {deduction_field_unit(l), OP_EQ, value_int(k->unit->id)}};
    int64_t *ids = arena_array(k->w->arena, int64_t, KEPT_MAX);
    int n;
    if (!ids) return err_no_memory();
    TRY(query_ids(k->w, l, where, 2, false, ids, KEPT_MAX, &n));
    for (int i = 0; i < n; i++) {
        struct record *gone;
        if (is_kept(k, ids[i])) continue;
        TRY(store_withdraw(k->w, l, ids[i], STR("依据的事实已不成立 / the fact no longer holds"), &gone));
        k->done.withdrawn++;
    }
    return OK;
}

static enum err assess(struct work *w, int64_t unit, int64_t scheme, struct assess_done *ret)
{
    struct assessing k = {.w = w, .kept = arena_array(w->arena, int64_t, KEPT_MAX)};
    struct record *u, *s;
    if (!k.kept) return err_no_memory();
    TRY(store_load(w, unit_ledger(w->store->registry), unit, false, &u));
    /* The scheme's lock lets one assessment run at a time, so that no deduction is made twice. */
    TRY(store_load(w, scheme_ledger(w->store->registry), scheme, true, &s));
    k.unit = u;
    k.scheme = s;
    TRY(read_editions(&k));
    for (int i = 0; i < k.editions; i++)
        if (i == 0 || !str_eq(score_rule_code(k.edition[i]), score_rule_code(k.edition[i - 1]))) TRY(apply_rule(&k, k.edition[i]));
    TRY(withdraw_others(&k));
    *ret = k.done;
    return OK;
}

/* Who may write deductions may have them brought up to date; each of them is then the rule's doing. */
enum err assess_unit(struct work *w, int64_t unit, int64_t scheme, struct assess_done *ret)
{
    TRY(right_need(w, deduction_ledger(w->store->registry), RIGHT_CREATE));
    w->ruled++;
    enum err e = assess(w, unit, scheme, ret);
    w->ruled--;
    return e;
}

enum err scheme_on(struct work *w, day_t day, int64_t *ret)
{
    const struct ledger *l = scheme_ledger(w->store->registry);
    char text[DAY_TEXT];
    struct value v = value_text(str_of(day_text(day, text)));
    struct condition where[] = {{scheme_field_from_day(l), OP_LE, v}, {scheme_field_to_day(l), OP_GT, v}};
    enum { ROOM = 100 };
    int64_t ids[ROOM];
    int n;
    TRY(query_ids(w, l, where, 2, false, ids, ROOM, &n));
    if (!n) return err_set(ERR_NOT_FOUND, _("no assessment scheme holds %s"), text);
    *ret = ids[n - 1];
    return OK;
}
