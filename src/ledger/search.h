/* search.h — one full-text index over all ledgers, newest first, the same answers on both databases.
 *
 * Text is cut into terms by one tokenizer: runs of Han characters into overlapping pairs (and the last character alone, see
 * search_terms.c), other letters and digits into words, all folded (utf8_fold_char). Scope and ledger are terms too, so an actor's scope is
 * part of the question. SQLite keeps the terms in FTS5, PostgreSQL in a tsvector.
 */
#ifndef ANJIAN_SEARCH_H
#define ANJIAN_SEARCH_H

#include "ledger/store.h"

#define SEARCH_TEXT_MAX 4000 /* bytes of a record that go into the index */

/* Once per process, before the first db_open(): registers the tokenizer and the folding function with SQLite. */
enum err search_init(void);
/* At init: make the index and the function _fold(text). */
enum err search_create(struct db_tx *);

/* Bring the index up to date for a record; `old` is NULL for a new one. Withdrawn records leave the index. */
enum err search_put(struct work *, const struct record *old, const struct record *now);
/* Write what search_put() has noted: at the end of the transaction, since FTS5 writes out all it holds at every savepoint. */
enum err search_flush(struct work *);

/* The condition that a search makes, for the query builder: SQLite: the MATCH expression; PostgreSQL: the text of a tsquery.
 * STR_NONE when `text` has no term in it (then nothing is found). `l` NULL: all ledgers. With `l` there may be a few hits of
 * other ledgers among those of l: look each up in its table. */
enum search_in {
    SEARCH_IN_TITLE,     /* all words stand in the title */
    SEARCH_IN_BODY_ONLY, /* they are found, but not all in the title */
    SEARCH_IN_ALL,       /* either */
};
enum err search_match(struct arena *, enum db_engine, const struct actor *, const struct ledger *l, struct str text, enum search_in,
                      struct str *ret);

/* Search over all ledgers: records found by their title, newest first, then the others. Every hit is looked up, so none is
 * withdrawn or outside the actor's scope; at most `limit` (0: 50) are given. `after`: the cursor of the answer before, or
 * STR_NONE. An answer may have fewer hits, even none, and still a next one: the work of one is bounded. */
#define SEARCH_HITS_MAX 200
struct search_hit {
    const struct ledger *l;
    int64_t id;
    struct str number, title;    /* STR_NONE when it has none */
    const struct record *record; /* as it stands */
    enum search_in where;        /* SEARCH_IN_TITLE or SEARCH_IN_BODY_ONLY */
};
struct hits {
    struct search_hit *hit;
    int n;
    struct str next; /* STR_NONE at the end */
};
enum err search_all(struct work *, struct str text, struct str after, int limit, struct hits *ret);

/* Forget everything, before store_refill() of every ledger. */
enum err search_clear(struct db_tx *);

/* Call `term` for every term of a text or a question, in order; it returns false to stop. Exposed for tests. */
void search_terms(struct str text, bool question, bool (*term)(void *, struct str term, int position, size_t from, size_t to), void *arg);

#endif
