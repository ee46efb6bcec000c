/* web.c — see web.h. From an exchange to a handler and back. */
#include "web/web.h"

#include "ledger/verification.h"
#include "web/export_work.h"
#include "web/import_work.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define PAGES_LIST(name) name##_routes,
const struct route *const web_routes[] = {PAGES(PAGES_LIST) NULL};

#define FORM_MOST ((size_t)4 << 20)
#define UPLOAD_MOST ((size_t)256 << 20) /* the settings for files and imports are lower */

/* ---- before the body: which route, how much, on which thread ---- */

static size_t body_most(const struct route *r)
{
    return r->flags & (TAKES_UPLOAD | TAKES_BYTES) ? UPLOAD_MOST : r->flags & (TAKES_FORM | TAKES_JSON) ? FORM_MOST : 0;
}

static void begin(void *arg, struct exchange *x)
{
    struct web *web = arg;
    struct request *rq = arena_new(x->arena, struct request);
    bool other;
    if (!rq) return;
    x->of_app = rq;
    *rq = (struct request){.web = web, .x = x, .arena = x->arena, .store = web->store, .lang = LANG_ZH};
    rq->route = route_find(web_routes, x->method, x->path, rq->arg, &other);
    if (!rq->route) {
        x->status = other ? 405 : 404;
        return;
    }
    x->body_most = body_most(rq->route);
    x->where = rq->route->flags & HASHES ? RUN_HASHER : web->waits || (rq->route->flags & WAITS) ? RUN_WORKER : RUN_HERE;
}

/* ---- with the body: input, visitor, permission, handler ---- */

static enum err read_language(struct request *rq)
{
    struct str cookie = http_header(rq->x, "Cookie"), wish = http_header(rq->x, "Accept-Language");
    struct str chosen = cookie_value(cookie, "lang");
    char word[3] = "zh";
    if (chosen.n == 2)
        memcpy(word, chosen.p, 2);
    else if (str_starts(wish, STR("en")))
        memcpy(word, "en", 2);
    if (!lang_parse(word, &rq->lang)) rq->lang = LANG_ZH;
    lang_set(rq->lang);
    return OK;
}

static enum err read_path(struct request *rq)
{
    for (int i = 0; i < ROUTE_ARGS && rq->arg[i].p; i++) {
        rq->arg[i] = url_decode(rq->arena, rq->arg[i], false);
        if (!rq->arg[i].p) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    }
    return params_read(rq->arena, rq->x->query, &rq->query);
}

static enum err read_form(struct request *rq)
{
    struct str type = http_header(rq->x, "Content-Type");
    if (str_starts(type, STR("application/x-www-form-urlencoded"))) return params_read(rq->arena, rq->x->body, &rq->form);
    if (str_starts(type, STR("multipart/form-data"))) return params_read_multipart(rq->arena, type, rq->x->body, &rq->form);
    if (rq->x->body.n == 0) return OK;
    return err_set(ERR_INVALID, "%s", _("a form is sent as application/x-www-form-urlencoded or multipart/form-data"));
}

static enum err check_json(struct request *rq)
{
    struct str type = http_header(rq->x, "Content-Type"), name = str_trim(str_split(&type, ';'));
    if (rq->x->body.n == 0 || str_is(name, "application/json")) return OK;
    return answer_refuse(rq, 415, err_set(ERR_INVALID, "%s", _("the body is sent as application/json")));
}

static enum err check_size(struct request *rq)
{
    if (!rq->x->too_big) return OK;
    return answer_refuse(rq, 413, err_set(ERR_TOO_BIG, _("at most %lld bytes can be sent here"), (long long)rq->x->body_most));
}

static enum err read_body(struct request *rq)
{
    unsigned flags = rq->route->flags;
    bool unsafe = rq->x->method != METHOD_GET && rq->x->method != METHOD_HEAD;
    if (flags & TAKES_BYTES && !str_starts(http_header(rq->x, "Content-Type"), STR("multipart/"))) flags = 0;
    if (flags & (TAKES_FORM | TAKES_UPLOAD | TAKES_BYTES)) TRY(read_form(rq));
    if (flags & TAKES_JSON) TRY(check_json(rq));
    return unsafe && !rq->by_token ? visitor_check_form(rq) : OK;
}

static enum err handle(struct request *rq)
{
    TRY(read_language(rq));
    if (!rq->route)
        return rq->x->status == 405 ? err_set(ERR_INVALID, "%s", _("this address does not take that kind of request"))
                                    : err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(read_path(rq));
    TRY(check_size(rq)); /* before all that asks the database */
    TRY(visitor_find(rq));
    lang_set(rq->lang);
    TRY(visitor_check(rq));
    if (rq->x->status) return OK; /* sent to the login */
    TRY(read_body(rq));
    return rq->route->handler(rq);
}

