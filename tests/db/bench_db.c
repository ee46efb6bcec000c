/* bench_db.c — how many durable writes and point lookups per second: bench_db URL [THREADS [SECONDS]]. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench_db.sql.h"
#include "db/db.h"
#include "db/sql_build.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct worker {
    pthread_t thread;
    struct db *db;
    int64_t base, done;
    double until;
};

static enum err make(struct db_tx *tx, void *arg)
{
    (void)arg;
    static const char *const ddl[] = {
        "DROP TABLE IF EXISTS bench",
        "CREATE TABLE bench (id {id} PRIMARY KEY, code {text} NOT NULL, day BIGINT, body {text})",
        "CREATE UNIQUE INDEX bench_code ON bench (code)",
        "CREATE INDEX bench_day ON bench (day, id)",
    };
    for (size_t i = 0; i < sizeof ddl / sizeof *ddl; i++) {
        CLEANUP_BUF struct buf b = BUF_INIT(1000);
        db_ddl(&b, db_tx_engine(tx), str_of(ddl[i]));
        struct sql sql = sql_once(buf_view(&b));
        TRY(db_run(tx, &sql, NULL, 0, NULL));
    }
    return OK;
}

static enum err insert(struct db_tx *tx, void *arg)
{
    int64_t id = *(int64_t *)arg;
    char code[32], body[260];
    snprintf(code, sizeof code, "C%llx", (unsigned long long)id * 2654435761u);
    memset(body, 'x', sizeof body);
    struct value args[] = {value_int(id), value_text(str_of(code)), value_int(id % 365), value_text((struct str){body, sizeof body})};
    return db_run(tx, DB_SQL(tx, SQL_BENCH_INSERT), args, 4, NULL);
}

static enum err lookup(struct db_tx *tx, void *arg)
{
    int64_t day;
    struct value id = value_int(*(int64_t *)arg);
    return db_one_int(tx, DB_SQL(tx, SQL_BENCH_GET), &id, 1, &day);
}

static enum err lookups(struct db_tx *tx, void *arg)
{
    int64_t id = *(int64_t *)arg;
    for (int i = 0; i < 100; i++) TRY(lookup(tx, &id));
    return OK;
}

static void *write_on(void *arg)
{
    struct worker *w = arg;
    for (int64_t id = w->base; now() < w->until; id++, w->done++)
        if (db_write(w->db, NULL, insert, &id)) fprintf(stderr, "%s\n", err_last()->message);
    return NULL;
}

static void *read_on(void *arg)
{
    struct worker *w = arg;
    for (; now() < w->until; w->done++)
        if (db_read(w->db, lookup, &w->base)) fprintf(stderr, "%s\n", err_last()->message);
    return NULL;
}

static void *read_much(void *arg)
{
    struct worker *w = arg;
    for (; now() < w->until; w->done += 100)
        if (db_read(w->db, lookups, &w->base)) fprintf(stderr, "%s\n", err_last()->message);
    return NULL;
}

static void measure(struct db *db, const char *what, int threads, double seconds, void *(*fn)(void *))
{
    struct worker w[64];
    int64_t done = 0;
    double start = now();
    for (int i = 0; i < threads; i++) {
        w[i] = (struct worker){.db = db, .base = (int64_t)i * 10000000 + 1, .until = start + seconds};
        if (pthread_create(&w[i].thread, NULL, fn, &w[i])) exit(1);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(w[i].thread, NULL);
        done += w[i].done;
    }
    printf("%-28s %2d threads %9.0f/s\n", what, threads, (double)done / (now() - start));
}

int main(int argc, char **argv)
{
    struct db *db;
    const char *url = argc > 1 && strcmp(argv[1], "pg") != 0 ? argv[1] : getenv("ANJIAN_TEST_PG");
    int threads = argc > 2 ? atoi(argv[2]) : 1;
    double seconds = argc > 3 ? atof(argv[3]) : 2;
    if (threads < 1 || threads > 64) threads = 1;
    if (!url || db_open(url, &(struct db_options){.create = true}, &db) || db_write(db, NULL, make, NULL)) {
        fprintf(stderr, "%s\n", url ? err_last()->message : "which database?");
        return 1;
    }
    measure(db, "insert, durable", threads, seconds, write_on);
    measure(db, "lookup, own transaction", threads, seconds, read_on);
    measure(db, "lookup, 100 a transaction", threads, seconds, read_much);
    db_close(db);
    return 0;
}
