/* import.c — anjian import: files of rows into a ledger; anjian undo: take a batch back. */
#include <signal.h>

#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "exchange/table_text.h"
#include "ledger/import.h"

static const struct flag flags[] = {
    FLAG("sheet", "S"), FLAG("header-row", "N"), FLAG_MANY("map", "HEADING=FIELD"), FLAG("encoding", "E"),
    SWITCH("dry-run"),  SWITCH("strict"),        FLAG("refused", "OUT.xlsx"),       FLAG_END,
};

/* Ctrl-C asks the running import to stop behind the chunk at hand. */
static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static bool progress(void *arg, int64_t rows)
{
    return progress_show(arg, rows, 0) && !interrupted;
}

static enum err read_options(struct cli *c, struct import_options *o)
{
    TRY(cli_int(c, "header-row", 1, 1000000, 0, &o->header_row));
    o->sheet = cli_value(c, "sheet");
    o->encoding = cli_value(c, "encoding");
    o->dry_run = cli_has(c, "dry-run");
    o->strict = cli_has(c, "strict");
    o->refused = cli_value(c, "refused");
    o->progress = progress;
    struct import_map *map = arena_array(c->arena, struct import_map, c->givens + 1);
    if (!map) return err_no_memory();
    int at = 0;
    for (const char *text; (text = cli_next(c, "map", &at));) {
        const char *sign = strrchr(text, '=');
        if (!sign) return cli_usage(c, _("--map: “%s” is not HEADING=FIELD"), text);
        map[o->map_n++] = (struct import_map){{text, (size_t)(sign - text)}, str_of(sign + 1)};
    }
    o->map = map;
    return OK;
}

/* ---- the answer ---- */

static void mapping_json(struct buf *b, const struct import_result *r)
{
    buf_z(b, ",\"mapping\":{");
    const char *comma = "";
    for (int i = 0; i < r->mapping_n; i++) {
        buf_z(b, comma);
        buf_json(b, r->mapping[i].heading);
        buf_char(b, ':');
        buf_json(b, r->mapping[i].field);
        comma = ",";
    }
    buf_char(b, '}');
}

static void error_json(struct buf *b, enum err e)
{
    const struct err_info *info = err_last();
    if (!e) return;
    buf_printf(b, ",\"error\":{\"code\":\"%s\",\"message\":", err_word(e));
    buf_json(b, str_of(info->message));
    if (info->field[0]) {
        buf_z(b, ",\"field\":");
        buf_json(b, str_of(info->field));
    }
    if (info->rule[0]) {
        buf_z(b, ",\"rule\":");
        buf_json(b, str_of(info->rule));
    }
    buf_char(b, '}');
}

static void answer_json(struct buf *b, const char *file, const struct import_result *r, enum err e)
{
    buf_z(b, "{\"file\":");
    buf_json(b, str_of(file));
    buf_char(b, ',');
    import_result_members(b, r, IMPORT_NOTES_MAX);
    mapping_json(b, r);
    error_json(b, e);
    buf_char(b, '}');
}

/* "warning, row 12, Telephone: …"; a reason that begins with the label of the field needs it only once. */
static void note_text(struct buf *b, const struct ledger *l, const char *word, const struct import_note *note)
{
    const struct field *f = ledger_field(l, note->field);
    struct str label = f ? str_of(field_label(f, lang_get())) : note->field;
    buf_char(b, '\n');
    buf_printf(b, _("  %s, row %lld: "), word, (long long)note->row);
    if (label.n && !str_starts(note->reason, label)) buf_printf(b, _("%.*s: "), STR_ARG(label));
    buf_str(b, note->reason);
}

static void notes_text(struct buf *b, const struct ledger *l, const char *word, const struct import_note *notes, int n)
{
    enum { SHOWN = 10 };
    for (int i = 0; i < n && i < SHOWN; i++) note_text(b, l, word, &notes[i]);
    if (n <= SHOWN) return;
    buf_char(b, '\n');
    buf_printf(b, _("  … and %d more"), n - SHOWN);
}

