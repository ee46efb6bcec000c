/* cursor.c — any text as the place where a list goes on: it is refused, or it is a place, which is the same when it is written and read
 * again, and from which a list can be asked.
 *
 * The first byte chooses the order of the list. */
#include "ledger/cursor.h"
#include "ledger/query.h"
#include "temp_store.h"

struct input {
    const struct field *sort;
    struct str text;
};

static const struct field *sort_of(uint8_t byte)
{
    static const char *const fields[] = {NULL, "name", "staff", "founded_on", "capital"};
    const struct ledger *l = registry_find(store->registry, STR("premises"));
    const char *name = fields[byte % 5];
    const struct field *f = name ? ledger_field(l, str_of(name)) : NULL;
    return f && f->sort ? f : NULL;
}

static enum err add_some(struct work *w, void *arg)
{
    (void)arg;
    for (int i = 0; i < 5; i++) {
        struct record *draft = record_new(w->arena, registry_find(w->store->registry, STR("premises"))), *made;
        if (!draft) return err_no_memory();
        record_set(draft, ledger_field(draft->l, STR("name")), value_text(arena_printf(w->arena, "name %d", i)));
        TRY(store_create(w, draft, &made));
    }
    return OK;
}

static void check_same(const struct input *in)
{
    int64_t id, again_id;
    struct value key = VALUE_NULL, again_key = VALUE_NULL;
    struct str text;
    if (cursor_read(arena, in->sort, in->text, &id, &key)) return;
    if (cursor_make(arena, in->sort, id, key, &text)) return; /* longer than any that is made */
    if (cursor_read(arena, in->sort, text, &again_id, &again_key) || again_id != id || !value_eq(key, again_key)) abort();
}

static enum err ask(struct work *w, void *arg)
{
    const struct input *in = arg;
    struct page p;
    const struct ledger *l = registry_find(w->store->registry, STR("premises"));
    return query_list(w, &(struct query){.l = l, .sort = in->sort, .after = in->text, .limit = 2}, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct actor console = ACTOR_CONSOLE;
    if (size < 1) return 0;
    if (temp_store() && store_write(store, &console, arena, add_some, NULL)) abort();
    struct input in = {sort_of(data[0]), {(const char *)data + 1, size - 1}};
    check_same(&in);
    enum err e = store_view(store, &console, arena, ask, &in);
    if (e && e != ERR_INVALID && e != ERR_TOO_BIG) abort();
    arena_reset(arena);
    return 0;
}
