/* channel.c — see channel.h. */
#include "tell/channel.h"

#include <ctype.h>

#include "ledger/query.h"
#include "ledger/secret.h"
#include "ledgers.h"
#include "outbox.sql.h"

#define CHANNELS_MAX 20

static struct channel read_channel(const struct record *r)
{
    return (struct channel){.id = r->id,
                            .mail = str_is(channel_kind(r), "mail"),
                            .name = channel_name(r),
                            .host = channel_host(r),
                            .sender = channel_sender(r),
                            .user = channel_user(r),
                            .port = channel_port(r),
                            .security = channel_security(r),
                            .url = channel_url(r),
                            .site = channel_site(r)};
}

/* Rules read channels whoever acts: which of them are in use is no secret of theirs. */
static enum err ids_in_use(struct work *w, int64_t ids[CHANNELS_MAX], int *ret)
{
    const struct ledger *l = channel_ledger(w->store->registry);
    const struct condition used = {channel_field_used(l), OP_EQ, value_int(1)};
    return query_ids(w, l, &used, 1, false, ids, CHANNELS_MAX, ret);
}

enum err channel_list(struct work *w, struct channel **ret, int *ret_n)
{
    int64_t ids[CHANNELS_MAX];
    int n;
    TRY(ids_in_use(w, ids, &n));
    struct channel *list = arena_array(w->arena, struct channel, n ? n : 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) {
        struct record *r;
        TRY(store_load(w, channel_ledger(w->store->registry), ids[i], false, &r));
        list[i] = read_channel(r);
    }
    *ret = list;
    *ret_n = n;
    return OK;
}

enum err channel_get(struct work *w, int64_t id, struct channel *ret)
{
    const struct ledger *l = channel_ledger(w->store->registry);
    struct record *r;
    TRY(store_load(w, l, id, false, &r));
    if (r->withdrawn || !channel_used(r)) return err_set(ERR_NOT_FOUND, "%s", _("the channel is in use no more"));
    struct channel c = read_channel(r);
    if (channel_knows_password(r)) TRY(secret_reveal(w, r, channel_field_password(l), &c.password));
    if (channel_knows_secret(r)) TRY(secret_reveal(w, r, channel_field_secret(l), &c.secret));
    *ret = c;
    return OK;
}

enum err host_is_allowed(struct work *w, struct str host, bool *ret)
{
    char lower[256];
    int64_t n;
    if (host.n && host.p[host.n - 1] == '.') host.n--;
    *ret = false;
    if (!host.n || host.n >= sizeof lower) return OK;
    for (size_t i = 0; i < host.n; i++) lower[i] = (char)tolower((unsigned char)host.p[i]);
    const struct value name = value_text((struct str){lower, host.n});
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_HOST_ALLOWED), &name, 1, &n));
    *ret = n > 0;
    return OK;
}
