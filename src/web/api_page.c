/* api_page.c — /api: the description of the JSON API to be read by people, one ledger at a time. What it says is read out of the
 * description itself (openapi.h), so that the two cannot differ. */
#include <jansson.h>
#include <stdio.h>

#include "api.html.h"
#include "ledger/right.h"
#include "web/api.h"
#include "web/openapi.h"
#include "web/page.h"
#include "web/pages.h"

#define VALUES_MOST 200
#define OPERATIONS_MOST 60

struct api_page {
    struct request *rq;
    const struct ledger *l;
    const json_t *root; /* the description; texts of the view lie in it */
    struct api_group *group;
    struct api_view v;
};

/* ---- reading the description ---- */

/* "#/components/parameters/id" → what stands there; anything but a reference is itself. */
static const json_t *at(const struct api_page *p, const json_t *v)
{
    struct str path = str_of(json_string_value(json_object_get(v, "$ref")));
    const json_t *found = path.p ? p->root : v;
    for (struct str rest = str_from(path, 2); rest.p;) {
        struct str one = str_split(&rest, '/');
        found = json_object_getn(found, one.p, one.n);
    }
    return found;
}

static struct str text(const json_t *v, const char *key)
{
    return str_of(json_string_value(json_object_get(v, key)));
}

/* "integer", "list of string", "date". */
static struct str type_of(const struct api_page *p, const json_t *schema)
{
    const json_t *s = at(p, schema), *either = json_array_get(json_object_get(s, "anyOf"), 0);
    if (either) return type_of(p, either);
    const json_t *type = json_object_get(s, "type");
    const char *word = json_string_value(json_is_array(type) ? json_array_get(type, 0) : type);
    if (word && strcmp(word, "array") == 0)
        return arena_printf(p->rq->arena, _("list of %.*s"), STR_ARG(type_of(p, json_object_get(s, "items"))));
    return text(s, "format").p && !str_is(text(s, "format"), "int64") ? text(s, "format") : str_of(word);
}

static void say(struct buf *b, struct str s)
{
    bool ended = str_ends(buf_view(b), STR(".")) || str_ends(buf_view(b), STR("。"));
    if (b->n && s.n) buf_z(b, ended ? " " : lang_get() == LANG_ZH ? "；" : "; ");
    buf_str(b, s);
}

/* The codes with their labels, wherever they stand in a schema. */
static const json_t *labels_of(const struct api_page *p, const json_t *schema)
{
    const json_t *s = at(p, schema), *either = json_array_get(json_object_get(s, "anyOf"), 0), *items = json_object_get(s, "items");
    if (either || items) return labels_of(p, either ? either : items);
    return json_object_get(s, "x-labels");
}

static struct str about(const struct api_page *p, const json_t *schema)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    const char *code;
    json_t *label;
    say(&b, text(schema, "title"));
    say(&b, text(schema, "description"));
    json_object_foreach((json_t *)(uintptr_t)labels_of(p, schema), code, label)
    {
        say(&b, str_of(code));
        buf_char(&b, ' ');
        buf_z(&b, json_string_value(label));
    }
    return buf_error(&b) ? STR_NONE : arena_str(p->rq->arena, buf_view(&b));
}

/* ---- one operation ---- */

static void fill_parameters(const struct api_page *p, const json_t *op, struct api_value *list, int *n)
{
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(op, "parameters"), i, one)
    {
        const json_t *v = at(p, one);
        if (*n == VALUES_MOST) return;
        list[(*n)++] = (struct api_value){.name = text(v, "name"),
                                          .type = type_of(p, json_object_get(v, "schema")),
                                          .about = text(v, "description"),
                                          .required = json_is_true(json_object_get(v, "required"))};
    }
}

static bool is_required(const json_t *names, const char *name)
{
    size_t i;
    const json_t *one;
    json_array_foreach(names, i, one) if (strcmp(json_string_value(one), name) == 0) return true;
    return false;
}

static void mark_required(const json_t *names, struct api_value *list, int n)
{
    for (int i = 0; i < n; i++) list[i].required |= is_required(names, list[i].name.p);
}

/* The properties of an object, and of those that it is put together of. */
static void fill_properties(const struct api_page *p, const json_t *schema, struct api_value *list, int *n)
{
    const json_t *s = at(p, schema), *part;
    const char *name;
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(s, "allOf"), i, part) fill_properties(p, part, list, n);
    json_object_foreach(json_object_get(s, "properties"), name, one)
    {
        if (*n == VALUES_MOST) return;
        list[(*n)++] = (struct api_value){.name = str_of(name), .type = type_of(p, one), .about = about(p, one)};
    }
    mark_required(json_object_get(s, "required"), list, *n);
}

static void fill_answers(const struct api_page *p, const json_t *op, struct api_value *list, int *n)
{
    const char *status;
    json_t *one;
    json_object_foreach(json_object_get(op, "responses"), status, one)
    {
        if (*n == VALUES_MOST) return;
        list[(*n)++] = (struct api_value){.name = str_of(status), .about = text(at(p, one), "description")};
    }
}

