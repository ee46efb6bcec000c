/* openapi_schema.c — the description of the API: schemas of records and bodies. See openapi.h. */
#include "ledger/code.h"
#include "ledger/flow.h"
#include "web/openapi_parts.h"

#define SHORT_LIST 60 /* codes: a list that is not longer is given with its labels */

/* ---- one value ---- */

static const struct shape {
    const char *type, *format, *pattern, *note;
} shapes[TYPE__MAX] = {
    [TYPE_TEXT] = {.type = "string"},
    [TYPE_LONG_TEXT] = {.type = "string"},
    [TYPE_INTEGER] = {.type = "integer", .format = "int64"},
    [TYPE_MONEY] = {.type = "integer", .format = "int64", .note = N_("In fen, hundredths of a yuan.")},
    [TYPE_POINTS] = {.type = "integer", .format = "int64", .note = N_("In hundredths of a point.")},
    [TYPE_DATE] = {.type = "string", .format = "date"},
    [TYPE_INSTANT] = {.type = "string", .format = "date-time"},
    [TYPE_YES_NO] = {.type = "boolean"},
    [TYPE_CHOICE] = {.type = "string"},
    [TYPE_CHOICES] = {.type = "string"},
    [TYPE_REFERENCE] = {.type = "string", .pattern = "^[0-9]+$"},
    [TYPE_REFERENCES] = {.type = "string", .pattern = "^[0-9]+$"},
    [TYPE_REGION] = {.type = "string", .pattern = "^[0-9]{12}$"},
    [TYPE_PLACE] = {.type = "string", .note = N_("Longitude, latitude and datum.")},
    [TYPE_PHONE] = {.type = "string"},
    [TYPE_CREDIT_CODE] = {.type = "string"},
    [TYPE_ID_NUMBER] = {.type = "string"},
    [TYPE_FILES] = {.type = "string", .pattern = "^[0-9a-f]{64}/.", .note = N_("Digest (SHA-256) and name of a file.")},
    [TYPE_ROWS] = {.type = "object"},
};

static bool is_array(const struct field *f)
{
    return type_is_many(f->type) || f->type == TYPE_FILES || f->type == TYPE_ROWS;
}

static bool chooses(const struct field *f)
{
    return f->type == TYPE_CHOICE || f->type == TYPE_CHOICES;
}

static bool refers(const struct field *f)
{
    return f->type == TYPE_REFERENCE || f->type == TYPE_REFERENCES;
}

/* ---- code lists ---- */

static enum err make_list(struct doc *d, const char *list, const char *name)
{
    struct code_entries codes;
    TRY(code_list(d->work, list, instant_day(clock_now()), CODES_MAX, &codes));
    json_t *s = doc_put(d, d->schemas, name, json_pack("{s:s}", "type", "string"));
    if (!codes.n || codes.n > SHORT_LIST) {
        struct str where = arena_printf(d->work->arena, _("A code of the list: GET /api/v1/code?where=list = %s"), list);
        doc_put(d, s, "description", doc_text(where));
        return OK;
    }
    json_t *words = doc_put(d, s, "enum", json_array()), *labels = doc_put(d, s, "x-labels", json_object());
    for (int i = 0; i < codes.n && !d->failed; i++) {
        const struct code_entry *e = &codes.entry[i];
        doc_add(d, words, doc_text(e->code));
        doc_put(d, labels, arena_z(d->work->arena, e->code), doc_text(e->label));
        if (e->valid && !json_object_get(s, "examples")) doc_put(d, s, "examples", json_pack("[o]", doc_text(e->code)));
    }
    return OK;
}

/* The schema of a code list, made when it is first asked for. */
static enum err codes_of(struct doc *d, const struct field *f, json_t **ret)
{
    struct str name = arena_printf(d->work->arena, "codes_%s", f->codes);
    if (!name.p) return err_no_memory();
    if (!json_object_get(d->schemas, name.p)) TRY(make_list(d, f->codes, name.p));
    *ret = doc_ref("schemas", "%s", name.p);
    return OK;
}

