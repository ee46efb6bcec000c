/* shared_csv.h — the real files of shared/data, for tests that hold a parser against all of them. */
#ifndef ANJIAN_TESTS_SHARED_CSV_H
#define ANJIAN_TESTS_SHARED_CSV_H

#include <stdbool.h>
#include <stdio.h>

/* Open data/<name> of the shared files (ANJIAN_SHARED, else ../shared beside the project); NULL when absent. */
FILE *shared_open(const char *name);

#define SHARED_FIELDS 10
#define SHARED_FIELD 4096

struct shared_row {
    char field[SHARED_FIELDS][SHARED_FIELD];
    int n;
};

/* The next record; quotes and doubled quotes as in RFC 4180. False at the end. */
bool shared_next(FILE *, struct shared_row *ret);

#endif
