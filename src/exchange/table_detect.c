/* table_detect.c — which rows of a sheet are its headings. See table_detect.h. */
#include "exchange/table_detect.h"

#include "base/utf8.h"
#include "exchange/table_text.h"

#define WORDS_MAX 1024 /* bytes of a cell that are looked at; a cell of an xlsx file may hold 32,767 characters */
#define ROWS_BELOW 5   /* that are looked at to see what follows the headings */

/* ---- the buffered rows ---- */

static enum err copy_row(struct arena *a, const struct cells *from, struct cells *ret)
{
    int n = from->n < TABLE_COLUMNS ? from->n : TABLE_COLUMNS;
    struct cell *cell = arena_array(a, struct cell, n);
    if (!cell) return err_no_memory();
    for (int c = 0; c < n; c++) {
        cell[c] = from->cell[c];
        struct str text = from->cell[c].text;
        if (text.n > WORDS_MAX) text.n = utf8_cut(text.p, WORDS_MAX);
        cell[c].text = arena_str(a, text);
    }
    *ret = (struct cells){.row = from->row, .n = n, .cell = cell};
    return arena_failed(a) ? err_no_memory() : OK;
}

/* Ranges that overlap stand only in broken files; the budget keeps thousands of them from costing time. */
static void paint_owners(struct grid *g, const struct merge *merges, int n)
{
    long budget = 2L * g->rows * g->columns;
    for (int i = 0; i < n && budget > 0; i++) {
        const struct merge *m = &merges[i];
        if (g->rows == 0 || m->first_row > g->row[g->rows - 1].row) continue;
        for (int r = 0; r < g->rows; r++) {
            if (g->row[r].row < m->first_row || g->row[r].row > m->last_row) continue;
            for (int c = m->first_col; c <= m->last_col && c < g->columns && budget > 0; c++, budget--) g->owner[r * g->columns + c] = m;
        }
    }
}

enum err grid_read(struct arena *a, const struct table_source *source, int64_t from, struct grid *ret)
{
    struct grid g = {.rows = 0};
    while (g.rows < TABLE_PROBE) {
        struct cells cells;
        bool more;
        TRY(source->next(source->arg, &cells, &more));
        if (!more) break;
        if (cells.row < from) continue;
        TRY(copy_row(a, &cells, &g.row[g.rows]));
        if (g.row[g.rows].n > g.columns) g.columns = g.row[g.rows].n;
        g.rows++;
    }
    int n = 0;
    const struct merge *merges = source->merges ? source->merges(source->arg, &n) : NULL;
    g.has_merges = n > 0;
    g.owner = arena_array(a, const struct merge *, (size_t)g.rows *(size_t)g.columns);
    if (!g.owner) return err_no_memory();
    paint_owners(&g, merges, n);
    *ret = g;
    return OK;
}

static struct str words_at(const struct grid *g, int r, int c)
{
    return c < g->row[r].n ? cell_words(&g->row[r].cell[c]) : STR("");
}

/* Words of a cell that is text; a number or a date names nothing. */
static struct str text_at(const struct grid *g, int r, int c)
{
    return c < g->row[r].n && g->row[r].cell[c].kind == CELL_TEXT ? cell_words(&g->row[r].cell[c]) : STR("");
}

static const struct merge *owner_at(const struct grid *g, int r, int c)
{
    return g->owner[r * g->columns + c];
}

static int row_index(const struct grid *g, int64_t row)
{
    for (int r = 0; r < g->rows; r++)
        if (g->row[r].row == row) return r;
    return -1;
}

static int filled_cells(const struct grid *g, int r)
{
    int n = 0;
    for (int c = 0; c < g->columns; c++) n += words_at(g, r, c).n > 0;
    return n;
}

/* ---- headings on two rows ---- */

/* The columns that a text in the upper row stands over: its merged range or, in a file that does not tell (xls, csv), the
 * blanks behind it. */
static int group_end(const struct grid *g, int upper, int c)
{
    const struct merge *m = owner_at(g, upper, c);
    if (m) return m->last_col < g->columns ? m->last_col : g->columns - 1;
    if (g->has_merges) return c;
    int end = c;
    while (end + 1 < g->columns && !words_at(g, upper, end + 1).n) end++;
    return end;
}

