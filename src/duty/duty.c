/* duty.c — starting, moving and stopping duties with the changes that cause it. See duty.h. The tick is in tick.c. */
#include "duty/duty.h"

#include "base/utf8.h"
#include "duty/duty_use.h"
#include "ledger/flow.h"
#include "ledger/query.h"
#include "ledgers.h"

#define DERIVATION_MAX ((size_t)1 << 20)

/* A deadline reckoned before the row is written, for the duty that is written after it. */
struct plan_of_duty {
    struct plan_of_duty *next;
    const struct duty_use *use;
    int64_t record;
    struct record *duty; /* the running duty that moves; NULL: a new one starts */
    struct rule rule;
    instant_t start, due;
    struct str derivation;
};

/* What a transaction keeps: deadlines on their way, and the rules and the calendar it has read. */
enum { RULES_KEPT = 8 };
struct duty_work {
    struct plan_of_duty *plans;
    struct editions rules[RULES_KEPT];
    struct calendar *calendar;
    day_t from, to; /* what the calendar covers */
};

enum { USES_MAX = 64 };
static const struct duty_use *uses[USES_MAX];
static int uses_n;

void duty_add_uses(const struct duty_use *table)
{
    for (int i = 0; i < uses_n; i++)
        if (uses[i] == table) return; /* it is there already */
    for (; table->of; table++) {
        assert(uses_n < USES_MAX);
        uses[uses_n++] = table;
    }
}

const struct duty_use *duty_use_of(const struct record *on, struct str rule)
{
    for (int i = 0; i < uses_n; i++)
        if (uses[i]->of(on) && str_is(rule, uses[i]->rule)) return uses[i];
    return NULL;
}

static enum err duty_work(struct work *w, struct duty_work **ret)
{
    if (!w->duty) w->duty = arena_new(w->arena, struct duty_work);
    *ret = w->duty;
    return *ret ? OK : err_no_memory();
}

static enum err calendar_for(struct work *w, day_t from, day_t to, const struct calendar **ret)
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

/* ---- reckoning ---- */

/* A field that a table names; unknown where it names none. */
static struct value value_of(const struct record *r, field_of *field)
{
    return field ? r->v[field(r->l)->index] : VALUE_NULL;
}

/* The instant that a date or an instant says: `of_day` makes one of a date. */
static instant_t moment(const struct record *r, field_of *field, instant_t (*of_day)(day_t), instant_t unknown)
{
    struct value v = value_of(r, field);
    day_t day;
    if (v.tag == VAL_INT) return v.i;
    return v.tag == VAL_TEXT && day_parse(v.s, &day) ? of_day(day) : unknown;
}

/* Editions of a rule; a transaction reads them once. Codes are those of the tables, so that pointers last. */
static enum err editions_for(struct work *w, const char *code, struct editions *ret)
{
    struct duty_work *k;
    int i = 0;
    TRY(duty_work(w, &k));
    while (i < RULES_KEPT && k->rules[i].code && strcmp(k->rules[i].code, code) != 0) i++;
    if (i < RULES_KEPT && k->rules[i].code) {
        *ret = k->rules[i];
        return OK;
    }
    TRY(rule_editions(w, code, ret));
    if (i < RULES_KEPT) k->rules[i] = *ret;
    return OK;
}

/* The deadline itself; its steps lie in an arena of their own, since only the derivation's text is kept. */
static enum err reckon_in(struct work *w, struct arena *steps, struct plan_of_duty *p, const struct record *now)
{
    const struct calendar *calendar;
    struct due due;
    day_t from, to, by = p->use->by ? p->use->by(now) : DAY_UNKNOWN;
    if (by != DAY_UNKNOWN) {
        TRY(due_ordered(steps, p->start, by, &due));
    } else {
        due_span(&p->rule.clock, p->start, NULL, &from, &to);
        TRY(calendar_for(w, from, to, &calendar));
        TRY(due_find(steps, &p->rule.clock, p->start, calendar, NULL, &due));
    }
    struct buf b CLEANUP_BUF = BUF_INIT(DERIVATION_MAX);
    due_json(&b, &p->rule.clock, &due, LANG__MAX);
    TRY(buf_error(&b));
    p->due = due.due;
    p->derivation = arena_str(w->arena, buf_view(&b));
    return p->derivation.p ? OK : err_no_memory();
}

