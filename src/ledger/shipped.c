/* shipped.c — see shipped.h. */
#include "ledger/shipped.h"

#include "base/lang.h"
#include "ledger/import.h"

enum err shipped_load(struct store *s, const struct actor *actor, struct arena *a)
{
    for (const struct shipped_data *d = shipped_data; d->name; d++) {
        struct import_result r;
        const struct ledger *l = registry_find(s->registry, str_of(d->name));
        if (!l) return err_set(ERR_INVALID, _("%s.csv: there is no such ledger"), d->name);
        TRY(import_bytes(s, actor, a, l, d->name, str_of(d->csv), &r));
        if (!r.refused) continue;
        const struct import_note *n = &r.refusals[0];
        return err_set(ERR_INVALID, _("%s.csv, row %lld, %.*s: %.*s"), d->name, (long long)n->row, STR_ARG(n->field), STR_ARG(n->reason));
    }
    return OK;
}