/* Without merged ranges two rows belong together when they fill each other's gaps: every cell of the lower one stands
 * under a gap or under the start of a group, and some column has its heading in the upper row only. */
static bool rows_interlock(const struct grid *g, int upper, int bottom)
{
    int upper_only = 0, upper_texts = 0, lower_texts = 0;
    for (int c = 0; c < g->columns; c++) {
        struct str above = text_at(g, upper, c), below = words_at(g, bottom, c);
        upper_texts += above.n > 0;
        if (!below.n) {
            upper_only += above.n > 0;
            continue;
        }
        if (!text_at(g, bottom, c).n || words_are_number(below)) return false;
        if (words_at(g, upper, c).n && group_end(g, upper, c) == c) return false;
        lower_texts++;
    }
    return upper_only > 0 && upper_texts > 1 && lower_texts > 0;
}

/* Labels and empty boxes to write in, as forms have them above their table: no groups, though they are merged likewise. */
static bool is_form_row(const struct grid *g, int upper, int bottom)
{
    for (int c = 0; c < g->columns; c++) {
        const struct merge *m = owner_at(g, upper, c);
        if (!m || m->first_col == m->last_col || m->last_row >= g->row[bottom].row || !words_at(g, bottom, c).n) continue;
        int origin = row_index(g, m->first_row);
        if (origin >= 0 && !words_at(g, origin, m->first_col).n) return true;
    }
    return false;
}

/* The group over column c, STR_NONE when there is none. A title over all `all` columns is no group. */
static struct str group_over(const struct grid *g, int upper, int bottom, int c, int all)
{
    const struct merge *m = owner_at(g, upper, c);
    int start = c;
    if (m) {
        if (m->last_row >= g->row[bottom].row || m->first_col == m->last_col) return STR_NONE;
        upper = row_index(g, m->first_row);
        start = m->first_col;
        if (upper < 0) return STR_NONE;
    } else {
        if (g->has_merges) return STR_NONE;
        while (start > 0 && !words_at(g, upper, start).n) start--;
    }
    struct str text = text_at(g, upper, start);
    int end = group_end(g, upper, start), under = 0;
    for (int k = start; k <= end; k++) under += words_at(g, bottom, k).n > 0;
    bool title = under == all || (filled_cells(g, upper) == 1 && 2 * under > all);
    return under > 1 && !title && words_are_heading(text) ? text : STR_NONE;
}

struct raw { /* what stands over one column, before it is made a heading */
    struct str text, group;
    bool own;
    int64_t row; /* the highest row that has part in it */
};

/* A heading of column c that stands above the bottom row and is merged down into it. */
static bool merged_down(const struct grid *g, int bottom, int c, struct raw *ret)
{
    const struct merge *m = owner_at(g, bottom, c);
    if (!m || m->first_row >= g->row[bottom].row) return false;
    int origin = row_index(g, m->first_row);
    struct str text = origin >= 0 && c == m->first_col ? text_at(g, origin, c) : STR("");
    *ret = (struct raw){.text = text, .group = STR_NONE, .own = text.n > 0 && m->last_row == g->row[bottom].row, .row = m->first_row};
    return true;
}

/* Columns with a heading in either row, groups not counted. */
static int columns_headed(const struct grid *g, int upper, int bottom, bool interlock)
{
    int n = 0;
    for (int c = 0; c < g->columns; c++) {
        struct raw down;
        bool above = merged_down(g, bottom, c, &down) ? down.own : interlock && text_at(g, upper, c).n > 0;
        n += words_at(g, bottom, c).n > 0 || above;
    }
    return n;
}

