/* duty_store.c — see duty_store.h. */
#include "duty_store.h"

#include <stdio.h>

#include "ledger/query.h"
#include "ledger/shipped.h"
#include "ledger/type.h"
#include "ledgers.h"

struct testdb database;
struct store *store;
struct arena *arena;
struct actor me = ACTOR_CONSOLE;
bool absent;

static int set_up(enum db_engine engine)
{
    arena = arena_new_capped((size_t)512 << 20);
    absent = !testdb_open(engine, &database);
    if (absent) return 0;
    database.db = db_close(database.db);
    clock_set(at("2026-01-05T09:00"));
    OKAY(store_open(database.url, &(struct store_options){.create = true, .district = 430602, .simulated = true}, &store));
    OKAY(shipped_load(store, &me, arena));
    return 0;
}

int set_up_sqlite(void **state)
{
    (void)state;
    return set_up(DB_SQLITE);
}

int set_up_postgres(void **state)
{
    (void)state;
    return set_up(DB_POSTGRES);
}

int tear_down(void **state)
{
    (void)state;
    store = store_close(store);
    if (!absent) testdb_close(&database);
    arena = arena_free(arena);
    clock_set(0);
    return 0;
}

/* ---- doing things ---- */

const struct ledger *ledger(const char *name)
{
    return registry_find(store->registry, str_of(name));
}

enum err do_one(struct work *w, void *arg)
{
    struct doing *d = arg;
    struct record *draft = record_new(w->arena, ledger(d->ledger));
    TRY(draft_from_json(w, str_of(d->json), draft));
    if (!d->id) return store_create(w, draft, &d->r);
    return d->verb ? store_do(w, d->id, str_of(d->verb), 0, draft, &d->r) : store_change(w, d->id, 0, draft, &d->r, NULL);
}

struct record *make(const char *name, const char *json)
{
    struct doing d = {.ledger = name, .json = json};
    OKAY(store_write(store, &me, arena, do_one, &d));
    return d.r;
}

enum err change(const char *name, int64_t id, const char *verb, const char *json)
{
    struct doing d = {.ledger = name, .id = id, .verb = verb, .json = json};
    return store_write(store, &me, arena, do_one, &d);
}

static enum err load_one(struct work *w, void *arg)
{
    struct doing *d = arg;
    return store_read(w, ledger(d->ledger), d->id, &d->r);
}

struct record *load(const char *name, int64_t id)
{
    struct doing d = {.ledger = name, .id = id};
    OKAY(store_view(store, &me, arena, load_one, &d));
    return d.r;
}

/* A unit and a premises of its territory, made for one test. */
int64_t unit, premises;
void new_place(const char *kind)
{
    static int n;
    char json[300];
    snprintf(json, sizeof json, "{\"name\":\"示例街道%d\",\"kind\":\"%s\"}", ++n, kind);
    unit = make("unit", json)->id;
    snprintf(json, sizeof json,
             "{\"name\":\"示例企业%d\",\"region\":\"430602000000\",\"address\":\"示例路%d号\",\"territory\":\"%lld\",\"head\":\"示例甲\"}",
             n, n, (long long)unit);
    premises = make("premises", json)->id;
}

struct record *hazard(const char *found_on, const char *more)
{
    static int n;
    char json[500];
    snprintf(json, sizeof json, "{\"premises\":\"%lld\",\"description\":\"电缆破损第%d处\",\"grade\":\"general\",\"found_on\":\"%s\"%s}",
             (long long)premises, ++n, found_on, more);
    return make("hazard", json);
}

struct finding {
    int64_t record;
    const char *rule;
    struct record *r;
    int n;
};

static enum err find_duty(struct work *w, void *arg)
{
    struct finding *f = arg;
    const struct ledger *l = ledger("duty");
    struct str id = arena_printf(w->arena, "%lld", (long long)f->record);
    struct condition where[] = {{duty_field_record_id(l), OP_EQ, value_text(id)}, {duty_field_rule(l), OP_EQ, value_text(str_of(f->rule))}};
    struct page p;
    TRY(query_list(w, &(struct query){.l = l, .where = where, .where_n = 2}, &p));
    f->r = p.n ? p.record[0] : NULL;
    f->n = p.n;
    return OK;
}

struct record *duty_of(const struct record *h, const char *rule)
{
    struct finding f = {h->id, rule, NULL, 0};
    OKAY(store_view(store, &me, arena, find_duty, &f));
    assert_true(f.n <= 1);
    return f.r;
}

int64_t tick(const char *now)
{
    struct duty_tick done;
    clock_set(at(now));
    OKAY(duty_tick(store, clock_now(), &done));
    return done.breached;
}

void is_state(const struct record *r, const char *state)
{
    char text[60];
    snprintf(text, sizeof text, "%.*s", STR_ARG(r->state));
    assert_string_equal(text, state);
}
