/* search_all.c — a search over all ledgers: title before body, newest first. See search.h. */
#include "ledger/search.h"
#include "system.sql.h"

#define LOOKS_MAX 1000 /* entries of the index looked up for one answer; the rest is for the next page */

struct looking {
    struct work *w;
    struct hits *hits;
    int limit, looks;
};

/* Which ledger has the record? Its first event knows; NULL when that is no ledger of this program. */
static enum err ledger_of(struct work *w, int64_t id, const struct ledger **ret)
{
    const struct value record = value_int(id);
    struct str name;
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_EVENT_LEDGER), &record, 1, &name);
    *ret = e ? NULL : registry_find(w->store->registry, name);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The index has said that the actor may see it; the row has the last word. */
static enum err look_up(struct looking *k, int64_t id, enum search_in where)
{
    const struct ledger *l;
    struct record *r;
    TRY(ledger_of(k->w, id, &l));
    if (!l || l->parent) return OK;
    enum err e = store_read(k->w, l, id, &r);
    if (e == ERR_NOT_FOUND || e == ERR_FORBIDDEN || (!e && r->withdrawn)) return OK;
    TRY(e);
    struct str title = l->title_field ? record_text(r, l->title_field->index) : STR_NONE;
    k->hits->hit[k->hits->n++] = (struct search_hit){l, id, r->number, title, r, where};
    return OK;
}

/* Ids of entries below `before`, newest first. */
static enum err next_ids(struct work *w, struct str match, int64_t before, int64_t *ids, int room, int *ret)
{
    const struct value args[] = {value_text(match), value_int(before), value_int(room)};
    struct db_rows *rows;
    bool more;
    int n = 0;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_SEARCH_HITS), args, 3, &rows));
    enum err e;
    while (!(e = db_next(rows, &more)) && more && n < room) ids[n++] = db_int(rows, 0);
    db_done(rows);
    *ret = n;
    return e;
}

/* Take hits of one kind from `before` on. *ret_last is the last entry looked at; 0: there are no more. */
static enum err take_hits(struct looking *k, struct str match, enum search_in where, int64_t before, int64_t *ret_last)
{
    enum { PAGE = 64 };
    int64_t ids[PAGE];
    int n = 0, i;
    *ret_last = 0;
    if (!match.p) return OK;
    do {
        TRY(next_ids(k->w, match, before, ids, PAGE, &n));
        for (i = 0; i < n; i++) {
            if (k->hits->n == k->limit || k->looks == LOOKS_MAX) {
                *ret_last = before;
                return OK;
            }
            k->looks++;
            before = ids[i];
            TRY(look_up(k, before, where));
        }
    } while (n == PAGE);
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
