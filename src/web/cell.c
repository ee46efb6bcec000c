/* cell.c — see cell.h. */
#include "web/cell.h"

#include "base/utf8.h"
#include "duty/due.h"
#include "ledger/names.h"
#include "ledger/type.h"
#include "ledgers.h"

#define TITLE_BYTES 180

struct str cell_instant(struct arena *a, instant_t t, bool seconds)
{
    char text[INSTANT_TEXT];
    if (!t) return STR_NONE;
    instant_text(t, text);
    text[10] = ' '; /* 2026-03-02T14:20:05+08:00 */
    if (seconds) return arena_str(a, (struct str){text, 19});
    return arena_str(a, (struct str){text, t == day_end(instant_day(t)) ? 10u : 16u});
}

/* How a deadline follows is kept as JSON, in every ledger that has one under this name. */
static bool is_derivation(const struct field *f)
{
    return f->type == TYPE_LONG_TEXT && strcmp(f->name, "derivation") == 0;
}

/* What is no derivation, though it stands in its place, is shown as it is. */
static enum err derivation(struct arena *a, struct str json, struct buf *b, struct str *ret)
{
    enum err e = due_text(json, lang_get(), b);
    *ret = e == ERR_INVALID ? json : arena_str(a, str_trim(buf_view(b)));
    return e == ERR_INVALID ? OK : e;
}

struct str cell_brief(const struct field *f, struct str text)
{
    return is_derivation(f) ? str_split(&text, '\n') : text;
}

enum err cell_value(struct work *w, const struct field *f, struct value v, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    if (is_derivation(f) && v.tag == VAL_TEXT) return derivation(w->arena, v.s, &b, ret);
    if (f->type == TYPE_INSTANT && v.tag == VAL_INT) {
        *ret = cell_instant(w->arena, v.i, false);
        return OK;
    }
    if (v.tag == VAL_TEXT && !f->sensitive && (f->type == TYPE_TEXT || f->type == TYPE_LONG_TEXT || f->type == TYPE_DATE)) {
        *ret = v.s; /* as it is, without a copy */
        return OK;
    }
    if (f->type == TYPE_REGION && v.tag == VAL_TEXT)
        TRY(names_region(w, v.s, &b));
    else
        TRY(type_text(w, f, v, &b));
    TRY(buf_error(&b));
    *ret = b.n ? arena_str(w->arena, buf_view(&b)) : STR_NONE;
    return OK;
}

/* ---- colour ---- */

static const struct {
    const char *codes, *code;
    enum tone tone;
} code_tones[] = {
    {"risk_colour", "red", TONE_RED},   {"risk_colour", "orange", TONE_ORANGE}, {"risk_colour", "yellow", TONE_YELLOW},
    {"risk_colour", "blue", TONE_BLUE}, {"hazard_grade", "major", TONE_BAD},
};

static bool is_ended(const struct record *r)
{
    const struct state *s = r->withdrawn ? NULL : ledger_state(r->l, r->state);
    return r->withdrawn || (s && s->done);
}

static enum tone tone_of(const struct record *r, const struct field *f)
{
    struct value v = r->v[f->index];
    if (f->deadline && v.tag == VAL_INT && v.i < clock_now() && !is_ended(r)) return TONE_BAD;
    if (f->type != TYPE_CHOICE || v.tag != VAL_TEXT) return TONE_NONE;
    for (size_t i = 0; i < sizeof code_tones / sizeof *code_tones; i++)
        if (strcmp(code_tones[i].codes, f->codes) == 0 && str_is(v.s, code_tones[i].code)) return code_tones[i].tone;
    return TONE_NONE;
}

/* States that mean something else than under way or done. */
static const struct {
    const char *ledger, *state;
    enum tone tone;
} state_tones[] = {
    {"duty", "breached", TONE_BAD}, {"duty", "met_late", TONE_WARN}, {"duty", "waived", TONE_MUTED}, {"account", "blocked", TONE_MUTED}};

static enum tone tone_of_state(const struct ledger *l, const struct state *s)
{
    for (size_t i = 0; i < sizeof state_tones / sizeof *state_tones; i++)
        if (strcmp(state_tones[i].state, s->name) == 0 && strcmp(state_tones[i].ledger, l->ledger) == 0) return state_tones[i].tone;
    return s->done ? TONE_GOOD : TONE_INFO;
}

struct badge cell_state(const struct record *r)
{
    if (r->withdrawn) return (struct badge){str_of(_("withdrawn")), TONE_MUTED};
    const struct state *s = ledger_state(r->l, r->state);
    if (!s) return (struct badge){STR_NONE, TONE_NONE};
    return (struct badge){str_of(lang_get() == LANG_ZH ? s->zh : s->en), tone_of_state(r->l, s)};
}

/* ---- the whole ---- */

