/* outbox.h — what is told outside of this system, written in the transaction of what it tells, so that neither is without the other.
 *
 * A message has a key, and the same key is told once. It waits until a sender (sender.h) has handed it over: tried again later and
 * later, at last undeliverable, with the reason, until somebody lets it be tried again or gives it up. A sender that dies in the middle
 * leaves it to another one; the message then carries the same identity (deliver.h), by which a receiver knows that it has it.
 */
#ifndef ANJIAN_OUTBOX_H
#define ANJIAN_OUTBOX_H

#include "ledger/store.h"

struct message {
    int64_t id;
    struct str key;
    int64_t channel;
    struct str address, subject, body; /* address: of a mail; otherwise the name of whom it is for */
    struct str path;                   /* of the page it is about, "/…"; empty: none */
    struct str state;                  /* waiting, sending, sent, undeliverable, given_up */
    int64_t tries;
    struct str error; /* of the last try; STR_NONE */
    instant_t created, next, ended;
};

#define MAIL_ADDRESS_MAX 254    /* of a mail, RFC 5321 4.5.3.1.3 with its brackets */
#define MESSAGE_SUBJECT_MAX 300 /* bytes */
#define MESSAGE_BODY_MAX 20000

/* What is told, and to whom. */
struct telling {
    struct str key;
    int64_t person, unit; /* the unit as a whole where there is no person; 0: none */
    struct str subject, body;
    struct str path; /* of the page it is about: begins with "/"; empty or STR_NONE: none */
};
/* Tell it by every channel in use that reaches them: mail where the person has an address, and web hooks. A key that was put in before is
 * left alone. Where no channel is in use nothing is written. *put (may be NULL): how many were put in. */
enum err tell(struct work *, const struct telling *, int *put);

/* A message that says that the channels work, to a person. ERR_FORBIDDEN for who may not change channels; ERR_REFUSED when none reaches
 * him. */
enum err tell_test(struct work *, int64_t person);

/* Is it an address that a mail can go to? Printable ASCII, one "@" with something on both sides, at most MAIL_ADDRESS_MAX bytes. */
bool address_fits(struct str);

/* Newest first, older than `before` (0: from the newest on). `open`: only those that wait or could not be delivered. ERR_FORBIDDEN for who
 * may not see the channels. */
enum err outbox_list(struct work *, bool open, int64_t before, struct message *list, int room, int *ret);
/* How many wait, and how many could not be delivered. */
enum err outbox_count(struct work *, int64_t *ret_waiting, int64_t *ret_undeliverable);
/* Let one that could not be delivered, or waits, be tried now; give one up. ERR_NOT_FOUND: none such. ERR_FORBIDDEN for who may not change
 * channels. */
enum err outbox_retry(struct work *, int64_t id);
enum err outbox_give_up(struct work *, int64_t id);

/* ---- for senders ---- */

/* Take the message whose turn it is, or one that a sender took and died with; no two senders get the same. *ret->id 0: there is none. */
enum err outbox_take(struct work *, struct str sender, struct message *ret);
/* Is there one to take? Cheap, and needs no write. */
enum err outbox_any(struct work *, bool *ret);
/* It was handed over. *mine: it was still this sender's. */
enum err outbox_sent(struct work *, const struct message *, struct str sender, bool *mine);
/* It was not: tried again after a while, or never. `away`: nothing reaches the channel now, so its other messages wait as well.
 * *ret_last: this sender has put it among the undeliverable ones. */
enum err outbox_failed(struct work *, const struct message *, struct str sender, bool never, bool away, struct str why, bool *ret_last);

#endif