static enum err reckon(struct work *w, struct plan_of_duty *p, const struct record *now)
{
    struct value amount = value_of(now, p->use->amount);
    struct editions editions;
    p->start = moment(now, p->use->anchor, day_start, clock_now());
    TRY(editions_for(w, p->use->rule, &editions));
    TRY(rule_on(w->store, &editions, instant_day(p->start), &p->rule));
    if (amount.tag == VAL_INT) {
        p->rule.clock.amount = amount.i;
        p->rule.clock.ordered = true;
    }
    struct arena *steps CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    return steps ? reckon_in(w, steps, p, now) : err_no_memory();
}

/* Duties of a record under a rule in a state (STR_NONE: any), the newest; NULL when there is none. */
static enum err find_duty(struct work *w, const struct record *on, const char *rule, struct str state, struct record **ret)
{
    const struct ledger *l = duty_ledger(w->store->registry);
    struct str id = arena_printf(w->arena, "%lld", (long long)on->id);
    struct condition where[] = {{duty_field_record_ledger(l), OP_EQ, value_text(str_of(on->l->ledger))},
                                {duty_field_record_id(l), OP_EQ, value_text(id)},
                                {duty_field_rule(l), OP_EQ, value_text(str_of(rule))},
                                {query_system_field(STR("state")), OP_EQ, value_text(state)}};
    enum { ROOM = 100 };
    int64_t ids[ROOM];
    int n;
    if (!id.p) return err_no_memory();
    TRY(query_ids(w, l, where, state.p ? 4 : 3, false, ids, ROOM, &n));
    *ret = NULL;
    return n ? store_load(w, l, ids[n - 1], true, ret) : OK;
}

static enum err put_plan(struct work *w, struct plan_of_duty plan, struct record *now)
{
    struct duty_work *k;
    TRY(duty_work(w, &k));
    struct plan_of_duty *p = arena_new(w->arena, struct plan_of_duty);
    if (!p) return err_no_memory();
    *p = plan;
    p->next = k->plans;
    k->plans = p;
    if (plan.use->set_due) plan.use->set_due(now, plan.due);
    if (!plan.use->set_rule) return OK;
    struct str code = arena_printf(w->arena, "%s@%lld", plan.use->rule, (long long)plan.rule.clock.version);
    if (!code.p) return err_no_memory();
    plan.use->set_rule(now, code);
    return OK;
}

static void forget_plans(struct work *w, int64_t record)
{
    if (!w->duty) return;
    for (struct plan_of_duty **p = &w->duty->plans; *p;)
        if ((*p)->record == record)
            *p = (*p)->next;
        else
            p = &(*p)->next;
}

static enum err make_plan(struct work *w, const struct duty_use *u, struct record *duty, struct record *now)
{
    struct plan_of_duty p = {.use = u, .record = now->id, .duty = duty};
    enum err e = reckon(w, &p, now);
    if (e == ERR_NOT_FOUND) return OK; /* no such rule on that day: old records have no duty */
    return e ? e : put_plan(w, p, now);
}

static bool same_deadline(const struct duty_use *u, const struct record *a, const struct record *b)
{
    return value_eq(value_of(a, u->anchor), value_of(b, u->anchor)) && value_eq(value_of(a, u->amount), value_of(b, u->amount)) &&
           (!u->by || u->by(a) == u->by(b));
}

/* What a deadline follows from has changed: a running duty moves, visibly; one that is over stays as it was. */
static enum err move_plan(struct work *w, const struct duty_use *u, const struct record *old, struct record *now)
{
    struct record *duty;
    if (same_deadline(u, old, now)) return OK;
    TRY(find_duty(w, now, u->rule, STR("running"), &duty));
    return duty ? make_plan(w, u, duty, now) : OK;
}

