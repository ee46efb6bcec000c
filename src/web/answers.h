/* answers.h — who answers for a record on a day: for premises, and for what happens on them. */
#ifndef ANJIAN_ANSWERS_H
#define ANJIAN_ANSWERS_H

#include "web/record_view.h"
#include "web/request.h"

/* Fill the part "who answers here"; the day comes from the query (on=), otherwise today. Nothing for records without premises. */
enum err answers_fill(struct work *, const struct request *, const struct record *, struct record_view *);

#endif
