/* xlsx_sheet.c — the rows of one sheet of an xlsx workbook. See xlsx.h.
 *
 * The parser is paused at the end of each row that has cells, so that one row is in memory at a time.
 */
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "exchange/xlsx.h"

#define MERGES_MAX 100000

/* "AB12" → column 27, row 12; the row may be missing. False when it is no reference or lies outside a sheet. */
static bool parse_reference(struct str s, int *col, int64_t *row)
{
    int c = 0;
    size_t i = 0;
    for (; i < s.n && i < 4; i++) {
        char letter = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i];
        if (letter < 'A' || letter > 'Z') break;
        c = c * 26 + letter - 'A' + 1;
    }
    if (c < 1 || c > COLUMNS_MAX || !str_int(str_from(s, i), row) || *row < 1 || *row > ROWS_MAX) return false;
    *col = c - 1;
    return true;
}

struct merging {
    struct merge *merge;
    int n, room;
};

static enum err on_merge(struct xml *x, const char *name, const char **attributes)
{
    struct merging *m = x->user;
    if (strcmp(name, "mergeCell") != 0) return OK;
    struct str last = xml_attribute(attributes, "ref");
    struct str first = str_split(&last, ':');
    struct merge merge;
    if (!parse_reference(first, &merge.first_col, &merge.first_row) || !parse_reference(last, &merge.last_col, &merge.last_row) ||
        merge.first_col > merge.last_col || merge.first_row > merge.last_row) {
        return err_set(ERR_UNREADABLE, _("the sheet is damaged: “%.*s” is no merged range"), STR_ARG(first));
    }
    if (m->n == m->room) {
        if (m->n >= MERGES_MAX) return err_set(ERR_TOO_BIG, _("the sheet has more than %d merged ranges"), m->n);
        int room = m->room ? m->room * 2 : 32;
        struct merge *p = mem_resize(m->merge, (size_t)room * sizeof *p);
        if (!p) return err_no_memory();
        m->merge = p;
        m->room = room;
    }
    m->merge[m->n++] = merge;
    return OK;
}

static int by_first_row(const void *a, const void *b)
{
    const struct merge *x = a, *y = b;
    if (x->first_row != y->first_row) return x->first_row < y->first_row ? -1 : 1;
    return (x->first_col > y->first_col) - (x->first_col < y->first_col);
}

enum err xlsx_merges_read(zip_t *zip, const char *part, int64_t max_bytes, struct merge **ret, int *n)
{
    static const struct xml_handler handler = {on_merge, NULL, NULL};
    struct merging m = {0};
    enum err e = xml_read(zip, part, max_bytes, &handler, &m);
    if (e) {
        mem_free(m.merge);
        return e;
    }
    if (m.n) qsort(m.merge, (size_t)m.n, sizeof *m.merge, by_first_row);
    *ret = m.merge;
    *n = m.n;
    return OK;
}

/* Blank the cells of the row that a merged range covers, except its first one. */
static enum err cover_merged(struct sheet *s, struct row *row)
{
    int kept = 0, width = 0;
    for (int i = 0; i < s->actives; i++)
        if (s->merge[s->active[i]].last_row >= row->number) s->active[kept++] = s->active[i];
    s->actives = kept;
    for (; s->merges_begun < s->merges && s->merge[s->merges_begun].first_row <= row->number; s->merges_begun++) {
        if (s->merge[s->merges_begun].last_row >= row->number) s->active[s->actives++] = s->merges_begun;
    }
    for (int i = 0; i < s->actives; i++) {
        const struct merge *m = &s->merge[s->active[i]];
        width += m->last_col - m->first_col + 1;
        if (width > COLUMNS_MAX)
            return err_set(ERR_UNREADABLE, _("the sheet is damaged: merged ranges overlap in row %lld"), (long long)row->number);
        for (int col = m->first_col; col <= m->last_col && col < row->n; col++) {
            if (col == m->first_col && row->number == m->first_row) continue;
            row->cell[col] = (struct cell){.kind = CELL_BLANK, .merged = true};
        }
    }
    return OK;
}

/* "C12" for messages. */
static const char *cell_name(const struct sheet *s, char out[32])
{
    char letters[4];
    int n = 0;
    for (int c = s->col + 1; c > 0; c = (c - 1) / 26) letters[n++] = (char)('A' + (c - 1) % 26);
    struct buf b = {.p = out, .room = 32, .limit = 31};
    while (n > 0) buf_char(&b, letters[--n]);
    buf_int(&b, s->number);
    return out;
}

static enum err start_row(struct sheet *s, const char **attributes)
{
    struct str r = xml_attribute(attributes, "r");
    int64_t number = s->number + 1;
    if ((r.p && !str_int(r, &number)) || number < 1 || number > ROWS_MAX) {
        return err_set(ERR_UNREADABLE, _("the sheet is damaged: “%.*s” is no row number"), STR_ARG(r));
    }
    if (number <= s->number) {
        return err_set(ERR_UNREADABLE, _("the sheet is damaged: row %lld stands behind row %lld"), (long long)number, (long long)s->number);
    }
    s->number = number;
    s->in_row = true;
    s->cell.in = false;
    s->col = -1;
    row_reset(s->row, number);
    return OK;
}

