/* setting.c — see setting.h. */
#include "ledger/setting.h"

#include "system.sql.h"

enum err setting_int(struct work *w, const char *name, int64_t otherwise, int64_t *ret)
{
    struct value key = value_text(str_of(name));
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SETTING_VALUE), &key, 1, &rows));
    enum err e = db_next(rows, &found);
    int64_t value = !e && found ? db_int(rows, 0) : otherwise;
    if (!e && found && (value < db_int(rows, 1) || value > db_int(rows, 2)))
        e = err_set(ERR_INVALID, _("the setting “%s” is %lld, which is not between %lld and %lld"), name, (long long)value,
                    (long long)db_int(rows, 1), (long long)db_int(rows, 2));
    db_done(rows);
    if (!e) *ret = value;
    return e;
}

struct reading_of {
    const char *name;
    int64_t otherwise, value;
};

static enum err read_one(struct work *w, void *arg)
{
    struct reading_of *r = arg;
    return setting_int(w, r->name, r->otherwise, &r->value);
}

enum err setting_read(struct store *s, const char *name, int64_t otherwise, int64_t *ret)
{
    struct actor everybody = ACTOR_CLOCK;
    struct reading_of r = {name, otherwise, otherwise};
    struct arena *a CLEANUP_ARENA = arena_new_capped(4096);
    if (!a) return err_no_memory();
    TRY(store_view(s, &everybody, a, read_one, &r));
    *ret = r.value;
    return OK;
}
