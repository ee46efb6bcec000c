/* verification.c — see verification.h. */
#include "ledger/verification.h"

#include <jansson.h>
#include <stdio.h>

#include "ledger/right.h"
#include "system.sql.h"

#define KIND "verify"
#define BEAT_EVERY INT64_C(1000000) /* microseconds between two signs of life */
#define DEAD_AFTER (60 * INSTANT_SECOND)

/* ---- the report as the result of a job ---- */

static void report_json(struct buf *b, const struct verify_report *r)
{
    const struct verify_fault *f = &r->first;
    buf_printf(b, "{\"ok\":%s,\"events\":%lld,\"lanes\":%lld,\"rows\":%lld", r->ok ? "true" : "false", (long long)r->events,
               (long long)r->lanes, (long long)r->rows);
    if (!r->ok) {
        buf_z(b, ",\"what\":");
        buf_json(b, str_of(f->what));
        buf_printf(b, ",\"lane\":%lld,\"seq\":%lld,\"record\":%lld,\"ledger\":", (long long)f->lane, (long long)f->seq,
                   (long long)f->record);
        buf_json(b, str_of(f->ledger));
    }
    buf_char(b, '}');
}

static int64_t number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static bool read_report(const struct registry *reg, struct str text, struct verify_report *ret)
{
    json_t *o = text.p ? json_loadb(text.p, text.n, 0, NULL) : NULL;
    const char *what = json_string_value(json_object_get(o, "what")), *ledger = json_string_value(json_object_get(o, "ledger"));
    const struct ledger *l = ledger ? registry_find(reg, str_of(ledger)) : NULL;
    bool found = json_is_object(o) && json_object_get(o, "ok");
    *ret = (struct verify_report){.ok = json_is_true(json_object_get(o, "ok")),
                                  .events = number(o, "events"),
                                  .lanes = number(o, "lanes"),
                                  .rows = number(o, "rows"),
                                  .first = {.lane = number(o, "lane"), .seq = number(o, "seq"), .record = number(o, "record")}};
    ret->first.ledger = l ? l->ledger : NULL;
    snprintf(ret->first.what, sizeof ret->first.what, "%s", what ? what : "");
    json_decref(o);
    return found;
}

/* ---- the last one ---- */

static enum err read_last(struct work *w, struct job *ret, instant_t *ret_beat)
{
    struct value kind = value_text(STR(KIND));
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_JOB_LAST), &kind, 1, &rows));
    enum err e = db_next(rows, &found);
    *ret = (struct job){0};
    *ret_beat = 0;
    if (!e && found) {
        *ret = (struct job){.id = db_int(rows, 0),
                            .kind = STR(KIND),
                            .state = arena_str(w->arena, db_text(rows, 2)),
                            .actor = arena_str(w->arena, db_text(rows, 3)),
                            .done = db_int(rows, 4),
                            .total = db_int(rows, 5),
                            .created = db_int(rows, 6),
                            .finished = db_int(rows, 7),
                            .result = arena_str(w->arena, db_text(rows, 8))};
        *ret_beat = db_int(rows, 9);
    }
    db_done(rows);
    return e;
}

enum err verification_last(struct work *w, struct verification *ret)
{
    instant_t beat;
    TRY(right_need_log(w));
    TRY(read_last(w, &ret->job, &beat));
    ret->ended = read_report(w->store->registry, ret->job.result, &ret->report);
    return OK;
}

/* ---- a new one ---- */

struct running {
    struct store *store;
    const struct actor *actor;
    struct arena *arena;
    int64_t job, done, total;
    int64_t told; /* clock_monotonic() */
    const char *state;
    struct str result;
    bool stop;
    enum err failed;
};

static enum err start(struct work *w, void *arg)
{
    const struct running *r = arg;
    struct job last;
    instant_t beat;
    TRY(right_need_log(w));
    TRY(read_last(w, &last, &beat));
    if (last.id && str_is(last.state, "running") && clock_now() - beat < DEAD_AFTER)
        return err_set(ERR_BUSY, "%s", _("the chain is being verified already"));
    return job_start(w, r->job, KIND, STR("{}"));
}

static enum err beat(struct work *w, void *arg)
{
    struct running *r = arg;
    return job_progress(w, r->job, r->done, r->total, &r->stop);
}

static bool tell(void *arg, int64_t done, int64_t total)
{
    struct running *r = arg;
    if (clock_monotonic() - r->told < BEAT_EVERY) return true;
    r->told = clock_monotonic();
    r->done = done;
    r->total = total;
    r->failed = store_write(r->store, r->actor, r->arena, beat, r);
    return !r->failed && !r->stop;
}

static enum err end(struct work *w, void *arg)
{
    const struct running *r = arg;
    return job_end(w, r->job, r->state, r->result);
}

enum err verification_run(struct store *s, const struct actor *actor, struct arena *a, struct verify_report *ret)
{
    struct running r = {.store = s, .actor = actor, .arena = a, .job = store_new_id(), .told = clock_monotonic()};
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    TRY(store_write(s, actor, a, start, &r));
    enum err e = chain_verify(s, STR_NONE, STR_NONE, tell, &r, ret);
    if (r.failed) e = r.failed;
    struct err_info why = *err_last();
    r.state = !e ? "done" : r.stop ? "stopped" : "failed";
    if (!e) report_json(&b, ret);
    if (e) buf_json(&b, str_of(why.message));
    TRY(buf_error(&b));
    r.result = buf_view(&b);
    enum err kept = store_write(s, actor, a, end, &r);
    return e ? err_restore(&why) : kept;
}
