/* table.c — finds the table in a sheet and reads its rows. See table.h. */
#include "exchange/table.h"

#include <stdlib.h>

#include "base/lang.h"
#include "exchange/table_detect.h"
#include "exchange/table_text.h"

#define PROBE_MEMORY ((size_t)160 << 20) /* 60 rows × 1,024 cells × 1 KiB of words, and their headings */
#define CARRY_MAX ((size_t)1 << 20)      /* bytes of one repeated text */

struct carry { /* the value of a vertically merged cell, for the rows below its first one */
    struct cell cell;
    struct buf text;
    int64_t until; /* last row it covers; 0: none */
};

struct table_state {
    struct table table;
    struct table_source source;
    const struct heading *heading;
    struct cell *cell;
    struct buf words; /* what is being compared */
    struct carry *carry;
    struct merge *merge; /* those below the headings, by first row */
    int merges, next_merge;
    bool first;    /* no row has been given yet */
    bool in_notes; /* the last row was a note */
};

/* ---- opening ---- */

static enum err no_such_sheet(struct arena *a, const struct table_source *s, const char *wanted)
{
    struct str all = STR("");
    for (int i = 0; i < s->sheets && i < 20; i++) {
        struct str name = s->name(s->arg, i);
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(name));
    }
    return err_set(ERR_NOT_FOUND, _("there is no sheet \"%s\"; the file has: %.*s"), wanted, STR_ARG(all));
}

/* The range of sheets to look at: one when it is told by name or number, else all. */
static enum err sheet_range(struct arena *a, const struct table_source *s, const char *wanted, int *ret_first, int *ret_last)
{
    *ret_first = 0;
    *ret_last = s->sheets - 1;
    if (!wanted) return OK;
    int64_t number = 0;
    for (int i = 0; i < s->sheets && !number; i++)
        if (str_eq(str_trim(s->name(s->arg, i)), str_trim(str_of(wanted)))) number = i + 1;
    if (!number && (!str_int(str_trim(str_of(wanted)), &number) || number < 1 || number > s->sheets)) return no_such_sheet(a, s, wanted);
    *ret_first = *ret_last = (int)number - 1;
    return OK;
}

struct probe {
    int sheet;
    struct found found;
    int64_t first_row, last_row; /* that were looked at; 0 when there was none */
};

static enum err probe_sheet(struct arena *scratch, const struct table_source *s, const struct table_options *o, int sheet,
                            struct probe *ret)
{
    struct grid *g = arena_new(scratch, struct grid);
    if (!g) return err_no_memory();
    TRY(s->select(s->arg, sheet));
    /* Headings on two rows need the row above the told one. */
    TRY(grid_read(scratch, s, o->header_row ? o->header_row - 1 : 0, g));
    *ret = (struct probe){.sheet = sheet};
    if (g->rows) {
        ret->first_row = g->row[0].row;
        ret->last_row = g->row[g->rows - 1].row;
    }
    return headings_find(scratch, g, o, &ret->found);
}

static enum err nothing_found(const struct table_source *s, const struct table_options *o, const struct probe *p, int sheets)
{
    if (o->header_row) return err_set(ERR_INVALID, _("row %lld cannot be the row of the headings: it is empty"), (long long)o->header_row);
    struct str name = s->sheets ? s->name(s->arg, p->sheet) : STR_NONE;
    if (!p->last_row) return err_set(ERR_UNREADABLE, _("sheet \"%.*s\" holds no rows"), STR_ARG(name));
    return err_set(ERR_UNREADABLE, _("no row looks like column headings (looked at rows %lld to %lld of sheet \"%.*s\", %d sheets in all)"),
                   (long long)p->first_row, (long long)p->last_row, STR_ARG(name), sheets);
}

/* What was found lies in the scratch arena; the table keeps copies. */
static enum err keep_headings(struct arena *a, struct table_state *t, const struct found *f)
{
    struct heading *heading = arena_array(a, struct heading, f->columns);
    struct table_column *column = arena_array(a, struct table_column, f->columns);
    if (!heading || !column) return err_no_memory();
    for (int c = 0; c < f->columns; c++) {
        heading[c] = f->heading[c];
        heading[c].text = arena_str(a, f->heading[c].text);
        heading[c].key = arena_str(a, f->heading[c].key);
        heading[c].alone = arena_str(a, f->heading[c].alone);
        heading[c].group = arena_str(a, f->heading[c].group);
        column[c] = (struct table_column){heading[c].text, heading[c].field, heading[c].same_as};
    }
    t->heading = heading;
    t->table.column = column;
    return arena_failed(a) ? err_no_memory() : OK;
}

static int by_first_row(const void *a, const void *b)
{
    const struct merge *x = a, *y = b;
    return x->first_row != y->first_row ? (x->first_row > y->first_row) - (x->first_row < y->first_row) : x->first_col - y->first_col;
}

