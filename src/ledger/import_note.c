/* import_note.c — see import_note.h. */
#include "ledger/import_note.h"

#include <jansson.h>

#include "base/lang.h"
#include "exchange/writer.h"
#include "system.sql.h"

#define CHUNK_ARENA ((size_t)256 << 20)

void notes_init(struct notes *n, struct arena *a, const struct ledger *l, const struct table *t)
{
    *n = (struct notes){.arena = a, .l = l, .table = t};
}

void notes_release(struct notes *n)
{
    n->chunk_arena = arena_free(n->chunk_arena);
}

void notes_start_over(struct notes *n)
{
    n->kept_n[0] = n->kept_n[1] = n->refused_n = 0;
}

void notes_start_chunk(struct notes *n)
{
    if (n->chunk_arena) arena_reset(n->chunk_arena);
    n->chunk = NULL;
    n->chunk_n = n->chunk_room = 0;
}

static enum err grow(struct notes *n)
{
    if (!n->chunk_arena && !(n->chunk_arena = arena_new_capped(CHUNK_ARENA))) return err_no_memory();
    if (n->chunk_n < n->chunk_room) return OK;
    int room = n->chunk_room ? 2 * n->chunk_room : 64;
    struct note *more = arena_array(n->chunk_arena, struct note, room);
    if (!more) return err_no_memory();
    if (n->chunk_n) memcpy(more, n->chunk, (size_t)n->chunk_n * sizeof *more);
    n->chunk = more;
    n->chunk_room = room;
    return OK;
}

enum err notes_add(struct notes *n, int64_t row, int column, struct str field, struct str value, struct str reason, bool refuses)
{
    TRY(grow(n));
    int pos = n->chunk_n && n->chunk[n->chunk_n - 1].row == row ? n->chunk[n->chunk_n - 1].pos + 1 : 0;
    struct arena *a = n->chunk_arena;
    struct note *note = &n->chunk[n->chunk_n++];
    *note = (struct note){row, column, pos, refuses, arena_str(a, field), arena_str(a, value), arena_str(a, reason), STR_NONE};
    return arena_failed(a) ? err_no_memory() : OK;
}

static void cell_json(struct buf *b, struct cell c)
{
    if (c.kind == CELL_BLANK)
        buf_z(b, "null");
    else
        buf_json(b, c.text);
}

enum err notes_refuse(struct notes *n, const struct table *t, int64_t row, const struct cell *cell)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)4 << 20);
    for (int i = 0; i < t->columns; i++) {
        buf_char(&b, i ? ',' : '[');
        cell_json(&b, cell[i]);
    }
    buf_char(&b, ']');
    TRY(buf_error(&b));
    for (int i = n->chunk_n - 1; i >= 0 && n->chunk[i].row == row; i--) {
        if (!n->chunk[i].refuses) continue;
        n->chunk[i].cells = arena_str(n->chunk_arena, buf_view(&b));
        return n->chunk[i].cells.p ? OK : err_no_memory();
    }
    return OK;
}

enum err notes_save(struct notes *n, struct work *w, int64_t batch)
{
    for (int i = 0; i < n->chunk_n; i++) {
        const struct note *k = &n->chunk[i];
        const struct value row[] = {value_int(batch),     value_int(k->row),    value_int(k->pos),     value_int(k->refuses),
                                    value_text(k->field), value_text(k->value), value_text(k->reason), value_text(k->cells)};
        TRY(db_run(w->tx, DB_SQL(w->tx, SQL_BATCH_NOTE), row, 8, NULL));
    }
    return OK;
}

