/* store_open.c — opening and making a database; running work in a transaction. See store.h. */
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/names.h"
#include "ledger/plan.h"
#include "ledger/right.h"
#include "ledger/schema.h"
#include "ledger/search.h"
#include "ledger/secret.h"
#include "system.sql.h"

#define LANES_SQLITE 1 /* one writer, one lane */
#define LANES_POSTGRES 16

/* ---- work ---- */

struct doing {
    struct work work;
    enum err (*fn)(struct work *, void *);
    void *arg;
};

static void begin(struct work *w, struct db_tx *tx)
{
    w->tx = tx;
    w->source = (struct source){0};
    w->events = NULL;
    w->events_end = &w->events;
    w->searches = NULL;
    w->searches_end = &w->searches;
    w->ruled = 0;
    w->access = false;
    w->names_epoch = names_epoch(w->store->names);
    w->names_changed = false;
    w->duty = NULL;
}

enum err store_flush(struct work *w)
{
    TRY(search_flush(w));
    TRY(chain_append(w));
    w->events = NULL;
    w->events_end = &w->events;
    return OK;
}

static enum err run_write(struct db_tx *tx, void *arg)
{
    struct doing *d = arg;
    begin(&d->work, tx);
    TRY(d->fn(&d->work, d->arg));
    return store_flush(&d->work);
}

static enum err run_read(struct db_tx *tx, void *arg)
{
    struct doing *d = arg;
    begin(&d->work, tx);
    TRY(d->fn(&d->work, d->arg));
    return arena_failed(d->work.arena) ? err_no_memory() : OK; /* or an answer would lack what did not fit */
}

enum err store_write(struct store *s, const struct actor *actor, struct arena *a, enum err (*fn)(struct work *, void *), void *arg)
{
    struct doing d = {.work = {.store = s, .arena = a, .actor = actor}, .fn = fn, .arg = arg};
    TRY(rights_look(s));
    TRY(db_write(s->db, a, run_write, &d));
    if (d.work.names_changed) names_forget(s->names);
    if (!d.work.access) return OK;
    /* From now on it holds, in this process at once. What was written stands even when reading the table again fails; then it is
     * noticed as a change by another program would be. */
    rights_epoch_next(s);
    rights_refresh(s);
    return OK;
}

enum err store_view(struct store *s, const struct actor *actor, struct arena *a, enum err (*fn)(struct work *, void *), void *arg)
{
    struct doing d = {.work = {.store = s, .arena = a, .actor = actor}, .fn = fn, .arg = arg};
    TRY(rights_look(s));
    return db_read(s->db, run_read, &d);
}

struct trying {
    struct work *work;
    enum err (*fn)(struct work *, void *);
    void *arg;
};

static enum err run_try(struct db_tx *tx, void *arg)
{
    (void)tx;
    struct trying *t = arg;
    return t->fn(t->work, t->arg);
}

enum err store_try(struct work *w, enum err (*fn)(struct work *, void *), void *arg)
{
    struct trying t = {w, fn, arg};
    struct event **events = w->events_end;
    struct search_note **searches = w->searches_end;
    enum err e = db_savepoint(w->tx, run_try, &t);
    if (e) {
        w->events_end = events;
        *events = NULL;
        w->searches_end = searches;
        *searches = NULL;
    }
    return e;
}

/* ---- settings ---- */

enum err store_setting(struct work *w, const char *name, struct str otherwise, struct str *ret)
{
    struct value key = value_text(str_of(name));
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_SETTING_GET), &key, 1, ret);
    if (e != ERR_NOT_FOUND) return e;
    *ret = otherwise;
    return OK;
}

enum err store_setting_put(struct work *w, const char *name, struct str value)
{
    const struct value row[] = {value_text(str_of(name)), value_text(value)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_SETTING_SET), row, 2, NULL);
}

/* ---- opening ---- */

static enum err make_uuid(char ret[37])
{
    unsigned char r[16];
    if (getrandom(r, sizeof r, 0) != sizeof r) return err_set(ERR_IO, "%s", "no random bytes");
    r[6] = (unsigned char)((r[6] & 0x0F) | 0x40);
    r[8] = (unsigned char)((r[8] & 0x3F) | 0x80);
    snprintf(ret, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4], r[5], r[6],
             r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
    return OK;
}

