/* filter.c — any text as a condition: condition_parse() reads it or says why not, and what it read can be asked of the database.
 *
 * The first byte chooses the ledger. */
#include "ledger/query.h"
#include "ledger/type.h"
#include "temp_store.h"

struct input {
    const struct ledger *l;
    struct str text;
};

static enum err ask(struct work *w, void *arg)
{
    const struct input *in = arg;
    struct condition c;
    struct page p;
    TRY(condition_parse(w, in->l, in->text, &c));
    return query_list(w, &(struct query){.l = in->l, .where = &c, .where_n = 1, .search = in->text.n < 100 ? in->text : STR_NONE}, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ledgers[] = {"premises", "hazard", "person", "unit"};
    struct actor console = ACTOR_CONSOLE;
    if (size < 1) return 0;
    temp_store();
    struct input in = {registry_find(store->registry, str_of(ledgers[data[0] % 4])), {(const char *)data + 1, size - 1}};
    enum err e = store_view(store, &console, arena, ask, &in);
    if (e && e != ERR_INVALID && e != ERR_TOO_BIG) abort();
    arena_reset(arena);
    return 0;
}