static enum err keep_merges(struct arena *a, struct table_state *t)
{
    int n = 0;
    const struct merge *m = t->source.merges ? t->source.merges(t->source.arg, &n) : NULL;
    t->merge = arena_array(a, struct merge, n);
    if (!t->merge) return err_no_memory();
    for (int i = 0; i < n; i++)
        if (m[i].first_row > t->table.header_row && m[i].first_col < t->table.columns) t->merge[t->merges++] = m[i];
    if (t->merges) qsort(t->merge, (size_t)t->merges, sizeof *t->merge, by_first_row);
    return OK;
}

static enum err set_up(struct arena *a, const struct table_source *s, const struct probe *p, struct table **ret)
{
    struct table_state *t = arena_new(a, struct table_state);
    if (!t) return err_no_memory();
    const struct found *f = &p->found;
    t->source = *s;
    t->table = (struct table){.sheet = p->sheet, .columns = f->columns, .matched = f->matched, .state = t};
    t->table.header_row = f->header_row;
    t->table.header_depth = f->depth;
    t->table.first_row = f->first_row;
    t->table.sheet_name = arena_str(a, s->name(s->arg, p->sheet));
    t->words = BUF_INIT(CARRY_MAX * 4);
    TRY(keep_headings(a, t, f));
    t->cell = arena_array(a, struct cell, f->columns);
    t->carry = arena_array(a, struct carry, f->columns);
    if (!t->cell || !t->carry) return err_no_memory();
    for (int c = 0; c < f->columns; c++) t->carry[c].text = BUF_INIT(CARRY_MAX);
    TRY(table_rewind(&t->table));
    TRY(keep_merges(a, t));
    if (arena_failed(a)) return err_no_memory();
    *ret = &t->table;
    return OK;
}

/* The best sheet of those in the range. Two arenas take turns, so that only the best one's cells are kept. */
static enum err probe_sheets(struct arena *scratch[2], const struct table_source *s, const struct table_options *o, int first, int last,
                             struct probe *ret)
{
    int spare = 0;
    struct probe best = {.sheet = first};
    for (int i = first; i <= last; i++) {
        struct probe p;
        arena_reset(scratch[spare]);
        TRY(probe_sheet(scratch[spare], s, o, i, &p));
        if (i != first && p.found.score <= best.found.score) continue;
        best = p;
        spare = !spare;
    }
    *ret = best;
    return OK;
}

enum err table_open(struct arena *a, const struct table_source *s, const struct table_options *o, struct table **ret)
{
    CLEANUP_ARENA struct arena *one = arena_new_capped(PROBE_MEMORY);
    CLEANUP_ARENA struct arena *two = arena_new_capped(PROBE_MEMORY);
    if (!one || !two) return err_no_memory();
    int first, last;
    struct probe best;
    TRY(sheet_range(a, s, o->sheet, &first, &last));
    TRY(probe_sheets((struct arena *[]){one, two}, s, o, first, last, &best));
    if (!best.found.score) return nothing_found(s, o, &best, last - first + 1);
    return set_up(a, s, &best, ret);
}

enum err table_rewind(struct table *table)
{
    struct table_state *t = table->state;
    t->first = true;
    t->in_notes = false;
    t->next_merge = 0;
    for (int c = 0; c < table->columns; c++) t->carry[c].until = 0;
    return t->source.select(t->source.arg, table->sheet);
}

struct table *table_close(struct table *table)
{
    if (!table) return NULL;
    for (int c = 0; c < table->columns; c++) buf_release(&table->state->carry[c].text);
    buf_release(&table->state->words);
    return NULL;
}

/* ---- rows ---- */

struct shape { /* of one row, merged values not counted */
    int filled;
    int first;      /* the first filled column, or -1 */
    int first_text; /* the first column filled with text, or -1 */
    bool wide;      /* a cell of it is merged over more than half of the columns */
};

static const struct cell blank;

static struct shape align(struct table_state *t, const struct cells *from, int *ret_stray)
{
    struct shape s = {.first = -1, .first_text = -1};
    *ret_stray = -1;
    for (int c = 0; c < from->n || c < t->table.columns; c++) {
        bool filled = c < from->n && cell_words(&from->cell[c]).n > 0;
        if (c < t->table.columns) t->cell[c] = filled ? from->cell[c] : blank;
        if (!filled) continue;
        s.filled++;
        if (s.first < 0) s.first = c;
        if (s.first_text < 0 && from->cell[c].kind == CELL_TEXT && c < t->table.columns) s.first_text = c;
        if (*ret_stray < 0 && (c >= t->table.columns || !t->heading[c].text.n)) *ret_stray = c;
    }
    return s;
}

static enum err start_carry(struct table_state *t, const struct merge *m)
{
    struct carry *y = &t->carry[m->first_col];
    const struct cell *origin = &t->cell[m->first_col];
    y->until = 0;
    if (origin->kind == CELL_BLANK) return OK;
    buf_reset(&y->text);
    buf_str(&y->text, origin->text);
    TRY(buf_error(&y->text));
    y->cell = *origin;
    y->cell.text = buf_view(&y->text);
    y->cell.merged = true;
    y->until = m->last_row;
    return OK;
}