static void raw_headings(const struct grid *g, int bottom, struct raw *out)
{
    int upper = bottom > 0 && g->row[bottom - 1].row == g->row[bottom].row - 1 ? bottom - 1 : -1;
    bool interlock = upper >= 0 && !g->has_merges && rows_interlock(g, upper, bottom);
    bool grouped = upper >= 0 && (g->has_merges ? !is_form_row(g, upper, bottom) : interlock);
    int all = columns_headed(g, upper, bottom, interlock);
    for (int c = 0; c < g->columns; c++) {
        struct raw *o = &out[c];
        *o = (struct raw){.text = STR(""), .group = STR_NONE, .row = g->row[bottom].row};
        if (merged_down(g, bottom, c, o)) continue;
        struct str below = words_at(g, bottom, c), above = upper >= 0 ? text_at(g, upper, c) : STR("");
        if (text_at(g, bottom, c).n && !words_are_number(below)) {
            o->text = below;
            o->own = true;
            if (grouped) o->group = group_over(g, upper, bottom, c, all);
            if (o->group.p) o->row = g->row[upper].row;
        } else if (!below.n && interlock && words_are_heading(above)) {
            o->text = above;
            o->own = true;
            o->row = g->row[upper].row;
        } else if (below.n && words_are_heading(above)) {
            o->text = above; /* a full mark or a sum stands between the heading and its column */
        } else {
            o->text = below; /* shown, and matched, but no evidence that this row holds headings */
        }
    }
}

/* ---- rating ---- */

/* "group/text", each part written by `form`: as a key to compare, or as a line to show. */
static struct str joined(struct arena *a, struct buf *b, void (*form)(struct buf *, struct str), struct str group, struct str text)
{
    buf_reset(b);
    if (group.p) {
        form(b, group);
        buf_char(b, '/');
    }
    form(b, text);
    return arena_str(a, buf_view(b));
}

static enum err make_heading(struct arena *a, struct buf *b, const struct raw *raw, struct heading *ret)
{
    *ret = (struct heading){.text = STR_NONE, .key = STR_NONE, .alone = STR_NONE, .group = STR_NONE, .field = -1, .same_as = -1};
    if (!raw->text.n) return OK;
    struct str text = raw->text, group = raw->group;
    ret->text = joined(a, b, heading_on_one_line, group, text);
    ret->key = joined(a, b, table_heading_key, group, text);
    ret->alone = group.p ? joined(a, b, table_heading_key, STR_NONE, text) : ret->key;
    ret->group = group.p ? joined(a, b, table_heading_key, STR_NONE, group) : STR_NONE;
    ret->own = raw->own;
    TRY(buf_error(b));
    return arena_failed(a) ? err_no_memory() : OK;
}

static void give_field(struct found *f, int c, int field)
{
    if (field < 0 || f->heading[c].field >= 0) return;
    for (int k = 0; k < f->columns; k++) {
        if (f->heading[k].field != field) continue;
        f->heading[c].same_as = k;
        return;
    }
    f->heading[c].field = field;
    f->heading[c].same_as = -1;
    f->matched++;
}

/* Whole headings first, so that 整改情况/责任人 is not taken for the 责任人 that has a column of its own. */
static void match_fields(struct found *f, const struct table_options *o)
{
    if (!o->known) return;
    for (int c = 0; c < f->columns; c++)
        if (f->heading[c].key.n) give_field(f, c, o->known(o->known_arg, f->heading[c].key));
    for (int c = 0; c < f->columns; c++)
        if (f->heading[c].group.p) give_field(f, c, o->known(o->known_arg, f->heading[c].alone));
}

static bool seen_before(const struct found *f, int c)
{
    for (int k = 0; k < c; k++)
        if (f->heading[k].own && str_eq(f->heading[k].key, f->heading[c].key)) return true;
    return false;
}

struct rating {
    int named;      /* distinct short texts */
    int other;      /* numbers, dates, sentences, labels with values */
    int duplicates; /* texts that stand there twice */
    int follow;     /* columns with values below, twice when they are not text like the heading */
};

static int what_follows(const struct grid *g, int bottom, int c)
{
    int follow = 0;
    for (int r = bottom + 1; r < g->rows && r <= bottom + ROWS_BELOW; r++) {
        struct str words = words_at(g, r, c);
        if (words.n && (g->row[r].cell[c].kind != CELL_TEXT || words_are_number(words))) return 2;
        if (words.n) follow = 1;
    }
    return follow;
}

