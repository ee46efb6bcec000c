/* flow.c — see flow.h. */
#include "ledger/flow.h"

#include "ledger/check.h"
#include "ledger/compute.h"
#include "ledger/right.h"
#include "ledger/secret.h"

enum { TABLES_MAX = 16 };
static const struct guard *tables[TABLES_MAX];
static const struct row_check *checks[TABLES_MAX];
static change_hook hook;
static prepare_hook prepare;

void flow_on_change(change_hook h)
{
    hook = h;
}

void flow_before_change(prepare_hook h)
{
    prepare = h;
}

enum err flow_changing(struct work *w, const struct record *old, struct record *now, const struct verb *v)
{
    return prepare ? prepare(w, old, now, v) : OK;
}

enum err flow_changed(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    return hook ? hook(w, old, now, v) : OK;
}

void flow_add_guards(const struct guard *table)
{
    for (int i = 0; i < TABLES_MAX; i++) {
        if (tables[i] == table) return;
        if (tables[i]) continue;
        tables[i] = table;
        return;
    }
}

void flow_add_checks(const struct row_check *table)
{
    for (int i = 0; i < TABLES_MAX; i++) {
        if (checks[i] == table) return;
        if (checks[i]) continue;
        checks[i] = table;
        return;
    }
}

enum err flow_check(struct work *w, const struct record *old, const struct record *now)
{
    for (int i = 0; i < TABLES_MAX && checks[i]; i++)
        for (const struct row_check *c = checks[i]; c->ledger; c++)
            if (strcmp(c->ledger, now->l->ledger) == 0) TRY(c->fn(w, old, now));
    return OK;
}

static guard_fn find_guard(const char *name)
{
    for (int i = 0; i < TABLES_MAX && tables[i]; i++)
        for (const struct guard *g = tables[i]; g->name; g++)
            if (strcmp(g->name, name) == 0) return g->fn;
    return NULL;
}

static bool allowed_from(const struct verb *v, struct str state)
{
    for (unsigned i = 0; i < v->from_count; i++)
        if (str_is(state, v->from[i])) return true;
    return false;
}

bool flow_by_rule(const struct verb *v)
{
    for (unsigned i = 0; i < v->guards_count; i++)
        if (strcmp(v->guards[i], "by_rule") == 0) return true;
    return false;
}

int flow_verbs(const struct record *r, const struct verb **ret, int room)
{
    int n = 0;
    for (unsigned i = 0; i < r->l->verbs_count && n < room; i++)
        if (allowed_from(&r->l->verbs[i], r->state)) ret[n++] = &r->l->verbs[i];
    return n;
}

/* The row of the table: verbs of one name may stand there for several states. */
enum err flow_find_verb(const struct record *r, struct str name, const struct verb **ret)
{
    const struct ledger *l = r->l;
    const struct verb *known = NULL;
    for (unsigned i = 0; i < l->verbs_count; i++) {
        if (!str_is(name, l->verbs[i].name)) continue;
        known = &l->verbs[i];
        if (!allowed_from(&l->verbs[i], r->state)) continue;
        *ret = &l->verbs[i];
        return OK;
    }
    if (!known) return err_set(ERR_INVALID, _("%s: there is no verb “%.*s”"), ledger_label(l, lang_get()), STR_ARG(name));
    const struct state *s = ledger_state(l, r->state);
    bool zh = lang_get() == LANG_ZH;
    err_set(ERR_REFUSED, _("“%s” is not possible in the state “%s”"), zh ? known->zh : known->en, s ? (zh ? s->zh : s->en) : "?");
    return err_rule("flow");
}

const struct verb *flow_birth(const struct ledger *l)
{
    for (unsigned i = 0; i < l->verbs_count; i++)
        if (l->verbs[i].from_count == 0) return &l->verbs[i];
    return NULL;
}

enum err flow_needs(const struct verb *v, const struct record *now)
{
    struct err_info all;
    err_gather_start(&all);
    for (unsigned i = 0; i < v->needs_count; i++) {
        const struct field *f = ledger_field(now->l, str_of(v->needs[i]));
        bool known = f->type == TYPE_ROWS ? now->rows[f->index].n > 0 : now->v[f->index].tag != VAL_NULL;
        if (known || (f->required && f->type != TYPE_ROWS)) continue; /* what is required anyway is asked for as such */
        err_set(ERR_INVALID, _("%s must be given for “%s”"), field_label(f, lang_get()), lang_get() == LANG_ZH ? v->zh : v->en);
        TRY(err_gather(&all, err_field(f->name)));
    }
    return err_raise(&all);
}

static enum err no_guard(const struct verb *v, const char *name)
{
    return err_set(ERR_INVALID, _("verb “%s”: there is no guard “%s”"), v->name, name);
}

enum err flow_guards_known(const struct ledger *l)
{
    for (unsigned i = 0; i < l->verbs_count; i++)
        for (unsigned k = 0; k < l->verbs[i].guards_count; k++)
            if (!find_guard(l->verbs[i].guards[k])) return no_guard(&l->verbs[i], l->verbs[i].guards[k]);
    return OK;
}

enum err flow_guards(struct work *w, const struct verb *v, const struct record *old, const struct record *now)
{
    for (unsigned i = 0; i < v->guards_count; i++) {
        guard_fn fn = find_guard(v->guards[i]);
        if (!fn) return no_guard(v, v->guards[i]);
        enum err e = fn(w, old, now, v);
        if (e == ERR_REFUSED) err_rule(v->guards[i]);
        TRY(e);
    }
    return OK;
}

enum err store_do(struct work *w, int64_t id, struct str name, int64_t base, const struct record *draft, struct record **ret)
{
    const struct ledger *l = draft->l;
    struct record *old, *now;
    const struct verb *v = NULL;
    TRY(right_need_verb(w, l, name)); /* permission */
    TRY(store_load_living(w, l, id, &old));
    if (base && base != old->version) return err_set(ERR_CONFLICT, "%s", _("somebody else has changed this record meanwhile"));
    TRY(flow_find_verb(old, name, &v)); /* table */
    now = record_copy(w->arena, old);
    if (!now) return err_no_memory();
    record_take(now, draft);
    TRY(secret_take(w, old, now, draft));
    TRY(compute_blanks(w, now));
    TRY(check_record(w, old, now, draft, v));
    TRY(check_by(w, old, now, v));
    TRY(flow_guards(w, v, old, now));
    now->state = str_of(v->to);
    TRY(flow_changing(w, old, now, v));
    TRY(store_put(w, old, now, name, STR_NONE));
    *ret = now;
    return flow_changed(w, old, now, v);
}
