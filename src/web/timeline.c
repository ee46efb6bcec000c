/* timeline.c — see timeline.h. */
#include "web/timeline.h"

#include <jansson.h>

#include "ledger/history.h"
#include "ledger/names.h"
#include "ledgers.h"
#include "web/cell.h"

static struct str text_of(struct arena *a, const json_t *event, const char *key)
{
    const char *z = json_string_value(json_object_get(event, key));
    return z ? arena_str(a, str_of(z)) : STR_NONE;
}

static int64_t id_of(const json_t *event, const char *key)
{
    int64_t id = 0;
    str_int(str_of(json_string_value(json_object_get(event, key))), &id);
    return id;
}

/* ---- one field: before and after ---- */

static enum err shown(struct work *w, const struct field *f, const json_t *v, struct str *ret)
{
    *ret = STR_NONE;
    if (json_is_array(v)) {
        *ret = arena_printf(w->arena, _("%d rows"), (int)json_array_size(v));
        return OK;
    }
    if (json_is_integer(v)) return cell_value(w, f, value_int(json_integer_value(v)), ret);
    if (!json_is_string(v)) return OK;
    TRY(cell_value(w, f, value_text(arena_str(w->arena, str_of(json_string_value(v)))), ret));
    *ret = cell_brief(f, *ret);
    return OK;
}

static enum err fill_changes(struct work *w, const struct request *rq, const struct ledger *l, const json_t *set, struct timeline_entry *e)
{
    struct view_change *list = arena_array(w->arena, struct view_change, json_object_size(set) + 1);
    const char *name;
    json_t *pair;
    if (!list) return err_no_memory();
    json_object_foreach((json_t *)(uintptr_t)set, name, pair)
    {
        const struct field *f = ledger_field(l, str_of(name));
        if (!f) continue; /* of an older description */
        struct view_change *c = &list[e->change_count++];
        c->label = str_of(field_label(f, rq->lang));
        TRY(shown(w, f, json_array_get(pair, 0), &c->old));
        TRY(shown(w, f, json_array_get(pair, 1), &c->new_));
    }
    e->change = list;
    return OK;
}

/* ---- what was done ---- */

const struct timeline_verb timeline_verbs[] = {
    {"create", N_("Entered"), TONE_GOOD},
    {"change", N_("Changed"), TONE_NONE},
    {"withdraw", N_("Withdrawn"), TONE_MUTED},
    {"restore", N_("Brought back"), TONE_GOOD},
    {"merge", N_("Merged"), TONE_MUTED},
    {"reveal", N_("Sealed values were read"), TONE_WARN},
    {NULL, NULL, TONE_NONE},
};

static void name_verb(const struct request *rq, const struct ledger *l, struct str verb, struct timeline_entry *e)
{
    e->what = verb;
    for (int i = 0; timeline_verbs[i].verb; i++) {
        if (!str_is(verb, timeline_verbs[i].verb)) continue;
        e->what = str_of(_(timeline_verbs[i].words));
        e->tone = timeline_verbs[i].tone;
    }
    for (unsigned i = 0; i < l->verbs_count; i++) {
        if (!str_is(verb, l->verbs[i].name)) continue;
        e->what = str_of(rq->lang == LANG_ZH ? l->verbs[i].zh : l->verbs[i].en);
        e->tone = TONE_INFO;
    }
}

static enum err name_actor(struct work *w, const json_t *event, struct timeline_entry *e)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    struct str actor = text_of(w->arena, event, "actor");
    int64_t unit = id_of(event, "unit");
    buf_str(&b, str_is(actor, "console") ? str_of(_("console")) : str_is(actor, "clock") ? str_of(_("the clock")) : actor);
    if (unit) {
        buf_z(&b, " · ");
        TRY(names_record(w, unit_ledger(w->store->registry), unit, &b));
    }
    TRY(buf_error(&b));
    e->who = arena_str(w->arena, buf_view(&b));
    return OK;
}

static struct str note_of(struct arena *a, const json_t *event)
{
    struct str reason = text_of(a, event, "reason");
    int64_t batch = id_of(event, "batch");
    if (reason.n) return reason;
    if (!batch) return STR_NONE;
    return arena_printf(a, _("import %lld, row %lld"), (long long)batch, (long long)json_integer_value(json_object_get(event, "row")));
}

/* Which fields were changed, without saying what to. */
static enum err name_changes(struct work *w, const struct request *rq, const struct ledger *l, const json_t *set, struct timeline_entry *e)
{
    struct buf b CLEANUP_BUF = BUF_INIT(65536);
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)(uintptr_t)set, name, pair)
    {
        const struct field *f = ledger_field(l, str_of(name));
        if (f) buf_printf(&b, "%s%s", b.n ? _(", ") : "", field_label(f, rq->lang));
    }
    TRY(buf_error(&b));
    struct str fields = b.n ? arena_str(w->arena, buf_view(&b)) : STR_NONE;
    if (fields.n) e->note = e->note.n ? arena_printf(w->arena, "%.*s · %.*s", STR_ARG(e->note), STR_ARG(fields)) : fields;
    return OK;
}

static enum err fill_entry(struct work *w, const struct request *rq, const struct ledger *l, const json_t *event, bool values,
                           struct timeline_entry *e)
{
    instant_t at = 0;
    struct str iso = text_of(w->arena, event, "at");
    instant_parse(iso, &at);
    *e = (struct timeline_entry){.iso = iso, .when = cell_instant(w->arena, at, false), .note = note_of(w->arena, event)};
    name_verb(rq, l, text_of(w->arena, event, "verb"), e);
    TRY(name_actor(w, event, e));
    const json_t *set = json_object_get(event, "set");
    return values ? fill_changes(w, rq, l, set, e) : name_changes(w, rq, l, set, e);
}

enum err timeline_event(struct work *w, const struct request *rq, const struct ledger *l, struct str body, bool values,
                        struct timeline_entry *ret)
{
    json_t *event = json_loadb(body.p, body.n, 0, NULL);
    enum err e = event ? fill_entry(w, rq, l, event, values, ret) : err_set(ERR_DB, "%s", _("an event of this record cannot be read"));
    json_decref(event);
    return e;
}

enum err timeline_of(struct work *w, const struct request *rq, const struct record *r, int skip, int most,
                     const struct timeline_entry **ret, int *ret_n, int *ret_all)
{
    struct history h;
    TRY(history_read(w, r, &h));
    int left = skip < h.n ? h.n - skip : 0, n = most < left ? most : left;
    struct timeline_entry *list = arena_array(w->arena, struct timeline_entry, n + 1);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) TRY(timeline_event(w, rq, r->l, h.body[left - 1 - i], true, &list[i]));
    *ret = list;
    *ret_n = n;
    *ret_all = h.n;
    return arena_failed(w->arena) ? err_no_memory() : OK;
}
