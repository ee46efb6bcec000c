/* sender.h — hands over what lies in the outbox, one message after the other, beside a server; any number of senders share one outbox. */
#ifndef ANJIAN_SENDER_H
#define ANJIAN_SENDER_H

#include "ledger/store.h"

/* The layer above learns, in the transaction that notes it, that a message was handed over or is undeliverable. Its key is "KEY/CHANNEL".
 */
typedef enum err sender_note(struct work *, struct str key, bool delivered, instant_t at);
void sender_on_delivery(sender_note *); /* at the start of the program */

struct sent {
    int64_t delivered, failed;
};
/* Hand over everything whose turn it is now, on this thread. */
enum err sender_pass(struct store *, struct sent *ret);

struct sender;
enum err sender_start(struct store *, struct sender **ret);
void sender_wake(struct sender *);           /* something was put in; NULL is fine */
struct sender *sender_stop(struct sender *); /* after the message at hand; NULL is fine; returns NULL */

#endif
