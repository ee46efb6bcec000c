/* compute.c — see compute.h. */
#include "ledger/compute.h"

#include "ledger/unit_kind.h"

typedef enum err (*compute_fn)(struct work *, const struct record *, struct value *ret);

/* Digits 3–8 of the credit code (GB 32100-2015): the registrar's area, 12 digits wide. */
static enum err uscc_region(struct work *w, const struct record *r, struct value *ret)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        struct str code = record_text(r, (int)i);
        if (r->l->fields[i].type != TYPE_CREDIT_CODE || code.n != 18) continue;
        for (int k = 2; k < 8; k++)
            if (code.p[k] < '0' || code.p[k] > '9') return OK;
        struct str region = arena_printf(w->arena, "%.6s000000", code.p + 2);
        if (!region.p) return err_no_memory();
        *ret = value_text(region);
    }
    return OK;
}

/* How many of the 12 digits of a region code say something (GB/T 2260, GB/T 10114): 2 province, 4 city, 6 county, 9 township,
 * 12 village. 0 when it is no such code. */
static int region_digits(struct str code)
{
    static const int widths[] = {2, 4, 6, 9, 12};
    for (size_t i = 0; code.n == 12 && i < sizeof widths / sizeof *widths; i++) {
        int k = widths[i];
        while (k < 12 && code.p[k] == '0') k++;
        if (k == 12) return widths[i];
    }
    return 0;
}

/* The code of a record of the ledger of regions: its first field of type region. */
static struct str own_region(const struct record *r)
{
    for (unsigned i = 0; i < r->l->fields_count; i++)
        if (r->l->fields[i].type == TYPE_REGION) return record_text(r, (int)i);
    return STR_NONE;
}

static enum err region_level(struct work *w, const struct record *r, struct value *ret)
{
    (void)w;
    switch (region_digits(own_region(r))) {
    case 2: *ret = value_text(STR("province")); break;
    case 4: *ret = value_text(STR("city")); break;
    case 6: *ret = value_text(STR("county")); break;
    case 9: *ret = value_text(STR("township")); break;
    case 12: *ret = value_text(STR("village")); break;
    }
    return OK;
}

/* The region one level up, when it is in the ledger already. */
static enum err region_parent(struct work *w, const struct record *r, struct value *ret)
{
    struct str code = own_region(r);
    int digits = region_digits(code), above = digits == 12 ? 9 : digits == 9 ? 6 : digits - 2;
    int64_t id;
    if (above < 2) return OK;
    struct str parent = arena_printf(w->arena, "%.*s%0*d", above, code.p, 12 - above, 0);
    if (!parent.p) return err_no_memory();
    enum err e = store_resolve(w, r->l, parent, &id);
    if (e == ERR_NOT_FOUND) return OK;
    if (!e) *ret = value_int(id);
    return e;
}

static enum err today(struct work *w, const struct record *r, struct value *ret)
{
    (void)r;
    char text[DAY_TEXT];
    struct str day = arena_str(w->arena, str_of(day_text(instant_day(clock_now()), text)));
    if (!day.p) return err_no_memory();
    *ret = value_text(day);
    return OK;
}

static enum err now(struct work *w, const struct record *r, struct value *ret)
{
    (void)w;
    (void)r;
    *ret = value_int(clock_now());
    return OK;
}

/* The unit whose id those who act for this unit see by, when they see by that scope. */
static struct value scope_unit(const struct record *r, enum scope_kind sees)
{
    const struct field *kind = ledger_field(r->l, STR("kind")), *parent = ledger_field(r->l, STR("parent"));
    const struct unit_kind *k = kind && parent ? unit_kind_find(record_text(r, kind->index)) : NULL;
    if (!k || k->sees != sees) return VALUE_NULL;
    return k->anchor == ANCHOR_PARENT ? r->v[parent->index] : value_int(r->id);
}

static enum err unit_territory(struct work *w, const struct record *r, struct value *ret)
{
    (void)w;
    *ret = scope_unit(r, SEES_TERRITORY);
    return OK;
}

static enum err unit_sector(struct work *w, const struct record *r, struct value *ret)
{
    (void)w;
    *ret = scope_unit(r, SEES_SECTOR);
    return OK;
}

static const struct {
    const char *name;
    compute_fn fn;
} functions[] = {
    {"uscc_region", uscc_region},       {"region_level", region_level}, {"region_parent", region_parent}, {"today", today}, {"now", now},
    {"unit_territory", unit_territory}, {"unit_sector", unit_sector}};

static compute_fn find(struct str name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (str_is(name, functions[i].name)) return functions[i].fn;
    return NULL;
}

bool compute_known(struct str name)
{
    return find(name) != NULL;
}

enum err compute_blanks(struct work *w, struct record *r)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        const struct field *f = &r->l->fields[i];
        if (!f->compute || (r->v[i].tag != VAL_NULL && !f->read_only)) continue;
        compute_fn fn = find(str_of(f->compute));
        if (!fn) return err_set(ERR_INVALID, _("field “%s”: there is no function “%s”"), f->name, f->compute);
        TRY(fn(w, r, &r->v[i]));
    }
    return OK;
}
