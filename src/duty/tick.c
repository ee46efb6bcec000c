/* tick.c — the passing of time: what is due and not done is breached, and climbs. See duty.h.
 *
 * Every duty says when it is to be looked at next, and there is an index of that; so a tick costs what is due and not what runs.
 * A batch is one transaction under one lock, the counter row "tick": of several servers each looks at what the others left.
 */
#include "duty/duty_parts.h"
#include "ledger/number.h"
#include "ledgers.h"
#include "notice.sql.h"

enum { BATCH = 1000 };

struct ticking {
    instant_t now;
    struct duty_tick done, batch; /* before this batch; of it, since a transaction may run again */
    bool more;
};

/* Written as it is, past the checks of what comes from outside; see duty_breach(). */
static enum err put(struct work *w, const struct record *duty, struct record *now)
{
    return store_put(w, duty, now, STR("change"), STR_NONE);
}

/* Nothing comes of it until something else changes it. */
static enum err look_no_more(struct work *w, const struct record *duty)
{
    struct record *now = record_copy(w->arena, duty);
    if (!now) return err_no_memory();
    duty_clear_look_at(now);
    return put(w, duty, now);
}

static enum err remind(struct work *w, struct ticking *k, const struct record *duty)
{
    struct record *now = record_copy(w->arena, duty);
    if (!now) return err_no_memory();
    duty_set_reminded(now, true);
    duty_set_look_at(now, duty_due(duty) + 1);
    TRY(ladder_tell_owner(w, duty, NOTICE_REMINDER));
    k->batch.told++;
    return put(w, duty, now);
}

/* The rule of a duty; one whose editions were all taken back has no ladder any more, and is judged all the same. */
static enum err rule_or_none(struct work *w, const struct record *duty, struct rule *ret)
{
    enum err e = duty_rule_of(w, duty, ret);
    if (e == ERR_NOT_FOUND) *ret = (struct rule){.clock.code = duty_rule(duty)};
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err climb(struct work *w, struct ticking *k, const struct record *duty)
{
    struct record *now = record_copy(w->arena, duty);
    struct rule r;
    bool told;
    if (!now) return err_no_memory();
    TRY(rule_or_none(w, duty, &r));
    TRY(ladder_climb(w, duty, &r, now, &told));
    k->batch.told += told;
    return put(w, duty, now);
}

static enum err breach(struct work *w, struct ticking *k, const struct record *duty)
{
    struct rule r;
    TRY(rule_or_none(w, duty, &r));
    k->batch.breached++;
    k->batch.told += r.ladder.rungs != 0;
    return duty_breach(w, duty, &r);
}

static enum err look_at(struct work *w, struct ticking *k, const struct ledger *l, int64_t id)
{
    struct record *duty;
    TRY(store_load(w, l, id, true, &duty));
    if (!duty_knows_look_at(duty) || duty_look_at(duty) > k->now) return OK; /* somebody was faster */
    if (str_is(duty->state, "breached")) return climb(w, k, duty);
    if (!str_is(duty->state, "running")) return look_no_more(w, duty);
    return k->now > duty_due(duty) ? breach(w, k, duty) : remind(w, k, duty);
}

static enum err due_now(struct work *w, instant_t now, int64_t ids[BATCH], int *ret)
{
    const struct value args[] = {value_int(now), value_int(BATCH)};
    struct db_rows *rows;
    bool more;
    enum err e;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_DUE_NOW), args, 2, &rows));
    for (*ret = 0; !(e = db_next(rows, &more)) && more; ++*ret) ids[*ret] = db_int(rows, 0);
    db_done(rows);
    return e;
}

/* What other servers do at the same time is waited for. */
static enum err take_turn(struct work *w)
{
    int64_t turn;
    return number_document(w, STR("tick"), &turn);
}

static enum err due_batch(struct work *w, void *arg)
{
    struct ticking *k = arg;
    const struct ledger *l = duty_ledger(w->store->registry);
    int64_t ids[BATCH];
    int n;
    k->batch = (struct duty_tick){0};
    k->more = false;
    TRY(take_turn(w));
    TRY(due_now(w, k->now, ids, &n));
    for (int i = 0; i < n; i++) TRY(look_at(w, k, l, ids[i]));
    k->more = n == BATCH;
    return OK;
}

static enum err recheck_batch(struct work *w, void *arg)
{
    struct ticking *k = arg;
    k->batch = (struct duty_tick){0};
    TRY(take_turn(w));
    return recheck_some(w, &k->batch.rechecked, &k->more);
}

static enum err recurring_batch(struct work *w, void *arg)
{
    struct ticking *k = arg;
    k->batch = (struct duty_tick){0};
    TRY(take_turn(w));
    return recurring_some(w, k->now, &k->batch.started, &k->more);
}

static enum err run_batches(struct store *s, struct arena *a, struct ticking *k, enum err (*batch)(struct work *, void *))
{
    struct actor clock = ACTOR_CLOCK;
    do {
        TRY(store_write(s, &clock, a, batch, k));
        k->done.rechecked += k->batch.rechecked;
        k->done.started += k->batch.started;
        k->done.breached += k->batch.breached;
        k->done.told += k->batch.told;
        arena_reset(a);
    } while (k->more);
    return OK;
}

/* What a tick finds to do, on a snapshot: nothing is written where nothing is due. */
struct looking {
    instant_t now, next;
    bool recheck, recurring;
};

static enum err look_around(struct work *w, void *arg)
{
    struct looking *k = arg;
    int64_t waiting;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_RECHECK_ANY), NULL, 0, &waiting));
    k->recheck = waiting != 0;
    TRY(recurring_due(w, k->now, &k->recurring));
    return duty_next(w, &k->next);
}

enum err duty_next(struct work *w, instant_t *ret)
{
    struct db_rows *rows;
    bool some;
    *ret = INT64_MAX;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_NEXT_LOOK), NULL, 0, &rows));
    enum err e = db_next(rows, &some);
    if (!e && some && !db_is_null(rows, 0)) *ret = db_int(rows, 0);
    db_done(rows);
    return e;
}

enum err duty_tick(struct store *s, instant_t now, struct duty_tick *ret)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)64 << 20);
    struct actor clock = ACTOR_CLOCK;
    struct looking around = {.now = now};
    struct ticking k = {.now = now};
    if (!a) return err_no_memory();
    TRY(store_view(s, &clock, a, look_around, &around));
    if (around.recheck) TRY(run_batches(s, a, &k, recheck_batch));
    if (around.recurring) TRY(run_batches(s, a, &k, recurring_batch));
    if (around.recheck || around.recurring || around.next <= now) TRY(run_batches(s, a, &k, due_batch));
    *ret = k.done;
    return OK;
}
