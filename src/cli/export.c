/* export.c — anjian export: records into a file. See ledger/export.h. */
#include "ledger/export.h"

#include "base/lang.h"
#include "cli/cli.h"
#include "cli/query.h"
#include "cli/screen.h"

struct exporting {
    struct cli *c;
    const struct ledger *l;
    struct export order;
    int64_t rows;
};

static enum err write_rows(struct work *w, void *arg)
{
    struct exporting *k = arg;
    TRY(cli_query(k->c, w, k->l, &k->order.query));
    TRY(cli_query_sort(k->c, &k->order.query));
    return export_rows(w, &k->order, &k->rows);
}

static enum err run(struct cli *c)
{
    struct exporting k = {.c = c, .order = {.path = cli_value(c, "out"), .progress = progress_show}};
    const char *point = strrchr(k.order.path, '.');
    struct buf b CLEANUP_BUF = BUF_INIT(200);
    if (!point || !writer_parse(str_of(point + 1), &k.order.format))
        return cli_usage(c, _("--out: “%s” does not end in .xlsx, .csv or .json"), k.order.path);
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    struct progress progress = progress_start(_("exporting"));
    k.order.arg = &progress;
    enum err e = cli_view(c, write_rows, &k);
    progress_end(&progress);
    TRY(e);
    buf_printf(&b, c->json ? "{\"rows\":%lld}" : _("rows: %lld"), (long long)k.rows);
    return cli_line(&b);
}

static const struct flag flags[] = {FLAGS_QUERY, FLAG("sort", "F"), FLAG_NEEDED("out", "FILE"), FLAG_END};

const struct command command_export = {
    .name = "export",
    .summary = N_("write records to a file (xlsx, csv, json)"),
    .usage = "export LEDGER [--where 'F OP V']… [--search T] [--sort F|-F] --out FILE.xlsx|.csv|.json",
    .help = N_("Writes all records that the conditions choose, as one snapshot. The file appears when it is whole. Headings, choices and\n"
               "references are words of the language (--lang); money is in yuan. Where a word could mean two things its code, key or\n"
               "number stands instead, so that the file can be imported again. JSON has the records as `anjian show --json` has them.\n"
               "Sealed values (identity numbers, private telephones) are left out.\n\n"
               "  --where, --search, --withdrawn, --on, --sort   as in `anjian list`\n"
               "  --out FILE    its ending says the format\n\n"
               "Example: anjian export hazard --where 'state = open' --out open.xlsx"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
