/* api_write.c — the JSON API: creating, changing, verbs, withdrawal, merging. See api.h.
 *
 * A client says what it has seen in one of two ways. If-Match is a precondition: when the record has another version nothing
 * happens (412). "version" in a body is the version on which the change was made: what others have changed since is kept, and only a
 * field that both have changed is a conflict (409, with both values under "clashes").
 */
#include <jansson.h>

#include "ledger/client_key.h"
#include "ledger/flow.h"
#include "ledger/secret.h"
#include "ledger/type.h"
#include "web/api.h"
#include "web/pages.h"

struct writing {
    struct request *rq;
    const struct ledger *l;
    int64_t base;         /* version in the body; 0: none */
    struct str text, key; /* of the body, beside fields: why, or into which record; Idempotency-Key */
    struct record *now;
    struct clashes clashes;
    bool stale; /* If-Match names another version */
    bool made;  /* a record, just now */
    struct str plain;
};

/* ---- the body ---- */

static struct str body_of(const struct request *rq)
{
    return rq->x->body.n ? rq->x->body : STR("{}");
}

static enum err bad_member(const char *name, const char *what)
{
    err_set(ERR_INVALID, "%s: %s", name, what);
    return err_field(name);
}

/* What stands in the body beside fields: the version that was seen, and a text that must not be empty when it has a name. */
static enum err take_members(struct writing *k, const json_t *body, const char *text)
{
    const json_t *version = json_object_get(body, "version"), *v = text ? json_object_get(body, text) : NULL;
    if (!json_is_object(body)) return err_set(ERR_INVALID, "%s", _("the JSON must be one object"));
    if (version && !json_is_integer(version)) return bad_member("version", _("must be a whole number"));
    k->base = json_integer_value(version);
    if (!text) return OK;
    k->text = json_is_string(v) ? arena_str(k->rq->arena, str_trim(str_of(json_string_value(v)))) : STR_NONE;
    return k->text.n ? OK : bad_member(text, _("must be given, as a text"));
}

static enum err begin(struct request *rq, const char *text, struct writing *ret)
{
    struct str body = body_of(rq);
    json_error_t why;
    *ret = (struct writing){.rq = rq};
    TRY(request_ledger(rq, &ret->l));
    json_t *parsed = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &why);
    if (!parsed) return err_set(ERR_INVALID, _("line %d of the JSON: %s"), why.line, why.text);
    enum err e = take_members(ret, parsed, text);
    json_decref(parsed);
    return e;
}

/* ---- the answer ---- */

static enum err answer_record(struct request *rq, unsigned status, struct record *r)
{
    api_put_etag(rq, r->version);
    api_put_record(rq, r);
    return answer_json(rq, status);
}

/* ---- what was seen ---- */

/* The record of the path; locked, so that it is still that version when it is written, when If-Match asks for one. */
static enum err find(struct work *w, struct writing *k, struct record **ret)
{
    struct str wanted = http_header(k->rq->x, "If-Match");
    struct record *locked;
    k->stale = false;
    TRY(api_record(w, k->rq, k->l, ret));
    if (!wanted.p) return OK;
    TRY(store_load(w, k->l, (*ret)->id, true, &locked));
    k->stale = !api_names_version(wanted, locked->version, false);
    if (!k->stale) return OK;
    return err_set(ERR_CONFLICT, _("the record has version %lld now"), (long long)locked->version);
}

static void put_clash(struct buf *b, const struct clash *c)
{
    const struct field *f = c->field;
    buf_printf(b, "{\"field\":\"%s\",\"theirs\":", f->name);
    type_json(b, f, f->type == TYPE_ROWS ? VALUE_NULL : c->theirs); /* rows have no value of their own */
    buf_z(b, ",\"mine\":");
    type_json(b, f, f->type == TYPE_ROWS ? VALUE_NULL : c->mine);
    buf_char(b, '}');
}

/* Both values of every field that two have changed go into the problem. */
static void tell_clashes(struct writing *k)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)4 << 20);
    buf_z(&b, ",\"clashes\":[");
    for (int i = 0; i < k->clashes.n; i++) {
        if (i) buf_char(&b, ',');
        put_clash(&b, &k->clashes.clash[i]);
    }
    buf_char(&b, ']');
    if (!b.failed) k->rq->problem_more = arena_str(k->rq->arena, buf_view(&b));
}

/* Write, and answer with the record as it stands then. */
static enum err write_and_answer(struct writing *k, enum err (*fn)(struct work *, void *))
{
    enum err e = web_write(k->rq, fn, k);
    if (e && k->stale) return answer_refuse(k->rq, 412, e);
    if (e == ERR_CONFLICT && k->clashes.n) tell_clashes(k);
    return e ? e : answer_record(k->rq, 200, k->now);
}

/* ---- creating ---- */

static enum err create_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct event **before = w->events_end;
    struct record *draft = record_new(w->arena, k->l);
    if (!draft) return err_no_memory();
    TRY(draft_from_json(w, body_of(k->rq), draft));
    TRY(k->key.p ? store_create_keyed(w, k->key, draft, &k->now) : store_create(w, draft, &k->now));
    k->made = w->events_end != before; /* a key that was used returns its record and writes nothing */
    return OK;
}

