/* api_history.c — the JSON API: what the events say about a record. See api.h.
 *
 * An event is given as it is kept (doc/chain.md), but its values in the form of the API: sealed ones are not shown, nor the digests by
 * which equals could be found.
 */
#include <jansson.h>

#include "ledger/history.h"
#include "ledger/type.h"
#include "web/api.h"
#include "web/pages.h"

#define EVENTS_MOST 1000

struct telling {
    struct request *rq;
    const struct ledger *l;
    int64_t after, limit; /* versions */
};

/* ---- values ---- */

static struct value value_of(const json_t *v)
{
    if (json_is_integer(v)) return value_int(json_integer_value(v));
    return json_is_string(v) ? value_text((struct str){json_string_value(v), json_string_length(v)}) : VALUE_NULL;
}

static void put_rows(struct buf *b, const struct ledger *child, const json_t *rows)
{
    size_t i;
    json_t *row;
    buf_char(b, '[');
    json_array_foreach(rows, i, row)
    {
        buf_z(b, i ? ",{" : "{");
        for (unsigned k = 0; k < child->fields_count; k++) {
            buf_printf(b, k ? ",\"%s\":" : "\"%s\":", child->fields[k].name);
            type_json(b, &child->fields[k], value_of(json_object_get(row, child->fields[k].name)));
        }
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void put_value(struct buf *b, const struct field *f, const json_t *v)
{
    if (json_is_array(v))
        put_rows(b, f->target, v);
    else
        type_json(b, f, value_of(v));
}

/* {"field":[before, after], …} */
static void put_changes(struct buf *b, const struct ledger *l, json_t *set)
{
    const char *name;
    json_t *pair;
    bool first = true;
    buf_z(b, ",\"changes\":{");
    json_object_foreach(set, name, pair)
    {
        const struct field *f = ledger_field(l, str_of(name));
        if (!f) continue; /* of an older description */
        buf_printf(b, "%s\"%s\":[", first ? "" : ",", name);
        put_value(b, f, json_array_get(pair, 0));
        buf_char(b, ',');
        put_value(b, f, json_array_get(pair, 1));
        buf_char(b, ']');
        first = false;
    }
    buf_char(b, '}');
}

/* ---- events ---- */

static const char *const members[] = {"at",   "device", "legal", "actor", "account", "post",      "unit",
                                      "verb", "reason", "batch", "row",   "state",   "withdrawn", "successor"};

/* A text, a whole number, yes or no, or a pair of texts: as it stands. */
static enum err put_member(struct buf *b, const char *name, const json_t *v)
{
    buf_printf(b, ",\"%s\":", name);
    return json_dump_callback(v, api_dump, b, JSON_ENCODE_ANY | JSON_COMPACT) == 0 ? OK : err_no_memory();
}

static enum err put_event(struct buf *b, const struct ledger *l, json_t *event)
{
    buf_printf(b, "\n{\"version\":%lld", (long long)json_integer_value(json_object_get(event, "version")));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *v = json_object_get(event, members[i]);
        if (v) TRY(put_member(b, members[i], v));
    }
    put_changes(b, l, json_object_get(event, "set"));
    buf_char(b, '}');
    return OK;
}

static enum err put_body(struct buf *b, const struct ledger *l, struct str body)
{
    json_t *event = json_loadb(body.p, body.n, 0, NULL);
    enum err e = event ? put_event(b, l, event) : err_set(ERR_DB, "%s", _("an event of this record cannot be read"));
    json_decref(event);
    return e;
}

/* ---- the answer ---- */

static enum err put_history(struct work *w, void *arg)
{
    struct telling *k = arg;
    struct buf *b = &k->rq->html.out;
    struct record *r;
    struct history h;
    buf_reset(b);
    TRY(api_record(w, k->rq, k->l, &r));
    TRY(history_read(w, r, &h));
    int64_t end = k->after + k->limit < h.n ? k->after + k->limit : h.n; /* the i-th event made version i */
    buf_z(b, "{\"events\":[");
    for (int64_t i = k->after; i < end; i++) {
        if (i > k->after) buf_char(b, ',');
        TRY(put_body(b, k->l, h.body[i]));
    }
    if (end < h.n && end > k->after)
        buf_printf(b, "],\"next\":\"%lld\"}", (long long)end);
    else
        buf_z(b, "],\"next\":null}");
    return OK;
}

static enum err read_number(struct request *rq, const char *name, int64_t least, int64_t most, int64_t *ret)
{
    struct str s = request_query(rq, name);
    if (!s.p || (str_int(s, ret) && *ret >= least && *ret <= most)) return OK;
    err_set(ERR_INVALID, _("%s: a whole number from %lld to %lld"), name, (long long)least, (long long)most);
    return err_field(name);
}

static enum err history(struct request *rq)
{
    struct telling k = {.rq = rq, .limit = EVENTS_MOST};
    TRY(request_ledger(rq, &k.l));
    TRY(read_number(rq, "after", 0, INT32_MAX, &k.after));
    TRY(read_number(rq, "limit", 1, EVENTS_MOST, &k.limit));
    TRY(web_view(rq, put_history, &k));
    return answer_json(rq, 200);
}

const struct route api_history_routes[] = {
    ROUTE(GET, API "/{ledger}/{id}/history", MAY(RIGHT_SEE), IS_API, history),
    ROUTE_END,
};