static enum err keep_note(struct notes *n, const struct note *k)
{
    struct import_note **kept = &n->kept[k->refuses];
    int *count = &n->kept_n[k->refuses];
    struct arena *a = n->arena;
    if (*count == IMPORT_NOTES_MAX) return OK;
    if (!*kept) *kept = arena_array(a, struct import_note, IMPORT_NOTES_MAX);
    if (!n->refused) n->refused = arena_array(a, struct note, IMPORT_NOTES_MAX);
    if (!*kept || !n->refused) return err_no_memory();
    struct import_note *shown = &(*kept)[(*count)++];
    *shown = (struct import_note){k->row, arena_str(a, k->field), arena_str(a, k->value), arena_str(a, k->reason)};
    if (k->refuses)
        n->refused[n->refused_n++] = (struct note){
            .row = k->row, .pos = k->pos, .field = shown->field, .reason = shown->reason, .cells = arena_str(a, k->cells)};
    return arena_failed(a) ? err_no_memory() : OK;
}

/* The chunk stands: its first notes go into the answer. */
enum err notes_end_chunk(struct notes *n)
{
    for (int i = 0; i < n->chunk_n; i++) TRY(keep_note(n, &n->chunk[i]));
    return OK;
}

void notes_result(struct notes *n, struct import_result *ret)
{
    ret->warnings = n->kept[0];
    ret->warnings_n = n->kept_n[0];
    ret->refusals = n->kept[1];
    ret->refusals_n = n->kept_n[1];
}

enum err import_notes(struct work *w, int64_t batch, bool refusals, struct import_note *ret, int room, int *ret_n)
{
    const struct value args[] = {value_int(batch), value_int(refusals), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_BATCH_NOTES), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room) {
        struct str text[3];
        for (int i = 0; i < 3; i++) text[i] = arena_str(w->arena, db_text(rows, i + 1));
        ret[n++] = (struct import_note){db_int(rows, 0), text[0], text[1], text[2]};
    }
    db_done(rows);
    if (!e) *ret_n = n;
    return e ? e : arena_failed(w->arena) ? err_no_memory() : OK;
}

/* ---- the refused rows as a spreadsheet ---- */

struct sheet {
    struct notes *notes;
    struct store *store;
    const struct actor *actor;
    int64_t batch;
    struct arena *arena; /* of one page */
    struct writer *out;
    bool *faulty; /* by column of the file: has a column of reasons beside it */
    int faulty_n;
    /* the page of refusals at hand, in the order of their rows */
    struct note *note;
    int n;
    int64_t after_row, after_pos;
};

static enum err read_page(struct work *w, void *arg)
{
    struct sheet *s = arg;
    const struct value args[] = {value_int(s->batch), value_int(s->after_row), value_int(s->after_pos), value_int(IMPORT_NOTES_MAX)};
    struct db_rows *rows;
    bool more;
    s->n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_BATCH_REFUSED), args, 4, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more) {
        s->note[s->n++] = (struct note){
            .row = db_int(rows, 0),
            .pos = (int)db_int(rows, 1),
            .field = arena_str(s->arena, db_text(rows, 2)),
            .reason = arena_str(s->arena, db_text(rows, 3)),
            .cells = arena_str(s->arena, db_text(rows, 4)),
        };
    }
    db_done(rows);
    return e ? e : arena_failed(s->arena) ? err_no_memory() : OK;
}

/* The next refusals; s->n is 0 at the end. */
static enum err next_page(struct sheet *s)
{
    bool first = s->after_row < 0;
    arena_reset(s->arena);
    if (!s->batch) { /* nothing was kept: what is in memory is all there is */
        s->note = s->notes->refused;
        s->n = first ? s->notes->refused_n : 0;
    } else {
        s->note = arena_array(s->arena, struct note, IMPORT_NOTES_MAX);
        if (!s->note) return err_no_memory();
        TRY(store_view(s->store, s->actor, s->arena, read_page, s));
    }
    s->after_row = s->n ? s->note[s->n - 1].row : 0;
    s->after_pos = s->n ? s->note[s->n - 1].pos : 0;
    return OK;
}

/* The file's column of a field; -1 when the refusal is about the row as a whole. */
static int column_of(const struct notes *n, struct str name)
{
    const struct field *f = ledger_field(n->l, name);
    for (int i = 0; f && i < n->table->columns; i++)
        if (n->table->column[i].field == f->index) return i;
    return -1;
}