/* ---- one field ---- */

static void put_bounds(struct doc *d, const struct field *f, json_t *s)
{
    const char *type = shapes[f->type].type;
    bool number = strcmp(type, "integer") == 0, text = f->type == TYPE_TEXT || f->type == TYPE_LONG_TEXT;
    if (!number && !text) return;
    if (f->least > (number ? INT64_MIN : 0)) doc_put(d, s, number ? "minimum" : "minLength", json_integer(f->least));
    if (f->most < INT64_MAX) doc_put(d, s, number ? "maximum" : "maxLength", json_integer(f->most));
}

/* One value, without the answer to "may it be unknown?". */
static enum err value_schema(struct doc *d, const struct field *f, bool in_body, json_t **ret)
{
    const struct shape *shape = &shapes[f->type];
    if (f->type == TYPE_ROWS) {
        *ret = doc_ref("schemas", in_body ? "%s_fields" : "%s", f->of);
        return OK;
    }
    if (chooses(f) && in_body) return codes_of(d, f, ret);
    json_t *s = json_pack("{s:s}", "type", shape->type);
    if (shape->format) doc_put(d, s, "format", json_string(shape->format));
    if (shape->pattern && !(refers(f) && in_body)) doc_put(d, s, "pattern", json_string(shape->pattern));
    if (in_body || !f->sensitive) put_bounds(d, f, s);
    *ret = s;
    return OK;
}

static void say(struct buf *b, const char *sentence)
{
    if (b->n) buf_char(b, ' ');
    buf_z(b, sentence);
}

static void say_by(const struct field *f, struct buf *b)
{
    say(b, _("Set only by:"));
    for (unsigned i = 0; i < f->by_count; i++) buf_printf(b, i ? ", %s" : " %s", f->by[i]);
}

static void describe(struct doc *d, const struct field *f, bool in_body, json_t *s)
{
    struct buf b CLEANUP_BUF = BUF_INIT(20000);
    const char *help = lang_get() == LANG_ZH ? f->help_zh : f->help_en;
    doc_put(d, s, "title", json_string(field_label(f, lang_get())));
    if (help) say(&b, help);
    if (shapes[f->type].note) say(&b, _(shapes[f->type].note));
    if (f->sensitive && !in_body) say(&b, _("Sealed: \"***\" stands for it; see reveal."));
    if (f->read_only) say(&b, _("Set by the system."));
    if (f->by_count) say_by(f, &b);
    if (refers(f)) say(&b, in_body ? _("Id, number or key of a record.") : _("Id of a record."));
    if (refers(f)) doc_put(d, s, "x-of", json_string(f->of));
    if (chooses(f)) doc_put(d, s, "x-codes", json_string(f->codes));
    if (f->type == TYPE_DATE && (f->min || f->max)) buf_printf(&b, "%s%s … %s", b.n ? " " : "", f->min ? f->min : "", f->max ? f->max : "");
    if (b.n) doc_put(d, s, "description", doc_text(buf_view(&b)));
    d->failed |= b.failed != OK;
}

/* The same, or null. */
static json_t *or_null(struct doc *d, json_t *s)
{
    const char *type = json_string_value(json_object_get(s, "type"));
    if (!type) return json_pack("{s:[o,{s:s}]}", "anyOf", s, "type", "null");
    doc_put(d, s, "type", json_pack("[s,s]", type, "null"));
    return s;
}

enum err openapi_field(struct doc *d, const struct field *f, bool in_body, json_t **ret)
{
    json_t *s;
    TRY(value_schema(d, f, in_body, &s));
    if (is_array(f)) s = json_pack("{s:s,s:o}", "type", "array", "items", s);
    bool known = in_body ? f->required : f->type == TYPE_ROWS; /* what is required now may be unknown in an old record */
    if (!known) s = or_null(d, s);
    if (!s) return err_no_memory();
    describe(d, f, in_body, s);
    *ret = s;
    return OK;
}

