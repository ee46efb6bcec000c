/* responsibility.c — see responsibility.h. */
#include "safety/responsibility.h"

#include "duty/rule.h"
#include "ledger/names.h"
#include "ledger/query.h"
#include "ledgers.h"

const char *const layer_codes[LAYER__MAX] = {"territory", "sector", "enterprise_head", "leader_in_charge"};
static const char *const layer_words[LAYER__MAX] = {N_("Territory"), N_("Sector"), N_("Enterprise head"), N_("Leader in charge")};
static const char *const keys[LAYER__MAX] = {"territory", "sector", "enterprise", "leader"};
static const char *const labels[LAYER__MAX][LANG__MAX] = {
    {"属地责任", "Territory"}, {"行业责任", "Sector"}, {"企业第一责任人", "Enterprise head"}, {"分管领导", "Leader in charge"}};

const char *layer_label(enum layer layer)
{
    return _(layer_words[layer]);
}

/* ---- does a row hold this premises? ---- */

static bool share_any(struct str a, struct str b) /* of two "|x|y|" */
{
    for (struct str x; many_next(&a, &x);) {
        struct str rest = b;
        for (struct str y; many_next(&rest, &y);)
            if (str_eq(x, y)) return true;
    }
    return false;
}

static bool holds(const struct record *row, const struct record *p)
{
    struct str region = responsibility_region(row), area = responsibility_area(row);
    struct str sectors = responsibility_sectors(row), categories = responsibility_categories(row);
    struct str place = premises_region(p), address = premises_address(p);
    if (responsibility_premises(row)) return responsibility_premises(row) == p->id;
    if (region.p && !(place.p && region_holds(region, place))) return false;
    if (area.p && !(address.p && str_find(address, area) >= 0)) return false;
    if (sectors.p && !share_any(sectors, premises_safety_sectors(p))) return false;
    return !categories.p || share_any(categories, premises_categories(p));
}

/* ---- what a holder is called ---- */

