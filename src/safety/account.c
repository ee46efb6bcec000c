/* account.c — see account.h. */
#include "safety/account.h"

#include <sodium.h>

#include "account.sql.h"
#include "base/lang.h"
#include "ledger/query.h"
#include "ledger/type.h"

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

static struct str text_of(const struct record *r, const char *field)
{
    const struct field *f = ledger_field(r->l, str_of(field));
    return f ? record_text(r, f->index) : STR_NONE;
}

static int64_t int_of(const struct record *r, const char *field)
{
    const struct field *f = ledger_field(r->l, str_of(field));
    return f ? record_int(r, f->index, 0) : 0;
}

/* [from, to) holds today; dates are ISO texts and compare as such. */
static bool in_office(const struct record *post)
{
    char today[DAY_TEXT];
    struct str day = str_of(day_text(instant_day(clock_now()), today)), from = text_of(post, "from_day"), to = text_of(post, "to_day");
    return !post->withdrawn && from.p && str_cmp(from, day) <= 0 && (!to.p || str_cmp(day, to) < 0);
}

static enum err only_post(struct work *w, int64_t person, struct record **ret)
{
    enum { POSTS = 100 };
    const struct ledger *l = registry_find(w->store->registry, STR("post"));
    struct condition c = {ledger_field(l, STR("person")), OP_EQ, value_int(person)};
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
    const struct ledger *l = registry_find(w->store->registry, STR("post"));
    int64_t named = int_of(account, "post"), person = int_of(account, "person");
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
    const struct ledger *l = registry_find(w->store->registry, STR("premises"));
    struct str code = text_of(unit, "credit_code");
    struct condition c = {ledger_field(l, STR("credit_code")), OP_EQ, value_text(code)};
    int n = 0;
    if (code.p) TRY(query_ids(w, l, &c, 1, false, ret, 1, &n));
    if (!n) *ret = 0;
    return OK;
}

static enum err take_unit(struct work *w, const struct record *unit, struct actor *a)
{
    struct str kind = text_of(unit, "kind");
    a->unit = unit->id;
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        if (!str_is(kind, rights[i].kind)) continue;
        a->sees = rights[i].sees;
        a->sees_id = rights[i].anchor == ANCHOR_UNIT ? unit->id : rights[i].anchor == ANCHOR_PARENT ? int_of(unit, "parent") : 0;
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
    const struct ledger *l = registry_find(w->store->registry, STR("account"));
    struct condition c = {ledger_field(l, STR("name")), OP_EQ, value_text(name)};
    struct record *account, *post, *unit;
    struct actor a = {0};
    int64_t id;
    int n;
    bool first;
    TRY(query_ids(w, l, &c, 1, false, &id, 1, &n));
    if (!n) return err_set(ERR_FORBIDDEN, _("there is no account “%.*s”"), STR_ARG(name));
    TRY(store_load(w, l, id, false, &account));
    if (!int_of(account, "active")) return err_set(ERR_FORBIDDEN, _("the account “%.*s” is not active"), STR_ARG(name));
    a.name = arena_str(w->arena, name);
    if (!a.name.p) return err_no_memory();
    a.account = id;
    TRY(is_first_admin(w, id, &first));
    if (first) {
        a.sees = SEES_ALL;
    } else if (str_is(text_of(account, "role"), "user")) {
        TRY(find_post(w, account, &post));
        if (post) {
            a.post = post->id;
            TRY(store_load(w, registry_find(w->store->registry, STR("unit")), int_of(post, "unit"), false, &unit));
            TRY(take_unit(w, unit, &a));
        }
    }
    *ret = a;
    return OK;
}

/* ---- the first one ---- */

static enum err set(struct work *w, struct record *draft, const char *field, struct str value)
{
    return draft_set(w, draft, str_of(field), value);
}

enum err account_make_admin(struct work *w, struct str name, struct str password)
{
    const struct ledger *l = registry_find(w->store->registry, STR("account"));
    struct record *draft = record_new(w->arena, l), *made;
    if (!draft) return err_no_memory();
    if (str_is(name, "console") || str_is(name, "clock")) return err_set(ERR_INVALID, _("“%.*s” is no name for an account"), STR_ARG(name));
    TRY(set(w, draft, "name", name));
    TRY(set(w, draft, "role", STR("system_admin")));
    TRY(set(w, draft, "active", STR("1")));
    TRY(store_create(w, draft, &made));
    TRY(password_set(w, made->id, password));
    struct str id = arena_printf(w->arena, "%lld", (long long)made->id);
    return id.p ? store_setting_put(w, "admin", id) : err_no_memory();
}
