/* event_list.h — the events of all lanes as one list, newest first: for the log page, and for what is new to somebody.
 *
 * Events lie in lanes by position; the list merges the lanes by time of receipt, and finds the end of a day by halving, since
 * times grow along a lane. No index knows actor, verb or ledger, so the work of one answer is bounded: it looks at so many events
 * and then says where to go on.
 */
#ifndef ANJIAN_EVENT_LIST_H
#define ANJIAN_EVENT_LIST_H

#include "ledger/store.h"

#define EVENTS_LOOKED 5000 /* for one answer of the log */
#define EVENTS_NEWS 1000   /* for one answer of what is new */

struct event_filter {
    const struct ledger *ledger; /* NULL: all */
    struct str actor, verb;      /* STR_NONE: all */
    bool has_from, has_to;
    day_t from, to; /* Beijing days; both count */
};

struct event_found {
    int64_t position, record, version;
    instant_t at;
    const struct ledger *l; /* NULL: a ledger that the database does not have */
    struct str ledger, body;
};

struct events {
    struct event_found *event;
    int n;
    int64_t looked;  /* events looked at */
    struct str next; /* STR_NONE at the end; an answer may have no events and still a next one */
};

/* Needs the right to the log. `after`: STR_NONE, or the `next` of the answer before (ERR_INVALID when it is none). */
enum err event_list(struct work *, const struct event_filter *, struct str after, int limit, struct events *ret);

/* What others have done since, in records that the actor may see, imports left out: the newest of it, without a next page. */
enum err event_news(struct work *, instant_t since, int limit, struct events *ret);

#endif