static enum err name_of(struct work *w, const struct ledger *l, int64_t id, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (!id) return OK;
    TRY(names_record(w, l, id, &b));
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

/* The post that says who of the unit: of the person named, or the unit's first responsible person. */
static enum err find_post(struct work *w, day_t day, struct holder *h)
{
    const struct ledger *l = post_ledger(w->store->registry);
    struct condition where[] = {{post_field_unit(l), OP_EQ, value_int(h->unit)}, {0}};
    where[1] = h->person ? (struct condition){post_field_person(l), OP_EQ, value_int(h->person)}
                         : (struct condition){post_field_role(l), OP_EQ, value_text(STR("first_responsible"))};
    struct query q = {.l = l, .where = where, .where_n = 2, .has_on = true, .on = day, .limit = 1};
    struct page p;
    if (!h->unit) return OK;
    TRY(query_list(w, &q, &p));
    if (!p.n) return OK;
    h->post = post_duty(p.record[0]);
    h->person = post_person(p.record[0]);
    return OK;
}

static enum err complete(struct work *w, day_t day, struct holder *h)
{
    TRY(find_post(w, day, h));
    TRY(name_of(w, unit_ledger(w->store->registry), h->unit, &h->unit_name));
    return name_of(w, person_ledger(w->store->registry), h->person, &h->person_name);
}

static struct holder holder_of(const struct record *row)
{
    return (struct holder){.unit = responsibility_unit(row),
                           .person = responsibility_person(row),
                           .from = responsibility_from_day_text(row),
                           .to = responsibility_to_day_text(row),
                           .source = row->number,
                           .basis = responsibility_basis(row)};
}

/* ---- a day ---- */

struct standing { /* a responsibility in force that names no premises, and its holder once somebody has asked */
    const struct record *row;
    struct holder holder;
    bool known;
};

struct who_day {
    day_t day;
    struct standing *row;
    int n;
    struct holder *unit; /* those that premises have named so far: a unit alone */
    int units, room;
};

enum { ROWS_MAX = 100000 };

/* The rows in force that name this premises, or none (VALUE_NULL). */
static enum err read_rows(struct work *w, day_t day, struct value premises, struct page *ret)
{
    const struct ledger *l = responsibility_ledger(w->store->registry);
    struct condition where = {responsibility_field_premises(l), OP_EQ, premises};
    struct query q = {.l = l, .where = &where, .where_n = 1, .has_on = true, .on = day, .sort = responsibility_field_from_day(l)};
    return query_all(w, &q, ROWS_MAX, ret);
}

enum err who_prepare(struct work *w, day_t day, struct who_day **ret)
{
    struct who_day *d = arena_new(w->arena, struct who_day);
    struct page page;
    TRY(read_rows(w, day, VALUE_NULL, &page));
    struct standing *row = arena_array(w->arena, struct standing, page.n + 1);
    if (!d || !row) return err_no_memory();
    for (int i = 0; i < page.n; i++) row[i].row = page.record[i];
    *d = (struct who_day){.day = day, .row = row, .n = page.n};
    *ret = d;
    return OK;
}

static enum err standing_holder(struct work *w, const struct who_day *d, struct standing *s, struct holder *ret)
{
    if (!s->known) {
        s->holder = holder_of(s->row);
        TRY(complete(w, d->day, &s->holder));
        s->known = true;
    }
    *ret = s->holder;
    return OK;
}

static enum err unit_holder(struct work *w, struct who_day *d, int64_t unit, struct holder *ret)
{
    for (int i = 0; i < d->units; i++) {
        if (d->unit[i].unit != unit) continue;
        *ret = d->unit[i];
        return OK;
    }
    struct holder h = {.unit = unit};
    TRY(complete(w, d->day, &h));
    struct holder *list = ARENA_GROW(w->arena, d->unit, d->units, &d->room);
    if (!list) return err_no_memory();
    list[d->units++] = h;
    d->unit = list;
    *ret = h;
    return OK;
}

/* ---- gathering ---- */

static enum err add_holder(struct work *w, struct who *k, enum layer layer, struct holder h)
{
    struct layer_holders *to = &k->layer[layer];
    struct holder *holder = ARENA_GROW(w->arena, to->holder, to->n, &to->room);
    if (!holder) return err_no_memory();
    holder[to->n++] = h;
    to->holder = holder;
    return OK;
}

static enum err add_to_layer(struct work *w, struct who *k, const struct record *row, struct holder h)
{
    for (int i = 0; i < LAYER__MAX; i++)
        if (str_is(responsibility_layer(row), layer_codes[i])) return add_holder(w, k, (enum layer)i, h);
    return OK;
}

static enum err add_rows(struct work *w, struct who_day *d, struct who *k, const struct record *p)
{
    struct page own;
    struct holder h;
    TRY(read_rows(w, d->day, value_int(p->id), &own));
    for (int n = 0; n < own.n; n++) {
        h = holder_of(own.record[n]);
        TRY(complete(w, d->day, &h));
        TRY(add_to_layer(w, k, own.record[n], h));
    }
    for (int n = 0; n < d->n; n++) {
        if (!holds(d->row[n].row, p)) continue;
        TRY(standing_holder(w, d, &d->row[n], &h));
        TRY(add_to_layer(w, k, d->row[n].row, h));
    }
    return OK;
}

static bool has_unit(const struct layer_holders *h, int64_t unit)
{
    for (int i = 0; i < h->n; i++)
        if (h->holder[i].unit == unit) return true;
    return false;
}

/* What the premises itself says, unless a row says the same in more detail. */
static enum err add_defaults(struct work *w, struct who_day *d, struct who *k, const struct record *p)
{
    const struct {
        enum layer layer;
        int64_t unit;
        const char *source;
    } said[] = {{LAYER_TERRITORY, premises_territory(p), "premises.territory"}, {LAYER_SECTOR, premises_sector(p), "premises.sector"}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct holder unit;
        if (!said[i].unit || has_unit(&k->layer[said[i].layer], said[i].unit)) continue;
        TRY(unit_holder(w, d, said[i].unit, &unit));
        unit.source = str_of(said[i].source);
        TRY(add_holder(w, k, said[i].layer, unit));
    }
    struct str head = premises_head(p);
    const struct layer_holders *h = &k->layer[LAYER_ENTERPRISE];
    for (int i = 0; i < h->n; i++)
        if (head.p && str_eq(h->holder[i].person_name, head)) return OK;
    return head.p ? add_holder(w, k, LAYER_ENTERPRISE, (struct holder){.person_name = head, .source = STR("premises.head")}) : OK;
}

int who_fields(const struct ledger *l, const struct field *ret[WHO_FIELDS])
{
    const struct field *const needed[WHO_FIELDS] = {
        premises_field_name(l),       premises_field_region(l),    premises_field_address(l), premises_field_safety_sectors(l),
        premises_field_categories(l), premises_field_territory(l), premises_field_sector(l),  premises_field_head(l)};
    memcpy(ret, needed, sizeof needed);
    return WHO_FIELDS;
}

enum err who_on(struct work *w, struct who_day *d, const struct record *premises, struct who *ret)
{
    struct who k = {.premises = premises->id, .day = d->day};
    TRY(add_rows(w, d, &k, premises));
    TRY(add_defaults(w, d, &k, premises));
    *ret = k;
    return OK;
}

enum err who(struct work *w, int64_t premises, day_t day, struct who *ret)
{
    struct record *p;
    struct who_day *d;
    TRY(store_read(w, premises_ledger(w->store->registry), premises, &p));
    w->ruled++; /* whoever may see a premises may know who answers for it, whatever he may see of those ledgers */
    enum err e = who_prepare(w, day, &d);
    if (!e) e = who_on(w, d, p, ret);
    w->ruled--;
    return e;
}

bool who_gap(const struct who *k, enum layer layer)
{
    return k->layer[layer].n == 0;
}

bool who_overlap(const struct who *k, enum layer layer)
{
    const struct layer_holders *h = &k->layer[layer];
    for (int i = 1; i < h->n; i++) {
        const struct holder *a = &h->holder[0], *b = &h->holder[i];
        if (a->unit || b->unit ? a->unit != b->unit : a->person != b->person || !str_eq(a->person_name, b->person_name)) return true;
    }
    return false;
}

/* ---- answers ---- */

static void id_json(struct buf *b, const char *key, int64_t id)
{
    if (id)
        buf_printf(b, "\"%s\":\"%lld\",", key, (long long)id);
    else
        buf_printf(b, "\"%s\":null,", key);
}

static void text_json(struct buf *b, const char *key, struct str s, const char *after)
{
    buf_printf(b, "\"%s\":", key);
    buf_json(b, s);
    buf_z(b, after);
}

static void holder_json(struct buf *b, const struct holder *h)
{
    buf_char(b, '{');
    id_json(b, "unit", h->unit);
    text_json(b, "unit_name", h->unit_name, ",");
    id_json(b, "person", h->person);
    text_json(b, "person_name", h->person_name, ",");
    text_json(b, "post", h->post, ",");
    text_json(b, "from", h->from, ",");
    text_json(b, "to", h->to, ",");
    text_json(b, "source", h->source, ",");
    text_json(b, "basis", h->basis, "}");
}

static void layers_json(struct buf *b, const char *key, const struct who *k, bool (*which)(const struct who *, enum layer))
{
    const char *comma = "";
    buf_printf(b, ",\"%s\":[", key);
    for (int i = 0; i < LAYER__MAX; i++) {
        if (!which(k, (enum layer)i)) continue;
        buf_printf(b, "%s\"%s\"", comma, keys[i]);
        comma = ",";
    }
    buf_char(b, ']');
}

void who_json(struct buf *b, const struct who *k)
{
    char text[DAY_TEXT];
    buf_printf(b, "{\"premises\":\"%lld\",\"day\":\"%s\"", (long long)k->premises, day_text(k->day, text));
    for (int i = 0; i < LAYER__MAX; i++) {
        buf_printf(b, ",\"%s\":[", keys[i]);
        for (int n = 0; n < k->layer[i].n; n++) {
            if (n) buf_char(b, ',');
            holder_json(b, &k->layer[i].holder[n]);
        }
        buf_char(b, ']');
    }
    layers_json(b, "gaps", k, who_gap);
    layers_json(b, "overlaps", k, who_overlap);
    buf_char(b, '}');
}

static void piece(struct buf *b, const char *before, struct str s)
{
    if (s.n) buf_printf(b, "%s%.*s", before, STR_ARG(s));
}

void who_text(struct buf *b, const struct who *k, enum lang lang)
{
    for (int i = 0; i < LAYER__MAX; i++) {
        buf_printf(b, "%s%s", i ? "\n" : "", labels[i][lang]);
        if (who_gap(k, (enum layer)i)) buf_z(b, lang_text(lang, N_(": gap, nobody holds it")));
        if (who_overlap(k, (enum layer)i)) buf_z(b, lang_text(lang, N_(": overlap, more than one holds it")));
        for (int n = 0; n < k->layer[i].n; n++) {
            const struct holder *h = &k->layer[i].holder[n];
            buf_z(b, "\n ");
            piece(b, " ", h->unit_name);
            piece(b, " ", h->person_name);
            piece(b, lang_text(lang, N_(", ")), h->post);
            piece(b, lang_text(lang, N_(", from ")), h->from);
            piece(b, lang_text(lang, N_(" to ")), h->to);
            piece(b, lang_text(lang, N_(", basis: ")), h->basis);
            piece(b, lang_text(lang, N_(", source: ")), h->source);
        }
    }
}
