/* offices.c — who owes a duty and who stands on its ladder, from responsibilities, posts and units on the day. See duty/duty.h. */
#include "duty/duty.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "safety/responsibility.h"

/* The person who held a role in a unit on a day; 0: nobody. */
static enum err in_post(struct work *w, int64_t unit, struct str role, day_t day, int64_t *ret)
{
    const struct ledger *l = post_ledger(w->store->registry);
    struct condition where[] = {{post_field_unit(l), OP_EQ, value_int(unit)}, {post_field_role(l), OP_EQ, value_text(role)}};
    struct query q = {.l = l, .where = where, .where_n = 2, .has_on = true, .on = day, .limit = 1};
    struct page p;
    *ret = 0;
    if (!unit) return OK;
    TRY(query_list(w, &q, &p));
    if (p.n) *ret = post_person(p.record[0]);
    return OK;
}

/* Whom the responsibilities name for a layer of a premises, on that day. */
static enum err layer_holder(struct work *w, const struct duty_case *k, enum layer layer, struct duty_holder *ret)
{
    struct who found;
    *ret = (struct duty_holder){0};
    if (!k->premises) return OK;
    TRY(who(w, k->premises, k->day, &found));
    const struct layer_holders *h = &found.layer[layer];
    for (int i = 0; i < h->n && !ret->unit && !ret->person; i++) *ret = (struct duty_holder){h->holder[i].unit, h->holder[i].person};
    return OK;
}

static enum layer layer_named(struct str code)
{
    enum layer l = 0;
    while (l < LAYER__MAX && !str_is(code, layer_codes[l])) l++;
    return l;
}

/* The unit is given by the layer; the person is who has the role that the rule asks for, or whom the responsibilities name. */
static enum err find_owner(struct work *w, const struct duty_case *k, struct duty_holder *ret)
{
    enum layer layer = layer_named(k->layer);
    struct duty_holder named;
    *ret = (struct duty_holder){.unit = k->unit};
    if (k->role.p) return in_post(w, k->unit, k->role, k->day, &ret->person);
    if (layer == LAYER__MAX) return OK;
    TRY(layer_holder(w, k, layer, &named));
    bool another = named.unit && k->unit && named.unit != k->unit && layer != LAYER_ENTERPRISE;
    if (!another) ret->person = named.person;
    if (!ret->unit) ret->unit = named.unit;
    return OK;
}

/* The unit of a kind that was there on a day, the oldest; 0: none. */
static enum err unit_of_kind(struct work *w, const char *kind, day_t day, int64_t *ret)
{
    const struct ledger *l = unit_ledger(w->store->registry);
    struct condition where = {unit_field_kind(l), OP_EQ, value_text(str_of(kind))};
    enum { ROOM = 20 };
    int64_t ids[ROOM];
    int n;
    TRY(query_ids(w, l, &where, 1, false, ids, ROOM, &n));
    *ret = 0;
    for (int i = 0; i < n && !*ret; i++) {
        struct record *unit;
        TRY(store_load(w, l, ids[i], false, &unit));
        day_t dissolved = unit_dissolved_on(unit);
        if (dissolved == DAY_UNKNOWN || dissolved > day) *ret = unit->id;
    }
    return OK;
}

static enum err head_of(struct work *w, int64_t unit, day_t day, struct duty_holder *ret)
{
    *ret = (struct duty_holder){.unit = unit};
    return in_post(w, unit, STR("first_responsible"), day, &ret->person);
}

static enum err sector_of(struct work *w, const struct duty_case *k, struct duty_holder *ret)
{
    struct record *on;
    *ret = (struct duty_holder){0};
    if (!k->premises && !k->unit) return OK;
    if (k->premises)
        TRY(store_load(w, premises_ledger(w->store->registry), k->premises, false, &on));
    else
        TRY(store_load(w, unit_ledger(w->store->registry), k->unit, false, &on));
    int64_t sector = on->scope[SCOPE_SECTOR];
    if (sector && sector != k->unit) *ret = (struct duty_holder){.unit = sector};
    return OK;
}

static enum err office(struct work *w, const struct duty_case *k, struct duty_holder *ret)
{
    *ret = (struct duty_holder){0};
    TRY(unit_of_kind(w, "committee_office", k->day, &ret->unit));
    return ret->unit ? OK : unit_of_kind(w, "safety_bureau", k->day, &ret->unit);
}

/* The leader in charge of the premises; otherwise the one of the district's government. */
static enum err leader(struct work *w, const struct duty_case *k, struct duty_holder *ret)
{
    TRY(layer_holder(w, k, LAYER_LEADER, ret));
    if (ret->person) return OK;
    TRY(unit_of_kind(w, "government", k->day, &ret->unit));
    TRY(in_post(w, ret->unit, STR("leader_in_charge"), k->day, &ret->person));
    if (!ret->person) *ret = (struct duty_holder){0};
    return OK;
}

static enum err by_rule(struct work *w, const struct duty_case *k, enum rung rung, struct duty_holder *ret)
{
    switch (rung) {
    case RUNG_UNIT_HEAD: return head_of(w, k->unit, k->day, ret);
    case RUNG_SECTOR: return sector_of(w, k, ret);
    case RUNG_OFFICE: return office(w, k, ret);
    case RUNG_LEADER: return leader(w, k, ret);
    default: *ret = (struct duty_holder){k->unit, k->person}; return OK;
    }
}

/* These questions are the program's own: neither rights nor scope of the actor matter. */
static enum err asked(struct work *w, const struct duty_case *k, enum rung rung, struct duty_holder *ret)
{
    static const struct actor clock = ACTOR_CLOCK;
    const struct actor *actor = w->actor;
    w->actor = &clock;
    enum err e = rung == RUNG__MAX ? find_owner(w, k, ret) : by_rule(w, k, rung, ret);
    w->actor = actor;
    return e;
}

static enum err owner(struct work *w, const struct duty_case *k, struct duty_holder *ret)
{
    return asked(w, k, RUNG__MAX, ret);
}

const struct duty_offices safety_offices = {owner, asked};
