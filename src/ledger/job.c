/* job.c — see job.h. */
#include "ledger/job.h"

#include <jansson.h>

#include "job.sql.h"
#include "ledger/right.h"

static const char *lang_word(enum lang l)
{
    return l == LANG_ZH ? "zh" : "en";
}

/* `beat`: its first sign of life; VALUE_NULL while nobody runs it. */
static enum err add(struct work *w, int64_t id, const char *kind, struct str parameters, const char *state, struct value beat)
{
    const struct value row[] = {value_int(id),
                                value_text(str_of(kind)),
                                value_text(parameters),
                                value_text(w->actor->name),
                                value_int(w->actor->post),
                                value_text(str_of(lang_word(lang_get()))),
                                value_int(clock_now()),
                                value_text(str_of(state)),
                                beat};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_ADD), row, 9, NULL);
}

enum err job_start(struct work *w, int64_t id, const char *kind, struct str parameters)
{
    return add(w, id, kind, parameters, "running", value_int(clock_machine()));
}

enum err job_put(struct work *w, const char *kind, struct str parameters, int64_t *ret_id)
{
    if (w->actor->by_token) return err_set(ERR_FORBIDDEN, "%s", _("an API token cannot ask for this; please log in"));
    int64_t id = store_new_id();
    TRY(add(w, id, kind, parameters, "waiting", VALUE_NULL));
    *ret_id = id;
    return OK;
}

enum err job_resume(struct work *w, int64_t id)
{
    const struct value row[] = {value_int(id), value_int(clock_machine())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_RESUME), row, 2, NULL);
}

static struct value total_value(int64_t total)
{
    return total ? value_int(total) : VALUE_NULL;
}

enum err job_progress(struct work *w, int64_t id, int64_t done, int64_t total, bool *stop)
{
    const struct value row[] = {value_int(id), value_int(done), total_value(total), value_int(clock_machine())};
    int64_t asked;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_JOB_PROGRESS), row, 4, &asked));
    *stop = asked != 0;
    return OK;
}

enum err job_end(struct work *w, int64_t id, const char *state, struct str result)
{
    const struct value row[] = {value_int(id), value_text(str_of(state)), value_text(result), value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_END), row, 4, NULL);
}

/* ---- looking at jobs ---- */

bool job_sees_all(const struct store *s, const struct actor *a)
{
    return a->role == ROLE_CONSOLE || a->role == ROLE_SYSTEM_ADMIN || right_may_log(s, a);
}

enum err job_stop(struct work *w, int64_t id)
{
    bool any = w->actor->role == ROLE_CONSOLE || w->actor->role == ROLE_SYSTEM_ADMIN;
    const struct value args[] = {value_int(id), value_int(clock_now()), value_int(any), value_text(w->actor->name)};
    int64_t changed = 0;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_JOB_STOP), args, 4, &changed));
    return changed ? OK : err_set(ERR_REFUSED, _("there is no running job %lld"), (long long)id);
}

static enum err read_job(struct work *w, struct db_rows *rows, struct job *ret)
{
    struct arena *a = w->arena;
    *ret = (struct job){
        .id = db_int(rows, 0),
        .kind = arena_str(a, db_text(rows, 1)),
        .state = arena_str(a, db_text(rows, 2)),
        .actor = arena_str(a, db_text(rows, 3)),
        .done = db_int(rows, 4),
        .total = db_int(rows, 5),
        .created = db_int(rows, 6),
        .finished = db_int(rows, 7),
        .result = arena_str(a, db_text(rows, 8)),
        .parameters = arena_str(a, db_text(rows, 9)),
        .post = db_int(rows, 10),
        .lang = str_is(db_text(rows, 11), "en") ? LANG_EN : LANG_ZH,
        .stop = db_int(rows, 12) != 0,
    };
    return arena_failed(a) ? err_no_memory() : OK;
}

enum err job_get(struct work *w, int64_t id, struct job *ret)
{
    struct value key = value_int(id);
    struct db_rows *rows;
    bool found;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_JOB_GET), &key, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) e = read_job(w, rows, ret);
    db_done(rows);
    TRY(e);
    if (found && (str_eq(ret->actor, w->actor->name) || job_sees_all(w->store, w->actor))) return OK;
    return err_set(ERR_NOT_FOUND, _("there is no job %lld"), (long long)id);
}

struct str job_error(struct arena *a, const struct job *j)
{
    json_t *o = j->result.p ? json_loadb(j->result.p, j->result.n, 0, NULL) : NULL;
    const char *message = json_string_value(json_object_get(json_object_get(o, "error"), "message"));
    struct str text = message ? arena_str(a, str_of(message)) : STR_NONE;
    json_decref(o);
    return text;
}

enum err job_list(struct work *w, int64_t before, struct job *jobs, int room, int *ret)
{
    const struct value args[] = {value_int(before ? before : INT64_MAX), value_int(job_sees_all(w->store, w->actor)),
                                 value_text(w->actor->name), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_JOB_LIST), args, 4, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room && !(e = read_job(w, rows, &jobs[n]))) n++;
    db_done(rows);
    TRY(e);
    *ret = n;
    return OK;
}

/* ---- for runners ---- */

static struct value dead_since(void)
{
    return value_int(clock_machine() - JOB_DEAD);
}

enum err job_any(struct work *w, bool *ret)
{
    struct value dead = dead_since();
    int64_t n;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_JOB_ANY), &dead, 1, &n));
    *ret = n > 0;
    return OK;
}

enum err job_take(struct work *w, struct str runner, int64_t *ret)
{
    const struct value args[] = {dead_since(), value_text(runner), value_int(clock_machine())};
    *ret = 0;
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_JOB_TAKE), args, 3, ret);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err job_beat(struct work *w, int64_t id, struct str runner, int64_t done, int64_t total, bool *stop, bool *mine)
{
    const struct value args[] = {value_int(id), value_text(runner), value_int(clock_machine()), value_int(done), total_value(total)};
    int64_t asked = 0;
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_JOB_BEAT), args, 5, &asked);
    if (e && e != ERR_NOT_FOUND) return e;
    *stop = asked != 0;
    *mine = !e;
    return OK;
}

enum err job_close(struct work *w, int64_t id, struct str runner, const char *state, struct str result)
{
    const struct value args[] = {value_int(id), value_text(runner), value_text(str_of(state)), value_text(result), value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_CLOSE), args, 5, NULL);
}

enum err job_give_back(struct work *w, int64_t id, struct str runner)
{
    const struct value args[] = {value_int(id), value_text(runner)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_GIVE_BACK), args, 2, NULL);
}
