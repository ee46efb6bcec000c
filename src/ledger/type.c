/* type.c — reading and writing values of fields. See type.h. */
#include "ledger/type.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "exchange/ident.h"
#include "ledger/code.h"
#include "ledger/names.h"
#include "ledger/query.h"

/* ---- one reader for each type ---- */

struct read {
    struct work *w;
    const struct field *f;
    struct cell c;
    struct reading as;
    struct parse_result *how;
};

static void say(struct parse_result *how, enum parse_state state, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void say(struct parse_result *how, enum parse_state state, const char *format, ...)
{
    va_list ap;
    how->state = state;
    va_start(ap, format);
    vsnprintf(how->reason, sizeof how->reason, format, ap);
    va_end(ap);
    how->reason[utf8_cut(how->reason, strlen(how->reason))] = '\0';
}

static enum err keep_text(struct work *w, struct str s, struct value *ret)
{
    struct str kept = arena_str(w->arena, s);
    if (!kept.p) return err_no_memory();
    *ret = value_text(kept);
    return OK;
}

/* Spreadsheets carry blanks and line ends around names; inside a long text line ends are meant. */
static enum err read_text(struct read *r, struct value *ret)
{
    struct str s = str_trim(r->c.text);
    if (!utf8_valid(s)) {
        say(r->how, PARSE_BAD, "%s", _("not a text"));
        return OK;
    }
    return keep_text(r->w, s, ret);
}

static enum err read_integer(struct read *r, struct value *ret)
{
    int64_t v = 0;
    *r->how = parse_integer(r->c, &v);
    if (parse_has_value(r->how)) *ret = value_int(v);
    return OK;
}

/* In PLAIN form a bare whole number is in the unit kept: fen, hundredths. */
static bool plain_number(const struct read *r, struct value *ret)
{
    int64_t v;
    if (r->as.form != FORM_PLAIN || !str_int(str_trim(r->c.text), &v)) return false;
    *ret = value_int(v);
    return true;
}

/* "100" is 100 fen, so "100.5" must not be 100.5 yuan: in PLAIN form a fraction needs its unit. */
static bool bare_fraction(struct read *r)
{
    struct str s = str_trim(r->c.text);
    if (r->as.form != FORM_PLAIN) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789.+-", s.p[i])) return false;
    say(r->how, PARSE_BAD, _("“%.*s” is not a whole number; give the smallest unit, or write the unit behind the number"), STR_ARG(s));
    return true;
}

static enum err read_money(struct read *r, struct value *ret)
{
    int64_t v = 0;
    if (plain_number(r, ret) || bare_fraction(r)) return OK;
    *r->how = parse_money(r->c, r->as.unit > 1 ? r->as.unit : 1, &v);
    if (parse_has_value(r->how)) *ret = value_int(v);
    /* Another currency or a lost unit: the amount in yuan is unknown, and the row is good. */
    if (r->how->state == PARSE_BAD && (r->how->why == PARSE_FOREIGN || r->how->why == PARSE_UNIT_MISSING)) r->how->state = PARSE_WARN;
    return OK;
}

static enum err read_points(struct read *r, struct value *ret)
{
    int64_t v = 0;
    if (plain_number(r, ret) || bare_fraction(r)) return OK;
    *r->how = parse_decimal(r->c, 2, &v);
    if (parse_has_value(r->how)) *ret = value_int(v);
    return OK;
}

static enum err read_date(struct read *r, struct value *ret)
{
    day_t day = 0;
    char text[DAY_TEXT];
    *r->how = parse_day(r->c, &day);
    return parse_has_value(r->how) ? keep_text(r->w, str_of(day_text(day, text)), ret) : OK;
}

static enum err read_instant(struct read *r, struct value *ret)
{
    instant_t t = 0;
    *r->how = parse_instant(r->c, &t);
    if (parse_has_value(r->how)) *ret = value_int(t);
    return OK;
}

static enum err read_yes_no(struct read *r, struct value *ret)
{
    bool yes = false;
    *r->how = parse_yes_no(r->c, &yes);
    if (parse_has_value(r->how)) *ret = value_int(yes);
    return OK;
}

static enum err read_phone(struct read *r, struct value *ret)
{
    char text[PARSE_PHONE];
    *r->how = parse_phone(r->c, text);
    return parse_has_value(r->how) ? keep_text(r->w, str_of(text), ret) : OK;
}

static enum err read_region(struct read *r, struct value *ret)
{
    char text[PARSE_REGION];
    *r->how = parse_region(r->c, text);
    return parse_has_value(r->how) ? keep_text(r->w, str_of(text), ret) : OK;
}

static enum err read_place(struct read *r, struct value *ret)
{
    struct place p;
    char text[PLACE_TEXT];
    *r->how = parse_place(r->c, &p);
    return parse_has_value(r->how) ? keep_text(r->w, str_of(place_text(p, text)), ret) : OK;
}

/* A code, if perhaps a wrong one? "办理中", "0" and "000000000000000000" are none: kept, they would make one of many. */
static bool is_like_a_code(struct str s)
{
    bool differs = false;
    for (size_t i = 0; i < s.n; i++) {
        if (!strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", s.p[i])) return false;
        differs |= s.p[i] != s.p[0];
    }
    return s.n >= 15 && differs;
}

/* A wrong check character warns: codes of the pilot years have one, and the register is what it is. */
static enum err read_credit_code(struct read *r, struct value *ret)
{
    struct ident_check k = ident_uscc(r->c.text);
    if (!k.valid)
        say(r->how, PARSE_WARN, "%s", k.reason);
    else if (!is_like_a_code(str_of(k.normalized)))
        say(r->how, PARSE_WARN, _("“%s” is no code"), k.normalized);
    if (!is_like_a_code(str_of(k.normalized))) return OK; /* unknown, and the row is good */
    return keep_text(r->w, str_of(k.normalized), ret);
}

static enum err read_id_number(struct read *r, struct value *ret)
{
    struct ident_check k = ident_idcard(r->c.text, instant_day(clock_now()));
    if (!k.valid) say(r->how, PARSE_WARN, "%s", k.reason);
    return keep_text(r->w, str_of(k.normalized), ret);
}

/* ---- choices and references, one or several ---- */

static enum err find_code(struct read *r, struct str word, struct value *ret)
{
    struct str code;
    enum err e = code_find(r->w, r->f->codes, word, r->as.day, &code, r->as.by_day);
    if (e == ERR_NOT_FOUND) {
        say(r->how, PARSE_BAD, _("“%.*s” is not in the code list “%s”"), STR_ARG(word), r->f->codes);
        return OK;
    }
    if (!e) *ret = value_text(code);
    return e;
}

static enum err find_reference(struct read *r, struct str word, struct value *ret)
{
    int64_t id;
    enum err e = store_resolve(r->w, r->f->target, word, &id);
    if (e == ERR_NOT_FOUND || e == ERR_CONFLICT) {
        say(r->how, PARSE_BAD, "%s", err_last()->message);
        return OK;
    }
    if (!e) *ret = value_int(id);
    return e;
}

static enum err find_one(struct read *r, struct str word, struct value *ret)
{
    bool chooses = r->f->type == TYPE_CHOICE || r->f->type == TYPE_CHOICES;
    return chooses ? find_code(r, word, ret) : find_reference(r, word, ret);
}

static enum err read_one(struct read *r, struct value *ret)
{
    return find_one(r, str_trim(r->c.text), ret);
}

/* Take the next of several words off a text: they are parted by 、，,；;| or line ends, in JSON form by its own syntax. */
static struct str next_word(struct str *rest)
{
    struct str all = *rest, look = *rest;
    while (look.n) {
        size_t at = all.n - look.n;
        uint32_t c = utf8_next(&look);
        if (c != 0x3001 && c != 0xFF0C && c != ',' && c != 0xFF1B && c != ';' && c != '|' && c != '\n' && c != '"' && c != '[' && c != ']')
            continue;
        *rest = look;
        return str_trim(str_head(all, at));
    }
    *rest = STR_NONE;
    return str_trim(all);
}

static enum err read_many(struct read *r, struct value *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    struct str rest = r->c.text;
    while (rest.p && r->how->state != PARSE_BAD) {
        struct str word = next_word(&rest);
        struct value one = VALUE_NULL;
        if (!word.n) continue;
        TRY(find_one(r, word, &one));
        if (one.tag == VAL_NULL) break;
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)one.i);
        struct str text = one.tag == VAL_INT ? str_of(number) : one.s;
        if (!b.n) buf_char(&b, '|');
        buf_str(&b, text);
        buf_char(&b, '|');
    }
    TRY(buf_error(&b));
    return r->how->state == PARSE_BAD || !b.n ? OK : keep_text(r->w, buf_view(&b), ret);
}

