/* openapi_paths.c — the description of the API: operations, parameters, answers. See openapi.h. */
#include "ledger/flow.h"
#include "web/api.h"
#include "web/openapi_parts.h"

/* ---- which operations there are ---- */

static bool always(const struct ledger *l)
{
    (void)l;
    return true;
}

/* Records with a field that must be known and that only the system sets come from the system alone. */
static bool is_made_by_people(const struct ledger *l)
{
    for (unsigned i = 0; i < l->fields_count; i++)
        if (l->fields[i].required && l->fields[i].read_only && !l->fields[i].compute) return false;
    return true;
}

static bool keeps_files(const struct field *f)
{
    return f->type == TYPE_FILES;
}

static bool is_sealed(const struct field *f)
{
    return f->sensitive;
}

static bool has_files(const struct ledger *l)
{
    for (unsigned i = 0; i < l->fields_count; i++)
        if (keeps_files(&l->fields[i])) return true;
    return false;
}

static bool has_secrets(const struct ledger *l)
{
    for (unsigned i = 0; i < l->fields_count; i++)
        if (is_sealed(&l->fields[i])) return true;
    return false;
}

enum body { NO_BODY, BODY_NEW, BODY_CHANGE, BODY_REASON, BODY_INTO, BODY_FILE };
enum gives { GIVES_LIST, GIVES_RECORD, GIVES_EVENTS, GIVES_FILE, GIVES_VALUE };

static const struct operation {
    const char *name, *method, *path; /* behind the ledger */
    const char *summary;
    const char *parameters, *failures; /* names of what openapi_common() makes */
    enum body body;
    enum gives gives;
    const char *status;
    bool (*of)(const struct ledger *);
    bool (*field)(const struct field *); /* those that the variable {field} may name */
} operations[] = {
    {"list", "get", "", N_("List records"), "where q sort fields on withdrawn limit after count", "401 403 404 422", NO_BODY, GIVES_LIST,
     "200", always, NULL},
    {"create", "post", "", N_("Create a record"), "idempotency", "401 403 404 409 413 415 422 503", BODY_NEW, GIVES_RECORD, "201",
     is_made_by_people, NULL},
    {"read", "get", "/{id}", N_("Read a record"), "id none_match", "401 403 404", NO_BODY, GIVES_RECORD, "200", always, NULL},
    {"change", "patch", "/{id}", N_("Change fields"), "id match", "401 403 404 409 412 413 415 422 503", BODY_CHANGE, GIVES_RECORD, "200",
     always, NULL},
    {"withdraw", "delete", "/{id}", N_("Withdraw a record; nothing is ever deleted"), "id match", "401 403 404 409 412 415 422 503",
     BODY_REASON, GIVES_RECORD, "200", always, NULL},
    {"restore", "post", "/{id}/restore", N_("Bring back a withdrawn or merged record"), "id match", "401 403 404 409 412 415 422 503",
     BODY_REASON, GIVES_RECORD, "200", always, NULL},
    {"merge", "post", "/{id}/merge", N_("Merge a duplicate into the record that stays"), "id match", "401 403 404 409 412 415 422 503",
     BODY_INTO, GIVES_RECORD, "200", always, NULL},
    {"history", "get", "/{id}/history", N_("What was done to a record"), "id after limit", "401 403 404 422", NO_BODY, GIVES_EVENTS, "200",
     always, NULL},
    {"attach", "post", "/{id}/files/{field}", N_("Attach files"), "id name", "401 403 404 409 413 422 503", BODY_FILE, GIVES_RECORD, "201",
     has_files, keeps_files},
    {"fetch", "get", "/{id}/files/{field}/{digest}", N_("Fetch a file"), "id digest", "401 403 404", NO_BODY, GIVES_FILE, "200", has_files,
     keeps_files},
    {"reveal", "post", "/{id}/reveal/{field}", N_("Read a sealed value; the look is recorded"), "id", "401 403 404 503", NO_BODY,
     GIVES_VALUE, "200", has_secrets, is_sealed},
};
static const struct operation verb_operation = {
    "do", "post", "/{id}/do/%s", NULL, "id match", "401 403 404 409 412 413 415 422 503", NO_BODY, GIVES_RECORD, "200", NULL, NULL};

