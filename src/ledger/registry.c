/* registry.c — see registry.h. */
#include "ledger/registry.h"

#include "base/mem.h"
#include "ledger/compute.h"

struct registry *registry_new(void)
{
    return mem_alloc(sizeof(struct registry));
}

struct registry *registry_free(struct registry *r)
{
    if (!r) return NULL;
    for (int i = 0; i < r->n; i++) ledger_free(r->ledgers[i]);
    mem_free(r->ledgers);
    mem_free(r);
    return NULL;
}

const struct ledger *registry_find(const struct registry *r, struct str name)
{
    for (int i = 0; i < r->n; i++)
        if (str_is(name, r->ledgers[i]->ledger)) return r->ledgers[i];
    return NULL;
}

enum err registry_add(struct registry *r, struct str yaml, bool shipped)
{
    if (r->n == r->room) {
        int room = r->room ? 2 * r->room : 32;
        void *p = mem_resize(r->ledgers, (size_t)room * sizeof *r->ledgers);
        if (!p) return err_no_memory();
        r->ledgers = p;
        r->room = room;
    }
    struct ledger *l;
    TRY(ledger_load(yaml, shipped, &l));
    if (registry_find(r, str_of(l->ledger))) {
        enum err e = err_set(ERR_CONFLICT, _("there is a ledger “%s” already"), l->ledger);
        ledger_free(l);
        return e;
    }
    l->place = r->n;
    r->ledgers[r->n++] = l;
    return OK;
}

enum err registry_add_shipped(struct registry *r)
{
    for (const struct shipped_description *d = shipped_descriptions; d->name; d++) TRY(registry_add(r, str_of(d->yaml), true));
    return OK;
}

enum err registry_link(struct registry *r)
{
    for (int i = 0; i < r->n; i++) {
        struct ledger *l = r->ledgers[i];
        if (l->parent && !registry_find(r, str_of(l->parent)))
            return err_set(ERR_INVALID, _("ledger “%s”: there is no ledger “%s”"), l->ledger, l->parent);
        for (unsigned k = 0; k < l->fields_count; k++) {
            struct field *f = &l->fields[k];
            if (f->compute && !compute_known(str_of(f->compute)))
                return err_set(ERR_INVALID, _("ledger “%s”, field “%s”: there is no function “%s”"), l->ledger, f->name, f->compute);
            if (!f->of) continue;
            f->target = registry_find(r, str_of(f->of));
            if (!f->target) return err_set(ERR_INVALID, _("ledger “%s”, field “%s”: there is no ledger “%s”"), l->ledger, f->name, f->of);
            if (f->type == TYPE_ROWS && (!f->target->parent || strcmp(f->target->parent, l->ledger) != 0))
                return err_set(ERR_INVALID, _("ledger “%s”, field “%s”: “%s” must name “%s” as its parent"), l->ledger, f->name, f->of,
                               l->ledger);
        }
    }
    return OK;
}
