/* arena.c — a bump allocator with a cap. See arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

#define BLOCK ((size_t)16 * 1024)
#define ALIGN(n) (((n) + 15) & ~(size_t)15)

struct block {
    struct block *next;
    size_t room, used;
    _Alignas(16) char bytes[];
};

struct arena {
    struct block *top; /* newest first; the last one is kept by arena_reset() */
    size_t cap, used;
    bool failed;
};

struct arena *arena_new_capped(size_t cap)
{
    struct arena *a = mem_alloc(sizeof *a);
    if (a) a->cap = cap;
    return a;
}

void arena_reset(struct arena *a)
{
    while (a->top && a->top->next) {
        struct block *b = a->top;
        a->top = b->next;
        mem_free(b);
    }
    if (a->top) {
        memset(a->top->bytes, 0, a->top->used);
        a->top->used = 0;
    }
    a->used = 0;
    a->failed = false;
}

struct arena *arena_free(struct arena *a)
{
    if (!a) return NULL;
    while (a->top) {
        struct block *b = a->top;
        a->top = b->next;
        mem_free(b);
    }
    mem_free(a);
    return NULL;
}

static void *refuse(struct arena *a)
{
    a->failed = true;
    return NULL;
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > a->cap) return refuse(a);
    n = ALIGN(n ? n : 1);
    if (n > a->cap || a->used > a->cap - n) return refuse(a);
    if (!a->top || a->top->room - a->top->used < n) {
        size_t room = n > BLOCK ? n : BLOCK;
        struct block *b = mem_alloc(sizeof *b + room);
        if (!b) return refuse(a);
        b->room = room;
        b->next = a->top;
        a->top = b;
    }
    void *p = a->top->bytes + a->top->used;
    a->top->used += n;
    a->used += n;
    return p;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n)) return refuse(a);
    return arena_alloc(a, n);
}

void *arena_grow(struct arena *a, void *list, int n, int *room, size_t size)
{
    int more = 16;
    if (n < *room) return list;
    if (*room && __builtin_mul_overflow(*room, 2, &more)) return refuse(a);
    void *p = arena_alloc_array(a, (size_t)more, size);
    if (!p) return NULL;
    if (n) memcpy(p, list, (size_t)n * size);
    *room = more;
    return p;
}

char *arena_z(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (p && s.n) memcpy(p, s.p, s.n);
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    if (!s.p) return STR_NONE;
    char *p = arena_z(a, s);
    return p ? (struct str){p, s.n} : STR_NONE;
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (p) vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p ? (struct str){p, (size_t)n} : STR_NONE;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
