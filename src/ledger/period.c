/* period.c — see period.h. */
#include "ledger/period.h"

#include "ledger/number.h"
#include "ledger/query.h"

enum err period_check(struct work *w, const struct record *r)
{
    const struct period_rule *p = r->l->period;
    struct str from = record_text(r, p->from_field->index), to = record_text(r, p->to_field->index);
    if (from.p && to.p && str_cmp(from, to) >= 0) {
        err_set(ERR_INVALID, _("%s must be after %s"), field_label(p->to_field, lang_get()), field_label(p->from_field, lang_get()));
        return err_field(p->to_field->name);
    }
    /* One row of the counters serves as the lock of the ledger's periods: such records are written seldom. */
    struct str name = arena_printf(w->arena, "period/%s", r->l->ledger);
    int64_t turn, other;
    if (!name.p) return err_no_memory();
    TRY(number_document(w, name, &turn));
    TRY(query_overlap(w, r, &other));
    if (!other) return OK;
    err_set(ERR_REFUSED, _("the period overlaps that of record %lld"), (long long)other);
    return err_rule("period");
}
