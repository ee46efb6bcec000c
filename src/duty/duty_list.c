/* duty_list.c — see duty_list.h. */
#include "duty/duty_list.h"

#include "duty/notice.h"
#include "duty_list.sql.h"
#include "ledgers.h"

/* ---- whose ---- */

enum err duty_whose_of(struct work *w, const struct actor *a, struct duty_whose *ret)
{
    struct notice_owner o;
    struct record *post;
    TRY(notice_owner_of(w, a, &o));
    *ret = (struct duty_whose){.person = o.person, .unit = o.unit};
    if (!a->post) return OK;
    TRY(store_load(w, post_ledger(w->store->registry), a->post, false, &post));
    ret->whole = str_is(post_role(post), "first_responsible") || str_is(post_role(post), "leader_in_charge");
    return OK;
}

/* The first six parameters: whose, and what is today and this week. */
static void bounds(struct duty_whose k, struct value args[6])
{
    instant_t now = clock_now();
    day_t today = instant_day(now);
    args[0] = value_int(k.person);
    args[1] = value_int(k.unit);
    args[2] = value_int(k.whole);
    args[3] = value_int(now);
    args[4] = value_int(day_end(today));
    args[5] = value_int(day_end(today + 7 - day_weekday(today)));
}

/* ---- rows ---- */

static struct str kept(struct work *w, const struct db_rows *rows, int column)
{
    return db_is_null(rows, column) ? STR_NONE : arena_str(w->arena, db_text(rows, column));
}

static struct duty_row take(struct work *w, const struct db_rows *r)
{
    return (struct duty_row){.when = (enum duty_when)db_int(r, 0),
                             .id = db_int(r, 1),
                             .state = kept(w, r, 2),
                             .matter = kept(w, r, 3),
                             .rule = kept(w, r, 4),
                             .rung = kept(w, r, 5),
                             .ledger = kept(w, r, 6),
                             .record = kept(w, r, 7),
                             .number = kept(w, r, 8),
                             .premises = db_int(r, 9),
                             .unit = db_int(r, 10),
                             .person = db_int(r, 11),
                             .due = db_int(r, 12),
                             .due_before = db_int(r, 13),
                             .provisional = db_int(r, 14) != 0,
                             .recurs = db_int(r, 15) != 0};
}

enum { MANY = 18 /* the column of the board that counts its kind */ };

static enum err read_rows(struct work *w, const struct sql *sql, const struct value *args, int n, bool counts, struct duty_board *ret)
{
    struct db_rows *rows;
    struct duty_board b = {0};
    int room = 0;
    bool more;
    enum err e;
    TRY(db_query(w->tx, sql, args, n, &rows));
    while (!(e = db_next(rows, &more)) && more) {
        struct duty_row *row = ARENA_GROW(w->arena, b.row, b.n, &room);
        if (!row) {
            e = err_no_memory();
            break;
        }
        row[b.n] = take(w, rows);
        if (counts) b.count[row[b.n].when] = db_int(rows, MANY);
        b.n++;
        b.row = row;
    }
    db_done(rows);
    if (!e) *ret = b;
    return e;
}

enum err duty_board(struct work *w, struct duty_whose k, int room, struct duty_board *ret)
{
    struct value args[7];
    bounds(k, args);
    args[6] = value_int(room);
    return read_rows(w, DB_SQL(w->tx, SQL_DUTY_BOARD), args, 7, true, ret);
}

enum err duty_between(struct work *w, struct duty_whose k, instant_t from, instant_t to, int room, struct duty_row **ret, int *ret_n)
{
    struct value args[9];
    struct duty_board b;
    bounds(k, args);
    args[6] = value_int(from);
    args[7] = value_int(to);
    args[8] = value_int(room);
    TRY(read_rows(w, DB_SQL(w->tx, SQL_DUTY_BETWEEN), args, 9, false, &b));
    *ret = b.row;
    *ret_n = b.n;
    return OK;
}

enum err duty_counts(struct work *w, struct duty_whose k, int64_t ret[DUTY_WHEN__MAX])
{
    struct value args[6];
    struct db_rows *rows;
    bool more;
    enum err e;
    bounds(k, args);
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_DUTY_COUNTS), args, 6, &rows));
    memset(ret, 0, DUTY_WHEN__MAX * sizeof *ret);
    while (!(e = db_next(rows, &more)) && more) ret[db_int(rows, 0)] = db_int(rows, 1);
    db_done(rows);
    return e;
}

/* The column that the actor's scope is about; all are 0 for whom sees everything. Fails closed: no row has the value -1. */
static void scope_of(const struct actor *a, struct value args[4])
{
    static const int place[] = {
        [SEES_TERRITORY] = 0, [SEES_SECTOR] = 1, [SEES_DISTRICT] = 2, [SEES_OWNER] = 3, [SEES_NOTHING] = 0, [SEES_ALL] = 0};
    int64_t only = a->sees == SEES_NOTHING || !a->sees_id ? -1 : a->sees_id;
    for (int i = 0; i < 4; i++) args[i] = value_int(0);
    if (a->sees != SEES_ALL) args[place[a->sees]] = value_int(only);
}

enum err duty_by_unit(struct work *w, int room, struct duty_unit **ret, int *ret_n)
{
    struct value whose[6], args[8];
    struct duty_unit *unit = arena_array(w->arena, struct duty_unit, room);
    struct db_rows *rows;
    int n = 0;
    bool more;
    enum err e;
    if (!unit) return err_no_memory();
    bounds((struct duty_whose){0}, whose);
    memcpy(args, whose + 3, 3 * sizeof *args);
    scope_of(w->actor, args + 3);
    args[7] = value_int(room);
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_DUTY_BY_UNIT), args, 8, &rows));
    while (!(e = db_next(rows, &more)) && more && n < room) {
        unit[n].unit = db_int(rows, 0);
        for (int i = 0; i < DUTY_WHEN__MAX; i++) unit[n].count[i] = db_int(rows, i + 1);
        n++;
    }
    db_done(rows);
    if (e) return e;
    *ret = unit;
    *ret_n = n;
    return OK;
}
