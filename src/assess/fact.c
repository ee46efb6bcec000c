/* fact.c — see fact.h. */
#include "assess/fact.h"

#include <stdlib.h>

#include "ledger/query.h"
#include "ledgers.h"

/* Duties in the order of the instants they were breached, then of their records. */
static int by_breach(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
    int64_t at = duty_breached(x), bt = duty_breached(y);
    if (at != bt) return at < bt ? -1 : 1;
    return str_cmp(duty_record_number(x), duty_record_number(y));
}

static enum err more_room(struct arena *a, struct record ***list, int n, int *room)
{
    if (n < *room) return OK;
    int twice = *room ? 2 * *room : 64;
    struct record **more = arena_array(a, struct record *, twice);
    if (!more) return err_no_memory();
    if (n) memcpy(more, *list, (size_t)n * sizeof *more);
    *list = more;
    *room = twice;
    return OK;
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

static enum err overdue_duties(struct work *w, int64_t unit, day_t from, day_t to, struct record ***ret, int *ret_n)
{
    const struct ledger *l = duty_ledger(w->store->registry);
    const struct field *breached = duty_field_breached(l);
    struct condition where[] = {{duty_field_owner_unit(l), OP_EQ, value_int(unit)},
                                {duty_field_rule(l), OP_EQ, value_text(STR("hazard_rectify"))},
                                {breached, OP_GE, value_int(day_start(from))},
                                {breached, OP_LT, value_int(day_start(to))}};
    struct query q = {.l = l, .where = where, .where_n = 4, .limit = QUERY_LIMIT_MAX};
    struct record **list = NULL;
    int n = 0, room = 0;
    do {
        struct page p;
        TRY(query_list(w, &q, &p));
        for (int i = 0; i < p.n; i++) {
            bool proves;
            TRY(stands(w, p.record[i], &proves));
            if (!proves) continue;
            TRY(more_room(w->arena, &list, n, &room));
            list[n++] = p.record[i];
        }
        q.after = p.next;
    } while (q.after.p);
    if (n) qsort(list, (size_t)n, sizeof *list, by_breach);
    *ret = list;
    *ret_n = n;
    return OK;
}

/* Hazards of the unit's territory that were not put right by their deadline. */
static enum err hazard_overdue(struct work *w, int64_t unit, day_t from, day_t to, struct facts *ret)
{
    struct record **duty;
    int n;
    TRY(overdue_duties(w, unit, from, to, &duty, &n));
    struct facts k = {n, arena_array(w->arena, struct fact, n ? n : 1)};
    if (!k.fact) return err_no_memory();
    for (int i = 0; i < n; i++)
        k.fact[i] = (struct fact){.day = instant_day(duty_breached(duty[i])),
                                  .ledger = duty_record_ledger(duty[i]),
                                  .id = duty_record_id(duty[i]),
                                  .number = duty_record_number(duty[i]),
                                  .reason = duty_matter(duty[i]),
                                  .derivation = duty_derivation(duty[i])};
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
