/* form_field.c — see form_field.h. */
#include "web/form_field.h"

#include <stdio.h>

#include "ledger/code.h"
#include "ledger/file.h"
#include "ledger/names.h"
#include "ledger/type.h"

#define JOIN "、"
#define TEXT_MOST ((size_t)1 << 20)

/* ---- value → text ---- */

static enum err many_text(struct work *w, const struct field *f, struct str many, struct buf *b)
{
    struct str piece;
    int64_t id;
    for (bool first = true; many_next(&many, &piece); first = false) {
        if (!first) buf_z(b, JOIN);
        if (f->type == TYPE_CHOICES)
            buf_str(b, piece);
        else if (str_int(piece, &id))
            TRY(names_record(w, f->target, id, b));
    }
    return OK;
}

static void instant_control(instant_t t, struct buf *b)
{
    char text[INSTANT_TEXT];
    buf_put(b, instant_text(t, text), 16); /* 2026-03-02T14:20 */
}

enum err form_text(struct work *w, const struct field *f, struct value v, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MOST);
    *ret = STR("");
    if (v.tag == VAL_NULL || f->sensitive || f->type == TYPE_FILES) return OK;
    switch (f->type) {
    case TYPE_CHOICES:
    case TYPE_REFERENCES: TRY(many_text(w, f, v.s, &b)); break;
    case TYPE_REFERENCE: TRY(names_record(w, f->target, v.i, &b)); break;
    case TYPE_YES_NO: buf_z(&b, v.i ? "1" : "0"); break;
    case TYPE_INSTANT: instant_control(v.i, &b); break;
    case TYPE_MONEY:
    case TYPE_POINTS: TRY(type_text(w, f, v, &b)); break;
    default: v.tag == VAL_INT ? buf_int(&b, v.i) : buf_str(&b, v.s);
    }
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

/* ---- text → value ---- */

struct str form_sent(struct arena *a, const struct params *sent, const struct field *f, const char *name)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MOST);
    const struct param *p;
    int at = 0;
    if (!type_is_many(f->type)) {
        struct str one = param(sent, name);
        return one.p ? one : STR("");
    }
    while ((p = param_next(sent, name, &at))) {
        struct str one = str_trim(p->value);
        if (one.n && b.n) buf_z(&b, JOIN);
        buf_str(&b, one);
    }
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}

struct str form_reason(const struct field *f, struct str text)
{
    static const char *const colons[] = {": ", "：", ":"};
    struct str label = str_of(field_label(f, lang_get()));
    if (!str_starts(text, label)) return text;
    struct str rest = str_from(text, label.n);
    for (int i = 0; i < 3; i++)
        if (str_starts(rest, str_of(colons[i]))) return str_trim(str_from(rest, strlen(colons[i])));
    return text;
}

/* Line ends come as CR LF from browsers, whatever was typed. */
static struct str plain_lines(struct arena *a, struct str s)
{
    char *out = arena_z(a, s);
    size_t n = 0;
    if (!out) return STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r') out[n++] = s.p[i];
    return (struct str){out, n};
}

enum err form_read(struct work *w, const struct field *f, struct str text, day_t day, struct value *ret, struct str *ret_why)
{
    struct parse_result how = {0};
    struct str trimmed = plain_lines(w->arena, str_trim(text));
    *ret = VALUE_NULL;
    *ret_why = STR_NONE;
    if (!trimmed.p) return err_no_memory();
    if (!trimmed.n) return OK;
    if (f->type == TYPE_TEXT || f->type == TYPE_LONG_TEXT || f->sensitive) { /* as typed: “无” is an answer in a form */
        *ret = value_text(trimmed);
        return OK;
    }
    if (f->type == TYPE_YES_NO) {
        *ret = value_int(str_is(trimmed, "1"));
        return OK;
    }
    TRY(type_read(w, f, parse_cell(trimmed), (struct reading){.form = FORM_TEXT, .day = day}, ret, &how));
    bool lost = ret->tag == VAL_NULL && how.reason[0]; /* an import goes on without it and says so; who types is asked */
    if (how.state == PARSE_BAD || lost) *ret_why = page_sentence(w->arena, form_reason(f, str_of(how.reason)));
    return OK;
}

/* ---- files ---- */

static bool is_dropped(const struct params *sent, const struct field *f, struct str file)
{
    char name[64];
    int at = 0, n = snprintf(name, sizeof name, "%s.drop", f->name);
    const struct param *p;
    while (n > 0 && (p = param_next(sent, name, &at)))
        if (str_eq(p->value, file)) return true;
    return false;
}

enum err form_files(struct work *w, const struct params *sent, const struct field *f, struct value old, struct value *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MOST);
    struct str rest = old.tag == VAL_TEXT ? old.s : STR_NONE, piece;
    const struct param *p;
    int at = 0;
    buf_char(&b, '|');
    while (many_next(&rest, &piece))
        if (!is_dropped(sent, f, piece)) buf_str(&b, piece), buf_char(&b, '|');
    while ((p = param_next(sent, f->name, &at))) {
        char digest[HASH_HEX];
        struct str one;
        if (!p->is_file || !p->value.n) continue;
        enum err e = file_add_bytes(w, p->value, digest);
        if (!e) e = file_value(w->arena, digest, p->file_name, &one);
        if (e == ERR_INVALID) err_field(f->name);
        TRY(e);
        buf_str(&b, one);
        buf_char(&b, '|');
    }
    TRY(buf_error(&b));
    *ret = b.n > 1 ? value_text(arena_str(w->arena, buf_view(&b))) : VALUE_NULL;
    return OK;
}

