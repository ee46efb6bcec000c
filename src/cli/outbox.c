/* outbox.c — anjian outbox: what is told outside: what waits, what could not be delivered; let it be sent, tried again, given up. */
#include "tell/outbox.h"
#include "base/lang.h"
#include "cli/cli.h"
#include "ledgers.h"
#include "tell/sender.h"

#define SHOWN 200

static const struct flag flags[] = {SWITCH("all"),         SWITCH("send"),         FLAG("retry", "ID"),
                                    FLAG("give-up", "ID"), FLAG("test", "PERSON"), FLAG_END};

struct listing {
    struct message message[SHOWN];
    int n;
    bool open;
    int64_t waiting, undeliverable;
};

static enum err read_outbox(struct work *w, void *arg)
{
    struct listing *l = arg;
    TRY(outbox_count(w, &l->waiting, &l->undeliverable));
    return outbox_list(w, l->open, 0, l->message, SHOWN, &l->n);
}

static void message_json(struct buf *b, const struct message *m)
{
    char created[INSTANT_TEXT], next[INSTANT_TEXT];
    buf_printf(b, "{\"id\":\"%lld\",\"key\":", (long long)m->id);
    buf_json(b, m->key);
    buf_z(b, ",\"address\":");
    buf_json(b, m->address);
    buf_z(b, ",\"subject\":");
    buf_json(b, m->subject);
    buf_printf(b, ",\"state\":\"%.*s\",\"tries\":%lld,\"created\":\"%s\",\"next\":\"%s\",\"error\":", STR_ARG(m->state),
               (long long)m->tries, instant_text(m->created, created), instant_text(m->next, next));
    if (m->error.p)
        buf_json(b, m->error);
    else
        buf_z(b, "null");
    buf_char(b, '}');
}

static void message_line(struct buf *b, const struct message *m)
{
    char created[INSTANT_TEXT];
    buf_printf(b, "%lld  %.*s  %lld  %s  %.*s  %.*s", (long long)m->id, STR_ARG(m->state), (long long)m->tries,
               instant_text(m->created, created), STR_ARG(m->address), STR_ARG(m->subject));
    if (m->error.p) buf_printf(b, "  (%.*s)", STR_ARG(m->error));
}

static enum err list(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)4 << 20);
    struct listing *l = arena_new(c->arena, struct listing);
    if (!l) return err_no_memory();
    l->open = !cli_has(c, "all");
    TRY(cli_view(c, read_outbox, l));
    if (c->json)
        buf_printf(&b, "{\"waiting\":%lld,\"undeliverable\":%lld,\"messages\":[", (long long)l->waiting, (long long)l->undeliverable);
    else
        buf_printf(&b, _("waiting %lld, undeliverable %lld"), (long long)l->waiting, (long long)l->undeliverable);
    for (int i = 0; i < l->n; i++) {
        if (!c->json || i) buf_char(&b, c->json ? ',' : '\n');
        if (c->json)
            message_json(&b, &l->message[i]);
        else
            message_line(&b, &l->message[i]);
    }
    if (c->json) buf_z(&b, "]}");
    return cli_line(&b);
}

static enum err send_all(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    struct sent sent;
    TRY(sender_pass(c->store, &sent));
    buf_printf(&b, c->json ? "{\"delivered\":%lld,\"failed\":%lld}" : _("delivered %lld, failed %lld"), (long long)sent.delivered,
               (long long)sent.failed);
    return cli_line(&b);
}

static enum err retry(struct work *w, void *id)
{
    return outbox_retry(w, *(const int64_t *)id);
}

static enum err give_up(struct work *w, void *id)
{
    return outbox_give_up(w, *(const int64_t *)id);
}

static enum err move(struct cli *c, const char *flag, enum err (*fn)(struct work *, void *))
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    int64_t id;
    if (!str_int(str_of(cli_value(c, flag)), &id)) return cli_usage(c, _("“%s” is not the number of a message"), cli_value(c, flag));
    TRY(cli_write(c, fn, &id));
    buf_z(&b, c->json ? "{\"ok\":true}" : _("done"));
    return cli_line(&b);
}

/* ---- a message that says that the channels work ---- */

static enum err put_test(struct work *w, void *arg)
{
    struct cli *c = arg;
    int64_t person;
    TRY(store_resolve(w, person_ledger(w->store->registry), str_of(cli_value(c, "test")), &person));
    return tell_test(w, person);
}

static enum err test(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    TRY(cli_write(c, put_test, c));
    buf_z(&b, c->json ? "{\"ok\":true}" : _("put into the outbox"));
    return cli_line(&b);
}

static enum err run(struct cli *c)
{
    TRY(cli_open(c));
    if (cli_has(c, "test")) return test(c);
    if (cli_has(c, "retry")) return move(c, "retry", retry);
    if (cli_has(c, "give-up")) return move(c, "give-up", give_up);
    return cli_has(c, "send") ? send_all(c) : list(c);
}

const struct command command_outbox = {
    .name = "outbox",
    .summary = N_("what is told outside by mail and web hooks"),
    .usage = "outbox [--all] [--send | --retry ID | --give-up ID | --test PERSON]",
    .help = N_("Lists the messages that wait and those that could not be delivered, newest first. A server sends them by itself.\n\n"
               "  --all          those that were delivered or given up too\n"
               "  --send         send now what waits, without a server\n"
               "  --retry ID     let one that could not be delivered be tried again\n"
               "  --give-up ID   do not try it again\n"
               "  --test PERSON  a message to this person by every channel in use, to see that they work\n\n"
               "Channels are kept in the ledger “channel”, the hosts that may be spoken to in “allowed_host”."),
    .flags = flags,
    .run = run,
};