/* Unless the handler has said otherwise. */
static void put_otherwise(struct exchange *x, const char *name, const char *value)
{
    for (int i = 0; i < x->headers; i++)
        if (strcmp(x->header[i].name, name) == 0) return;
    http_put_z(x, name, value);
}

/* What every answer says: nothing from elsewhere, in no frame, kept by nobody. */
static void put_safety(struct request *rq)
{
    struct exchange *x = rq->x;
    put_otherwise(x, "Content-Security-Policy",
                  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    http_put_z(x, "X-Content-Type-Options", "nosniff");
    http_put_z(x, "Referrer-Policy", "same-origin");
    http_put_z(x, "Cross-Origin-Opener-Policy", "same-origin");
    if (!x->fixed.p) put_otherwise(x, "Cache-Control", "no-store");
}

/* What the answer cost this thread: statements of the database, allocations of the program's own, bytes of the body. */
static void put_cost(struct exchange *x, int64_t statements, int64_t allocations)
{
    int64_t bytes = x->fd >= 0 ? x->fd_bytes : (int64_t)(x->fixed.p ? x->fixed.n : x->out.n);
    struct str cost = arena_printf(x->arena, "statements=%lld allocations=%lld bytes=%lld", (long long)(db_statements() - statements),
                                   (long long)(mem_allocations() - allocations), (long long)bytes);
    http_put(x, "X-Cost", cost);
}

static void run(void *arg, struct exchange *x)
{
    const struct web *web = arg;
    struct request *rq = x->of_app;
    int64_t statements = db_statements(), allocations = mem_allocations();
    if (!rq) return; /* without memory: the adapter answers 500 */
    rq->html.out = x->out;
    enum err e = handle(rq);
    if (e) answer_error(rq, e);
    put_safety(rq);
    x->out = rq->html.out;
    if (web->options.costs) put_cost(x, statements, allocations);
}

static void end(void *arg, struct exchange *x)
{
    struct web *web = arg;
    unsigned class = x->status / 100;
    atomic_fetch_add(&web->counts.requests, 1);
    atomic_fetch_add(&web->counts.by_class[class < 6 ? class : 0], 1);
    atomic_fetch_add(&web->counts.micros, clock_monotonic() - x->began);
    if (!web->options.quiet) web_log(x, x->of_app);
}

/* ---- what is served ---- */

static void put_permission(struct buf *b, const struct permission *may)
{
    switch (may->permit) {
    case PERMIT_EVERYBODY: buf_z(b, "everybody"); break;
    case PERMIT_LOGIN: buf_z(b, "logged in"); break;
    case PERMIT_LEDGER: buf_printf(b, "may %s it", right_action_word(may->action)); break;
    case PERMIT_NAMED: buf_printf(b, "may %s %s", right_action_word(may->action), may->of); break;
    case PERMIT_VERB: buf_z(b, "may do the verb"); break;
    case PERMIT_LOG: buf_z(b, "may read the event log"); break;
    }
}

void web_routes_text(struct buf *b)
{
    for (int t = 0; web_routes[t]; t++) {
        for (const struct route *r = web_routes[t]; r->path; r++) {
            buf_printf(b, "%-6s %-45s ", method_name(r->method), r->path);
            put_permission(b, &r->may);
            buf_char(b, '\n');
        }
    }
}

/* ---- the server ---- */

/* The kinds of long work that the runner knows. */
static void fill_kinds(struct web *web)
{
    int n = 0;
    for (const struct job_kind *k = import_kinds; k->name && n < JOB_KINDS - 3; k++) web->kinds[n++] = *k;
    web->kinds[n++] = (struct job_kind){EXPORT_KIND, export_job};
    web->kinds[n] = (struct job_kind){VERIFICATION_KIND, verification_job};
}

enum err web_start(struct store *store, const struct web_options *o, struct web **ret)
{
    struct web *web = mem_alloc(sizeof *web);
    if (!web) return err_no_memory();
    web->store = store;
    web->options = *o;
    web->waits = db_engine_of(store->db) == DB_POSTGRES;
    web->started = clock_monotonic();
    web->sessions = sessions_new();
    web->openapi = openapi_new();
    fill_kinds(web);
    enum err e = web->sessions && web->openapi ? OK : err_no_memory();
    if (!e) e = sessions_note_aside(web->sessions, store);
    if (!e) e = runner_start(&(struct runner_options){store, web->kinds, import_actor}, &web->runner);
    if (!e) e = sender_start(store, &web->sender);
    if (!e) e = http_start(&o->http, &(struct http_app){web, begin, run, end}, &web->http);
    if (e)
        web_stop(web, 0);
    else
        *ret = web;
    return e;
}

int web_port(const struct web *web)
{
    return http_port(web->http);
}

struct web *web_stop(struct web *web, int seconds)
{
    if (!web) return NULL;
    http_stop(web->http, seconds);
    runner_stop(web->runner);
    sender_stop(web->sender);
    sessions_free(web->sessions);
    openapi_free(web->openapi);
    mem_free(web);
    return NULL;
}
