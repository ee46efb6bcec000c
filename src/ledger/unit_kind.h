/* unit_kind.h — what the kind of a unit gives to those who act for it: which rows they see, and in which role.
 *
 *     kind                                       sees                                            role
 *     township, subdistrict, zone                rows of that territory                          station
 *     station, village                           rows of the territory of its parent unit        station
 *     department                                 rows of that sector                             officer
 *     safety_bureau, brigade                     every row                                       officer
 *     committee, committee_office                every row                                       office
 *     government, party, discipline              every row                                       leader
 *     enterprise                                 rows of the premises with its credit code       enterprise
 *     any other                                  nothing                                         none
 */
#ifndef ANJIAN_UNIT_KIND_H
#define ANJIAN_UNIT_KIND_H

#include "ledger/actor.h"

struct unit_kind {
    const char *kind;
    enum scope_kind sees;
    enum { ANCHOR_NONE, ANCHOR_UNIT, ANCHOR_PARENT, ANCHOR_PREMISES } anchor; /* whose id the scope column must have */
    enum role role;
};

/* NULL for a kind that gives nothing. */
const struct unit_kind *unit_kind_find(struct str kind);

#endif