/* ---- bodies ---- */

static json_t *body_of_text(struct doc *d, const char *name)
{
    json_t *s = json_pack("{s:s,s:[s]}", "type", "object", "required", name);
    doc_put(d, s, "properties", json_pack("{s:{s:s,s:i}}", name, "type", "string", "minLength", 1));
    return s;
}

static json_t *fields_and(struct doc *d, const struct ledger *l, json_t **ret_more)
{
    json_t *all = json_array();
    doc_add(d, all, doc_ref("schemas", "%s_fields", l->ledger));
    *ret_more = doc_add(d, all, json_pack("{s:s}", "type", "object"));
    doc_put(d, *ret_more, "properties", json_object());
    return json_pack("{s:o}", "allOf", all);
}

static bool sets(const struct verb *v, const struct field *f)
{
    for (unsigned i = 0; v && i < f->by_count; i++)
        if (strcmp(f->by[i], v->name) == 0) return true;
    return false;
}

/* The fields that only this verb may set. */
static enum err put_fields_of(struct doc *d, const struct ledger *l, const struct verb *v, json_t *more)
{
    json_t *f;
    for (unsigned i = 0; i < l->fields_count; i++) {
        if (l->fields[i].read_only || !sets(v, &l->fields[i])) continue;
        TRY(openapi_field(d, &l->fields[i], true, &f));
        doc_put(d, json_object_get(more, "properties"), l->fields[i].name, f);
    }
    return OK;
}

static bool needs(const struct verb *v, const struct field *f)
{
    for (unsigned i = 0; v && i < v->needs_count; i++)
        if (strcmp(v->needs[i], f->name) == 0) return true;
    return false;
}

static enum err body_of_new(struct doc *d, const struct ledger *l, json_t **ret)
{
    json_t *more, *required;
    const struct verb *birth = flow_birth(l);
    *ret = fields_and(d, l, &more);
    required = doc_put(d, more, "required", json_array());
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        bool must = (f->required && f->type != TYPE_ROWS) || needs(birth, f);
        if (must && !f->read_only && !f->compute) doc_add(d, required, json_string(f->name));
    }
    return put_fields_of(d, l, birth, more);
}

static void put_version(struct doc *d, json_t *more)
{
    doc_put(d, json_object_get(more, "properties"), "version",
            json_pack("{s:s,s:s}", "type", "integer", "description", _("The version on which the change was made.")));
}

/* The needs of a verb may stand in the record already, so they are named, not required. */
static enum err body_of_verb(struct doc *d, const struct ledger *l, const struct verb *v, json_t **ret)
{
    json_t *more, *names;
    *ret = fields_and(d, l, &more);
    put_version(d, more);
    names = doc_put(d, *ret, "x-needs", json_array());
    for (unsigned i = 0; i < v->needs_count; i++) doc_add(d, names, json_string(v->needs[i]));
    return put_fields_of(d, l, v, more);
}

static json_t *file_body(void)
{
    return json_pack("{s:b,s:{s:{},s:{s:{s:s,s:{s:{s:s,s:{s:s}}}}}}}", "required", 1, "content", "application/octet-stream",
                     "multipart/form-data", "schema", "type", "object", "properties", "file", "type", "array", "items", "contentMediaType",
                     "application/octet-stream");
}

static json_t *json_body(json_t *schema, bool required)
{
    return json_pack("{s:b,s:{s:{s:o}}}", "required", required, "content", "application/json", "schema", schema);
}

/* ---- an example ---- */

/* The first code of its list that is good today; NULL when there is none, or the list is long. Borrowed. */
static json_t *first_code(struct doc *d, const struct field *f)
{
    struct str name = arena_printf(d->work->arena, "codes_%s", f->codes);
    return name.p ? json_array_get(json_object_get(json_object_get(d->schemas, name.p), "examples"), 0) : NULL;
}