/* A line to be typed, with the example of the description as its body. */
static struct str example_of(const struct api_page *p, const struct api_operation *o, const json_t *content)
{
    struct buf b CLEANUP_BUF = BUF_INIT(20000);
    const json_t *body = json_object_get(content, "example");
    if (!body && !str_is(o->method, "GET")) return STR_NONE;
    buf_printf(&b, "curl -H \"Authorization: Bearer $TOKEN\" \"$ANJIAN%.*s\"", STR_ARG(o->path));
    if (body) {
        buf_z(&b, " \\\n  --json '");
        if (json_dump_callback(body, api_dump, &b, 0) != 0) return STR_NONE;
        buf_char(&b, '\'');
    }
    return buf_error(&b) ? STR_NONE : arena_str(p->rq->arena, buf_view(&b));
}

static enum err fill_operation(const struct api_page *p, const char *path, const char *method, const json_t *op, struct api_operation *o)
{
    struct arena *a = p->rq->arena;
    struct api_value *parameter = arena_array(a, struct api_value, VALUES_MOST), *body = arena_array(a, struct api_value, VALUES_MOST);
    struct api_value *answer = arena_array(a, struct api_value, VALUES_MOST);
    const json_t *content = json_object_get(json_object_get(json_object_get(op, "requestBody"), "content"), "application/json");
    if (!parameter || !body || !answer) return err_no_memory();
    char *upper = arena_z(a, str_of(method));
    if (!upper) return err_no_memory();
    for (char *c = upper; *c; c++) *c = (char)(*c - 'a' + 'A');
    *o = (struct api_operation){.id = text(op, "operationId"), .method = str_of(upper), .path = str_of(path), .about = text(op, "summary")};
    o->parameter = parameter;
    o->body = body;
    o->answer = answer;
    fill_parameters(p, op, parameter, &o->parameter_count);
    fill_properties(p, json_object_get(content, "schema"), body, &o->body_count);
    fill_answers(p, op, answer, &o->answer_count);
    o->example = example_of(p, o, content);
    return OK;
}

/* ---- groups: what there is at all, and the ledger that was asked for ---- */

static bool belongs(const struct api_page *p, const json_t *op, bool of_ledger)
{
    const char *tag = json_string_value(json_array_get(json_object_get(op, "tags"), 0));
    return of_ledger ? tag && strcmp(tag, p->l->ledger) == 0 : !tag;
}

static enum err fill_group(struct api_page *p, struct api_group *g, bool of_ledger)
{
    struct api_operation *list = arena_array(p->rq->arena, struct api_operation, OPERATIONS_MOST);
    const char *path, *method;
    json_t *item, *op;
    if (!list) return err_no_memory();
    json_object_foreach(json_object_get(p->root, "paths"), path, item)
    {
        json_object_foreach(item, method, op)
        {
            if (!belongs(p, op, of_ledger) || g->operation_count == OPERATIONS_MOST) continue;
            TRY(fill_operation(p, path, method, op, &list[g->operation_count++]));
        }
    }
    g->operation = list;
    g->open = true;
    return OK;
}

static enum err fill_groups(struct api_page *p)
{
    p->group = arena_array(p->rq->arena, struct api_group, 2);
    if (!p->group) return err_no_memory();
    p->group[0] = (struct api_group){.id = STR("general"), .label = str_of(_("In general"))};
    TRY(fill_group(p, &p->group[0], false));
    p->v.group = p->group;
    p->v.group_count = 1;
    if (!p->l) return OK; /* sees no ledger */
    p->group[1] = (struct api_group){.id = str_of(p->l->ledger), .label = str_of(ledger_label(p->l, p->rq->lang))};
    p->v.group_count = 2;
    return fill_group(p, &p->group[1], true);
}

/* ---- the page ---- */

/* The ledgers that the visitor may see; one that was asked for, else the first. */
static enum err fill_ledgers(struct api_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct choice *list = arena_array(p->rq->arena, struct choice, reg->n + 1);
    struct str asked = request_query(p->rq, "ledger");
    if (!list) return err_no_memory();
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent || !right_may(p->rq->store, &p->rq->session.actor, l, RIGHT_SEE)) continue;
        if (!p->l || str_is(asked, l->ledger)) p->l = l;
        list[p->v.ledger_count++] = (struct choice){.value = str_of(l->ledger), .label = str_of(ledger_label(l, p->rq->lang))};
    }
    for (int i = 0; i < p->v.ledger_count; i++) list[i].chosen = str_is(list[i].value, p->l->ledger);
    p->v.ledger = list;
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct api_page *p = arg;
    return page_shell(w, p->rq, str_of(_("JSON interface")), NULL, &p->v.shell);
}

static enum err fill(struct api_page *p)
{
    p->v = (struct api_view){.version = STR(ANJIAN_VERSION), .openapi_url = STR(API "/openapi.json"), .tokens_url = STR("/account")};
    TRY(fill_ledgers(p));
    TRY(fill_groups(p));
    TRY(web_view(p->rq, make_page, p));
    view_api(&p->rq->html, &p->v);
    return answer_page(p->rq, 200);
}

static enum err page(struct request *rq)
{
    struct api_page p = {.rq = rq};
    struct str json, etag;
    TRY(openapi_text(rq, &json, &etag));
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    if (!root) return err_no_memory();
    p.root = root;
    enum err e = fill(&p);
    json_decref(root);
    return e;
}

const struct route api_page_routes[] = {
    ROUTE(GET, "/api", LOGGED_IN, WAITS, page),
    ROUTE_END,
};