/* What an export writes beside the fields, and the serial number of every table, need not be told. */
static bool is_expected(struct str heading)
{
    static const char *const fields[] = {"id", "version", "state", "number", "withdrawn", "successor", "created", "updated"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct field *f = query_system_field(str_of(fields[i]));
        if (str_is(heading, f->zh) || str_is(heading, f->en)) return true;
    }
    struct buf key CLEANUP_BUF = BUF_INIT(4000);
    table_heading_key(&key, heading);
    return words_are_serial_heading(buf_view(&key));
}

static void unused_text(struct buf *b, const struct import_result *r)
{
    bool first = true;
    for (int i = 0; i < r->mapping_n; i++) {
        if (r->mapping[i].field.p || is_expected(r->mapping[i].heading)) continue;
        buf_z(b, first ? _("\n  columns not used: ") : _(", "));
        buf_str(b, r->mapping[i].heading);
        first = false;
    }
}

static void answer_text(struct buf *b, const struct ledger *l, const char *file, const struct import_result *r, enum err e)
{
    if (e) {
        buf_printf(b, "%s: %s", file, err_last()->message);
    } else {
        buf_printf(b, _("%s: rows %lld, added %lld, changed %lld, unchanged %lld, with warnings %lld, refused %lld"), file,
                   (long long)r->rows, (long long)r->added, (long long)r->changed, (long long)r->unchanged, (long long)r->warned,
                   (long long)r->refused);
        if (r->batch) buf_printf(b, _(" (batch %lld)"), (long long)r->batch);
        if (r->stopped) buf_z(b, _("; stopped, import the same file again to go on"));
        unused_text(b, r);
    }
    notes_text(b, l, _("warning"), r->warnings, r->warnings_n);
    notes_text(b, l, _("refused"), r->refusals, r->refusals_n);
}

/* One object or line per file; an unreadable file does not keep the others out. */
static enum err one_file(struct cli *c, const struct ledger *l, const char *file, const struct import_options *how, enum err *worst)
{
    struct import_result r = {0};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
    struct progress bar = progress_start(_("importing"));
    struct import_options o = *how;
    o.progress_arg = &bar;
    enum err e = import_file(c->store, &c->actor, c->arena, l, file, &o, &r);
    progress_end(&bar);
    if (e && !*worst) *worst = e;
    if (c->json)
        answer_json(&b, file, &r, e);
    else
        answer_text(&b, l, file, &r, e);
    return cli_line(&b);
}

static enum err run(struct cli *c)
{
    struct import_options o = {0};
    const struct ledger *l;
    enum err worst = OK;
    TRY(read_options(c, &o));
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &l));
    signal(SIGINT, interrupt);
    for (int i = 1; i < c->operands && !interrupted; i++) TRY(one_file(c, l, c->operand[i], &o, &worst));
    c->status = worst || interrupted ? 1 : 0;
    return OK;
}

const struct command command_import = {
    .name = "import",
    .summary = N_("bring files of rows into a ledger"),
    .usage = "import LEDGER FILE… [--sheet S] [--header-row N] [--map HEADING=FIELD]… [--encoding E] [--dry-run] [--strict] [--refused "
             "OUT.xlsx]",
    .help = N_("Reads .xlsx, .xls, .csv and .json, finds the sheet and the row of headings, and creates or changes a record for each row.\n"
               "A blank cell is unknown and never erases. Rows that cannot be read are refused, counted and given back with the reason.\n"
               "The same file again changes nothing; an import that was stopped goes on; `anjian undo BATCH` takes it back.\n\n"
               "  --sheet S             name or number of the sheet\n"
               "  --header-row N        the row of the headings\n"
               "  --map HEADING=FIELD   what a heading means; HEADING= leaves the column out\n"
               "  --encoding E          of a csv file: utf-8, gb18030, gbk\n"
               "  --dry-run             only say what would happen\n"
               "  --strict              any refusal and nothing goes in\n"
               "  --refused OUT.xlsx    write the refused rows there, each with the reason beside the cell\n\n"
               "Example: anjian import premises 台账.xlsx --refused refused.xlsx"),
    .flags = flags,
    .least = 2,
    .most = -1,
    .run = run,
};
