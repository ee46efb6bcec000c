/* compute.c — see compute.h. */
#include "ledger/compute.h"

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

static const struct {
    const char *name;
    compute_fn fn;
} functions[] = {{"uscc_region", uscc_region}, {"today", today}, {"now", now}};

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
        if (!f->compute || r->v[i].tag != VAL_NULL) continue;
        compute_fn fn = find(str_of(f->compute));
        if (!fn) return err_set(ERR_INVALID, _("field “%s”: there is no function “%s”"), f->name, f->compute);
        TRY(fn(w, r, &r->v[i]));
    }
    return OK;
}
