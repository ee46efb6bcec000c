/* find.c — finding the record that a number or the keys of a row mean. See store.h. */
#include <stdio.h>

#include "base/utf8.h"
#include "ledger/plan.h"
#include "ledger/query.h"
#include "ledger/secret.h"
#include "ledger/sort_key.h"

/* Follow merges to the record that stays. A chain of merges is short; a circle cannot be made, but is not trusted. */
static enum err follow(struct work *w, const struct ledger *l, int64_t id, int64_t *ret)
{
    for (int steps = 0; steps < 100; steps++) {
        struct record *r;
        TRY(store_load(w, l, id, false, &r));
        if (!r->successor) {
            *ret = id;
            return OK;
        }
        id = r->successor;
    }
    return err_set(ERR_DB, "%s", _("merges lead round in a circle"));
}

static enum err several(const struct ledger *l, struct str number)
{
    return err_set(ERR_CONFLICT, _("%s: several records answer to “%.*s”"), ledger_label(l, lang_get()), STR_ARG(number));
}

/* Pseudo-field for the sort key column, through which folded texts are found by index. */
static struct field key_column(const struct field *f, char name[64])
{
    struct field k = *f;
    snprintf(name, 64, "_s_%s", f->name);
    k.name = name;
    return k;
}

/* One record whose field has this value: *ret 0 when none. Where lists are sorted by the field, the index of its key leads there. */
static enum err by_field(struct work *w, const struct ledger *l, const struct field *f, struct value v, bool withdrawn, struct str number,
                         int64_t *ret)
{
    int64_t ids[2];
    int n;
    char name[64];
    struct field key = key_column(f, name);
    struct condition c[] = {{f, OP_EQ, v}, {&key, OP_EQ, v}};
    if (f->sort) TRY(sort_key(w->arena, f, v, &c[1].value));
    TRY(query_ids(w, l, c, f->sort ? 2 : 1, withdrawn, ids, 2, &n));
    if (n > 1) return several(l, number);
    *ret = n ? ids[0] : 0;
    return OK;
}

/* Fields by which people name a record, in the order they are tried: single-field keys, the title, other names such as a short
 * one (text that counts as title in search). */
static const struct field *naming_field(const struct ledger *l, unsigned i)
{
    if (i < l->keys_count) return l->key_groups[i].n == 1 ? l->key_groups[i].field[0] : NULL;
    if (i == l->keys_count) return l->title_field;
    const struct field *f = &l->fields[i - l->keys_count - 1];
    return f->search == SEARCH_TITLE && f->type == TYPE_TEXT && f != l->title_field ? f : NULL;
}

static enum err by_keys(struct work *w, const struct ledger *l, struct str number, int64_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < l->keys_count + 1 + l->fields_count && !*ret; i++) {
        const struct field *f = naming_field(l, i);
        if (!f || f->sensitive) continue;
        int64_t whole;
        struct str text = number;
        if (f->type == TYPE_REGION && number.n >= 2 && number.n < 12) { /* 430602 is 430602000000 */
            text = arena_printf(w->arena, "%.*s%0*d", STR_ARG(number), (int)(12 - number.n), 0);
            if (!text.p) return err_no_memory();
        }
        struct value v = value_text(text);
        if (type_is_int(f->type)) {
            if (!str_int(number, &whole)) continue;
            v = value_int(whole);
        }
        TRY(by_field(w, l, f, v, false, number, ret));
    }
    return OK;
}

static enum err by_id(struct work *w, const struct ledger *l, struct str number, int64_t *ret)
{
    int64_t id;
    *ret = 0;
    return str_int(number, &id) ? by_field(w, l, query_system_field(STR("id")), value_int(id), true, number, ret) : OK;
}

/* Addresses and references name records by their ids. So long a number is hardly anything else, and is looked for among ids first. */
#define ID_DIGITS 15

