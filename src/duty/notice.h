/* notice.h — who was told of a duty: the inbox, and what the outbox sends.
 *
 * A notice is one row of the table _notice, written in the transaction of what it tells: a reminder before the end, a rung of the
 * ladder after a missed end, an end that moved. It belongs to a person, or to a unit as a whole when nobody held the post on
 * that day. That it was told stands in the duty's own event too (fields `rung` and `told`); that it was read is an event of the
 * duty, made when somebody marks it. Notices are not records: rights and scope of the ledgers do not apply, only whose they are.
 */
#ifndef ANJIAN_NOTICE_H
#define ANJIAN_NOTICE_H

#include "duty/due.h"
#include "ledger/store.h"

enum notice_kind {
    NOTICE_REMINDER,  /* the end comes near */
    NOTICE_MISSED,    /* the end has passed; told rung by rung */
    NOTICE_MOVED,     /* a changed calendar, rule, suspension or extension moved the end */
    NOTICE_WITHDRAWN, /* such a change undid a breach */
    NOTICE__MAX
};
extern const char *const notice_kind_names[NOTICE__MAX]; /* "reminder", … */

enum notice_delivery {
    NOTICE_INBOX,     /* shown in the program only */
    NOTICE_WAITING,   /* the outbox has it */
    NOTICE_DELIVERED, /* handed over, see `delivered` */
    NOTICE_FAILED,    /* the outbox has given up */
    NOTICE_DELIVERY__MAX
};

struct notice {
    int64_t id, duty;
    enum notice_kind kind;
    enum rung rung;
    unsigned skipped;     /* a bit for each lower rung that this one stands for, after a long stop */
    int64_t unit, person; /* 0: none */
    instant_t at, made;   /* the moment in law; when it was written */
    enum notice_delivery delivery;
    instant_t delivered, read; /* 0: not */
    /* Of the duty, by notice_list(): */
    struct str matter, number, state; /* number: of the record it hangs on, STR_NONE: none */
    instant_t due;
};

/* Write one: `id` and `made` are set. Calls the hooks in the same transaction. */
enum err notice_put(struct work *, struct notice *);
/* What else happens with a new notice, in its transaction: the outbox makes its row here. Set at start, before threads. */
typedef enum err (*notice_hook)(struct work *, struct notice *);
void notice_on_put(notice_hook);

/* Whose notices: a person's own, and those of the unit as a whole. 0: none. */
struct notice_owner {
    int64_t person, unit;
};
/* The owner that an actor is: the person of its post, and the unit. */
enum err notice_owner_of(struct work *, const struct actor *, struct notice_owner *ret);

/* Their notices, newest first, older than the notice `before` (0: from the newest on). */
enum err notice_list(struct work *, struct notice_owner, bool unread, int64_t before, struct notice *notices, int room, int *ret);
enum err notice_unread(struct work *, struct notice_owner, int64_t *ret);
/* Those of one duty, oldest first: proof of who was told, and of who read it. */
enum err notice_of_duty(struct work *, int64_t duty, struct notice *notices, int room, int *ret);
/* Mark one as read by the actor of this work, once; ERR_NOT_FOUND when it is not the actor's. */
enum err notice_mark_read(struct work *, int64_t id);
/* Once at start: messages for whoever has a channel (src/tell), and what became of them. */
void notice_tell_init(void);
/* For the outbox: how the delivery of one stands; `at` is when it was delivered. What was delivered stays so. */
enum err notice_set_delivery(struct work *, int64_t id, enum notice_delivery, instant_t at);

#endif
