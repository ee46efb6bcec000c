/* timeline.h — the events of a record as people read them. */
#ifndef ANJIAN_TIMELINE_H
#define ANJIAN_TIMELINE_H

#include "web/record_view.h"
#include "web/request.h"

/* Events of a record, newest first: at most `most` behind the newest `skip`. *ret_all: how many there are. */
enum err timeline_of(struct work *, const struct request *, const struct record *, int skip, int most, const struct timeline_entry **ret,
                     int *ret_n, int *ret_all);

/* What is done to records of every ledger, and how it is called; ends with a NULL verb. */
struct timeline_verb {
    const char *verb, *words; /* words: a msgid */
    enum tone tone;
};
extern const struct timeline_verb timeline_verbs[];

/* One event of a record of a ledger. `values`: its fields with their old and new values; otherwise their names alone, in the note.
 * ERR_DB: the body is no event. */
enum err timeline_event(struct work *, const struct request *, const struct ledger *, struct str body, bool values,
                        struct timeline_entry *ret);

#endif