static enum err read_files(struct read *r, struct value *ret)
{
    struct str s = str_trim(r->c.text);
    if (str_starts(s, STR("|")) && str_ends(s, STR("|"))) return keep_text(r->w, s, ret);
    say(r->how, PARSE_BAD, "%s", _("files are attached, not written"));
    return OK;
}

static enum err read_rows(struct read *r, struct value *ret)
{
    (void)ret;
    say(r->how, PARSE_BAD, "%s", _("rows inside a record are given as JSON"));
    return OK;
}

static enum err (*const readers[TYPE__MAX])(struct read *, struct value *) = {
    [TYPE_TEXT] = read_text,           [TYPE_LONG_TEXT] = read_text, [TYPE_INTEGER] = read_integer, [TYPE_MONEY] = read_money,
    [TYPE_POINTS] = read_points,       [TYPE_DATE] = read_date,      [TYPE_INSTANT] = read_instant, [TYPE_YES_NO] = read_yes_no,
    [TYPE_CHOICE] = read_one,          [TYPE_CHOICES] = read_many,   [TYPE_REFERENCE] = read_one,   [TYPE_REFERENCES] = read_many,
    [TYPE_REGION] = read_region,       [TYPE_PLACE] = read_place,    [TYPE_PHONE] = read_phone,     [TYPE_CREDIT_CODE] = read_credit_code,
    [TYPE_ID_NUMBER] = read_id_number, [TYPE_FILES] = read_files,    [TYPE_ROWS] = read_rows,
};

