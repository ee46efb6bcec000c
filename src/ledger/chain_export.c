/* chain_export.c — the log of all events as JSON lines, for verifiers that are not this program. See chain.h. */
#include <unistd.h>

#include "base/mem.h"
#include "exchange/part_file.h"
#include "ledger/chain.h"
#include "ledger/lane.h"

#define FLUSH_AT ((size_t)256 * 1024)
#define OUT_MAX ((size_t)64 << 20)

struct export
{
    const char *part;
    int fd;
    struct buf out;
    unsigned char prev[HASH_BYTES]; /* of the lane that is walked */
    struct lane_progress progress;
};

static enum err header(struct export *x, const struct store *s, const struct lanes *all)
{
    buf_printf(&x->out, "{\"anjian\":\"log\",\"format\":1,\"uuid\":\"%s\",\"hash\":\"%s\",\"lanes\":[", s->uuid, hash_name(s->hash));
    for (int i = 0; i < all->n; i++) {
        char hex[HASH_HEX];
        const struct lane *l = &all->lane[i];
        x->progress.total += l->seq;
        buf_printf(&x->out, "%s{\"lane\":%lld,\"seq\":%lld,\"head\":\"%s\"}", i ? "," : "", (long long)l->lane, (long long)l->seq,
                   hash_hex(l->head, hex));
    }
    buf_z(&x->out, "]}\n");
    return buf_error(&x->out);
}

/* What the database has is written as it is; the verifier judges it. */
static enum err line(void *arg, const struct lane_event *e)
{
    struct export *x = arg;
    struct buf *b = &x->out;
    buf_printf(b, "{\"lane\":%lld,\"seq\":%lld,\"prev\":\"", (long long)e->lane, (long long)e->seq);
    buf_hex(b, x->prev, HASH_BYTES);
    buf_z(b, "\",\"hash\":\"");
    buf_hex(b, e->hash.p, e->hash.n);
    buf_z(b, "\",\"body\":");
    buf_json(b, e->body);
    buf_z(b, "}\n");
    if (e->hash.n == HASH_BYTES) memcpy(x->prev, e->hash.p, HASH_BYTES);
    if (b->failed || b->n >= FLUSH_AT) TRY(write_out(x->fd, x->part, b));
    return progress_add(&x->progress, 1);
}

static enum err export_all(struct work *w, void *arg)
{
    struct export *x = arg;
    struct lanes all;
    TRY(lane_all(w, &all));
    TRY(header(x, w->store, &all));
    for (int i = 0; i < all.n; i++) {
        TRY(lane_genesis(w->store, all.lane[i].lane, x->prev));
        TRY(lane_walk(w, all.lane[i].lane, line, x));
    }
    return write_out(x->fd, x->part, &x->out);
}

enum err chain_export(struct store *s, const char *path, bool (*tell)(void *, int64_t done, int64_t total), void *arg)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    struct export x = {.out = BUF_INIT(OUT_MAX), .progress = {.tell = tell, .arg = arg}};
    struct actor console = ACTOR_CONSOLE;
    if (!a) return err_no_memory();
    if (!(x.part = part_path(a, path))) return ERR_NO_MEMORY;
    TRY(create_part(x.part, &x.fd));
    enum err e = store_view(s, &console, a, export_all, &x);
    buf_release(&x.out);
    if (close(x.fd) != 0 && !e) e = io_error(x.part);
    if (!e) e = publish(x.part, path);
    if (e) unlink(x.part);
    return e;
}
