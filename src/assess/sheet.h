/* sheet.h — what a unit lost in a scheme, derived from the records and explained point by point.
 *
 * Facts (overdue hazards …) meet the edition of the score rule valid on their day and become deductions, records with the
 * evidence, the arithmetic and the derivation of the date. assess_unit() brings them up to date: what no longer has its fact
 * is withdrawn, what is there already stays. A sheet is made from deductions alone: the same records give the same bytes.
 */
#ifndef ANJIAN_SHEET_H
#define ANJIAN_SHEET_H

#include "ledger/store.h"

struct assess_done {
    int64_t created, changed, withdrawn, unchanged;
};
/* Bring the deductions of one unit in one scheme up to date. Idempotent. */
enum err assess_unit(struct work *, int64_t unit, int64_t scheme, struct assess_done *ret);

/* The scheme whose period holds a day; the highest id when there are several. ERR_NOT_FOUND. */
enum err scheme_on(struct work *, day_t, int64_t *ret);

struct sheet {
    const struct record *unit, *scheme;
    struct record **deduction; /* by day, then number */
    int n;
    int64_t base, lost, total; /* hundredths of a point; total is never below 0 */
};
/* Points as a paper shows them: "0.50", "-5.00". */
#define SHEET_POINTS 24
const char *sheet_points(int64_t hundredths, char out[SHEET_POINTS]); /* returns out */
/* Read it; lies in the work's arena. ERR_NOT_FOUND also when deductions of that unit lie outside of the actor's scope. */
enum err sheet_read(struct work *, int64_t unit, int64_t scheme, struct sheet *ret);
void sheet_json(struct buf *, const struct sheet *);
/* The paper that a clerk prints. */
enum err sheet_text(struct buf *, const struct sheet *, enum lang);

#endif
