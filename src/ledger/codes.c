/* codes.c — see codes.h. */
#include "ledger/codes.h"

#include "system.sql.h"

static enum err take(struct work *w, const struct db_rows *rows, struct code_entries *ret)
{
    struct code_entry *list = ARENA_GROW(w->arena, ret->entry, ret->n, &ret->room);
    if (!list) return err_no_memory();
    ret->entry = list;
    struct str zh = db_text(rows, 1), en = db_text(rows, 2), label = lang_get() == LANG_EN && en.n ? en : zh;
    list[ret->n++] = (struct code_entry){arena_str(w->arena, db_text(rows, 0)), arena_str(w->arena, label), db_int(rows, 3) != 0};
    return OK;
}

enum err codes_list(struct work *w, const char *list, day_t on, struct code_entries *ret)
{
    char day[DAY_TEXT];
    const struct value args[] = {value_text(str_of(list)), value_text(str_of(day_text(on, day))), value_int(CODES_MAX)};
    struct db_rows *rows;
    bool more;
    *ret = (struct code_entries){0};
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_CODE_LIST), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more)
        if ((e = take(w, rows, ret))) break;
    db_done(rows);
    return e ? e : arena_failed(w->arena) ? err_no_memory() : OK;
}
