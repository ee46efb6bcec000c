/* store.h — the one place where records are written and read.
 *
 * One write, one transaction, one event: a create, change, withdrawal, merge or verb writes the row, its child rows, its
 * search entry and the event that proves it, or nothing. Reads carry an actor, and a row outside the actor's scope does
 * not exist for it. All functions work inside a transaction of db.h; times are taken from clock_now().
 */
#ifndef ANJIAN_STORE_H
#define ANJIAN_STORE_H

#include "db/db.h"
#include "ledger/actor.h"
#include "ledger/record.h"
#include "ledger/registry.h"

struct plans;  /* statement texts by ledger, see query.h */
struct rights; /* who may do what, see right.h */

/* An open database with its ledgers. Shared by threads; does not change after store_open(), but for the rights behind their lock. */
struct store {
    struct db *db;
    struct registry *registry;
    struct plans *plans;
    struct rights *rights;
    enum hash_kind hash;
    char uuid[37];           /* of the database, made at init */
    int64_t district;        /* 6-digit code given at init */
    bool simulated;          /* made with `init --simulated` */
    struct secrets *secrets; /* keys of personal data; NULL when the key file is not there */
    struct names *names;     /* see names.h */
};

/* Where a value comes from: kept in the event, shown beside the value. */
struct source {
    int64_t batch;    /* 0: typed by hand */
    int64_t row;      /* of the file */
    instant_t device; /* when the device says it happened; 0: unknown */
    instant_t legal;  /* when it takes effect in law; 0: when received */
};

/* A transaction in progress: who, where from, memory, and the events it has made so far (see chain.h). */
struct work {
    struct store *store;
    struct db_tx *tx;
    struct arena *arena;
    const struct actor *actor;
    struct source source;
    struct event *events, **events_end;           /* in their order; written as the last act of the transaction */
    struct search_note *searches, **searches_end; /* what the index must learn; written just before (see search.h) */
    uint64_t names_epoch;                         /* see names.h */
    bool names_changed;
    bool access;            /* something was written that bears on who may do what */
    int ruled;              /* > 0: a rule of the program acts, not the actor: the guard by_rule asks for it */
    struct duty_work *duty; /* what src/duty keeps for the length of the transaction; NULL at its start */
};

/* Run fn in a transaction that may write; its last act puts the events into a lane of the chain. As with db_write(), fn
 * may run more than once and has no effect but through the transaction. Everything it returns lies in `a`. */
enum err store_write(struct store *, const struct actor *, struct arena *a, enum err (*fn)(struct work *, void *arg), void *arg);
/* Run fn in a transaction that only reads, on one snapshot. */
enum err store_view(struct store *, const struct actor *, struct arena *a, enum err (*fn)(struct work *, void *arg), void *arg);
/* Write what the work has gathered (search, events) now; for work that goes on in pieces inside one transaction. */
enum err store_flush(struct work *);
/* Run fn in a savepoint: when it fails, its rows and its events are gone and the work goes on. */
enum err store_try(struct work *, enum err (*fn)(struct work *, void *arg), void *arg);

/* ---- writing ---- */

/* Create a record from a draft. Checks every value, fills computed fields, takes id and working number, and returns the
 * record as it stands. Errors: ERR_INVALID (field named), ERR_CONFLICT (a unique value is taken; field named),
 * ERR_REFUSED (a period overlaps), ERR_FORBIDDEN (no right, see right.h; outside the actor's scope; a public ledger and an actor
 * who does not see everything). */
enum err store_create(struct work *, const struct record *draft, struct record **ret);

/* Change the given fields of a record that the editor saw at version `base` (0: whatever it is now). Fields changed by
 * others meanwhile are kept when the draft does not touch them; when both touched a field with different outcomes
 * the answer is ERR_CONFLICT and *clash (may be NULL) lists them. Nothing is written when no value differs. */
struct clash {
    const struct field *field;
    struct value theirs, mine;
};
struct clashes {
    int n;
    struct clash *clash;
};
enum err store_change(struct work *, int64_t id, int64_t base, const struct record *draft, struct record **ret, struct clashes *clash);

/* Withdraw a living record, with a reason; bring a withdrawn one back. */
enum err store_withdraw(struct work *, const struct ledger *, int64_t id, struct str reason, struct record **ret);
enum err store_restore(struct work *, const struct ledger *, int64_t id, struct str reason, struct record **ret);

