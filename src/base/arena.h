/* arena.h — memory that lives as long as one piece of work (a request, a verb, a chunk of an import).
 *
 * Everything taken from an arena is released at once by arena_reset() or arena_free(). Every arena has a cap. An
 * allocation that cannot be had returns NULL and marks the arena as failed; db_write() refuses to commit work whose
 * arena has failed, so that an unchecked NULL can never be stored as an "unknown".
 */
#ifndef ANJIAN_ARENA_H
#define ANJIAN_ARENA_H

#include "base/err.h"
#include "base/str.h"

struct arena;

/* A new arena that may hold `cap` bytes; NULL without memory. */
struct arena *arena_new_capped(size_t cap);
struct arena *arena_free(struct arena *); /* returns NULL */
void arena_reset(struct arena *);         /* releases everything, keeps one block */
static inline void arena_freep(struct arena **a)
{
    *a = arena_free(*a);
}
#define CLEANUP_ARENA __attribute__((cleanup(arena_freep)))

void *arena_alloc(struct arena *, size_t n); /* zeroed, aligned for any type */
#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, count) ((T *)arena_alloc_array((a), (size_t)(count), sizeof(T)))
void *arena_alloc_array(struct arena *, size_t count, size_t size);

/* A list of n items with room for one more: itself, or where it is full a copy with twice the *room. NULL on failure. */
void *arena_grow(struct arena *, void *list, int n, int *room, size_t size);
#define ARENA_GROW(a, list, n, room) arena_grow((a), (list), (n), (room), sizeof *(list))

/* Copies; the copy ends in NUL. STR_NONE stays STR_NONE. On failure STR_NONE, and the arena is marked. */
struct str arena_str(struct arena *, struct str s);
char *arena_z(struct arena *, struct str s);
struct str arena_printf(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool arena_failed(const struct arena *);
size_t arena_used(const struct arena *);

#endif
