/* plan.h — the statements of a ledger, built once from its description. Only query.c, query_text.c, twins.c, plan.c and schema.c make SQL
 * text. */
#ifndef ANJIAN_PLAN_H
#define ANJIAN_PLAN_H

#include "db/db.h"
#include "ledger/record.h"
#include "ledger/registry.h"

/* Columns every ledger's table has, before those of its fields. */
enum system_column {
    COL_ID,
    COL_VERSION,
    COL_STATE,
    COL_NUMBER,
    COL_WITHDRAWN,
    COL_SUCCESSOR,
    COL_CREATED,
    COL_UPDATED,
    COL_DISTRICT,
    COL_TERRITORY,
    COL_SECTOR,
    COL_OWNER,
    COL__MAX,
};
extern const char *const system_columns[COL__MAX];

#define PLAN_THESE 32

struct plan {
    const struct ledger *l;
    int columns;                 /* system columns, then one for each field that has a column */
    const struct field **fields; /* of those columns, fields[0] is column COL__MAX */
    int sorts;                   /* sort key columns behind them */
    const struct field **sort_fields;
    struct sql insert;           /* all columns: $1 … $(columns + sorts) */
    struct sql select;           /* by id $1: all columns, no sort keys */
    struct sql lock;             /* the same, FOR UPDATE on PostgreSQL */
    struct sql select_these;     /* by ids $1 … $PLAN_THESE: the same */
    struct sql select_page;      /* ids above $1, at most $2: all columns, then what load.h tells about each */
    struct sql remove_rows;      /* child ledgers: rows of owner $1 in its field $2 */
    struct sql insert_row;       /* child ledgers: owner, position, fields */
    struct sql select_rows;      /* child ledgers: of owner $1 in order */
    struct sql select_rows_page; /* child ledgers: of owners $1 to $2 in order */
};

struct plans {
    struct plan *plan; /* by ledger->place */
    int n;
    struct arena *arena;
};

enum err plans_new(const struct registry *, enum db_engine, struct plans **ret);
struct plans *plans_free(struct plans *); /* returns NULL */

/* The statement that writes the columns marked in `which` (by column number) of record $n, where version is $(n+1). The
 * text is made in `work`. */
struct sql plan_update(const struct plan *, const bool *which, struct buf *work);

/* The small statements on a ledger's tables that no plan holds ready. */
enum err plan_many_remove(struct db_tx *, const struct ledger *, const struct field *, int64_t record);
enum err plan_many_add(struct db_tx *, const struct ledger *, const struct field *, int64_t record, struct value v);
/* The next id after `after`, 0 at the end. */
enum err plan_next_id(struct db_tx *, const struct ledger *, int64_t after, int64_t *ret);
/* How many rows the table of a ledger has. */
enum err plan_count(struct db_tx *, const struct ledger *, int64_t *ret);
/* A record that has events in the ledger but no row; 0 when there is none. */
enum err plan_missing(struct db_tx *, const struct ledger *, int64_t *ret);
/* Write scope columns and sort keys of a record as they should be. */
enum err plan_refresh(struct db_tx *, struct arena *, const struct plan *, const struct record *);

/* The name, without quotes, of something that belongs to a ledger's table: "u.premises.credit_code". The points keep names of
 * different ledgers apart; PostgreSQL would cut a name of more than 63 bytes, so a long one ends in its hash instead. */
#define PLAN_NAME 64
const char *plan_name(char out[PLAN_NAME], const char *kind, const struct ledger *, const char *name);

/* Does a key have an index of its own? One of a single unique field has that field's; one with a name is looked up by the name's
 * sort key (find.c). */
bool plan_key_has_index(const struct group *key);

/* The side table of a field of several values, with its quotes. */
void plan_many_name(struct buf *, const struct ledger *, const struct field *);

#endif
