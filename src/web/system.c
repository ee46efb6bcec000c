/* system.c — small answers: files of the program, the language, is it alive, figures of its work. */
#include "web/asset.h"
#include "web/pages.h"
#include "web/web_parts.h"

/* ---- files of the program: they carry a digest in the name and never change ---- */

/* "gzip, br;q=1.0" → is that coding welcome? */
static bool accepts(struct str header, const char *coding)
{
    while (header.p) {
        struct str one = str_split(&header, ',');
        struct str name = str_trim(str_split(&one, ';'));
        if (str_is(name, coding)) return !one.p || !str_is(str_trim(one), "q=0");
    }
    return false;
}

static enum err asset(struct request *rq)
{
    const struct asset *a = asset_find(rq->x->path);
    struct str welcome = http_header(rq->x, "Accept-Encoding");
    if (!a) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    rq->x->fixed = a->plain;
    if (a->brotli.n && accepts(welcome, "br")) {
        rq->x->fixed = a->brotli;
        http_put_z(rq->x, "Content-Encoding", "br");
    } else if (a->gzip.n && accepts(welcome, "gzip")) {
        rq->x->fixed = a->gzip;
        http_put_z(rq->x, "Content-Encoding", "gzip");
    }
    rq->x->status = 200;
    http_put_z(rq->x, "Content-Type", a->type);
    http_put_z(rq->x, "Vary", "Accept-Encoding");
    http_put_z(rq->x, "Cache-Control", "public, max-age=31536000, immutable");
    return OK;
}

/* ---- the language ---- */

static enum err language(struct request *rq)
{
    enum lang chosen;
    char word[3] = "";
    struct str back = request_query(rq, "back");
    if (rq->arg[0].n == 2) memcpy(word, rq->arg[0].p, 2);
    if (!lang_parse(word, &chosen)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(answer_cookie(rq, "lang", arena_str(rq->arena, str_of(word)), (int64_t)366 * 86400));
    return answer_back(rq, back);
}

/* ---- is it alive, and how much has it done ---- */

static enum err look_at_nothing(struct work *w, void *arg)
{
    struct str uuid;
    (void)arg;
    return store_setting(w, "uuid", STR(""), &uuid);
}

static enum err health(struct request *rq)
{
    struct actor nobody = {0};
    enum err e = store_view(rq->store, &nobody, rq->arena, look_at_nothing, NULL);
    buf_z(&rq->html.out, e ? "{\"status\":\"failing\"}" : "{\"status\":\"ok\"}");
    return answer_json(rq, e ? 503 : 200);
}

static enum err metrics(struct request *rq)
{
    const struct web_counts *c = &rq->web->counts;
    struct buf *b = &rq->html.out;
    buf_z(b, "# HELP anjian_requests_total Requests answered, by class of status.\n# TYPE anjian_requests_total counter\n");
    for (int i = 1; i < 6; i++) buf_printf(b, "anjian_requests_total{class=\"%dxx\"} %lld\n", i, atomic_load(&c->by_class[i]));
    buf_printf(b,
               "# HELP anjian_request_seconds_total Time from the first line of a request to the end of its answer.\n"
               "# TYPE anjian_request_seconds_total counter\nanjian_request_seconds_total %.6f\n",
               (double)atomic_load(&c->micros) / 1e6);
    buf_printf(b, "# HELP anjian_up_seconds Time since the start.\n# TYPE anjian_up_seconds gauge\nanjian_up_seconds %.0f\n",
               (double)(clock_monotonic() - rq->web->started) / 1e6);
    rq->x->status = 200;
    http_put_z(rq->x, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return OK;
}

const struct route system_routes[] = {
    ROUTE(GET, "/static/{name}", EVERYBODY, TAKES_NOTHING, asset),
    ROUTE(GET, "/healthz", EVERYBODY, TAKES_NOTHING, health),
    ROUTE(GET, "/lang/{lang}", EVERYBODY, TAKES_NOTHING, language),
    ROUTE(GET, "/metrics", THE_LOG, IS_API, metrics),
    ROUTE_END,
};
