/* duty_store.h — what the tests of duties in a database share: a fresh simulated store, records, the tick. */
#ifndef ANJIAN_DUTY_STORE_H
#define ANJIAN_DUTY_STORE_H

#include "duty_test.h"

#include "duty/duty.h"
#include "ledger/store.h"
#include "support/testdb.h"

extern struct testdb database;
extern struct store *store;
extern struct arena *arena;
extern struct actor me;        /* the console, unless a test says otherwise */
extern bool absent;            /* no PostgreSQL here */
extern int64_t unit, premises; /* of new_place() */

int set_up_sqlite(void **state);
int set_up_postgres(void **state);
int tear_down(void **state);

#define NEEDS_DATABASE(state)                                                                                                              \
    (void)(state);                                                                                                                         \
    if (absent) skip()

struct doing {
    const char *ledger, *verb, *json;
    int64_t id;
    struct record *r;
};
const struct ledger *ledger(const char *name);
/* The work of make() and change(), for those who want its error. */
enum err do_one(struct work *, void *doing);
struct record *make(const char *ledger, const char *json);
/* A verb, or (NULL) a plain change. */
enum err change(const char *ledger, int64_t id, const char *verb, const char *json);
struct record *load(const char *ledger, int64_t id);
/* A unit of that kind and a premises of its territory, made for one test. */
void new_place(const char *kind);
struct record *hazard(const char *found_on, const char *more);
struct record *duty_of(const struct record *on, const char *rule);
/* Put the clock and tick; how many were breached. */
int64_t tick(const char *now);
void is_state(const struct record *, const char *state);

#endif
