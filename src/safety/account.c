/* account.c — see account.h. */
#include "safety/account.h"

#include <sodium.h>

#include "account.sql.h"
#include "base/lang.h"
#include "ledger/query.h"
#include "ledger/type.h"
#include "ledgers.h"

/* ---- passwords: Argon2id with 19 MiB and 3 passes, as OWASP advises at least ---- */

#define HASH_PASSES 3
#define HASH_MEMORY ((size_t)19 << 20)

enum err password_set(struct work *w, int64_t account, struct str password)
{
    char hash[crypto_pwhash_STRBYTES];
    if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
        return err_set(ERR_INVALID, _("a password has %d to %d characters"), PASSWORD_MIN, PASSWORD_MAX);
    if (sodium_init() < 0 || crypto_pwhash_str(hash, password.p, password.n, HASH_PASSES, HASH_MEMORY) != 0) return err_no_memory();
    const struct value row[] = {value_int(account), value_text(str_of(hash)), value_int(clock_now())};
    return db_run(w->tx, DB_SQL(w->tx, SQL_PASSWORD_SET), row, 3, NULL);
}

enum err password_check(struct work *w, int64_t account, struct str password, bool *ret)
{
    struct value key = value_int(account);
    struct str hash = STR_NONE;
    char spent[crypto_pwhash_STRBYTES];
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_PASSWORD_GET), &key, 1, &hash);
    if (e && e != ERR_NOT_FOUND) return e;
    if (sodium_init() < 0) return err_no_memory();
    *ret = false;
    if (password.n > PASSWORD_MAX) return OK;
    if (hash.p)
        *ret = crypto_pwhash_str_verify(hash.p, password.p, password.n) == 0; /* the copy in the arena ends in NUL */
    else if (crypto_pwhash_str(spent, password.p, password.n, HASH_PASSES, HASH_MEMORY) != 0)
        return err_no_memory();
    return OK;
}

/* ---- from an account to its post ---- */

/* [from, to) holds today. */
static bool in_office(const struct record *post)
{
    day_t today = instant_day(clock_now()), from = post_from_day(post), to = post_to_day(post);
    return !post->withdrawn && from != DAY_UNKNOWN && from <= today && (to == DAY_UNKNOWN || today < to);
}

static enum err only_post(struct work *w, int64_t person, struct record **ret)
{
    enum { POSTS = 100 };
    const struct ledger *l = post_ledger(w->store->registry);
    struct condition c = {post_field_person(l), OP_EQ, value_int(person)};
    int64_t ids[POSTS];
    int n;
    TRY(query_ids(w, l, &c, 1, false, ids, POSTS, &n));
    for (int i = 0; i < n; i++) {
        struct record *post;
        TRY(store_load(w, l, ids[i], false, &post));
        if (!in_office(post)) continue;
        if (*ret) return err_set(ERR_FORBIDDEN, "%s", _("the person holds several posts; the account must name one"));
        *ret = post;
    }
    return OK;
}

/* The post of the day; *ret stays NULL when there is none. */
static enum err find_post(struct work *w, const struct record *account, struct record **ret)
{
    const struct ledger *l = post_ledger(w->store->registry);
    int64_t named = account_post(account), person = account_person(account);
    struct record *post;
    *ret = NULL;
    if (!named) return person ? only_post(w, person, ret) : OK;
    TRY(store_load(w, l, named, false, &post));
    if (in_office(post)) *ret = post;
    return OK;
}

/* ---- from a unit to what it sees ---- */

enum anchor { ANCHOR_UNIT, ANCHOR_PARENT, ANCHOR_PREMISES };

