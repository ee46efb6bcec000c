/* check.c — see check.h. */
#include "ledger/check.h"

#include "base/utf8.h"
#include "ledger/code.h"
#include "ledger/file.h"
#include "ledger/flow.h"

static enum err bad(const struct field *f, const char *what)
{
    err_set(ERR_INVALID, _("%s: %s"), field_label(f, lang_get()), what);
    return err_field(f->name);
}

/* A reference must name a record that is there; a merged or withdrawn one stays valid where it already stands. */
static enum err check_one_reference(struct work *w, const struct field *f, int64_t id)
{
    struct record *r;
    enum err e = store_load(w, f->target, id, false, &r);
    if (e == ERR_NOT_FOUND) return bad(f, _("there is no such record"));
    return e;
}

static enum err check_bounds(const struct field *f, struct value v)
{
    int64_t n = v.i;
    day_t day;
    if (f->type == TYPE_DATE) {
        if (!day_parse(v.s, &day)) return bad(f, _("not a date"));
        n = day;
    } else if (!type_is_int(f->type)) {
        if (!utf8_valid(v.s) || memchr(v.s.p, 0, v.s.n)) return bad(f, _("not a text"));
        n = (int64_t)utf8_length(v.s);
        int64_t most = f->most < INT64_MAX ? f->most : f->type == TYPE_TEXT ? 1000 : 100000;
        if (n > most) {
            err_set(ERR_INVALID, _("%s: longer than %lld characters"), field_label(f, lang_get()), (long long)most);
            return err_field(f->name);
        }
    }
    if (n < f->least || n > f->most) {
        err_set(ERR_INVALID, _("%s: out of bounds (%s to %s)"), field_label(f, lang_get()), f->min ? f->min : "…", f->max ? f->max : "…");
        return err_field(f->name);
    }
    return OK;
}

/* Does "|a|b|" have this piece? */
static bool has(struct value many, struct str piece)
{
    struct str rest = many.tag == VAL_TEXT ? many.s : STR_NONE, one;
    while (many_next(&rest, &one))
        if (str_eq(one, piece)) return true;
    return false;
}

/* "sha256/name" of a file that is kept. */
static enum err check_file(struct work *w, const struct field *f, struct str piece)
{
    struct str name = piece, digest = str_split(&name, '/'), kind;
    int64_t bytes;
    enum err e = name.n ? file_find(w, digest, &bytes, &kind) : ERR_NOT_FOUND;
    return e == ERR_NOT_FOUND ? bad(f, _("there is no such file")) : e;
}

static enum err check_each(struct work *w, const struct field *f, struct str text, struct value was, day_t day)
{
    struct str piece;
    int64_t id;
    while (many_next(&text, &piece)) {
        if (f->type == TYPE_CHOICES)
            TRY(code_check(w, f, piece, has(was, piece) ? NULL : &day));
        else if (f->type == TYPE_FILES)
            TRY(has(was, piece) ? OK : check_file(w, f, piece));
        else if (!str_int(piece, &id))
            return bad(f, _("not a list of records"));
        else
            TRY(check_one_reference(w, f, id));
    }
    return OK;
}

/* `was`: the value that stood there before. */
static enum err check_value(struct work *w, const struct field *f, struct value v, struct value was, day_t day)
{
    if (v.tag == VAL_NULL) return OK;
    if ((v.tag == VAL_INT) != type_is_int(f->type)) return bad(f, _("a value of the wrong kind"));
    if (f->sensitive) return OK; /* checked before it became ciphertext */
    TRY(check_bounds(f, v));
    switch (f->type) {
    case TYPE_CHOICE: return code_check(w, f, v.s, value_eq(v, was) ? NULL : &day);
    case TYPE_REFERENCE: return check_one_reference(w, f, v.i);
    case TYPE_CHOICES:
    case TYPE_FILES:
    case TYPE_REFERENCES: return check_each(w, f, v.s, was, day);
    case TYPE_YES_NO: return v.i == 0 || v.i == 1 ? OK : bad(f, _("neither yes nor no"));
    default: return OK;
    }
}

/* The value, if a row of the record had it in this field; rows have no names by which to find the one it was. */
static struct value in_rows(const struct rows *rows, unsigned field, struct value v)
{
    for (int i = 0; rows && i < rows->n; i++)
        if (value_eq(rows->v[i][field], v)) return v;
    return VALUE_NULL;
}

static enum err check_rows(struct work *w, const struct field *f, const struct rows *was, const struct rows *rows, day_t day)
{
    if (rows->n > 1000) return bad(f, _("more than 1,000 rows"));
    for (int i = 0; i < rows->n; i++) {
        for (unsigned k = 0; k < f->target->fields_count; k++) {
            const struct field *c = &f->target->fields[k];
            if (c->required && rows->v[i][k].tag == VAL_NULL) return bad(c, _("must not be empty"));
            bool chooses = c->type == TYPE_CHOICE || c->type == TYPE_CHOICES;
            struct value v = rows->v[i][k];
            TRY(check_value(w, c, v, chooses ? in_rows(was, k, v) : VALUE_NULL, day));
        }
    }
    return OK;
}

static enum err check_field(struct work *w, const struct field *f, const struct record *old, const struct record *now,
                            const struct record *draft, day_t day)
{
    unsigned i = (unsigned)f->index;
    if (f->required && f->type != TYPE_ROWS && now->v[i].tag == VAL_NULL) return bad(f, _("must not be empty"));
    if (!draft->given[i]) return OK;
    if (f->type == TYPE_ROWS) return check_rows(w, f, old ? &old->rows[i] : NULL, &now->rows[i], day);
    return check_value(w, f, now->v[i], old ? old->v[i] : VALUE_NULL, day);
}

enum err check_record(struct work *w, const struct record *old, const struct record *now, const struct record *draft, const struct verb *v)
{
    day_t day = record_day(now);
    struct err_info all;
    err_gather_start(&all);
    for (unsigned i = 0; i < now->l->fields_count; i++) TRY(err_gather(&all, check_field(w, &now->l->fields[i], old, now, draft, day)));
    if (v) TRY(err_gather(&all, flow_needs(v, now)));
    return err_raise(&all);
}

static const struct verb *verb_named(const struct ledger *l, const char *name)
{
    for (unsigned i = 0; i < l->verbs_count; i++)
        if (strcmp(l->verbs[i].name, name) == 0) return &l->verbs[i];
    return NULL;
}

static bool sets(const struct verb *v, const struct field *f)
{
    for (unsigned i = 0; v && i < f->by_count; i++)
        if (strcmp(f->by[i], v->name) == 0) return true;
    return false;
}

enum err check_by(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    /* History must be loadable: by import, and by the person at the machine. */
    if (w->ruled || w->source.batch || w->actor->role == ROLE_CONSOLE) return OK;
    for (unsigned i = 0; i < now->l->fields_count; i++) {
        const struct field *f = &now->l->fields[i];
        if (!f->by_count || sets(v, f) || value_eq(old ? old->v[i] : VALUE_NULL, now->v[i])) continue;
        const struct verb *by = verb_named(now->l, f->by[0]);
        err_set(ERR_REFUSED, _("%s is set only by “%s”"), field_label(f, lang_get()), lang_get() == LANG_ZH ? by->zh : by->en);
        err_field(f->name);
        return err_rule("by");
    }
    return OK;
}