static enum err start_cell(struct sheet *s, const char **attributes)
{
    static const struct {
        const char *name;
        char type;
    } types[] = {{"n", 'n'}, {"s", 's'}, {"str", 't'}, {"inlineStr", 't'}, {"b", 'b'}, {"e", 'e'}, {"d", 'd'}};
    struct str r = xml_attribute(attributes, "r"), t = xml_attribute(attributes, "t");
    int64_t row = 0;
    s->col++;
    if (r.p && !parse_reference(r, &s->col, &row))
        return err_set(ERR_UNREADABLE, _("the sheet is damaged: “%.*s” in row %lld is no cell"), STR_ARG(r), (long long)s->number);
    if (s->col >= COLUMNS_MAX) return err_set(ERR_TOO_BIG, _("row %lld has more than %d columns"), (long long)s->number, COLUMNS_MAX);
    memset(&s->cell, 0, sizeof s->cell);
    s->cell.in = true;
    s->cell.type = 'n';
    s->cell.style = -1;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_is(t, types[i].name)) s->cell.type = types[i].type;
    str_int(xml_attribute(attributes, "s"), &s->cell.style);
    s->value.limit = s->formula.limit = CELL_BYTES_MAX;
    buf_reset(&s->value);
    buf_reset(&s->formula);
    buf_char(&s->formula, '=');
    return OK;
}

static enum err put_number(struct sheet *s, struct str value)
{
    char text[NUMBER_TEXT];
    double v;
    bool date = s->cell.style >= 0 && (uint64_t)s->cell.style < s->styles->n && s->styles->is_date[s->cell.style];
    if (s->cell.type == 'd' ? !serial_parse(value, &v) : !number_parse(value, &v)) return row_put(s->row, s->col, CELL_ERROR, value, 0);
    double serial = s->cell.type == 'd' ? v : serial_of_stored(v, s->from_1904);
    if ((date || s->cell.type == 'd') && serial_text(serial, text)) return row_put(s->row, s->col, CELL_DATE, str_of(text), serial);
    return row_put(s->row, s->col, CELL_NUMBER, str_of(number_text(v, text)), v);
}

static enum err put_shared(struct sheet *s, struct str value)
{
    int64_t i;
    struct str text;
    char name[32];
    if (!str_int(value, &i) || !strings_get(s->strings, i, &text)) {
        return err_set(ERR_UNREADABLE, _("the sheet is damaged: cell %s holds text number “%.*s”, which the workbook does not have"),
                       cell_name(s, name), STR_ARG(str_head(value, 20)));
    }
    return row_put(s->row, s->col, CELL_TEXT, text, 0);
}

static enum err end_cell(struct sheet *s)
{
    s->cell.in = false;
    TRY(buf_error(&s->value));
    TRY(buf_error(&s->formula));
    if (s->cell.type == 't') rich_unescape(&s->value, 0);
    struct str value = buf_view(&s->value);
    if (s->cell.type != 't') value = str_trim(value);
    if (value.n == 0) { /* a formula without its value; but an empty text is one */
        return s->cell.has_formula && s->cell.type != 't' ? row_put(s->row, s->col, CELL_ERROR, buf_view(&s->formula), 0) : OK;
    }
    switch (s->cell.type) {
    case 's': return put_shared(s, value);
    case 't': return row_put(s->row, s->col, CELL_TEXT, value, 0);
    case 'e': return row_put(s->row, s->col, CELL_ERROR, value, 0);
    case 'b': {
        bool yes = str_is(value, "1") || str_is(value, "true");
        return row_put(s->row, s->col, CELL_BOOL, yes ? STR("TRUE") : STR("FALSE"), yes);
    }
    default: return put_number(s, value);
    }
}

static enum err on_start(struct xml *x, const char *name, const char **attributes)
{
    struct sheet *s = x->user;
    if (!s->in_row) return strcmp(name, "row") == 0 ? start_row(s, attributes) : OK;
    if (!s->cell.in) return strcmp(name, "c") == 0 ? start_cell(s, attributes) : OK;
    if (strcmp(name, "v") == 0) s->cell.in_value = true;
    if (strcmp(name, "f") == 0) s->cell.in_formula = s->cell.has_formula = true;
    rich_start(&s->cell.rich, name);
    return OK;
}

static enum err on_text(struct xml *x, struct str text)
{
    struct sheet *s = x->user;
    if (!s->cell.in) return OK;
    if (s->cell.in_value || s->cell.rich.in_text) buf_str(&s->value, text);
    if (s->cell.in_formula) buf_str(&s->formula, text);
    return OK;
}

static enum err on_end(struct xml *x, const char *name)
{
    struct sheet *s = x->user;
    if (s->cell.in) {
        if (strcmp(name, "c") == 0) return end_cell(s);
        if (strcmp(name, "v") == 0) s->cell.in_value = false;
        if (strcmp(name, "f") == 0) s->cell.in_formula = false;
        rich_end(&s->cell.rich, name);
    } else if (s->in_row && strcmp(name, "row") == 0) {
        s->in_row = false;
        s->row_done = s->row->n > 0;
        if (s->row_done) xml_pause(x);
    }
    return OK;
}

enum err xlsx_sheet_open(struct sheet *s, zip_t *zip, const char *part, int64_t max_bytes)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    if (s->merges) {
        s->active = mem_alloc((size_t)s->merges * sizeof *s->active);
        if (!s->active) return err_no_memory();
    }
    return xml_open(&s->xml, zip, part, max_bytes, &handler, s);
}

enum err xlsx_sheet_next(struct sheet *s, struct row *row, bool *more)
{
    s->row = row;
    s->row_done = false;
    TRY(xml_run(&s->xml));
    *more = s->row_done;
    return s->row_done ? cover_merged(s, row) : OK;
}

void xlsx_sheet_close(struct sheet *s)
{
    xml_close(&s->xml);
    buf_release(&s->value);
    buf_release(&s->formula);
    mem_free(s->active);
    *s = (struct sheet){0};
}
