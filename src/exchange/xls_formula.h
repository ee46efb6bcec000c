/* xls_formula.h — the stored results of formulas in an old Excel workbook, which freexl leaves out.
 *
 * Private to xls.c, which calls it in its child process. Takes nothing on trust; what it cannot follow it gives up.
 */
#ifndef ANJIAN_XLS_FORMULA_H
#define ANJIAN_XLS_FORMULA_H

#include "exchange/reader.h"

struct formula {
    uint32_t row, col; /* 0-based */
    enum cell_kind kind;
    double number;
    size_t from, n; /* its text in formulas.text */
};

struct formulas {
    struct formula *cell; /* ordered by row and column */
    size_t n, room;
    struct buf text;
};

/* Read those of one sheet of the file. False without memory or when the file is too broken to look; formulas_release()
 * is due also then. */
bool formulas_read(struct formulas *, int fd, int sheet);
const struct formula *formulas_at(const struct formulas *, uint32_t row, uint32_t col);
void formulas_release(struct formulas *);

#endif
