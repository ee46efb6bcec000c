/* number.c — see number.h. */
#include "ledger/number.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "system.sql.h"

#define BLOCK 100     /* numbers taken at once on PostgreSQL */
#define SERIES_MAX 64 /* series a process holds a block of at the same time */

struct taking {
    struct value name, n;
    int64_t last;
};

/* On SQLite a statement that may fail half-way, as the one with RETURNING, is a savepoint of its own, at which FTS5 writes out
 * all it holds; a plain UPDATE of one row is not. */
static enum err take(struct db_tx *tx, void *arg)
{
    struct taking *t = arg;
    const struct value args[] = {t->name, t->n};
    if (db_tx_engine(tx) == DB_SQLITE) {
        int64_t changed;
        TRY(db_run(tx, DB_SQL(tx, SQL_COUNTER_STEP), args, 2, &changed));
        if (changed) return db_one_int(tx, DB_SQL(tx, SQL_COUNTER_LAST), args, 1, &t->last);
    }
    return db_one_int(tx, DB_SQL(tx, SQL_COUNTER_TAKE), args, 2, &t->last);
}

/* Numbers that were taken but not given out yet, for each database and series. */
static struct block {
    char uuid[37];
    char name[60];
    int64_t next, end;
} blocks[SERIES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct block *find_block(const char *uuid, const char *name)
{
    for (int i = 0; i < SERIES_MAX; i++)
        if (strcmp(blocks[i].uuid, uuid) == 0 && strcmp(blocks[i].name, name) == 0) return &blocks[i];
    static int turn; /* all in use: the oldest gives way, its numbers become a gap */
    struct block *b = &blocks[turn++ % SERIES_MAX];
    *b = (struct block){0};
    snprintf(b->uuid, sizeof b->uuid, "%s", uuid);
    snprintf(b->name, sizeof b->name, "%s", name);
    return b;
}

static enum err from_block(struct work *w, const char *name, int64_t *ret)
{
    struct taking t = {.name = value_text(str_of(name)), .n = value_int(BLOCK)};
    pthread_mutex_lock(&lock);
    struct block *b = find_block(w->store->uuid, name);
    enum err e = OK;
    if (b->next == b->end && !(e = db_aside(w->tx, take, &t))) {
        b->next = t.last - BLOCK + 1;
        b->end = t.last + 1;
    }
    if (!e) *ret = b->next++;
    pthread_mutex_unlock(&lock);
    return e;
}

enum err number_document(struct work *w, struct str series, int64_t *ret)
{
    struct taking t = {.name = value_text(series), .n = value_int(1)};
    TRY(take(w->tx, &t));
    *ret = t.last;
    return OK;
}

enum err number_take(struct work *w, const struct ledger *l, struct str *ret)
{
    char name[60];
    int64_t n;
    int year = day_civil(instant_day(clock_now())).year;
    snprintf(name, sizeof name, "%.20s-%06" PRId64 "-%04d", l->number, w->store->district, year);
    /* With one writer nobody waits for the counter, and a rolled back number is given again. */
    if (db_tx_engine(w->tx) == DB_SQLITE)
        TRY(number_document(w, str_of(name), &n));
    else
        TRY(from_block(w, name, &n));
    *ret = arena_printf(w->arena, "%s-%06" PRId64, name, n);
    return ret->p ? OK : err_no_memory();
}
