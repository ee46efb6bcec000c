/* check.c — see check.h. */
#include "ledger/check.h"

#include "base/utf8.h"
#include "system.sql.h"

static enum err bad(const struct field *f, const char *what)
{
    err_set(ERR_INVALID, _("%s: %s"), field_label(f, lang_get()), what);
    return err_field(f->name);
}

enum err check_code(struct work *w, const char *list, struct str code, bool *ret)
{
    const struct value args[] = {value_text(str_of(list)), value_text(code)};
    int64_t n;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_CODE_EXISTS), args, 2, &n));
    *ret = n > 0;
    return OK;
}

static enum err check_one_code(struct work *w, const struct field *f, struct str code)
{
    bool known;
    TRY(check_code(w, f->codes, code, &known));
    if (known) return OK;
    err_set(ERR_INVALID, _("%s: “%.*s” is not in the code list “%s”"), field_label(f, lang_get()), STR_ARG(code), f->codes);
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

static enum err check_each(struct work *w, const struct field *f, struct str text)
{
    struct str piece;
    int64_t id;
    while (many_next(&text, &piece)) {
        if (f->type == TYPE_CHOICES)
            TRY(check_one_code(w, f, piece));
        else if (!str_int(piece, &id))
            return bad(f, _("not a list of records"));
        else
            TRY(check_one_reference(w, f, id));
    }
    return OK;
}

static enum err check_value(struct work *w, const struct field *f, struct value v)
{
    if (v.tag == VAL_NULL) return OK;
    if ((v.tag == VAL_INT) != type_is_int(f->type)) return bad(f, _("a value of the wrong kind"));
    if (f->sensitive) return OK; /* checked before it became ciphertext */
    TRY(check_bounds(f, v));
    switch (f->type) {
    case TYPE_CHOICE: return check_one_code(w, f, v.s);
    case TYPE_REFERENCE: return check_one_reference(w, f, v.i);
    case TYPE_CHOICES:
    case TYPE_REFERENCES: return check_each(w, f, v.s);
    case TYPE_YES_NO: return v.i == 0 || v.i == 1 ? OK : bad(f, _("neither yes nor no"));
    default: return OK;
    }
}

static enum err check_rows(struct work *w, const struct field *f, const struct rows *rows)
{
    if (rows->n > 1000) return bad(f, _("more than 1,000 rows"));
    for (int i = 0; i < rows->n; i++) {
        for (unsigned k = 0; k < f->target->fields_count; k++) {
            const struct field *c = &f->target->fields[k];
            if (c->required && rows->v[i][k].tag == VAL_NULL) return bad(c, _("must not be empty"));
            TRY(check_value(w, c, rows->v[i][k]));
        }
    }
    return OK;
}

enum err check_record(struct work *w, const struct record *now, const struct record *draft)
{
    for (unsigned i = 0; i < now->l->fields_count; i++) {
        const struct field *f = &now->l->fields[i];
        if (f->required && f->type != TYPE_ROWS && now->v[i].tag == VAL_NULL) return bad(f, _("must not be empty"));
        if (!draft->given[i]) continue;
        if (f->type == TYPE_ROWS)
            TRY(check_rows(w, f, &now->rows[i]));
        else
            TRY(check_value(w, f, now->v[i]));
    }
    return OK;
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