struct opening {
    struct store *store;
    const struct store_options *options;
};

static enum err enact_all(struct work *w)
{
    struct registry *r = w->store->registry;
    bool refill = false;
    for (int i = 0; i < r->n; i++) {
        bool one;
        TRY(schema_enact(w->tx, w->arena, r->ledgers[i], &one));
        refill |= one;
    }
    /* All ledgers share one index, and SQLite's forgets a text only when it is told what it was. */
    if (refill) TRY(search_clear(w->tx));
    for (int i = 0; refill && i < r->n; i++) TRY(store_refill(w, r->ledgers[i]));
    return OK;
}

/* What a database is, kept in _setting since init. */
static enum err put_identity(struct work *w)
{
    const struct store *s = w->store;
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)s->district);
    TRY(store_setting_put(w, "district", str_of(number)));
    snprintf(number, sizeof number, "%d", SCHEMA_VERSION);
    TRY(store_setting_put(w, "schema", str_of(number)));
    TRY(store_setting_put(w, "uuid", str_of(s->uuid)));
    TRY(store_setting_put(w, "hash", str_of(hash_name(s->hash))));
    return store_setting_put(w, "simulated", s->simulated ? STR("1") : STR("0"));
}

static enum err get_identity(struct work *w)
{
    struct store *s = w->store;
    struct str text;
    TRY(store_setting(w, "district", STR("0"), &text));
    if (!str_int(text, &s->district)) return err_set(ERR_DB, "%s", _("the setting “district” is damaged"));
    TRY(store_setting(w, "uuid", STR(""), &text));
    if (text.n != 36) return err_set(ERR_DB, "%s", _("the setting “uuid” is damaged"));
    memcpy(s->uuid, text.p, 36);
    TRY(store_setting(w, "hash", STR("sm3"), &text));
    if (!hash_parse(text, &s->hash)) return err_set(ERR_DB, "%s", _("the setting “hash” is damaged"));
    TRY(store_setting(w, "simulated", STR("0"), &text));
    s->simulated = str_is(text, "1");
    if (!s->simulated) return OK;
    /* A simulated district lives on its own clock, which stands where it was last put. */
    int64_t now;
    TRY(store_setting(w, "now", STR("0"), &text));
    if (str_int(text, &now) && now) clock_set(now);
    return OK;
}

static enum err write_clock(struct work *w, void *arg)
{
    struct buf b CLEANUP_BUF = BUF_INIT(32);
    buf_int(&b, *(const instant_t *)arg);
    TRY(buf_error(&b));
    return store_setting_put(w, "now", buf_view(&b));
}

enum err store_put_clock(struct store *s, instant_t now)
{
    if (!s->simulated) {
        err_set(ERR_REFUSED, "%s", _("the clock can be put only on a database made with init --simulated"));
        return err_rule("simulated");
    }
    if (now < clock_now()) return err_set(ERR_REFUSED, "%s", _("the clock of a simulated district never goes back"));
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    struct actor actor = ACTOR_CLOCK;
    if (!a) return err_no_memory();
    TRY(store_write(s, &actor, a, write_clock, &now));
    clock_set(now);
    return OK;
}

static enum err create_database(struct work *w, void *arg)
{
    struct opening *o = arg;
    int64_t tables;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_TABLES_ANY), NULL, 0, &tables));
    if (tables) return err_set(ERR_CONFLICT, "%s", _("there is something in this database already; init needs an empty one"));
    TRY(schema_create(w->tx));
    TRY(search_create(w->tx));
    TRY(put_identity(w));
    TRY(chain_start(w, db_tx_engine(w->tx) == DB_SQLITE ? LANES_SQLITE : LANES_POSTGRES));
    (void)o;
    return enact_all(w);
}

/* The district's own descriptions, as enacted. */
static enum err own_descriptions(struct work *w)
{
    struct db_rows *rows;
    bool more;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_LEDGER_OWN), NULL, 0, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && !e) {
        if (registry_find(w->store->registry, db_text(rows, 0))) continue;
        if ((e = registry_add(w->store->registry, db_text(rows, 1), false))) break;
    }
    db_done(rows);
    return e;
}

