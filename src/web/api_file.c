/* api_file.c — the JSON API: files that records keep. See api.h.
 *
 * A file is sent as the body itself (?name=…) or as a form with files. It is kept and attached in one transaction.
 */
#include "ledger/file.h"
#include "ledger/type.h"
#include "web/api.h"
#include "web/attached.h"
#include "web/pages.h"

#define VALUE_MOST ((size_t)400 << 10) /* a text field holds 100,000 characters at most */

struct attaching {
    struct request *rq;
    const struct ledger *l;
    const struct field *f;
    struct record *now;
    char digest[HASH_HEX]; /* of the last file */
};

static enum err field_of_files(struct request *rq, const struct ledger *l, const struct field **ret)
{
    *ret = ledger_field(l, rq->arg[2]);
    return *ret && (*ret)->type == TYPE_FILES ? OK : err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
}

static enum err keep(struct work *w, struct attaching *k, struct str bytes, struct str name, struct buf *value)
{
    struct str one;
    enum err e = file_add_bytes(w, bytes, k->digest);
    if (!e) e = file_value(w->arena, k->digest, name.n ? name : STR("file"), &one);
    if (e == ERR_INVALID) err_field(k->f->name);
    TRY(e);
    if (!value->n) buf_char(value, '|');
    buf_str(value, one);
    buf_char(value, '|');
    return OK;
}

static enum err keep_all(struct work *w, struct attaching *k, struct buf *value)
{
    const struct params *form = &k->rq->form;
    bool is_form = str_starts(http_header(k->rq->x, "Content-Type"), STR("multipart/"));
    if (!is_form) return keep(w, k, k->rq->x->body, request_query(k->rq, "name"), value);
    for (int i = 0; i < form->n; i++)
        if (form->param[i].is_file) TRY(keep(w, k, form->param[i].value, form->param[i].file_name, value));
    return k->digest[0] ? OK : err_set(ERR_INVALID, "%s", _("the form holds no file"));
}

static enum err attach(struct work *w, void *arg)
{
    struct attaching *k = arg;
    struct buf b CLEANUP_BUF = BUF_INIT(VALUE_MOST);
    struct record *old, *draft;
    k->digest[0] = '\0';
    TRY(api_record(w, k->rq, k->l, &old));
    TRY(store_load(w, k->l, old->id, true, &old)); /* locked: two files sent at once are both kept */
    buf_str(&b, record_text(old, k->f->index));
    TRY(keep_all(w, k, &b));
    TRY(buf_error(&b));
    TRY(draft_for(w, k->l, old->id, &draft));
    record_set(draft, k->f, value_text(arena_str(w->arena, buf_view(&b))));
    return store_change(w, old->id, 0, draft, &k->now, NULL);
}

static enum err upload(struct request *rq)
{
    struct attaching k = {.rq = rq};
    TRY(request_ledger(rq, &k.l));
    TRY(field_of_files(rq, k.l, &k.f));
    TRY(web_write(rq, attach, &k));
    http_put(rq->x, "Location",
             arena_printf(rq->arena, API "/%s/%lld/files/%s/%s", k.l->ledger, (long long)k.now->id, k.f->name, k.digest));
    api_put_etag(rq, k.now->version);
    api_put_record(rq, k.now);
    return answer_json(rq, 201);
}

static enum err download(struct request *rq)
{
    const struct ledger *l;
    TRY(request_ledger(rq, &l));
    return attached_answer(rq, l, api_record, rq->arg[2], rq->arg[3], ATTACHED_SAVED);
}

const struct route api_file_routes[] = {
    ROUTE(POST, API "/{ledger}/{id}/files/{field}", MAY(RIGHT_CHANGE), IS_API | TAKES_BYTES | WAITS, upload),
    ROUTE(GET, API "/{ledger}/{id}/files/{field}/{digest}", MAY(RIGHT_SEE), IS_API | WAITS, download),
    ROUTE_END,
};
