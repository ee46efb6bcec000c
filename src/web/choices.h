/* choices.h — what a choice can be: the codes of a list that are valid today, yes and no. */
#ifndef ANJIAN_CHOICES_H
#define ANJIAN_CHOICES_H

#include "web/parts_view.h"
#include "web/request.h"

/* The choices of a field of type choice, choices or yes_no, in the order of their codes; `chosen`: a code, or "|a|b|". A code that is
 * chosen and not valid any more is among them. Of a list of more than `most` codes nothing is given: *ret_n is -1. */
enum err choices_of(struct work *, const struct field *, struct str chosen, int most, const struct choice **ret, int *ret_n);

#endif
