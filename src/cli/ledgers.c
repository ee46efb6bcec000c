/* ledgers.c — anjian ledgers, anjian ledger-add: what ledgers there are, and adding the district's own. */
#include "cli/cli.h"

#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "cli/screen.h"
#include "ledger/code.h"

#define OUT_MAX ((size_t)4 << 20)

/* ---- all of them ---- */

static void json_pair(struct buf *b, const char *key, const char *value)
{
    buf_printf(b, ",\"%s\":", key);
    buf_json(b, str_of(value));
}

static void brief_json(struct buf *b, const struct ledger *l)
{
    buf_printf(b, "{\"ledger\":\"%s\"", l->ledger);
    json_pair(b, "label", ledger_label(l, lang_get()));
    json_pair(b, "zh", l->zh);
    json_pair(b, "en", l->en);
    buf_printf(b, ",\"shipped\":%s", l->shipped ? "true" : "false");
}

static enum err all_json(const struct registry *reg, struct buf *b)
{
    buf_char(b, '[');
    bool first = true;
    for (int i = 0; i < reg->n; i++) {
        if (reg->ledgers[i]->parent) continue;
        if (!first) buf_char(b, ',');
        brief_json(b, reg->ledgers[i]);
        buf_char(b, '}');
        first = false;
    }
    buf_char(b, ']');
    return OK;
}

static enum err all_text(struct cli *c, const struct registry *reg, struct buf *b)
{
    struct str *cells = arena_array(c->arena, struct str, 3 * reg->n + 3);
    int n = 0;
    if (!cells) return err_no_memory();
    cells[n++] = str_of(_("Ledger"));
    cells[n++] = str_of(_("Label"));
    cells[n++] = str_of(_("Fields"));
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent) continue;
        cells[n++] = str_of(l->ledger);
        cells[n++] = str_of(ledger_label(l, lang_get()));
        cells[n++] = arena_printf(c->arena, "%u", l->fields_count);
    }
    screen_table(b, cells, n / 3, 3, screen_columns());
    return OK;
}

/* ---- one of them ---- */

static void field_json(struct buf *b, const struct field *f)
{
    buf_printf(b, "{\"name\":\"%s\",\"type\":\"%s\"", f->name, type_name(f->type));
    json_pair(b, "label", field_label(f, lang_get()));
    json_pair(b, "zh", f->zh);
    json_pair(b, "en", f->en);
    json_pair(b, "help", lang_get() == LANG_ZH ? f->help_zh : f->help_en);
    json_pair(b, "codes", f->codes);
    json_pair(b, "of", f->of);
    const struct {
        const char *name;
        bool is;
    } marks[] = {
        {"required", f->required}, {"unique", f->unique}, {"sort", f->sort}, {"read_only", f->read_only}, {"sensitive", f->sensitive}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) buf_printf(b, ",\"%s\":%s", marks[i].name, marks[i].is ? "true" : "false");
    buf_char(b, '}');
}

static void words_json(struct buf *b, char *const *word, unsigned n)
{
    buf_char(b, '[');
    for (unsigned i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        buf_json(b, str_of(word[i]));
    }
    buf_char(b, ']');
}

