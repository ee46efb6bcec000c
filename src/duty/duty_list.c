/* duty_list.c — see duty_list.h. */
#include "duty/duty_list.h"

#include "duty/notice.h"
#include "duty_list.sql.h"
#include "ledger/right.h"
#include "ledgers.h"

/* As the statements have them. */
static_assert(SEES_DISTRICT == 1 && SEES_TERRITORY == 2 && SEES_SECTOR == 3 && SEES_OWNER == 4, "numbers in duty_list.sql");
static_assert(DUTY_OVERDUE == 0 && DUTY_JUDGED == 1 && DUTY_TODAY == 2 && DUTY_WEEK == 3 && DUTY_LATER == 4, "numbers in duty_list.sql");

enum err duty_mine(struct work *w, const struct actor *a, struct duty_whose *ret)
{
    struct notice_owner o;
    TRY(notice_owner_of(w, a, &o));
    *ret = (struct duty_whose){.person = o.person, .of = o.unit};
    return OK;
}

/* Where the groups part: now, the start of tomorrow, the start of next Monday. */
struct bounds {
    instant_t now, tomorrow, monday;
};

static struct bounds bounds_of(instant_t now)
{
    day_t today = instant_day(now);
    return (struct bounds){now, day_start(today + 1), day_start(today + 8 - day_weekday(today))};
}

/* May this actor see any? Which column its scope asks for. */
static enum err may_see(const struct work *w, bool *ret)
{
    const struct actor *a = w->actor;
    TRY(right_need(w, duty_ledger(w->store->registry), RIGHT_SEE));
    *ret = a->sees == SEES_ALL || (a->sees != SEES_NOTHING && a->sees_id);
    return OK;
}

enum err duty_count(struct work *w, struct duty_whose o, instant_t now, struct duty_counts *ret)
{
    const struct actor *a = w->actor;
    struct bounds at = bounds_of(now);
    const struct value args[] = {value_int(o.unit),     value_int(o.person), value_int(o.of),        value_int(a->sees),
                                 value_int(a->sees_id), value_int(at.now),   value_int(at.tomorrow), value_int(at.monday)};
    struct db_rows *rows;
    bool more;
    enum err e;
    *ret = (struct duty_counts){.unit = o.unit};
    TRY(may_see(w, &more));
    if (!more) return OK;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_DUTY_LIST_COUNT), args, 8, &rows));
    while (!(e = db_next(rows, &more)) && more) ret->n[db_int(rows, 0)] = db_int(rows, 1);
    db_done(rows);
    return e;
}

enum err duty_count_by_unit(struct work *w, instant_t now, struct duty_counts *list, int room, int *ret)
{
    const struct actor *a = w->actor;
    struct bounds at = bounds_of(now);
    const struct value args[] = {value_int(a->sees),     value_int(a->sees_id), value_int(at.now),
                                 value_int(at.tomorrow), value_int(at.monday),  value_int(room)};
    struct db_rows *rows;
    bool more;
    enum err e;
    int n = 0;
    *ret = 0;
    TRY(may_see(w, &more));
    if (!more) return OK;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_DUTY_LIST_COUNT_BY_UNIT), args, 6, &rows));
    for (; !(e = db_next(rows, &more)) && more && n < room; n++) {
        list[n].unit = db_int(rows, 0);
        for (int g = 0; g < DUTY_GROUP__MAX; g++) list[n].n[g] = db_int(rows, 1 + g);
    }
    db_done(rows);
    if (!e) *ret = n;
    return e;
}

/* ---- rows ---- */

static enum err take_all(struct work *w, const struct sql *sql, const struct value *args, int n, struct duty_row *out, int room, int *ret)
{
    struct db_rows *rows;
    bool more;
    enum err e;
    int k = 0;
    *ret = 0;
    TRY(may_see(w, &more));
    if (!more) return OK;
    TRY(db_query(w->tx, sql, args, n, &rows));
    for (; !(e = db_next(rows, &more)) && more && k < room; k++)
        out[k] = (struct duty_row){.id = db_int(rows, 0),
                                   .version = db_int(rows, 1),
                                   .matter = arena_str(w->arena, db_text(rows, 2)),
                                   .state = arena_str(w->arena, db_text(rows, 3)),
                                   .record_ledger = arena_str(w->arena, db_text(rows, 4)),
                                   .record_id = arena_str(w->arena, db_text(rows, 5)),
                                   .record_number = arena_str(w->arena, db_text(rows, 6)),
                                   .premises = db_int(rows, 7),
                                   .unit = db_int(rows, 8),
                                   .person = db_int(rows, 9),
                                   .started = db_int(rows, 10),
                                   .due = db_int(rows, 11),
                                   .updated = db_int(rows, 12),
                                   .rung = rung_named(db_text(rows, 13)),
                                   .provisional = db_int(rows, 14) != 0};
    db_done(rows);
    if (!e && arena_failed(w->arena)) e = err_no_memory();
    if (!e) *ret = k;
    return e;
}

enum err duty_rows(struct work *w, struct duty_whose o, enum duty_group g, instant_t now, struct duty_row *out, int room, int *ret)
{
    const struct actor *a = w->actor;
    struct bounds at = bounds_of(now);
    const instant_t from[DUTY_GROUP__MAX] = {INT64_MIN, INT64_MIN, at.now, at.tomorrow, INT64_MIN};
    const instant_t to[DUTY_GROUP__MAX] = {at.now, at.now, at.tomorrow, at.monday, INT64_MAX};
    const struct value args[] = {value_int(o.unit),     value_int(o.person), value_int(o.of),        value_int(a->sees),
                                 value_int(a->sees_id), value_int(at.now),   value_int(at.tomorrow), value_int(at.monday),
                                 value_int(g),          value_int(from[g]),  value_int(to[g]),       value_int(room)};
    return take_all(w, DB_SQL(w->tx, SQL_DUTY_LIST_ROWS), args, 12, out, room, ret);
}

enum err duty_between(struct work *w, struct duty_whose o, instant_t from, instant_t to, struct duty_row *out, int room, int *ret)
{
    const struct actor *a = w->actor;
    const struct value args[] = {value_int(o.unit),     value_int(o.person), value_int(o.of), value_int(a->sees),
                                 value_int(a->sees_id), value_int(from),     value_int(to),   value_int(room)};
    return take_all(w, DB_SQL(w->tx, SQL_DUTY_LIST_BETWEEN), args, 8, out, room, ret);
}
