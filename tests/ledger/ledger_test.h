/* ledger_test.h — what the tests of src/ledger share: a store on each engine, and one call for one transaction.
 *
 * A program gives its tests to run_on_both(), which runs them on a fresh database of SQLite and of PostgreSQL. The helpers
 * work on that store, as `me`, each in a transaction of its own; what they return lies in an arena that lives for one test.
 */
#ifndef ANJIAN_LEDGER_TEST_H
#define ANJIAN_LEDGER_TEST_H

/* cmocka needs these first; the gaps keep the formatter from sorting them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/query.h"
#include "ledger/store.h"
#include "ledger/type.h"
#include "support/testdb.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

extern struct store *store;
extern struct arena *arena;
extern struct testdb testdb;
extern enum db_engine engine;
extern struct actor me; /* the console at the start of every test */

/* Ledgers that most tests use: holder (public), part (rows), thing (every type of field), errand (a flow, borrows the scope of a
 * thing), term (a period), club (borrows scope from itself). Ends with NULL. */
extern const char *const ledgers[];

int run_on_both(const struct CMUnitTest *tests, size_t n, const char *const *own);
#define RUN_ON_BOTH(tests) run_on_both((tests), sizeof(tests) / sizeof *(tests), ledgers)

/* A plain random number, the same in every run. */
uint32_t dice(uint32_t sides);
void dice_seed(uint32_t seed);

const struct ledger *ledger(const char *name);
const struct field *field(const struct ledger *, const char *name);

/* Run fn; the same with the promise that it works. */
enum err writing(enum err (*fn)(struct work *, void *), void *arg);
enum err viewing(enum err (*fn)(struct work *, void *), void *arg);
void written(enum err (*fn)(struct work *, void *), void *arg);
void viewed(enum err (*fn)(struct work *, void *), void *arg);

/* Records from JSON. The record as it stands comes back in *ret (may be NULL). */
enum err make(const char *ledger, const char *json, struct record **ret);
enum err change(const char *ledger, int64_t id, int64_t base, const char *json, struct record **ret);
enum err act(const char *ledger, int64_t id, const char *verb, int64_t base, const char *json, struct record **ret);
enum err withdraw(const char *ledger, int64_t id);
enum err restore(const char *ledger, int64_t id);
enum err merge(const char *ledger, int64_t duplicate, int64_t stays);
enum err look(const char *ledger, int64_t id, struct record **ret);
enum err resolve(const char *ledger, const char *number, int64_t *ret);
enum err list(const struct query *, struct page *ret);
enum err count_rows(const struct query *, int64_t *ret);
enum err parse_condition(const char *ledger, const char *text, struct condition *ret);

int64_t made(const char *ledger, const char *json); /* must work; the id */
struct record *seen(const char *ledger, int64_t id);
void add_code(const char *list, const char *code, const char *zh);
/* Ids found by a list of conditions ("amount > 3", NULL at the end), ascending. Must work. */
int found(const char *ledger, const char *search, int64_t *ids, int room, ...) __attribute__((sentinel));

/* The record as record_json() says it with all fields. */
const char *json_of(const struct record *);
/* printf into the arena */
const char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* How many events the database has. */
int64_t events(void);

/* An error must be this one; prints what it was otherwise. */
#define assert_err(e, want) assert_err_at((e), (want), __FILE__, __LINE__)
void assert_err_at(enum err e, enum err want, const char *file, int line);
#define assert_ok(e) assert_err((e), OK)
/* The last error is about this field, or this rule. */
#define assert_field(name) assert_string_equal(err_last()->field, name)
#define assert_rule(name) assert_string_equal(err_last()->rule, name)

#endif
