/* import_columns.c — the file of an import and what its columns mean. See import_parts.h. */
#include <stdio.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "ledger/file.h"
#include "web/cell.h"
#include "web/import_parts.h"

#define SAMPLE_BYTES 120

/* ---- looking at the file ---- */

/* The name under which the meaning of these headings is remembered. */
static enum err name_headings(const struct table *t, char ret[HASH_HEX])
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    unsigned char digest[HASH_BYTES];
    for (int i = 0; i < t->columns; i++) {
        table_heading_key(&b, t->column[i].heading.p ? t->column[i].heading : STR(""));
        buf_char(&b, '\n');
    }
    TRY(buf_error(&b));
    TRY(hash_two(HASH_SHA256, buf_view(&b), STR_NONE, digest));
    hash_hex(digest, ret);
    return OK;
}

static enum err read_samples(struct arena *a, struct columns *c)
{
    struct table *t = c->source.table;
    struct table_row r;
    bool more = true;
    c->sample = arena_array(a, struct column_sample, t->columns + 1);
    if (!c->sample) return err_no_memory();
    for (int n = 0; n < IMPORT_SAMPLES && more;) {
        TRY(table_next(t, &r, &more));
        if (!more || r.kind != TABLE_DATA) continue;
        for (int i = 0; i < t->columns; i++) {
            struct str text = r.cell[i].text;
            if (text.p)
                c->sample[i].text[n] = arena_str(a, str_head(text, utf8_cut(text.p, text.n < SAMPLE_BYTES ? text.n : SAMPLE_BYTES)));
        }
        n++;
    }
    return OK;
}

static enum err look(struct columns *c)
{
    struct request *rq = c->k->rq;
    const struct import_options o = {.sheet = c->k->o.sheet, .header_row = c->k->o.header_row}; /* the guess, whatever was told */
    char path[FD_PATH];
    TRY(import_source_open(rq->store, rq->arena, c->k->l, fd_path(c->k->fd, path), &o, &c->source));
    TRY(import_source_table(&c->source, rq->arena, c->k->l, &o));
    TRY(read_samples(rq->arena, c));
    return name_headings(c->source.table, c->headings);
}

enum err columns_look(struct wizard *k, struct columns *ret)
{
    *ret = (struct columns){.k = k};
    enum err e = look(ret);
    if (e != ERR_UNREADABLE && e != ERR_NOT_FOUND && e != ERR_INVALID && e != ERR_TOO_BIG) return e;
    ret->headings[0] = '\0';
    ret->sheet_error = arena_str(k->rq->arena, str_of(err_last()->message));
    return ret->sheet_error.p ? OK : err_no_memory();
}

void columns_close(struct columns *c)
{
    import_source_close(&c->source);
}

/* ---- what is known of them ---- */

enum err columns_recall(struct work *w, struct columns *c)
{
    struct wizard *k = c->k;
    struct str map;
    if (k->o.map || !c->headings[0]) return OK;
    TRY(mapping_get(w, k->l, c->headings, &map));
    if (!map.p) return OK;
    struct upload as_options = k->u;
    struct import_options remembered;
    bool unused;
    as_options.options = map;
    TRY(import_options_read(w->arena, &as_options, &remembered, &unused));
    k->o.map = remembered.map;
    k->o.map_n = remembered.map_n;
    k->remember = true;
    return OK;
}

/* What a heading goes to as it was told; NULL: nobody has told. */
static const struct str *told(const struct wizard *k, struct str heading)
{
    for (int i = 0; i < k->o.map_n; i++)
        if (str_eq(k->o.map[i].heading, heading)) return &k->o.map[i].field;
    return NULL;
}

/* ---- the page ---- */

static enum err fill_fields(struct arena *a, const struct wizard *k, struct str chosen, struct view_import_column *c)
{
    struct choice *list = arena_array(a, struct choice, k->l->fields_count);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < k->l->fields_count; i++) {
        const struct field *f = &k->l->fields[i];
        if (f->read_only || f->type == TYPE_ROWS || f->type == TYPE_FILES) continue;
        struct str name = str_of(f->name);
        list[c->field_count++] = (struct choice){name, str_of(field_label(f, k->rq->lang)), str_eq(name, chosen)};
    }
    c->field = list;
    return OK;
}

/* What is told is told of a heading: of two columns with the same one the first has it. */
static bool is_repeated(const struct table *t, int place)
{
    for (int i = 0; i < place; i++)
        if (t->column[i].heading.p && str_eq(t->column[i].heading, t->column[place].heading)) return true;
    return false;
}

/* Does a column further left go to this field already? */
static bool is_taken(const struct columns *at, int place, struct str field)
{
    for (int i = 0; field.n && i < place; i++) {
        const struct table_column *t = &at->source.table->column[i];
        const struct str *said = t->heading.p ? told(at->k, t->heading) : NULL;
        if (said && str_eq(*said, field)) return true;
    }
    return false;
}

