/* job.c — see job.h. */
#include "ledger/job.h"

#include "system.sql.h"

enum err job_start(struct work *w, int64_t id, const char *kind, struct str parameters)
{
    const struct value row[] = {value_int(id), value_text(str_of(kind)), value_text(parameters), value_text(w->actor->name),
                                value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_START), row, 5, NULL);
}

enum err job_resume(struct work *w, int64_t id)
{
    const struct value row[] = {value_int(id), value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_JOB_RESUME), row, 2, NULL);
}

enum err job_progress(struct work *w, int64_t id, int64_t done, int64_t total, bool *stop)
{
    const struct value row[] = {value_int(id), value_int(done), total ? value_int(total) : VALUE_NULL, value_int(clock_now())};
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

enum err job_stop(struct work *w, int64_t id)
{
    struct value key = value_int(id);
    int64_t changed = 0;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_JOB_STOP), &key, 1, &changed));
    return changed ? OK : err_set(ERR_REFUSED, _("there is no running job %lld"), (long long)id);
}

enum err job_list(struct work *w, struct job *jobs, int room, int *ret)
{
    struct value limit = value_int(room);
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_JOB_LIST), &limit, 1, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room) {
        jobs[n++] = (struct job){
            .id = db_int(rows, 0),
            .kind = arena_str(w->arena, db_text(rows, 1)),
            .state = arena_str(w->arena, db_text(rows, 2)),
            .actor = arena_str(w->arena, db_text(rows, 3)),
            .done = db_int(rows, 4),
            .total = db_int(rows, 5),
            .created = db_int(rows, 6),
            .finished = db_int(rows, 7),
            .result = arena_str(w->arena, db_text(rows, 8)),
        };
    }
    db_done(rows);
    *ret = n;
    return e;
}