static bool among(char **names, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static enum err before_change(struct work *w, const struct record *old, struct record *now, const struct verb *v)
{
    forget_plans(w, now->id);
    for (int i = 0; i < uses_n; i++) {
        const struct duty_use *u = uses[i];
        if (!u->of(now)) continue;
        if (v && among(v->starts, v->starts_count, u->rule))
            TRY(make_plan(w, u, NULL, now));
        else if (old)
            TRY(move_plan(w, u, old, now));
    }
    return OK;
}

/* ---- writing ---- */

static void put_deadline(const struct plan_of_duty *p, struct record *draft)
{
    duty_set_derivation(draft, p->derivation);
    duty_set_rule_version(draft, p->rule.clock.version);
    duty_set_started(draft, p->start);
    duty_set_due(draft, p->due);
}

/* "一般隐患整改：电线私拉乱接", cut to what the field takes. */
static enum err put_matter(struct work *w, const struct plan_of_duty *p, const struct record *on, struct record *draft)
{
    enum { TITLE_BYTES = 200 };
    struct str title = on->l->title_field ? record_text(on, on->l->title_field->index) : STR_NONE;
    if (title.n > TITLE_BYTES) title.n = utf8_cut(title.p, TITLE_BYTES);
    struct str matter = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(p->rule.zh), title.n ? "：" : "", STR_ARG(title));
    if (!matter.p) return err_no_memory();
    duty_set_matter(draft, matter);
    return OK;
}

/* The unit that owes it, on this day: of the territory where an enterprise must act and its township answers for it. */
static int64_t owner(const struct work *w, const struct plan_of_duty *p, const struct record *on)
{
    if (str_is(p->rule.layer, "sector")) return on->scope[SCOPE_SECTOR];
    if (p->rule.layer.p) return on->scope[SCOPE_TERRITORY];
    if (w->actor->unit) return w->actor->unit;
    int64_t unit = p->use->unit ? p->use->unit(on) : 0;
    return unit ? unit : on->scope[SCOPE_TERRITORY];
}

static int64_t premises_of(const struct duty_use *u, const struct record *on) /* 0: none */
{
    if (is_premises(on)) return on->id;
    return u->premises ? u->premises(on) : 0;
}

static enum err start_duty(struct work *w, const struct plan_of_duty *p, const struct record *on, bool is_new)
{
    struct record *draft = record_new(w->arena, duty_ledger(w->store->registry)), *made;
    struct str id = arena_printf(w->arena, "%lld", (long long)on->id);
    int64_t unit = owner(w, p, on), premises = premises_of(p->use, on), there = 0;
    if (!draft || !id.p) return err_no_memory();
    TRY(put_matter(w, p, on, draft));
    put_deadline(p, draft);
    duty_set_record_ledger(draft, str_of(on->l->ledger));
    duty_set_record_id(draft, id);
    duty_set_record_number(draft, on->number);
    if (premises) duty_set_premises(draft, premises);
    duty_set_rule(draft, str_of(p->use->rule));
    duty_set_layer(draft, p->rule.layer);
    if (unit) duty_set_owner_unit(draft, unit);
    if (!is_new) TRY(store_match(w, draft, &there)); /* one for each record, rule and start */
    if (there) return OK;
    w->ruled++; /* the rule starts it, whoever caused it */
    enum err e = store_create(w, draft, &made);
    w->ruled--;
    return e;
}

static enum err move_duty(struct work *w, const struct plan_of_duty *p)
{
    struct record *draft = record_new(w->arena, p->duty->l), *moved;
    if (!draft) return err_no_memory();
    put_deadline(p, draft);
    w->ruled++;
    enum err e = store_change(w, p->duty->id, 0, draft, &moved, NULL);
    w->ruled--;
    return e;
}

