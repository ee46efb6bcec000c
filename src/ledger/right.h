/* right.h — rights: may this actor do that on this ledger? One table in one place, the ledger `right`.
 *
 * A row of the table allows a role some actions on a ledger, and some verbs of its flow. "*" as ledger stands for every
 * other one, also one of the district's own, but never for `account` and `right`. What no row allows is forbidden. The store
 * keeps the table compiled in memory, so that asking costs no database; it reads it again right after a change of its own and
 * within a second or two of one made by another program. It asks in store_*(), query_*(), import, export and reveal, so that
 * page, API and command line obey alike. Rules of the program (w->ruled) and their reads (query_ids, store_load) are not asked.
 *
 * The rows of the three administrative roles are the constitution of a database: they come with it and cannot be changed
 * afterwards, so that no security administrator can give business data to himself. The console may do everything.
 */
#ifndef ANJIAN_RIGHT_H
#define ANJIAN_RIGHT_H

#include "ledger/store.h"

enum right_action {
    RIGHT_SEE, /* read, list, count, search, history */
    RIGHT_CREATE,
    RIGHT_CHANGE,   /* fields, outside of the flow */
    RIGHT_WITHDRAW, /* and bring back */
    RIGHT_MERGE,
    RIGHT_IMPORT, /* and undo an import; each row needs create or change besides */
    RIGHT_EXPORT,
    RIGHT_REVEAL, /* sealed values */
    RIGHT__MAX,
};

/* The stable words: "see", "create" … and "system_admin", "leader" … (NULL for ROLE_NONE and the console). */
const char *right_action_word(enum right_action);
const char *role_word(enum role);
/* The same for people, in the thread's language. */
const char *right_action_label(enum right_action);
const char *role_label(enum role);
bool role_parse(struct str word, enum role *ret);
bool role_is_administrative(enum role);

/* May the actor? Cheap: for menus, buttons and routes. Scope is another matter, row by row. */
bool right_may(const struct store *, const struct actor *, const struct ledger *, enum right_action);
bool right_may_verb(const struct store *, const struct actor *, const struct ledger *, struct str verb);
/* The event log as a whole: verification, export, the list of logins. In the table it is the ledger "_log". */
bool right_may_log(const struct store *, const struct actor *);

/* The same as an error: ERR_FORBIDDEN, rule "right", which names role, action and ledger. */
enum err right_ask(const struct store *, const struct actor *, const struct ledger *, enum right_action);
enum err right_ask_verb(const struct store *, const struct actor *, const struct ledger *, struct str verb);
enum err right_ask_log(const struct store *, const struct actor *);
/* For work in progress: a rule of the program is not asked. */
enum err right_need(const struct work *, const struct ledger *, enum right_action);
enum err right_need_verb(const struct work *, const struct ledger *, struct str verb);
enum err right_need_log(const struct work *);

/* ---- for the store ---- */

enum err rights_new(const struct registry *, struct rights **ret);
struct rights *rights_free(struct rights *); /* returns NULL */
/* Read the table again if it has changed since. */
enum err rights_refresh(struct store *);
/* The same, at most once a second: at the start of every transaction. */
enum err rights_look(struct store *);
/* Counts the commits of this process that may change what somebody may do (rights, accounts, posts, units, persons, sessions); caches
 * of actors compare it. */
uint64_t rights_epoch(const struct store *);
void rights_epoch_next(struct store *);

/* Before a row of any ledger is written: says in the work whether it bears on who may do what. For a row of the table itself:
 * is it one that may be written? ERR_INVALID with the field, ERR_FORBIDDEN with rule "constitution". */
enum err right_check(struct work *, const struct record *old, const struct record *now);

#endif
