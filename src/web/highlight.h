/* highlight.h — where the words that were searched stand in a text, by the terms of the search itself. */
#ifndef ANJIAN_HIGHLIGHT_H
#define ANJIAN_HIGHLIGHT_H

#include "base/arena.h"
#include "web/search_view.h"

/* The text in pieces, those that were looked for marked. Texts stay where they are; the pieces lie in the arena. */
enum err highlight(struct arena *, struct str text, struct str words, const struct search_piece **ret, int *ret_n);

/* Has the question a term at all? Signs and blanks alone have none. */
bool highlight_has_terms(struct str words);

#endif
