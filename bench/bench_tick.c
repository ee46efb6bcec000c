/* bench_tick.c — what a tick costs: many duties run, some of them are due. See bench.h.
 *
 * Those that are due hang on hazards made through the store, so that the tick does all it does in life: breach, event, notice. The
 * others are copies of one, put into the table at once: what runs and is not due is only looked past.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "bench.sql.h"
#include "duty/duty.h"
#include "ledger/query.h"
#include "ledger/shipped.h"
#include "ledger/type.h"
#include "safety/hazard.h"

struct filling {
    int64_t unit, premises, running, due, made, copied;
};

static enum err make(struct work *w, const char *ledger, const char *json, int64_t *ret)
{
    struct record *draft = record_new(w->arena, registry_find(w->store->registry, str_of(ledger))), *made;
    if (!draft) return err_no_memory();
    TRY(draft_from_json(w, str_of(json), draft));
    TRY(store_create(w, draft, &made));
    *ret = made->id;
    return OK;
}

static enum err make_place(struct work *w, void *arg)
{
    struct filling *k = arg;
    char json[300];
    TRY(make(w, "unit", "{\"name\":\"测试街道\",\"kind\":\"subdistrict\"}", &k->unit));
    snprintf(json, sizeof json, "{\"name\":\"测试企业\",\"region\":\"430602000000\",\"address\":\"示例路\",\"territory\":\"%" PRId64 "\"}",
             k->unit);
    return make(w, "premises", json, &k->premises);
}

static enum err make_hazards(struct work *w, void *arg)
{
    struct filling *k = arg;
    char json[300];
    int64_t id;
    for (int i = 0; i < 100; i++) {
        snprintf(json, sizeof json,
                 "{\"premises\":\"%" PRId64 "\",\"description\":\"电线第%" PRId64
                 "处\",\"grade\":\"general\",\"found_on\":\"2026-03-02\",\"days\":10}",
                 k->premises, k->made + i);
        TRY(make(w, "hazard", json, &id));
    }
    return OK;
}

static enum err copy_duties(struct work *w, void *arg)
{
    struct filling *k = arg;
    struct value args[] = {value_int(k->running), VALUE_NULL};
    int64_t newest;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_NEWEST_DUTY), NULL, 0, &newest));
    args[1] = value_int(newest);
    return db_run(w->tx, DB_SQL(w->tx, SQL_CLONE_DUTY), args, 2, &k->copied);
}

static instant_t at(const char *text)
{
    instant_t t = 0;
    instant_parse(str_of(text), &t);
    return t;
}

static struct duty_tick tick(struct store *store, const char *when)
{
    struct duty_tick done;
    clock_set(at(when));
    check(duty_tick(store, clock_now(), &done));
    return done;
}

void bench_tick(char **args)
{
    struct arena *a = arena_new_capped((size_t)256 << 20);
    struct actor console = ACTOR_CONSOLE;
    struct filling k = {0};
    struct store *store;
    if (!str_int(str_of(args[1]), &k.running) || !str_int(str_of(args[2]), &k.due)) exit(2);
    duty_init();
    safety_init();
    clock_set(at("2026-03-02T10:00"));
    check(store_open(args[0], &(struct store_options){.create = true, .district = 430602, .simulated = true}, &store));
    check(shipped_load(store, &console, a));
    check(store_write(store, &console, a, make_place, &k));
    for (; k.made < k.due; k.made += 100) {
        check(store_write(store, &console, a, make_hazards, &k));
        arena_reset(a);
    }
    tick(store, "2026-03-02T11:00"); /* what comes with the periods is there */
    check(store_write(store, &console, a, copy_duties, &k));
    tick(store, "2026-03-13T09:00"); /* reminders */
    double idle = now();
    tick(store, "2026-03-13T09:00");
    idle = now() - idle;
    double busy = now(), cpu = cpu_seconds();
    struct duty_tick done = tick(store, "2026-03-17T08:00");
    busy = now() - busy;
    cpu = cpu_seconds() - cpu;
    printf("{\"running\":%" PRId64 ",\"breached\":%" PRId64 ",\"told\":%" PRId64 ",\"idle_ms\":%.2f,\"busy_ms\":%.1f,\"cpu_ms\":%.1f}\n",
           k.copied, done.breached, done.told, idle * 1e3, busy * 1e3, cpu * 1e3);
    store_close(store);
    arena_free(a);
}
