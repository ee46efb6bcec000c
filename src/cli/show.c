/* show.c — anjian show: one record, with all it holds. */
#include "cli/cli.h"

#include "base/lang.h"
#include "cli/screen.h"
#include "ledger/history.h"
#include "ledger/type.h"

#define SHOW_MAX ((size_t)64 << 20)

static const struct flag flags[] = {SWITCH("history"), FLAG_END};

struct showing {
    struct cli *c;
    const struct ledger *l;
    struct buf out;
};

/* ---- JSON ---- */

static void history_json(struct buf *b, const struct history *h)
{
    buf_z(b, ",\"history\":[");
    for (int i = 0; i < h->n; i++) {
        if (i) buf_char(b, ',');
        buf_str(b, h->body[i]); /* an event is JSON already */
    }
    buf_char(b, ']');
}

static enum err origins_json(struct work *w, struct buf *b, const struct record *r)
{
    struct origin *o = arena_array(w->arena, struct origin, r->l->fields_count);
    if (!o) return err_no_memory();
    TRY(history_origins(w, r, o));
    bool first = true;
    buf_z(b, ",\"origins\":{");
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        if (!o[i].version) continue;
        buf_printf(b, "%s\"%s\":{\"version\":%lld", first ? "" : ",", r->l->fields[i].name, (long long)o[i].version);
        if (o[i].batch) buf_printf(b, ",\"batch\":\"%lld\",\"row\":%lld", (long long)o[i].batch, (long long)o[i].row);
        buf_char(b, '}');
        first = false;
    }
    buf_char(b, '}');
    return OK;
}

static enum err show_json(struct work *w, struct buf *b, const struct record *r, const struct history *h)
{
    if (!h) {
        record_json(b, r);
        return OK;
    }
    buf_z(b, "{\"record\":");
    record_json(b, r);
    history_json(b, h);
    TRY(origins_json(w, b, r));
    buf_char(b, '}');
    return OK;
}

/* ---- for people ---- */

static void label(struct buf *b, int indent, const char *text, int width)
{
    for (int i = 0; i < indent; i++) buf_char(b, ' ');
    screen_fit(b, str_of(text), width);
    buf_z(b, "  ");
}

static enum err show_values(struct work *w, struct buf *b, const struct ledger *l, const struct value *v, int indent, int width)
{
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (v[i].tag == VAL_NULL) continue;
        label(b, indent, field_label(f, lang_get()), width);
        TRY(type_text(w, f, v[i], b));
        buf_char(b, '\n');
    }
    return OK;
}

static int label_width(const struct ledger *l)
{
    int width = 10;
    for (unsigned i = 0; i < l->fields_count; i++) {
        int n = screen_width(str_of(field_label(&l->fields[i], lang_get())));
        if (n > width) width = n;
    }
    return width < 30 ? width : 30;
}

static const char *state_label(const struct record *r)
{
    const struct state *s = ledger_state(r->l, r->state);
    return s ? lang_get() == LANG_ZH ? s->zh : s->en : "";
}

static void system_line(struct buf *b, const char *field, struct str value, int width)
{
    if (!value.n) return;
    label(b, 0, field_label(query_system_field(str_of(field)), lang_get()), width);
    buf_str(b, value);
    buf_char(b, '\n');
}

static enum err show_text(struct work *w, struct buf *b, const struct record *r, const struct history *h)
{
    const struct ledger *l = r->l;
    int width = label_width(l);
    char number[24], text[INSTANT_TEXT];
    struct buf n CLEANUP_BUF = BUF_INIT(sizeof number);
    buf_int(&n, r->id);
    system_line(b, "number", r->number, width);
    system_line(b, "id", buf_view(&n), width);
    system_line(b, "state", str_of(state_label(r)), width);
    if (r->withdrawn) system_line(b, "withdrawn", str_of(_("yes")), width);
    TRY(show_values(w, b, l, r->v, 0, width));
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (f->type != TYPE_ROWS) continue;
        for (int k = 0; k < r->rows[i].n; k++) {
            buf_printf(b, "%s %d\n", field_label(f, lang_get()), k + 1);
            TRY(show_values(w, b, f->target, r->rows[i].v[k], 2, label_width(f->target)));
        }
    }
    system_line(b, "created", str_of(instant_text(r->created, text)), width);
    system_line(b, "updated", str_of(instant_text(r->updated, text)), width);
    for (int i = 0; h && i < h->n; i++) {
        buf_str(b, h->body[i]);
        buf_char(b, '\n');
    }
    TRY(buf_error(b));
    b->p[--b->n] = '\0'; /* cli_line() ends the last line */
    return OK;
}

static enum err show(struct work *w, void *arg)
{
    struct showing *k = arg;
    struct record *r;
    struct history h;
    int64_t id;
    bool history = cli_has(k->c, "history");
    TRY(cli_record(w, k->l, k->c->operand[1], &id));
    TRY(store_read(w, k->l, id, &r));
    for (unsigned i = 0; i < k->l->fields_count; i++) r->given[i] = true;
    if (history) TRY(history_read(w, r, &h));
    buf_reset(&k->out);
    return k->c->json ? show_json(w, &k->out, r, history ? &h : NULL) : show_text(w, &k->out, r, history ? &h : NULL);
}

static enum err run(struct cli *c)
{
    struct showing k = {.c = c, .out = BUF_INIT(SHOW_MAX)};
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    enum err e = cli_view(c, show, &k);
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    return e;
}

const struct command command_show = {
    .name = "show",
    .summary = N_("show a record"),
    .usage = "show LEDGER NUMBER [--history]",
    .help = N_("Shows all that a record holds. NUMBER is its number, its id, or what the ledger knows it by (a credit code, a region\n"
               "code, a title that no other record has). A merged record leads to the one that stays.\n\n"
               "  --history   its events too, oldest first, and for each field the version, the import batch and the row of the file\n"
               "              that it comes from; with --json {\"record\":{…},\"history\":[…],\"origins\":{FIELD:{…}}}\n\n"
               "Example: anjian show premises 91430682MA4PC1E12L --history"),
    .flags = flags,
    .least = 2,
    .most = 2,
    .run = run,
};
