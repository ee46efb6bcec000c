/* import_json.c — imports and undos as JSON: what headings were told to mean, what came of them. See import.h. */
#include "ledger/import.h"

#include <jansson.h>

void import_map_json(struct buf *b, const struct import_map *map, int n)
{
    buf_z(b, "\"map\":{");
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        buf_json(b, map[i].heading);
        buf_char(b, ':');
        buf_json(b, map[i].field);
    }
    buf_char(b, '}');
}

static void notes_json(struct buf *b, const char *key, const struct import_note *notes, int n)
{
    buf_printf(b, ",\"%s\":[", key);
    for (int i = 0; i < n; i++) {
        buf_printf(b, i ? ",{\"row\":%lld,\"field\":" : "{\"row\":%lld,\"field\":", (long long)notes[i].row);
        buf_json(b, notes[i].field);
        buf_z(b, ",\"value\":");
        buf_json(b, notes[i].value);
        buf_z(b, ",\"reason\":");
        buf_json(b, notes[i].reason);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void counts_members(struct buf *b, const struct import_result *r)
{
    buf_printf(b, "\"rows\":%lld,\"added\":%lld,\"changed\":%lld,\"unchanged\":%lld,\"warned\":%lld,\"refused\":%lld", (long long)r->rows,
               (long long)r->added, (long long)r->changed, (long long)r->unchanged, (long long)r->warned, (long long)r->refused);
}

void import_counts_json(struct buf *b, const struct import_result *r)
{
    buf_char(b, '{');
    counts_members(b, r);
    buf_char(b, '}');
}

void import_result_members(struct buf *b, const struct import_result *r, int notes)
{
    buf_z(b, "\"batch\":");
    if (r->batch)
        buf_printf(b, "\"%lld\"", (long long)r->batch);
    else
        buf_z(b, "null");
    buf_char(b, ',');
    counts_members(b, r);
    if (r->stopped) buf_z(b, ",\"stopped\":true");
    if (r->partial) buf_z(b, ",\"partial\":true");
    notes_json(b, "warnings", r->warnings, r->warnings_n < notes ? r->warnings_n : notes);
    notes_json(b, "refusals", r->refusals, r->refusals_n < notes ? r->refusals_n : notes);
}

void undo_result_json(struct buf *b, const struct undo_result *r)
{
    buf_printf(b, "{\"withdrawn\":%lld,\"reverted\":%lld,\"kept\":%lld,\"changed_since\":[", (long long)r->withdrawn,
               (long long)r->reverted, (long long)r->kept_all);
    for (int i = 0; i < r->kept_n; i++) {
        buf_printf(b, i ? ",{\"ledger\":\"%s\",\"id\":\"%lld\",\"number\":" : "{\"ledger\":\"%s\",\"id\":\"%lld\",\"number\":",
                   r->kept[i].l->ledger, (long long)r->kept[i].record);
        buf_json(b, r->kept[i].number);
        buf_char(b, '}');
    }
    buf_z(b, "]}");
}

/* ---- and back ---- */

static int64_t number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static struct str text(struct arena *a, const json_t *o, const char *key)
{
    const char *z = json_string_value(json_object_get(o, key));
    return z ? arena_str(a, str_of(z)) : STR_NONE;
}

static void read_counts(const json_t *o, struct import_result *ret)
{
    *ret = (struct import_result){.rows = number(o, "rows"),
                                  .added = number(o, "added"),
                                  .changed = number(o, "changed"),
                                  .unchanged = number(o, "unchanged"),
                                  .warned = number(o, "warned"),
                                  .refused = number(o, "refused")};
}

enum err import_counts_read(struct str json, struct import_result *ret)
{
    struct import_result counts;
    if (!json.n) return OK;
    json_t *o = json_loadb(json.p, json.n, 0, NULL);
    if (!o) return err_set(ERR_DB, "%s", _("the counts of a batch are damaged"));
    read_counts(o, &counts);
    json_decref(o);
    counts.batch = ret->batch;
    *ret = counts;
    return OK;
}

static int read_notes(struct arena *a, const json_t *list, struct import_note **ret)
{
    int n = (int)json_array_size(list);
    *ret = arena_array(a, struct import_note, n + 1);
    for (int i = 0; *ret && i < n; i++) {
        const json_t *o = json_array_get(list, (size_t)i);
        (*ret)[i] = (struct import_note){number(o, "row"), text(a, o, "field"), text(a, o, "value"), text(a, o, "reason")};
    }
    return *ret ? n : 0;
}

enum err import_result_read(struct arena *a, struct str json, struct import_result *ret)
{
    json_t *o = json.p ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    read_counts(o, ret);
    ret->partial = json_is_true(json_object_get(o, "partial"));
    ret->warnings_n = read_notes(a, json_object_get(o, "warnings"), &ret->warnings);
    ret->refusals_n = read_notes(a, json_object_get(o, "refusals"), &ret->refusals);
    json_decref(o);
    return arena_failed(a) ? err_no_memory() : OK;
}

enum err undo_result_read(struct arena *a, const struct registry *reg, struct str json, struct undo_result *ret)
{
    json_t *o = json.p ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    const json_t *list = json_object_get(o, "changed_since");
    int n = (int)json_array_size(list);
    *ret = (struct undo_result){.withdrawn = number(o, "withdrawn"), .reverted = number(o, "reverted"), .kept_all = number(o, "kept")};
    ret->kept = arena_array(a, struct undo_kept, n + 1);
    for (int i = 0; ret->kept && i < n; i++) {
        const json_t *kept = json_array_get(list, (size_t)i);
        struct undo_kept k = {.l = registry_find(reg, text(a, kept, "ledger")), .number = text(a, kept, "number")};
        if (k.l && str_int(text(a, kept, "id"), &k.record)) ret->kept[ret->kept_n++] = k;
    }
    json_decref(o);
    return arena_failed(a) ? err_no_memory() : OK;
}
