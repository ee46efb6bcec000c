/* description.c — reading a ledger's YAML with libcyaml, then checking what a schema cannot say. See description.h. */
#include "ledger/description.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"

/* ---- what libcyaml checks: the shape ---- */

static const cyaml_strval_t type_words[] = {
    {"text", TYPE_TEXT},           {"long_text", TYPE_LONG_TEXT}, {"integer", TYPE_INTEGER},     {"money", TYPE_MONEY},
    {"points", TYPE_POINTS},       {"date", TYPE_DATE},           {"instant", TYPE_INSTANT},     {"yes_no", TYPE_YES_NO},
    {"choice", TYPE_CHOICE},       {"choices", TYPE_CHOICES},     {"reference", TYPE_REFERENCE}, {"references", TYPE_REFERENCES},
    {"region", TYPE_REGION},       {"place", TYPE_PLACE},         {"phone", TYPE_PHONE},         {"credit_code", TYPE_CREDIT_CODE},
    {"id_number", TYPE_ID_NUMBER}, {"files", TYPE_FILES},         {"rows", TYPE_ROWS},
};
_Static_assert(CYAML_ARRAY_LEN(type_words) == TYPE__MAX, "every type has its word");

static const cyaml_strval_t search_words[] = {{"none", SEARCH_NONE}, {"body", SEARCH_BODY}, {"title", SEARCH_TITLE}};

static const cyaml_strval_t flag_words[] = {{"true", true}, {"false", false}};

static const cyaml_schema_value_t text_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 400)};

#define TEXT_KEY(T, key) CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER, struct T, key, 1, 2000)
#define TEXT_KEY_OPT(T, key) CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct T, key, 1, 2000)
/* Strict, since libcyaml's own kind of flag takes every unknown word for true. */
#define FLAG(word, T, key)                                                                                                                 \
    CYAML_FIELD_ENUM(word, CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, struct T, key, flag_words, CYAML_ARRAY_LEN(flag_words))
#define FLAG_KEY(T, key) FLAG(#key, T, key)
#define WORDS_KEY(T, key) CYAML_FIELD_SEQUENCE(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct T, key, &text_entry, 0, 64)
#define LIST_KEY(T, key, entry) CYAML_FIELD_SEQUENCE(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct T, key, entry, 0, 256)

static const cyaml_schema_field_t field_keys[] = {
    TEXT_KEY(field, name),
    TEXT_KEY(field, zh),
    TEXT_KEY(field, en),
    TEXT_KEY_OPT(field, help_zh),
    TEXT_KEY_OPT(field, help_en),
    CYAML_FIELD_ENUM("type", CYAML_FLAG_STRICT, struct field, type, type_words, CYAML_ARRAY_LEN(type_words)),
    WORDS_KEY(field, headings),
    FLAG_KEY(field, required),
    FLAG_KEY(field, unique),
    FLAG_KEY(field, filter),
    FLAG_KEY(field, sort),
    FLAG_KEY(field, list),
    FLAG_KEY(field, read_only),
    FLAG_KEY(field, sensitive),
    FLAG_KEY(field, deadline),
    CYAML_FIELD_ENUM("search", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, struct field, search, search_words, CYAML_ARRAY_LEN(search_words)),
    TEXT_KEY_OPT(field, min),
    TEXT_KEY_OPT(field, max),
    TEXT_KEY_OPT(field, codes),
    TEXT_KEY_OPT(field, of),
    TEXT_KEY_OPT(field, compute),
    WORDS_KEY(field, by),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t field_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct field, field_keys)};

static const cyaml_schema_field_t state_keys[] = {TEXT_KEY(state, name), TEXT_KEY(state, zh), TEXT_KEY(state, en), FLAG_KEY(state, done),
                                                  CYAML_FIELD_END};
static const cyaml_schema_value_t state_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct state, state_keys)};

static const cyaml_schema_field_t verb_keys[] = {
    TEXT_KEY(verb, name),    TEXT_KEY(verb, zh),     TEXT_KEY(verb, en),      TEXT_KEY(verb, to),     WORDS_KEY(verb, from),
    WORDS_KEY(verb, guards), WORDS_KEY(verb, needs), WORDS_KEY(verb, starts), WORDS_KEY(verb, stops), CYAML_FIELD_END,
};
static const cyaml_schema_value_t verb_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct verb, verb_keys)};

