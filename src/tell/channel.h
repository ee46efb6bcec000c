/* channel.h — the ways by which messages leave this system, as the ledgers `channel` and `allowed_host` say them. */
#ifndef ANJIAN_CHANNEL_H
#define ANJIAN_CHANNEL_H

#include "ledger/store.h"

struct channel {
    int64_t id;
    bool mail;       /* otherwise a web hook */
    struct str name; /* for messages about it */
    struct str host, sender, user, password;
    int64_t port;        /* 0: by `security` */
    struct str security; /* tls, starttls, none */
    struct str url, secret;
    struct str site; /* links begin with it */
};

/* Those in use. Their passwords are not opened. */
enum err channel_list(struct work *, struct channel **ret, int *ret_n);
/* One, with its passwords opened. ERR_NOT_FOUND: it is in use no more. */
enum err channel_get(struct work *, int64_t id, struct channel *ret);
/* Is the host on the list of those that this system may speak to? Capital letters and a dot at the end make no difference. */
enum err host_is_allowed(struct work *, struct str host, bool *ret);

#endif
