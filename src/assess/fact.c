/* fact.c — see fact.h. */
#include "assess/fact.h"

#include <stdlib.h>

#include "ledger/query.h"
#include "ledgers.h"

enum { FACTS_MAX = 100000 };

/* Duties in the order of the instants they were breached, then of their records. */
static int by_breach(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
    int64_t at = duty_breached(x), bt = duty_breached(y);
    if (at != bt) return at < bt ? -1 : 1;
    return str_cmp(duty_record_number(x), duty_record_number(y));
}

/* A withdrawn record proves nothing. */
static enum err stands(struct work *w, const struct record *duty, bool *ret)
{
    const struct ledger *l = registry_find(w->store->registry, duty_record_ledger(duty));
    struct record *on;
    int64_t id;
    if (!l || !str_int(duty_record_id(duty), &id)) return err_set(ERR_DB, _("duty %lld names no record"), (long long)duty->id);
    TRY(store_load(w, l, id, false, &on));
    *ret = !on->withdrawn;
    return OK;
}

/* Hazards of the unit's territory that were not put right by their deadline. */
static enum err hazard_overdue(struct work *w, int64_t unit, day_t from, day_t to, struct facts *ret)
{
    const struct ledger *l = duty_ledger(w->store->registry);
    struct condition where[] = {{duty_field_owner_unit(l), OP_EQ, value_int(unit)},
                                {duty_field_rule(l), OP_EQ, value_text(STR("hazard_rectify"))},
                                {duty_field_breached(l), OP_GE, value_int(day_start(from))},
                                {duty_field_breached(l), OP_LT, value_int(day_start(to))}};
    struct page p;
    TRY(query_all(w, &(struct query){.l = l, .where = where, .where_n = 4}, FACTS_MAX, &p));
    if (p.n) qsort(p.record, (size_t)p.n, sizeof *p.record, by_breach);
    struct facts k = {0, arena_array(w->arena, struct fact, p.n)};
    if (!k.fact) return err_no_memory();
    for (int i = 0; i < p.n; i++) {
        const struct record *duty = p.record[i];
        bool proves;
        TRY(stands(w, duty, &proves));
        if (!proves) continue;
        k.fact[k.n++] = (struct fact){.day = instant_day(duty_breached(duty)),
                                      .ledger = duty_record_ledger(duty),
                                      .id = duty_record_id(duty),
                                      .number = duty_record_number(duty),
                                      .reason = duty_matter(duty),
                                      .derivation = duty_derivation(duty)};
    }
    *ret = k;
    return OK;
}

static const struct {
    const char *kind;
    enum err (*find)(struct work *, int64_t unit, day_t from, day_t to, struct facts *);
} kinds[] = {{"hazard_overdue", hazard_overdue}};

enum err facts_of(struct work *w, struct str kind, int64_t unit, day_t from, day_t to, struct facts *ret)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(kind, kinds[i].kind)) return kinds[i].find(w, unit, from, to, ret);
    return err_set(ERR_NOT_FOUND, _("there is no fact “%.*s”"), STR_ARG(kind));
}
