/* duty.c — starting, moving and stopping duties with the changes that cause it. See duty.h. The tick is in tick.c. */
#include "duty/duty.h"

#include "base/utf8.h"
#include "duty/duty_use.h"
#include "duty/named.h"
#include "ledger/flow.h"
#include "ledger/query.h"

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

enum { TABLES_MAX = 16 };
static const struct duty_use *tables[TABLES_MAX];

void duty_add_uses(const struct duty_use *uses)
{
    for (int i = 0; i < TABLES_MAX; i++) {
        if (tables[i] == uses) return;
        if (tables[i]) continue;
        tables[i] = uses;
        return;
    }
}

const struct duty_use *duty_use_of(struct str ledger, struct str rule)
{
    for (int i = 0; i < TABLES_MAX && tables[i]; i++)
        for (const struct duty_use *u = tables[i]; u->ledger; u++)
            if (str_is(ledger, u->ledger) && str_is(rule, u->rule)) return u;
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
        k->from = day_of((struct civil){day_civil(k->calendar && k->from < from ? k->from : from).year, 1, 1});
        k->to = day_of((struct civil){day_civil(k->calendar && k->to > to ? k->to : to).year, 12, 31});
        TRY(calendar_load(w, k->from, k->to, &k->calendar));
    }
    *ret = k->calendar;
    return OK;
}

/* ---- reckoning ---- */

instant_t duty_moment(const struct record *r, const char *name, bool end, instant_t unknown)
{
    const struct field *f = named(r, name);
    day_t day;
    if (f && f->type == TYPE_INSTANT) return record_int(r, f->index, unknown);
    if (!f || !named_day(r, name, &day)) return unknown;
    return end ? day_end(day) : day_start(day);
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
    day_t from, to, by;
    if (named_day(now, p->use->by, &by)) {
        TRY(due_ordered(steps, p->start, by, &due));
    } else {
        due_span(&p->rule.clock, p->start, &from, &to);
        TRY(calendar_for(w, from, to, &calendar));
        TRY(due_find(steps, &p->rule.clock, p->start, calendar, &due));
    }
    struct buf b CLEANUP_BUF = BUF_INIT(DERIVATION_MAX);
    due_json(&b, &p->rule.clock, &due);
    TRY(buf_error(&b));
    p->due = due.due;
    p->derivation = arena_str(w->arena, buf_view(&b));
    return p->derivation.p ? OK : err_no_memory();
}

static enum err reckon(struct work *w, struct plan_of_duty *p, const struct record *now)
{
    struct value amount = named_value(now, p->use->amount);
    struct editions editions;
    p->start = duty_moment(now, p->use->anchor, false, clock_now());
    TRY(editions_for(w, p->use->rule, &editions));
    TRY(rule_on(w->store, &editions, instant_day(p->start), &p->rule));
    if (amount.tag == VAL_INT) {
        p->rule.clock.amount = amount.i;
        p->rule.clock.ordered = true;
    }
    struct arena *steps CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    return steps ? reckon_in(w, steps, p, now) : err_no_memory();
}

static enum err text_of_id(struct work *w, int64_t id, struct value *ret)
{
    struct str s = arena_printf(w->arena, "%lld", (long long)id);
    *ret = value_text(s);
    return s.p ? OK : err_no_memory();
}