/* ---- the control ---- */

static enum input input_of(const struct field *f)
{
    static const enum input inputs[TYPE__MAX] = {
        [TYPE_LONG_TEXT] = INPUT_LONG,  [TYPE_INTEGER] = INPUT_INTEGER, [TYPE_MONEY] = INPUT_DECIMAL,    [TYPE_POINTS] = INPUT_DECIMAL,
        [TYPE_DATE] = INPUT_DATE,       [TYPE_INSTANT] = INPUT_INSTANT, [TYPE_YES_NO] = INPUT_YES_NO,    [TYPE_CHOICE] = INPUT_CHOICE,
        [TYPE_CHOICES] = INPUT_CHOICES, [TYPE_REFERENCE] = INPUT_PICK,  [TYPE_REFERENCES] = INPUT_PICKS, [TYPE_REGION] = INPUT_PICK,
        [TYPE_PHONE] = INPUT_PHONE,     [TYPE_FILES] = INPUT_FILES,
    };
    return f->sensitive ? INPUT_SEALED : inputs[f->type];
}

/* "|a|b|" of a text joined by 、, as choices_of() takes it. */
static struct str as_many(struct arena *a, struct str joined)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MOST);
    buf_char(&b, '|');
    while (joined.n) {
        ptrdiff_t at = str_find(joined, STR(JOIN));
        buf_str(&b, at < 0 ? joined : str_head(joined, (size_t)at));
        buf_char(&b, '|');
        joined = at < 0 ? STR_NONE : str_from(joined, (size_t)at + sizeof JOIN - 1);
    }
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}

/* What there is already, one by one: files by "digest/name", references by name. */
static enum err fill_present(struct work *w, struct str many, struct form_field *ret)
{
    struct str piece;
    struct choice *c = arena_array(w->arena, struct choice, (int)(many.n / 2 + 1));
    if (!c) return err_no_memory();
    while (many_next(&many, &piece)) {
        struct str name = piece;
        if (ret->input == INPUT_FILES) str_split(&name, '/');
        c[ret->choice_count++] = (struct choice){.value = piece, .label = name};
    }
    ret->choice = c;
    return OK;
}

static int most_characters(const struct field *f)
{
    bool text = f->type == TYPE_TEXT || f->type == TYPE_LONG_TEXT;
    return text && f->most < 100000 ? (int)f->most : 0;
}

/* One of a few codes is chosen from all of them. A long list is not sent with every form: the code or its label is typed, and what fits is
 * offered as for a reference; beside a code stands its label. */
#define CODES_SHOWN 200

static enum err one_code(struct work *w, const struct request *rq, const struct field *f, struct str text, struct choice_codes *codes,
                         struct form_field *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MOST);
    TRY(choices_of(w, f, text, CODES_SHOWN, codes, &ret->choice, &ret->choice_count));
    if (ret->choice_count >= 0) return OK;
    ret->choice_count = 0;
    ret->input = INPUT_PICK;
    ret->pick_url = arena_printf(w->arena, "/l/%.*s/pick?codes=%s", STR_ARG(rq->arg[0]), f->codes);
    if (!text.n) return OK;
    TRY(names_code(w, f, text, &b));
    TRY(buf_error(&b));
    if (!str_eq(buf_view(&b), text)) ret->unit = arena_str(w->arena, buf_view(&b));
    return OK;
}

enum err form_control(struct work *w, const struct request *rq, const struct field *f, const char *name, struct str text, struct value old,
                      struct choice_codes *codes, struct form_field *ret)
{
    *ret = (struct form_field){.name = str_of(name),
                               .label = str_of(field_label(f, rq->lang)),
                               .input = input_of(f),
                               .value = text,
                               .help = str_of(rq->lang == LANG_ZH ? f->help_zh : f->help_en),
                               .required = f->required,
                               .max = most_characters(f)};
    ret->wide = ret->input == INPUT_LONG || ret->input == INPUT_FILES || ret->input == INPUT_PICKS;
    if (f->type == TYPE_MONEY) ret->unit = str_of(_("yuan"));
    if (f->type == TYPE_POINTS) ret->unit = str_of(_("points"));
    if (ret->input == INPUT_PICK || ret->input == INPUT_PICKS)
        ret->pick_url = arena_printf(w->arena, "/l/%s/pick", f->type == TYPE_REGION ? "region" : f->of);
    ret->sealed = ret->input == INPUT_SEALED && old.tag != VAL_NULL;
    if (ret->input == INPUT_FILES) return old.tag == VAL_TEXT ? fill_present(w, old.s, ret) : OK;
    if (ret->input == INPUT_PICKS) return fill_present(w, as_many(w->arena, text), ret);
    if (ret->input == INPUT_CHOICE) return one_code(w, rq, f, text, codes, ret);
    if (ret->input == INPUT_CHOICES) return choices_of(w, f, as_many(w->arena, text), CODES_MAX, codes, &ret->choice, &ret->choice_count);
    return OK;
}
