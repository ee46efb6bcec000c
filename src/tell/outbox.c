/* outbox.c — see outbox.h. */
#include "tell/outbox.h"

#include "ledger/right.h"
#include "ledger/setting.h"
#include "ledgers.h"
#include "outbox.sql.h"
#include "tell/channel.h"

#define KEY_MAX 100
#define WHY_MAX 1000

bool address_fits(struct str a)
{
    ptrdiff_t at = str_find(a, STR("@"));
    if (a.n > MAIL_ADDRESS_MAX || at <= 0 || (size_t)at + 1 >= a.n || str_find(str_from(a, (size_t)at + 1), STR("@")) >= 0) return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] <= ' ' || a.p[i] > '~' || strchr("<>()[],;:\\\"", a.p[i])) return false;
    return true;
}

/* ---- putting in ---- */

static enum err put(struct work *w, const struct telling *t, const struct channel *c, struct str address, int *n)
{
    struct str key = arena_printf(w->arena, "%.*s/%lld", STR_ARG(t->key), (long long)c->id);
    int64_t changed;
    if (!key.p) return err_no_memory();
    const struct value row[] = {value_int(store_new_id()),
                                value_text(key),
                                value_int(c->id),
                                value_text(address),
                                value_text(t->subject),
                                value_text(t->body),
                                value_text(t->path.p ? t->path : STR("")),
                                value_int(clock_machine()),
                                value_int(clock_now())};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_PUT), row, 9, &changed));
    *n += changed > 0;
    return OK;
}

static enum err check(const struct telling *t)
{
    bool fits = t->key.n && t->key.n <= KEY_MAX && t->subject.n && t->subject.n <= MESSAGE_SUBJECT_MAX && t->body.n <= MESSAGE_BODY_MAX;
    if (!fits) return err_set(ERR_INVALID, "%s", _("a message needs a key and a subject, and cannot be as long as this one"));
    if (t->path.n && t->path.p[0] != '/') return err_set(ERR_INVALID, "%s", _("the page that a message is about begins with “/”"));
    return OK;
}

/* Whom the channel speaks to: the address of a mail, the name for a web hook. STR_NONE: it does not reach them. */
static enum err recipient(struct work *w, const struct telling *t, const struct channel *c, struct str *ret)
{
    const struct registry *reg = w->store->registry;
    struct record *r = NULL;
    *ret = STR_NONE;
    if (!t->person && (c->mail || !t->unit)) return OK;
    TRY(store_load(w, t->person ? person_ledger(reg) : unit_ledger(reg), t->person ? t->person : t->unit, false, &r));
    *ret = c->mail ? person_email(r) : t->person ? person_name(r) : unit_name(r);
    return OK;
}

enum err tell(struct work *w, const struct telling *t, int *ret_put)
{
    struct channel *list;
    int n, count = 0;
    TRY(check(t));
    TRY(channel_list(w, &list, &n));
    for (int i = 0; i < n; i++) {
        struct str to;
        TRY(recipient(w, t, &list[i], &to));
        if (to.n) TRY(put(w, t, &list[i], to, &count));
    }
    if (ret_put) *ret_put = count;
    return OK;
}

enum err tell_test(struct work *w, int64_t person)
{
    struct str key = arena_printf(w->arena, "test/%lld", (long long)store_new_id());
    int n;
    TRY(right_need(w, channel_ledger(w->store->registry), RIGHT_CHANGE));
    const struct telling test = {.key = key,
                                 .person = person,
                                 .subject = str_of(_("A test of the channel")),
                                 .body = str_of(_("Somebody who looks after the channels asked for this message."))};
    TRY(tell(w, &test, &n));
    return n ? OK : err_set(ERR_REFUSED, "%s", _("no channel in use reaches this person; a mail needs an address"));
}

/* ---- looking ---- */

static enum err read_message(struct work *w, const struct db_rows *rows, struct message *ret)
{
    struct arena *a = w->arena;
    *ret = (struct message){.id = db_int(rows, 0),
                            .key = arena_str(a, db_text(rows, 1)),
                            .channel = db_int(rows, 2),
                            .address = arena_str(a, db_text(rows, 3)),
                            .subject = arena_str(a, db_text(rows, 4)),
                            .body = arena_str(a, db_text(rows, 5)),
                            .path = arena_str(a, db_text(rows, 6)),
                            .state = arena_str(a, db_text(rows, 7)),
                            .tries = db_int(rows, 8),
                            .error = arena_str(a, db_text(rows, 9)),
                            .created = db_int(rows, 10),
                            .next = db_int(rows, 11),
                            .ended = db_int(rows, 12)};
    return arena_failed(a) ? err_no_memory() : OK;
}

