/* log.c — anjian log: all events as JSON lines, for verifiers that are not this program. */
#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "ledger/chain.h"
#include "ledger/right.h"

static enum err run(struct cli *c)
{
    const char *out = cli_value(c, "out");
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    TRY(cli_open(c));
    TRY(right_ask_log(c->store, &c->actor));
    struct progress progress = progress_start(_("writing the log"));
    enum err e = chain_export(c->store, out, progress_show, &progress);
    progress_end(&progress);
    TRY(e);
    if (c->json) {
        buf_z(&b, "{\"file\":");
        buf_json(&b, str_of(out));
        buf_char(&b, '}');
    } else {
        buf_z(&b, out);
    }
    return cli_line(&b);
}

static const struct flag flags[] = {FLAG_NEEDED("out", "FILE"), FLAG_END};

const struct command command_log = {
    .name = "log",
    .summary = N_("write all events into a file"),
    .usage = "log --out FILE",
    .help = N_(
        "Writes every event as one line of JSON, with its hash and the one before. doc/chain.md has the format; tools/verify_log.py\n"
        "verifies such a file without this program. The log has what was ever written: treat it like the database.\n\n"
        "Example: anjian log --out events.jsonl"),
    .flags = flags,
    .run = run,
};
