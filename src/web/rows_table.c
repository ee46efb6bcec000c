/* rows_table.c — see rows_table.h. */
#include "web/rows_table.h"

#include "web/cell.h"

enum { MOST = 12 };

static enum err fill_row(struct work *w, const struct ledger *l, const struct field *const *fields, int n, const struct record *r,
                         struct view_row *out)
{
    struct view_cell *c = arena_array(w->arena, struct view_cell, n + 2);
    if (!c) return err_no_memory();
    out->url = cell_url(w->arena, l, r->id, "");
    out->cell = c;
    c[0] = (struct view_cell){.text = r->number.n ? r->number : cell_title(w->arena, r), .url = out->url};
    for (int i = 0; i < n; i++) TRY(cell_of(w, r, fields[i], &c[1 + i]));
    struct badge b = cell_state(r);
    if (l->states_count) c[1 + n] = (struct view_cell){.text = b.text, .tone = b.tone, .badge = true};
    return OK;
}

static int fill_columns(const struct request *rq, const struct ledger *l, const struct field *without, const struct field **fields,
                        int most, struct column *c)
{
    int n = 0, k = 0;
    c[k++] = (struct column){
        .label = str_of(l->number ? _("Number") : field_label(l->title_field ? l->title_field : &l->fields[0], rq->lang)),
        .kind = l->number ? COLUMN_CODE : COLUMN_TITLE};
    for (unsigned i = 0; i < l->fields_count && n < most; i++) {
        const struct field *f = &l->fields[i];
        if (!f->list || f == without || !type_has_column(f->type) || (!l->number && f == l->title_field)) continue;
        fields[n++] = f;
        c[k++] = (struct column){.label = str_of(field_label(f, rq->lang)), .kind = cell_column_kind(l, f)};
    }
    if (l->states_count) c[k] = (struct column){.label = str_of(_("State")), .kind = COLUMN_STATE};
    return n;
}

enum err rows_table(struct work *w, const struct request *rq, const struct page *page, const struct ledger *l, const struct field *without,
                    int most, struct view_table *ret)
{
    const struct field *fields[MOST];
    struct column *c = arena_array(w->arena, struct column, MOST + 2);
    struct view_row *rows = arena_array(w->arena, struct view_row, page->n + 1);
    if (!c || !rows) return err_no_memory();
    int n = fill_columns(rq, l, without, fields, most < MOST ? most : MOST, c);
    for (int i = 0; i < page->n; i++) TRY(fill_row(w, l, fields, n, page->record[i], &rows[i]));
    ret->column = c;
    ret->column_count = 1 + n + (l->states_count > 0);
    ret->row = rows;
    ret->row_count = page->n;
    return OK;
}
