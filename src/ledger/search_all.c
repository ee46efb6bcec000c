/* search_all.c — a search over all ledgers: title before body, newest first. See search.h. */
#include "ledger/load.h"
#include "ledger/search.h"
#include "system.sql.h"

#define LOOKS_MAX 1000 /* entries of the index looked up for one answer; the rest is for the next page */

struct looking {
    struct work *w;
    struct hits *hits;
    int limit, looks;
};

struct entry {
    int64_t id;
    const struct ledger *l; /* whose record it is, as its first event says; NULL: none that this program knows, or a part of records */
    struct record *record;  /* NULL: not for this actor */
};

/* Entries below `before`, newest first. */
static enum err next_entries(struct work *w, struct str match, int64_t before, struct entry *entry, int room, int *ret)
{
    const struct value args[] = {value_text(match), value_int(before), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SEARCH_HITS), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room) {
        const struct ledger *l = registry_find(w->store->registry, db_text(rows, 1));
        entry[n++] = (struct entry){.id = db_int(rows, 0), .l = l && !l->parent ? l : NULL};
    }
    db_done(rows);
    *ret = n;
    return e;
}

/* Read the records of one ledger: the index has said that the actor may see them, the rows have the last word. */
static enum err read_of(struct work *w, const struct ledger *l, struct entry *entry, int n)
{
    int64_t ids[LOAD_THESE];
    struct record *record[LOAD_THESE];
    int m = 0, at = 0;
    for (int i = 0; i < n; i++)
        if (entry[i].l == l) ids[m++] = entry[i].id;
    enum err e = store_read_these(w, l, ids, m, record);
    if (e == ERR_FORBIDDEN) return OK;
    TRY(e);
    for (int i = 0; i < n; i++)
        if (entry[i].l == l) entry[i].record = record[at++];
    return OK;
}

static bool seen_before(const struct entry *entry, int i)
{
    for (int k = 0; k < i; k++)
        if (entry[k].l == entry[i].l) return true;
    return false;
}

/* One statement for each ledger. */
static enum err read_records(struct work *w, struct entry *entry, int n)
{
    for (int i = 0; i < n; i++)
        if (entry[i].l && !seen_before(entry, i)) TRY(read_of(w, entry[i].l, entry, n));
    return OK;
}

static void take(struct looking *k, const struct entry *one, enum search_in where)
{
    const struct record *r = one->record;
    if (!r || r->withdrawn) return;
    struct str title = one->l->title_field ? record_text(r, one->l->title_field->index) : STR_NONE;
    k->hits->hit[k->hits->n++] = (struct search_hit){one->l, one->id, r->number, title, r, where};
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Take hits of one kind from `before` on. *ret_last is the last entry looked at; 0: there are no more. */
static enum err take_hits(struct looking *k, struct str match, enum search_in where, int64_t before, int64_t *ret_last)
{
    struct entry entry[LOAD_THESE + 1]; /* one more, to know whether there is one */
    int n = 0, room = 0;
    *ret_last = 0;
    if (!match.p) return OK;
    do {
        room = least(LOAD_THESE, least(k->limit - k->hits->n, LOOKS_MAX - k->looks));
        TRY(next_entries(k->w, match, before, entry, room + 1, &n));
        if (room == 0) {
            *ret_last = n ? before : 0;
            return OK;
        }
        TRY(read_records(k->w, entry, least(n, room)));
        for (int i = 0; i < n && i < room; i++) take(k, &entry[i], where);
        k->looks += least(n, room);
        if (n) before = entry[least(n, room) - 1].id;
    } while (n > room);
    return OK;
}

/* A cursor is the kind of hit and the last entry looked at: "t123", "b123". */
static enum err read_cursor(struct str after, enum search_in *where, int64_t *before)
{
    *where = SEARCH_IN_TITLE;
    *before = INT64_MAX;
    if (!after.p) return OK;
    *where = str_starts(after, STR("t")) ? SEARCH_IN_TITLE : SEARCH_IN_BODY_ONLY;
    bool ok = (str_starts(after, STR("t")) || str_starts(after, STR("b"))) && str_int(str_from(after, 1), before);
    return ok ? OK : err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
}

enum err search_all(struct work *w, struct str text, struct str after, int limit, struct hits *ret)
{
    int most = limit <= 0 ? 50 : limit < SEARCH_HITS_MAX ? limit : SEARCH_HITS_MAX;
    struct hits hits = {.hit = arena_array(w->arena, struct search_hit, most)};
    struct looking k = {.w = w, .hits = &hits, .limit = most};
    enum search_in first;
    int64_t before, last = 0;
    if (!hits.hit) return err_no_memory();
    TRY(read_cursor(after, &first, &before));
    for (enum search_in in = first; in <= SEARCH_IN_BODY_ONLY && !last; in++, before = INT64_MAX) {
        struct str match;
        TRY(search_match(w->arena, db_tx_engine(w->tx), w->actor, NULL, text, in, &match));
        TRY(take_hits(&k, match, in, before, &last));
        if (last) hits.next = arena_printf(w->arena, "%c%lld", in == SEARCH_IN_TITLE ? 't' : 'b', (long long)last);
    }
    if (last && !hits.next.p) return err_no_memory();
    *ret = hits;
    return OK;
}
