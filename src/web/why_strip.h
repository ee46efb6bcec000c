/* why_strip.h — the reckoning of a deadline, from its JSON (due.h), as cells of a calendar and as steps in words. */
#ifndef ANJIAN_WHY_STRIP_H
#define ANJIAN_WHY_STRIP_H

#include "base/arena.h"
#include "base/date.h"
#include "base/lang.h"
#include "web/why_view.h"

/* Fill head, steps and, where the span is short enough to be looked at, weeks. What is no derivation gives nothing. */
enum err why_reckoning(struct arena *, struct str json, day_t due, enum lang, struct why_view *);

#endif
