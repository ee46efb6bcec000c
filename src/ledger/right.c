/* right.c — see right.h. */
#include "ledger/right.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "ledger/query.h"
#include "system.sql.h"

#define LOOK_EVERY INT64_C(1000000) /* microseconds between two looks for changes by other programs */
#define LOG "_log"                  /* stands for the event log in the column `on_ledger` */
#define EVERY "*"
#define RIGHTS_MAX ((size_t)16 << 20) /* memory of the compiled table */

struct right { /* of one role on one ledger */
    unsigned actions;
    struct str verbs; /* as written; see has_verb() */
};

struct rights {
    pthread_rwlock_t lock; /* of arena, right and stamp */
    struct arena *arena;
    struct right *right; /* [role * columns + place of the ledger]; the last column is the log */
    int columns;
    int64_t stamp; /* sum of the versions of all rows: any change makes it grow */
    _Atomic int64_t looked;
    _Atomic uint64_t epoch;
};

/* ---- words ---- */

static const char *const action_words[RIGHT__MAX] = {"see", "create", "change", "withdraw", "merge", "import", "export", "reveal"};
static const char *const action_labels[RIGHT__MAX] = {N_("see"),   N_("create"), N_("change"), N_("withdraw"),
                                                      N_("merge"), N_("import"), N_("export"), N_("reveal")};
static const char *const role_words[ROLE__MAX] = {NULL,     NULL,      "system_admin", "security_admin", "auditor", "leader",
                                                  "office", "officer", "station",      "enterprise",     "public"};
static const char *const role_labels[ROLE__MAX] = {
    N_("nobody"),
    N_("console"),
    N_("system administrator"),
    N_("security administrator"),
    N_("auditor"),
    N_("leader"),
    N_("committee office"),
    N_("officer of a bureau or department"),
    N_("safety station"),
    N_("enterprise"),
    N_("public"),
};

const char *right_action_word(enum right_action a)
{
    return action_words[a];
}

const char *right_action_label(enum right_action a)
{
    return _(action_labels[a]);
}

const char *role_word(enum role r)
{
    return (unsigned)r < ROLE__MAX ? role_words[r] : NULL;
}

const char *role_label(enum role r)
{
    return _(role_labels[(unsigned)r < ROLE__MAX ? r : ROLE_NONE]);
}

bool role_parse(struct str word, enum role *ret)
{
    for (int i = 0; i < ROLE__MAX; i++) {
        if (!role_words[i] || !str_is(word, role_words[i])) continue;
        *ret = (enum role)i;
        return true;
    }
    return false;
}

bool role_is_administrative(enum role r)
{
    return r == ROLE_SYSTEM_ADMIN || r == ROLE_SECURITY_ADMIN || r == ROLE_AUDITOR;
}

static unsigned parse_actions(struct str many)
{
    unsigned ret = 0;
    for (struct str one; many_next(&many, &one);)
        for (int i = 0; i < RIGHT__MAX; i++)
            if (str_is(one, action_words[i])) ret |= 1u << i;
    return ret;
}

/* The next of the verbs, which stand with blanks between them. */
static struct str next_verb(struct str *rest)
{
    while (rest->p) {
        struct str one = str_trim(str_split(rest, ' '));
        if (one.n) return one;
    }
    return STR_NONE;
}

static bool has_verb(struct str verbs, struct str verb)
{
    for (struct str one; (one = next_verb(&verbs)).p;)
        if (str_is(one, EVERY) || str_eq(one, verb)) return true;
    return false;
}

/* Who may do what, and what leaves this system, is for the administrators; no "*" reaches it, and no business role. */
static bool is_apart(struct str ledger)
{
    static const char *const apart[] = {"account", "right", LOG, "channel", "allowed_host"};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        if (str_is(ledger, apart[i])) return true;
    return false;
}

/* ---- asking ---- */

