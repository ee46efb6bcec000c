/* stmt_cache.c — see stmt_cache.h. */
#include "db/stmt_cache.h"

#include "base/mem.h"

struct stmt *stmt_find(struct stmt_cache *c, const struct sql *sql)
{
    for (int i = 0; i < c->n; i++) {
        if (c->hashes[i] != sql->hash || !str_eq(c->slots[i]->text, sql->text)) continue;
        c->slots[i]->last_used = ++c->clock;
        return c->slots[i];
    }
    return NULL;
}

static int oldest(const struct stmt_cache *c)
{
    int ret = -1;
    for (int i = 0; i < c->n; i++)
        if (!c->slots[i]->busy && (ret < 0 || c->slots[i]->last_used < c->slots[ret]->last_used)) ret = i;
    return ret;
}

bool stmt_keep(struct stmt_cache *c, const struct sql *sql, struct stmt *s, struct stmt **evicted)
{
    *evicted = NULL;
    int i = c->n < STMT_CACHE ? c->n : oldest(c);
    char *text = i < 0 ? NULL : mem_alloc(sql->text.n);
    if (!text) return false;
    memcpy(text, sql->text.p, sql->text.n);
    s->text = (struct str){text, sql->text.n};
    s->last_used = ++c->clock;
    if (i == c->n)
        c->n++;
    else
        *evicted = c->slots[i];
    c->slots[i] = s;
    c->hashes[i] = sql->hash;
    return true;
}

struct stmt *stmt_pop(struct stmt_cache *c)
{
    return c->n > 0 ? c->slots[--c->n] : NULL;
}

void stmt_remove(struct stmt_cache *c, const struct stmt *s)
{
    for (int i = 0; i < c->n; i++) {
        if (c->slots[i] != s) continue;
        c->n--;
        c->slots[i] = c->slots[c->n];
        c->hashes[i] = c->hashes[c->n];
        return;
    }
}

void stmt_free(struct stmt *s)
{
    if (!s) return;
    mem_free((void *)(uintptr_t)s->text.p);
    mem_free(s);
}
