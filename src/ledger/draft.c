/* draft.c — drafts and conditions from JSON and from the command line. See type.h. */
#include <jansson.h>
#include <stdio.h>

#include "base/utf8.h"
#include "ledger/query.h"
#include "ledger/secret.h"
#include "ledger/type.h"

static enum err bad_field(struct str name)
{
    err_set(ERR_INVALID, _("there is no field “%.*s”"), STR_ARG(name));
    char z[64];
    snprintf(z, sizeof z, "%.*s", STR_ARG(name));
    return err_field(z);
}

static enum err bad_value(const struct field *f, const char *reason)
{
    err_set(ERR_INVALID, _("%s: %s"), field_label(f, lang_get()), reason);
    return err_field(f->name);
}

/* What the system or a flow sets is not taken from outside. */
static enum err writable(const struct field *f)
{
    if (!f->read_only) return OK;
    err_set(ERR_FORBIDDEN, _("%s is set by the system only"), field_label(f, lang_get()));
    return err_field(f->name);
}

static enum err set_cell(struct work *w, const struct field *f, struct cell c, day_t day, struct value *ret)
{
    struct parse_result how;
    TRY(type_read(w, f, c, (struct reading){.form = FORM_PLAIN, .unit = 1, .day = day}, ret, &how));
    /* In a file a value may be left out with a warning; who types it here is told. */
    bool lost = how.state == PARSE_WARN && ret->tag == VAL_NULL;
    return how.state == PARSE_BAD || lost ? bad_value(f, how.reason) : OK;
}

enum err draft_for(struct work *w, const struct ledger *l, int64_t id, struct record **ret)
{
    const struct field *day = l->day_field;
    struct record *draft = record_new(w->arena, l), *r;
    if (!draft) return err_no_memory();
    if (day) {
        TRY(store_load(w, l, id, false, &r));
        draft->v[day->index] = r->v[day->index]; /* known, but not given */
    }
    *ret = draft;
    return OK;
}

enum err draft_set(struct work *w, struct record *draft, struct str name, struct str text)
{
    const struct field *f = ledger_field(draft->l, name);
    struct value v;
    if (!f) return bad_field(name);
    TRY(writable(f));
    if (f->type == TYPE_ROWS) {
        struct str json = arena_printf(w->arena, "{\"%s\":%.*s}", f->name, STR_ARG(text));
        return json.p ? draft_from_json(w, json, draft) : err_no_memory();
    }
    TRY(set_cell(w, f, parse_cell(text), record_day(draft), &v));
    record_set(draft, f, v);
    return OK;
}

/* A JSON value as the cell that a reader of its type understands. */
static enum err json_cell(struct arena *a, const json_t *v, struct cell *ret)
{
    *ret = (struct cell){.kind = CELL_BLANK, .text = STR("")};
    if (json_is_string(v)) {
        *ret = parse_cell((struct str){json_string_value(v), json_string_length(v)});
    } else if (json_is_boolean(v)) {
        *ret = (struct cell){.kind = CELL_BOOL, .number = json_is_true(v), .text = json_is_true(v) ? STR("TRUE") : STR("FALSE")};
    } else if (json_is_integer(v)) {
        ret->kind = CELL_TEXT;
        ret->text = arena_printf(a, "%lld", (long long)json_integer_value(v));
    } else if (json_is_real(v)) {
        ret->kind = CELL_TEXT;
        ret->text = arena_printf(a, "%.10g", json_real_value(v));
    } else if (json_is_array(v)) {
        struct buf b CLEANUP_BUF = BUF_INIT(100000);
        size_t i;
        json_t *one;
        json_array_foreach(v, i, one)
        {
            if (json_is_string(one))
                buf_str(&b, (struct str){json_string_value(one), json_string_length(one)});
            else if (json_is_integer(one))
                buf_int(&b, json_integer_value(one));
            buf_char(&b, '|');
        }
        TRY(buf_error(&b));
        ret->kind = b.n ? CELL_TEXT : CELL_BLANK;
        ret->text = arena_printf(a, "|%.*s", STR_ARG(buf_view(&b)));
    }
    return ret->text.p ? OK : err_no_memory();
}

static enum err set_rows(struct work *w, struct record *draft, const struct field *f, const json_t *list)
{
    struct rows *rows = &draft->rows[f->index];
    size_t i;
    json_t *one, *v;
    const char *key;
    if (!json_is_array(list) && !json_is_null(list)) return bad_value(f, _("must be a list of rows"));
    rows->n = 0;
    rows->v = arena_array(w->arena, struct value *, json_array_size(list) + 1);
    if (!rows->v) return err_no_memory();
    draft->given[f->index] = true;
    json_array_foreach(list, i, one)
    {
        struct value *row = arena_array(w->arena, struct value, f->target->fields_count);
        if (!json_is_object(one)) return bad_value(f, _("must be a list of rows"));
        if (!row) return err_no_memory();
        json_object_foreach(one, key, v)
        {
            const struct field *c = ledger_field(f->target, str_of(key));
            struct cell cell;
            if (!c) return bad_field(str_of(key));
            TRY(json_cell(w->arena, v, &cell));
            TRY(set_cell(w, c, cell, record_day(draft), &row[c->index]));
        }
        rows->v[rows->n++] = row;
    }
    return OK;
}

