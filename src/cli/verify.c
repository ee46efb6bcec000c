/* verify.c — anjian verify: does the chain hold, and is every row what its last event says? */
#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "ledger/chain.h"
#include "ledger/right.h"

#define PEM_MAX ((size_t)16384)
#define SEAL_MAX ((size_t)8 << 20)

static void answer_json(struct buf *b, const struct verify_report *r)
{
    buf_printf(b, "{\"ok\":%s,\"events\":%lld,\"lanes\":%lld,\"rows\":%lld", r->ok ? "true" : "false", (long long)r->events,
               (long long)r->lanes, (long long)r->rows);
    if (!r->ok) {
        const struct verify_fault *f = &r->first;
        buf_z(b, ",\"first_broken\":{\"what\":");
        buf_json(b, str_of(f->what));
        if (f->lane >= 0) buf_printf(b, ",\"lane\":%lld,\"seq\":%lld", (long long)f->lane, (long long)f->seq);
        if (f->record) buf_printf(b, ",\"record\":\"%lld\"", (long long)f->record);
        if (f->ledger) buf_printf(b, ",\"ledger\":\"%s\"", f->ledger);
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

static void answer_text(const struct cli *c, struct buf *b, const struct verify_report *r)
{
    const struct verify_fault *f = &r->first;
    if (r->ok) {
        buf_printf(b, _("all is well; events %lld, lanes %lld, rows %lld"), (long long)r->events, (long long)r->lanes, (long long)r->rows);
        return;
    }
    buf_printf(b, _("broken: %s"), f->what);
    if (f->lane >= 0) buf_printf(b, _("\n  lane %lld, event %lld"), (long long)f->lane, (long long)f->seq);
    if (f->record) buf_printf(b, _("\n  record %lld"), (long long)f->record);
    const struct ledger *l = f->ledger ? registry_find(c->store->registry, str_of(f->ledger)) : NULL;
    if (l) buf_printf(b, _("\n  ledger “%s” (%s)"), ledger_label(l, lang_get()), l->ledger);
}

/* The seal and the key that it must fit. A key beside the database may have been replaced with it, so --key is better. */
static enum err read_seal(struct cli *c, struct str *ret_seal, struct str *ret_key)
{
    const char *head = cli_value(c, "head"), *key = cli_value(c, "key");
    *ret_seal = *ret_key = STR_NONE;
    if (!head) return key ? cli_usage(c, "%s", _("--key is for the seal that --head names")) : OK;
    if (!key) {
        const char *private = seal_key_path(c->arena, c->store->db);
        key = private ? seal_public_path(c->arena, private) : NULL;
        if (!key) return cli_usage(c, "%s", _("--key must say which public key the seal must fit"));
        cli_note(c, _("the seal is held against %s; a key kept elsewhere (--key) proves more"), key);
    }
    TRY(cli_read(c, head, SEAL_MAX, ret_seal));
    return cli_read(c, key, PEM_MAX, ret_key);
}

static enum err run(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    struct str seal, key;
    struct verify_report r;
    TRY(cli_open(c));
    TRY(right_ask_log(c->store, &c->actor));
    TRY(read_seal(c, &seal, &key));
    struct progress progress = progress_start(_("verifying"));
    enum err e = chain_verify(c->store, seal, key, progress_show, &progress, &r);
    progress_end(&progress);
    TRY(e);
    if (c->json)
        answer_json(&b, &r);
    else
        answer_text(c, &b, &r);
    c->status = r.ok ? 0 : 1;
    return cli_line(&b);
}

static const struct flag flags[] = {FLAG("head", "FILE"), FLAG("key", "PUB"), FLAG_END};

const struct command command_verify = {
    .name = "verify",
    .summary = N_("check the chain and every row"),
    .usage = "verify [--head FILE [--key PUB]]",
    .help = N_(
        "Computes every hash of the chain again and compares every row with its events. Ends with status 1 and names the first thing\n"
        "that is broken. Without a seal it cannot know whether the newest events were cut off, or all of them made anew.\n\n"
        "  --head FILE   a seal: the chain must still contain everything that it covers\n"
        "  --key PUB     the public key that the seal must fit, kept elsewhere; otherwise the one beside the database\n\n"
        "Example: anjian verify --head 2026-02-10.seal --key anjian.seal.pub"),
    .flags = flags,
    .run = run,
};
