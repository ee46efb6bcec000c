/* tick.c — the passing of time: what is due and not done is breached. See duty.h. */
#include "duty/duty_use.h"
#include "ledger/query.h"
#include "ledgers.h"

enum { BATCH = 200 };

struct ticking {
    instant_t now;
    int64_t after;         /* the last duty looked at */
    struct duty_tick done; /* before this batch */
    struct duty_tick batch;
    int64_t last;
    int n;
};

/* Has the record been reported finished in time and only waits to be judged? */
static bool waits(const struct duty_use *u, const struct record *on, const struct record *duty)
{
    return u && u->waits && str_is(on->state, u->waits) && duty_finish(u, on) <= duty_due(duty);
}

static enum err look_at(struct work *w, struct ticking *k, const struct ledger *l, int64_t id)
{
    struct record *duty, *on;
    int64_t record;
    TRY(store_load(w, l, id, false, &duty));
    const struct ledger *of = registry_find(w->store->registry, duty_record_ledger(duty));
    if (!of || !str_int(duty_record_id(duty), &record)) return err_set(ERR_DB, _("duty %lld names no record"), (long long)id);
    TRY(store_load(w, of, record, true, &on)); /* the record before its duties, as everywhere */
    TRY(store_load(w, l, id, true, &duty));
    if (!str_is(duty->state, "running")) return OK; /* somebody was faster */
    if (on->withdrawn) return OK;
    if (waits(duty_use_of(on, duty_rule(duty)), on, duty)) {
        k->batch.waiting++;
        return OK;
    }
    k->batch.breached++;
    return duty_breach(w, duty);
}

static enum err tick_batch(struct work *w, void *arg)
{
    struct ticking *k = arg;
    const struct ledger *l = duty_ledger(w->store->registry);
    struct condition where[] = {{query_system_field(STR("state")), OP_EQ, value_text(STR("running"))},
                                {duty_field_due(l), OP_LT, value_int(k->now)},
                                {query_system_field(STR("id")), OP_GT, value_int(k->after)}};
    int64_t ids[BATCH];
    k->batch = (struct duty_tick){0};
    TRY(query_ids(w, l, where, 3, false, ids, BATCH, &k->n));
    for (int i = 0; i < k->n; i++) TRY(look_at(w, k, l, ids[i]));
    k->last = k->n ? ids[k->n - 1] : k->after;
    return OK;
}

enum err duty_tick(struct store *s, instant_t now, struct duty_tick *ret)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    struct actor clock = ACTOR_CLOCK;
    struct ticking k = {.now = now};
    if (!a) return err_no_memory();
    do {
        TRY(store_write(s, &clock, a, tick_batch, &k));
        k.after = k.last;
        k.done.breached += k.batch.breached;
        k.done.waiting += k.batch.waiting;
        arena_reset(a);
    } while (k.n == BATCH);
    *ret = k.done;
    return OK;
}
