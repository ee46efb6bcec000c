/* duty_change.c — what people do to a duty: suspend, resume, extend, waive; and what each change of a duty brings with it. */
#include "duty/duty_parts.h"
#include "ledger/flow.h"
#include "ledgers.h"

/* ---- guards ---- */

static enum err by_rule(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)old;
    (void)now;
    (void)v;
    return w->ruled ? OK : err_set(ERR_REFUSED, "%s", _("a duty starts and ends by its rule, not by hand"));
}

/* What comes again and hangs on no flow is finished by whom it is reported to or by whom owes it. */
static enum err by_rule_or_recurring(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    if (!duty_recurs(now)) return by_rule(w, old, now, v);
    if (duty_finished(now) <= clock_now() || w->ruled) return OK;
    return err_set(ERR_REFUSED, "%s", _("it cannot have been finished later than now"));
}

static enum err in_time(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)w;
    (void)old;
    (void)v;
    return duty_finished(now) <= duty_due(now) ? OK : err_set(ERR_REFUSED, "%s", _("it was finished after its end: that is finished late"));
}

static enum err too_late(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)w;
    (void)old;
    (void)v;
    return duty_finished(now) > duty_due(now) ? OK : err_set(ERR_REFUSED, "%s", _("it was finished in time"));
}

static instant_t or_now(instant_t t)
{
    return t ? t : clock_now();
}

static enum err not_later(instant_t t, instant_t earliest)
{
    if (t >= earliest && t <= clock_now()) return OK;
    return err_set(ERR_REFUSED, "%s", _("that moment lies before the duty began or in the future"));
}

static enum err may_suspend(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    struct due_changes c;
    struct rule r;
    bool ends = strcmp(v->name, "resume") == 0;
    TRY(duty_rule_of(w, old, &r));
    TRY(duty_changes(w->arena, old, clock_now(), &c));
    const struct suspension *open = c.suspensions ? &c.suspension[c.suspensions - 1] : NULL;
    struct suspension s = {.from = or_now(duty_change_from(now))};
    if (ends && open) s = (struct suspension){open->from, or_now(duty_change_to(now))};
    TRY(not_later(ends ? s.to : s.from, ends ? s.from + 1 : duty_started(old)));
    if (!ends && s.from > duty_due(old)) return err_set(ERR_REFUSED, "%s", _("the time limit was over before that moment"));
    if (!ends) s.to = s.from;
    if (ends && c.suspensions) c.suspensions--;
    return due_may_suspend(&r.terms, duty_rung_of(w, old), &c, s);
}

static enum err read_extension(const struct record *now, const struct rule *r, struct extension *ret)
{
    enum clock_unit unit = r->terms.extend_unit < CLOCK__MAX ? r->terms.extend_unit : r->clock.unit;
    if (due_read_amount(duty_extension(now), unit, ret)) return OK;
    err_set(ERR_INVALID, _("“%.*s” is no extension; write it like 10wd, 15d or 36h"), STR_ARG(duty_extension(now)));
    return err_field("extension");
}

static enum err may_extend(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    struct due_changes c;
    struct extension e;
    struct rule r;
    instant_t granted = or_now(duty_granted_at(now));
    (void)v;
    TRY(duty_rule_of(w, old, &r));
    TRY(read_extension(now, &r, &e));
    TRY(not_later(granted, duty_started(old)));
    TRY(duty_changes(w->arena, old, clock_now(), &c));
    return due_may_extend(&r.terms, duty_rung_of(w, old), &c, duty_due(old), granted, e);
}

const struct guard duty_guards[] = {{"by_rule", by_rule},
                                    {"by_rule_or_recurring", by_rule_or_recurring},
                                    {"in_time", in_time},
                                    {"too_late", too_late},
                                    {"may_suspend", may_suspend},
                                    {"may_extend", may_extend},
                                    {NULL, NULL}};

/* ---- rows ---- */

/* One row more, with room for its values. */
static enum err new_row(struct work *w, struct record *duty, const struct field *f, struct value **ret)
{
    struct rows *rows = &duty->rows[f->index];
    struct value **v = arena_array(w->arena, struct value *, rows->n + 1);
    struct value *row = arena_array(w->arena, struct value, (int)f->target->fields_count);
    if (!v || !row) return err_no_memory();
    for (int i = 0; i < rows->n; i++) v[i] = rows->v[i];
    v[rows->n] = row;
    *rows = (struct rows){rows->n + 1, v};
    *ret = row;
    return OK;
}

static enum err add_suspension(struct work *w, const struct record *old, struct record *now)
{
    const struct field *f = ledger_field(now->l, STR("suspensions"));
    const struct ledger *l = f->target;
    struct value *row;
    TRY(new_row(w, now, f, &row));
    row[duty_suspension_field_from_at(l)->index] = value_int(or_now(duty_change_from(now)));
    row[duty_suspension_field_rung(l)->index] = value_text(str_of(rung_names[duty_rung_of(w, old)]));
    row[duty_suspension_field_reason(l)->index] = value_text(duty_change_reason(now));
    row[duty_suspension_field_document(l)->index] = value_text(duty_change_document(now));
    duty_clear_look_at(now);
    duty_clear_breached(now); /* one that was entered late: it was not missed after all */
    duty_clear_rung(now);
    return OK;
}

