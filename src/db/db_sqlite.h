/* db_sqlite.h — what is special to SQLite and needed outside of src/db. */
#ifndef ANJIAN_DB_SQLITE_H
#define ANJIAN_DB_SQLITE_H

#include "base/err.h"

struct sqlite3;

/* Have init run on every connection that is opened from now on (functions, the search tokenizer). Called once, before
 * the first db_open(). */
void db_sqlite_extension(enum err (*init)(struct sqlite3 *));

#endif
