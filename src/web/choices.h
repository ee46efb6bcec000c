/* choices.h — what a choice can be: the codes of a list that are valid today, yes and no. */
#ifndef ANJIAN_CHOICES_H
#define ANJIAN_CHOICES_H

#include "ledger/code.h"
#include "web/parts_view.h"
#include "web/request.h"

/* The choices of a field of type choice, choices or yes_no, in the order of their codes; `chosen`: a code, or "|a|b|". A code that is
 * chosen and not valid any more is among them. Of a list of more than `most` codes nothing is given: *ret_n is -1. `known` may be NULL;
 * rows that share a field share it, zeroed at first, so that its codes are read once for all of them. */
struct choice_codes {
    struct code_entries all;
    bool read;
};
enum err choices_of(struct work *, const struct field *, struct str chosen, int most, struct choice_codes *known, const struct choice **ret,
                    int *ret_n);

#endif
