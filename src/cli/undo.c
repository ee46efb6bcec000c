/* undo.c — anjian undo: take a batch back as a whole. */
#include "base/lang.h"
#include "cli/cli.h"
#include "ledger/import.h"

static void answer_text(struct buf *b, const struct undo_result *r)
{
    buf_printf(b, _("records withdrawn %lld, put back %lld, kept because somebody has changed them since %lld"), (long long)r->withdrawn,
               (long long)r->reverted, (long long)r->kept_all);
    for (int i = 0; i < r->kept_n; i++)
        buf_printf(b, "\n  %s %lld %.*s", ledger_label(r->kept[i].l, lang_get()), (long long)r->kept[i].record, STR_ARG(r->kept[i].number));
}

static enum err run(struct cli *c)
{
    int64_t batch;
    struct undo_result r;
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    if (!str_int(str_of(c->operand[0]), &batch)) return cli_usage(c, _("“%s” is not the number of a batch"), c->operand[0]);
    TRY(cli_open(c));
    TRY(import_undo(c->store, &c->actor, c->arena, batch, NULL, &r));
    if (c->json)
        undo_result_json(&b, &r);
    else
        answer_text(&b, &r);
    return cli_line(&b);
}

const struct command command_undo = {
    .name = "undo",
    .summary = N_("take an import back"),
    .usage = "undo BATCH",
    .help = N_("Withdraws the records that the batch added and gives changed ones their former values. Records that somebody changed\n"
               "since are kept and listed.\n\n"
               "Example: anjian undo 912815236341743616"),
    .least = 1,
    .most = 1,
    .run = run,
};
