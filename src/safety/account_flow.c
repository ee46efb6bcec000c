/* account_flow.c — what must hold of accounts: two people for each, always an administrator, no session longer than its ground. See
 * account.h. */
#include <jansson.h>

#include "base/lang.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "ledger/number.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/session.h"

/* ---- guards ---- */

/* The account that made the record; 0: the console. */
static enum err maker_of(struct work *w, const struct record *r, int64_t *ret)
{
    struct history h;
    w->ruled++; /* the rule looks, not the actor */
    enum err e = history_read(w, r, &h);
    w->ruled--;
    TRY(e);
    json_t *event = h.n ? json_loadb(h.body[0].p, h.body[0].n, 0, NULL) : NULL;
    const char *account = json_string_value(json_object_get(event, "account"));
    *ret = 0;
    if (account) str_int(str_of(account), ret);
    json_decref(event);
    return event ? OK : err_set(ERR_DB, "%s", _("an event of the record is damaged"));
}

/* Nobody grants what he has made, nor himself. */
static enum err two_people(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    int64_t maker, me = w->actor->account;
    (void)now;
    (void)v;
    if (w->actor->role == ROLE_CONSOLE) return OK;
    if (old->id == me) return err_set(ERR_REFUSED, "%s", _("nobody grants his own account"));
    TRY(maker_of(w, old, &maker));
    return maker == me ? err_set(ERR_REFUSED, "%s", _("you made this account; another administrator must grant it")) : OK;
}

static enum err was_granted(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)w;
    (void)now;
    (void)v;
    return account_role(old).p ? OK : err_set(ERR_REFUSED, "%s", _("the account was blocked before it was granted; grant it first"));
}

static const struct guard guards[] = {{"two_people", two_people}, {"was_granted", was_granted}, {NULL, NULL}};

/* ---- checks of every write ---- */

static bool holds(const struct record *account, const char *role)
{
    return account_is_active(account) && str_is(account_role(account), role);
}

enum err account_is_last(struct work *w, const struct record *account, const char *role, bool *ret)
{
    const struct ledger *l = account->l;
    struct condition where[] = {{account_field_role(l), OP_EQ, value_text(str_of(role))},
                                {query_system_field(STR("state")), OP_EQ, value_text(STR("active"))},
                                {query_system_field(STR("id")), OP_NE, value_int(account->id)}};
    int64_t other;
    int n = 0;
    bool is_one = holds(account, role);
    if (is_one) TRY(query_ids(w, l, where, 3, false, &other, 1, &n));
    *ret = is_one && n == 0;
    return OK;
}

/* Two administrators who block each other at once wait here for one another: a counter's row serves as lock. */
static enum err keep_last(struct work *w, const struct record *old, const struct record *now)
{
    static const char *const roles[] = {"system_admin", "security_admin"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        int64_t turn;
        bool last;
        if (!holds(old, roles[i]) || holds(now, roles[i])) continue;
        TRY(number_document(w, STR("account/last"), &turn));
        TRY(account_is_last(w, old, roles[i], &last));
        if (!last) continue;
        err_set(ERR_REFUSED, _("“%.*s” is the last active administrator of its kind; make another one first"), STR_ARG(account_name(old)));
        return err_rule("last_admin");
    }
    return OK;
}

/* The post named must be one of the person named, or a session could act for somebody else. */
static enum err own_post(struct work *w, const struct record *now)
{
    struct record *post;
    if (!account_post(now) || !account_person(now)) return OK;
    TRY(store_load(w, post_ledger(w->store->registry), account_post(now), false, &post));
    if (post_person(post) == account_person(now)) return OK;
    err_set(ERR_INVALID, "%s", _("the post is held by another person than the one of the account"));
    return err_field("post");
}

static enum err check_account(struct work *w, const struct record *old, const struct record *now)
{
    if (!now->withdrawn) TRY(own_post(w, now));
    if (!old) return OK;
    TRY(keep_last(w, old, now));
    bool same = account_is_active(now) && account_post(old) == account_post(now) && account_person(old) == account_person(now) &&
                str_eq(account_role(old), account_role(now)) && str_eq(account_name(old), account_name(now));
    return same ? OK : session_revoke(w, now->id);
}

static const struct row_check checks[] = {{"account", check_account}, {NULL, NULL}};

void account_init(void)
{
    flow_add_guards(guards);
    flow_add_checks(checks);
}
