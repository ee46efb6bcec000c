/* event_list.c — see event_list.h. */
#include "ledger/event_list.h"

#include "ledger/chain.h"
#include "ledger/lane.h"
#include "ledger/right.h"
#include "system.sql.h"

#define FETCH 200                           /* events read from a lane at a time */
#define LANES_MERGED 64                     /* a database has 1 or 16 */
#define DISORDER (10 * INSTANT_SECOND * 60) /* by which times in a lane may go back: a transaction takes its lane when it ends */

struct stream {          /* one lane, from its newest event on backwards */
    int64_t low, before; /* positions: events between these two, exclusively, are still to be looked at */
    struct db_rows *rows;
    int read;     /* rows taken from `rows` */
    bool has;     /* the current row of `rows` is an event not yet looked at */
    instant_t at; /* its time */
    int64_t position;
};

struct merging {
    struct work *w;
    const struct event_filter *filter;
    bool (*wanted)(struct merging *, const struct db_rows *);
    struct str actor, verb; /* as they stand in a body */
    instant_t from;         /* events before it end a lane; INT64_MIN: none do */
    int64_t looks;
    struct stream lane[LANES_MERGED];
    int lanes;
    enum err failed; /* of `wanted` */
};

enum { EVENT_POSITION, EVENT_RECORD, EVENT_VERSION, EVENT_LEDGER, EVENT_BATCH, EVENT_BODY }; /* of SQL_EVENT_DOWN */

/* Every body opens with its time of receipt; 0 when this one does not. */
static instant_t time_of(struct str body)
{
    const struct str head = STR("{\"at\":\"");
    struct str rest = str_starts(body, head) ? str_from(body, head.n) : STR_NONE;
    instant_t at = 0;
    return rest.p && instant_parse(str_split(&rest, '"'), &at) ? at : 0;
}

/* ---- one lane ---- */

static enum err down(struct work *w, const struct stream *s, int64_t before, int limit, struct db_rows **ret)
{
    const struct value args[] = {value_int(before), value_int(s->low), value_int(limit)};
    return db_query(w->tx, DB_SQL(w->tx, SQL_EVENT_DOWN), args, 3, ret);
}

static void stream_close(struct stream *s)
{
    db_done(s->rows);
    s->rows = NULL;
    s->has = false;
}

/* Move on to the event before. */
static enum err advance(struct merging *m, struct stream *s)
{
    for (;;) {
        if (!s->rows) {
            s->read = 0;
            TRY(down(m->w, s, s->before, FETCH, &s->rows));
        }
        TRY(db_next(s->rows, &s->has));
        if (s->has) break;
        bool more = s->read == FETCH;
        stream_close(s);
        if (more) continue;
        s->before = s->low + 1; /* the lane ends here */
        return OK;
    }
    s->read++;
    s->position = s->before = db_int(s->rows, EVENT_POSITION);
    instant_t at = time_of(db_text(s->rows, EVENT_BODY));
    if (at) s->at = at; /* a damaged event stands where its neighbour stands */
    if (s->at >= m->from - DISORDER) return OK;
    s->before = s->low + 1;
    stream_close(s);
    return OK;
}

/* The time of the newest event before a position; *ret_position 0: there is none. */
static enum err look_down(struct work *w, const struct stream *s, int64_t before, int64_t *ret_position, instant_t *ret_at)
{
    struct db_rows *rows;
    bool found = false;
    TRY(down(w, s, before, 1, &rows));
    enum err e = db_next(rows, &found);
    *ret_position = !e && found ? db_int(rows, EVENT_POSITION) : 0;
    *ret_at = !e && found ? time_of(db_text(rows, EVENT_BODY)) : 0;
    db_done(rows);
    return e;
}

/* Move the start of a lane down to the end of a day, by halving. */
static enum err skip_after(struct work *w, struct stream *s, instant_t end)
{
    int64_t low = s->low + 1, high = s->before; /* what stands at `high` or above is too late, what stands below `low` is not */
    while (low < high) {
        int64_t middle = low + (high - low) / 2, position;
        instant_t at;
        TRY(look_down(w, s, middle + 1, &position, &at));
        if (position && at > end + DISORDER)
            high = position;
        else
            low = middle + 1;
    }
    s->before = high;
    return OK;
}

/* ---- all lanes ---- */

static enum err bad_cursor(void)
{
    return err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
}

/* A cursor is, for each lane, the number of the event below which it goes on: "4711.18.…". */
static enum err open_lanes(struct merging *m, struct str after)
{
    struct lanes all;
    TRY(lane_all(m->w, &all));
    if (all.n > LANES_MERGED) return err_set(ERR_TOO_BIG, _("the chain has %lld lanes, more than a program makes"), (long long)all.n);
    for (int i = 0; i < all.n; i++) {
        int64_t low = all.lane[i].lane << CHAIN_LANE_BITS, seq = all.lane[i].seq + 1;
        struct str piece = after.p ? str_split(&after, '.') : STR_NONE;
        if (piece.p && (!str_int(piece, &seq) || seq < 0 || seq >> CHAIN_LANE_BITS)) return bad_cursor();
        m->lane[i] = (struct stream){.low = low, .before = low + seq, .at = clock_now()};
    }
    m->lanes = all.n;
    return after.p ? bad_cursor() : OK;
}

static enum err start_lanes(struct merging *m, instant_t end, bool first_page)
{
    for (int i = 0; i < m->lanes; i++) {
        struct stream *s = &m->lane[i];
        if (end && first_page) TRY(skip_after(m->w, s, end));
        TRY(advance(m, s));
    }
    return OK;
}

