/* export.c — see export.h.
 *
 * What was exported can be imported again with the same values: headings are labels, choices are labels and references
 * titles where these mean one thing only, and otherwise codes, keys or numbers.
 */
#include "ledger/export.h"

#include <stdio.h>

#include "base/lang.h"
#include "ledger/right.h"
#include "ledger/type.h"

#define PAGE_MEMORY ((size_t)512 << 20)
#define CACHE 8192 /* labels and titles that were looked up, by value */
#define CACHE_TEXT 160
#define CACHE_VALUE 64
#define CURSOR_MAX 1024

struct cached {
    const struct field *field;
    char value[CACHE_VALUE], text[CACHE_TEXT];
};

struct exporting {
    const struct export *order;
    const struct ledger *l;
    enum writer_format format;
    struct writer *writer;
    const struct field **column; /* system columns have a negative index */
    int columns;
    struct cached *cache;
    day_t day;   /* of the record at hand: labels are read by it */
    bool by_day; /* and what was looked up depends on it */
    int64_t done, total;
};

/* ---- texts of choices and references ---- */

/* Does the text, read as an import reads it, give this value again? */
static enum err means(struct exporting *k, struct work *w, const struct field *f, struct str text, struct value v, bool *ret)
{
    struct parse_result how;
    struct value back;
    *ret = false;
    if (!text.n) return OK;
    struct reading as = {.form = FORM_TEXT, .unit = 1, .day = k->day, .by_day = &k->by_day};
    TRY(type_read(w, f, parse_cell(text), as, &back, &how));
    *ret = value_eq(back, v);
    return OK;
}

/* What else names a record: a key of one field, its number, its id. */
static enum err reference_key(struct work *w, const struct field *f, int64_t id, struct buf *out)
{
    const struct ledger *l = f->target;
    struct record *r;
    TRY(store_load(w, l, id, false, &r));
    for (unsigned i = 0; i < l->keys_count && !out->n; i++) {
        const struct group *g = &l->key_groups[i];
        if (g->n == 1 && !g->field[0]->sensitive && g->field[0]->unique) buf_str(out, record_text(r, g->field[0]->index));
    }
    if (!out->n) buf_str(out, r->number);
    if (!out->n) buf_int(out, id);
    return OK;
}

/* One code or one record; f is of the type for one. */
static enum err name_of(struct exporting *k, struct work *w, const struct field *f, struct value v, struct buf *out)
{
    bool good;
    buf_reset(out);
    TRY(type_text(w, f, v, out));
    TRY(buf_error(out));
    TRY(means(k, w, f, buf_view(out), v, &good));
    if (good) return OK;
    buf_reset(out);
    if (f->type == TYPE_REFERENCE) return reference_key(w, f, v.i, out);
    buf_str(out, v.s);
    return OK;
}

/* Several values are parted by "、"; a label that has such a mark inside would fall apart. */
static bool parts(struct str s)
{
    static const char *const marks[] = {"、", "，", "；", ",", ";", "|", "\n", "\"", "[", "]"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_find(s, str_of(marks[i])) >= 0) return true;
    return false;
}

static enum err names_of(struct exporting *k, struct work *w, const struct field *f, struct str many, struct buf *out)
{
    struct buf one CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    struct field single = *f;
    struct str piece;
    single.type = f->type == TYPE_CHOICES ? TYPE_CHOICE : TYPE_REFERENCE;
    while (many_next(&many, &piece)) {
        int64_t id = 0;
        bool refers = single.type == TYPE_REFERENCE && str_int(piece, &id);
        TRY(name_of(k, w, &single, refers ? value_int(id) : value_text(piece), &one));
        if (parts(buf_view(&one))) {
            buf_reset(&one);
            if (refers)
                TRY(reference_key(w, &single, id, &one));
            else
                buf_str(&one, piece);
        }
        if (out->n) buf_z(out, "、");
        buf_str(out, buf_view(&one));
    }
    return OK;
}

/* The value as the key of the cache; false when it is too long to be worth a place. */
static bool cache_key(struct value v, char out[CACHE_VALUE])
{
    int n = v.tag == VAL_INT ? snprintf(out, CACHE_VALUE, "%lld", (long long)v.i) : snprintf(out, CACHE_VALUE, "%.*s", STR_ARG(v.s));
    return n >= 0 && n < CACHE_VALUE;
}

