/* search.c — anjian search: words in all ledgers. */
#include "ledger/search.h"

#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"

#define OUT_MAX ((size_t)4 << 20)

struct searching {
    struct cli *c;
    int64_t limit;
    struct hits hits;
};

static enum err search(struct work *w, void *arg)
{
    struct searching *k = arg;
    return search_all(w, str_of(k->c->operand[0]), str_of(cli_value(k->c, "after")), (int)k->limit, &k->hits);
}

static void hits_json(struct buf *b, const struct hits *hits)
{
    buf_z(b, "{\"hits\":[");
    for (int i = 0; i < hits->n; i++) {
        const struct search_hit *h = &hits->hit[i];
        buf_printf(b, "%s{\"ledger\":\"%s\",\"id\":\"%lld\",\"number\":", i ? ",\n" : "\n", h->l->ledger, (long long)h->id);
        buf_json(b, h->number);
        buf_z(b, ",\"title\":");
        buf_json(b, h->title);
        buf_printf(b, ",\"where\":\"%s\"}", h->where == SEARCH_IN_TITLE ? "title" : "body");
    }
    buf_z(b, "],\"next\":");
    buf_json(b, hits->next);
    buf_char(b, '}');
}

static enum err hits_table(struct arena *a, struct buf *b, const struct hits *hits)
{
    enum { COLUMNS = 4 };
    struct str *cell = arena_array(a, struct str, COLUMNS * (hits->n + 1));
    if (!cell) return err_no_memory();
    const char *const headings[COLUMNS] = {_("Ledger"), _("Number"), _("Title"), _("Found in")};
    for (int i = 0; i < COLUMNS; i++) cell[i] = str_of(headings[i]);
    for (int i = 0; i < hits->n; i++) {
        const struct search_hit *h = &hits->hit[i];
        struct str *row = &cell[(i + 1) * COLUMNS];
        row[0] = str_of(ledger_label(h->l, lang_get()));
        row[1] = h->number.p ? h->number : arena_printf(a, "%lld", (long long)h->id);
        row[2] = h->title.p ? h->title : STR("");
        row[3] = str_of(h->where == SEARCH_IN_TITLE ? _("title") : _("text"));
        if (!row[1].p) return err_no_memory();
    }
    screen_table(b, cell, hits->n + 1, COLUMNS, screen_columns());
    return OK;
}

static enum err run(struct cli *c)
{
    struct searching k = {.c = c};
    struct buf b CLEANUP_BUF = BUF_INIT(OUT_MAX);
    TRY(cli_int(c, "limit", 1, SEARCH_HITS_MAX, 0, &k.limit));
    TRY(cli_open(c));
    TRY(cli_view(c, search, &k));
    if (c->json)
        hits_json(&b, &k.hits);
    else
        TRY(hits_table(c->arena, &b, &k.hits));
    TRY(cli_line(&b));
    if (k.hits.next.p) cli_note(c, _("the first %d; there are more (--limit, --json with --after)"), k.hits.n);
    return OK;
}

static const struct flag flags[] = {FLAG("limit", "N"), FLAG("after", "CURSOR"), FLAG_END};

const struct command command_search = {
    .name = "search",
    .summary = N_("find records of all ledgers by their words"),
    .usage = "search TEXT [--limit N] [--after CURSOR]",
    .help = N_(
        "Finds records in which all words of TEXT stand: first those whose title has them, then those where they stand elsewhere, each\n"
        "newest first. Only text that a description marks with `search` is looked at.\n\n"
        "  --limit N        at most N, 1 to 200; otherwise 50\n"
        "  --after CURSOR   go on behind an answer: what it had as \"next\"\n\n"
        "With --json {\"hits\":[{\"ledger\",\"id\",\"number\",\"title\",\"where\":\"title\"|\"body\"}],\"next\":CURSOR or null}.\n\n"
        "Example: anjian search 液化石油气"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