static struct stream *newest(struct merging *m)
{
    struct stream *best = NULL;
    for (int i = 0; i < m->lanes; i++)
        if (m->lane[i].has && (!best || m->lane[i].at > best->at)) best = &m->lane[i];
    return best;
}

static enum err take(struct merging *m, const struct stream *s, struct event_found *out)
{
    struct arena *a = m->w->arena;
    *out = (struct event_found){.position = s->position,
                                .record = db_int(s->rows, EVENT_RECORD),
                                .version = db_int(s->rows, EVENT_VERSION),
                                .at = s->at,
                                .ledger = arena_str(a, db_text(s->rows, EVENT_LEDGER)),
                                .body = arena_str(a, db_text(s->rows, EVENT_BODY))};
    out->l = registry_find(m->w->store->registry, out->ledger);
    return out->ledger.p && out->body.p ? OK : err_no_memory();
}

/* Where the answer ended; what a lane has at its head was not looked at. */
static enum err cursor_of(struct merging *m, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(LANES_MERGED * 20);
    for (int i = 0; i < m->lanes; i++) {
        const struct stream *s = &m->lane[i];
        if (i) buf_char(&b, '.');
        buf_int(&b, (s->has ? s->position + 1 : s->before) - s->low);
    }
    TRY(buf_error(&b));
    *ret = arena_str(m->w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err walk(struct merging *m, int limit, struct events *ret)
{
    struct stream *s;
    while ((s = newest(m)) && ret->n < limit && ret->looked < m->looks) {
        ret->looked++;
        if (m->wanted(m, s->rows)) TRY(take(m, s, &ret->event[ret->n++]));
        TRY(m->failed);
        TRY(advance(m, s));
    }
    return s ? cursor_of(m, &ret->next) : OK;
}

static enum err merge(struct merging *m, struct str after, int limit, instant_t end, struct events *ret)
{
    struct events found = {.event = arena_array(m->w->arena, struct event_found, limit)};
    if (!found.event) return err_no_memory();
    enum err e = open_lanes(m, after);
    if (!e) e = start_lanes(m, end, !after.p);
    if (!e) e = walk(m, limit, &found);
    for (int i = 0; i < m->lanes; i++) stream_close(&m->lane[i]);
    if (!e) *ret = found;
    return e;
}

/* ---- the log ---- */

/* "key":"value" as canonical JSON has it: no text in a body can hold this, since its quotes are escaped there. */
static enum err needle(struct arena *a, const char *key, struct str value, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000);
    *ret = STR_NONE;
    if (!value.p) return OK;
    buf_printf(&b, "\"%s\":", key);
    buf_json(&b, value);
    TRY(buf_error(&b));
    *ret = arena_str(a, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static bool fits(struct merging *m, const struct db_rows *rows)
{
    const struct event_filter *f = m->filter;
    struct str body = db_text(rows, EVENT_BODY);
    if (f->ledger && !str_is(db_text(rows, EVENT_LEDGER), f->ledger->ledger)) return false;
    if (m->actor.p && str_find(body, m->actor) < 0) return false;
    if (m->verb.p && str_find(body, m->verb) < 0) return false;
    instant_t at = time_of(body);
    return (!f->has_from || at >= day_start(f->from)) && (!f->has_to || at < day_start(f->to) + INSTANT_DAY);
}

enum err event_list(struct work *w, const struct event_filter *f, struct str after, int limit, struct events *ret)
{
    struct merging *m = arena_new(w->arena, struct merging);
    if (!m) return err_no_memory();
    TRY(right_need_log(w));
    *m = (struct merging){.w = w, .filter = f, .wanted = fits, .looks = EVENTS_LOOKED, .from = INT64_MIN + DISORDER};
    TRY(needle(w->arena, "actor", f->actor, &m->actor));
    TRY(needle(w->arena, "verb", f->verb, &m->verb));
    if (f->has_from) m->from = day_start(f->from);
    return merge(m, after, limit, f->has_to ? day_start(f->to) + INSTANT_DAY : 0, ret);
}

/* ---- what is new ---- */

static bool is_news(struct merging *m, const struct db_rows *rows)
{
    const struct ledger *l = registry_find(m->w->store->registry, db_text(rows, EVENT_LEDGER));
    struct record *r;
    if (!l || l->parent || !db_is_null(rows, EVENT_BATCH) || !right_may(m->w->store, m->w->actor, l, RIGHT_SEE)) return false;
    struct str body = db_text(rows, EVENT_BODY);
    if (str_find(body, m->actor) >= 0) return false;                   /* his own doing is no news */
    if (str_find(body, STR("\"actor\":\"clock\"")) >= 0) return false; /* duties tell what the clock does */
    if (time_of(body) < m->from) return false;
    enum err e = store_read(m->w, l, db_int(rows, EVENT_RECORD), &r);
    if (e && e != ERR_NOT_FOUND && e != ERR_FORBIDDEN) m->failed = e;
    return e == OK;
}

enum err event_news(struct work *w, instant_t since, int limit, struct events *ret)
{
    struct merging *m = arena_new(w->arena, struct merging);
    if (!m) return err_no_memory();
    *m = (struct merging){.w = w, .wanted = is_news, .looks = EVENTS_NEWS, .from = since};
    TRY(needle(w->arena, "actor", w->actor->name, &m->actor));
    TRY(merge(m, STR_NONE, limit, 0, ret));
    ret->next = STR_NONE;
    return OK;
}
