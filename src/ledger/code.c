/* code.c — see code.h. */
#include "ledger/code.h"

#include "system.sql.h"

static enum err by_label(struct work *w, const struct value *args, struct str *ret, bool *several)
{
    struct db_rows *rows;
    bool found = false, more = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_CODE_BY_LABEL), args, 3, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) {
        *ret = arena_str(w->arena, db_text(rows, 0));
        e = ret->p ? db_next(rows, &more) : err_no_memory();
    }
    db_done(rows);
    TRY(e);
    *several = more;
    return found ? OK : ERR_NOT_FOUND;
}

enum err code_find(struct work *w, const char *list, struct str word, day_t day, struct str *ret, bool *by_day)
{
    char text[DAY_TEXT];
    const struct value args[] = {value_text(str_of(list)), value_text(word), value_text(str_of(day_text(day, text)))};
    bool several = false;
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_CODE_BY_CODE), args, 2, ret);
    if (e == ERR_NOT_FOUND) e = by_label(w, args, ret, &several);
    if (!e && several && by_day) *by_day = true;
    return e;
}

/* What stands in the row of code_span. */
static enum err not_valid(const struct field *f, struct str code, const struct db_rows *rows, const char *day)
{
    struct str zh = db_text(rows, 1), en = db_text(rows, 2), label = lang_get() == LANG_EN && en.n ? en : zh;
    struct str from = db_text(rows, 3), to = db_text(rows, 4);
    if (!from.n) from = STR("…");
    if (!to.n) to = STR("…");
    err_set(ERR_INVALID, _("%s: “%.*s” (code %.*s) is valid from %.*s to %.*s, not on %s"), field_label(f, lang_get()), STR_ARG(label),
            STR_ARG(code), STR_ARG(from), STR_ARG(to), day);
    err_rule("validity");
    return err_field(f->name);
}

enum err code_check(struct work *w, const struct field *f, struct str code, const day_t *day)
{
    char text[DAY_TEXT] = "";
    if (day) day_text(*day, text);
    const struct value args[] = {value_text(str_of(f->codes)), value_text(code), value_text(str_of(text))};
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_CODE_SPAN), args, 3, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found && day && !db_int(rows, 0)) e = not_valid(f, code, rows, text);
    db_done(rows);
    TRY(e);
    if (found) return OK;
    err_set(ERR_INVALID, _("%s: “%.*s” is not in the code list “%s”"), field_label(f, lang_get()), STR_ARG(code), f->codes);
    return err_field(f->name);
}

enum err code_missing_lists(struct work *w, const struct ledger *l, void (*fn)(void *, const struct ledger *, const struct field *),
                            void *arg)
{
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        const struct value list = value_text(str_of(f->codes));
        int64_t one;
        if (!f->codes) continue;
        enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_CODE_ANY), &list, 1, &one);
        if (e && e != ERR_NOT_FOUND) return e;
        if (e) fn(arg, l, f);
    }
    return OK;
}

/* ---- all of a list ---- */

static enum err take_entry(struct work *w, const struct db_rows *rows, struct code_entries *ret)
{
    struct code_entry *list = ARENA_GROW(w->arena, ret->entry, ret->n, &ret->room);
    if (!list) return err_no_memory();
    ret->entry = list;
    struct str zh = db_text(rows, 1), en = db_text(rows, 2), label = lang_get() == LANG_EN && en.n ? en : zh;
    list[ret->n++] = (struct code_entry){arena_str(w->arena, db_text(rows, 0)), arena_str(w->arena, label), db_int(rows, 3) != 0};
    return OK;
}

enum err code_list(struct work *w, const char *list, day_t on, int most, struct code_entries *ret)
{
    char day[DAY_TEXT];
    const struct value args[] = {value_text(str_of(list)), value_text(str_of(day_text(on, day))), value_int(most)};
    struct db_rows *rows;
    bool more;
    *ret = (struct code_entries){0};
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_CODE_LIST), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more)
        if ((e = take_entry(w, rows, ret))) break;
    db_done(rows);
    return e ? e : arena_failed(w->arena) ? err_no_memory() : OK;
}

enum err code_stamp(struct work *w, int64_t *ret)
{
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_CODE_STAMP), NULL, 0, ret);
}
