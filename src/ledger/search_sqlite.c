/* search_sqlite.c — what SQLite needs to know of our terms: a tokenizer for FTS5 and the function _fold(text). */
#include <sqlite3.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/db_sqlite.h"
#include "ledger/search.h"

struct passing {
    int (*token)(void *, int, const char *, int, int, int);
    void *ctx;
    int last; /* position of the term before, -1 at the start */
    bool query;
    int result;