/* What a token leaves over of the rights of its account. */
static bool token_allows(const struct actor *a, struct str ledger, bool reads)
{
    struct str rest = a->only, one;
    if (a->reads_only && !reads) return false;
    if (!a->only.p) return true;
    while (many_next(&rest, &one))
        if (str_eq(one, ledger)) return true;
    return false;
}

/* Calls for the right of a role on a column under the lock; false when there is none. */
static bool look_up(struct rights *r, enum role role, int column, unsigned action, struct str verb)
{
    if (!r || role <= ROLE_CONSOLE || role >= ROLE__MAX) return false;
    pthread_rwlock_rdlock(&r->lock);
    const struct right *one = r->right ? &r->right[(int)role * r->columns + column] : NULL;
    bool may = one && (verb.p ? has_verb(one->verbs, verb) : (one->actions & action) != 0);
    pthread_rwlock_unlock(&r->lock);
    return may;
}

bool right_may(const struct store *s, const struct actor *a, const struct ledger *l, enum right_action action)
{
    if (!token_allows(a, str_of(l->ledger), action == RIGHT_SEE || action == RIGHT_EXPORT)) return false;
    return a->role == ROLE_CONSOLE || look_up(s->rights, a->role, l->place, 1u << action, STR_NONE);
}

bool right_may_verb(const struct store *s, const struct actor *a, const struct ledger *l, struct str verb)
{
    if (!verb.p || !token_allows(a, str_of(l->ledger), false)) return false;
    return a->role == ROLE_CONSOLE || look_up(s->rights, a->role, l->place, 0, verb);
}

bool right_may_log(const struct store *s, const struct actor *a)
{
    if (!token_allows(a, STR(LOG), true)) return false;
    return a->role == ROLE_CONSOLE || (s->rights && look_up(s->rights, a->role, s->rights->columns - 1, 1u << RIGHT_SEE, STR_NONE));
}

static enum err forbidden(const struct actor *a, const char *action, const char *ledger)
{
    err_set(ERR_FORBIDDEN, _("the role “%s” may not “%s” in “%s”"), role_label(a->role), action, ledger);
    return err_rule("right");
}

enum err right_ask(const struct store *s, const struct actor *a, const struct ledger *l, enum right_action action)
{
    return right_may(s, a, l, action) ? OK : forbidden(a, right_action_label(action), ledger_label(l, lang_get()));
}

enum err right_ask_verb(const struct store *s, const struct actor *a, const struct ledger *l, struct str verb)
{
    if (right_may_verb(s, a, l, verb)) return OK;
    const char *label = NULL;
    for (unsigned i = 0; i < l->verbs_count && !label; i++)
        if (str_is(verb, l->verbs[i].name)) label = lang_get() == LANG_ZH ? l->verbs[i].zh : l->verbs[i].en;
    return forbidden(a, label ? label : "?", ledger_label(l, lang_get()));
}

enum err right_ask_log(const struct store *s, const struct actor *a)
{
    return right_may_log(s, a) ? OK : forbidden(a, right_action_label(RIGHT_SEE), _("event log"));
}

enum err right_need(const struct work *w, const struct ledger *l, enum right_action action)
{
    return w->ruled ? OK : right_ask(w->store, w->actor, l, action);
}

enum err right_need_verb(const struct work *w, const struct ledger *l, struct str verb)
{
    return w->ruled ? OK : right_ask_verb(w->store, w->actor, l, verb);
}

enum err right_need_log(const struct work *w)
{
    return w->ruled ? OK : right_ask_log(w->store, w->actor);
}

/* ---- reading the table ---- */

enum err rights_new(const struct registry *reg, struct rights **ret)
{
    struct rights *r = mem_alloc(sizeof *r);
    if (!r) return err_no_memory();
    pthread_rwlock_init(&r->lock, NULL);
    r->columns = reg->n + 1;
    r->stamp = -1;
    *ret = r;
    return OK;
}

struct rights *rights_free(struct rights *r)
{
    if (!r) return NULL;
    pthread_rwlock_destroy(&r->lock);
    arena_free(r->arena);
    mem_free(r);
    return NULL;
}