static enum err find_faulty(struct sheet *s)
{
    s->after_row = -1;
    for (;;) {
        TRY(next_page(s));
        if (!s->n) return OK;
        for (int i = 0; i < s->n; i++) {
            int c = column_of(s->notes, s->note[i].field);
            if (c < 0 || s->faulty[c]) continue;
            s->faulty[c] = true;
            s->faulty_n++;
        }
    }
}

static enum err write_heading(struct sheet *s, struct arena *a)
{
    const struct table *t = s->notes->table;
    int n = 0;
    struct writer_column *c = arena_array(a, struct writer_column, t->columns + s->faulty_n + 2);
    if (!c) return err_no_memory();
    c[n++] = (struct writer_column){.heading = str_of(_("Row")), .width = 8};
    for (int i = 0; i < t->columns; i++) {
        struct str heading = t->column[i].heading.p ? t->column[i].heading : STR("");
        c[n++] = (struct writer_column){.heading = heading};
        if (!s->faulty[i]) continue;
        c[n++] = (struct writer_column){.heading = arena_printf(a, _("%.*s: why refused"), STR_ARG(heading)), .width = 50};
    }
    c[n++] = (struct writer_column){.heading = str_of(_("Row: why refused")), .width = 50};
    return arena_failed(a) ? err_no_memory() : writer_heading(s->out, c, n);
}

static struct out_cell text_cell(struct str s)
{
    return (struct out_cell){.kind = s.p ? OUT_TEXT : OUT_NULL, .s = s};
}

/* One row of the file: notes from `from` to before `to` are its refusals. */
static enum err write_row(struct sheet *s, int from, int to)
{
    const struct table *t = s->notes->table;
    struct out_cell *out = arena_array(s->arena, struct out_cell, t->columns + s->faulty_n + 2);
    struct str *reason = arena_array(s->arena, struct str, t->columns + 1), cells = STR_NONE;
    if (!out || !reason) return err_no_memory();
    for (int i = from; i < to; i++) {
        int c = column_of(s->notes, s->note[i].field);
        reason[c < 0 ? t->columns : c] = s->note[i].reason;
        if (s->note[i].cells.p) cells = s->note[i].cells;
    }
    json_t *list = cells.p ? json_loadb(cells.p, cells.n, 0, NULL) : NULL;
    int n = 0;
    out[n++] = (struct out_cell){.kind = OUT_INT, .i = s->note[from].row};
    for (int i = 0; i < t->columns; i++) {
        const json_t *v = json_array_get(list, (size_t)i);
        out[n++] = text_cell(json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR_NONE);
        if (s->faulty[i]) out[n++] = text_cell(reason[i]);
    }
    out[n++] = text_cell(reason[t->columns]);
    enum err e = writer_row(s->out, out, n);
    json_decref(list);
    return e;
}

static enum err write_rows(struct sheet *s)
{
    s->after_row = -1;
    for (;;) {
        TRY(next_page(s));
        if (!s->n) return OK;
        for (int from = 0, to; from < s->n; from = to) {
            for (to = from + 1; to < s->n && s->note[to].row == s->note[from].row; to++) continue;
            TRY(write_row(s, from, to));
        }
    }
}

enum err notes_write_refused(struct notes *n, struct store *store, const struct actor *actor, int64_t batch, const char *path)
{
    struct arena *page CLEANUP_ARENA = arena_new_capped(CHUNK_ARENA);
    struct sheet s = {.notes = n, .store = store, .actor = actor, .batch = batch, .arena = page};
    s.faulty = arena_array(n->arena, bool, n->table->columns);
    if (!page || !s.faulty) return err_no_memory();
    TRY(find_faulty(&s));
    TRY(writer_open(n->arena, path, WRITER_XLSX, &s.out));
    enum err e = write_heading(&s, n->arena);
    if (!e) e = write_rows(&s);
    if (!e) e = writer_close(s.out);
    writer_free(s.out);
    return e;
}
