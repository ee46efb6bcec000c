/* check.c — anjian check: are these numbers well-formed? Needs no database. */
#include "cli/cli.h"

#include "base/lang.h"
#include "exchange/ident.h"

#define OUT_MAX ((size_t)64 << 20)

static void check_json(struct buf *b, const char *value, const struct ident_check *k)
{
    buf_z(b, "{\"value\":");
    buf_json(b, str_of(value));
    buf_printf(b, ",\"valid\":%s,\"normalized\":", k->valid ? "true" : "false");
    buf_json(b, str_of(k->normalized));
    buf_z(b, ",\"reason\":");
    buf_json(b, k->valid ? STR_NONE : str_of(k->reason));
    buf_char(b, '}');
}

static enum err run(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT(OUT_MAX);
    bool uscc = strcmp(c->operand[0], "uscc") == 0;
    if (!uscc && strcmp(c->operand[0], "idcard") != 0) return cli_usage(c, _("“%s” cannot be checked; uscc and idcard can"), c->operand[0]);
    if (c->json) buf_char(&b, '[');
    for (int i = 1; i < c->operands; i++) {
        struct str value = str_of(c->operand[i]);
        struct ident_check k = uscc ? ident_uscc(value) : ident_idcard(value, instant_day(clock_now()));
        if (i > 1) buf_char(&b, c->json ? ',' : '\n');
        if (c->json)
            check_json(&b, c->operand[i], &k);
        else
            buf_printf(&b, "%s  %s", k.normalized, k.valid ? _("valid") : k.reason);
    }
    if (c->json) buf_char(&b, ']');
    return cli_line(&b);
}

const struct command command_check = {
    .name = "check",
    .summary = N_("check credit codes or identity numbers"),
    .usage = "check uscc|idcard VALUE…",
    .help = N_(
        "Checks unified social credit codes (GB 32100-2015) or identity numbers (GB 11643-1999). Needs no database. The status is 0\n"
        "whatever is found; with --json [{\"value\",\"valid\",\"normalized\",\"reason\"}].\n\n"
        "Example: anjian check uscc 91430682MA4PC1E12L"),
    .least = 2,
    .most = -1,
    .run = run,
};
