/* buf.h — a growing run of bytes with a declared limit and a sticky failure.
 *
 * Appending never returns an error; a failed buffer stays failed and empty, and buf_error() is asked once at the
 * end. The bytes are always followed by a NUL that does not count.
 */
#ifndef ANJIAN_BUF_H
#define ANJIAN_BUF_H

#include <stdarg.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t n, room, limit;
    enum err failed;
};

/* A buffer that may grow to `max` bytes. */
#define BUF_INIT(max) ((struct buf){.limit = (max)})

void buf_release(struct buf *);             /* free the bytes; the buffer can be used again */
static inline void buf_reset(struct buf *b) /* forget the bytes, keep the room */
{
    b->n = 0;
    if (b->p) b->p[0] = '\0';
}
#define CLEANUP_BUF CLEANUP(buf_release)

void buf_put(struct buf *, const void *p, size_t n);
static inline void buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}
static inline void buf_z(struct buf *b, const char *z)
{
    buf_put(b, z, strlen(z));
}
static inline void buf_char(struct buf *b, char c)
{
    if (b->n + 1 < b->room && b->n < b->limit) { /* the hot case of every writer */
        b->p[b->n++] = c;
        b->p[b->n] = '\0';
    } else {
        buf_put(b, &c, 1);
    }
}
void buf_int(struct buf *, int64_t v);
void buf_printf(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *format, va_list) __attribute__((format(printf, 2, 0)));
/* `s` as a JSON string with its quotes; a STR_NONE is null. Bytes that are not UTF-8 come as U+FFFD. */
void buf_json(struct buf *, struct str s);
void buf_hex(struct buf *, const void *p, size_t n);

static inline struct str buf_view(const struct buf *b) /* valid until the next append */
{
    return (struct str){b->p ? b->p : "", b->n};
}
/* OK, ERR_NO_MEMORY or ERR_TOO_BIG, with the error set. */
enum err buf_error(const struct buf *);

#endif