static void flow_json(struct buf *b, const struct ledger *l)
{
    buf_z(b, ",\"states\":[");
    for (unsigned i = 0; i < l->states_count; i++) {
        buf_printf(b, "%s{\"name\":\"%s\"", i ? "," : "", l->states[i].name);
        json_pair(b, "label", lang_get() == LANG_ZH ? l->states[i].zh : l->states[i].en);
        buf_char(b, '}');
    }
    buf_z(b, "],\"verbs\":[");
    for (unsigned i = 0; i < l->verbs_count; i++) {
        const struct verb *v = &l->verbs[i];
        buf_printf(b, "%s{\"name\":\"%s\"", i ? "," : "", v->name);
        json_pair(b, "label", lang_get() == LANG_ZH ? v->zh : v->en);
        buf_z(b, ",\"from\":");
        words_json(b, v->from, v->from_count);
        json_pair(b, "to", v->to);
        buf_z(b, ",\"needs\":");
        words_json(b, v->needs, v->needs_count);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void one_json(const struct ledger *l, struct buf *b)
{
    brief_json(b, l);
    json_pair(b, "title", l->title);
    buf_z(b, ",\"keys\":");
    words_json(b, l->keys, l->keys_count);
    buf_z(b, ",\"fields\":[");
    for (unsigned i = 0; i < l->fields_count; i++) {
        if (i) buf_char(b, ',');
        field_json(b, &l->fields[i]);
    }
    buf_char(b, ']');
    flow_json(b, l);
    buf_char(b, '}');
}

static enum err fields_table(struct cli *c, const struct ledger *l, struct buf *b)
{
    struct str *cells = arena_array(c->arena, struct str, 4 * (l->fields_count + 1));
    int n = 0;
    if (!cells) return err_no_memory();
    cells[n++] = str_of(_("Field"));
    cells[n++] = str_of(_("Label"));
    cells[n++] = str_of(_("Type"));
    cells[n++] = str_of(_("Required"));
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        const char *of = f->codes ? f->codes : f->of;
        cells[n++] = str_of(f->name);
        cells[n++] = str_of(field_label(f, lang_get()));
        cells[n++] = of ? arena_printf(c->arena, "%s (%s)", type_name(f->type), of) : str_of(type_name(f->type));
        cells[n++] = str_of(f->required ? _("yes") : "");
    }
    screen_table(b, cells, n / 4, 4, screen_columns());
    return OK;
}

static enum err one_text(struct cli *c, const struct ledger *l, struct buf *b)
{
    const char *help = lang_get() == LANG_ZH ? l->help_zh : l->help_en;
    buf_printf(b, "%s  %s\n%s\n\n", l->ledger, ledger_label(l, lang_get()), help ? help : "");
    TRY(fields_table(c, l, b));
    for (unsigned i = 0; i < l->states_count; i++)
        buf_printf(b, _("\nstate %s  %s"), l->states[i].name, lang_get() == LANG_ZH ? l->states[i].zh : l->states[i].en);
    for (unsigned i = 0; i < l->verbs_count; i++) {
        const struct verb *v = &l->verbs[i];
        buf_printf(b, _("\nverb %s  %s: "), v->name, lang_get() == LANG_ZH ? v->zh : v->en);
        for (unsigned k = 0; k < v->from_count; k++) buf_printf(b, k ? "|%s" : "%s", v->from[k]);
        buf_printf(b, " → %s", v->to);
    }
    return OK;
}

static enum err run(struct cli *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT(OUT_MAX);
    TRY(cli_open(c));
    const struct registry *reg = c->store->registry;
    if (!c->operands) {
        TRY(c->json ? all_json(reg, &b) : all_text(c, reg, &b));
        return cli_line(&b);
    }
    const struct ledger *l = registry_find(reg, str_of(c->operand[0]));
    if (!l) return err_set(ERR_NOT_FOUND, _("there is no ledger “%s”; `anjian ledgers` lists them"), c->operand[0]);
    if (c->json)
        one_json(l, &b);
    else
        TRY(one_text(c, l, &b));
    return cli_line(&b);
}

const struct command command_ledgers = {
    .name = "ledgers",
    .summary = N_("list the ledgers, or describe one"),
    .usage = "ledgers [LEDGER]",
    .help = N_("Lists all ledgers with their labels; with a name, its fields, states and verbs.\n\n"
               "Example: anjian ledgers hazard"),
    .least = 0,
    .most = 1,
    .run = run,
};

/* ---- ledger-add ---- */

struct adding {
    struct cli *c;
    const struct ledger *l;
};

static void tell_missing_list(void *arg, const struct ledger *l, const struct field *f)
{
    (void)l;
    cli_note(arg, _("field “%s”: the code list “%s” has no codes yet; import them into the ledger code"), f->name, f->codes);
}

static enum err tell_missing_lists(struct work *w, void *arg)
{
    struct adding *k = arg;
    return code_missing_lists(w, k->l, tell_missing_list, k->c);
}

static enum err run_add(struct cli *c)
{
    struct str yaml;
    struct ledger *l = NULL;
    TRY(cli_read(c, c->operand[0], DESCRIPTION_MAX_BYTES, &yaml));
    TRY(ledger_load(yaml, false, &l)); /* says what is wrong before the database is touched */
    struct str name = arena_str(c->arena, str_of(l->ledger));
    ledger_free(l);
    if (!name.p) return err_no_memory();
    /* A database that waits for `anjian upgrade` must not get it by the way, so it is opened as it is first. */
    TRY(cli_open(c));
    TRY(cli_console(c));
    c->store = store_close(c->store);
    const char *own[] = {yaml.p, NULL}, *copy;
    TRY(cli_copy_before(c, "ledger-add", &copy));
    enum err e = store_open(c->db, &(struct store_options){.upgrade = true, .own = own}, &c->store);
    if (e && copy) unlink(copy); /* nothing was changed */
    TRY(e);
    const struct ledger *added = registry_find(c->store->registry, name);
    TRY(cli_view(c, tell_missing_lists, &(struct adding){c, added}));
    struct buf b CLEANUP_BUF = BUF_INIT(OUT_MAX);
    if (c->json)
        one_json(added, &b);
    else
        buf_str(&b, name);
    return cli_line(&b);
}

const struct command command_ledger_add = {
    .name = "ledger-add",
    .summary = N_("add a ledger of the district's own, or extend one"),
    .usage = "ledger-add FILE.yaml",
    .help = N_("Reads a description of a ledger (see doc/adding-a-ledger.md) and makes its table. A ledger that was added before can be\n"
               "extended by fields that are not required; fields are never taken away. A SQLite database is copied first, to\n"
               "PATH.before-ledger-add-1 (2, 3 …); back up a PostgreSQL database yourself.\n\n"
               "Example: anjian ledger-add parking.yaml"),
    .least = 1,
    .most = 1,
    .run = run_add,
};