static enum err create(struct request *rq)
{
    struct writing k = {.rq = rq, .key = http_header(rq->x, "Idempotency-Key")};
    TRY(request_ledger(rq, &k.l));
    TRY(web_write(rq, create_one, &k));
    http_put(rq->x, "Location", arena_printf(rq->arena, API "/%s/%lld", k.l->ledger, (long long)k.now->id));
    return answer_record(rq, k.made ? 201 : 200, k.now);
}

/* ---- changing, verbs ---- */

static enum err read_draft(struct work *w, struct writing *k, int64_t *ret_id, struct record **ret)
{
    struct record *old;
    TRY(find(w, k, &old));
    *ret_id = old->id;
    TRY(draft_for(w, k->l, old->id, ret));
    return draft_from_json(w, body_of(k->rq), *ret);
}

static enum err change_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct record *draft;
    int64_t id;
    k->clashes = (struct clashes){0};
    TRY(read_draft(w, k, &id, &draft));
    return store_change(w, id, k->base, draft, &k->now, &k->clashes);
}

static enum err change(struct request *rq)
{
    struct writing k;
    TRY(begin(rq, NULL, &k));
    return write_and_answer(&k, change_one);
}

static enum err do_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct record *draft;
    int64_t id;
    TRY(read_draft(w, k, &id, &draft));
    return store_do(w, id, k->rq->arg[2], k->base, draft, &k->now);
}

static bool has_verb(const struct ledger *l, struct str name)
{
    for (unsigned i = 0; i < l->verbs_count; i++)
        if (str_is(name, l->verbs[i].name)) return true;
    return false;
}

static enum err do_verb(struct request *rq)
{
    struct writing k;
    TRY(begin(rq, NULL, &k));
    if (!has_verb(k.l, rq->arg[2])) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    return write_and_answer(&k, do_one);
}

/* ---- withdrawal and its end, merging ---- */

static enum err withdraw_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct record *old;
    TRY(find(w, k, &old));
    return store_withdraw(w, k->l, old->id, k->text, &k->now);
}

static enum err restore_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct record *old;
    TRY(find(w, k, &old));
    return store_restore(w, k->l, old->id, k->text, &k->now);
}

static enum err with_reason(struct request *rq, enum err (*fn)(struct work *, void *))
{
    struct writing k;
    TRY(begin(rq, "reason", &k));
    return write_and_answer(&k, fn);
}

static enum err withdraw(struct request *rq)
{
    return with_reason(rq, withdraw_one);
}

static enum err restore(struct request *rq)
{
    return with_reason(rq, restore_one);
}

static enum err merge_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    struct record *old, *stays;
    int64_t id;
    TRY(find(w, k, &old));
    enum err e = store_resolve(w, k->l, k->text, &id);
    if (!e) e = store_read(w, k->l, id, &stays);
    if (e == ERR_NOT_FOUND) return bad_member("into", err_last()->message);
    return e ? e : store_merge(w, k->l, old->id, id, &k->now);
}

static enum err merge(struct request *rq)
{
    struct writing k;
    TRY(begin(rq, "into", &k));
    return write_and_answer(&k, merge_one);
}

/* ---- sealed values ---- */

static enum err reveal_one(struct work *w, void *arg)
{
    struct writing *k = arg;
    const struct field *f = ledger_field(k->l, k->rq->arg[2]);
    struct record *old;
    TRY(api_record(w, k->rq, k->l, &old));
    if (!f || !f->sensitive) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    return store_reveal(w, k->l, old->id, f, &k->plain);
}

static enum err reveal(struct request *rq)
{
    struct writing k = {.rq = rq};
    TRY(request_ledger(rq, &k.l));
    TRY(web_write(rq, reveal_one, &k));
    buf_z(&rq->html.out, "{\"value\":");
    buf_json(&rq->html.out, k.plain);
    buf_char(&rq->html.out, '}');
    return answer_json(rq, 200);
}

#define WRITES (IS_API | TAKES_JSON | WAITS)

const struct route api_write_routes[] = {
    ROUTE(POST, API "/{ledger}", MAY(RIGHT_CREATE), WRITES, create),
    ROUTE(PATCH, API "/{ledger}/{id}", MAY(RIGHT_CHANGE), WRITES, change),
    ROUTE(DELETE, API "/{ledger}/{id}", MAY(RIGHT_WITHDRAW), WRITES, withdraw),
    ROUTE(POST, API "/{ledger}/{id}/restore", MAY(RIGHT_WITHDRAW), WRITES, restore),
    ROUTE(POST, API "/{ledger}/{id}/merge", MAY(RIGHT_MERGE), WRITES, merge),
    ROUTE(POST, API "/{ledger}/{id}/do/{verb}", MAY_DO, WRITES, do_verb),
    ROUTE(POST, API "/{ledger}/{id}/reveal/{field}", MAY(RIGHT_REVEAL), WRITES, reveal),
    ROUTE_END,
};
