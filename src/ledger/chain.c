/* chain.c — making events and appending them to a lane. See chain.h. */
#include "ledger/chain.h"

#include "ledger/lane.h"
#include "system.sql.h"

#define EVENT_MAX ((size_t)4 << 20)

static void key_id(struct buf *b, const char *key, int64_t id)
{
    if (id) buf_printf(b, ",\"%s\":\"%lld\"", key, (long long)id);
}

static void key_instant(struct buf *b, const char *key, instant_t t)
{
    char text[INSTANT_TEXT];
    if (t) buf_printf(b, ",\"%s\":\"%s\"", key, instant_text(t, text));
}

static void key_text(struct buf *b, const char *key, struct str s)
{
    if (!s.p) return;
    buf_printf(b, ",\"%s\":", key);
    buf_json(b, s);
}

/* "set":{"name":[old,new],…}: only what differs, fields by name, child rows whole. */
static void changes(struct buf *b, const struct record *old, const struct record *now)
{
    static const struct value unknown = VALUE_NULL;
    static const struct rows none;
    const struct ledger *l = now->l;
    buf_z(b, ",\"set\":{");
    const char *comma = "";
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = l->by_name[i];
        if (f->type == TYPE_ROWS) {
            const struct rows *was = old ? &old->rows[f->index] : &none, *is = &now->rows[f->index];
            if (rows_eq(f->target, was, is)) continue;
            buf_printf(b, "%s\"%s\":[", comma, f->name);
            rows_json(b, f->target, was);
            buf_char(b, ',');
            rows_json(b, f->target, is);
        } else {
            struct value was = old ? old->v[f->index] : unknown, is = now->v[f->index];
            if (value_eq(was, is)) continue;
            buf_printf(b, "%s\"%s\":[", comma, f->name);
            value_json(b, was);
            buf_char(b, ',');
            value_json(b, is);
        }
        buf_char(b, ']');
        comma = ",";
    }
    buf_char(b, '}');
}

static void event_body(struct buf *b, const struct work *w, const struct record *old, const struct record *now, struct str verb,
                       struct str reason, const unsigned char digest[HASH_BYTES])
{
    char text[INSTANT_TEXT];
    buf_printf(b, "{\"at\":\"%s\"", instant_text(now->updated, text));
    key_instant(b, "device", w->source.device);
    key_instant(b, "legal", w->source.legal);
    key_text(b, "actor", w->actor->name);
    key_id(b, "account", w->actor->account);
    key_id(b, "post", w->actor->post);
    key_id(b, "unit", w->actor->unit);
    key_text(b, "verb", verb);
    key_text(b, "reason", reason);
    key_text(b, "ledger", str_of(now->l->ledger));
    key_id(b, "record", now->id);
    buf_printf(b, ",\"version\":%lld", (long long)now->version);
    key_id(b, "batch", w->source.batch);
    if (w->source.batch) buf_printf(b, ",\"row\":%lld", (long long)w->source.row);
    if (now->state.p && !(old && str_eq(old->state, now->state))) {
        buf_z(b, ",\"state\":[");
        buf_json(b, old ? old->state : STR_NONE);
        buf_char(b, ',');
        buf_json(b, now->state);
        buf_char(b, ']');
    }
    if (now->withdrawn != (old && old->withdrawn)) buf_printf(b, ",\"withdrawn\":%s", now->withdrawn ? "true" : "false");
    if (now->successor != (old ? old->successor : 0)) {
        if (now->successor)
            key_id(b, "successor", now->successor);
        else
            buf_z(b, ",\"successor\":null");
    }
    if (!old) key_text(b, "number", now->number);
    changes(b, old, now);
    buf_z(b, ",\"digest\":\"");
    buf_hex(b, digest, HASH_BYTES);
    buf_z(b, "\"}");
}

enum err chain_note(struct work *w, const struct record *old, const struct record *now, struct str verb, struct str reason)
{
    struct buf b CLEANUP_BUF = BUF_INIT(EVENT_MAX);
    unsigned char digest[HASH_BYTES];
    TRY(record_digest(w->store->hash, now, &b, digest));
    buf_reset(&b);
    event_body(&b, w, old, now, verb, reason, digest);
    TRY(buf_error(&b));
    struct event *e = arena_new(w->arena, struct event);
    if (!e) return err_no_memory();
    *e = (struct event){NULL, now->id, now->version, w->source.batch, now->l->ledger, arena_str(w->arena, buf_view(&b))};
    if (!e->body.p) return err_no_memory();
    *w->events_end = e;
    w->events_end = &e->next;
    return OK;
}

static enum err read_lane(struct db_rows *rows, struct lane *ret, bool *found)
{
    TRY(db_next(rows, found));
    if (*found && !lane_of_row(rows, ret)) return err_set(ERR_DB, "%s", _("a lane of the chain has a damaged head"));
    return OK;
}

/* The first lane that nobody holds. When all are held, wait for one of them, a different one for each record. */
static enum err take_lane(struct work *w, struct lane *ret)
{
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_LANE_TAKE), NULL, 0, &rows));
    enum err e = read_lane(rows, ret, &found);
    db_done(rows);
    if (e || found) return e;
    int64_t lanes;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_LANE_COUNT), NULL, 0, &lanes));
    if (!lanes) return err_set(ERR_DB, "%s", _("the database has no lane for its events"));
    struct value lane = value_int(w->events->record % lanes);
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_LANE_WAIT), &lane, 1, &rows));
    e = read_lane(rows, ret, &found);
    db_done(rows);
    if (!e && !found) e = err_set(ERR_DB, "%s", _("the database has no lane for its events"));
    return e;
}

enum err chain_append(struct work *w)
{
    if (!w->events) return OK;
    struct lane lane;
    TRY(take_lane(w, &lane));
    for (const struct event *e = w->events; e; e = e->next) {
        struct str head = {(const char *)lane.head, HASH_BYTES};
        TRY(hash_two(w->store->hash, head, e->body, lane.head));
        lane.seq++;
        const struct value row[] = {
            value_int(lane.lane << CHAIN_LANE_BITS | lane.seq),
            value_int(e->record),
            value_int(e->version),
            value_text(str_of(e->ledger)),
            e->batch ? value_int(e->batch) : VALUE_NULL,
            value_text(e->body),
            value_blob(lane.head, HASH_BYTES),
        };
        TRY(db_run(w->tx, DB_SQL(w->tx, SQL_EVENT_ADD), row, 7, NULL));
    }
    const struct value move[] = {value_int(lane.lane), value_int(lane.seq), value_blob(lane.head, HASH_BYTES)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_LANE_MOVE), move, 3, NULL);
}

enum err chain_start(struct work *w, int lanes)
{
    for (int i = 0; i < lanes; i++) {
        unsigned char head[HASH_BYTES];
        TRY(lane_genesis(w->store, i, head));
        const struct value row[] = {value_int(i), value_blob(head, HASH_BYTES)};
        TRY(db_run(w->tx, DB_SQL(w->tx, SQL_LANE_ADD), row, 2, NULL));
    }
    return OK;
}