/* A value that somebody could give; NULL: nothing that helps. */
static json_t *sample(struct doc *d, const struct field *f)
{
    static const char *const texts[TYPE__MAX] = {[TYPE_PLACE] = "113.123,29.371 WGS-84", [TYPE_PHONE] = "0730-8888888"};
    char day[DAY_TEXT], instant[INSTANT_TEXT];
    int64_t district = d->work->store->district;
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_LONG_TEXT: return json_string(field_label(f, lang_get()));
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS: return json_integer(f->least > 1 ? f->least : 1);
    case TYPE_DATE: return json_string(day_text(instant_day(clock_now()), day));
    case TYPE_INSTANT: return json_string(instant_text(clock_now(), instant));
    case TYPE_YES_NO: return json_true();
    case TYPE_REGION: return json_sprintf("%lld000000", (long long)district);
    case TYPE_REFERENCE: return f->target->number ? json_sprintf("%s-%lld-2026-000001", f->target->number, (long long)district) : NULL;
    case TYPE_CHOICE: return json_incref(first_code(d, f));
    case TYPE_CHOICES: return first_code(d, f) ? json_pack("[O]", first_code(d, f)) : NULL;
    default: return texts[f->type] ? json_string(texts[f->type]) : NULL;
    }
}

/* What must be given for a new record, and what lists show. */
static void put_example(struct doc *d, const struct ledger *l, json_t *schema, json_t *op)
{
    json_t *required = json_object_get(json_array_get(json_object_get(schema, "allOf"), 1), "required"), *name;
    json_t *content = json_object_get(json_object_get(json_object_get(op, "requestBody"), "content"), "application/json");
    json_t *value = doc_put(d, content, "example", json_object());
    size_t i;
    json_array_foreach(required, i, name)
    {
        const struct field *f = ledger_field(l, str_of(json_string_value(name)));
        json_t *v = sample(d, f);
        if (v) doc_put(d, value, f->name, v);
    }
}

static enum err put_body(struct doc *d, const struct ledger *l, enum body body, json_t *op)
{
    json_t *schema = NULL, *more;
    switch (body) {
    case NO_BODY: return OK;
    case BODY_NEW: TRY(body_of_new(d, l, &schema)); break;
    case BODY_CHANGE:
        schema = fields_and(d, l, &more);
        put_version(d, more);
        break;
    case BODY_REASON: schema = body_of_text(d, "reason"); break;
    case BODY_INTO: schema = body_of_text(d, "into"); break;
    case BODY_FILE: doc_put(d, op, "requestBody", file_body()); return OK;
    }
    doc_put(d, op, "requestBody", json_body(schema, true));
    if (body == BODY_NEW) put_example(d, l, schema, op);
    return OK;
}

/* ---- answers ---- */

static json_t *schema_given(const struct ledger *l, enum gives gives)
{
    switch (gives) {
    case GIVES_LIST:
        return json_pack("{s:[{s:s,s:[s,s],s:{s:{s:s,s:o},s:{s:[s,s]}}},{s:s,s:[s],s:{s:{s:s}}}]}", "anyOf", "type", "object", "required",
                         "rows", "next", "properties", "rows", "type", "array", "items", doc_ref("schemas", "%s", l->ledger), "next",
                         "type", "string", "null", "type", "object", "required", "count", "properties", "count", "type", "integer");
    case GIVES_EVENTS: return doc_ref("schemas", "%s", "_events");
    case GIVES_VALUE:
        return json_pack("{s:s,s:[s],s:{s:{s:[s,s]}}}", "type", "object", "required", "value", "properties", "value", "type", "string",
                         "null");
    case GIVES_RECORD:
    case GIVES_FILE: break;
    }
    return doc_ref("schemas", "%s", l->ledger);
}

