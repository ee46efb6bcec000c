/* query_text.h — the text of a question in the making: columns, scope, conditions, search, each with its arguments.
 *
 * Text and arguments grow together, so nothing from outside gets into the text. Shared by query_text.c (what is asked) and query.c
 * (pages, ids). A buffer that overflows is told by making_end(). */
#ifndef ANJIAN_QUERY_TEXT_H
#define ANJIAN_QUERY_TEXT_H

#include "db/sql.h"
#include "ledger/query.h"

#define ARGS_MAX 256

struct making {
    struct buf text;
    struct value args[ARGS_MAX];
    int n;
    bool overflow;
    const char *and;                  /* what goes before the next condition */
    const struct condition *by_value; /* the rows are those that the side table of several values has for this */
    bool each;                        /* rows come one by one and are asked what they hold, not what side tables say of them */
    bool by_search;                   /* the rows come out of the search index "s", newest first, each looked up in the ledger */
    enum db_engine engine;
    struct arena *arena;
};

void making_start(struct making *, struct work *);
/* The statement; m->text must live as long as it is used and is released by the caller. */
enum err making_end(struct making *, struct sql *ret);
/* Append "$n" for a value. */
void making_arg(struct making *, struct value);
/* Begin the next condition: " WHERE " or " AND ". */
void making_and(struct making *);
void making_column(struct making *, const struct field *);

void making_living(struct making *, bool withdrawn);
enum err making_condition(struct making *, const struct ledger *, const struct condition *);
enum err making_conditions(struct making *, const struct ledger *, const struct condition *, int n);
/* All that a query asks: scope, living, conditions, in force, search. */
enum err making_where(struct making *, const struct work *, const struct query *);

/* A query with `walk` in two parts: what says which rows are walked over, and what each of them is asked. */
bool query_walks(const struct query *); /* is there anything to ask? */
enum err making_walked(struct making *, const struct work *, const struct query *);
enum err making_asked(struct making *, const struct query *);
/* The condition that says which value this field has, NULL when there is none. */
const struct condition *query_equality(const struct query *, const struct field *);

#endif