static enum err add_given(struct registry *r, const char *const *own)
{
    for (; own && *own; own++) TRY(registry_add(r, str_of(*own), false));
    return OK;
}

/* Is the enacted text of every ledger the one of the program? */
static enum err is_enacted(struct work *w, bool *ret)
{
    *ret = true;
    for (int i = 0; i < w->store->registry->n; i++) {
        const struct ledger *l = w->store->registry->ledgers[i];
        struct value name = value_text(str_of(l->ledger));
        struct str text;
        enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_LEDGER_GET), &name, 1, &text);
        if (e && e != ERR_NOT_FOUND) return e;
        if (e || !str_is(text, l->text)) *ret = false;
    }
    return OK;
}

static enum err read_database(struct work *w, void *arg)
{
    struct opening *o = arg;
    int64_t version;
    TRY(schema_version(w->tx, &version));
    if (version == 0) return err_set(ERR_NOT_FOUND, _("%s is no Anjian database; `anjian init` makes one"), db_url(w->store->db));
    if (version > SCHEMA_VERSION) return err_set(ERR_REFUSED, "%s", _("the database was made by a newer program; please update this one"));
    if (version < SCHEMA_VERSION)
        return err_set(ERR_REFUSED, "%s", _("the database was made by an older program, and there is no way to bring it up to date"));
    TRY(get_identity(w));
    TRY(own_descriptions(w));
    TRY(registry_link(w->store->registry));
    bool enacted;
    TRY(is_enacted(w, &enacted));
    if (!enacted && !o->options->upgrade)
        return err_set(ERR_REFUSED, "%s", _("the descriptions of ledgers have changed; run `anjian upgrade`"));
    return OK;
}

static enum err upgrade_database(struct work *w, void *arg)
{
    (void)arg;
    return enact_all(w);
}

/* Personal data needs its key file; init makes it, and a database without it works but for such fields. *made is the path of a
 * new file. */
static enum err open_secrets(struct store *s, const struct store_options *o, struct arena *a, const char **made)
{
    const char *path = secrets_path(a, s->db);
    if (o->create && path) {
        TRY(secrets_make(path));
        *made = path;
    }
    return secrets_open(path, &s->secrets);
}

static enum err open_into(struct store *s, const char *url, const struct store_options *o, struct arena *a, const char **made)
{
    struct opening opening = {s, o};
    struct actor console = ACTOR_CONSOLE;
    TRY(search_init());
    TRY(db_open(url, &(struct db_options){.create = o->create}, &s->db));
    TRY(open_secrets(s, o, a, made));
    s->registry = registry_new();
    s->names = names_new();
    if (!s->registry || !s->names) return err_no_memory();
    TRY(registry_add_shipped(s->registry));
    TRY(add_given(s->registry, o->own));
    if (o->create) {
        s->district = o->district;
        s->simulated = o->simulated;
        s->hash = o->hash;
        TRY(make_uuid(s->uuid));
        TRY(registry_link(s->registry));
    } else {
        TRY(store_view(s, &console, a, read_database, &opening));
    }
    TRY(plans_new(s->registry, db_engine_of(s->db), &s->plans));
    if (o->create) TRY(store_write(s, &console, a, create_database, &opening));
    if (o->upgrade && !o->create) TRY(store_write(s, &console, a, upgrade_database, &opening));
    TRY(rights_new(s->registry, &s->rights));
    return rights_refresh(s);
}

enum err store_open(const char *url, const struct store_options *o, struct store **ret)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)16 << 20);
    struct store *s = mem_alloc(sizeof *s);
    const char *made = NULL;
    enum err e = a && s ? open_into(s, url, o, a, &made) : err_no_memory();
    if (e) {
        if (made) unlink(made); /* or the next attempt would find a key that is nobody's */
        store_close(s);
        return e;
    }
    *ret = s;
    return OK;
}

struct store *store_close(struct store *s)
{
    if (!s) return NULL;
    names_free(s->names);
    secrets_free(s->secrets);
    plans_free(s->plans);
    rights_free(s->rights);
    registry_free(s->registry);
    db_close(s->db);
    mem_free(s);
    return NULL;
}

const struct plan *store_plan(const struct store *s, const struct ledger *l)
{
    return &s->plans->plan[l->place];
}
