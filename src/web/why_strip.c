/* why_strip.c — see why_strip.h. */
#include "web/why_strip.h"

#include <jansson.h>

#include "duty/due.h"
#include "web/duty_words.h"

enum { WEEKS_MOST = 16 };

static struct str text_of(struct arena *a, const json_t *o, const char *key)
{
    return arena_str(a, str_of(json_string_value(json_object_get(o, key))));
}

static bool day_in(const json_t *step, const char *key, day_t *ret)
{
    return day_parse(str_of(json_string_value(json_object_get(step, key))), ret);
}

/* ---- the sentence above ---- */

/* due_text() gives the sentence as its first line. */
static enum err fill_head(struct arena *a, struct str json, enum lang lang, struct why_view *v)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    enum err e = due_text(json, lang, &b);
    if (e == ERR_INVALID) return OK;
    TRY(e);
    struct str rest = buf_view(&b);
    v->head = arena_str(a, str_trim(str_split(&rest, '\n')));
    return OK;
}

/* ---- steps in words ---- */

/* Steps that count days, or say why one does not count; the others only say what happens on a day. */
static bool tallies(struct str step)
{
    static const char *const others[] = {"hours", "months", "fixed", "made_up", "extended", "rolled", "end", "ordered"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_is(step, others[i])) return false;
    return true;
}

static struct str count_of(struct arena *a, const json_t *s, bool counts)
{
    if (!tallies(text_of(a, s, "step"))) return STR_NONE;
    if (counts) return arena_printf(a, _("day %d"), (int)json_integer_value(json_object_get(s, "n")));
    return str_of(_("not counted"));
}

static void fill_step(struct arena *a, const json_t *s, enum lang lang, struct why_step *out)
{
    bool counts = json_is_true(json_object_get(s, "counts"));
    struct str date = text_of(a, s, "date"), to = text_of(a, s, "to");
    day_t day;
    out->what = text_of(a, s, lang == LANG_ZH ? "why_zh" : "why_en");
    out->count = count_of(a, s, counts);
    out->skipped = !counts && tallies(text_of(a, s, "step"));
    if (to.n)
        out->when = arena_printf(a, "%.*s — %.*s", STR_ARG(date), STR_ARG(to));
    else if (day_in(s, "date", &day))
        out->when = arena_printf(a, "%.*s %s", STR_ARG(date), duty_weekday(day));
}

/* ---- cells ---- */

static struct why_day *cell_of(struct why_week *week, day_t first, day_t day)
{
    return &week[(day - first) / 7].day[(day - first) % 7];
}

/* A step says what its days are; one that tallies nothing only marks a day that another has not told of. */
static void put_day(struct arena *a, const json_t *s, enum lang lang, bool single, int weekday, struct why_day *d)
{
    struct str step = text_of(a, s, "step"), why = text_of(a, s, lang == LANG_ZH ? "why_zh" : "why_en");
    bool counts = json_is_true(json_object_get(s, "counts"));
    if (str_is(step, "weeks")) { /* several days that follow the week */
        d->kind = weekday <= 5 ? WHY_DAY_COUNTS : WHY_DAY_SKIPPED;
        d->text = weekday <= 5 ? STR_NONE : str_of(_("weekend"));
    } else if (tallies(step)) {
        d->kind = counts ? WHY_DAY_COUNTS : WHY_DAY_SKIPPED;
        struct str n = counts && single ? count_of(a, s, true) : STR_NONE;
        bool plain = str_is(step, "workday") || str_is(step, "day");
        d->text = plain ? n : n.n ? arena_printf(a, "%.*s · %.*s", STR_ARG(n), STR_ARG(why)) : why;
    } else if (str_is(step, "rolled")) {
        d->kind = WHY_DAY_SKIPPED;
        d->text = why;
    } else {
        if (d->kind == WHY_DAY_OUTSIDE) d->kind = WHY_DAY_MARKED;
        d->text = d->text.n ? arena_printf(a, "%.*s · %.*s", STR_ARG(d->text), STR_ARG(why)) : why;
    }
}

static void put_step(struct arena *a, const json_t *s, enum lang lang, struct why_week *week, day_t first, day_t end)
{
    day_t from, to;
    if (!day_in(s, "date", &from)) return;
    if (!day_in(s, "to", &to)) to = from;
    for (day_t d = from; d <= to && d <= end; d++)
        if (d >= first) put_day(a, s, lang, from == to, day_weekday(d), cell_of(week, first, d));
}

/* From the Monday before the first day of the reckoning to the Sunday behind its last. */
static bool span_of(const json_t *steps, day_t due, day_t *first, day_t *last)
{
    const json_t *s;
    size_t i;
    day_t day;
    *first = *last = due;
    json_array_foreach(steps, i, s)
    {
        if (day_in(s, "date", &day) && day < *first) *first = day;
        if ((day_in(s, "to", &day) || day_in(s, "date", &day)) && day > *last) *last = day;
    }
    *first -= day_weekday(*first) - 1;
    *last += 7 - day_weekday(*last);
    return (*last - *first + 1) / 7 <= WEEKS_MOST;
}

static enum err fill_weeks(struct arena *a, const json_t *steps, day_t due, enum lang lang, struct why_view *v)
{
    const json_t *s;
    size_t i;
    day_t first, last, today = instant_day(clock_now());
    char text[DAY_TEXT];
    if (!span_of(steps, due, &first, &last)) return OK;
    struct why_week *week = arena_array(a, struct why_week, (last - first + 1) / 7);
    if (!week) return err_no_memory();
    for (day_t d = first; d <= last; d++) {
        struct why_day *c = cell_of(week, first, d);
        c->iso = arena_str(a, str_of(day_text(d, text)));
        c->date = day_civil(d).day == 1 && day_civil(d).month == 1 ? c->iso : str_from(c->iso, 5);
        c->end = d == due;
        c->today = d == today;
    }
    json_array_foreach(steps, i, s) put_step(a, s, lang, week, first, last);
    v->week = week;
    v->week_count = (last - first + 1) / 7;
    return OK;
}

enum err why_reckoning(struct arena *a, struct str json, day_t due, enum lang lang, struct why_view *v)
{
    json_t *j = json_loadb(json.p ? json.p : "", json.n, 0, NULL);
    const json_t *steps = json_object_get(j, "derivation"), *s;
    size_t i;
    enum err e = OK;
    struct why_step *step = arena_array(a, struct why_step, json_array_size(steps) + 1);
    if (step && json_is_array(steps)) {
        json_array_foreach(steps, i, s) fill_step(a, s, lang, &step[v->step_count++]);
        v->step = step;
        e = fill_weeks(a, steps, due, lang, v);
        if (!e) e = fill_head(a, json, lang, v);
    }
    json_decref(j);
    return e ? e : arena_failed(a) ? err_no_memory() : OK;
}
