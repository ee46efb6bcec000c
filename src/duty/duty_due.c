/* duty_due.c — the deadline of a duty: from its rule, the record it hangs on, the calendar, and what has changed it. */
#include "duty/duty_parts.h"
#include "ledger/query.h"
#include "ledgers.h"

#define DERIVATION_MAX ((size_t)1 << 20)

enum err duty_work(struct work *w, struct duty_work **ret)
{
    if (!w->duty) w->duty = arena_new(w->arena, struct duty_work);
    *ret = w->duty;
    return *ret ? OK : err_no_memory();
}

enum err duty_calendar(struct work *w, day_t from, day_t to, const struct calendar **ret)
{
    struct duty_work *k;
    TRY(duty_work(w, &k));
    if (!k->calendar || from < k->from || to > k->to) {
        /* Whole years, and never less than before: rows of an import go to and fro. */
        from = day_of((struct civil){day_civil(k->calendar && k->from < from ? k->from : from).year, 1, 1});
        to = day_of((struct civil){day_civil(k->calendar && k->to > to ? k->to : to).year, 12, 31});
        TRY(calendar_load(w, from, to, DAY_MAX, &k->calendar));
        k->from = from;
        k->to = to;
    }
    *ret = k->calendar;
    return OK;
}

struct value duty_value(const struct record *r, field_of *field)
{
    return r && field ? r->v[field(r->l)->index] : VALUE_NULL;
}

instant_t duty_moment(const struct record *r, field_of *field, instant_t (*of_day)(day_t), instant_t unknown)
{
    struct value v = duty_value(r, field);
    day_t day;
    if (v.tag == VAL_INT) return v.i;
    return v.tag == VAL_TEXT && day_parse(v.s, &day) ? of_day(day) : unknown;
}

enum err duty_editions(struct work *w, struct str code, struct editions *ret)
{
    struct duty_work *k;
    int i = 0;
    TRY(duty_work(w, &k));
    while (i < RULES_KEPT && k->rules[i].code && !str_is(code, k->rules[i].code)) i++;
    if (i < RULES_KEPT && k->rules[i].code) {
        *ret = k->rules[i];
        return OK;
    }
    struct str kept = arena_str(w->arena, code);
    if (!kept.p) return err_no_memory();
    TRY(rule_editions(w, kept.p, ret));
    if (i < RULES_KEPT) k->rules[i] = *ret;
    return OK;
}

/* The deadline itself; its steps lie in an arena of their own, since only the derivation's text is kept. */
static enum err reckon_in(struct work *w, struct arena *steps, const struct duty_ask *k, struct duty_found *ret)
{
    const struct clock_rule *clock = &k->rule.clock;
    const struct calendar *calendar;
    struct due due;
    day_t from, to, by = k->use && k->use->by ? k->use->by(k->on) : DAY_UNKNOWN;
    if (by != DAY_UNKNOWN && !k->changes.suspensions && !k->changes.extensions) {
        TRY(due_ordered(steps, k->start, by, &due));
    } else {
        struct clock_rule on_from = *clock;
        instant_t start = by != DAY_UNKNOWN ? day_start(by) : k->start;
        if (by != DAY_UNKNOWN) on_from.amount = 0, on_from.unit = CLOCK_DAYS; /* an extension goes on from the day ordered */
        due_span(&on_from, start, &k->changes, &from, &to);
        TRY(duty_calendar(w, from, to, &calendar));
        TRY(due_find(steps, &on_from, start, calendar, &k->changes, &due));
    }
    struct buf b CLEANUP_BUF = BUF_INIT(DERIVATION_MAX);
    due_json(&b, clock, &due, LANG__MAX);
    TRY(buf_error(&b));
    ret->due = due.due;
    ret->provisional = due.provisional;
    ret->derivation = arena_str(w->arena, buf_view(&b));
    return ret->derivation.p ? OK : err_no_memory();
}

enum err duty_reckon(struct work *w, struct duty_ask *k, struct duty_found *ret)
{
    struct value amount = k->use ? duty_value(k->on, k->use->amount) : VALUE_NULL;
    if (amount.tag == VAL_INT) {
        k->rule.clock.amount = amount.i;
        k->rule.clock.ordered = true;
    }
    struct arena *steps CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    return steps ? reckon_in(w, steps, k, ret) : err_no_memory();
}

/* ---- of a duty that is there ---- */

/* The value of a field in a child row. */
static struct value cell(const struct rows *rows, int i, const struct field *f)
{
    return rows->v[i][f->index];
}

enum err duty_changes(struct arena *a, const struct record *duty, instant_t now, struct due_changes *ret)
{
    const struct field *sf = ledger_field(duty->l, STR("suspensions")), *ef = ledger_field(duty->l, STR("extensions"));
    const struct rows *s = &duty->rows[sf->index], *e = &duty->rows[ef->index];
    struct suspension *suspension = arena_array(a, struct suspension, s->n + 1);
    struct extension *extension = arena_array(a, struct extension, e->n + 1);
    if (!suspension || !extension) return err_no_memory();
    for (int i = 0; i < s->n; i++) {
        struct value to = cell(s, i, duty_suspension_field_to_at(sf->target));
        suspension[i].from = cell(s, i, duty_suspension_field_from_at(sf->target)).i;
        suspension[i].to = to.tag == VAL_INT ? to.i : now;
    }
    for (int i = 0; i < e->n; i++) {
        extension[i].amount = cell(e, i, duty_extension_field_amount(ef->target)).i;
        extension[i].unit = clock_unit_named(cell(e, i, duty_extension_field_unit(ef->target)).s);
    }
    *ret = (struct due_changes){suspension, s->n, extension, e->n};
    return OK;
}

enum err duty_rule_of(struct work *w, const struct record *duty, struct rule *ret)
{
    struct editions all;
    TRY(duty_editions(w, duty_rule(duty), &all));
    return rule_governing(w->store, &all, instant_day(duty_started(duty)), instant_day(clock_now()), ret);
}

enum err duty_record(struct work *w, const struct record *duty, bool lock, struct record **ret)
{
    const struct ledger *of = registry_find(w->store->registry, duty_record_ledger(duty));
    int64_t id;
    if (!of || !str_int(duty_record_id(duty), &id)) return err_set(ERR_DB, _("duty %lld names no record"), (long long)duty->id);
    return store_load(w, of, id, lock, ret);
}

enum err duty_again(struct work *w, struct record *duty, const char *moved_by, bool *moved)
{
    struct record *on;
    struct duty_ask k = {.start = duty_started(duty)};
    struct duty_found found;
    TRY(duty_record(w, duty, false, &on));
    TRY(duty_rule_of(w, duty, &k.rule));
    TRY(duty_changes(w->arena, duty, clock_now(), &k.changes));
    k.use = duty_use_of(on, duty_rule(duty));
    k.on = on;
    TRY(duty_reckon(w, &k, &found));
    *moved = found.due != duty_due(duty);
    if (*moved) {
        duty_set_due_before(duty, duty_due(duty));
        duty_set_moved_by(duty, str_of(moved_by));
    }
    duty_set_due(duty, found.due);
    duty_set_derivation(duty, found.derivation);
    duty_set_provisional(duty, found.provisional);
    duty_set_rule_version(duty, k.rule.clock.version);
    if (str_is(duty->state, "running"))
        duty_set_look_at(duty, ladder_first_look(&k.rule, found.due, duty_reminded(duty)));
    return OK;
}