/* Duties of a record under a rule in a state (STR_NONE: any), the newest; NULL when there is none. */
static enum err find_duty(struct work *w, const struct record *on, const char *rule, struct str state, struct record **ret)
{
    const struct ledger *l = registry_find(w->store->registry, STR("duty"));
    struct condition where[] = {{ledger_field(l, STR("record_ledger")), OP_EQ, value_text(str_of(on->l->ledger))},
                                {ledger_field(l, STR("record_id")), OP_EQ, VALUE_NULL},
                                {ledger_field(l, STR("rule")), OP_EQ, value_text(str_of(rule))},
                                {query_system_field(STR("state")), OP_EQ, value_text(state)}};
    enum { ROOM = 100 };
    int64_t ids[ROOM];
    int n;
    TRY(text_of_id(w, on->id, &where[1].value));
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
    if (plan.use->due) named_set(now, plan.use->due, value_int(plan.due));
    if (!plan.use->rule_field) return OK;
    struct str code = arena_printf(w->arena, "%s@%lld", plan.use->rule, (long long)plan.rule.clock.version);
    if (!code.p) return err_no_memory();
    named_set(now, plan.use->rule_field, value_text(code));
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

static enum err plan_start(struct work *w, const struct duty_use *u, struct record *now)
{
    struct plan_of_duty p = {.use = u, .record = now->id};
    enum err e = reckon(w, &p, now);
    if (e == ERR_NOT_FOUND) return OK; /* no such rule on that day: old records have no duty */
    return e ? e : put_plan(w, p, now);
}

static bool same(const struct record *a, const struct record *b, const char *name)
{
    return value_eq(named_value(a, name), named_value(b, name));
}

/* What a deadline follows from has changed: a running duty moves, visibly; one that is over stays as it was. */
static enum err plan_move(struct work *w, const struct duty_use *u, const struct record *old, struct record *now)
{
    struct plan_of_duty p = {.use = u, .record = now->id};
    if (same(old, now, u->anchor) && same(old, now, u->amount) && same(old, now, u->by)) return OK;
    TRY(find_duty(w, now, u->rule, STR("running"), &p.duty));
    if (!p.duty) return OK;
    enum err e = reckon(w, &p, now);
    if (e == ERR_NOT_FOUND) return OK;
    return e ? e : put_plan(w, p, now);
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
    for (int i = 0; i < TABLES_MAX && tables[i]; i++)
        for (const struct duty_use *u = tables[i]; u->ledger; u++) {
            if (strcmp(u->ledger, now->l->ledger) != 0) continue;
            if (v && among(v->starts, v->starts_count, u->rule))
                TRY(plan_start(w, u, now));
            else if (old)
                TRY(plan_move(w, u, old, now));
        }
    return OK;
}

/* ---- writing ---- */

static void put_deadline(const struct plan_of_duty *p, struct record *draft)
{
    named_set(draft, "derivation", value_text(p->derivation));
    named_set(draft, "rule_version", value_int(p->rule.clock.version));
    named_set(draft, "started", value_int(p->start));
    named_set(draft, "due", value_int(p->due));
}

/* "一般隐患整改：电线私拉乱接", cut to what the field takes. */
static enum err put_matter(struct work *w, const struct plan_of_duty *p, const struct record *on, struct record *draft)
{
    enum { TITLE_BYTES = 200 };
    struct str title = on->l->title_field ? record_text(on, on->l->title_field->index) : STR_NONE;
    if (title.n > TITLE_BYTES) title.n = utf8_cut(title.p, TITLE_BYTES);
    struct str matter = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(p->rule.zh), title.n ? "：" : "", STR_ARG(title));
    if (!matter.p) return err_no_memory();
    named_set(draft, "matter", value_text(matter));
    return OK;
}

/* The unit that owes it, on this day: of the territory where an enterprise must act and its township answers for it. */
static int64_t owner(const struct work *w, const struct plan_of_duty *p, const struct record *on)
{
    if (str_is(p->rule.layer, "sector")) return on->scope[SCOPE_SECTOR];
    if (p->rule.layer.p) return on->scope[SCOPE_TERRITORY];
    if (w->actor->unit) return w->actor->unit;
    int64_t unit = named_int(on, p->use->unit);
    return unit ? unit : on->scope[SCOPE_TERRITORY];
}

