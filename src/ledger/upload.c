/* upload.c — see upload.h. */
#include "ledger/upload.h"

#include "upload.sql.h"

enum err upload_add(struct work *w, const struct ledger *l, struct str digest, struct str name, int64_t *ret_id)
{
    int64_t id = store_new_id();
    const struct value row[] = {value_int(id),    value_int(w->actor->account), value_text(str_of(l->ledger)), value_text(digest),
                                value_text(name), value_int(clock_now())};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_UPLOAD_ADD), row, 6, NULL));
    *ret_id = id;
    return OK;
}

static enum err read_upload(struct work *w, const struct db_rows *rows, struct upload *ret)
{
    *ret = (struct upload){.id = db_int(rows, 0),
                           .l = registry_find(w->store->registry, db_text(rows, 1)),
                           .digest = arena_str(w->arena, db_text(rows, 2)),
                           .name = arena_str(w->arena, db_text(rows, 3)),
                           .created = db_int(rows, 4),
                           .options = arena_str(w->arena, db_text(rows, 5)),
                           .check_job = db_int(rows, 6),
                           .job = db_int(rows, 7),
                           .undo_job = db_int(rows, 8),
                           .batch = db_int(rows, 9),
                           .finished = db_int(rows, 10),
                           .undone = db_int(rows, 11),
                           .counts = arena_str(w->arena, db_text(rows, 12))};
    return arena_failed(w->arena) ? err_no_memory() : OK;
}

enum err upload_get(struct work *w, int64_t id, struct upload *ret)
{
    const struct value args[] = {value_int(id), value_int(w->actor->account)};
    struct db_rows *rows;
    bool found;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_UPLOAD_GET), args, 2, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) e = read_upload(w, rows, ret);
    db_done(rows);
    TRY(e);
    return found && ret->l ? OK : err_set(ERR_NOT_FOUND, "%s", _("there is no such import of yours"));
}

enum err upload_get_to_move(struct work *w, int64_t id, struct upload *ret)
{
    struct value key = value_int(id);
    int64_t same;
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_UPLOAD_LOCK), &key, 1, &same);
    return e && e != ERR_NOT_FOUND ? e : upload_get(w, id, ret);
}

enum err upload_list(struct work *w, const struct ledger *l, struct upload *list, int room, int *ret)
{
    const struct value args[] = {value_int(w->actor->account), value_text(str_of(l->ledger)), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_UPLOAD_LIST), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room && !(e = read_upload(w, rows, &list[n]))) n++;
    db_done(rows);
    *ret = n;
    return e;
}

enum err upload_set_options(struct work *w, int64_t id, struct str options)
{
    const struct value row[] = {value_int(id), value_text(options)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_UPLOAD_OPTIONS), row, 2, NULL);
}

enum err upload_set_job(struct work *w, int64_t id, enum upload_job which, int64_t job)
{
    const struct value row[] = {value_int(id), value_int(job)};
    const struct sql *s = which == UPLOAD_CHECK    ? DB_SQL(w->tx, SQL_UPLOAD_CHECK)
                          : which == UPLOAD_IMPORT ? DB_SQL(w->tx, SQL_UPLOAD_IMPORT)
                                                   : DB_SQL(w->tx, SQL_UPLOAD_UNDO);
    return db_run(w->tx, s, row, 2, NULL);
}

enum err upload_set_batch(struct work *w, int64_t id, int64_t batch)
{
    const struct value row[] = {value_int(id), value_int(batch)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_UPLOAD_BATCH), row, 2, NULL);
}

enum err mapping_get(struct work *w, const struct ledger *l, const char *headings, struct str *ret)
{
    const struct value key[] = {value_int(w->actor->account), value_text(str_of(l->ledger)), value_text(str_of(headings))};
    *ret = STR_NONE;
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_MAPPING_GET), key, 3, ret);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err mapping_save(struct work *w, const struct ledger *l, const char *headings, struct str map)
{
    const struct value row[] = {value_int(w->actor->account), value_text(str_of(l->ledger)), value_text(str_of(headings)), value_text(map),
                                value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_MAPPING_SAVE), row, 5, NULL);
}
