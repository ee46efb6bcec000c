/* form_rows.c — see form_rows.h. */
#include "web/form_rows.h"

#define ROWS_MOST 1000 /* as check.c allows */

struct form_row_text {
    struct str *text, *why; /* by field of the child ledger */
    bool drop, filled;
};

struct form_rows {
    const struct field *part;
    const struct rows *old;
    struct form_row_text *row;
    int n, room;
};

static const char *control_name(struct arena *a, const struct form_rows *k, int row, const char *field)
{
    return arena_printf(a, "%s.%d.%s", k->part->name, row, field).p;
}

static struct form_row_text *add_row(struct arena *a, struct form_rows *k)
{
    const int fields = (int)k->part->target->fields_count;
    struct form_row_text *list = ARENA_GROW(a, k->row, k->n, &k->room);
    if (!list) return NULL;
    k->row = list;
    list[k->n] = (struct form_row_text){.text = arena_array(a, struct str, fields), .why = arena_array(a, struct str, fields)};
    return list[k->n].text && list[k->n].why ? &list[k->n++] : NULL;
}

/* One more than the highest N among PART.N.… that was sent. */
static int rows_sent(const struct form_rows *k, const struct params *sent)
{
    size_t n = strlen(k->part->name);
    int64_t most = -1, place;
    for (int i = 0; i < sent->n; i++) {
        struct str name = sent->param[i].name;
        if (!str_starts(name, str_of(k->part->name)) || name.n <= n || name.p[n] != '.') continue;
        name = str_from(name, n + 1);
        if (str_int(str_split(&name, '.'), &place) && place > most && place < ROWS_MOST) most = place;
    }
    return (int)most + 1;
}

static enum err from_form(struct arena *a, struct form_rows *k, const struct params *sent)
{
    const struct ledger *child = k->part->target;
    int n = rows_sent(k, sent);
    for (int i = 0; i < n; i++) {
        struct form_row_text *row = add_row(a, k);
        const char *drop = control_name(a, k, i, "drop");
        if (!row || !drop) return err_no_memory();
        row->drop = param(sent, drop).p != NULL;
        for (unsigned f = 0; f < child->fields_count; f++) {
            const char *name = control_name(a, k, i, child->fields[f].name);
            if (!name) return err_no_memory();
            row->text[f] = form_sent(a, sent, &child->fields[f], name);
            row->filled |= row->text[f].n > 0;
        }
    }
    return OK;
}

static enum err from_record(struct work *w, struct form_rows *k)
{
    const struct ledger *child = k->part->target;
    for (int i = 0; i < k->old->n; i++) {
        struct form_row_text *row = add_row(w->arena, k);
        if (!row) return err_no_memory();
        row->filled = true;
        for (unsigned f = 0; f < child->fields_count; f++) TRY(form_text(w, &child->fields[f], k->old->v[i][f], &row->text[f]));
    }
    return OK;
}

enum err form_rows_fill(struct work *w, const struct field *part, const struct params *sent, const struct rows *old, struct form_rows **ret)
{
    struct form_rows *k = arena_new(w->arena, struct form_rows);
    if (!k) return err_no_memory();
    k->part = part;
    k->old = old;
    *ret = k;
    return sent ? from_form(w->arena, k, sent) : from_record(w, k);
}

enum err form_rows_take(struct work *w, struct form_rows *k, struct record *draft, struct str *ret_why)
{
    const struct ledger *child = k->part->target;
    struct rows rows = {.v = arena_array(w->arena, struct value *, k->n + 1)};
    if (!rows.v) return err_no_memory();
    for (int i = 0; i < k->n; i++) {
        if (k->row[i].drop || !k->row[i].filled) continue;
        struct value *v = rows.v[rows.n++] = arena_array(w->arena, struct value, child->fields_count);
        if (!v) return err_no_memory();
        for (unsigned f = 0; f < child->fields_count; f++) {
            TRY(form_read(w, &child->fields[f], k->row[i].text[f], record_day(draft), &v[f], &k->row[i].why[f]));
            if (child->fields[f].required && v[f].tag == VAL_NULL && !k->row[i].why[f].p) k->row[i].why[f] = str_of(_("must not be empty"));
            if (k->row[i].why[f].p) *ret_why = str_of(_("please look at the rows marked"));
        }
    }
    if (rows_eq(child, k->old, &rows)) return OK;
    draft->rows[k->part->index] = rows;
    draft->given[k->part->index] = true;
    return OK;
}

/* `codes`: of the fields of the child ledger, for all rows. */
static enum err row_view(struct work *w, const struct request *rq, const struct form_rows *k, int i, struct choice_codes *codes,
                         struct form_row *ret)
{
    const struct ledger *child = k->part->target;
    const struct form_row_text *row = i < k->n ? &k->row[i] : NULL;
    struct form_field *f = arena_array(w->arena, struct form_field, child->fields_count);
    if (!f) return err_no_memory();
    for (unsigned n = 0; n < child->fields_count; n++) {
        const char *name = control_name(w->arena, k, i, child->fields[n].name);
        if (!name) return err_no_memory();
        TRY(form_control(w, rq, &child->fields[n], name, row ? row->text[n] : STR(""), VALUE_NULL, &codes[n], &f[n]));
        f[n].required = false; /* a row left blank is no row; the store says what a filled one lacks */
        if (row) f[n].error = row->why[n];
    }
    *ret = (struct form_row){.name = arena_printf(w->arena, "%s.%d", k->part->name, i), .field = f, .drop = row && row->drop};
    if (row && row->filled) ret->id = arena_printf(w->arena, "%d", i + 1);
    return OK;
}

enum err form_rows_view(struct work *w, const struct request *rq, const struct form_rows *k, struct str add, struct form_part *ret)
{
    const struct ledger *child = k->part->target;
    int blank = k->n == 0 || str_is(add, k->part->name);
    struct column *c = arena_array(w->arena, struct column, child->fields_count);
    struct form_row *row = arena_array(w->arena, struct form_row, k->n + blank);
    struct choice_codes *codes = arena_array(w->arena, struct choice_codes, child->fields_count);
    if (!c || !row || !codes) return err_no_memory();
    for (unsigned n = 0; n < child->fields_count; n++) c[n].label = str_of(field_label(&child->fields[n], rq->lang));
    for (int i = 0; i < k->n + blank; i++) TRY(row_view(w, rq, k, i, codes, &row[i]));
    *ret = (struct form_part){.name = str_of(k->part->name),
                              .label = str_of(field_label(k->part, rq->lang)),
                              .help = str_of(rq->lang == LANG_ZH ? k->part->help_zh : k->part->help_en),
                              .column = c,
                              .column_count = (int)child->fields_count,
                              .row = row,
                              .row_count = k->n + blank};
    return OK;
}
