/* template.c — anjian template: a blank workbook of a ledger, to be filled in and imported. */
#include "cli/cli.h"

#include "base/lang.h"
#include "exchange/writer.h"
#include "ledgers.h"

#define CHOICES_MAX 1000 /* a longer list helps nobody who fills in a form */

struct drawing {
    struct cli *c;
    const struct ledger *l;
    struct template_field *field;
    int fields;
};

static enum out_kind kind_of(enum field_type t)
{
    switch (t) {
    case TYPE_INTEGER: return OUT_INT;
    case TYPE_MONEY:
    case TYPE_POINTS: return OUT_DECIMAL;
    case TYPE_DATE: return OUT_DATE;
    case TYPE_INSTANT: return OUT_INSTANT;
    default: return OUT_TEXT;
    }
}

/* The labels of a code list that are in use today; none when there are too many. */
static enum err living_codes(struct work *w, const char *list, struct template_field *ret)
{
    const struct ledger *l = code_ledger(w->store->registry);
    struct condition c = {code_field_list(l), OP_EQ, value_text(str_of(list))};
    day_t today = instant_day(clock_now());
    struct page p;
    TRY(query_list(w, &(struct query){.l = l, .where = &c, .where_n = 1, .limit = CHOICES_MAX}, &p));
    struct str *choice = arena_array(w->arena, struct str, p.n + 1);
    if (!choice) return err_no_memory();
    if (p.next.p) return OK;
    for (int i = p.n - 1; i >= 0; i--) { /* newest first; they were entered in the order of the standard */
        const struct record *r = p.record[i];
        struct str en = code_en(r);
        day_t end = code_valid_to(r);
        if (end != DAY_UNKNOWN && end < today) continue;
        choice[ret->choices++] = lang_get() == LANG_EN && en.n ? en : code_zh(r);
    }
    ret->choice = choice;
    return OK;
}

static enum err draw(struct work *w, void *arg)
{
    struct drawing *k = arg;
    k->fields = 0;
    for (unsigned i = 0; i < k->l->fields_count; i++) {
        const struct field *f = &k->l->fields[i];
        struct template_field *t = &k->field[k->fields];
        if (f->read_only || f->type == TYPE_ROWS || f->type == TYPE_FILES) continue;
        const char *help = lang_get() == LANG_ZH ? f->help_zh : f->help_en;
        *t = (struct template_field){.heading = str_of(field_label(f, lang_get())),
                                     .help = str_of(help ? help : ""),
                                     .required = f->required,
                                     .kind = kind_of(f->type)};
        if (f->type == TYPE_CHOICE) TRY(living_codes(w, f->codes, t));
        k->fields++;
    }
    return OK;
}

static enum err run(struct cli *c)
{
    struct drawing k = {.c = c};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    const char *out = cli_value(c, "out");
    if (!str_ends(str_of(out), STR(".xlsx"))) return cli_usage(c, _("--out: “%s” does not end in .xlsx"), out);
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    k.field = arena_array(c->arena, struct template_field, k.l->fields_count);
    if (!k.field) return err_no_memory();
    TRY(cli_view(c, draw, &k));
    TRY(template_write(c->arena, out, str_of(ledger_label(k.l, lang_get())), k.field, k.fields));
    buf_printf(&b, c->json ? "{\"columns\":%d}" : _("%d columns"), k.fields);
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
