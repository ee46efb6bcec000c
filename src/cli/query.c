/* query.c — see query.h. */
#include "cli/query.h"

#include <stdio.h>

#include "base/lang.h"
#include "ledger/type.h"

static enum err no_field(const struct ledger *l, struct str name)
{
    char z[64];
    snprintf(z, sizeof z, "%.*s", STR_ARG(name));
    err_set(ERR_INVALID, _("%s: there is no field “%.*s”"), ledger_label(l, lang_get()), STR_ARG(name));
    return err_field(z);
}

enum err cli_query(struct cli *c, struct work *w, const struct ledger *l, struct query *ret)
{
    struct condition *where = arena_array(w->arena, struct condition, c->givens + 1);
    const char *text, *day = cli_value(c, "on");
    int n = 0;
    if (!where) return err_no_memory();
    for (int at = 0; (text = cli_next(c, "where", &at)); n++) TRY(condition_parse(w, l, str_of(text), &where[n]));
    *ret = (struct query){
        .l = l, .where = where, .where_n = n, .search = str_of(cli_value(c, "search")), .withdrawn = cli_has(c, "withdrawn")};
    if (day && !day_parse(str_of(day), &ret->on)) return cli_usage(c, _("--on: “%s” is no day; write it as 2026-02-10"), day);
    ret->has_on = day != NULL;
    return OK;
}

enum err cli_query_sort(struct cli *c, struct query *q)
{
    struct str name = str_of(cli_value(c, "sort"));
    if (!name.p) return OK;
    q->descending = str_starts(name, STR("-"));
    if (q->descending) name = str_from(name, 1);
    q->sort = ledger_field(q->l, name);
    if (!q->sort) q->sort = query_system_field(name);
    return q->sort ? OK : no_field(q->l, name);
}

enum err cli_query_fields(struct cli *c, struct work *w, struct query *q)
{
    struct str rest = str_of(cli_value(c, "fields"));
    if (!rest.p) return OK;
    const struct field **fields = arena_array(w->arena, const struct field *, rest.n + 1);
    if (!fields) return err_no_memory();
    q->fields = fields;
    while (rest.p) {
        struct str name = str_trim(str_split(&rest, ','));
        const struct field *f = ledger_field(q->l, name);
        bool twice = false;
        if ((!f && !query_system_field(name)) || (f && !type_has_column(f->type))) return no_field(q->l, name);
        for (int i = 0; i < q->fields_n; i++) twice |= fields[i] == f;
        if (f && !twice) fields[q->fields_n++] = f;
    }
    return OK;
}
