/* sheet.c — anjian sheet: what a unit lost in an assessment, and why. */
#include "assess/sheet.h"
#include "base/lang.h"
#include "cli/cli.h"
#include "ledger/right.h"
#include "ledgers.h"

static const struct flag flags[] = {FLAG("scheme", "N"), FLAG_END};

struct making {
    struct cli *c;
    struct buf out;
};

static enum err make(struct work *w, void *arg)
{
    struct making *k = arg;
    const char *named = cli_value(k->c, "scheme");
    int64_t unit, scheme;
    struct assess_done done;
    struct sheet sheet;
    TRY(cli_record(w, unit_ledger(w->store->registry), k->c->operand[0], &unit));
    if (named)
        TRY(cli_record(w, scheme_ledger(w->store->registry), named, &scheme));
    else
        TRY(scheme_on(w, instant_day(clock_now()), &scheme));
    /* Who may only read sees the sheet as it was last made. */
    if (right_may(w->store, w->actor, deduction_ledger(w->store->registry), RIGHT_CREATE)) TRY(assess_unit(w, unit, scheme, &done));
    TRY(sheet_read(w, unit, scheme, &sheet));
    buf_reset(&k->out);
    if (!k->c->json) {
        TRY(sheet_text(&k->out, &sheet, lang_get()));
        k->out.p[--k->out.n] = '\0'; /* cli_line() ends the last line */
        return OK;
    }
    sheet_json(&k->out, &sheet);
    return OK;
}

static enum err run(struct cli *c)
{
    struct making k = {.c = c, .out = BUF_INIT((size_t)256 << 20)};
    TRY(cli_open(c));
    enum err e = cli_write(c, make, &k);
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    return e;
}

const struct command command_sheet = {
    .name = "sheet",
    .summary = N_("print the score sheet of a unit"),
    .usage = "sheet UNIT [--scheme N]",
    .help = N_(
        "Brings the deductions of a unit up to date with the records and prints its sheet: each point lost with the record that is\n"
        "the evidence, the edition of the rule, the arithmetic, and how the date was found, day by day. Points in JSON are hundredths.\n\n"
        "  --scheme N   the assessment scheme; the one that today belongs to when left out\n\n"
        "Example: anjian sheet 吕仙亭街道"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