/* Merge a duplicate into the record that stays: the duplicate is withdrawn with its successor; references to it are
 * followed by alias (store_resolve, store_living). store_restore() of the duplicate undoes it. */
enum err store_merge(struct work *, const struct ledger *, int64_t duplicate, int64_t stays, struct record **ret);

/* Change of state by a verb of the flow's table, with the fields the draft gives; see flow.h for the order of checks. */
enum err store_do(struct work *, int64_t id, struct str verb, int64_t base, const struct record *draft, struct record **ret);

/* ---- reading ---- */

/* ERR_NOT_FOUND when there is none or it lies outside the actor's scope; ERR_FORBIDDEN without the right to see the ledger. */
enum err store_read(struct work *, const struct ledger *, int64_t id, struct record **ret);
/* The same of several (at most LOAD_THESE, load.h) in one statement: NULL where there is none, and without child rows. */
enum err store_read_these(struct work *, const struct ledger *, const int64_t *ids, int n, struct record **ret);

/* The id that NUMBER means: an id, a working number, or the value of the ledger's first single-field key or of its title
 * when that is unique among the living. ERR_NOT_FOUND, ERR_CONFLICT (several). Follows merges. */
enum err store_resolve(struct work *, const struct ledger *, struct str number, int64_t *ret);

/* The record by the ledger's keys, strongest first, of a draft: the first key whose fields are all given decides; a later
 * key matches only a record that lacks the earlier ones. A draft that fills no key is matched by the last one, unknown with
 * unknown. *ret 0: none. */
enum err store_match(struct work *, const struct record *draft, int64_t *ret);

/* ---- opening ---- */

struct store_options {
    bool create;            /* init: make the database; ERR_CONFLICT when there is one already */
    int64_t district;       /* init: 6-digit code */
    bool simulated;         /* init */
    enum hash_kind hash;    /* init */
    bool upgrade;           /* bring an older schema and changed descriptions up to date (after a backup on SQLite) */
    const char *const *own; /* texts of further descriptions to enact, NULL at the end; may be NULL */
};

/* Open a database by its URL (db.h). Errors: ERR_NOT_FOUND (no database there), ERR_REFUSED (it needs `anjian upgrade`, or is
 * newer than the program). */
enum err store_open(const char *url, const struct store_options *, struct store **ret);
struct store *store_close(struct store *); /* returns NULL */
const struct plan *store_plan(const struct store *, const struct ledger *);
/* A named choice of the district; `otherwise` when it was never made. */
enum err store_setting(struct work *, const char *name, struct str otherwise, struct str *ret);
enum err store_setting_put(struct work *, const char *name, struct str value);
/* Put the clock of a simulated district, which never goes back. ERR_REFUSED (rule "simulated") for a real one. */
enum err store_put_clock(struct store *, instant_t now);

/* ---- shared by the files of src/ledger ---- */

/* Read without scope, locking the row against other writers (PostgreSQL FOR UPDATE). For rules, never for answers. */
enum err store_load(struct work *, const struct ledger *, int64_t id, bool lock, struct record **ret);
/* The record, locked, living or not, if it lies in the actor's scope and is his to write; rights are asked before. */
enum err store_load_for_change(struct work *, const struct ledger *, int64_t id, struct record **ret);
/* The same; ERR_REFUSED when it was withdrawn. */
enum err store_load_living(struct work *, const struct ledger *, int64_t id, struct record **ret);
/* Write a new or changed record with its event; `old` is NULL for a new one. `verb` is the word of the event. */
enum err store_put(struct work *, const struct record *old, struct record *now, struct str verb, struct str reason);

/* The scope columns that a record should have. `lent`: those of the record it hangs on, NULL when there is none. */
void store_scope(const struct store *, const struct record *, const int64_t *lent, int64_t ret[SCOPE__MAX]);

/* Compute sort keys, scope and search entry of every record again, after search_clear(). */
enum err store_refill(struct work *, const struct ledger *);

/* A new id: time-ordered, 63 bits, unique on this node. */
int64_t store_new_id(void);
/* The lowest id that can have been made in so many last seconds, by the clock of the machine: ids are in the order of time. */
int64_t store_id_since(int64_t seconds);

#endif