enum err store_resolve(struct work *w, const struct ledger *l, struct str number, int64_t *ret)
{
    int64_t id = 0;
    number = str_trim(number);
    if (!number.n)
        return err_set(ERR_NOT_FOUND, _("%s: which one? Its number is missing"), ledger_label(l, lang_get())); /* not: one without a key */
    if (number.n >= ID_DIGITS) TRY(by_id(w, l, number, &id));
    if (!id && l->number) TRY(by_field(w, l, query_system_field(STR("number")), value_text(number), true, number, &id));
    if (!id) TRY(by_keys(w, l, number, &id));
    if (!id && number.n < ID_DIGITS) TRY(by_id(w, l, number, &id));
    if (!id) return err_set(ERR_NOT_FOUND, _("%s: there is no “%.*s”"), ledger_label(l, lang_get()), STR_ARG(number));
    return follow(w, l, id, ret);
}

/* ---- keys of an import ---- */

static bool all_known(const struct group *g, const struct record *r)
{
    for (int i = 0; i < g->n; i++)
        if (r->v[g->field[i]->index].tag == VAL_NULL) return false;
    return true;
}

/* Texts are the same for a key when they are the same folded: "（）" and "()" are mixed in real names. */
static enum err same_text(struct str a, struct str b, bool *ret)
{
    struct buf x CLEANUP_BUF = BUF_INIT(100000), y CLEANUP_BUF = BUF_INIT(100000);
    utf8_fold(&x, a);
    utf8_fold(&y, b);
    TRY(buf_error(&x));
    TRY(buf_error(&y));
    *ret = str_eq(buf_view(&x), buf_view(&y));
    return OK;
}

static bool folds(const struct field *f)
{
    return f->type == TYPE_TEXT && f->sort;
}

static enum err candidate_fits(struct work *w, const struct record *draft, const struct group *g, unsigned earlier, int64_t id, bool *ret)
{
    const struct ledger *l = draft->l;
    struct record *r;
    *ret = true;
    TRY(store_load(w, l, id, false, &r));
    for (int i = 0; i < g->n && *ret; i++)
        if (folds(g->field[i])) TRY(same_text(record_text(r, g->field[i]->index), record_text(draft, g->field[i]->index), ret));
    /* A stronger key that both have, and that did not match, says that they are two; so does one that the record has when the
     * draft does not even fill this key. */
    bool weak = !all_known(g, draft);
    for (unsigned k = 0; k < earlier && *ret; k++)
        if ((weak || all_known(&l->key_groups[k], draft)) && all_known(&l->key_groups[k], r)) *ret = false;
    return OK;
}

static enum err match_group(struct work *w, const struct record *draft, unsigned place, int64_t *ret)
{
    enum { CANDIDATES = 50 };
    const struct group *g = &draft->l->key_groups[place];
    struct condition c[GROUP_MAX];
    struct field keys[GROUP_MAX];
    char names[GROUP_MAX][64];
    int64_t ids[CANDIDATES];
    int n;
    bool checks = place > 0;
    for (int i = 0; i < g->n; i++) {
        const struct field *f = g->field[i];
        c[i] = (struct condition){f, OP_EQ, draft->v[f->index]};
        if (c[i].value.tag == VAL_NULL) continue;
        if (f->sensitive) TRY(secret_condition(w, draft->v[f->index].s, &c[i]));
        if (!folds(f)) continue;
        keys[i] = key_column(f, names[i]);
        c[i].field = &keys[i];
        TRY(sort_key(w->arena, f, draft->v[f->index], &c[i].value));
        checks = true;
    }
    TRY(query_ids(w, draft->l, c, g->n, false, ids, CANDIDATES, &n));
    *ret = 0;
    for (int i = 0; i < n; i++) {
        bool fits = true;
        if (checks) TRY(candidate_fits(w, draft, g, place, ids[i], &fits));
        if (!fits) continue;
        if (*ret) return err_set(ERR_CONFLICT, "%s", _("several records fit the keys of this row"));
        *ret = ids[i];
    }
    return OK;
}

enum err store_match(struct work *w, const struct record *draft, int64_t *ret)
{
    const struct ledger *l = draft->l;
    bool any = false;
    *ret = 0;
    for (unsigned i = 0; i < l->keys_count && !*ret; i++) {
        if (!all_known(&l->key_groups[i], draft)) continue;
        any = true;
        TRY(match_group(w, draft, i, ret));
    }
    /* A row that fills no key is recognised by the weakest: what it does not say, the record must not know either. */
    if (!any && l->keys_count && draft->v[l->key_groups[l->keys_count - 1].field[0]->index].tag != VAL_NULL)
        return match_group(w, draft, l->keys_count - 1, ret);
    return OK;
}
