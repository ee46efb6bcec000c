/* conditions.h — the conditions of a list on its page: chips, the editor of one, and what the editor sends. */
#ifndef ANJIAN_CONDITIONS_H
#define ANJIAN_CONDITIONS_H

#include "web/list_view.h"
#include "web/listing.h"

/* Fill chips, the list of fields to choose from, and the editor when the address asks for it (edit=FIELD, at=N). `why`: what is
 * wrong with the condition that was sent. */
enum err conditions_fill(struct work *, const struct request *, const struct listing *, struct str why, struct list_view *);
/* The editor has sent field, op, value and perhaps at. *ret_to is the address of the list with the new condition; when the value cannot
 * be read it stays STR_NONE and *ret_why says why, to be shown in the editor. */
enum err conditions_take(struct work *, const struct request *, const struct listing *, struct str *ret_to, struct str *ret_why);

#endif
