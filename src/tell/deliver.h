/* deliver.h — one message handed over to the host of its channel, by libcurl: SMTP for mail, HTTP for web hooks.
 *
 * Nothing but these two is spoken, no redirect is followed, no proxy of the environment is used, and the host that is connected to is the
 * one that was found on the list. A message carries an identity made of its key – Message-ID, Idempotency-Key – which is the same at
 * every try.
 */
#ifndef ANJIAN_DELIVER_H
#define ANJIAN_DELIVER_H

#include "tell/channel.h"
#include "tell/outbox.h"

enum delivery {
    DELIVERED,
    DELIVERY_LATER, /* the host says: not now */
    DELIVERY_NEVER, /* the host says no, or the message cannot go this way */
    DELIVERY_AWAY,  /* the host is not reached, or does not let us in */
};

/* May this host be spoken to? Asked once for each message, with the host as the address really names it. */
typedef bool host_allowed(void *arg, struct str host);

struct delivering {
    const struct channel *channel;
    const struct message *message;
    const char *uuid; /* of the database: makes identities its own */
    host_allowed *allowed;
    void *arg;
    struct buf *why; /* when it was not delivered: what was said, for people */
};

struct courier;                                 /* keeps connections open between messages; for one thread */
struct courier *courier_new(void);              /* NULL without memory */
struct courier *courier_free(struct courier *); /* returns NULL */
enum delivery deliver(struct courier *, const struct delivering *);

#endif
