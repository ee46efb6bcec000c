/* saved_list.c — see saved_list.h. */
#include "safety/saved_list.h"

#include "base/utf8.h"
#include "ledger/right.h"
#include "saved_list.sql.h"

enum { NAME_MOST = 30, QUERY_MOST = 6000 };

enum err saved_list_all(struct work *w, const struct saved_list **ret, int *ret_n)
{
    const struct actor *a = w->actor;
    const struct value args[] = {value_int(a->account), value_int(a->unit), value_int(SAVED_LISTS_MAX)};
    struct saved_list *list;
    struct db_rows *rows;
    bool more;
    int n = 0, room = 0;
    *ret = NULL;
    *ret_n = 0;
    if (!a->account) return OK;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SAVED_LIST_OF), args, 3, &rows));
    enum err e;
    for (list = NULL; !(e = db_next(rows, &more)) && more; n++) {
        if (!(list = ARENA_GROW(w->arena, list, n, &room))) break;
        list[n] = (struct saved_list){.id = db_int(rows, 0),
                                      .ledger = arena_str(w->arena, db_text(rows, 1)),
                                      .name = arena_str(w->arena, db_text(rows, 2)),
                                      .query = arena_str(w->arena, db_text(rows, 3)),
                                      .shared = db_int(rows, 4) != 0,
                                      .mine = db_int(rows, 5) == a->account};
    }
    db_done(rows);
    TRY(e);
    *ret = list;
    *ret_n = n;
    return arena_failed(w->arena) ? err_no_memory() : OK;
}

bool saved_list_may_share(const struct store *s, const struct actor *a, const struct ledger *l)
{
    return a->unit && right_may(s, a, l, RIGHT_CHANGE);
}

static enum err fit(struct work *w, const struct ledger *l, struct str name, struct str query, bool shared)
{
    if (!w->actor->account) return err_set(ERR_FORBIDDEN, "%s", _("lists are saved for an account"));
    if (!name.n || utf8_length(name) > NAME_MOST) {
        err_set(ERR_INVALID, _("a saved list needs a name, at most %d characters long"), NAME_MOST);
        return err_field("name");
    }
    if (query.n > QUERY_MOST) return err_set(ERR_TOO_BIG, "%s", _("too many conditions"));
    if (!shared || saved_list_may_share(w->store, w->actor, l)) return OK;
    return err_set(ERR_FORBIDDEN, "%s", _("lists are shared by those who act for a unit and may change records of the ledger"));
}

enum err saved_list_put(struct work *w, const struct ledger *l, struct str name, struct str query, bool shared)
{
    const struct actor *a = w->actor;
    const struct value row[] = {value_int(store_new_id()),     value_int(a->account), value_int(shared ? a->unit : 0),
                                value_text(str_of(l->ledger)), value_text(name),      value_text(query)};
    int64_t n;
    TRY(right_need(w, l, RIGHT_SEE));
    TRY(fit(w, l, name, query, shared));
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SAVED_LIST_PUT), row, 6, NULL));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_SAVED_LIST_COUNT), &row[1], 1, &n));
    return n <= SAVED_LISTS_MAX ? OK : err_set(ERR_TOO_BIG, _("at most %d saved lists"), SAVED_LISTS_MAX);
}

enum err saved_list_remove(struct work *w, int64_t id)
{
    const struct value args[] = {value_int(id), value_int(w->actor->account)};
    int64_t n;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_SAVED_LIST_REMOVE), args, 2, &n));
    return n ? OK : err_set(ERR_NOT_FOUND, "%s", _("there is no such list of yours"));
}
