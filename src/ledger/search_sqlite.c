/* search_sqlite.c — what SQLite needs to know of our terms: a tokenizer for FTS5 and the function _fold(text). */
#include <sqlite3.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/db_sqlite.h"
#include "ledger/search.h"

struct passing {
    int (*token)(void *, int, const char *, int, int, int);
    void *ctx;
    int result;
};

static bool pass(void *arg, struct str term, int position, size_t from, size_t to)
{
    struct passing *p = arg;
    (void)position; /* FTS5 counts on its own, one for each term */
    p->result = p->token(p->ctx, 0, term.p, (int)term.n, (int)from, (int)to);
    return p->result == SQLITE_OK;
}

static int tokenize(Fts5Tokenizer *t, void *ctx, int flags, const char *text, int n, int (*token)(void *, int, const char *, int, int, int))
{
    (void)t;
    struct passing p = {.token = token, .ctx = ctx};
    if (text && n > 0) search_terms((struct str){text, (size_t)n}, flags & FTS5_TOKENIZE_QUERY, pass, &p);
    return p.result;
}

static int create(void *ctx, const char **args, int n, Fts5Tokenizer **ret)
{
    (void)ctx;
    (void)args;
    (void)n;
    *ret = mem_alloc(1); /* no state, but FTS5 wants to delete something */
    return *ret ? SQLITE_OK : SQLITE_NOMEM;
}

static void destroy(Fts5Tokenizer *t)
{
    mem_free(t);
}

static fts5_api *fts5_of(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(s);
    }
    sqlite3_finalize(s);
    return api;
}

static void fold(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    (void)n;
    if (sqlite3_value_type(args[0]) == SQLITE_NULL) return;
    struct str s = {(const char *)sqlite3_value_text(args[0]), (size_t)sqlite3_value_bytes(args[0])};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
    while (s.n) utf8_put(&b, utf8_fold_char(utf8_next(&s)));
    if (b.failed)
        sqlite3_result_error_nomem(ctx);
    else
        sqlite3_result_text(ctx, b.p ? b.p : "", (int)b.n, SQLITE_TRANSIENT);
}

static enum err on_open(struct sqlite3 *db)
{
    fts5_tokenizer tokenizer = {create, destroy, tokenize};
    fts5_api *api = fts5_of(db);
    if (!api || api->xCreateTokenizer(api, "anjian", NULL, &tokenizer, NULL) != SQLITE_OK ||
        sqlite3_create_function(db, "_fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, fold, NULL, NULL) != SQLITE_OK)
        return err_set(ERR_DB, "%s", "SQLite lacks FTS5");
    return OK;
}

enum err search_init(void)
{
    db_sqlite_extension(on_open);
    return OK;
}
