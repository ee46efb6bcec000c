/* mem.c — the heap, with a switch that makes it run out. See mem.h. */
#include "base/mem.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_long left = LONG_MAX;
static atomic_int refused;
static _Thread_local int64_t allocations;

static int exhausted(void)
{
    if (atomic_load_explicit(&left, memory_order_relaxed) == LONG_MAX) return 0; /* the usual case costs one load */
    if (atomic_fetch_sub(&left, 1) > 0) return 0;
    atomic_store(&refused, 1);
    return 1;
}

void *mem_alloc(size_t n)
{
    allocations++;
    return exhausted() ? NULL : calloc(1, n ? n : 1);
}

void *mem_resize(void *p, size_t n)
{
    allocations++;
    return exhausted() ? NULL : realloc(p, n ? n : 1);
}

void mem_free(void *p)
{
    free(p);
}

int64_t mem_allocations(void)
{
    return allocations;
}

void mem_count(int64_t n)
{
    allocations += n;
}

void mem_fail_after(long n)
{
    atomic_store(&refused, 0);
    atomic_store(&left, n < 0 ? LONG_MAX : n);
}

int mem_failed(void)
{
    return atomic_load(&refused);
}