/* ---- ledgers ---- */

static void put_system(struct doc *d, const struct ledger *l, json_t *properties)
{
    doc_put(d, properties, "id", json_pack("{s:s,s:s}", "type", "string", "pattern", "^[0-9]+$"));
    if (l->number) doc_put(d, properties, "number", json_pack("{s:[s,s],s:s}", "type", "string", "null", "title", _("Number")));
    doc_put(d, properties, "version", json_pack("{s:s,s:i}", "type", "integer", "minimum", 1));
    json_t *state = doc_put(d, properties, "state", json_pack("{s:[s,s],s:s}", "type", "string", "null", "title", _("State")));
    doc_put(d, properties, "withdrawn", json_pack("{s:s}", "type", "boolean"));
    doc_put(d, properties, "successor",
            json_pack("{s:s,s:s}", "type", "string", "description", _("The record that it was merged into; otherwise left out.")));
    doc_put(d, properties, "created", json_pack("{s:s,s:s}", "type", "string", "format", "date-time"));
    doc_put(d, properties, "updated", json_pack("{s:s,s:s}", "type", "string", "format", "date-time"));
    if (!l->states_count) return;
    json_t *words = doc_put(d, state, "enum", json_array()), *labels = doc_put(d, state, "x-labels", json_object());
    for (unsigned i = 0; i < l->states_count; i++) {
        doc_add(d, words, json_string(l->states[i].name));
        doc_put(d, labels, l->states[i].name, json_string(lang_get() == LANG_ZH ? l->states[i].zh : l->states[i].en));
    }
    doc_add(d, words, json_null());
}

static json_t *system_members(const struct ledger *l)
{
    return l->number ? json_pack("[s,s,s,s,s,s,s]", "id", "number", "version", "state", "withdrawn", "created", "updated")
                     : json_pack("[s,s,s,s,s,s]", "id", "version", "state", "withdrawn", "created", "updated");
}

/* A record of the ledger, or a row of it inside of one. */
static enum err record_schema(struct doc *d, const struct ledger *l)
{
    json_t *s = doc_put(d, d->schemas, l->ledger, json_pack("{s:s,s:s}", "type", "object", "title", ledger_label(l, lang_get())));
    json_t *properties = doc_put(d, s, "properties", json_object()), *f;
    if (!l->parent) put_system(d, l, properties);
    if (!l->parent) doc_put(d, s, "required", system_members(l));
    for (unsigned i = 0; i < l->fields_count && !d->failed; i++) {
        TRY(openapi_field(d, &l->fields[i], false, &f));
        doc_put(d, properties, l->fields[i].name, f);
    }
    return OK;
}

/* What may be given of it at any time; what a verb alone may set stands with the verb. */
static enum err fields_schema(struct doc *d, const struct ledger *l)
{
    struct str name = arena_printf(d->work->arena, "%s_fields", l->ledger);
    if (!name.p) return err_no_memory();
    json_t *s = doc_put(d, d->schemas, name.p, json_pack("{s:s}", "type", "object"));
    json_t *properties = doc_put(d, s, "properties", json_object()), *required = doc_put(d, s, "required", json_array()), *f;
    for (unsigned i = 0; i < l->fields_count && !d->failed; i++) {
        const struct field *one = &l->fields[i];
        if (one->read_only || one->by_count) continue;
        TRY(openapi_field(d, one, true, &f));
        doc_put(d, properties, one->name, f);
        if (l->parent && one->required) doc_add(d, required, json_string(one->name));
    }
    return OK;
}

enum err openapi_schemas(struct doc *d)
{
    const struct registry *reg = d->work->store->registry;
    for (int i = 0; i < reg->n && !d->failed; i++) {
        TRY(record_schema(d, reg->ledgers[i]));
        TRY(fields_schema(d, reg->ledgers[i]));
    }
    return OK;
}
