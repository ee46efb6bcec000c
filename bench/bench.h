/* bench.h — what the files of bench/ share. */
#ifndef ANJIAN_BENCH_H
#define ANJIAN_BENCH_H

#include "ledger/store.h"

/* Stops the program where something fails. */
void check(enum err);
double now(void);         /* seconds of the wall clock */
double cpu_seconds(void); /* of this process */

/* tick URL RUNNING DUE: a new database with so many running duties of which DUE (a multiple of 100) are due; the time of a tick that
 * finds nothing to do, and of the one that finds those. */
void bench_tick(char **args);

#endif