static bool is_text(enum field_type t)
{
    return t == TYPE_TEXT || t == TYPE_LONG_TEXT;
}

/* "N/A" and "-" are unknown everywhere but in a text that a program sends; "无" where it is neither an answer nor a text. */
static bool is_blank(const struct field *f, struct cell c, enum form form)
{
    if (c.kind == CELL_BLANK) return true;
    if (is_text(f->type)) return form == FORM_PLAIN ? str_trim(c.text).n == 0 : parse_blank(c.text);
    return parse_blank(c.text) || (f->type != TYPE_YES_NO && str_is(str_trim(c.text), "无"));
}

enum err type_read(struct work *w, const struct field *f, struct cell c, struct reading as, struct value *ret, struct parse_result *how)
{
    struct read r = {w, f, c, as, how};
    struct value v = VALUE_NULL;
    *how = (struct parse_result){.state = PARSE_OK};
    *ret = VALUE_NULL;
    bool blank = is_blank(f, c, as.form);
    if (c.kind == CELL_ERROR && !blank) {
        say(how, PARSE_BAD, _("the cell holds the error %.*s"), STR_ARG(c.text));
        return OK;
    }
    if (blank) {
        how->state = PARSE_UNKNOWN;
        return OK;
    }
    TRY(readers[f->type](&r, &v));
    if (how->state == PARSE_BAD) return OK;
    *ret = v;
    return OK;
}

/* ---- writing ---- */

static enum err each_text(struct work *w, const struct field *f, struct str many, struct buf *out)
{
    struct str piece;
    int64_t id;
    for (bool first = true; many_next(&many, &piece); first = false) {
        if (!first) buf_z(out, lang_get() == LANG_ZH ? "、" : ", ");
        if (f->type == TYPE_CHOICES)
            TRY(names_code(w, f, piece, out));
        else if (str_int(piece, &id))
            TRY(names_record(w, f->target, id, out));
    }
    return OK;
}

