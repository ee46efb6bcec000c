/* filter.c — any text as a condition: condition_parse() reads it or says why not, and what it read can be asked of the database.
 *
 * The first byte chooses the ledger. The database is made once, in a temporary folder, and removed at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lang.h"
#include "ledger/query.h"
#include "ledger/type.h"

static struct store *store;
static struct arena *arena;
static char folder[] = "/tmp/anjian-fuzz-XXXXXX";

static void clean(void)
{
    static const char *const names[] = {"f.db", "f.db-wal", "f.db-shm", "f.db.key"};
    char path[64];
    store_close(store);
    arena_free(arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void open_once(void)
{
    char url[80];
    if (store) return;
    lang_set(LANG_EN);
    unsetenv("ANJIAN_KEY");
    if (!mkdtemp(folder)) abort();
    snprintf(url, sizeof url, "sqlite:%s/f.db", folder);
    arena = arena_new_capped((size_t)16 << 20);
    if (!arena || store_open(url, &(struct store_options){.create = true, .district = 430602}, &store)) abort();
    atexit(clean);
}

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
    open_once();
    struct input in = {registry_find(store->registry, str_of(ledgers[data[0] % 4])), {(const char *)data + 1, size - 1}};
    enum err e = store_view(store, &console, arena, ask, &in);
    if (e && e != ERR_INVALID && e != ERR_TOO_BIG) abort();
    arena_reset(arena);
    return 0;
}