/* Where the value is or may be kept. Looking one up again can cost a walk over a ledger, so a few neighbours are tried. */
static struct cached *cache_slot(struct exporting *k, const struct field *f, const char *value)
{
    enum { NEIGHBOURS = 8 };
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)(uintptr_t)f;
    for (const char *p = value; *p; p++) h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
    struct cached *home = &k->cache[h % (CACHE - NEIGHBOURS)];
    for (struct cached *c = home; c < home + NEIGHBOURS; c++)
        if (!c->field || (c->field == f && strcmp(c->value, value) == 0)) return c;
    return home;
}

static enum err looked_up(struct exporting *k, struct work *w, const struct field *f, struct value v, struct buf *out)
{
    char value[CACHE_VALUE];
    bool keeps = cache_key(v, value);
    struct cached *slot = cache_slot(k, f, value);
    if (keeps && slot->field == f && strcmp(slot->value, value) == 0) {
        buf_z(out, slot->text);
        return OK;
    }
    k->by_day = false;
    TRY(type_is_many(f->type) ? names_of(k, w, f, v.s, out) : name_of(k, w, f, v, out));
    TRY(buf_error(out));
    if (keeps && !k->by_day && out->n < CACHE_TEXT) {
        slot->field = f;
        memcpy(slot->value, value, sizeof value);
        memcpy(slot->text, buf_view(out).p, out->n + 1);
    }
    return OK;
}

/* ---- cells ---- */

static enum err text_cell(struct work *w, struct buf *b, struct out_cell *ret)
{
    TRY(buf_error(b));
    *ret = (struct out_cell){.kind = OUT_TEXT, .s = arena_str(w->arena, buf_view(b))};
    return ret->s.p ? OK : err_no_memory();
}

static enum err field_cell(struct exporting *k, struct work *w, const struct field *f, struct value v, struct out_cell *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    day_t day = 0;
    switch (f->type) {
    case TYPE_INTEGER: *ret = (struct out_cell){.kind = OUT_INT, .i = v.i}; return OK;
    case TYPE_MONEY:
    case TYPE_POINTS: *ret = (struct out_cell){.kind = OUT_DECIMAL, .scale = 2, .i = v.i}; return OK;
    case TYPE_INSTANT: *ret = (struct out_cell){.kind = OUT_INSTANT, .i = v.i}; return OK;
    case TYPE_DATE:
        if (day_parse(v.s, &day)) {
            *ret = (struct out_cell){.kind = OUT_DATE, .i = day};
            return OK;
        }
        break;
    case TYPE_CHOICE:
    case TYPE_CHOICES:
    case TYPE_REFERENCE:
    case TYPE_REFERENCES: TRY(looked_up(k, w, f, v, &b)); return text_cell(w, &b, ret);
    default: break;
    }
    TRY(type_text(w, f, v, &b));
    return text_cell(w, &b, ret);
}

static struct out_cell number_or_state(const struct record *r, const struct field *f)
{
    const struct state *s = ledger_state(r->l, r->state);
    if (strcmp(f->name, "number") == 0) return (struct out_cell){.kind = OUT_TEXT, .s = r->number};
    return (struct out_cell){.kind = OUT_TEXT, .s = str_of(s ? lang_get() == LANG_ZH ? s->zh : s->en : NULL)};
}

static enum err write_cells(struct exporting *k, struct work *w, const struct record *r)
{
    struct out_cell *cell = arena_array(w->arena, struct out_cell, k->columns);
    k->day = record_day(r);
    if (!cell) return err_no_memory();
    for (int i = 0; i < k->columns; i++) {
        const struct field *f = k->column[i];
        if (f->index < 0)
            cell[i] = number_or_state(r, f);
        else if (r->v[f->index].tag != VAL_NULL)
            TRY(field_cell(k, w, f, r->v[f->index], &cell[i]));
    }
    return writer_row(k->writer, cell, k->columns);
}

