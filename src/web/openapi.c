/* openapi.c — the description of the API: its frame, and where it is kept. See openapi.h. */
#include "web/openapi.h"

#include <pthread.h>
#include <stdio.h>

#include "ledger/code.h"
#include "web/api.h"
#include "web/openapi_parts.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define TEXT_MOST ((size_t)16 << 20)

extern const char openapi_json[]; /* openapi.json: all that no ledger is in, without words */

/* ---- making ---- */

json_t *doc_put(struct doc *d, json_t *object, const char *key, json_t *value)
{
    if (!key || json_object_set_new(object, key, value)) d->failed = true;
    return key ? json_object_get(object, key) : NULL;
}

json_t *doc_add(struct doc *d, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value)) d->failed = true;
    return json_array_get(array, json_array_size(array) - 1);
}

json_t *doc_text(struct str s)
{
    return json_stringn(s.p ? s.p : "", s.n);
}

json_t *doc_ref(const char *kind, const char *format, ...)
{
    char name[200], path[300];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    snprintf(path, sizeof path, "#/components/%s/%s", kind, name);
    return json_pack("{s:s}", "$ref", path);
}

static const struct {
    const char *name, *about;
} parameters[] = {
    {"id", N_("Id, number or key. An id is always that record itself; a number or key leads past a merge.")},
    {"digest", N_("SHA-256 of the file.")},
    {"where", N_("A condition, FIELD OP VALUE with OP one of = != < <= > >= ~ (contains) ^ (begins with); all must hold. “FIELD =” is "
                 "unknown.")},
    {"q", N_("Words to search for.")},
    {"sort", N_("A field that can be sorted by; with - before it, descending. Otherwise newest first.")},
    {"fields", N_("Only these fields, with commas between them.")},
    {"on", N_("Only what is in force on that day.")},
    {"withdrawn", N_("Withdrawn records too.")},
    {"limit", N_("At most so many; otherwise 50 records or 1,000 events.")},
    {"after", N_("Go on where a page ended: what it had as “next”.")},
    {"count", N_("Only how many there are, exactly.")},
    {"name", N_("Name of the file that is the body.")},
    {"idempotency", N_("Made by the client: the same key and body again is the same record, and nothing is written.")},
    {"match", N_("ETag that the record must still have; otherwise nothing happens.")},
    {"none_match", N_("ETag that is known already.")},
};

static const struct {
    const char *status, *about;
} refusals[] = {
    {"401", N_("Nobody is known: no session, and no token that is good.")},
    {"403", N_("The role or the token may not do that.")},
    {"404", N_("There is no such thing, or none that you may see.")},
    {"409", N_("Somebody else was first, or a rule says no. Fields that two have changed stand under “clashes”.")},
    {"412", N_("The record has another version than If-Match says.")},
    {"413", N_("A limit is passed.")},
    {"415", N_("The body is not application/json.")},
    {"422", N_("Something in it does not fit; “field” names it.")},
    {"503", N_("Busy: the same again a little later.")},
};

static json_t *at(json_t *root, const char *a, const char *b)
{
    return json_object_get(json_object_get(root, a), b);
}

static json_t *refusal(const char *about)
{
    return json_pack("{s:s,s:{s:{s:o}}}", "description", about, "content", "application/problem+json", "schema",
                     doc_ref("schemas", "%s", "_problem"));
}

static void put_words(struct doc *d, json_t *root)
{
    json_t *responses = at(root, "components", "responses"), *named = at(root, "components", "parameters");
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        doc_put(d, json_object_get(named, parameters[i].name), "description", json_string(_(parameters[i].about)));
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char name[20];
        snprintf(name, sizeof name, "refused_%s", refusals[i].status);
        doc_put(d, responses, name, refusal(_(refusals[i].about)));
    }
    json_t *info = json_object_get(root, "info");
    doc_put(d, info, "version", json_string(ANJIAN_VERSION));
    doc_put(
        d, info, "description",
        json_string(_("Every ledger answers to the same operations, with the rights and the scope of who asks. Ids are texts, days are ISO "
                      "dates, money is in fen, instants have their offset; unknown is null.")));
}

/* The operations that stand in the frame already. */
static void put_frame_words(struct doc *d, json_t *paths)
{
    json_t *index = at(paths, API, "get"), *self = at(paths, API "/openapi.json", "get");
    doc_put(d, index, "summary", json_string(_("The ledgers that you may see, and what you may do there")));
    doc_put(d, self, "summary", json_string(_("This description")));
    doc_put(d, at(index, "responses", "200"), "description", json_string(_("Done.")));
    doc_put(d, at(self, "responses", "200"), "description", json_string(_("Done.")));
    doc_put(d, at(self, "responses", "304"), "description", json_string(_("It is still the same.")));
}

