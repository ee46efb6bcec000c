/* verification.c — see verification.h. */
#include "ledger/verification.h"

#include <jansson.h>
#include <stdio.h>

#include "ledger/right.h"
#include "system.sql.h"

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

static enum err read_last(struct work *w, struct job *ret)
{
    struct value kind = value_text(STR(VERIFICATION_KIND));
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_JOB_LAST), &kind, 1, &rows));
    enum err e = db_next(rows, &found);
    *ret = (struct job){0};
    if (!e && found) {
        *ret = (struct job){.id = db_int(rows, 0),
                            .kind = STR(VERIFICATION_KIND),
                            .state = arena_str(w->arena, db_text(rows, 2)),
                            .actor = arena_str(w->arena, db_text(rows, 3)),
                            .done = db_int(rows, 4),
                            .total = db_int(rows, 5),
                            .created = db_int(rows, 6),
                            .finished = db_int(rows, 7),
                            .result = arena_str(w->arena, db_text(rows, 8))};
    }
    db_done(rows);
    return e;
}

enum err verification_last(struct work *w, struct verification *ret)
{
    TRY(right_need_log(w));
    TRY(read_last(w, &ret->job));
    ret->ended = read_report(w->store->registry, ret->job.result, &ret->report);
    return OK;
}

/* ---- a new one ---- */

enum err verification_put(struct work *w, int64_t *ret_job)
{
    struct job last;
    TRY(right_need_log(w));
    TRY(read_last(w, &last));
    if (last.id && (str_is(last.state, "running") || str_is(last.state, "waiting")))
        return err_set(ERR_BUSY, "%s", _("the chain is being verified already"));
    return job_put(w, VERIFICATION_KIND, STR("{}"), ret_job);
}

static bool tell(void *arg, int64_t done, int64_t total)
{
    job_run_total(arg, total);
    return job_run_progress(arg, done);
}

enum err verification_job(struct job_run *run)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    struct verify_report report;
    TRY(right_ask_log(run->store, run->actor));
    TRY(chain_verify(run->store, STR_NONE, STR_NONE, tell, run, &report));
    report_json(&b, &report);
    TRY(buf_error(&b));
    run->result = arena_str(run->arena, buf_view(&b));
    return run->result.p ? OK : err_no_memory();
}
