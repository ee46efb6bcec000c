/* attached.c — see attached.h. The bytes go into a file without a name first: so they are checked as a whole, whatever their size, and
 * no transaction waits for a slow client. */
#include "web/attached.h"

#include <errno.h>
#include <unistd.h>

#include "ledger/file.h"

#define PDF_POLICY "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

struct sending {
    struct request *rq;
    const struct ledger *l;
    record_finder *find;
    struct str field, digest;
    struct str name, kind;
    int64_t bytes;
};

static enum err put(void *arg, struct str bytes)
{
    struct sending *k = arg;
    while (bytes.n) {
        ssize_t n = write(k->rq->x->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_set(ERR_IO, "%s", strerror(errno));
        bytes = str_from(bytes, (size_t)n);
    }
    return OK;
}

/* The name under which the record keeps the file. */
static enum err find_name(struct sending *k, const struct record *r)
{
    const struct field *f = ledger_field(k->l, k->field);
    struct str rest = f && f->type == TYPE_FILES ? record_text(r, f->index) : STR_NONE, piece;
    while (many_next(&rest, &piece)) {
        struct str name = piece, digest = str_split(&name, '/');
        if (!str_eq(digest, k->digest)) continue;
        k->name = name.n ? name : digest;
        return OK;
    }
    return err_set(ERR_NOT_FOUND, "%s", _("the record keeps no such file"));
}

static enum err fetch(struct work *w, void *arg)
{
    struct sending *k = arg;
    struct exchange *x = k->rq->x;
    struct record *r;
    TRY(k->find(w, k->rq, k->l, &r));
    TRY(find_name(k, r));
    TRY(file_find(w, k->digest, &k->bytes, &k->kind));
    if (x->fd < 0) x->fd = http_spool();
    if (x->fd < 0 || lseek(x->fd, 0, SEEK_SET) != 0 || ftruncate(x->fd, 0) != 0)
        return err_set(ERR_IO, "%s", _("there is no room for the file on its way"));
    return file_read(w, k->digest, put, k);
}

/* What the browser may do with a file that it shows by itself; NULL: it is saved. The browser's own reader of PDF does not run in a
 * sandbox; nothing in a PDF runs as a page of this site anyway. */
static const char *policy_of(struct str kind)
{
    static const struct {
        const char *kind, *policy;
    } shown[] = {
        {"image/jpeg", "sandbox"}, {"image/png", "sandbox"},        {"image/gif", "sandbox"},
        {"image/webp", "sandbox"}, {"application/pdf", PDF_POLICY},
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (str_is(kind, shown[i].kind)) return shown[i].policy;
    return NULL;
}

enum err attached_answer(struct request *rq, const struct ledger *l, record_finder *find, struct str field, struct str digest,
                         enum attached_how how)
{
    struct sending k = {.rq = rq, .l = l, .find = find, .field = field, .digest = digest};
    enum err e = web_view(rq, fetch, &k);
    if (e) {
        if (rq->x->fd >= 0) close(rq->x->fd);
        rq->x->fd = -1; /* the answer is an error, not what there is of the file */
        return e;
    }
    const char *policy = how == ATTACHED_SHOWN ? policy_of(k.kind) : NULL;
    if (policy) http_put_z(rq->x, "Content-Security-Policy", policy);
    http_put_z(rq->x, "Cache-Control", "private, no-cache");
    TRY(policy ? answer_inline(rq, k.name) : answer_attachment(rq, k.name));
    rq->x->fd_bytes = k.bytes;
    rq->x->status = 200;
    http_put(rq->x, "Content-Type", k.kind);
    return OK;
}
