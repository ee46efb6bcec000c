/* conditions.c — see conditions.h. */
#include "web/conditions.h"

#include "ledger/code.h"
#include "ledger/type.h"
#include "web/cell.h"
#include "web/choices.h"

/* What is offered for a kind of value. The signs are those of the command line (query.h). */
enum { FOR_ORDER = 1, FOR_TEXT = 2, FOR_ONE = 4 };
static const struct {
    const char *sign, *words;
    enum query_op op;
    unsigned of;
} ops[] = {
    {"=", N_("is"), OP_EQ, FOR_ORDER | FOR_TEXT | FOR_ONE},
    {"!=", N_("is not"), OP_NE, FOR_ORDER | FOR_TEXT | FOR_ONE},
    {"~", N_("contains"), OP_CONTAINS, FOR_TEXT},
    {"^", N_("begins with"), OP_BEGINS, FOR_TEXT},
    {">=", N_("from"), OP_GE, FOR_ORDER},
    {"<=", N_("up to"), OP_LE, FOR_ORDER},
    {">", N_("more than"), OP_GT, FOR_ORDER},
    {"<", N_("less than"), OP_LT, FOR_ORDER},
};
#define OPS ((int)(sizeof ops / sizeof *ops))
#define BLANK STR("blank") /* two more, which take no value */
#define KNOWN STR("known")

static unsigned kind_of(const struct field *f)
{
    switch (f->type) {
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS:
    case TYPE_DATE:
    case TYPE_INSTANT: return FOR_ORDER;
    case TYPE_YES_NO:
    case TYPE_CHOICE:
    case TYPE_CHOICES:
    case TYPE_REFERENCE:
    case TYPE_REFERENCES: return FOR_ONE;
    default: return FOR_TEXT;
    }
}

static enum condition_input input_of(const struct field *f)
{
    switch (f->type) {
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS: return CONDITION_NUMBER;
    case TYPE_DATE:
    case TYPE_INSTANT: return CONDITION_DATE;
    case TYPE_YES_NO:
    case TYPE_CHOICE:
    case TYPE_CHOICES: return CONDITION_CHOICE;
    default: return CONDITION_TEXT;
    }
}

static bool can_be_asked(const struct field *f)
{
    return f->filter && type_has_column(f->type) && !f->sensitive && f->type != TYPE_FILES && f->type != TYPE_PLACE;
}

static struct str field_text(const struct request *rq, const struct field *f)
{
    return str_of(field_label(f, rq->lang));
}

/* ---- chips ---- */

static const char *op_words(const struct condition *c)
{
    if (c->value.tag == VAL_NULL) return c->op == OP_EQ ? _("is blank") : _("is filled in");
    for (int i = 0; i < OPS; i++)
        if (ops[i].op == c->op) return _(ops[i].words);
    return "";
}

/* State is a field of every ledger whose values have labels. */
static enum err value_text_of(struct work *w, const struct request *rq, const struct listing *k, const struct condition *c, struct str *ret)
{
    const struct state *s = str_is(str_of(c->field->name), "state") ? ledger_state(k->l, c->value.s) : NULL;
    if (!s) return cell_value(w, c->field, c->value, ret);
    *ret = str_of(rq->lang == LANG_ZH ? s->zh : s->en);
    return OK;
}

static enum err fill_chips(struct work *w, const struct request *rq, const struct listing *k, struct list_view *v)
{
    struct chip *chip = arena_array(w->arena, struct chip, k->where_n + 1);
    if (!chip) return err_no_memory();
    for (int i = 0; i < k->where_n; i++) {
        const struct condition *c = &k->condition[i];
        chip[i] = (struct chip){.label = field_text(rq, c->field), .op = str_of(op_words(c))};
        if (c->value.tag != VAL_NULL) TRY(value_text_of(w, rq, k, c, &chip[i].value));
        chip[i].remove_url = listing_url(w->arena, k, (struct listing_change){.without = i + 1});
        if (c->field->index >= 0 && can_be_asked(c->field))
            chip[i].edit_url = listing_url(w->arena, k,
                                           (struct listing_change){.name = "at", .value = arena_printf(w->arena, "%d", i + 1)});
    }
    v->chip = chip;
    v->chip_count = k->where_n;
    if (k->where_n || k->q.p) v->clear_url = listing_url(w->arena, k, (struct listing_change){.no_conditions = true});
    return OK;
}

static enum err fill_fields(struct arena *a, const struct request *rq, const struct listing *k, struct list_view *v)
{
    struct choice *list = arena_array(a, struct choice, k->l->fields_count + 1);
    int n = 0;
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < k->l->fields_count; i++) {
        const struct field *f = &k->l->fields[i];
        if (can_be_asked(f)) list[n++] = (struct choice){.value = str_of(f->name), .label = field_text(rq, f)};
    }
    v->condition = list;
    v->condition_count = n;
    return OK;
}

/* ---- the editor ---- */

