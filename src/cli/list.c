/* list.c — anjian list: records by conditions, page by page. */
#include "cli/cli.h"

#include "base/lang.h"
#include "cli/query.h"
#include "cli/screen.h"
#include "ledger/setting.h"
#include "ledger/type.h"

#define LIST_MAX ((size_t)128 << 20)
#define COLUMNS_MAX 64

static const struct flag flags[] = {FLAGS_QUERY,     FLAG("sort", "F"), FLAG("limit", "N"), FLAG("after", "CURSOR"), FLAG("fields", "A,B"),
                                    SWITCH("count"), FLAG_END};

struct listing {
    struct cli *c;
    const struct ledger *l;
    int64_t limit;
    struct buf out;
    int shown;
    bool more;
};

/* ---- for people: a table ---- */

/* What a table shows: number and state where the ledger has them, then the wanted fields, or those meant for lists. */
static int table_columns(const struct query *q, const struct field **column)
{
    const struct ledger *l = q->l;
    int n = 0;
    if (l->number) column[n++] = query_system_field(STR("number"));
    if (!l->number && !q->fields) column[n++] = query_system_field(STR("id"));
    if (l->states_count) column[n++] = query_system_field(STR("state"));
    for (int i = 0; q->fields && i < q->fields_n && n < COLUMNS_MAX; i++) column[n++] = q->fields[i];
    for (unsigned i = 0; !q->fields && i < l->fields_count && n < COLUMNS_MAX; i++)
        if (l->fields[i].list) column[n++] = &l->fields[i];
    return n;
}

static enum err cell_text(struct work *w, const struct record *r, const struct field *f, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    const struct state *s = ledger_state(r->l, r->state);
    if (f->index >= 0)
        TRY(type_text(w, f, r->v[f->index], &b));
    else if (strcmp(f->name, "number") == 0)
        buf_str(&b, r->number);
    else if (strcmp(f->name, "id") == 0)
        buf_int(&b, r->id);
    else if (s)
        buf_z(&b, lang_get() == LANG_ZH ? s->zh : s->en);
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err list_table(struct work *w, struct buf *b, const struct query *q, const struct page *p)
{
    const struct field *column[COLUMNS_MAX];
    int columns = table_columns(q, column);
    struct str *cells = arena_array(w->arena, struct str, columns * (p->n + 1));
    if (!cells) return err_no_memory();
    for (int i = 0; i < columns; i++) cells[i] = str_of(field_label(column[i], lang_get()));
    for (int r = 0; r < p->n; r++)
        for (int i = 0; i < columns; i++) TRY(cell_text(w, p->record[r], column[i], &cells[(r + 1) * columns + i]));
    screen_table(b, cells, p->n + 1, columns, screen_columns());
    return OK;
}

static enum err count(struct work *w, struct listing *k, const struct query *q)
{
    int64_t n;
    TRY(query_count(w, q, &n));
    buf_printf(&k->out, k->c->json ? "{\"count\":%lld}" : "%lld", (long long)n);
    return OK;
}

static enum err list(struct work *w, void *arg)
{
    struct listing *k = arg;
    struct cli *c = k->c;
    struct query q;
    struct page p;
    buf_reset(&k->out);
    TRY(cli_query(c, w, k->l, &q));
    TRY(cli_query_sort(c, &q));
    TRY(cli_query_fields(c, w, &q));
    if (cli_has(c, "count")) return count(w, k, &q);
    if (!k->limit) TRY(setting_int(w, "list_rows", 50, &k->limit));
    q.limit = (int)k->limit;
    q.after = str_of(cli_value(c, "after"));
    TRY(query_list(w, &q, &p));
    k->shown = p.n;
    k->more = p.next.p != NULL;
    if (!c->json) return list_table(w, &k->out, &q, &p);
    page_json(&k->out, &p);
    return OK;
}

static enum err run(struct cli *c)
{
    struct listing k = {.c = c, .out = BUF_INIT(LIST_MAX)};
    TRY(cli_int(c, "limit", 1, QUERY_LIMIT_MAX, 0, &k.limit));
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    enum err e = cli_view(c, list, &k);
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    if (!e && k.more) cli_note(c, _("the first %d; there are more (--limit, --json with --after)"), k.shown);
    return e;
}

const struct command command_list = {
    .name = "list",
    .summary = N_("list records by conditions"),
    .usage = "list LEDGER [--where 'F OP V']… [--search T] [--sort F|-F] [--limit N] [--after CURSOR] [--fields A,B] [--count]",
    .help = N_(
        "Lists records, newest first.\n\n"
        "  --where 'F OP V'  a condition; all must hold. OP: = != < <= > >= ~ (contains, whatever width and case) ^ (begins with).\n"
        "                    F is a field, or id, number, state, version, created, updated, withdrawn. 'F =' is unknown, 'F !=' known.\n"
        "  --search T        records with these words\n"
        "  --withdrawn       withdrawn records too\n"
        "  --on DAY          only what is in force on that day (ledgers with periods)\n"
        "  --sort F, --sort -F   by a field, ascending or descending\n"
        "  --limit N         at most N, 1 to 1000; otherwise the setting list_rows\n"
        "  --after CURSOR    go on behind a page: what it had as \"next\"\n"
        "  --fields A,B      only these fields; all otherwise (rows inside records: see `anjian show`)\n"
        "  --count           only how many there are, exactly\n\n"
        "With --json {\"rows\":[…],\"next\":CURSOR or null}, with --count {\"count\":N}.\n\n"
        "Example: anjian list hazard --where 'state = open' --where 'due_on < 2026-03-01' --sort due_on"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
