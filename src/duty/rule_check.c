/* rule_check.c — what must hold for a clock rule however it comes to be written: it can be reckoned, and what the district has confirmed
 * stays as it was confirmed. */
#include "duty/duty_parts.h"
#include "ledgers.h"

/* A rule that nobody can reckon would stop every change that needs it. */
static enum err can_be_reckoned(struct work *w, const struct record *row)
{
    struct calendar *empty = calendar_new(w->arena, DAY_MAX);
    day_t from = clock_rule_valid_from(row);
    struct rule r;
    struct due due;
    TRY(rule_take(row, &r));
    if (!empty) return err_no_memory();
    if (r.recurs && !r.recurs_for.p) {
        err_set(ERR_INVALID, "%s", _("a rule that comes again says for which units"));
        return err_field("recurs_for");
    }
    return due_find(w->arena, &r.clock, day_start(from == DAY_UNKNOWN ? instant_day(clock_now()) : from), empty, NULL, &due);
}

/* May a field of a confirmed edition still change? It may end, and be documented better. */
static bool is_open(const char *field)
{
    static const char *const open[] = {"valid_to", "basis", "certainty", "confirmed_on", "confirmed_by"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcmp(field, open[i]) == 0) return true;
    return false;
}

static enum err stays_as_confirmed(const struct record *old, const struct record *now)
{
    for (unsigned i = 0; i < now->l->fields_count; i++) {
        const struct field *f = &now->l->fields[i];
        if (is_open(f->name) || value_eq(old->v[i], now->v[i])) continue;
        err_set(ERR_REFUSED, "%s", _("this edition has been confirmed by the district; enter a new edition"));
        err_field(f->name);
        return err_rule("confirmed");
    }
    return OK;
}

static enum err check_rule(struct work *w, const struct record *old, const struct record *now)
{
    if (old && str_is(old->state, "confirmed") && str_is(now->state, "confirmed")) TRY(stays_as_confirmed(old, now));
    return can_be_reckoned(w, now);
}

const struct row_check duty_checks[] = {{"clock_rule", check_rule}, {NULL, NULL}};