static enum err fill_ops(struct arena *a, const struct field *f, struct str chosen, struct condition_editor *e)
{
    struct choice *list = arena_array(a, struct choice, OPS + 2);
    int n = 0;
    if (!list) return err_no_memory();
    for (int i = 0; i < OPS; i++)
        if (ops[i].of & kind_of(f)) list[n++] = (struct choice){str_of(ops[i].sign), str_of(_(ops[i].words)), str_is(chosen, ops[i].sign)};
    list[n++] = (struct choice){BLANK, str_of(_("is blank")), str_eq(chosen, BLANK)};
    list[n++] = (struct choice){KNOWN, str_of(_("is filled in")), str_eq(chosen, KNOWN)};
    e->op = list;
    e->op_count = n;
    return OK;
}

/* What the editor begins with: what was sent and could not be read, or the condition that is changed. */
static void present(const struct request *rq, const struct condition *c, struct str text, struct str *op, struct str *value)
{
    *op = request_query(rq, "op");
    *value = request_query(rq, "value");
    if (!c || op->p) return;
    if (c->value.tag == VAL_NULL) {
        *op = c->op == OP_EQ ? BLANK : KNOWN;
        return;
    }
    for (int i = 0; i < OPS; i++) {
        if (ops[i].op != c->op) continue;
        *op = str_of(ops[i].sign);
        ptrdiff_t at = str_find(text, *op);
        *value = at < 0 ? STR_NONE : str_trim(str_from(text, (size_t)at + op->n));
    }
}

static enum err fill_editor(struct work *w, const struct request *rq, const struct listing *k, struct str why, struct list_view *v)
{
    struct condition_editor *e = arena_new(w->arena, struct condition_editor);
    struct str at = request_query(rq, "at"), op, value, name = request_query(rq, "edit");
    const struct condition *c = NULL;
    int64_t place;
    if (!e) return err_no_memory();
    if (!name.p) name = request_query(rq, "field");
    if (at.p && str_int(at, &place) && place >= 1 && place <= k->where_n) c = &k->condition[place - 1];
    const struct field *f = name.p ? ledger_field(k->l, name) : c ? c->field : NULL;
    if (!f || !can_be_asked(f)) return OK;
    present(rq, c, c ? k->where[c - k->condition] : STR_NONE, &op, &value);
    *e = (struct condition_editor){
        .field = str_of(f->name), .label = field_text(rq, f), .at = c ? at : STR_NONE, .input = input_of(f), .value = value, .error = why};
    e->help = str_of(rq->lang == LANG_ZH ? f->help_zh : f->help_en);
    TRY(fill_ops(w->arena, f, op, e));
    if (e->input == CONDITION_CHOICE) TRY(choices_of(w, f, value, CODES_MAX, NULL, &e->choice, &e->choice_count));
    if (e->choice_count < 0) { /* too many to choose from: the code or its label is typed */
        e->choice_count = 0;
        e->input = CONDITION_TEXT;
    }
    v->editor = e;
    return OK;
}

enum err conditions_fill(struct work *w, const struct request *rq, const struct listing *k, struct str why, struct list_view *v)
{
    TRY(fill_chips(w, rq, k, v));
    TRY(fill_fields(w->arena, rq, k, v));
    return fill_editor(w, rq, k, why, v);
}

/* ---- what the editor sends ---- */

static struct str written(struct arena *a, const struct field *f, struct str op, struct str value)
{
    if (str_eq(op, BLANK)) return arena_printf(a, "%s =", f->name);
    if (str_eq(op, KNOWN)) return arena_printf(a, "%s !=", f->name);
    return arena_printf(a, "%s %.*s %.*s", f->name, STR_ARG(op), STR_ARG(value));
}

enum err conditions_take(struct work *w, const struct request *rq, const struct listing *k, struct str *ret_to, struct str *ret_why)
{
    const struct field *f = ledger_field(k->l, request_query(rq, "field"));
    struct str op = request_query(rq, "op"), value = request_query(rq, "value");
    bool wants_value = !str_eq(op, BLANK) && !str_eq(op, KNOWN);
    struct condition c;
    int64_t at = 0;
    *ret_to = *ret_why = STR_NONE;
    if (!f || !can_be_asked(f)) return err_set(ERR_INVALID, "%s", _("this ledger has no such field"));
    struct str text = written(w->arena, f, op, value);
    if (!text.p) return err_no_memory();
    if (wants_value && !value.p) {
        *ret_why = str_of(_("a value is needed"));
        return OK;
    }
    enum err e = condition_parse(w, k->l, text, &c);
    if (e == ERR_INVALID || e == ERR_NOT_FOUND || e == ERR_CONFLICT) {
        *ret_why = page_why(w->arena);
        return OK;
    }
    if (e) return e;
    str_int(request_query(rq, "at"), &at);
    *ret_to = listing_url(w->arena, k, (struct listing_change){.without = (int)at, .with = text});
    return ret_to->p ? OK : err_no_memory();
}
