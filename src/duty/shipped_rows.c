/* shipped_rows.c — see shipped_rows.h. */
#include "duty/shipped_rows.h"

#include "base/lang.h"
#include "ledger/registry.h"
#include "ledger/shipped.h"

enum { COLUMNS_MAX = 60 };

/* The next cell of a line, cut off *rest; data/ has no quote and no line end inside of a cell's quotes. */
static struct str next_cell(struct str *rest)
{
    if (!str_starts(*rest, STR("\""))) return str_split(rest, ',');
    *rest = str_from(*rest, 1);
    struct str cell = str_split(rest, '"');
    if (rest->p) *rest = rest->n ? str_from(*rest, 1) : STR_NONE; /* the comma behind it */
    return cell;
}

/* "a、b" is kept as "|a|b|". */
static enum err kept_choices(struct arena *a, struct str cell, struct value *ret)
{
    static const char mark[] = "、";
    char *text = arena_alloc(a, cell.n + 3), *end = text;
    if (!text) return err_no_memory();
    *end++ = '|';
    for (ptrdiff_t at; cell.n; cell = str_from(cell, at < 0 ? cell.n : (size_t)at + sizeof mark - 1)) {
        at = str_find(cell, str_of(mark));
        size_t n = at < 0 ? cell.n : (size_t)at;
        memcpy(end, cell.p, n);
        end += n;
        *end++ = '|';
    }
    *ret = value_text((struct str){text, (size_t)(end - text)});
    return OK;
}

/* A cell as its field keeps it; unknown where a database would have to be asked. */
static enum err kept(struct arena *a, const struct field *f, struct str cell, struct value *ret)
{
    int64_t n;
    *ret = VALUE_NULL;
    switch (f->type) {
    case TYPE_INTEGER:
        if (!str_int(cell, &n)) return err_set(ERR_INVALID, "%s: %.*s", f->name, STR_ARG(cell));
        *ret = value_int(n);
        return OK;
    case TYPE_YES_NO: *ret = value_int(str_is(cell, "true")); return OK;
    case TYPE_TEXT:
    case TYPE_LONG_TEXT:
    case TYPE_DATE:
    case TYPE_CHOICE:
    case TYPE_REGION: *ret = value_text(cell); return OK; /* the text is part of the program */
    case TYPE_CHOICES: return kept_choices(a, cell, ret);
    default: return OK;
    }
}

static enum err read_row(struct arena *a, struct str line, const struct field *const *columns, int n, struct record *r)
{
    for (int i = 0; i < n && line.p; i++) {
        struct str cell = next_cell(&line);
        if (!cell.n) continue;
        struct value v;
        TRY(kept(a, columns[i], cell, &v));
        record_set(r, columns[i], v);
    }
    return OK;
}

static enum err read_headings(const struct ledger *l, struct str line, const struct field **columns, int *ret)
{
    for (*ret = 0; line.p; ++*ret) {
        struct str name = next_cell(&line);
        if (*ret == COLUMNS_MAX || !(columns[*ret] = ledger_field(l, name)))
            return err_set(ERR_INVALID, "%s: %.*s", l->ledger, STR_ARG(name));
    }
    return OK;
}

static enum err read_rows(struct arena *a, const struct ledger *l, struct str csv, struct shipped_rows *rows)
{
    const struct field *columns[COLUMNS_MAX];
    int n, room = 0;
    TRY(read_headings(l, str_split(&csv, '\n'), columns, &n));
    while (csv.p) {
        struct str line = str_split(&csv, '\n');
        if (!line.n) continue;
        struct record **row = ARENA_GROW(a, rows->row, rows->n, &room), *r = record_new(a, l);
        if (!row || !r) return err_no_memory();
        TRY(read_row(a, line, columns, n, r));
        row[rows->n++] = r;
        rows->row = row;
    }
    return OK;
}

void shipped_rows_free(struct shipped_rows *r)
{
    r->l = ledger_free(r->l);
}

enum err shipped_rows(struct arena *a, const char *name, struct shipped_rows *ret)
{
    const struct shipped_description *of = shipped_descriptions;
    const struct shipped_data *data = shipped_data;
    while (of->name && strcmp(of->name, name) != 0) of++;
    while (data->name && strcmp(data->name, name) != 0) data++;
    if (!of->name || !data->name) return err_set(ERR_INVALID, _("no data “%s” comes with the program"), name);
    struct shipped_rows rows = {0};
    TRY(ledger_load(str_of(of->yaml), true, &rows.l));
    enum err e = read_rows(a, rows.l, str_of(data->csv), &rows);
    if (e)
        shipped_rows_free(&rows);
    else
        *ret = rows;
    return e;
}
