/* notice.c — see notice.h. */
#include "duty/notice.h"

#include "ledgers.h"
#include "notice.sql.h"

const char *const notice_kind_names[NOTICE__MAX] = {"reminder", "missed", "moved", "withdrawn"};
static const char *const delivery_names[NOTICE_DELIVERY__MAX] = {"inbox", "waiting", "delivered", "failed"};

static notice_hook hook;

void notice_on_put(notice_hook h)
{
    hook = h;
}

/* A set of rungs as text, "|owner|unit_head|"; NULL for none. */
static enum err rungs_text(struct arena *a, unsigned rungs, struct value *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(200);
    for (enum rung r = 0; r < RUNG__MAX; r++)
        if (rungs & 1u << r) buf_printf(&b, "%s%s|", b.n ? "" : "|", rung_names[r]);
    TRY(buf_error(&b));
    struct str s = b.n ? arena_str(a, buf_view(&b)) : STR_NONE;
    if (b.n && !s.p) return err_no_memory();
    *ret = value_text(s);
    return OK;
}

static unsigned rungs_of(struct str text)
{
    unsigned rungs = 0;
    struct str name;
    while (many_next(&text, &name)) {
        enum rung r = rung_named(name);
        if (r < RUNG__MAX) rungs |= 1u << r;
    }
    return rungs;
}

enum err notice_put(struct work *w, struct notice *n)
{
    struct value skipped;
    n->id = store_new_id();
    n->made = clock_now();
    TRY(rungs_text(w->arena, n->skipped, &skipped));
    const struct value row[] = {value_int(n->id),
                                value_int(n->duty),
                                value_text(str_of(notice_kind_names[n->kind])),
                                value_text(str_of(rung_names[n->rung])),
                                skipped,
                                value_int(n->unit),
                                value_int(n->person),
                                value_int(n->at),
                                value_int(n->made),
                                value_text(str_of(delivery_names[n->delivery]))};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_NOTICE_ADD), row, 10, NULL));
    return hook ? hook(w, n) : OK;
}

enum err notice_owner_of(struct work *w, const struct actor *a, struct notice_owner *ret)
{
    struct record *post;
    *ret = (struct notice_owner){.unit = a->unit};
    if (!a->post) return OK;
    TRY(store_load(w, post_ledger(w->store->registry), a->post, false, &post));
    ret->person = post_person(post);
    return OK;
}

/* ---- reading ---- */

static int place_of(const char *const *names, int n, struct str text)
{
    int i = 0;
    while (i < n - 1 && !str_is(text, names[i])) i++;
    return i;
}

/* The columns of the three lists. */
static enum err take(struct work *w, const struct db_rows *rows, struct notice *ret)
{
    *ret = (struct notice){.id = db_int(rows, 0),
                           .duty = db_int(rows, 1),
                           .kind = (enum notice_kind)place_of(notice_kind_names, NOTICE__MAX, db_text(rows, 2)),
                           .rung = rung_named(db_text(rows, 3)),
                           .skipped = rungs_of(db_text(rows, 4)),
                           .unit = db_int(rows, 5),
                           .person = db_int(rows, 6),
                           .at = db_int(rows, 7),
                           .made = db_int(rows, 8),
                           .delivery = (enum notice_delivery)place_of(delivery_names, NOTICE_DELIVERY__MAX, db_text(rows, 9)),
                           .delivered = db_int(rows, 10),
                           .read = db_int(rows, 11),
                           .matter = arena_str(w->arena, db_text(rows, 12)),
                           .number = arena_str(w->arena, db_text(rows, 13)),
                           .state = arena_str(w->arena, db_text(rows, 14)),
                           .due = db_int(rows, 15)};
    return ret->matter.p && ret->state.p ? OK : err_no_memory();
}

static enum err take_all(struct work *w, const struct sql *sql, const struct value *args, int n, struct notice *notices, int room, int *ret)
{
    struct db_rows *rows;
    bool more;
    int found = 0;
    TRY(db_query(w->tx, sql, args, n, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && found < room)
        if ((e = take(w, rows, &notices[found++]))) break;
    db_done(rows);
    if (!e) *ret = found;
    return e;
}

enum err notice_list(struct work *w, struct notice_owner o, bool unread, int64_t before, struct notice *notices, int room, int *ret)
{
    const struct value args[] = {value_int(o.person), value_int(o.unit), value_int(before ? before : INT64_MAX), value_int(room)};
    const struct sql *sql = unread ? DB_SQL(w->tx, SQL_NOTICE_MINE_UNREAD) : DB_SQL(w->tx, SQL_NOTICE_MINE);
    return take_all(w, sql, args, 4, notices, room, ret);
}

enum err notice_unread(struct work *w, struct notice_owner o, int64_t *ret)
{
    const struct value args[] = {value_int(o.person), value_int(o.unit)};
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_NOTICE_UNREAD_COUNT), args, 2, ret);
}

enum err notice_of_duty(struct work *w, int64_t duty, struct notice *notices, int room, int *ret)
{
    const struct value args[] = {value_int(duty), value_int(room)};
    return take_all(w, DB_SQL(w->tx, SQL_NOTICE_OF_DUTY), args, 2, notices, room, ret);
}

/* ---- marking ---- */

/* Who was told has read it: an event of the duty while it goes on. The reader may be told of duties that its post cannot see. */
static enum err note_reading(struct work *w, int64_t id, struct str rung)
{
    const struct ledger *l = duty_ledger(w->store->registry);
    const struct actor *reader = w->actor;
    struct actor sees_it = *reader;
    struct record *duty, *draft = record_new(w->arena, l), *done;
    if (!draft) return err_no_memory();
    TRY(store_load(w, l, id, true, &duty));
    if (!str_is(duty->state, "running") && !str_is(duty->state, "suspended") && !str_is(duty->state, "breached")) return OK;
    duty_set_seen(draft, rung);
    sees_it.sees = SEES_ALL;
    w->actor = &sees_it;
    w->ruled++;
    enum err e = store_do(w, id, STR("take_note"), 0, draft, &done);
    w->ruled--;
    w->actor = reader;
    return e;
}

enum err notice_mark_read(struct work *w, int64_t id)
{
    struct notice_owner o;
    int64_t duty, changed;
    struct str rung;
    TRY(notice_owner_of(w, w->actor, &o));
    const struct value whose[] = {value_int(id), value_int(o.person), value_int(o.unit)};
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_NOTICE_WHOSE), whose, 3, &duty);
    if (e == ERR_NOT_FOUND) return err_set(ERR_NOT_FOUND, _("there is no notice %lld for you"), (long long)id);
    TRY(e);
    TRY(db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_NOTICE_RUNG), whose, 1, &rung));
    const struct value read[] = {value_int(id), value_int(clock_now()), value_text(w->actor->name)};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_NOTICE_READ), read, 3, &changed));
    return changed ? note_reading(w, duty, rung) : OK;
}

enum err notice_set_delivery(struct work *w, int64_t id, enum notice_delivery d, instant_t at)
{
    const struct value args[] = {value_int(id), value_text(str_of(delivery_names[d])), d == NOTICE_DELIVERED ? value_int(at) : VALUE_NULL};
    return db_run(w->tx, DB_SQL(w->tx, SQL_NOTICE_DELIVERY), args, 3, NULL);
}
