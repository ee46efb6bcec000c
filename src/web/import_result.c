/* import_result.c — what came of a trial run or of an import. See import_parts.h.
 *
 * An import is told by its batch, whatever became of the job: what is in stays in, and can be taken back, when the job was stopped.
 */
#include "web/cell.h"
#include "web/import_parts.h"

#define NOTES 200
#define KEPT_SHOWN 200

static struct str figure(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

/* ---- what is to be said of rows ---- */

static enum err fill_notes(const struct wizard *k, const struct import_note *notes, int n, const struct import_refusal **ret, int *ret_n)
{
    struct arena *a = k->rq->arena;
    struct import_refusal *list = arena_array(a, struct import_refusal, n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) {
        const struct field *f = ledger_field(k->l, notes[i].field);
        list[i] = (struct import_refusal){.row = figure(a, notes[i].row),
                                          .field = f ? str_of(field_label(f, k->rq->lang)) : notes[i].field,
                                          .found = notes[i].value,
                                          .why = notes[i].reason};
    }
    *ret = list;
    *ret_n = n;
    return OK;
}

static enum err read_notes(struct work *w, int64_t batch, struct import_result *r)
{
    r->refusals = arena_array(w->arena, struct import_note, NOTES);
    r->warnings = arena_array(w->arena, struct import_note, NOTES);
    if (!r->refusals || !r->warnings) return err_no_memory();
    TRY(import_notes(w, batch, true, r->refusals, NOTES, &r->refusals_n));
    return import_notes(w, batch, false, r->warnings, NOTES, &r->warnings_n);
}

/* ---- what was taken back, and what was not ---- */

static enum err fill_kept_row(struct work *w, const struct record *r, struct view_row *row)
{
    struct view_cell *cell = arena_array(w->arena, struct view_cell, 2);
    if (!cell) return err_no_memory();
    row->url = cell_url(w->arena, r->l, r->id, "");
    cell[0] = (struct view_cell){.text = r->number.n ? r->number : figure(w->arena, r->id), .url = row->url};
    cell[1] = (struct view_cell){.text = cell_title(w->arena, r), .url = row->url};
    row->cell = cell;
    return OK;
}

/* Those of the first ones that whoever asks may still see. */
static enum err fill_kept_rows(struct work *w, const struct undo_result *r, struct view_row *rows, int *ret)
{
    int n = 0;
    for (int i = 0; i < r->kept_n && i < KEPT_SHOWN; i++) {
        struct record *record;
        enum err e = store_read(w, r->kept[i].l, r->kept[i].record, &record);
        if (e == ERR_NOT_FOUND || e == ERR_FORBIDDEN) continue;
        TRY(e);
        TRY(fill_kept_row(w, record, &rows[n++]));
    }
    *ret = n;
    return OK;
}

static enum err fill_kept(struct work *w, const struct undo_result *r, struct view_section *s)
{
    struct view_row *rows = arena_array(w->arena, struct view_row, KEPT_SHOWN);
    struct column *c = arena_array(w->arena, struct column, 2);
    int n;
    if (!rows || !c) return err_no_memory();
    TRY(fill_kept_rows(w, r, rows, &n));
    c[0] = (struct column){.label = str_of(_("Number")), .kind = COLUMN_CODE};
    c[1] = (struct column){.label = str_of(_("Record")), .kind = COLUMN_TITLE};
    *s = (struct view_section){.id = STR("kept"), .label = str_of(_("Not taken back")), .count = figure(w->arena, r->kept_all)};
    s->help = str_of(_("Somebody has changed these records since the import. They stay as they are; please look at each."));
    if (n < r->kept_all) s->help = arena_printf(w->arena, _("%.*s %d of them are shown."), STR_ARG(s->help), n);
    s->table = (struct view_table){s->label, c, 2, rows, n};
    return OK;
}

static enum err fill_undone(struct work *w, const struct wizard *k, const struct job *undo, struct import_result_view *v)
{
    struct undo_result r = {0};
    if (undo) TRY(undo_result_read(w->arena, w->store->registry, undo->result, &r));
    v->undone = undo ? arena_printf(w->arena, _("This import was taken back: %lld records withdrawn, %lld given their former values."),
                                    (long long)r.withdrawn, (long long)r.reverted)
                     : arena_printf(w->arena, _("This import was taken back %.*s."), STR_ARG(cell_instant(w->arena, k->u.undone, false)));
    v->has_kept = r.kept_all > 0;
    return v->has_kept ? fill_kept(w, &r, &v->kept) : OK;
}

/* ---- the page ---- */

static enum err fill_trial(struct work *w, struct wizard *k, struct import_result *r, struct import_result_view *v)
{
    struct job j;
    TRY(job_get(w, k->u.check_job, &j));
    TRY(import_result_read(w->arena, j.result, r));
    v->trial = true;
    if (r->partial) v->partial = arena_printf(w->arena, _("Only the first %lld rows were tried; the file has more."), (long long)r->rows);
    return OK;
}

static enum err fill_import(struct work *w, struct wizard *k, struct import_result *r, struct import_result_view *v)
{
    struct job undo, *undone = NULL;
    TRY(import_counts_read(k->u.counts, r));
    TRY(read_notes(w, k->u.batch, r));
    if (k->u.undo_job) {
        TRY(job_get(w, k->u.undo_job, &undo));
        if (str_is(undo.state, "done")) undone = &undo;
    }
    v->may_undo = !k->u.undone;
    v->may_go_on = !k->u.undone && !k->u.finished;
    if (r->refused) v->refused_url = arena_printf(w->arena, "/import/%lld/refused", (long long)k->u.id);
    return k->u.undone ? fill_undone(w, k, undone, v) : OK;
}

enum err result_fill(struct work *w, struct wizard *k, bool trial, struct import_result_view *v)
{
    struct import_result r = {0};
    struct arena *a = w->arena;
    *v = (struct import_result_view){.ledger = wizard_ledger(k),
                                     .file = k->u.name,
                                     .action = k->rq->x->path,
                                     .last = k->why,
                                     .back_url = arena_printf(a, "/import/%lld?step=columns", (long long)k->u.id),
                                     .records_url = arena_printf(a, "/l/%s", k->l->ledger)};
    TRY(trial ? fill_trial(w, k, &r, v) : fill_import(w, k, &r, v));
    v->rows = figure(a, r.rows);
    v->created = figure(a, r.added);
    v->changed = figure(a, r.changed);
    v->same = figure(a, r.unchanged);
    v->refused = figure(a, r.refused);
    v->warned = figure(a, r.warned);
    v->any_refused = r.refused > 0;
    if (r.refusals_n == NOTES) v->more = arena_printf(a, _("The first %d reasons are shown."), NOTES);
    TRY(fill_notes(k, r.refusals, r.refusals_n, &v->refusal, &v->refusal_count));
    return fill_notes(k, r.warnings, r.warnings_n, &v->warning, &v->warning_count);
}
