/* sql.h — statement text, as a type of its own.
 *
 * A `struct sql` is made in two places only: by the compiler of *.sql files (tools/sqlc.py, which makes the constants
 * named SQL_…), and by the query builder (ledger/query_text.c, ledger/schema.c), which includes db/sql_build.h. A check
 * (tools/check_source.py) forbids that header elsewhere. So text from outside can never become a statement.
 */
#ifndef ANJIAN_SQL_H
#define ANJIAN_SQL_H

#include "base/str.h"

struct sql {
    struct str text;
    uint64_t hash; /* of the text; key of the statement cache of a connection; 0: not computed, not cached (DDL) */
};

#endif