static enum err fill_column(struct arena *a, const struct columns *at, int place, struct view_import_column *c)
{
    const struct wizard *k = at->k;
    const struct table_column *t = &at->source.table->column[place];
    bool named = t->heading.p && !is_repeated(at->source.table, place);
    const struct str *said = named ? told(k, t->heading) : NULL;
    struct str field = said ? *said : t->field >= 0 ? str_of(k->l->fields[t->field].name) : STR("");
    *c = (struct view_import_column){.heading = t->heading.p ? t->heading : STR("")};
    memcpy(c->sample, at->sample[place].text, sizeof c->sample);
    bool taken = said ? is_taken(at, place, field) : t->same_as >= 0;
    c->note = str_of(!t->heading.p   ? _("a column without heading cannot be brought in")
                     : !named        ? _("the same heading as another column: only the first can be brought in")
                     : taken         ? _("another column has this field already")
                     : said          ? _("as told")
                     : t->field >= 0 ? _("known by its heading")
                                     : _("not known: please choose, or leave it out"));
    c->tone = !named ? TONE_MUTED : !taken && (said || t->field >= 0) ? TONE_GOOD : TONE_WARN;
    return named ? fill_fields(a, k, field, c) : OK;
}

static bool has_column(const struct import_map_view *v, const struct field *f)
{
    for (int i = 0; i < v->column_count; i++)
        for (int k = 0; k < v->column[i].field_count; k++)
            if (v->column[i].field[k].chosen && str_is(v->column[i].field[k].value, f->name)) return true;
    return false;
}

static enum err fill_missing(struct arena *a, const struct wizard *k, struct import_map_view *v)
{
    struct str *list = arena_array(a, struct str, k->l->fields_count);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < k->l->fields_count; i++) {
        const struct field *f = &k->l->fields[i];
        if (f->required && !f->compute && !has_column(v, f)) list[v->missing_count++] = str_of(field_label(f, k->rq->lang));
    }
    v->missing = list;
    return OK;
}

static enum err fill_sheets(struct arena *a, const struct columns *c, struct import_map_view *v)
{
    int n = workbook_sheets(c->source.workbook);
    struct choice *list = arena_array(a, struct choice, n);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) {
        struct str name = arena_str(a, workbook_sheet_name(c->source.workbook, i));
        bool here = c->headings[0] ? c->source.table->sheet == i : str_is(name, c->k->o.sheet ? c->k->o.sheet : "");
        list[i] = (struct choice){name, name, here};
    }
    v->sheet = list;
    v->sheet_count = n;
    return OK;
}

static struct str count_columns(struct arena *a, const struct import_map_view *v)
{
    int n = 0;
    for (int i = 0; i < v->column_count; i++)
        for (int k = 0; k < v->column[i].field_count; k++) n += v->column[i].field[k].chosen;
    return arena_printf(a, _("%d of %d columns go to a field"), n, v->column_count);
}

static enum err fill_table(struct arena *a, const struct columns *c, struct import_map_view *v)
{
    const struct table *t = c->source.table;
    struct view_import_column *list = arena_array(a, struct view_import_column, t->columns + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < t->columns; i++) TRY(fill_column(a, c, i, &list[i]));
    v->column = list;
    v->column_count = t->columns;
    v->counted = count_columns(a, v);
    v->heading = arena_printf(a, "%lld", (long long)t->header_row);
    v->headings = arena_str(a, str_of(c->headings));
    return fill_missing(a, c->k, v);
}

/* A file without a table says so on the page, where another sheet or row can be told. */
enum err columns_fill(struct columns *c, struct import_map_view *ret)
{
    struct wizard *k = c->k;
    struct arena *a = k->rq->arena;
    *ret = (struct import_map_view){.ledger = wizard_ledger(k),
                                    .action = k->rq->x->path,
                                    .strict = k->o.strict,
                                    .remember = k->remember,
                                    .error = c->sheet_error,
                                    .last = k->why,
                                    .other_url = arena_printf(a, "/l/%s/import", k->l->ledger)};
    ret->heading = k->o.header_row ? arena_printf(a, "%lld", (long long)k->o.header_row) : STR("");
    ret->file = arena_printf(a, "%.*s · %.*s", STR_ARG(k->u.name), STR_ARG(cell_size(a, k->bytes)));
    if (c->source.workbook) TRY(fill_sheets(a, c, ret));
    return c->headings[0] ? fill_table(a, c, ret) : OK;
}

/* ---- what a form says ---- */

/* A field has one column: of two, one would be left out unseen. */
static enum err check_once(const struct wizard *k)
{
    for (int i = 0; i < k->o.map_n; i++) {
        const struct import_map *m = &k->o.map[i];
        const struct field *f = ledger_field(k->l, m->field);
        for (int j = 0; f && j < i; j++)
            if (str_eq(k->o.map[j].field, m->field))
                return err_set(ERR_INVALID, _("two columns go to the field “%s”: “%.*s” and “%.*s”; please leave one out"),
                               field_label(f, k->rq->lang), STR_ARG(k->o.map[j].heading), STR_ARG(m->heading));
    }
    return OK;
}

enum err columns_take(const struct columns *c, struct wizard *k, bool *ret_same)
{
    const struct table *t = c->source.table;
    char name[32];
    if (!c->headings[0]) return err_set(ERR_UNREADABLE, "%.*s", STR_ARG(c->sheet_error));
    *ret_same = str_is(request_form(k->rq, "headings"), c->headings);
    if (!*ret_same) return OK;
    struct import_map *map = arena_array(k->rq->arena, struct import_map, t->columns + 1);
    if (!map) return err_no_memory();
    k->o.map_n = 0;
    for (int i = 0; i < t->columns; i++) {
        snprintf(name, sizeof name, "map.%d", i);
        struct str field = param(&k->rq->form, name);
        if (t->column[i].heading.n && field.p && !is_repeated(t, i)) map[k->o.map_n++] = (struct import_map){t->column[i].heading, field};
    }
    k->o.map = map;
    return check_once(k);
}
