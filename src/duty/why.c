/* why.c — see why.h. */
#include "duty/why.h"

#include <jansson.h>

static struct str text_of(struct arena *a, const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? arena_str(a, str_of(s)) : STR_NONE;
}

static enum err read_step(struct arena *a, const json_t *o, struct why_step *ret)
{
    struct str day = text_of(a, o, "date"), last = text_of(a, o, "to");
    *ret = (struct why_step){.step = text_of(a, o, "step"),
                             .counts = json_is_true(json_object_get(o, "counts")),
                             .n = json_integer_value(json_object_get(o, "n")),
                             .why = {[LANG_ZH] = text_of(a, o, "why_zh"), [LANG_EN] = text_of(a, o, "why_en")}};
    ret->tally = due_step_tallied(ret->step);
    if (!day.p || !day_parse(day, &ret->day)) return ERR_INVALID;
    ret->last = ret->day;
    return !last.p || day_parse(last, &ret->last) ? OK : ERR_INVALID;
}

static enum err read_head(struct arena *a, const json_t *j, struct why *ret)
{
    struct str start = text_of(a, j, "start"), due = text_of(a, j, "due");
    *ret = (struct why){.rule = text_of(a, j, "rule"),
                        .version = json_integer_value(json_object_get(j, "version")),
                        .provisional = json_is_true(json_object_get(j, "provisional")),
                        .to_confirm = json_is_true(json_object_get(j, "to_confirm")),
                        .ordered = json_is_true(json_object_get(j, "ordered"))};
    return start.p && due.p && instant_parse(start, &ret->start) && instant_parse(due, &ret->due) ? OK : ERR_INVALID;
}

static enum err read_all(struct arena *a, const json_t *j, struct why *ret)
{
    const json_t *steps = json_object_get(j, "derivation"), *o;
    size_t i;
    TRY(read_head(a, j, ret));
    if (!json_is_array(steps)) return ERR_INVALID;
    ret->step = arena_array(a, struct why_step, (int)json_array_size(steps) + 1);
    if (!ret->step) return err_no_memory();
    json_array_foreach(steps, i, o) TRY(read_step(a, o, &ret->step[ret->n++]));
    return OK;
}

enum err why_read(struct arena *a, struct str derivation, struct why *ret)
{
    json_t *j = json_loadb(derivation.p ? derivation.p : "", derivation.n, 0, NULL);
    struct why found;
    enum err e = j ? read_all(a, j, &found) : ERR_INVALID;
    json_decref(j);
    if (e == ERR_INVALID) return err_set(ERR_INVALID, "%s", _("this is no derivation of a deadline"));
    if (!e) *ret = found;
    return e;
}
