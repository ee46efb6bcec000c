/* import_test.h — what the tests of importing share: files made of text, one call for one import, and the proof of the chain
 * after every test. */
#ifndef ANJIAN_IMPORT_TEST_H
#define ANJIAN_IMPORT_TEST_H

#include "ledger/import.h"
#include "ledger_test.h"

/* A test behind which the chain must verify and no half of anything may be left. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, proved)
int proved(void **state);

extern struct import_result got; /* of the last import */

/* A file with this text; the path lives for one program. */
const char *file(const char *name, const char *text);
/* Import that file; `o` NULL: nothing told. */
enum err import(const char *ledger, const char *path, const struct import_options *o);
/* Text as csv; must work. */
void bring(const char *ledger, const char *text);

/* The counts of the last import: added, changed, unchanged, refused. */
#define assert_counts(added, changed, unchanged, refused) assert_counts_at(added, changed, unchanged, refused, __FILE__, __LINE__)
void assert_counts_at(int added, int changed, int unchanged, int refused, const char *file, int line);

/* The one record that fits a condition. */
struct record *only(const char *ledger, const char *condition);
int64_t how_many(const char *ledger, const char *condition);
/* A value as its JSON: "12", "\"text\"", "null". */
const char *value_of(const struct record *, const char *field);

struct kept { /* rows of the tables that imports write */
    int64_t events, batches, open, notes, jobs;
};
struct kept kept(void);
#define assert_kept_equal(a, b) assert_memory_equal(&(a), &(b), sizeof(struct kept))

#endif