/* JSON has the records as `anjian show --json` has them, child rows too, which a page of a list does not read. */
static enum err write_json(struct exporting *k, struct work *w, struct record *r)
{
    const struct export *o = k->order;
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
    TRY(store_read(w, k->l, r->id, &r));
    for (unsigned i = 0; i < k->l->fields_count; i++) r->given[i] = !o->fields_n && !k->l->fields[i].sensitive;
    for (int i = 0; i < k->columns; i++)
        if (k->column[i]->index >= 0) r->given[k->column[i]->index] = true;
    record_json(&b, r);
    TRY(buf_error(&b));
    return writer_raw(k->writer, buf_view(&b));
}

/* ---- the whole ---- */

/* Sealed values have no place in a file. */
static void take_column(struct exporting *k, const struct field *f)
{
    if (type_has_column(f->type) && !f->sensitive) k->column[k->columns++] = f;
}

static enum err choose_columns(struct exporting *k, struct arena *a)
{
    const struct export *o = k->order;
    const struct ledger *l = k->l;
    k->column = arena_array(a, const struct field *, l->fields_count + 2);
    struct writer_column *heading = arena_array(a, struct writer_column, l->fields_count + 2);
    if (!k->column || !heading) return err_no_memory();
    if (l->number) k->column[k->columns++] = query_system_field(STR("number"));
    if (l->states_count) k->column[k->columns++] = query_system_field(STR("state"));
    for (int i = 0; i < o->fields_n; i++) take_column(k, o->field[i]);
    for (unsigned i = 0; !o->fields_n && i < l->fields_count; i++) take_column(k, &l->fields[i]);
    for (int i = 0; i < k->columns; i++)
        heading[i] = (struct writer_column){str_of(k->column[i]->name), str_of(field_label(k->column[i], lang_get())), 0};
    return writer_heading(k->writer, heading, k->columns);
}

static enum err write_page(struct exporting *k, struct work *w, struct query *q, struct str *ret_next)
{
    struct page p;
    TRY(query_list(w, q, &p));
    for (int i = 0; i < p.n; i++) {
        TRY(k->format == WRITER_JSON ? write_json(k, w, p.record[i]) : write_cells(k, w, p.record[i]));
        k->done++;
        if (k->order->progress && !k->order->progress(k->order->arg, k->done, k->total)) return err_set(ERR_STOPPED, "%s", _("stopped"));
    }
    *ret_next = p.next;
    return OK;
}

/* Each page lives in an arena of its own; only the cursor goes on to the next. */
static enum err write_pages(struct exporting *k, struct work *w, struct query *q)
{
    struct arena *outer = w->arena, *page CLEANUP_ARENA = arena_new_capped(PAGE_MEMORY);
    char cursor[CURSOR_MAX];
    enum err e = OK;
    if (!page) return err_no_memory();
    do {
        struct str next;
        w->arena = page;
        e = write_page(k, w, q, &next);
        w->arena = outer;
        if (!e && next.p) {
            if (next.n > sizeof cursor) e = err_set(ERR_TOO_BIG, "%s", _("a value to sort by is too long"));
            if (!e) memcpy(cursor, next.p, next.n);
        }
        q->after = !e && next.p ? (struct str){cursor, next.n} : STR_NONE;
        arena_reset(page);
    } while (!e && q->after.p);
    return e;
}

static enum err check_size(const struct exporting *k)
{
    int64_t most = k->order->most;
    if (!most || k->total <= most) return OK;
    err_set(ERR_TOO_BIG,
            _("these are %lld rows, and %lld can be exported here at once: choose fewer by a condition, or use the command line "
              "(anjian export)"),
            (long long)k->total, (long long)most);
    return err_rule("export_rows");
}

enum err export_rows(struct work *w, const struct export *o, int64_t *ret_rows)
{
    struct exporting k = {.order = o, .l = o->query.l, .format = o->format};
    struct query q = o->query;
    TRY(right_need(w, k.l, RIGHT_EXPORT));
    q.limit = QUERY_LIMIT_MAX;
    q.after = STR_NONE;
    k.cache = arena_array(w->arena, struct cached, CACHE);
    if (!k.cache) return err_no_memory();
    TRY(query_count(w, &q, &k.total));
    TRY(check_size(&k));
    TRY(writer_open(w->arena, o->path, o->format, &k.writer));
    enum err e = choose_columns(&k, w->arena);
    if (!e) e = write_pages(&k, w, &q);
    if (!e) e = writer_close(k.writer);
    writer_free(k.writer);
    if (!e) *ret_rows = k.done;
    return e;
}
