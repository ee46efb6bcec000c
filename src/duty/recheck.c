/* recheck.c — running duties are reckoned again after a change of the calendar or of a rule that reaches them.
 *
 * The change notes in its own transaction what must be looked at; the tick does it in pieces, before it writes any breach, and
 * notes how far it is. So a calendar of a year is imported in no more time, and nothing is missed by an outdated calendar.
 */
#include <stdlib.h>

#include "duty/duty_parts.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "notice.sql.h"

enum { BATCH = 100, SLACK = 40 /* days that a reckoning may look beyond its end */ };

static enum err put(struct work *w, struct str rule, day_t from, day_t to)
{
    const struct value wider[] = {value_text(rule), value_int(from), value_int(to)};
    int64_t changed = 0;
    /* Days of one import lie together and become one row, as long as nothing was done about it. */
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_RECHECK_WIDEN), wider, 3, &changed));
    if (changed) return OK;
    const struct value row[] = {value_int(store_new_id()), value_text(rule), value_int(from), value_int(to)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_RECHECK_ADD), row, 4, NULL);
}

enum err recheck_days(struct work *w, day_t from, day_t to)
{
    return put(w, STR(""), from, to);
}

enum err recheck_rule(struct work *w, struct str rule)
{
    return put(w, rule, DAY_MIN, DAY_MAX);
}

struct recheck {
    int64_t id, done;
    struct str rule;
    day_t from, to;
};

static enum err next(struct work *w, struct recheck *ret, bool *some)
{
    struct db_rows *rows;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_RECHECK_NEXT), NULL, 0, &rows));
    enum err e = db_next(rows, some);
    if (!e && *some) {
        *ret = (struct recheck){.id = db_int(rows, 0),
                                .done = db_int(rows, 4),
                                .rule = arena_str(w->arena, db_text(rows, 1)),
                                .from = (day_t)db_int(rows, 2),
                                .to = (day_t)db_int(rows, 3)};
        if (!ret->rule.p) e = err_no_memory();
    }
    db_done(rows);
    return e;
}

/* A breach that the new end undoes is withdrawn; one whose end has passed all the same is written anew as of that end. */
static enum err settle_breach(struct work *w, const struct record *old, struct record *again)
{
    struct record *draft = record_new(w->arena, old->l), *running;
    if (!draft) return err_no_memory();
    record_set(draft, duty_field_due(old->l), again->v[duty_field_due(old->l)->index]);
    duty_set_due_before(draft, duty_due(old));
    duty_set_moved_by(draft, duty_moved_by(again));
    duty_set_derivation(draft, duty_derivation(again));
    duty_set_provisional(draft, duty_provisional(again));
    duty_set_rule_version(draft, duty_rule_version(again));
    duty_set_look_at(draft, duty_due(again) + 1);
    duty_clear_breached(draft);
    duty_clear_rung(draft);
    return duty_rule_does(w, old->id, STR("withdraw_breach"), draft, &running);
}

static enum err look_at(struct work *w, const struct ledger *l, int64_t id, const char *moved_by, int64_t *count)
{
    struct record *old, *on, *draft, *done;
    bool moved;
    TRY(store_load(w, l, id, false, &old));
    TRY(duty_record(w, old, true, &on)); /* the record before its duties, as everywhere */
    TRY(store_load(w, l, id, true, &old));
    bool breached = str_is(old->state, "breached");
    if (!breached && !str_is(old->state, "running")) return OK; /* what is suspended is reckoned when it goes on */
    if (!(draft = record_copy(w->arena, old))) return err_no_memory();
    TRY(duty_again(w, draft, moved_by, &moved));
    ++*count;
    if (breached) return moved ? settle_breach(w, old, draft) : OK;
    for (unsigned i = 0; i < l->fields_count; i++) draft->given[i] = !value_eq(draft->v[i], old->v[i]);
    w->ruled++;
    enum err e = store_change(w, id, 0, draft, &done, NULL);
    w->ruled--;
    return e;
}

/* Ids of duties that may follow from the days or the rule, in a state. */
static enum err find(struct work *w, const struct ledger *l, const struct recheck *k, struct str state, int64_t *ids, int *n)
{
    instant_t from = k->from > DAY_MIN + SLACK ? day_start(k->from - SLACK) : INT64_MIN;
    instant_t to = k->to < DAY_MAX - SLACK ? day_start(k->to + SLACK) : INT64_MAX;
    struct condition where[] = {{query_system_field(STR("state")), OP_EQ, value_text(state)},
                                {query_system_field(STR("id")), OP_GT, value_int(k->done)},
                                {duty_field_due(l), OP_GE, value_int(from)},
                                {duty_field_started(l), OP_LE, value_int(to)},
                                {duty_field_rule(l), OP_EQ, value_text(k->rule)}};
    return query_ids(w, l, where, k->rule.n ? 5 : 4, false, ids, BATCH, n);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

enum err recheck_some(struct work *w, int64_t *done, bool *ret)
{
    static const char *const states[] = {"running", "breached"};
    enum { STATES = sizeof states / sizeof *states };
    const struct ledger *l = duty_ledger(w->store->registry);
    struct recheck k = {0};
    int64_t ids[STATES * BATCH];
    int all = 0;
    *done = 0;
    TRY(next(w, &k, ret));
    if (!*ret) return OK;
    for (int i = 0; i < STATES; i++) {
        int n;
        TRY(find(w, l, &k, str_of(states[i]), ids + all, &n));
        all += n;
    }
    qsort(ids, (size_t)all, sizeof *ids, by_id);
    /* Beyond the first BATCH some of another state may be missing in between. */
    int n = all < BATCH ? all : BATCH;
    for (int i = 0; i < n; i++) TRY(look_at(w, l, ids[i], k.rule.n ? "rule" : "calendar", done));
    const struct value step[] = {value_int(k.id), value_int(n ? ids[n - 1] : 0)};
    return n < BATCH ? db_run(w->tx, DB_SQL(w->tx, SQL_RECHECK_DONE), step, 1, NULL)
                     : db_run(w->tx, DB_SQL(w->tx, SQL_RECHECK_STEP), step, 2, NULL);
}
