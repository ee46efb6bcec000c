/* safety_test.h — what the tests of rights, accounts and sessions share: the shipped rights, and a small district with people. */
#ifndef ANJIAN_SAFETY_TEST_H
#define ANJIAN_SAFETY_TEST_H

#include "ledger_test.h"

#include "ledger/right.h"
#include "safety/session.h"

/* Once per store: load codes (without the long list of industries), settings and rights as init does. */
void load_defaults(void);

/* A unit with one person in one post: enough to act as. */
struct somebody {
    int64_t unit, person, post;
};
struct somebody hired(const char *unit, const char *kind, const char *more); /* more: further members of the unit's JSON, or "" */
/* An active account, made and granted at the console; `person` 0: none. `password` NULL: none (hashing is slow). */
int64_t account(const char *name, int64_t person, const char *role, const char *password);
enum err actor_of(const char *name, struct actor *ret);
struct actor acting(const char *name); /* must work */

/* The clock of the test; it goes on only here. */
void clock_at(const char *text);
void clock_on(int64_t seconds);

#endif
