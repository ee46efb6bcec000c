/* names.c — see names.h. Shards of open hash tables, each with a lock and an arena that is emptied as a whole. */
#include "ledger/names.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "system.sql.h"

#define SHARDS 32 /* powers of two */
#define SLOTS 4096
#define SHARD_FULL (SLOTS / 2)
#define SHARD_MEMORY ((size_t)512 << 10)
#define NAME_MAX_BYTES 2000 /* longer ones are not kept */

struct name {
    const void *of; /* the ledger, or the code list as the field names it; NULL: empty */
    int64_t id;     /* record, or language */
    struct str code;
    struct str text;
};

struct shard {
    pthread_mutex_t lock;
    uint64_t epoch;  /* of what is in it */
    int64_t emptied; /* clock_monotonic() */
    struct arena *arena;
    struct name *slot; /* in the arena; NULL: nothing yet */
    int n;
};

struct names {
    atomic_uint_fast64_t epoch;
    struct shard shard[SHARDS];
};

struct names *names_new(void)
{
    struct names *n = mem_alloc(sizeof *n);
    for (int i = 0; n && i < SHARDS; i++) pthread_mutex_init(&n->shard[i].lock, NULL);
    for (int i = 0; n && i < SHARDS; i++) {
        n->shard[i].arena = arena_new_capped(SHARD_MEMORY);
        if (!n->shard[i].arena) return names_free(n);
    }
    return n;
}

struct names *names_free(struct names *n)
{
    for (int i = 0; n && i < SHARDS; i++) {
        pthread_mutex_destroy(&n->shard[i].lock);
        arena_free(n->shard[i].arena);
    }
    mem_free(n);
    return NULL;
}

uint64_t names_epoch(const struct names *n)
{
    return n ? atomic_load(&n->epoch) : 0;
}

void names_forget(struct names *n)
{
    if (n) atomic_fetch_add(&n->epoch, 1);
}

void names_note(struct work *w, const struct record *old, const struct record *now)
{
    const struct field *title = now->l->title_field;
    bool renamed = old && title && !value_eq(old->v[title->index], now->v[title->index]);
    bool by_code = strcmp(now->l->ledger, "code") == 0 || strcmp(now->l->ledger, "region") == 0;
    if (renamed || by_code) w->names_changed = true;
}

/* ---- a shard, under its lock ---- */

static uint32_t hash_of(const struct name *k)
{
    uint32_t h = 2166136261u ^ (uint32_t)((uintptr_t)k->of >> 4) ^ (uint32_t)k->id ^ (uint32_t)(k->id >> 32);
    for (size_t i = 0; i < k->code.n; i++) h = (h ^ (unsigned char)k->code.p[i]) * 16777619u;
    h *= 2654435761u;
    return h ^ h >> 15;
}

static void empty(struct shard *s, uint64_t epoch)
{
    arena_reset(s->arena);
    s->slot = NULL;
    s->n = 0;
    s->epoch = epoch;
    s->emptied = clock_monotonic();
}

/* Is what is in it still good? Otherwise it is emptied. */
static void freshen(const struct names *n, struct shard *s)
{
    uint64_t epoch = names_epoch(n);
    if (s->epoch != epoch || clock_monotonic() - s->emptied > NAMES_SECONDS * INSTANT_SECOND) empty(s, epoch);
}

static struct name *find(const struct shard *s, const struct name *k, uint32_t h)
{
    size_t i = (h / SHARDS) & (SLOTS - 1);
    while (s->slot[i].of && !(s->slot[i].of == k->of && s->slot[i].id == k->id && str_eq(s->slot[i].code, k->code)))
        i = (i + 1) & (SLOTS - 1);
    return &s->slot[i];
}

static bool take(const struct names *n, struct shard *s, const struct name *k, uint32_t h, struct buf *out)
{
    pthread_mutex_lock(&s->lock);
    freshen(n, s);
    struct name *hit = s->slot ? find(s, k, h) : NULL;
    bool found = hit && hit->of;
    if (found) buf_str(out, hit->text);
    pthread_mutex_unlock(&s->lock);
    return found;
}

static void keep(const struct names *n, struct shard *s, const struct name *k, uint32_t h, uint64_t epoch, struct str text)
{
    pthread_mutex_lock(&s->lock);
    freshen(n, s);
    if (s->n >= SHARD_FULL || arena_failed(s->arena)) empty(s, s->epoch);
    if (!s->slot) s->slot = arena_array(s->arena, struct name, SLOTS);
    if (s->slot && s->epoch == epoch) {
        struct name made = {k->of, k->id, arena_str(s->arena, k->code), arena_str(s->arena, text)}, *slot = find(s, k, h);
        if (!slot->of && made.text.p) {
            *slot = made;
            s->n++;
        }
    }
    pthread_mutex_unlock(&s->lock);
}

/* ---- asking ---- */

static enum err ask_code(struct work *w, const struct name *k, struct str *ret)
{
    const struct value args[] = {value_text(str_of(k->of)), value_text(k->code)};
    enum err e = db_one_text(w->tx, w->arena, k->id == LANG_ZH ? DB_SQL(w->tx, SQL_CODE_ZH) : DB_SQL(w->tx, SQL_CODE_EN), args, 2, ret);
    if (e && e != ERR_NOT_FOUND) return e;
    if (e || !ret->n) *ret = k->code;
    return OK;
}

static enum err ask_region(struct work *w, const struct name *k, struct str *ret)
{
    struct value code = value_text(k->code);
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_REGION_NAME), &code, 1, ret);
    if (e && e != ERR_NOT_FOUND) return e;
    if (e || !ret->n) *ret = k->code;
    return OK;
}

static enum err ask_record(struct work *w, const struct name *k, struct str *ret)
{
    const struct ledger *l = k->of;
    struct record *r;
    enum err e = store_load(w, l, k->id, false, &r);
    if (e && e != ERR_NOT_FOUND) return e;
    *ret = e || !l->title_field ? STR_NONE : record_text(r, l->title_field->index);
    if (!ret->n) *ret = arena_printf(w->arena, "%lld", (long long)k->id);
    return ret->p ? OK : err_no_memory();
}

static enum err get(struct work *w, const struct name *k, enum err (*ask)(struct work *, const struct name *, struct str *),
                    struct buf *out)
{
    struct names *n = w->store->names;
    uint32_t h = hash_of(k);
    struct shard *s = n ? &n->shard[h & (SHARDS - 1)] : NULL;
    struct str text;
    if (s && !w->names_changed && take(n, s, k, h, out)) return OK;
    TRY(ask(w, k, &text));
    if (s && !w->names_changed && text.n <= NAME_MAX_BYTES) keep(n, s, k, h, w->names_epoch, text);
    buf_str(out, text);
    return OK;
}

enum err names_code(struct work *w, const struct field *f, struct str code, struct buf *out)
{
    return get(w, &(struct name){.of = f->codes, .id = lang_get(), .code = code}, ask_code, out);
}

enum err names_record(struct work *w, const struct ledger *l, int64_t id, struct buf *out)
{
    return get(w, &(struct name){.of = l, .id = id}, ask_record, out);
}

enum err names_region(struct work *w, struct str code, struct buf *out)
{
    static const char regions[] = "region";
    return get(w, &(struct name){.of = regions, .code = code}, ask_region, out);
}