/* Ranges that start in this row. One whose first row holds nothing at all was never given by the source and has no value. */
static enum err take_merges(struct table_state *t, int64_t row, struct shape *s)
{
    for (; t->next_merge < t->merges && t->merge[t->next_merge].first_row <= row; t->next_merge++) {
        const struct merge *m = &t->merge[t->next_merge];
        if (m->first_row < row) continue;
        if (m->first_col == s->first && 2 * (m->last_col - m->first_col + 1) > t->table.columns) s->wide = true;
        if (m->last_row > row) TRY(start_carry(t, m));
    }
    return OK;
}

static void repeat_carried(struct table_state *t, int64_t row)
{
    for (int c = 0; c < t->table.columns; c++) {
        struct carry *y = &t->carry[c];
        if (y->until >= row && t->cell[c].kind == CELL_BLANK) t->cell[c] = y->cell;
        if (y->until <= row) y->until = 0;
    }
}

static bool is_heading_of(const struct table_state *t, int c, struct buf *b)
{
    buf_reset(b);
    table_heading_key(b, cell_words(&t->cell[c]));
    struct str key = buf_view(b);
    const struct heading *h = &t->heading[c];
    return h->own && key.n && (str_eq(key, h->alone) || str_eq(key, h->group));
}

/* The headings again, as printed at the top of every page. The first cell decides in nearly all rows. */
static bool repeats_headings(const struct table_state *t, const struct shape *s, struct buf *b)
{
    if (s->first_text < 0 || !is_heading_of(t, s->first_text, b)) return false;
    int same = 0;
    for (int c = s->first_text; c < t->table.columns; c++) same += t->cell[c].kind == CELL_TEXT && is_heading_of(t, c, b);
    return (same > 1 || t->table.columns == 1) && 2 * same >= s->filled;
}

/* 1 2 3 4 … under the headings, as statistical forms have it. */
static bool numbers_columns(const struct table_state *t, const struct shape *s)
{
    int64_t expected = 1, number;
    for (int c = 0; c < t->table.columns; c++) {
        struct str words = cell_words(&t->cell[c]);
        if (!words.n || str_eq(words, STR("甲")) || str_eq(words, STR("乙")) || str_eq(words, STR("丙"))) continue;
        if (!str_int(words, &number) || number != expected++) return false;
    }
    return expected > 3 && s->filled > 3;
}

static bool only_a_serial(const struct table_state *t, const struct shape *s)
{
    return s->filled == 1 && s->first < t->table.columns && words_are_serial_heading(t->heading[s->first].alone) &&
           words_are_number(cell_words(&t->cell[s->first]));
}

static enum table_kind kind_of(const struct table_state *t, const struct shape *s, struct buf *b)
{
    struct str key = STR("");
    if (s->first_text >= 0) {
        buf_reset(b);
        table_heading_key(b, str_head(cell_words(&t->cell[s->first_text]), 48)); /* the words looked for are short */
        key = buf_view(b);
    }
    bool short_row = s->filled <= 2 || 2 * s->filled <= t->table.columns;
    if (words_are_note(key) && short_row && s->first_text == s->first) return TABLE_NOTE;
    if (t->in_notes && s->filled == 1) return TABLE_NOTE;
    if (words_are_total(key)) return TABLE_TOTAL;
    if (only_a_serial(t, s) || (s->filled == 1 && s->wide) || (t->first && numbers_columns(t, s))) return TABLE_FILLER;
    return repeats_headings(t, s, b) ? TABLE_HEADING : TABLE_DATA;
}

enum err table_next(struct table *table, struct table_row *ret, bool *more)
{
    struct table_state *t = table->state;
    for (;;) {
        struct cells cells;
        TRY(t->source.next(t->source.arg, &cells, more));
        if (!*more) return OK;
        if (cells.row <= table->header_row) continue;
        int stray;
        struct shape s = align(t, &cells, &stray);
        TRY(take_merges(t, cells.row, &s));
        if (!s.filled) continue;
        enum table_kind kind = kind_of(t, &s, &t->words);
        TRY(buf_error(&t->words));
        t->in_notes = kind == TABLE_NOTE;
        t->first = false;
        repeat_carried(t, cells.row);
        *ret = (struct table_row){.row = cells.row, .kind = kind, .cell = t->cell, .stray = stray};
        return OK;
    }
}

const char *table_kind_text(enum table_kind kind)
{
    switch (kind) {
    case TABLE_TOTAL: return _("total row");
    case TABLE_HEADING: return _("the headings again");
    case TABLE_FILLER: return _("filler row");
    case TABLE_NOTE: return _("note");
    case TABLE_DATA:
    case TABLE__KINDS: break;
    }
    return "";
}