static enum err end_suspension(struct work *w, struct record *now)
{
    const struct field *f = ledger_field(now->l, STR("suspensions"));
    struct rows *rows = &now->rows[f->index];
    int last = rows->n - 1, fields = (int)f->target->fields_count;
    struct value **v = arena_array(w->arena, struct value *, rows->n + 1);
    struct value *row = arena_array(w->arena, struct value, fields);
    bool moved;
    if (!v || !row) return err_no_memory();
    if (last < 0) return err_set(ERR_DB, _("duty %lld names no suspension"), (long long)now->id);
    for (int i = 0; i < last; i++) v[i] = rows->v[i];
    memcpy(row, rows->v[last], (size_t)fields * sizeof *row); /* the former row is the old record's */
    row[duty_suspension_field_to_at(f->target)->index] = value_int(or_now(duty_change_to(now)));
    v[last] = row;
    rows->v = v;
    return duty_again(w, now, "suspension", &moved);
}

static enum err add_extension(struct work *w, const struct record *old, struct record *now)
{
    const struct field *f = ledger_field(now->l, STR("extensions"));
    const struct ledger *l = f->target;
    struct extension e;
    struct rule r;
    struct value *row;
    bool moved;
    TRY(duty_rule_of(w, old, &r));
    TRY(read_extension(now, &r, &e));
    TRY(new_row(w, now, f, &row));
    row[duty_extension_field_amount(l)->index] = value_int(e.amount);
    row[duty_extension_field_unit(l)->index] = value_text(str_of(clock_unit_names[e.unit]));
    row[duty_extension_field_granted_at(l)->index] = value_int(or_now(duty_granted_at(now)));
    row[duty_extension_field_rung(l)->index] = value_text(str_of(rung_names[duty_rung_of(w, old)]));
    row[duty_extension_field_reason(l)->index] = value_text(duty_change_reason(now));
    row[duty_extension_field_document(l)->index] = value_text(duty_change_document(now));
    duty_clear_breached(now);
    duty_clear_rung(now);
    duty_clear_reminded(now);
    return duty_again(w, now, "extension", &moved);
}

/* What was asked for belongs to this change alone; the rows keep it. */
static void forget_request(const struct record *old, struct record *now)
{
    if (!old) return;
    duty_clear_change_from(now);
    duty_clear_change_to(now);
    duty_clear_extension(now);
    duty_clear_granted_at(now);
}

enum err duty_changing(struct work *w, const struct record *old, struct record *now, const struct verb *v)
{
    const char *verb = v && old ? v->name : "";
    if (strcmp(verb, "suspend") == 0) TRY(add_suspension(w, old, now));
    if (strcmp(verb, "resume") == 0) TRY(end_suspension(w, now));
    if (strcmp(verb, "extend") == 0) TRY(add_extension(w, old, now));
    const struct state *s = ledger_state(now->l, now->state);
    if (s && s->done) duty_clear_look_at(now);
    if (s && s->done)
        duty_clear_open_due(now);
    else
        duty_set_open_due(now, duty_due(now));
    if (strcmp(verb, "finish") == 0) duty_clear_breached(now);
    /* Finished too late before any tick came by: the breach stands all the same. */
    if (strcmp(verb, "finish_late") == 0 && !duty_knows_breached(now)) duty_set_breached(now, duty_due(now));
    forget_request(old, now);
    return OK;
}

/* The record shows its deadline too. */
static enum err copy_due(struct work *w, const struct record *duty)
{
    struct record *on, *draft, *done;
    TRY(duty_record(w, duty, false, &on));
    const struct duty_use *u = duty_use_of(on, duty_rule(duty));
    if (!u || !u->set_due || on->withdrawn) return OK;
    if (!(draft = record_new(w->arena, on->l))) return err_no_memory();
    u->set_due(draft, duty_due(duty));
    w->ruled++;
    enum err e = store_change(w, on->id, 0, draft, &done, NULL);
    w->ruled--;
    return e;
}

enum err duty_changed(struct work *w, const struct record *old, const struct record *now)
{
    const struct state *s = ledger_state(now->l, now->state);
    if (!old || (s && s->done)) return OK;
    bool moved = duty_due(old) != duty_due(now), undone = duty_knows_breached(old) && !duty_knows_breached(now);
    if (moved) TRY(copy_due(w, now));
    if (!undone && (!moved || str_is(duty_moved_by(now), "record"))) return OK;
    return ladder_tell_owner(w, now, undone ? NOTICE_WITHDRAWN : NOTICE_MOVED);
}