/* A duty changes its state by rule alone; the guard by_rule keeps everybody else out. */
static enum err rule_does(struct work *w, int64_t duty, struct str verb, int64_t base, const struct record *draft, struct record **ret)
{
    w->ruled++;
    enum err e = store_do(w, duty, verb, base, draft, ret);
    w->ruled--;
    return e;
}

static enum err by_rule(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)old;
    (void)now;
    (void)v;
    return w->ruled ? OK : err_set(ERR_REFUSED, "%s", _("a duty starts and ends by its rule, not by hand"));
}

static const struct guard guards[] = {{"by_rule", by_rule}, {NULL, NULL}};

enum err duty_breach(struct work *w, const struct record *duty)
{
    struct record *draft = record_new(w->arena, duty->l), *done;
    if (!draft) return err_no_memory();
    instant_t due = duty_due(duty), legal = w->source.legal;
    duty_set_breached(draft, due);
    w->source.legal = due;
    enum err e = rule_does(w, duty->id, STR("breach"), 0, draft, &done);
    w->source.legal = legal;
    return e;
}

/* A date says that it was finished within that day; it is judged as a whole, but never later than now. */
instant_t duty_finish(const struct duty_use *u, const struct record *on)
{
    instant_t now = clock_now(), t = u ? moment(on, u->finish, day_end, now) : now;
    return t < now ? t : now;
}

static bool is_finished(const struct record *duty)
{
    return str_is(duty->state, "met") || str_is(duty->state, "met_late");
}

static enum err stop_duty(struct work *w, const struct record *on, const char *rule)
{
    struct record *duty, *draft, *done;
    TRY(find_duty(w, on, rule, STR_NONE, &duty));
    if (!duty || is_finished(duty) || str_is(duty->state, "waived")) return OK;
    instant_t finished = duty_finish(duty_use_of(on, str_of(rule)), on);
    bool late = finished > duty_due(duty);
    /* Finished too late before any tick came by: the breach stands all the same. */
    if (late && str_is(duty->state, "running")) TRY(duty_breach(w, duty));
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    duty_set_finished(draft, finished);
    if (!late) duty_clear_breached(draft);
    return rule_does(w, duty->id, late ? STR("finish_late") : STR("finish"), 0, draft, &done);
}

/* Nothing is owed on a withdrawn record; when it is brought back its duties are too, and the next tick judges them. */
static enum err follow_withdrawal(struct work *w, const struct record *on, const char *rule)
{
    struct record *duty, *draft, *done;
    TRY(find_duty(w, on, rule, STR_NONE, &duty));
    if (!duty || is_finished(duty)) return OK;
    if (str_is(duty->state, "waived") == on->withdrawn) return OK;
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    duty_clear_breached(draft);
    return rule_does(w, duty->id, on->withdrawn ? STR("waive") : STR("resume"), 0, draft, &done);
}

static enum err follow_withdrawals(struct work *w, const struct record *on)
{
    for (int i = 0; i < uses_n; i++)
        if (uses[i]->of(on)) TRY(follow_withdrawal(w, on, uses[i]->rule));
    return OK;
}

static enum err after_change(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    if (w->duty && (is_calendar_day(now) || is_calendar_rule(now))) w->duty->calendar = NULL;
    if (w->duty && is_clock_rule(now)) memset(w->duty->rules, 0, sizeof w->duty->rules);
    if (old && old->withdrawn != now->withdrawn) return follow_withdrawals(w, now);
    for (unsigned i = 0; v && i < v->stops_count; i++) TRY(stop_duty(w, now, v->stops[i]));
    for (const struct plan_of_duty *p = w->duty ? w->duty->plans : NULL; p; p = p->next)
        if (p->record == now->id) TRY(p->duty ? move_duty(w, p) : start_duty(w, p, now, !old));
    forget_plans(w, now->id);
    return OK;
}

void duty_init(void)
{
    flow_add_guards(guards);
    flow_before_change(before_change);
    flow_on_change(after_change);
}
