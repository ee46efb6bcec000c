/* record.c — see record.h. */
#include "ledger/record.h"

struct record *record_new(struct arena *a, const struct ledger *l)
{
    struct record *r = arena_new(a, struct record);
    if (!r) return NULL;
    r->l = l;
    r->v = arena_array(a, struct value, l->fields_count);
    r->rows = arena_array(a, struct rows, l->fields_count);
    r->given = arena_array(a, bool, l->fields_count);
    return r->v && r->rows && r->given ? r : NULL;
}

struct record *record_copy(struct arena *a, const struct record *from)
{
    struct record *r = record_new(a, from->l);
    if (!r) return NULL;
    struct record own = *r;
    *r = *from;
    r->v = own.v;
    r->rows = own.rows;
    r->given = own.given;
    size_t n = from->l->fields_count;
    memcpy(r->v, from->v, n * sizeof *r->v);
    memcpy(r->rows, from->rows, n * sizeof *r->rows);
    memcpy(r->given, from->given, n * sizeof *r->given);
    return r;
}

day_t record_day(const struct record *r)
{
    day_t day;
    struct str s = r->l->day_field ? record_text(r, r->l->day_field->index) : STR_NONE;
    return s.p && day_parse(s, &day) ? day : instant_day(clock_now());
}

void record_take(struct record *r, const struct record *draft)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        if (!draft->given[i]) continue;
        r->v[i] = draft->v[i];
        r->rows[i] = draft->rows[i];
    }
}

bool rows_eq(const struct ledger *child, const struct rows *a, const struct rows *b)
{
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++)
        for (unsigned k = 0; k < child->fields_count; k++)
            if (!value_eq(a->v[i][k], b->v[i][k])) return false;
    return true;
}

bool many_next(struct str *rest, struct str *ret)
{
    while (rest->p && rest->n) {
        struct str piece = str_split(rest, '|');
        if (!piece.n) continue;
        *ret = piece;
        return true;
    }
    return false;
}

void value_json(struct buf *b, struct value v)
{
    if (v.tag == VAL_INT)
        buf_int(b, v.i);
    else if (v.tag == VAL_NULL)
        buf_z(b, "null");
    else
        buf_json(b, v.s);
}

static void name_json(struct buf *b, const char *name, bool *first)
{
    buf_z(b, *first ? "\"" : ",\"");
    buf_z(b, name);
    buf_z(b, "\":");
    *first = false;
}

static void values_json(struct buf *b, const struct ledger *l, const struct value *v, bool *first)
{
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = l->by_name[i];
        if (v[f->index].tag == VAL_NULL) continue;
        name_json(b, f->name, first);
        value_json(b, v[f->index]);
    }
}

void rows_json(struct buf *b, const struct ledger *child, const struct rows *rows)
{
    buf_char(b, '[');
    for (int i = 0; i < rows->n; i++) {
        bool first = true;
        buf_z(b, i ? ",{" : "{");
        values_json(b, child, rows->v[i], &first);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

void record_canonical(struct buf *b, const struct record *r)
{
    const struct ledger *l = r->l;
    buf_printf(b, "{\"ledger\":\"%s\",\"id\":\"%lld\",\"version\":%lld", l->ledger, (long long)r->id, (long long)r->version);
    if (r->number.p) {
        buf_z(b, ",\"number\":");
        buf_json(b, r->number);
    }
    if (r->state.p) {
        buf_z(b, ",\"state\":");
        buf_json(b, r->state);
    }
    if (r->withdrawn) buf_z(b, ",\"withdrawn\":true");
    if (r->successor) buf_printf(b, ",\"successor\":\"%lld\"", (long long)r->successor);
    buf_z(b, ",\"fields\":{");
    bool first = true;
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = l->by_name[i];
        if (f->type == TYPE_ROWS ? r->rows[f->index].n == 0 : r->v[f->index].tag == VAL_NULL) continue;
        name_json(b, f->name, &first);
        if (f->type == TYPE_ROWS)
            rows_json(b, f->target, &r->rows[f->index]);
        else
            value_json(b, r->v[f->index]);
    }
    buf_z(b, "}}");
}

enum err record_digest(enum hash_kind kind, const struct record *r, struct buf *work, unsigned char ret[HASH_BYTES])
{
    buf_reset(work);
    record_canonical(work, r);
    TRY(buf_error(work));
    return hash_two(kind, buf_view(work), STR_NONE, ret);
}
