/* account.c — see account.h. */
#include "safety/account.h"

#include "base/lang.h"
#include "ledger/query.h"
#include "ledger/right.h"
#include "ledger/type.h"
#include "ledger/unit_kind.h"
#include "ledgers.h"
#include "safety/password.h"

/* ---- from an account to its posts ---- */

/* [from, to) holds today. */
static bool in_office(const struct record *post)
{
    day_t today = instant_day(clock_now()), from = post_from_day(post), to = post_to_day(post);
    return !post->withdrawn && from != DAY_UNKNOWN && from <= today && (to == DAY_UNKNOWN || today < to);
}

enum err account_posts(struct work *w, const struct record *account, struct record *ret[ACCOUNT_POSTS_MAX], int *ret_n)
{
    const struct ledger *l = post_ledger(w->store->registry);
    int64_t named = account_post(account), person = account_person(account), ids[ACCOUNT_POSTS_MAX];
    struct condition of_person = {post_field_person(l), OP_EQ, value_int(person)};
    struct record *post;
    int n = 0, in = 0;
    bool has_named = false;
    if (person) TRY(query_ids(w, l, &of_person, 1, false, ids, ACCOUNT_POSTS_MAX - 1, &n));
    for (int i = 0; i < n; i++) has_named |= ids[i] == named;
    if (named && !has_named) ids[n++] = named;
    for (int i = 0; i < n; i++) {
        TRY(store_load(w, l, ids[i], false, &post));
        if (in_office(post)) ret[in++] = post;
    }
    *ret_n = in;
    return OK;
}

/* ---- from a post to an actor ---- */

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

static enum err take_post(struct work *w, const struct record *post, struct actor *a)
{
    struct record *unit;
    TRY(store_load(w, unit_ledger(w->store->registry), post_unit(post), false, &unit));
    const struct unit_kind *k = unit_kind_find(unit_kind(unit));
    a->post = post->id;
    a->unit = unit->id;
    if (!k) return OK;
    a->role = k->role;
    a->sees = k->sees;
    a->sees_id = k->anchor == ANCHOR_UNIT ? unit->id : k->anchor == ANCHOR_PARENT ? unit_parent(unit) : 0;
    return k->anchor == ANCHOR_PREMISES ? premises_of(w, unit, &a->sees_id) : OK;
}

static enum err start(struct work *w, const struct record *account, struct actor *ret)
{
    enum role role;
    if (!account_is_active(account)) return err_set(ERR_FORBIDDEN, _("the account “%.*s” is not active"), STR_ARG(account_name(account)));
    *ret = (struct actor){.account = account->id, .name = arena_str(w->arena, account_name(account))};
    if (!ret->name.p) return err_no_memory();
    if (!role_parse(account_role(account), &role) || !role_is_administrative(role)) return OK;
    ret->role = role;
    ret->sees = SEES_ALL; /* of the few ledgers that its rights name */
    return OK;
}

static bool has_posts(const struct record *account)
{
    return str_is(account_role(account), "user");
}

enum err account_actor_under(struct work *w, const struct record *account, int64_t post, struct actor *ret)
{
    struct record *posts[ACCOUNT_POSTS_MAX];
    struct actor a;
    int n = 0;
    TRY(start(w, account, &a));
    if (has_posts(account)) TRY(account_posts(w, account, posts, &n));
    int64_t wanted = post ? post : account_post(account);
    int at = 0;
    while (at < n && wanted && posts[at]->id != wanted) at++;
    if (post && at == n) return err_set(ERR_FORBIDDEN, "%s", _("this post is not, or no longer, yours"));
    if (at < n) TRY(take_post(w, posts[at], &a));
    *ret = a;
    return OK;
}

/* ---- from a name ---- */

enum err account_find(struct work *w, struct str name, struct record **ret)
{
    const struct ledger *l = account_ledger(w->store->registry);
    struct condition c = {account_field_name(l), OP_EQ, value_text(name)};
    int64_t id;
    int n;
    TRY(query_ids(w, l, &c, 1, false, &id, 1, &n));
    if (!n) return err_set(ERR_NOT_FOUND, _("there is no account “%.*s”"), STR_ARG(name));
    return store_load(w, l, id, false, ret);
}

bool account_is_active(const struct record *account)
{
    return !account->withdrawn && str_is(account->state, "active");
}

enum err account_actor(struct work *w, struct str name, struct actor *ret)
{
    struct record *account, *posts[ACCOUNT_POSTS_MAX];
    int n;
    enum err e = account_find(w, name, &account);
    if (e == ERR_NOT_FOUND) return err_set(ERR_FORBIDDEN, _("there is no account “%.*s”"), STR_ARG(name));
    TRY(e);
    if (has_posts(account) && account_is_active(account) && !account_post(account)) {
        TRY(account_posts(w, account, posts, &n));
        if (n > 1) return err_set(ERR_FORBIDDEN, "%s", _("the person holds several posts; the account must name one"));
    }
    return account_actor_under(w, account, 0, ret);
}

/* ---- making them ---- */

enum err account_make(struct work *w, struct str name, int64_t person, const char *hash, struct record **ret)
{
    const struct ledger *l = account_ledger(w->store->registry);
    struct record *draft = record_new(w->arena, l);
    static const char *const taken[] = {"console", "clock", "public"};
    if (!draft) return err_no_memory();
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (str_is(name, taken[i])) return err_set(ERR_INVALID, _("“%.*s” is no name for an account"), STR_ARG(name));
    TRY(draft_set(w, draft, str_of(account_field_name(l)->name), name)); /* as a form would be read */
    if (person) account_set_person(draft, person);
    TRY(store_create(w, draft, ret));
    return hash ? password_put(w, (*ret)->id, hash, true) : OK;
}

enum err account_make_admin(struct work *w, struct str name, const char *hash)
{
    struct record *draft = record_new(w->arena, account_ledger(w->store->registry)), *account;
    if (!draft) return err_no_memory();
    TRY(account_make(w, name, 0, NULL, &account));
    account_set_role(draft, STR("system_admin"));
    TRY(store_do(w, account->id, STR("grant"), 0, draft, &account));
    return password_put(w, account->id, hash, false); /* he has typed it himself */
}

enum err account_reset(struct work *w, int64_t account, const char *hash)
{
    struct record *draft = record_new(w->arena, account_ledger(w->store->registry)), *now;
    if (!draft) return err_no_memory();
    TRY(store_do(w, account, STR("reset"), 0, draft, &now));
    return password_put(w, account, hash, true);
}