struct reading { /* the table on its way into memory */
    struct store *store;
    struct arena *arena;
    struct right *right;
    struct right every[ROLE__MAX]; /* of "*" */
    bool *named;
    int64_t stamp, known;
};

static enum err take_row(struct reading *k, enum role role, struct str ledger, struct right one)
{
    const struct rights *r = k->store->rights;
    const struct ledger *l = registry_find(k->store->registry, ledger);
    bool log = str_is(ledger, LOG);
    one.verbs = one.verbs.p ? arena_str(k->arena, one.verbs) : STR_NONE;
    if (str_is(ledger, EVERY)) {
        if (!role_is_administrative(role)) k->every[role] = one;
        return OK;
    }
    /* A ledger that this program does not know, or one that no business role may have: no right. */
    if ((!l && !log) || (is_apart(ledger) && !role_is_administrative(role))) return OK;
    int at = (int)role * r->columns + (log ? r->columns - 1 : l->place);
    k->right[at].actions |= one.actions;
    k->right[at].verbs = one.verbs;
    k->named[at] = true;
    return OK;
}

static void spread_every(struct reading *k)
{
    const struct registry *reg = k->store->registry;
    for (int role = 0; role < ROLE__MAX; role++) {
        for (int i = 0; i < reg->n; i++) {
            int at = role * k->store->rights->columns + i;
            if (!k->named[at] && !is_apart(str_of(reg->ledgers[i]->ledger))) k->right[at] = k->every[role];
        }
    }
}

