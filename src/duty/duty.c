/* duty.c — starting, moving and stopping duties with the changes that cause it. See duty.h. */
#include "duty/duty.h"

#include "base/utf8.h"
#include "duty/duty_parts.h"
#include "ledger/flow.h"
#include "ledger/query.h"
#include "ledgers.h"

/* A deadline reckoned before the row is written, for the duty that is written after it. */
struct duty_plan {
    struct duty_plan *next;
    const struct duty_use *use;
    int64_t record;
    struct record *duty; /* the running duty that moves; NULL: a new one starts */
    struct record *over; /* the running duty that this one follows; NULL: none */
    struct rule rule;
    instant_t start;
    struct duty_found found;
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

/* ---- before the row ---- */

static enum err put_plan(struct work *w, struct duty_plan plan, struct record *now)
{
    struct duty_work *k;
    TRY(duty_work(w, &k));
    struct duty_plan *p = arena_new(w->arena, struct duty_plan);
    if (!p) return err_no_memory();
    *p = plan;
    p->next = k->plans;
    k->plans = p;
    if (plan.use->set_due) plan.use->set_due(now, plan.found.due);
    if (!plan.use->set_rule) return OK;
    struct str code = arena_printf(w->arena, "%s@%lld", plan.use->rule, (long long)plan.rule.clock.version);
    if (!code.p) return err_no_memory();
    plan.use->set_rule(now, code);
    return OK;
}

static void forget_plans(struct work *w, int64_t record)
{
    if (!w->duty) return;
    for (struct duty_plan **p = &w->duty->plans; *p;)
        if ((*p)->record == record)
            *p = (*p)->next;
        else
            p = &(*p)->next;
}

/* A duty that starts, or (`duty`) one that moves with its record. */
static enum err make_plan(struct work *w, const struct duty_use *u, struct record *duty, struct record *over, struct record *now)
{
    struct duty_ask k = {.use = u, .on = now, .start = duty_moment(now, u->anchor, day_start, clock_now())};
    struct duty_plan p = {.use = u, .record = now->id, .duty = duty, .over = over, .start = k.start};
    struct editions editions;
    TRY(duty_editions(w, str_of(u->rule), &editions));
    enum err e = rule_governing(w->store, &editions, instant_day(k.start), instant_day(clock_now()), &k.rule);
    if (e == ERR_NOT_FOUND) return OK; /* no such rule on that day: old records have no duty */
    TRY(e);
    if (duty) TRY(duty_changes(w->arena, duty, clock_now(), &k.changes));
    TRY(duty_reckon(w, &k, &p.found));
    p.rule = k.rule;
    return put_plan(w, p, now);
}

static bool same_deadline(const struct duty_use *u, const struct record *a, const struct record *b)
{
    return value_eq(duty_value(a, u->anchor), duty_value(b, u->anchor)) && value_eq(duty_value(a, u->amount), duty_value(b, u->amount)) &&
           (!u->by || u->by(a) == u->by(b));
}

/* What a deadline follows from has changed: a running duty moves, visibly; one that is over stays as it was. */
static enum err move_plan(struct work *w, const struct duty_use *u, const struct record *old, struct record *now)
{
    struct record *duty;
    if (same_deadline(u, old, now)) return OK;
    TRY(find_duty(w, now, u->rule, STR("running"), &duty));
    return duty ? make_plan(w, u, duty, NULL, now) : OK;
}

/* A date that must be renewed: a later one ends the duty of the former and starts the next. */
static enum err renew_plan(struct work *w, const struct duty_use *u, const struct record *old, struct record *now)
{
    struct record *duty = NULL;
    instant_t was = duty_moment(old, u->anchor, day_start, 0), is = duty_moment(now, u->anchor, day_start, 0);
    if (is == was || now->withdrawn) return OK;
    if (was) TRY(find_duty(w, now, u->rule, STR("running"), &duty));
    if (was && !duty) TRY(find_duty(w, now, u->rule, STR("breached"), &duty));
    if (!is) return OK;
    return is < was && duty && str_is(duty->state, "running") ? make_plan(w, u, duty, NULL, now) : make_plan(w, u, NULL, duty, now);
}

static bool among(char **names, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static enum err before_change(struct work *w, const struct record *old, struct record *now, const struct verb *v)
{
    if (is_duty(now)) return duty_changing(w, old, now, v);
    forget_plans(w, now->id);
    for (int i = 0; i < uses_n; i++) {
        const struct duty_use *u = uses[i];
        if (!u->of(now)) continue;
        if (u->renews)
            TRY(renew_plan(w, u, old, now));
        else if (v && among(v->starts, v->starts_count, u->rule))
            TRY(make_plan(w, u, NULL, NULL, now));
        else if (old)
            TRY(move_plan(w, u, old, now));
    }
    return OK;
}

/* ---- writing ---- */

static void put_deadline(const struct duty_found *f, const struct rule *r, instant_t start, bool reminded, struct record *draft)
{
    duty_set_derivation(draft, f->derivation);
    duty_set_rule_version(draft, r->clock.version);
    duty_set_started(draft, start);
    duty_set_due(draft, f->due);
    duty_set_provisional(draft, f->provisional);
    duty_set_look_at(draft, ladder_first_look(r, f->due, reminded));
}

/* "一般隐患整改：电线私拉乱接", cut to what the field takes. */
static enum err put_matter(struct work *w, const struct rule *r, const struct record *on, struct record *draft)
{
    enum { TITLE_BYTES = 200 };
    struct str title = on->l->title_field ? record_text(on, on->l->title_field->index) : STR_NONE;
    if (title.n > TITLE_BYTES) title.n = utf8_cut(title.p, TITLE_BYTES);
    struct str matter = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(r->zh), title.n ? "：" : "", STR_ARG(title));
    if (!matter.p) return err_no_memory();
    duty_set_matter(draft, matter);
    return OK;
}

/* Who owes it on the day it starts, and where a unit's own duties are seen. */
static enum err put_owner(struct work *w, const struct duty_start *s, struct record *draft)
{
    struct duty_case k = {
        .premises = s->premises, .unit = s->unit, .layer = s->rule->layer, .role = s->rule->role, .day = instant_day(s->start)};
    struct duty_holder h = {.unit = s->unit};
    struct record *unit;
    if (s->person)
        h.person = s->person;
    else if (ladder_offices)
        TRY(ladder_offices->owner(w, &k, &h));
    if (h.person) duty_set_owner_person(draft, h.person);
    if (!h.unit) return OK;
    duty_set_owner_unit(draft, h.unit);
    if (s->premises) return OK;
    TRY(store_load(w, unit_ledger(w->store->registry), h.unit, false, &unit));
    if (unit->scope[SCOPE_TERRITORY]) duty_set_territory(draft, unit->scope[SCOPE_TERRITORY]);
    if (unit->scope[SCOPE_SECTOR]) duty_set_sector(draft, unit->scope[SCOPE_SECTOR]);
    return OK;
}

enum err duty_begin(struct work *w, const struct duty_start *s, struct record **ret)
{
    struct record *draft = record_new(w->arena, duty_ledger(w->store->registry));
    struct str id = arena_printf(w->arena, "%lld", (long long)s->on->id);
    int64_t there = 0;
    *ret = NULL;
    if (!draft || !id.p) return err_no_memory();
    TRY(put_matter(w, s->rule, s->on, draft));
    put_deadline(&s->found, s->rule, s->start, false, draft);
    duty_set_record_ledger(draft, str_of(s->on->l->ledger));
    duty_set_record_id(draft, id);
    duty_set_record_number(draft, s->on->number);
    duty_set_rule(draft, s->rule_code);
    if (!s->is_new) TRY(store_match(w, draft, &there)); /* one for each record, rule and start */
    if (there) return OK;
    if (s->premises) duty_set_premises(draft, s->premises);
    duty_set_layer(draft, s->rule->layer);
    duty_set_recurs(draft, s->recurs);
    TRY(put_owner(w, s, draft));
    w->ruled++; /* the rule starts it, whoever caused it */
    enum err e = store_create(w, draft, ret);
    w->ruled--;
    return e;
}

/* The unit that owes it, on this day: of the territory where an enterprise must act and its township answers for it. */
static int64_t owner_unit(const struct work *w, const struct duty_plan *p, const struct record *on)
{
    if (str_is(p->rule.layer, "sector")) return on->scope[SCOPE_SECTOR];
    if (p->rule.layer.p) return on->scope[SCOPE_TERRITORY];
    if (w->actor->unit && !p->use->renews) return w->actor->unit;
    int64_t unit = p->use->unit ? p->use->unit(on) : 0;
    return unit ? unit : on->scope[SCOPE_TERRITORY];
}

static enum err start_duty(struct work *w, const struct duty_plan *p, const struct record *on, bool is_new)
{
    struct record *made;
    struct duty_start s = {.on = on,
                           .rule = &p->rule,
                           .rule_code = str_of(p->use->rule),
                           .start = p->start,
                           .found = p->found,
                           .unit = owner_unit(w, p, on),
                           .premises = is_premises(on)    ? on->id
                                       : p->use->premises ? p->use->premises(on)
                                                          : 0,
                           .person = p->use->person ? p->use->person(on) : 0,
                           .is_new = is_new};
    return duty_begin(w, &s, &made);
}

static enum err move_duty(struct work *w, const struct duty_plan *p)
{
    struct record *draft = record_new(w->arena, p->duty->l), *moved;
    if (!draft) return err_no_memory();
    put_deadline(&p->found, &p->rule, p->start, duty_reminded(p->duty), draft);
    if (p->found.due != duty_due(p->duty)) {
        duty_set_due_before(draft, duty_due(p->duty));
        duty_set_moved_by(draft, STR("record"));
    }
    w->ruled++;
    enum err e = store_change(w, p->duty->id, 0, draft, &moved, NULL);
    w->ruled--;
    return e;
}

enum err duty_rule_does(struct work *w, int64_t duty, struct str verb, const struct record *draft, struct record **ret)
{
    if (!draft && !(draft = record_new(w->arena, duty_ledger(w->store->registry)))) return err_no_memory();
    w->ruled++;
    enum err e = store_do(w, duty, verb, 0, draft, ret);
    w->ruled--;
    return e;
}

enum err duty_breach(struct work *w, const struct record *duty, const struct rule *r)
{
    struct record *draft = record_new(w->arena, duty->l), *done;
    bool told;
    if (!draft) return err_no_memory();
    instant_t due = duty_due(duty), legal = w->source.legal;
    duty_set_breached(draft, due);
    TRY(ladder_climb(w, duty, r, draft, &told));
    w->source.legal = due;
    enum err e = duty_rule_does(w, duty->id, STR("breach"), draft, &done);
    w->source.legal = legal;
    return e;
}

/* A date says that it was finished within that day; it is judged as a whole, but never later than now. */
instant_t duty_finish(const struct duty_use *u, const struct record *on)
{
    instant_t now = clock_now(), t = u ? duty_moment(on, u->finish, day_end, now) : now;
    return t < now ? t : now;
}

static bool is_finished(const struct record *duty)
{
    return str_is(duty->state, "met") || str_is(duty->state, "met_late");
}

static enum err end_duty(struct work *w, const struct record *duty, instant_t finished)
{
    struct record *draft, *done;
    bool late = finished > duty_due(duty);
    if (late && str_is(duty->state, "running")) {
        struct rule r;
        TRY(duty_rule_of(w, duty, &r));
        TRY(duty_breach(w, duty, &r));
    }
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    duty_set_finished(draft, finished);
    return duty_rule_does(w, duty->id, late ? STR("finish_late") : STR("finish"), draft, &done);
}

static enum err stop_duty(struct work *w, const struct record *on, const char *rule)
{
    struct record *duty;
    TRY(find_duty(w, on, rule, STR_NONE, &duty));
    if (!duty || is_finished(duty) || str_is(duty->state, "waived")) return OK;
    return end_duty(w, duty, duty_finish(duty_use_of(on, str_of(rule)), on));
}

/* Nothing is owed on a withdrawn record; when it is brought back its duties are too, and the next tick judges them. */
static enum err follow_withdrawal(struct work *w, const struct record *on, const char *rule)
{
    struct record *duty, *draft, *done;
    TRY(find_duty(w, on, rule, STR_NONE, &duty));
    if (!duty || is_finished(duty)) return OK;
    bool waived = str_is(duty->state, "waived");
    if (waived == on->withdrawn || (waived && !duty_with_record(duty))) return OK;
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    duty_clear_breached(draft);
    duty_set_with_record(draft, on->withdrawn);
    if (!on->withdrawn) duty_set_look_at(draft, duty_due(duty) + 1);
    return duty_rule_does(w, duty->id, on->withdrawn ? STR("drop") : STR("bring_back"), draft, &done);
}

/* What waited to be judged goes on: the next tick looks at its duty again. */
static enum err wait_no_more(struct work *w, const struct duty_use *u, const struct record *on)
{
    struct record *duty, *draft, *done;
    TRY(find_duty(w, on, u->rule, STR("running"), &duty));
    if (!duty || duty_knows_look_at(duty)) return OK;
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    duty_set_look_at(draft, duty_due(duty) + 1);
    w->ruled++;
    enum err e = store_change(w, duty->id, 0, draft, &done, NULL);
    w->ruled--;
    return e;
}

static enum err follow_plan(struct work *w, const struct duty_plan *p, const struct record *now, bool is_new)
{
    if (p->duty) return move_duty(w, p);
    if (p->over) TRY(end_duty(w, p->over, clock_now()));
    return start_duty(w, p, now, is_new);
}

static enum err of_calendar_or_rule(struct work *w, const struct record *old, const struct record *now)
{
    if (w->duty && (is_calendar_day(now) || is_calendar_rule(now))) w->duty->calendar = NULL;
    if (w->duty && is_clock_rule(now)) memset(w->duty->rules, 0, sizeof w->duty->rules);
    if (is_calendar_day(now)) {
        day_t a = calendar_day_day(now), b = old ? calendar_day_day(old) : a;
        return recheck_days(w, a < b ? a : b, a < b ? b : a);
    }
    if (is_calendar_rule(now) && str_is(calendar_rule_kind(now), "statutory")) return recheck_days(w, DAY_MIN, DAY_MAX);
    if (is_clock_rule(now) && clock_rule_reaches_running(now)) return recheck_rule(w, clock_rule_code(now));
    return OK;
}

static enum err after_change(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    if (is_duty(now)) return duty_changed(w, old, now);
    TRY(of_calendar_or_rule(w, old, now));
    bool withdrawal = old && old->withdrawn != now->withdrawn;
    for (int i = 0; withdrawal && i < uses_n; i++)
        if (uses[i]->of(now)) TRY(follow_withdrawal(w, now, uses[i]->rule));
    if (withdrawal) return OK;
    for (unsigned i = 0; v && i < v->stops_count; i++) TRY(stop_duty(w, now, v->stops[i]));
    for (const struct duty_plan *p = w->duty ? w->duty->plans : NULL; p; p = p->next)
        if (p->record == now->id) TRY(follow_plan(w, p, now, !old));
    forget_plans(w, now->id);
    for (int i = 0; old && i < uses_n; i++)
        if (uses[i]->waits && uses[i]->of(now) && str_is(old->state, uses[i]->waits) && !str_eq(old->state, now->state))
            TRY(wait_no_more(w, uses[i], now));
    return OK;
}

void duty_init(void)
{
    flow_add_guards(duty_guards);
    flow_before_change(before_change);
    flow_on_change(after_change);
}