static struct rating count(const struct grid *g, int bottom, const struct found *f)
{
    struct rating n = {0};
    for (int c = 0; c < f->columns; c++) {
        const struct heading *h = &f->heading[c];
        if (!h->own) {
            n.other += words_at(g, bottom, c).n > 0;
            continue;
        }
        if (seen_before(f, c))
            n.duplicates++;
        else if (h->field >= 0 || words_are_heading(h->text))
            n.named++;
        else
            n.other++;
        n.follow += what_follows(g, bottom, c);
    }
    return n;
}

/* A row above with headings over most of this row's columns: then this one is more likely its first record, for the
 * records of a table of texts look like headings too. */
static bool has_rival(const struct found *all, int r)
{
    const struct found *f = &all[r];
    for (int q = 0; q < r && all[q].header_row <= f->header_row - f->depth; q++) {
        int own = 0, covered = 0;
        for (int c = 0; c < f->columns; c++) {
            own += f->heading[c].own;
            covered += f->heading[c].own && all[q].heading[c].own;
        }
        if (covered >= 2 && 5 * covered >= 3 * own) return true;
    }
    return false;
}

/* What speaks for a row: known headings most, then short distinct texts and values below them. Against it: numbers,
 * repeated texts, and a rival above. */
static int rate(struct rating n, int matched, bool rival, bool told)
{
    bool plausible = matched > 0 || (n.named >= 2 && n.named >= n.other);
    if (!plausible && !told) return 0;
    int score = 20 * matched + 4 * n.named + n.follow - 3 * n.other - 4 * n.duplicates - (rival ? 4 * n.named : 0);
    return score > 1 ? score : 1;
}

/* ---- searching ---- */

static enum err build(struct arena *a, struct buf *b, const struct grid *g, int bottom, const struct table_options *o, struct found *ret)
{
    struct raw *raw = arena_array(a, struct raw, g->columns);
    struct heading *heading = arena_array(a, struct heading, g->columns);
    if (!raw || !heading) return err_no_memory();
    struct found f = {.columns = g->columns, .heading = heading, .header_row = g->row[bottom].row};
    raw_headings(g, bottom, raw);
    int64_t top = f.header_row;
    for (int c = 0; c < g->columns; c++) {
        TRY(make_heading(a, b, &raw[c], &heading[c]));
        if (raw[c].own && raw[c].row < top) top = raw[c].row;
    }
    f.depth = (int)(f.header_row - top) + 1;
    f.first_row = bottom + 1 < g->rows ? g->row[bottom + 1].row : 0;
    match_fields(&f, o);
    *ret = f;
    return OK;
}

/* A sheet of one column: its first row is the heading, if it is a text. */
static bool one_column(const struct grid *g, int bottom)
{
    return g->columns == 1 && bottom == 0 && g->rows > 1 && words_are_heading(text_at(g, 0, 0));
}

/* Is this the row the caller means? Of headings on two rows either one may be told. */
static bool is_told(const struct table_options *o, const struct found *f)
{
    return f->header_row == o->header_row || (f->header_row == o->header_row + 1 && f->depth > 1);
}

static enum err search(struct arena *a, struct buf *b, const struct grid *g, const struct table_options *o, struct found *ret)
{
    struct found *all = arena_array(a, struct found, g->rows);
    if (!all) return err_no_memory();
    struct found *best = &all[0];
    for (int r = 0; r < g->rows; r++) {
        TRY(build(a, b, g, r, o, &all[r]));
        bool told = o->header_row && is_told(o, &all[r]);
        if (o->header_row && !told) continue;
        all[r].score = rate(count(g, r, &all[r]), all[r].matched, has_rival(all, r), told || one_column(g, r));
        if (all[r].score > best->score) best = &all[r];
    }
    *ret = *best;
    return OK;
}

enum err headings_find(struct arena *a, const struct grid *g, const struct table_options *o, struct found *ret)
{
    struct buf b = BUF_INIT(WORDS_MAX * 8);
    enum err e = g->columns ? search(a, &b, g, o, ret) : OK;
    if (!g->columns) *ret = (struct found){.score = 0};
    buf_release(&b);
    return e;
}