static void put_answers(struct doc *d, const struct ledger *l, const struct operation *o, json_t *op)
{
    json_t *answers = doc_put(d, op, "responses", json_object());
    json_t *good = doc_put(d, answers, o->status, json_pack("{s:s}", "description", _("Done.")));
    if (o->gives == GIVES_FILE)
        doc_put(d, good, "content", json_pack("{s:{}}", "*/*"));
    else
        doc_put(d, good, "content", json_pack("{s:{s:o}}", "application/json", "schema", schema_given(l, o->gives)));
    if (o->gives == GIVES_RECORD) doc_put(d, good, "headers", json_pack("{s:o}", "ETag", doc_ref("headers", "%s", "etag")));
    if (o->body == BODY_NEW) {
        doc_put(d, json_object_get(good, "headers"), "Location", doc_ref("headers", "%s", "location"));
        doc_put(d, answers, "200", json_deep_copy(good));
        doc_put(d, json_object_get(answers, "200"), "description", json_string(_("The key was used for this record before.")));
    }
    if (strstr(o->parameters, "none_match")) doc_put(d, answers, "304", json_pack("{s:s}", "description", _("It still has that version.")));
    for (struct str rest = str_of(o->failures); rest.p;) {
        struct str one = str_split(&rest, ' ');
        doc_put(d, answers, arena_z(d->work->arena, one), doc_ref("responses", "refused_%.*s", STR_ARG(one)));
    }
}

/* ---- operations ---- */

static json_t *field_parameter(struct doc *d, const struct ledger *l, bool (*fits)(const struct field *))
{
    json_t *p = json_pack("{s:s,s:s,s:b}", "name", "field", "in", "path", "required", 1);
    json_t *schema = doc_put(d, p, "schema", json_pack("{s:s}", "type", "string"));
    json_t *names = doc_put(d, schema, "enum", json_array());
    for (unsigned i = 0; i < l->fields_count; i++)
        if (fits(&l->fields[i])) doc_add(d, names, json_string(l->fields[i].name));
    return p;
}

/* The operation with what all of them have; lies in its path. */
static json_t *put_operation(struct doc *d, const struct ledger *l, const struct operation *o, json_t *paths, const char *path,
                             const char *summary, const char *id)
{
    if (!json_object_get(paths, path)) doc_put(d, paths, path, json_object());
    json_t *op = doc_put(d, json_object_get(paths, path), o->method,
                         json_pack("{s:s,s:[s],s:s}", "operationId", id, "tags", l->ledger, "summary", summary));
    json_t *parameters = doc_put(d, op, "parameters", json_array());
    for (struct str rest = str_of(o->parameters); rest.p;) {
        struct str one = str_split(&rest, ' ');
        doc_add(d, parameters, doc_ref("parameters", "%.*s", STR_ARG(one)));
    }
    if (o->field) doc_add(d, parameters, field_parameter(d, l, o->field));
    put_answers(d, l, o, op);
    return op;
}

static enum err put_plain(struct doc *d, const struct ledger *l, const struct operation *o, json_t *paths)
{
    struct str path = arena_printf(d->work->arena, API "/%s%s", l->ledger, o->path);
    struct str id = arena_printf(d->work->arena, "%s_%s", o->name, l->ledger);
    if (!path.p || !id.p) return err_no_memory();
    return put_body(d, l, o->body, put_operation(d, l, o, paths, path.p, _(o->summary), id.p));
}

static enum err put_verb(struct doc *d, const struct ledger *l, const struct verb *v, json_t *paths)
{
    json_t *schema;
    struct str path = arena_printf(d->work->arena, API "/%s/{id}/do/%s", l->ledger, v->name);
    struct str id = arena_printf(d->work->arena, "do_%s_%s", l->ledger, v->name);
    if (!path.p || !id.p) return err_no_memory();
    if (json_object_get(paths, path.p)) return OK; /* of that name there is one for another state */
    json_t *op = put_operation(d, l, &verb_operation, paths, path.p, lang_get() == LANG_ZH ? v->zh : v->en, id.p);
    TRY(body_of_verb(d, l, v, &schema));
    doc_put(d, op, "requestBody", json_body(schema, v->needs_count > 0));
    return OK;
}

enum err openapi_paths(struct doc *d, json_t *paths)
{
    const struct registry *reg = d->work->store->registry;
    for (int i = 0; i < reg->n && !d->failed; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent) continue;
        for (size_t k = 0; k < sizeof operations / sizeof *operations; k++)
            if (operations[k].of(l)) TRY(put_plain(d, l, &operations[k], paths));
        for (unsigned k = 0; k < l->verbs_count; k++)
            if (l->verbs[k].from_count) TRY(put_verb(d, l, &l->verbs[k], paths));
    }
    return OK;
}
