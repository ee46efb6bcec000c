/* listing.c — see listing.h. */
#include "web/listing.h"

#include <stdio.h>

#include "ledger/type.h"

/* ---- reading ---- */

static enum err no_field(const struct ledger *l, struct str name)
{
    char z[64];
    snprintf(z, sizeof z, "%.*s", STR_ARG(name));
    err_set(ERR_INVALID, _("%s: there is no field “%.*s”"), ledger_label(l, lang_get()), STR_ARG(name));
    return err_field(z);
}

static enum err read_where(struct work *w, const struct params *query, struct listing *k)
{
    const struct param *p;
    for (int at = 0; (p = param_next(query, "where", &at));) {
        if (!str_trim(p->value).n) continue;
        if (k->where_n == QUERY_CONDITIONS_MAX) return err_set(ERR_TOO_BIG, _("at most %d conditions"), QUERY_CONDITIONS_MAX);
        k->where[k->where_n] = p->value;
        TRY(condition_parse(w, k->l, p->value, &k->condition[k->where_n]));
        k->where_n++;
    }
    return OK;
}

static enum err take_field(struct listing *k, struct str name)
{
    const struct field *f = ledger_field(k->l, name);
    if (!f || !type_has_column(f->type)) return no_field(k->l, name);
    for (int i = 0; i < k->fields; i++)
        if (k->field[i] == f) return OK;
    if (k->fields == LISTING_FIELDS) return err_set(ERR_TOO_BIG, _("at most %d columns"), LISTING_FIELDS);
    k->field[k->fields++] = f;
    return OK;
}

/* fields=a&fields=b (boxes of a form) or fields=a,b */
static enum err read_fields(const struct params *query, struct listing *k)
{
    const struct param *p;
    for (int at = 0; (p = param_next(query, "fields", &at));) {
        for (struct str rest = p->value; rest.p;) {
            struct str name = str_trim(str_split(&rest, ','));
            if (name.n) TRY(take_field(k, name));
        }
    }
    return OK;
}

static enum err read_ids(const struct params *query, struct listing *k)
{
    const struct param *p;
    for (int at = 0; (p = param_next(query, "ids", &at));) {
        for (struct str rest = p->value; rest.p;) {
            struct str one = str_trim(str_split(&rest, ','));
            if (!one.n) continue;
            if (k->ids_n == QUERY_IDS_MAX) return err_set(ERR_TOO_BIG, _("at most %d records at once"), QUERY_IDS_MAX);
            if (!str_int(one, &k->ids[k->ids_n++])) {
                err_set(ERR_INVALID, _("ids: “%.*s” is no id of a record"), STR_ARG(one));
                return err_field("ids");
            }
        }
    }
    return OK;
}

static const struct field *sort_field(const struct ledger *l, struct str sort)
{
    struct str name = str_from(sort, str_starts(sort, STR("-")));
    const struct field *f = ledger_field(l, name);
    return f ? f : query_system_field(name);
}

static enum err read_numbers(const struct params *query, int64_t most, struct listing *k)
{
    struct str limit = param_given(query, "limit");
    day_t day;
    if (limit.p && (!str_int(limit, &k->limit) || k->limit < 1 || k->limit > most)) {
        err_set(ERR_INVALID, _("limit: a whole number from 1 to %lld"), (long long)most);
        return err_field("limit");
    }
    if (k->on.p && !day_parse(k->on, &day)) {
        err_set(ERR_INVALID, _("on: “%.*s” is no day; write it as 2026-02-10"), STR_ARG(k->on));
        return err_field("on");
    }
    return k->sort.p && !sort_field(k->l, k->sort) ? no_field(k->l, k->sort) : OK;
}

enum err listing_read(struct work *w, const struct params *query, const struct ledger *l, int64_t limit_most, struct listing *ret)
{
    *ret = (struct listing){.l = l,
                            .q = param_given(query, "q"),
                            .sort = param_given(query, "sort"),
                            .on = param_given(query, "on"),
                            .after = param_given(query, "after"),
                            .withdrawn = param_given(query, "withdrawn").p != NULL};
    TRY(read_where(w, query, ret));
    TRY(read_fields(query, ret));
    TRY(read_ids(query, ret));
    return read_numbers(query, limit_most, ret);
}

void listing_query(const struct listing *k, int limit, struct query *ret)
{
    *ret = (struct query){.l = k->l,
                          .where = k->condition,
                          .where_n = k->where_n,
                          .ids = k->ids,
                          .ids_n = k->ids_n,
                          .search = k->q,
                          .descending = str_starts(k->sort, STR("-")),
                          .limit = k->limit ? (int)k->limit : limit,
                          .after = k->after,
                          .withdrawn = k->withdrawn,
                          .has_on = k->on.p != NULL};
    if (k->sort.p) ret->sort = sort_field(k->l, k->sort);
    if (k->on.p) day_parse(k->on, &ret->on);
}

int listing_columns(const struct listing *k, const struct field **ret, int room)
{
    int n = 0;
    for (int i = 0; i < k->fields && n < room; i++) ret[n++] = k->field[i];
    for (unsigned i = 0; !k->fields && i < k->l->fields_count && n < room; i++)
        if (k->l->fields[i].list && type_has_column(k->l->fields[i].type)) ret[n++] = &k->l->fields[i];
    return n;
}

/* ---- writing ---- */

struct str listing_url(struct arena *a, const struct listing *k, struct listing_change c)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 << 10);
    buf_printf(&b, "/l/%s%s", k->l->ledger, c.path ? c.path : "");
    for (int i = 0; !c.no_conditions && i < k->where_n; i++)
        if (i + 1 != c.without) url_put(&b, "where", k->where[i]);
    url_put(&b, "where", c.with);
    if (!c.no_conditions) url_put(&b, "q", k->q);
    for (int i = 0; !c.no_conditions && i < k->ids_n; i++) url_put(&b, "ids", arena_printf(a, "%lld", (long long)k->ids[i]));
    url_put(&b, "sort", c.sort ? str_of(c.sort) : k->sort);
    for (int i = 0; i < k->fields; i++) url_put(&b, "fields", str_of(k->field[i]->name));
    url_put(&b, "on", k->on);
    if (k->withdrawn) url_put(&b, "withdrawn", STR("1"));
    if (k->limit) url_put(&b, "limit", arena_printf(a, "%lld", (long long)k->limit));
    url_put(&b, "after", c.after);
    if (c.name) url_put(&b, c.name, c.value);
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}
