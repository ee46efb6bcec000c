/* import_cache.c — see import_cache.h. An open hash table of fixed size. */
#include "ledger/import_cache.h"

#define SLOTS 4096 /* a power of two */
#define FULL (SLOTS / 2)

struct slot {
    const struct field *field; /* NULL: empty */
    struct str text;
    day_t day;
    struct value value;
};

struct import_cache {
    const struct ledger *imported;
    int n;
    struct slot slot[SLOTS];
};

struct import_cache *import_cache_new(struct arena *a, const struct ledger *imported)
{
    struct import_cache *c = arena_new(a, struct import_cache);
    if (c) c->imported = imported;
    return c;
}

bool import_cache_takes(const struct import_cache *c, const struct field *f)
{
    switch (f->type) {
    case TYPE_CHOICE:
    case TYPE_CHOICES: return strcmp(c->imported->ledger, "code") != 0;
    case TYPE_REFERENCE:
    case TYPE_REFERENCES: return f->target != c->imported;
    default: return false;
    }
}

/* FNV-1a */
static size_t place_of(const struct field *f, struct str text, day_t day)
{
    uint32_t h = 2166136261u ^ (uint32_t)f->index ^ (uint32_t)day << 8;
    for (size_t i = 0; i < text.n; i++) h = (h ^ (unsigned char)text.p[i]) * 16777619u;
    return (h ^ h >> 16) & (SLOTS - 1);
}

static const struct value *find(const struct import_cache *c, const struct field *f, struct str text, day_t day)
{
    for (size_t i = place_of(f, text, day); c->slot[i].field; i = (i + 1) & (SLOTS - 1))
        if (c->slot[i].field == f && c->slot[i].day == day && str_eq(c->slot[i].text, text)) return &c->slot[i].value;
    return NULL;
}

const struct value *import_cache_find(const struct import_cache *c, const struct field *f, struct str text, day_t day)
{
    const struct value *v = find(c, f, text, IMPORT_ANY_DAY);
    return v ? v : find(c, f, text, day);
}

void import_cache_keep(struct import_cache *c, const struct field *f, struct str text, day_t day, struct value v)
{
    if (c->n == FULL) return;
    size_t i = place_of(f, text, day);
    while (c->slot[i].field) i = (i + 1) & (SLOTS - 1);
    c->slot[i] = (struct slot){f, text, day, v};
    c->n++;
}