static enum err read_messages(struct work *w, const struct sql *sql, const struct value *args, int nargs, struct message *list, int room,
                              int *ret)
{
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, sql, args, nargs, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room && !(e = read_message(w, rows, &list[n]))) n++;
    db_done(rows);
    TRY(e);
    *ret = n;
    return OK;
}

enum err outbox_list(struct work *w, bool open, int64_t before, struct message *list, int room, int *ret)
{
    const struct value args[] = {value_int(before ? before : INT64_MAX), value_int(open), value_int(room)};
    TRY(right_need(w, channel_ledger(w->store->registry), RIGHT_SEE));
    return read_messages(w, DB_SQL(w->tx, SQL_OUTBOX_LIST), args, 3, list, room, ret);
}

enum err outbox_count(struct work *w, int64_t *ret_waiting, int64_t *ret_undeliverable)
{
    struct db_rows *rows;
    bool more;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_OUTBOX_COUNT), NULL, 0, &rows));
    enum err e = db_next(rows, &more);
    if (!e && more) {
        *ret_waiting = db_int(rows, 0);
        *ret_undeliverable = db_int(rows, 1);
    }
    db_done(rows);
    return e;
}

static enum err move(struct work *w, const struct sql *sql, int64_t id)
{
    const struct value args[] = {value_int(id), value_int(clock_machine())};
    int64_t changed;
    TRY(right_need(w, channel_ledger(w->store->registry), RIGHT_CHANGE));
    TRY(db_run(w->tx, sql, args, 2, &changed));
    return changed ? OK : err_set(ERR_NOT_FOUND, _("there is no message %lld that waits or could not be delivered"), (long long)id);
}

enum err outbox_retry(struct work *w, int64_t id)
{
    return move(w, DB_SQL(w->tx, SQL_OUTBOX_RETRY), id);
}

enum err outbox_give_up(struct work *w, int64_t id)
{
    return move(w, DB_SQL(w->tx, SQL_OUTBOX_GIVE_UP), id);
}

/* ---- for senders ---- */

enum err outbox_any(struct work *w, bool *ret)
{
    struct value now = value_int(clock_machine());
    int64_t n;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_OUTBOX_ANY), &now, 1, &n));
    *ret = n > 0;
    return OK;
}

enum err outbox_take(struct work *w, struct str sender, struct message *ret)
{
    int64_t dead, id = 0;
    int n = 0;
    TRY(setting_int(w, "tell_dead_seconds", 120, &dead));
    const struct value args[] = {value_int(clock_machine()), value_text(sender), value_int(clock_machine() + dead * INSTANT_SECOND)};
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_OUTBOX_TAKE), args, 3, &id);
    if (e && e != ERR_NOT_FOUND) return e;
    *ret = (struct message){0};
    const struct value key = value_int(id);
    return e ? OK : read_messages(w, DB_SQL(w->tx, SQL_OUTBOX_GET), &key, 1, ret, 1, &n);
}

enum err outbox_sent(struct work *w, const struct message *m, struct str sender, bool *mine)
{
    const struct value args[] = {value_int(m->id), value_text(sender), value_int(clock_machine())};
    int64_t changed;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_SENT), args, 3, &changed));
    *mine = changed > 0;
    return OK;
}

/* Twice as long each time. */
static enum err next_try(struct work *w, const struct message *m, instant_t *ret, bool *last)
{
    int64_t tries, first, most;
    TRY(setting_int(w, "tell_tries", 10, &tries));
    TRY(setting_int(w, "tell_wait_seconds", 60, &first));
    TRY(setting_int(w, "tell_wait_most_minutes", 360, &most));
    most *= 60;
    int64_t wait = first;
    for (int64_t i = 1; i < m->tries && wait < most; i++) wait *= 2;
    *ret = clock_machine() + (wait < most ? wait : most) * INSTANT_SECOND;
    *last = m->tries >= tries;
    return OK;
}

enum err outbox_failed(struct work *w, const struct message *m, struct str sender, bool never, bool away, struct str why, bool *ret_last)
{
    instant_t next;
    bool last;
    TRY(next_try(w, m, &next, &last));
    never |= last;
    const struct value args[] = {value_int(m->id),
                                 value_text(sender),
                                 value_text(str_of(never ? "undeliverable" : "waiting")),
                                 value_text(str_head(why, WHY_MAX)),
                                 value_int(next),
                                 never ? value_int(clock_machine()) : VALUE_NULL};
    int64_t changed;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_FAILED), args, 6, &changed));
    *ret_last = never && changed;
    if (!away) return OK;
    const struct value rest[] = {value_int(m->channel), value_int(next)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_OUTBOX_REST), rest, 2, NULL);
}