static const struct {
    const char *kind;
    enum scope_kind sees;
    enum anchor anchor;
} rights[] = {
    {"township", SEES_TERRITORY, ANCHOR_UNIT},   {"subdistrict", SEES_TERRITORY, ANCHOR_UNIT}, {"zone", SEES_TERRITORY, ANCHOR_UNIT},
    {"station", SEES_TERRITORY, ANCHOR_PARENT},  {"village", SEES_TERRITORY, ANCHOR_PARENT},   {"department", SEES_SECTOR, ANCHOR_UNIT},
    {"enterprise", SEES_OWNER, ANCHOR_PREMISES}, {"government", SEES_ALL, ANCHOR_UNIT},        {"party", SEES_ALL, ANCHOR_UNIT},
    {"committee", SEES_ALL, ANCHOR_UNIT},        {"committee_office", SEES_ALL, ANCHOR_UNIT},  {"safety_bureau", SEES_ALL, ANCHOR_UNIT},
    {"brigade", SEES_ALL, ANCHOR_UNIT},          {"discipline", SEES_ALL, ANCHOR_UNIT},
};

static enum err premises_of(struct work *w, const struct record *unit, int64_t *ret)
{
    const struct ledger *l = premises_ledger(w->store->registry);
    struct str code = unit_credit_code(unit);
    struct condition c = {premises_field_credit_code(l), OP_EQ, value_text(code)};
    int n = 0;
    if (code.p) TRY(query_ids(w, l, &c, 1, false, ret, 1, &n));
    if (!n) *ret = 0;
    return OK;
}

static enum err take_unit(struct work *w, const struct record *unit, struct actor *a)
{
    struct str kind = unit_kind(unit);
    a->unit = unit->id;
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        if (!str_is(kind, rights[i].kind)) continue;
        a->sees = rights[i].sees;
        a->sees_id = rights[i].anchor == ANCHOR_UNIT ? unit->id : rights[i].anchor == ANCHOR_PARENT ? unit_parent(unit) : 0;
        if (rights[i].anchor == ANCHOR_PREMISES) return premises_of(w, unit, &a->sees_id);
    }
    return OK;
}

static enum err is_first_admin(struct work *w, int64_t account, bool *ret)
{
    struct str text;
    int64_t first = 0;
    TRY(store_setting(w, "admin", STR("0"), &text));
    *ret = str_int(text, &first) && first == account;
    return OK;
}

enum err account_actor(struct work *w, struct str name, struct actor *ret)
{
    const struct ledger *l = account_ledger(w->store->registry);
    struct condition c = {account_field_name(l), OP_EQ, value_text(name)};
    struct record *account, *post, *unit;
    struct actor a = {0};
    int64_t id;
    int n;
    bool first;
    TRY(query_ids(w, l, &c, 1, false, &id, 1, &n));
    if (!n) return err_set(ERR_FORBIDDEN, _("there is no account “%.*s”"), STR_ARG(name));
    TRY(store_load(w, l, id, false, &account));
    if (!account_active(account)) return err_set(ERR_FORBIDDEN, _("the account “%.*s” is not active"), STR_ARG(name));
    a.name = arena_str(w->arena, name);
    if (!a.name.p) return err_no_memory();
    a.account = id;
    TRY(is_first_admin(w, id, &first));
    if (first) {
        a.sees = SEES_ALL;
    } else if (str_is(account_role(account), "user")) {
        TRY(find_post(w, account, &post));
        if (post) {
            a.post = post->id;
            TRY(store_load(w, unit_ledger(w->store->registry), post_unit(post), false, &unit));
            TRY(take_unit(w, unit, &a));
        }
    }
    *ret = a;
    return OK;
}

/* ---- the first one ---- */

enum err account_make_admin(struct work *w, struct str name, struct str password)
{
    const struct ledger *l = account_ledger(w->store->registry);
    struct record *draft = record_new(w->arena, l), *made;
    if (!draft) return err_no_memory();
    if (str_is(name, "console") || str_is(name, "clock")) return err_set(ERR_INVALID, _("“%.*s” is no name for an account"), STR_ARG(name));
    TRY(draft_set(w, draft, str_of(account_field_name(l)->name), name)); /* as a form would be read */
    account_set_role(draft, STR("system_admin"));
    account_set_active(draft, true);
    TRY(store_create(w, draft, &made));
    TRY(password_set(w, made->id, password));
    struct str id = arena_printf(w->arena, "%lld", (long long)made->id);
    return id.p ? store_setting_put(w, "admin", id) : err_no_memory();
}