static const cyaml_schema_field_t scope_keys[] = {
    TEXT_KEY_OPT(scope_rule, from),
    TEXT_KEY_OPT(scope_rule, district),
    TEXT_KEY_OPT(scope_rule, territory),
    TEXT_KEY_OPT(scope_rule, sector),
    TEXT_KEY_OPT(scope_rule, owner),
    FLAG("public", scope_rule, public_),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t period_keys[] = {
    TEXT_KEY(period_rule, from),
    TEXT_KEY(period_rule, to),
    TEXT_KEY(period_rule, within),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t ledger_keys[] = {
    TEXT_KEY(ledger, ledger),
    TEXT_KEY(ledger, zh),
    TEXT_KEY(ledger, en),
    TEXT_KEY_OPT(ledger, help_zh),
    TEXT_KEY_OPT(ledger, help_en),
    TEXT_KEY_OPT(ledger, number),
    TEXT_KEY_OPT(ledger, title),
    TEXT_KEY_OPT(ledger, parent),
    TEXT_KEY_OPT(ledger, day),
    WORDS_KEY(ledger, keys),
    CYAML_FIELD_MAPPING_PTR("scope", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct ledger, scope, scope_keys),
    CYAML_FIELD_MAPPING_PTR("period", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct ledger, period, period_keys),
    LIST_KEY(ledger, fields, &field_entry),
    LIST_KEY(ledger, states, &state_entry),
    LIST_KEY(ledger, verbs, &verb_entry),
    WORDS_KEY(ledger, indexes),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t ledger_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ledger, ledger_keys)};

/* What libcyaml says about a fault: its first line names it, its backtrace begins with the place. */
struct said {
    char what[200];
    int line;
};

static void first_fault(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
    struct said *said = ctx;
    char text[200];
    if (level < CYAML_LOG_ERROR) return;
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    const char *line = strstr(text, "line: ");
    int64_t number;
    if (!said->what[0])
        snprintf(said->what, sizeof said->what, "%s", strncmp(text, "Load: ", 6) == 0 ? text + 6 : text);
    else if (!said->line && line && str_int(str_head(str_of(line + 6), strspn(line + 6, "0123456789")), &number))
        said->line = (int)number;
}

static void *cyaml_heap(void *ctx, void *p, size_t n)
{
    (void)ctx;
    if (n) return mem_resize(p, n);
    mem_free(p);
    return NULL;
}

static cyaml_config_t config(struct said *said)
{
    return (cyaml_config_t){
        .log_fn = first_fault,
        .log_ctx = said,
        .mem_fn = cyaml_heap,
        .log_level = CYAML_LOG_ERROR,
        .flags = CYAML_CFG_NO_ALIAS, /* an alias can unpack a small file to gigabytes */
    };
}

/* ---- what only we can check: that names fit together ---- */

const struct field *ledger_field(const struct ledger *l, struct str name)
{
    unsigned low = 0, high = l->fields_count;
    while (low < high) {
        unsigned mid = (low + high) / 2;
        int c = str_cmp(name, str_of(l->by_name[mid]->name));
        if (c == 0) return l->by_name[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct state *ledger_state(const struct ledger *l, struct str name)
{
    for (unsigned i = 0; i < l->states_count; i++)
        if (str_is(name, l->states[i].name)) return &l->states[i];
    return NULL;
}

const char *ledger_label(const struct ledger *l, enum lang lang)
{
    return lang == LANG_ZH ? l->zh : l->en;
}

const char *field_label(const struct field *f, enum lang lang)
{
    return lang == LANG_ZH ? f->zh : f->en;
}

const char *type_name(enum field_type t)
{
    return type_words[t].str;
}

bool type_is_int(enum field_type t)
{
    switch (t) {
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS:
    case TYPE_INSTANT:
    case TYPE_YES_NO:
    case TYPE_REFERENCE: return true;
    default: return false;
    }
}

bool type_is_many(enum field_type t)
{
    return t == TYPE_CHOICES || t == TYPE_REFERENCES;
}

bool name_valid(struct str s)
{
    if (s.n == 0 || s.n > 40 || s.p[0] < 'a' || s.p[0] > 'z') return false;
    for (size_t i = 1; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_')) return false;
    return true;
}

/* All faults of a description are said alike: which ledger, which part, what. */
static enum err fault(const struct ledger *l, const char *part, const char *what)
{
    return err_set(ERR_INVALID, _("description of ledger “%s”, %s: %s"), l->ledger ? l->ledger : "?", part, what);
}

static int by_name(const void *a, const void *b)
{
    const struct field *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* Names a list or a condition knows beside the fields. */
static bool reserved(const char *name)
{
    static const char *const words[] = {"id", "version", "state", "created", "updated", "withdrawn", "successor"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0) return true;
    return false;
}

static enum err index_fields(struct ledger *l)
{
    if (l->fields_count == 0) return fault(l, "fields", _("a ledger needs at least one field"));
    l->by_name = mem_alloc(l->fields_count * sizeof *l->by_name);
    if (!l->by_name) return err_no_memory();
    for (unsigned i = 0; i < l->fields_count; i++) {
        struct field *f = &l->fields[i];
        if (!name_valid(str_of(f->name))) return fault(l, f->name, _("not a name (a–z, 0–9 and _, at most 40)"));
        if (reserved(f->name) || (l->number && strcmp(f->name, "number") == 0))
            return fault(l, f->name, _("this name belongs to the system"));
        f->index = (int)i;
        l->by_name[i] = f;
    }
    qsort(l->by_name, l->fields_count, sizeof *l->by_name, by_name);
    for (unsigned i = 1; i < l->fields_count; i++)
        if (strcmp(l->by_name[i - 1]->name, l->by_name[i]->name) == 0) return fault(l, l->by_name[i]->name, _("the field stands twice"));
    return OK;
}

/* A bound is written in the unit kept; for dates as an ISO date. */
static enum err bound(const struct ledger *l, const struct field *f, const char *text, int64_t open, int64_t *ret)
{
    day_t day;
    *ret = open;
    if (!text) return OK;
    if (f->type == TYPE_DATE) {
        if (!day_parse(str_of(text), &day)) return fault(l, f->name, _("min and max of a date are written 2026-01-31"));
        *ret = day;
    } else if (!str_int(str_of(text), ret)) {
        return fault(l, f->name, _("min and max are whole numbers"));
    }
    return OK;
}

static enum err check_field(const struct ledger *l, struct field *f)
{
    bool refers = f->type == TYPE_REFERENCE || f->type == TYPE_REFERENCES || f->type == TYPE_ROWS;
    bool chooses = f->type == TYPE_CHOICE || f->type == TYPE_CHOICES;
    if (refers != (f->of != NULL)) return fault(l, f->name, _("`of` goes with reference, references and rows, and only with them"));
    if (chooses != (f->codes != NULL)) return fault(l, f->name, _("`codes` goes with choice and choices, and only with them"));
    if (f->sort && (type_is_many(f->type) || f->type == TYPE_ROWS || f->type == TYPE_FILES || f->sensitive))
        return fault(l, f->name, _("a field of this type cannot be sorted by"));
    if (f->unique && (type_is_many(f->type) || f->type == TYPE_ROWS || f->type == TYPE_FILES))
        return fault(l, f->name, _("a field of this type cannot be unique"));
    if (f->sensitive && (f->search || type_is_int(f->type) || !type_has_column(f->type) || type_is_many(f->type)))
        return fault(l, f->name, _("a sensitive field is one text and is not searched"));
    if (l->parent && (f->sensitive || f->unique || f->sort || f->type == TYPE_ROWS))
        return fault(l, f->name, _("rows inside a record have no sensitive, unique or sorted fields and no rows of their own"));
    TRY(bound(l, f, f->min, INT64_MIN, &f->least));
    TRY(bound(l, f, f->max, INT64_MAX, &f->most));
    return f->least <= f->most ? OK : fault(l, f->name, _("min is more than max"));
}

/* "name+region" → fields. */
static enum err parse_group(const struct ledger *l, const char *text, struct group *ret)
{
    struct str rest = str_of(text);
    ret->n = 0;
    while (rest.p) {
        struct str name = str_trim(str_split(&rest, '+'));
        const struct field *f = ledger_field(l, name);
        if (!f || !type_has_column(f->type)) return fault(l, text, _("names a field that is not there"));
        if (ret->n == GROUP_MAX) return fault(l, text, _("too many fields"));
        ret->field[ret->n++] = f;
    }
    return OK;
}

static enum err parse_groups(const struct ledger *l, char **texts, unsigned n, struct group **ret)
{
    *ret = mem_alloc((n ? n : 1) * sizeof **ret);
    if (!*ret) return err_no_memory();
    for (unsigned i = 0; i < n; i++) TRY(parse_group(l, texts[i], &(*ret)[i]));
    return OK;
}

static enum err link_scope(struct ledger *l)
{
    const struct scope_rule *s = l->scope;
    if (!s) return OK;
    if (s->from) {
        l->scope_from = ledger_field(l, str_of(s->from));
        if (!l->scope_from || l->scope_from->type != TYPE_REFERENCE)
            return fault(l, "scope", _("`from` must name a field of type reference"));
    }
    static const enum field_type want[SCOPE__MAX] = {TYPE_REGION, TYPE_REFERENCE, TYPE_REFERENCE, TYPE_REFERENCE};
    const char *given[SCOPE__MAX] = {s->district, s->territory, s->sector, s->owner};
    for (int i = 0; i < SCOPE__MAX; i++) {
        if (!given[i]) continue;
        if (i == SCOPE_OWNER && strcmp(given[i], "self") == 0) {
            l->owner_is_self = true;
            continue;
        }
        l->scope_fields[i] = ledger_field(l, str_of(given[i]));
        if (!l->scope_fields[i] || l->scope_fields[i]->type != want[i])
            return fault(l, "scope", _("district comes from a region, the others from references"));
    }
    return OK;
}

static enum err link_day(struct ledger *l)
{
    if (!l->day) return OK;
    l->day_field = ledger_field(l, str_of(l->day));
    if (l->parent || !l->day_field || l->day_field->type != TYPE_DATE || l->day_field->sensitive)
        return fault(l, "day", _("must name a field of type date; rows inside a record have the day of the record"));
    return OK;
}

static enum err link_period(struct ledger *l)
{
    struct period_rule *p = l->period;
    if (!p) return OK;
    p->from_field = ledger_field(l, str_of(p->from));
    p->to_field = ledger_field(l, str_of(p->to));
    if (!p->from_field || !p->to_field || p->from_field->type != TYPE_DATE || p->to_field->type != TYPE_DATE)
        return fault(l, "period", _("from and to must be fields of type date"));
    if (!l->day_field) l->day_field = p->from_field;
    return parse_group(l, p->within, &p->group);
}

static enum err check_verb(const struct ledger *l, const struct verb *v)
{
    if (!name_valid(str_of(v->name))) return fault(l, v->name, _("not a name (a–z, 0–9 and _, at most 40)"));
    if (!ledger_state(l, str_of(v->to))) return fault(l, v->name, _("`to` is no state of this ledger"));
    for (unsigned i = 0; i < v->from_count; i++)
        if (!ledger_state(l, str_of(v->from[i]))) return fault(l, v->name, _("`from` has a state that is not of this ledger"));
    for (unsigned i = 0; i < v->needs_count; i++)
        if (!ledger_field(l, str_of(v->needs[i]))) return fault(l, v->name, _("`needs` names a field that is not there"));
    return OK;
}

static enum err check_setters(const struct ledger *l, const struct field *f)
{
    for (unsigned i = 0; i < f->by_count; i++) {
        bool known = false;
        for (unsigned k = 0; k < l->verbs_count; k++) known |= strcmp(f->by[i], l->verbs[k].name) == 0;
        if (!known) return fault(l, f->name, _("`by` names a verb that is not there"));
    }
    return f->by_count && f->type == TYPE_ROWS ? fault(l, f->name, _("`by` is not for rows inside a record")) : OK;
}

static enum err check_states(const struct ledger *l)
{
    for (unsigned i = 0; i < l->states_count; i++) {
        if (!name_valid(str_of(l->states[i].name))) return fault(l, l->states[i].name, _("not a name (a–z, 0–9 and _, at most 40)"));
        if (ledger_state(l, str_of(l->states[i].name)) != &l->states[i]) return fault(l, l->states[i].name, _("the state stands twice"));
    }
    for (unsigned i = 0; i < l->verbs_count; i++) TRY(check_verb(l, &l->verbs[i]));
    for (unsigned i = 0; i < l->fields_count; i++) TRY(check_setters(l, &l->fields[i]));
    return OK;
}

static enum err check_ledger(struct ledger *l)
{
    if (!name_valid(str_of(l->ledger))) return fault(l, "ledger", _("not a name (a–z, 0–9 and _, at most 40)"));
    TRY(index_fields(l));
    for (unsigned i = 0; i < l->fields_count; i++) TRY(check_field(l, &l->fields[i]));
    if (l->title) {
        l->title_field = ledger_field(l, str_of(l->title));
        if (!l->title_field || type_is_int(l->title_field->type) || l->title_field->sensitive)
            return fault(l, "title", _("must name a text field that is not sensitive"));
    }
    TRY(parse_groups(l, l->keys, l->keys_count, &l->key_groups));
    TRY(parse_groups(l, l->indexes, l->indexes_count, &l->index_groups));
    TRY(link_scope(l));
    TRY(link_day(l));
    TRY(link_period(l));
    return check_states(l);
}

/* The word behind the last `key` in a text, as far as it is a name; for messages about descriptions that could not be read. */
static struct str last_name(struct str text, const char *key)
{
    struct str found = STR("?");
    for (ptrdiff_t at; (at = str_find(text, str_of(key))) >= 0;) {
        text = str_from(text, (size_t)at + strlen(key));
        size_t n = 0;
        while (n < text.n && ((text.p[n] >= 'a' && text.p[n] <= 'z') || (text.p[n] >= '0' && text.p[n] <= '9') || text.p[n] == '_')) n++;
        if (n) found = str_head(text, n);
    }
    return found;
}

static enum err unreadable(struct str yaml, const struct said *said, cyaml_err_t e)
{
    struct str rest = yaml;
    for (int i = 0; rest.p && i < said->line; i++) str_split(&rest, '\n');
    struct str until = said->line && rest.p ? str_head(yaml, (size_t)(rest.p - yaml.p)) : yaml;
    const char *what = said->what[0] ? said->what : cyaml_strerror(e);
    if (e == CYAML_ERR_ALIAS || e == CYAML_ERR_INVALID_ALIAS) what = _("a value that stands for another one (*name); please write it out");
    return err_set(ERR_INVALID, _("description of ledger “%.*s”, line %d, near “%.*s”: %s"), STR_ARG(last_name(yaml, "ledger: ")),
                   said->line, STR_ARG(last_name(until, "name: ")), what);
}

enum err ledger_load(struct str yaml, bool shipped, struct ledger **ret)
{
    struct said said = {0};
    cyaml_config_t c = config(&said);
    struct ledger *l = NULL;
    if (yaml.n > DESCRIPTION_MAX_BYTES) return err_set(ERR_TOO_BIG, _("a description may have %zu bytes"), DESCRIPTION_MAX_BYTES);
    cyaml_err_t e = cyaml_load_data((const uint8_t *)yaml.p, yaml.n, &c, &ledger_schema, (cyaml_data_t **)&l, NULL);
    if (e == CYAML_ERR_OOM) return err_no_memory();
    if (e != CYAML_OK) return unreadable(yaml, &said, e);
    if (!l) return err_set(ERR_INVALID, "%s", _("the description is empty"));
    l->shipped = shipped;
    l->text = mem_alloc(yaml.n + 1);
    enum err r = l->text ? OK : err_no_memory();
    if (!r) {
        memcpy(l->text, yaml.p, yaml.n);
        r = check_ledger(l);
    }
    if (r) {
        ledger_free(l);
        return r;
    }
    *ret = l;
    return OK;
}

struct ledger *ledger_free(struct ledger *l)
{
    if (!l) return NULL;
    struct said said = {0};
    cyaml_config_t c = config(&said);
    mem_free(l->by_name);
    mem_free(l->key_groups);
    mem_free(l->index_groups);
    mem_free(l->text);
    cyaml_free(&c, &ledger_schema, l, 0);
    return NULL;
}
