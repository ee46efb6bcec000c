/* template.c — anjian template: a blank workbook of a ledger, to be filled in and imported. See ledger/blank.h. */
#include "base/lang.h"
#include "cli/cli.h"
#include "ledger/blank.h"

struct drawing {
    const struct ledger *l;
    const char *out;
    int columns;
};

static enum err draw(struct work *w, void *arg)
{
    struct drawing *k = arg;
    return blank_write(w, k->l, k->out, &k->columns);
}

static enum err run(struct cli *c)
{
    struct drawing k = {.out = cli_value(c, "out")};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    if (!str_ends(str_of(k.out), STR(".xlsx"))) return cli_usage(c, _("--out: “%s” does not end in .xlsx"), k.out);
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    TRY(cli_view(c, draw, &k));
    buf_printf(&b, c->json ? "{\"columns\":%d}" : _("%d columns"), k.columns);
    return cli_line(&b);
}

static const struct flag flags[] = {FLAG_NEEDED("out", "FILE"), FLAG_END};

const struct command command_template = {
    .name = "template",
    .summary = N_("make a blank workbook of a ledger to fill in"),
    .usage = "template LEDGER --out FILE.xlsx",
    .help = N_("Makes a workbook with the headings of a ledger (a required one ends in *), drop-down lists of choices, and a sheet that\n"
               "explains the columns, in the language of --lang.\n\n"
               "Example: anjian template premises --out 监管对象.xlsx"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
