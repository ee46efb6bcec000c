/* testdb.h — fresh, empty databases for tests. */
#ifndef ANJIAN_TESTDB_H
#define ANJIAN_TESTDB_H

#include "db/db.h"

struct testdb {
    struct db *db;
    char url[512];   /* to open it once more */
    char folder[64]; /* SQLite: the temporary folder */
    char name[64];   /* PostgreSQL: the database */
};

/* A fresh database. False when the engine is PostgreSQL and ANJIAN_TEST_PG is not set (see tests/with_pg.py): prints
 * "SKIP postgres", and the test should skip(). Ends the program when anything else goes wrong. */
bool testdb_open(enum db_engine, struct testdb *ret);
void testdb_close(struct testdb *); /* closes t->db when it is still open, and removes the database */

#endif
