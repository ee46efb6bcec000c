/* ident.h — checking the numbers that identify an enterprise or a person.
 *
 * The checks are opinions on a text; they never change a record. Codes of the pilot years fail the standard's check, so a
 * caller warns about an invalid credit code and keeps it.
 */
#ifndef ANJIAN_IDENT_H
#define ANJIAN_IDENT_H

#include "base/date.h"

enum ident_why {
    IDENT_FINE,
    IDENT_LENGTH,
    IDENT_CHARACTER,          /* one that cannot stand there */
    IDENT_CHECK,              /* the last character does not fit the others */
    IDENT_INNER,              /* credit code: only the organisation code inside does not fit its own check */
    IDENT_OLD_REGISTRATION,   /* 15 digits: business registration number before 2015 */
    IDENT_OLD_ORGANISATION,   /* 9 characters: organisation code before 2015 */
    IDENT_AREA,               /* identity number: no such province */
    IDENT_DAY,                /* … birthday that does not exist */
    IDENT_FUTURE,             /* … born after today */
    IDENT_CUT_BY_SPREADSHEET, /* "4.30602E+17": the last digits are lost */
};

struct ident_check {
    bool valid;
    enum ident_why why;
    char normalized[32]; /* folded, upper case, without blanks and hyphens; cut when longer */
    char reason[256];    /* in the thread's language; "" when valid */
};

/* Unified social credit code, GB 32100-2015: 18 characters, the check of the whole and of the organisation code in it
 * (GB 11714). A legacy number is not valid, but `why` tells what it is. */
struct ident_check ident_uscc(struct str s);

/* The region of the registrar, digits 3 to 8 of a normalized credit code: not the place of the premises. False when
 * there is none. */
bool ident_uscc_region(struct str code, char ret[7]);

/* Identity number, GB 11643: 18 characters, or the old 15 digits (years 19xx). Nobody is born after `today`. */
struct ident_check ident_idcard(struct str s, day_t today);

#endif