static void put_tags(struct doc *d, json_t *tags)
{
    const struct registry *reg = d->work->store->registry;
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        const char *help = lang_get() == LANG_ZH ? l->help_zh : l->help_en;
        if (l->parent) continue;
        json_t *tag = doc_add(d, tags, json_pack("{s:s,s:s}", "name", l->ledger, "x-label", ledger_label(l, lang_get())));
        doc_put(d, tag, "description", json_string(help ? help : ledger_label(l, lang_get())));
    }
}

static enum err make(struct work *w, json_t *root)
{
    struct doc d = {.work = w, .schemas = at(root, "components", "schemas")};
    json_t *paths = json_object_get(root, "paths");
    put_words(&d, root);
    put_frame_words(&d, paths);
    put_tags(&d, json_object_get(root, "tags"));
    TRY(openapi_schemas(&d));
    TRY(openapi_paths(&d, paths));
    return d.failed || arena_failed(w->arena) ? err_no_memory() : OK;
}

/* ---- keeping ---- */

struct openapi {
    pthread_mutex_t lock;
    struct kept {
        struct buf text;
        char etag[2 + HASH_HEX];
        int64_t stamp; /* of the code lists */
    } kept[LANG__MAX];
};

struct openapi *openapi_new(void)
{
    struct openapi *o = mem_alloc(sizeof *o);
    if (!o) return NULL;
    pthread_mutex_init(&o->lock, NULL);
    for (int i = 0; i < LANG__MAX; i++) o->kept[i] = (struct kept){.text = BUF_INIT(TEXT_MOST), .stamp = -1};
    return o;
}

struct openapi *openapi_free(struct openapi *o)
{
    if (!o) return NULL;
    for (int i = 0; i < LANG__MAX; i++) buf_release(&o->kept[i].text);
    pthread_mutex_destroy(&o->lock);
    mem_free(o);
    return NULL;
}

static enum err write_text(struct work *w, struct kept *k)
{
    unsigned char digest[HASH_BYTES];
    char hex[HASH_HEX];
    json_t *root = json_loads(openapi_json, 0, NULL);
    if (!root) return err_no_memory();
    enum err e = make(w, root);
    buf_reset(&k->text);
    if (!e && json_dump_callback(root, api_dump, &k->text, JSON_COMPACT) != 0) e = err_no_memory();
    json_decref(root);
    if (!e) e = buf_error(&k->text);
    if (!e) e = hash_two(HASH_SHA256, buf_view(&k->text), STR_NONE, digest);
    if (!e) snprintf(k->etag, sizeof k->etag, "\"%s\"", hash_hex(digest, hex));
    return e;
}

struct asking {
    struct request *rq;
    struct str text, etag;
};

/* The text under the lock; made anew when a code list has changed. */
static enum err take(struct work *w, struct asking *a, struct kept *k)
{
    int64_t stamp;
    TRY(code_stamp(w, &stamp));
    if (k->stamp != stamp) {
        k->stamp = -1;
        TRY(write_text(w, k));
        k->stamp = stamp;
    }
    a->text = arena_str(w->arena, buf_view(&k->text));
    a->etag = arena_str(w->arena, str_of(k->etag));
    return a->text.p && a->etag.p ? OK : err_no_memory();
}

static enum err ask(struct work *w, void *arg)
{
    struct asking *a = arg;
    struct openapi *o = a->rq->web->openapi;
    pthread_mutex_lock(&o->lock);
    enum err e = take(w, a, &o->kept[a->rq->lang]);
    pthread_mutex_unlock(&o->lock);
    return e;
}

enum err openapi_text(struct request *rq, struct str *ret, struct str *ret_etag)
{
    struct asking a = {.rq = rq};
    TRY(web_view(rq, ask, &a));
    *ret = a.text;
    *ret_etag = a.etag;
    return OK;
}

/* ---- answering ---- */

static enum err description(struct request *rq)
{
    struct str text, etag;
    TRY(openapi_text(rq, &text, &etag));
    http_put(rq->x, "ETag", etag);
    http_put_z(rq->x, "Vary", "Accept-Language, Cookie");
    if (str_find(http_header(rq->x, "If-None-Match"), etag) >= 0) {
        rq->x->status = 304;
        return OK;
    }
    buf_str(&rq->html.out, text);
    return answer_json(rq, 200);
}

const struct route openapi_routes[] = {
    ROUTE(GET, API "/openapi.json", LOGGED_IN, IS_API | WAITS, description),
    ROUTE_END,
};