static enum err read_rows(struct db_tx *tx, struct reading *k)
{
    struct db_rows *rows;
    bool more;
    enum role role;
    TRY(db_query(tx, DB_SQL(tx, SQL_RIGHT_ALL), NULL, 0, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more) {
        struct right one = {parse_actions(db_text(rows, 2)), db_text(rows, 3)};
        if (role_parse(db_text(rows, 0), &role) && (e = take_row(k, role, db_text(rows, 1), one))) break;
    }
    db_done(rows);
    return e;
}

static enum err read_table(struct db_tx *tx, void *arg)
{
    struct reading *k = arg;
    TRY(db_one_int(tx, DB_SQL(tx, SQL_RIGHT_STAMP), NULL, 0, &k->stamp));
    if (k->stamp == k->known) return OK;
    int n = ROLE__MAX * k->store->rights->columns;
    arena_reset(k->arena);
    memset(k->every, 0, sizeof k->every);
    k->right = arena_array(k->arena, struct right, n);
    k->named = arena_array(k->arena, bool, n);
    if (!k->right || !k->named) return err_no_memory();
    TRY(read_rows(tx, k));
    spread_every(k);
    return arena_failed(k->arena) ? err_no_memory() : OK;
}

/* Versions only grow, so of two readings the one with the greater sum is the later. */
static struct arena *put_in_place(struct rights *r, const struct reading *k)
{
    struct arena *out = k->arena;
    pthread_rwlock_wrlock(&r->lock);
    if (k->stamp > r->stamp) {
        out = r->arena;
        r->arena = k->arena;
        r->right = k->right;
        r->stamp = k->stamp;
    }
    pthread_rwlock_unlock(&r->lock);
    return out;
}

enum err rights_refresh(struct store *s)
{
    struct rights *r = s->rights;
    struct reading k = {.store = s, .arena = arena_new_capped(RIGHTS_MAX)};
    if (!k.arena) return err_no_memory();
    pthread_rwlock_rdlock(&r->lock);
    k.known = r->stamp;
    pthread_rwlock_unlock(&r->lock);
    enum err e = db_read(s->db, read_table, &k);
    if (!e && k.stamp != k.known) {
        k.arena = put_in_place(r, &k);
        atomic_fetch_add(&r->epoch, 1);
    }
    arena_free(k.arena);
    return e;
}

enum err rights_look(struct store *s)
{
    if (!s->rights) return OK; /* being opened */
    int64_t now = clock_monotonic(), was = atomic_load(&s->rights->looked);
    if (now - was < LOOK_EVERY || !atomic_compare_exchange_strong(&s->rights->looked, &was, now)) return OK;
    return rights_refresh(s);
}

uint64_t rights_epoch(const struct store *s)
{
    return s->rights ? atomic_load(&s->rights->epoch) : 0;
}

void rights_epoch_next(struct store *s)
{
    if (s->rights) atomic_fetch_add(&s->rights->epoch, 1);
}

/* ---- which rows may be written ---- */

static struct str text_of(const struct record *r, const char *field)
{
    const struct field *f = ledger_field(r->l, str_of(field));
    return f ? record_text(r, f->index) : STR_NONE;
}

static enum err bad_row(const char *field, const char *what)
{
    err_set(ERR_INVALID, "%s", what);
    return err_field(field);
}

/* Administrative rows come with the database, from the hand of the console, and then stand. */
static enum err constitution(const struct work *w, const struct record *r, bool is_new)
{
    enum role role;
    if (!r || !role_parse(text_of(r, "role"), &role) || !role_is_administrative(role)) return OK;
    if (is_new && w->actor->role == ROLE_CONSOLE && w->source.batch) return OK;
    err_set(ERR_FORBIDDEN,
            _("the rights of the role “%s” are part of the constitution: the three administrative roles are kept apart and "
              "never see business ledgers"),
            role_label(role));
    return err_rule("constitution");
}

static bool is_verb_of(const struct ledger *l, struct str verb)
{
    for (unsigned i = 0; i < l->verbs_count; i++)
        if (str_is(verb, l->verbs[i].name)) return true;
    return false;
}

static enum err check_verbs(const struct ledger *l, struct str verbs)
{
    for (struct str one; (one = next_verb(&verbs)).p;) {
        if (str_is(one, EVERY) || !l || is_verb_of(l, one)) continue;
        err_set(ERR_INVALID, _("%s: there is no verb “%.*s”"), ledger_label(l, lang_get()), STR_ARG(one));
        return err_field("verbs");
    }
    return OK;
}

static enum err check_row(struct work *w, const struct record *r)
{
    struct str name = text_of(r, "on_ledger"), role = text_of(r, "role");
    const struct ledger *l = registry_find(w->store->registry, name);
    enum role which = ROLE_NONE;
    int64_t other[2];
    int n;
    role_parse(role, &which);
    if (is_apart(name) && !role_is_administrative(which))
        return bad_row("on_ledger", _("only administrative roles have rights on accounts, rights, the event log and what leaves this system"));
    if ((!l && !str_is(name, EVERY) && !str_is(name, LOG)) || (l && l->parent)) return bad_row("on_ledger", _("there is no such ledger"));
    TRY(check_verbs(l, text_of(r, "verbs")));
    struct condition same[] = {{ledger_field(r->l, STR("role")), OP_EQ, value_text(role)},
                               {ledger_field(r->l, STR("on_ledger")), OP_EQ, value_text(name)}};
    TRY(query_ids(w, r->l, same, 2, false, other, 2, &n));
    if (n == 0 || (n == 1 && other[0] == r->id)) return OK;
    err_set(ERR_CONFLICT, "%s", _("there is a row for this role and this ledger already"));
    return err_field("on_ledger");
}

enum err right_check(struct work *w, const struct record *old, const struct record *now)
{
    static const char *const bear[] = {"account", "right", "post", "unit", "person"};
    for (size_t i = 0; i < sizeof bear / sizeof *bear; i++) w->access |= strcmp(now->l->ledger, bear[i]) == 0;
    if (strcmp(now->l->ledger, "right") != 0) return OK;
    TRY(constitution(w, old, false));
    TRY(constitution(w, now, !old));
    return now->withdrawn ? OK : check_row(w, now);
}