static enum err set_json(struct work *w, const struct field *f, const json_t *v, struct record *draft)
{
    struct cell c;
    struct value value;
    if (json_is_null(v) && f->read_only) return OK;
    TRY(writable(f));
    if (f->type == TYPE_ROWS) return set_rows(w, draft, f, v);
    if (f->sensitive && json_is_string(v) && strcmp(json_string_value(v), "***") == 0) return OK; /* as record_json() hides it */
    if (json_is_object(v)) return bad_value(f, _("an object does not fit here"));
    TRY(json_cell(w->arena, v, &c));
    TRY(set_cell(w, f, c, record_day(draft), &value));
    record_set(draft, f, value);
    return OK;
}

static enum err set_object(struct work *w, json_t *object, struct record *draft)
{
    const struct field *day = draft->l->day_field;
    json_t *v = day ? json_object_get(object, day->name) : NULL;
    const char *key;
    struct err_info all;
    err_gather_start(&all);
    if (v) TRY(err_gather(&all, set_json(w, day, v, draft)));
    json_object_foreach(object, key, v)
    {
        const struct field *f = ledger_field(draft->l, str_of(key));
        if (!f && (query_system_field(str_of(key)) || json_is_null(v))) continue;
        if (!f || f != day) TRY(err_gather(&all, f ? set_json(w, f, v, draft) : bad_field(str_of(key))));
    }
    return err_raise(&all);
}

enum err draft_from_json(struct work *w, struct str json, struct record *draft)
{
    json_error_t why;
    json_t *object = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &why);
    if (!object) return err_set(ERR_INVALID, _("line %d of the JSON: %s"), why.line, why.text);
    enum err e = json_is_object(object) ? set_object(w, object, draft) : err_set(ERR_INVALID, "%s", _("the JSON must be one object"));
    json_decref(object);
    return e;
}

/* ---- conditions ---- */

static const struct {
    const char *sign;
    enum query_op op;
} signs[] = {{"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE}, {"=", OP_EQ}, {"<", OP_LT}, {">", OP_GT}, {"~", OP_CONTAINS}, {"^", OP_BEGINS}};

static bool take_sign(struct str *rest, enum query_op *ret)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!str_starts(*rest, str_of(signs[i].sign))) continue;
        *rest = str_from(*rest, strlen(signs[i].sign));
        *ret = signs[i].op;
        return true;
    }
    return false;
}

enum err condition_parse(struct work *w, const struct ledger *l, struct str text, struct condition *ret)
{
    struct str rest = str_trim(text);
    size_t n = 0;
    if (!utf8_valid(text)) return err_set(ERR_INVALID, "%s", _("the condition is not valid text"));
    while (n < rest.n && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') || rest.p[n] == '_' || (rest.p[n] >= '0' && rest.p[n] <= '9'))) n++;
    struct str name = str_head(rest, n);
    const struct field *f = ledger_field(l, name);
    if (!f) f = query_system_field(name);
    if (!f || f->type == TYPE_ROWS) return bad_field(name);
    rest = str_trim(str_from(rest, n));
    if (!take_sign(&rest, &ret->op))
        return err_set(ERR_INVALID, _("“%.*s”: a condition is FIELD OP VALUE, with OP one of = != < <= > >= ~ ^"), STR_ARG(text));
    ret->field = f;
    ret->value = VALUE_NULL;
    rest = str_trim(rest);
    if (!rest.n) return OK;
    if (f->sensitive) return secret_condition(w, rest, ret);
    if (ret->op == OP_CONTAINS || ret->op == OP_BEGINS) {
        ret->value = value_text(rest);
        return OK;
    }
    if (f->index < 0 && f->type == TYPE_REFERENCE) {
        int64_t id;
        if (!str_int(rest, &id)) return bad_value(f, _("not a number"));
        ret->value = value_int(id);
        return OK;
    }
    day_t today = instant_day(clock_now());
    if (type_is_many(f->type)) { /* one of the several */
        struct field one = *f;
        one.type = f->type == TYPE_CHOICES ? TYPE_CHOICE : TYPE_REFERENCE;
        return set_cell(w, &one, parse_cell(rest), today, &ret->value);
    }
    return set_cell(w, f, parse_cell(rest), today, &ret->value);
}
