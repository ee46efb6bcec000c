/* unit_kind.c — see unit_kind.h. */
#include "ledger/unit_kind.h"

static const struct unit_kind kinds[] = {
    {"township", SEES_TERRITORY, ANCHOR_UNIT, ROLE_STATION},  {"subdistrict", SEES_TERRITORY, ANCHOR_UNIT, ROLE_STATION},
    {"zone", SEES_TERRITORY, ANCHOR_UNIT, ROLE_STATION},      {"station", SEES_TERRITORY, ANCHOR_PARENT, ROLE_STATION},
    {"village", SEES_TERRITORY, ANCHOR_PARENT, ROLE_STATION}, {"department", SEES_SECTOR, ANCHOR_UNIT, ROLE_OFFICER},
    {"safety_bureau", SEES_ALL, ANCHOR_NONE, ROLE_OFFICER},   {"brigade", SEES_ALL, ANCHOR_NONE, ROLE_OFFICER},
    {"committee", SEES_ALL, ANCHOR_NONE, ROLE_OFFICE},        {"committee_office", SEES_ALL, ANCHOR_NONE, ROLE_OFFICE},
    {"government", SEES_ALL, ANCHOR_NONE, ROLE_LEADER},       {"party", SEES_ALL, ANCHOR_NONE, ROLE_LEADER},
    {"discipline", SEES_ALL, ANCHOR_NONE, ROLE_LEADER},       {"enterprise", SEES_OWNER, ANCHOR_PREMISES, ROLE_ENTERPRISE},
};

const struct unit_kind *unit_kind_find(struct str kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(kind, kinds[i].kind)) return &kinds[i];
    return NULL;
}
