/* responsibility.h — who answers for a premises on a day, in each of the four layers.
 *
 * From the ledger responsibility come the rows in force that day: those of the premises itself, and those whose scope (any
 * combination of region, area, sectors, categories; all that are given must fit, none given is the whole district) holds
 * it. The premises itself gives its territory, its sector department and its head. Gaps and overlaps are told, never hidden.
 */
#ifndef ANJIAN_RESPONSIBILITY_H
#define ANJIAN_RESPONSIBILITY_H

#include "ledger/store.h"

enum layer { LAYER_TERRITORY, LAYER_SECTOR, LAYER_ENTERPRISE, LAYER_LEADER, LAYER__MAX };
/* Codes of the list "layer": "territory", "sector", "enterprise_head", "leader_in_charge". */
extern const char *const layer_codes[LAYER__MAX];

struct holder {
    int64_t unit, person;              /* 0: none named */
    struct str unit_name, person_name; /* a head known by name only has no person */
    struct str post;                   /* duty in that unit on that day; STR_NONE: unknown */
    struct str from, to;               /* STR_NONE: open */
    struct str source;                 /* number of the responsibility, or "premises.territory" */
    struct str basis;
};

struct layer_holders {
    struct holder *holder;
    int n, room;
};

struct who {
    int64_t premises;
    day_t day;
    struct layer_holders layer[LAYER__MAX];
};

/* ERR_NOT_FOUND when the actor may not see the premises. Lies in the work's arena. */
enum err who(struct work *, int64_t premises, day_t, struct who *ret);

/* The same for many premises on one day: the responsibilities that name no premises are read once, what their holders are called
 * when it is first needed. `premises` must have the fields that who_fields() lists. */
struct who_day;
enum err who_prepare(struct work *, day_t, struct who_day **ret);
enum err who_on(struct work *, struct who_day *, const struct record *premises, struct who *ret);
#define WHO_FIELDS 8
int who_fields(const struct ledger *premises, const struct field *ret[WHO_FIELDS]);
/* What a layer is called, in the thread's language. */
const char *layer_label(enum layer);

/* Nobody holds the layer; more than one unit (or, without units, more than one person) holds it. */
bool who_gap(const struct who *, enum layer);
bool who_overlap(const struct who *, enum layer);

/* {"premises","day","territory":[…],"sector":[…],"enterprise":[…],"leader":[…],"gaps":[…],"overlaps":[…]} */
void who_json(struct buf *, const struct who *);
/* For people. */
void who_text(struct buf *, const struct who *, enum lang);

/* Who owes a duty and who stands on its ladder, for src/duty (offices.c). */
struct duty_offices;
extern const struct duty_offices safety_offices;

#endif