enum err type_text(struct work *w, const struct field *f, struct value v, struct buf *out)
{
    char number[PARSE_NUMBER_TEXT], instant[INSTANT_TEXT];
    if (v.tag == VAL_NULL) return OK;
    if (f->sensitive) {
        buf_z(out, "***");
        return OK;
    }
    switch (f->type) {
    case TYPE_MONEY: buf_z(out, money_text(v.i, number)); return OK;
    case TYPE_POINTS: buf_z(out, points_text(v.i, number)); return OK;
    case TYPE_INSTANT: buf_z(out, instant_text(v.i, instant)); return OK;
    case TYPE_YES_NO: buf_z(out, v.i ? _("yes") : _("no")); return OK;
    case TYPE_CHOICE: return names_code(w, f, v.s, out);
    case TYPE_REFERENCE: return names_record(w, f->target, v.i, out);
    case TYPE_CHOICES:
    case TYPE_REFERENCES: return each_text(w, f, v.s, out);
    default:
        if (v.tag == VAL_INT)
            buf_int(out, v.i);
        else
            buf_str(out, v.s);
        return OK;
    }
}

static void many_json(struct buf *out, struct str many)
{
    struct str piece;
    buf_char(out, '[');
    for (bool first = true; many_next(&many, &piece); first = false) {
        if (!first) buf_char(out, ',');
        buf_json(out, piece);
    }
    buf_char(out, ']');
}

static void instant_json(struct buf *out, instant_t t)
{
    char text[INSTANT_TEXT];
    buf_json(out, str_of(instant_text(t, text)));
}

void type_json(struct buf *out, const struct field *f, struct value v)
{
    if (v.tag == VAL_NULL) {
        buf_z(out, "null");
        return;
    }
    if (f->sensitive) {
        buf_z(out, "\"***\"");
        return;
    }
    switch (f->type) {
    case TYPE_INSTANT: instant_json(out, v.i); break;
    case TYPE_YES_NO: buf_z(out, v.i ? "true" : "false"); break;
    case TYPE_REFERENCE: buf_printf(out, "\"%lld\"", (long long)v.i); break;
    case TYPE_CHOICES:
    case TYPE_REFERENCES:
    case TYPE_FILES: many_json(out, v.s); break;
    default: value_json(out, v);
    }
}

/* ,"name": — lists write many of them, so no printf. */
static void name_json(struct buf *out, const char *name, bool first)
{
    buf_z(out, first ? "\"" : ",\"");
    buf_z(out, name);
    buf_z(out, "\":");
}

static void rows_to_json(struct buf *out, const struct ledger *child, const struct rows *rows)
{
    buf_char(out, '[');
    for (int i = 0; i < rows->n; i++) {
        buf_z(out, i ? ",{" : "{");
        for (unsigned k = 0; k < child->fields_count; k++) {
            name_json(out, child->fields[k].name, k == 0);
            type_json(out, &child->fields[k], rows->v[i][k]);
        }
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

void record_json(struct buf *out, const struct record *r)
{
    buf_printf(out, "{\"id\":\"%lld\"", (long long)r->id);
    if (r->l->number) {
        buf_z(out, ",\"number\":");
        buf_json(out, r->number);
    }
    buf_printf(out, ",\"version\":%lld,\"state\":", (long long)r->version);
    buf_json(out, r->state);
    buf_z(out, r->withdrawn ? ",\"withdrawn\":true" : ",\"withdrawn\":false");
    if (r->successor) buf_printf(out, ",\"successor\":\"%lld\"", (long long)r->successor);
    buf_z(out, ",\"created\":");
    instant_json(out, r->created);
    buf_z(out, ",\"updated\":");
    instant_json(out, r->updated);
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        const struct field *f = &r->l->fields[i];
        if (!r->given[i]) continue;
        name_json(out, f->name, false);
        if (f->type == TYPE_ROWS)
            rows_to_json(out, f->target, &r->rows[i]);
        else
            type_json(out, f, r->v[i]);
    }
    buf_char(out, '}');
}

void page_json(struct buf *out, const struct page *p)
{
    buf_z(out, "{\"rows\":[");
    for (int i = 0; i < p->n; i++) {
        buf_z(out, i ? ",\n" : "\n");
        record_json(out, p->record[i]);
    }
    buf_z(out, "],\"next\":");
    buf_json(out, p->next);
    buf_char(out, '}');
}
