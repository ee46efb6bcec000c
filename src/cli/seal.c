/* seal.c — anjian seal: sign the heads of all lanes, for keeping elsewhere. */
#include "ledger/seal.h"
#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "exchange/part_file.h"
#include "ledger/chain.h"

#include <unistd.h>

#define PEM_MAX ((size_t)16384)

/* Whole or not at all: an old seal is not lost for a new one that could not be written. */
static enum err save(struct cli *c, const char *path, struct str text)
{
    struct buf b CLEANUP_BUF = BUF_INIT(text.n);
    int fd;
    const char *part = part_path(c->arena, path);
    if (!part) return ERR_NO_MEMORY;
    buf_str(&b, text);
    TRY(create_part(part, &fd));
    enum err e = write_out(fd, part, &b);
    if (close(fd) != 0 && !e) e = io_error(part);
    if (!e) e = publish(part, path);
    if (e) unlink(part);
    return e;
}

static enum err run(struct cli *c)
{
    const char *out = cli_value(c, "out"), *key = cli_value(c, "private-key");
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    struct str pem, text;
    struct seal seal;
    TRY(cli_open(c));
    TRY(cli_console(c));
    if (!key) key = seal_key_path(c->arena, c->store->db);
    if (!key) return cli_usage(c, "%s", _("--private-key or ANJIAN_SEAL_KEY must say which key signs"));
    TRY(cli_read(c, key, PEM_MAX, &pem));
    TRY(chain_seal(c->store, c->arena, pem, &text));
    TRY(save(c, out, text));
    TRY(seal_parse(c->arena, text, &seal));
    if (c->json) {
        buf_z(&b, "{\"file\":");
        buf_json(&b, str_of(out));
        buf_printf(&b, ",\"at\":\"%.*s\",\"lanes\":%d,\"fingerprint\":\"%.*s\"}", STR_ARG(seal.at), seal.lanes.n,
                   STR_ARG(seal.fingerprint));
    } else {
        screen_line(&b, _("seal"), str_of(out));
        screen_line(&b, "", str_of(_("keep it where nobody of this machine can change it")));
        screen_line(&b, _("at"), seal.at);
        screen_line(&b, _("fingerprint"), seal.fingerprint);
    }
    return cli_line(&b);
}

static const struct flag flags[] = {FLAG_NEEDED("out", "FILE"), FLAG("private-key", "PEM"), FLAG_END};

const struct command command_seal = {
    .name = "seal",
    .summary = N_("sign the state of the chain"),
    .usage = "seal --out FILE [--private-key PEM]",
    .help = N_(
        "Signs the heads of all lanes. Who has the seal can later find out whether events that it covers were cut off or rewritten,\n"
        "also when the whole chain was made anew: see verify --head.\n\n"
        "  --out FILE           where the seal goes; keep it outside of this machine\n"
        "  --private-key PEM    the key that signs; otherwise ANJIAN_SEAL_KEY, or the one that init made beside the database\n\n"
        "Example: anjian seal --out /media/usb/2026-02-10.seal"),
    .flags = flags,
    .run = run,
};
