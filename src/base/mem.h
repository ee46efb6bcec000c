/* mem.h — the only door to the heap.
 *
 * malloc and free are banned elsewhere (see tools/check_source.py), so that tests can make the n-th allocation
 * fail and prove that the program answers ERR_NO_MEMORY and loses nothing.
 */
#ifndef ANJIAN_MEM_H
#define ANJIAN_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t n);           /* zeroed; NULL when there is none */
void *mem_resize(void *p, size_t n); /* as realloc; on NULL the old block still stands */
void mem_free(void *p);              /* NULL is fine */

/* Tests: let `n` more allocations pass and fail every later one until called again; n < 0 never fails. */
void mem_fail_after(long n);
/* Tests: has an allocation been refused since mem_fail_after()? */
int mem_failed(void);

/* How many allocations and resizes this thread has asked for (budgets are kept with it). */
int64_t mem_allocations(void);
/* Count `n` more for this thread: work done for it on another. */
void mem_count(int64_t n);

static inline void mem_freep(void *p)
{
    mem_free(*(void **)p);
}
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define CLEANUP_MEM CLEANUP(mem_freep)

#endif
