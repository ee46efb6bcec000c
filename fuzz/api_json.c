/* api_json.c — any bytes as the JSON body of a new record: they are refused with a reason, or make a record whose JSON is taken as a body
 * again. Nothing is kept: every write ends in an error of its own.
 *
 * The first byte chooses the ledger. */
#include "ledger/type.h"
#include "temp_store.h"

struct input {
    const struct ledger *l;
    struct str body;
    enum err wrong;
};

/* What was refused, for reasons that are the client's. */
static bool is_expected(enum err e)
{
    return e == OK || e == ERR_INVALID || e == ERR_FORBIDDEN || e == ERR_CONFLICT || e == ERR_REFUSED || e == ERR_TOO_BIG;
}

/* Codes to choose from, and a premises for hazards. */
static enum err add_some(struct work *w, void *arg)
{
    static const char *const rows[][2] = {
        {"code", "{\"list\":\"unit_kind\",\"code\":\"township\",\"zh\":\"乡镇政府\"}"},
        {"code", "{\"list\":\"hazard_grade\",\"code\":\"major\",\"zh\":\"重大\"}"},
        {"code", "{\"list\":\"safety_sector\",\"code\":\"fire\",\"zh\":\"消防\"}"},
        {"code", "{\"list\":\"calendar_kind\",\"code\":\"holiday\",\"zh\":\"放假\"}"},
        {"premises", "{\"name\":\"甲\"}"},
    };
    (void)arg;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record *draft = record_new(w->arena, registry_find(w->store->registry, str_of(rows[i][0]))), *made;
        if (!draft) return err_no_memory();
        TRY(draft_from_json(w, str_of(rows[i][1]), draft));
        TRY(store_create(w, draft, &made));
    }
    return OK;
}

static enum err again(struct work *w, struct record *made)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)4 << 20);
    struct record *draft = record_new(w->arena, made->l);
    if (!draft) return err_no_memory();
    for (unsigned i = 0; i < made->l->fields_count; i++) made->given[i] = !made->l->fields[i].read_only;
    record_json(&b, made);
    TRY(buf_error(&b));
    enum err e = draft_from_json(w, buf_view(&b), draft);
    return e == OK ? OK : ERR_DB;
}

static enum err create(struct work *w, void *arg)
{
    struct input *in = arg;
    struct record *draft = record_new(w->arena, in->l), *made;
    if (!draft) return err_no_memory();
    in->wrong = draft_from_json(w, in->body, draft);
    if (!in->wrong) in->wrong = store_create(w, draft, &made);
    if (!in->wrong) in->wrong = again(w, made);
    return err_set(ERR_STOPPED, "nothing is kept");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ledgers[] = {"premises", "hazard", "person", "unit", "figure", "law", "calendar_day", "scheme"};
    struct actor console = ACTOR_CONSOLE;
    if (size < 1) return 0;
    if (temp_store() && store_write(store, &console, arena, add_some, NULL)) abort();
    struct input in = {registry_find(store->registry, str_of(ledgers[data[0] % 8])), {(const char *)data + 1, size - 1}, OK};
    enum err e = store_write(store, &console, arena, create, &in);
    if (e != ERR_STOPPED || !is_expected(in.wrong)) abort();
    arena_reset(arena);
    return 0;
}