static enum err start_duty(struct work *w, const struct plan_of_duty *p, const struct record *on, bool is_new)
{
    const struct ledger *l = registry_find(w->store->registry, STR("duty"));
    struct record *draft = record_new(w->arena, l), *made;
    struct value id, premises = named_value(on, "premises");
    int64_t unit = owner(w, p, on), there = 0;
    if (!draft) return err_no_memory();
    TRY(put_matter(w, p, on, draft));
    put_deadline(p, draft);
    TRY(text_of_id(w, on->id, &id));
    named_set(draft, "record_ledger", value_text(str_of(on->l->ledger)));
    named_set(draft, "record_id", id);
    named_set(draft, "record_number", value_text(on->number));
    named_set(draft, "premises", strcmp(on->l->ledger, "premises") == 0 ? value_int(on->id) : premises);
    named_set(draft, "rule", value_text(str_of(p->use->rule)));
    named_set(draft, "layer", value_text(p->rule.layer));
    named_set(draft, "owner_unit", unit ? value_int(unit) : VALUE_NULL);
    if (!is_new) TRY(store_match(w, draft, &there)); /* one for each record, rule and start */
    return there ? OK : store_create(w, draft, &made);
}

static enum err move_duty(struct work *w, const struct plan_of_duty *p)
{
    struct record *draft = record_new(w->arena, p->duty->l), *moved;
    if (!draft) return err_no_memory();
    put_deadline(p, draft);
    return store_change(w, p->duty->id, 0, draft, &moved, NULL);
}

enum err duty_breach(struct work *w, const struct record *duty)
{
    struct record *draft = record_new(w->arena, duty->l), *done;
    if (!draft) return err_no_memory();
    instant_t due = named_int(duty, "due"), legal = w->source.legal;
    named_set(draft, "breached", value_int(due));
    w->source.legal = due;
    enum err e = store_do(w, duty->id, STR("breach"), 0, draft, &done);
    w->source.legal = legal;
    return e;
}

/* A date says that it was finished within that day; it is judged as a whole, but never later than now. */
instant_t duty_finish(const struct duty_use *u, const struct record *on)
{
    instant_t now = clock_now(), t = u ? duty_moment(on, u->finish, true, now) : now;
    return t < now ? t : now;
}

static enum err stop_duty(struct work *w, const struct record *on, const char *rule)
{
    struct record *duty, *draft, *done;
    const struct duty_use *u = duty_use_of(str_of(on->l->ledger), str_of(rule));
    TRY(find_duty(w, on, rule, STR_NONE, &duty));
    if (!duty || str_is(duty->state, "met") || str_is(duty->state, "met_late") || str_is(duty->state, "waived")) return OK;
    instant_t finished = duty_finish(u, on);
    bool late = finished > named_int(duty, "due");
    /* Finished too late before any tick came by: the breach stands all the same. */
    if (late && str_is(duty->state, "running")) TRY(duty_breach(w, duty));
    if (!(draft = record_new(w->arena, duty->l))) return err_no_memory();
    named_set(draft, "finished", value_int(finished));
    if (!late) named_set(draft, "breached", VALUE_NULL);
    return store_do(w, duty->id, late ? STR("finish_late") : STR("finish"), 0, draft, &done);
}

static enum err after_change(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    bool calendar = strcmp(now->l->ledger, "calendar_day") == 0, rule = strcmp(now->l->ledger, "clock_rule") == 0;
    if (w->duty && calendar) w->duty->calendar = NULL;
    if (w->duty && rule) memset(w->duty->rules, 0, sizeof w->duty->rules);
    for (unsigned i = 0; v && i < v->stops_count; i++) TRY(stop_duty(w, now, v->stops[i]));
    for (const struct plan_of_duty *p = w->duty ? w->duty->plans : NULL; p; p = p->next)
        if (p->record == now->id) TRY(p->duty ? move_duty(w, p) : start_duty(w, p, now, !old));
    forget_plans(w, now->id);
    return OK;
}

void duty_init(void)
{
    flow_before_change(before_change);
    flow_on_change(after_change);
}