/* Every deadline leads to how it follows. */
static struct str why_url(struct arena *a, const struct record *r)
{
    return is_duty(r) ? arena_printf(a, "/duties/%lld/why", (long long)r->id) : cell_url(a, r->l, r->id, "/why");
}

enum err cell_of(struct work *w, const struct record *r, const struct field *f, struct view_cell *ret)
{
    struct value v = r->v[f->index];
    struct view_cell c = {.tone = tone_of(r, f)};
    if (v.tag == VAL_NULL) {
        *ret = c;
        return OK;
    }
    TRY(cell_value(w, f, v, &c.text));
    c.badge = c.tone != TONE_NONE && f->type == TYPE_CHOICE;
    if (f->type == TYPE_REFERENCE && v.tag == VAL_INT && right_may(w->store, w->actor, f->target, RIGHT_SEE))
        c.url = cell_url(w->arena, f->target, v.i, "");
    if (f->deadline && v.tag == VAL_INT && right_may(w->store, w->actor, duty_ledger(w->store->registry), RIGHT_SEE))
        c.url = why_url(w->arena, r);
    *ret = c;
    return OK;
}

/* What a cell of these shows follows from its value alone. */
static bool comes_again(const struct field *f)
{
    return f->type == TYPE_CHOICE || f->type == TYPE_CHOICES || f->type == TYPE_REFERENCE || f->type == TYPE_REGION;
}

static uint32_t place_of(const struct field *f, struct value v)
{
    uint64_t h = (uint64_t)v.i ^ v.s.n;
    for (size_t i = 0; i < v.s.n; i++) h = h * 31 + (unsigned char)v.s.p[i];
    return (uint32_t)((h + (uint64_t)f->index) * 0x9E3779B97F4A7C15u >> 32) % CELLS_KEPT;
}

enum err cell_again(struct work *w, struct seen_cells *seen, const struct record *r, const struct field *f, struct view_cell *ret)
{
    struct value v = r->v[f->index];
    if (v.tag == VAL_NULL || !comes_again(f)) return cell_of(w, r, f, ret);
    uint32_t at = place_of(f, v);
    if (seen->kept[at].field != f || !value_eq(seen->kept[at].value, v)) {
        TRY(cell_of(w, r, f, &seen->kept[at].cell));
        seen->kept[at].field = f;
        seen->kept[at].value = v;
    }
    *ret = seen->kept[at].cell;
    return OK;
}

/* The decimal digits of an id, at the end of the room for them. */
static struct str digits_of(int64_t id, char room[20])
{
    char *end = room + 20, *first = end;
    do *--first = (char)('0' + id % 10);
    while (id /= 10);
    return (struct str){first, (size_t)(end - first)};
}

struct str cell_id(struct arena *a, int64_t id)
{
    char room[20];
    return arena_str(a, digits_of(id, room));
}

struct str cell_url(struct arena *a, const struct ledger *l, int64_t id, const char *behind)
{
    char room[20];
    const struct str part[] = {STR("/l/"), str_of(l->ledger), STR("/"), digits_of(id, room), str_of(behind)};
    size_t n = 0;
    for (int i = 0; i < 5; i++) n += part[i].n;
    char *out = arena_alloc(a, n + 1), *p = out;
    for (int i = 0; out && i < 5; p += part[i++].n) memcpy(p, part[i].p, part[i].n);
    return out ? (struct str){out, n} : STR_NONE;
}

struct str cell_title(struct arena *a, const struct record *r)
{
    struct str title = r->l->title_field ? record_text(r, r->l->title_field->index) : STR_NONE;
    if (!title.n) title = r->number;
    if (!title.n) return arena_printf(a, "%lld", (long long)r->id);
    if (title.n <= TITLE_BYTES) return title;
    size_t n = utf8_cut(title.p, TITLE_BYTES);
    return arena_printf(a, "%.*s…", (int)n, title.p);
}

enum column_kind cell_column_kind(const struct ledger *l, const struct field *f)
{
    if (f == l->title_field) return COLUMN_TITLE;
    switch (f->type) {
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS: return COLUMN_NUMBER;
    case TYPE_DATE:
    case TYPE_INSTANT: return COLUMN_DATE;
    case TYPE_CREDIT_CODE:
    case TYPE_ID_NUMBER:
    case TYPE_PHONE: return COLUMN_CODE;
    default: return COLUMN_TEXT;
    }
}

struct str cell_size(struct arena *a, int64_t bytes)
{
    if (bytes < 1000) return arena_printf(a, "%lld B", (long long)bytes);
    if (bytes < 1000000) return arena_printf(a, bytes < 10000 ? "%.1f kB" : "%.0f kB", (double)bytes / 1000);
    return arena_printf(a, "%.1f MB", (double)bytes / 1000000);
}
