/* api.c — the JSON API: reading. See api.h. */
#include "web/api.h"

#include "ledger/right.h"
#include "ledger/type.h"
#include "web/listing.h"
#include "web/pages.h"

#define LIST_ROWS 50

/* ---- shared ---- */

enum err api_record(struct work *w, struct request *rq, const struct ledger *l, struct record **ret)
{
    int64_t id;
    if (str_int(rq->arg[1], &id)) {
        enum err e = store_read(w, l, id, ret);
        if (e != ERR_NOT_FOUND) return e;
    }
    TRY(store_resolve(w, l, rq->arg[1], &id));
    return store_read(w, l, id, ret);
}

void api_put_record(struct request *rq, struct record *r)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) r->given[i] = true;
    buf_reset(&rq->html.out);
    record_json(&rq->html.out, r);
}

void api_put_etag(struct request *rq, int64_t version)
{
    http_put(rq->x, "ETag", arena_printf(rq->arena, "\"%lld\"", (long long)version));
}

bool api_names_version(struct str header, int64_t version, bool weak)
{
    while (header.p) {
        struct str tag = str_trim(str_split(&header, ','));
        int64_t n;
        if (str_is(tag, "*")) return true;
        if (weak && str_starts(tag, STR("W/"))) tag = str_from(tag, 2);
        if (tag.n < 3 || tag.p[0] != '"' || tag.p[tag.n - 1] != '"') continue;
        if (str_int((struct str){tag.p + 1, tag.n - 2}, &n) && n == version) return true;
    }
    return false;
}

int api_dump(const char *text, size_t n, void *buf)
{
    buf_put(buf, text, n);
    return 0;
}

/* ---- which ledgers there are ---- */

static void put_actions(struct request *rq, const struct ledger *l, struct buf *b)
{
    buf_z(b, ",\"actions\":[");
    for (int i = 0, n = 0; i < RIGHT__MAX; i++)
        if (right_may(rq->store, &rq->session.actor, l, (enum right_action)i))
            buf_printf(b, "%s\"%s\"", n++ ? "," : "", right_action_word((enum right_action)i));
    buf_z(b, "],\"verbs\":[");
    for (unsigned i = 0, n = 0; i < l->verbs_count; i++)
        if (l->verbs[i].from_count && right_may_verb(rq->store, &rq->session.actor, l, str_of(l->verbs[i].name)))
            buf_printf(b, "%s\"%s\"", n++ ? "," : "", l->verbs[i].name);
    buf_char(b, ']');
}

static void put_actor(const struct actor *a, struct buf *b)
{
    buf_z(b, "{\"account\":");
    buf_json(b, a->name);
    buf_z(b, ",\"role\":");
    buf_json(b, str_of(role_word(a->role)));
    if (a->post)
        buf_printf(b, ",\"post\":\"%lld\",\"unit\":\"%lld\"}", (long long)a->post, (long long)a->unit);
    else
        buf_z(b, ",\"post\":null,\"unit\":null}");
}

static enum err index_of_ledgers(struct request *rq)
{
    const struct registry *reg = rq->store->registry;
    struct buf *b = &rq->html.out;
    bool first = true;
    buf_z(b, "{\"version\":\"" ANJIAN_VERSION "\",\"openapi\":\"" API "/openapi.json\",\"actor\":");
    put_actor(&rq->session.actor, b);
    if (!rq->by_token) buf_printf(b, ",\"csrf\":\"%s\"", rq->session.csrf); /* other sites cannot read it */
    buf_z(b, ",\"ledgers\":[");
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent || !right_may(rq->store, &rq->session.actor, l, RIGHT_SEE)) continue;
        buf_printf(b, "%s\n{\"ledger\":\"%s\",\"label\":", first ? "" : ",", l->ledger);
        buf_json(b, str_of(ledger_label(l, rq->lang)));
        buf_printf(b, ",\"url\":\"" API "/%s\"", l->ledger);
        put_actions(rq, l, b);
        buf_char(b, '}');
        first = false;
    }
    buf_z(b, "]}");
    return answer_json(rq, 200);
}

/* ---- a list ---- */

struct asking {
    struct request *rq;
    const struct ledger *l;
    struct record *r;
};

static enum err put_list(struct work *w, void *arg)
{
    struct asking *k = arg;
    struct buf *b = &k->rq->html.out;
    struct listing list;
    struct query q;
    struct page p;
    int64_t n;
    buf_reset(b);
    TRY(listing_read(w, &k->rq->query, k->l, QUERY_LIMIT_MAX, &list));
    listing_query(&list, LIST_ROWS, &q);
    q.walk = QUERY_WALK;
    if (request_query(k->rq, "count").p) {
        TRY(query_count(w, &q, &n));
        buf_printf(b, "{\"count\":%lld}", (long long)n);
        return OK;
    }
    if (list.fields) q.fields = list.field, q.fields_n = list.fields;
    TRY(query_list(w, &q, &p));
    page_json(b, &p);
    return OK;
}

static enum err list(struct request *rq)
{
    struct asking k = {.rq = rq};
    TRY(request_ledger(rq, &k.l));
    TRY(web_view(rq, put_list, &k));
    return answer_json(rq, 200);
}

/* ---- a record ---- */

static enum err read_one(struct work *w, void *arg)
{
    struct asking *k = arg;
    return api_record(w, k->rq, k->l, &k->r);
}

static enum err show(struct request *rq)
{
    struct asking k = {.rq = rq};
    TRY(request_ledger(rq, &k.l));
    TRY(web_view(rq, read_one, &k));
    api_put_etag(rq, k.r->version);
    if (api_names_version(http_header(rq->x, "If-None-Match"), k.r->version, true)) {
        rq->x->status = 304;
        return OK;
    }
    api_put_record(rq, k.r);
    return answer_json(rq, 200);
}

const struct route api_routes[] = {
    ROUTE(GET, API, LOGGED_IN, IS_API, index_of_ledgers),
    ROUTE(GET, API "/{ledger}", MAY(RIGHT_SEE), IS_API, list),
    ROUTE(GET, API "/{ledger}/{id}", MAY(RIGHT_SEE), IS_API, show),
    ROUTE_END,
};
