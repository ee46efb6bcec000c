/* bench.c — what bench/run.py measures inside the program: bench MODE URL [ARGUMENTS], the answer is one JSON object.
 *
 *   list URL TOWNSHIP CATEGORY   a page of 50 by name, through query_list() and through a prepared statement of the same rows
 *   search URL TOWNSHIP WORD     the first page of a search, for one who sees all and one who sees a township
 *   memory URL TOWNSHIP WORD     the time store_open() takes; anonymous memory after lists and searches
 *   init URL [one-lane]          a database to create in
 *   create URL N                 N premises one after the other, a transaction each
 *   creators URL THREADS SECONDS premises from many threads at once
 *   tick URL RUNNING DUE         what a tick costs (bench_tick.c)
 *
 * Lists and searches go round all townships T0000 to T0999 from the one named on, so that no page is asked for twice.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "bench.sql.h"
#include "db/sql_build.h"
#include "ledger/plan.h"
#include "ledger/query.h"
#include "ledger/type.h"

#define ROUNDS 15
#define TOWNSHIPS 100 /* lists of one round */
#define THREADS_MAX 64

static struct store *store;
static const struct ledger *premises;

void check(enum err e)
{
    if (!e) return;
    fprintf(stderr, "bench: %s (%s:%d)\n", err_last()->message, err_last()->file, err_last()->line);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double now(void)
{
    return seconds(CLOCK_MONOTONIC);
}

double cpu_seconds(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

/* The fastest round counts: what else the machine does only adds. */
static double fastest(const double *v)
{
    double best = v[0];
    for (int i = 1; i < ROUNDS; i++)
        if (v[i] < best) best = v[i];
    return best;
}

static void open_store(const char *url)
{
    check(store_open(url, &(struct store_options){0}, &store));
    premises = registry_find(store->registry, STR("premises"));
}

/* ---- lists ---- */

struct asking {
    struct actor actor;
    struct query q;
    struct arena *arena;
    int64_t counted;
    int rows;
    struct str next;
};

static enum err list_once(struct work *w, void *arg)
{
    struct asking *a = arg;
    struct page p;
    TRY(query_list(w, &a->q, &p));
    a->rows = p.n;
    a->next = p.next;
    return OK;
}

static enum err count_once(struct work *w, void *arg)
{
    struct asking *a = arg;
    return query_count(w, &a->q, &a->counted);
}

static void view(struct asking *a, enum err (*fn)(struct work *, void *))
{
    arena_reset(a->arena);
    check(store_view(store, &a->actor, a->arena, fn, a));
}

struct township {
    const char *code;
    int64_t id;
};

static enum err find_township(struct work *w, void *arg)
{
    struct township *t = arg;
    return store_resolve(w, registry_find(store->registry, STR("unit")), str_of(t->code), &t->id);
}

/* The ids of TOWNSHIPS townships from the one named on. */
static void townships(const char *first, int64_t ret[TOWNSHIPS])
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    struct actor console = ACTOR_CONSOLE;
    int number = atoi(first + 1);
    for (int i = 0; i < TOWNSHIPS; i++) {
        char code[16];
        snprintf(code, sizeof code, "T%04d", (number + i) % 1000);
        struct township t = {code, 0};
        check(store_view(store, &console, a, find_township, &t));
        ret[i] = t.id;
        arena_reset(a);
    }
}

/* The floor: the same columns of the same rows, written by hand and prepared once. */
static sqlite3_stmt *floor_prepare(sqlite3 *db)
{
    struct buf b CLEANUP_BUF = BUF_INIT(10000);
    const struct plan *p = store_plan(store, premises);
    buf_z(&b, "SELECT ");
    for (int i = 0; i < COL__MAX; i++) buf_printf(&b, i ? ",t.%s" : "t.%s", system_columns[i]);
    for (int i = 0; i < p->columns - COL__MAX; i++) buf_printf(&b, ",t.\"%s\"", p->fields[i]->name);
    buf_z(&b, ",t._s_name FROM premises t WHERE t._withdrawn = 0 AND t._territory = ?1 AND EXISTS (SELECT 1 FROM "
              "\"_m.premises.categories\" m WHERE m.value = ?2 AND m.record = t._id) ORDER BY t._s_name, t._id LIMIT ?3");
    check(buf_error(&b));
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, b.p, -1, &st, NULL) != SQLITE_OK) exit(1);
    return st;
}

static sqlite3 *floor_open(const char *url)
{
    sqlite3 *db;
    const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA cache_size=-2048; PRAGMA mmap_size=2147418112;", NULL, NULL, NULL) != SQLITE_OK)
        exit(1);
    return db;
}

/* All columns of all rows into one buffer; the number of rows. */
static int floor_once(sqlite3_stmt *st, int64_t township, const char *category, struct buf *into)
{
    int rows = 0, columns = sqlite3_column_count(st);
    buf_reset(into);
    sqlite3_bind_int64(st, 1, township);
    sqlite3_bind_text(st, 2, category, -1, SQLITE_STATIC);
    sqlite3_bind_int(st, 3, 51);
    for (; sqlite3_step(st) == SQLITE_ROW; rows++)
        for (int i = 0; i < columns; i++) {
            int64_t v = 0;
            if (sqlite3_column_type(st, i) == SQLITE_INTEGER)
                v = sqlite3_column_int64(st, i), buf_put(into, &v, sizeof v);
            else
                buf_put(into, sqlite3_column_text(st, i), (size_t)sqlite3_column_bytes(st, i));
        }
    sqlite3_reset(st);
    return rows;
}

enum way { BY_HAND, BY_CONDITION, BY_SCOPE, WAYS };

/* One round of lists, each of another township; seconds for one list. */
static double list_round(enum way way, sqlite3_stmt *st, const int64_t *township, const char *category)
{
    struct buf into CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct asking a = {.actor = ACTOR_CONSOLE, .arena = arena_new_capped((size_t)16 << 20)};
    struct condition c[] = {{ledger_field(premises, STR("categories")), OP_EQ, value_text(str_of(category))},
                            {ledger_field(premises, STR("territory")), OP_EQ, value_int(0)}};
    a.q = (struct query){.l = premises, .where = c, .where_n = way == BY_CONDITION ? 2 : 1, .sort = ledger_field(premises, STR("name"))};
    if (way != BY_CONDITION) a.actor = (struct actor){.name = STR("bench"), .role = ROLE_CONSOLE, .sees = SEES_TERRITORY};
    double start = now();
    for (int i = 0; i < TOWNSHIPS; i++) {
        c[1].value = value_int(township[i]);
        if (way != BY_CONDITION) a.actor.sees_id = township[i];
        if (way == BY_HAND)
            floor_once(st, township[i], category, &into);
        else
            view(&a, list_once);
    }
    double took = (now() - start) / TOWNSHIPS;
    arena_free(a.arena);
    return took;
}

static void same_rows(sqlite3_stmt *st, int64_t township, const char *category, struct asking *a)
{
    struct buf into CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    int floor = floor_once(st, township, category, &into);
    view(a, list_once);
    if (floor != a->rows + (a->next.p != NULL)) {
        fprintf(stderr, "bench: the floor has %d rows, the list %d\n", floor, a->rows);
        exit(1);
    }
}

static void bench_list(char **args)
{
    const char *category = args[2];
    int64_t township[TOWNSHIPS];
    double took[WAYS][ROUNDS];
    open_store(args[0]);
    townships(args[1], township);
    sqlite3 *db = floor_open(args[0]);
    sqlite3_stmt *st = floor_prepare(db);
    struct condition c[] = {{ledger_field(premises, STR("categories")), OP_EQ, value_text(str_of(category))},
                            {ledger_field(premises, STR("territory")), OP_EQ, value_int(township[0])}};
    struct asking a = {.actor = ACTOR_CONSOLE, .arena = arena_new_capped((size_t)16 << 20)};
    a.q = (struct query){.l = premises, .where = c, .where_n = 2, .sort = ledger_field(premises, STR("name"))};
    same_rows(st, township[0], category, &a);
    for (int r = 0; r < ROUNDS; r++)
        for (enum way way = BY_HAND; way <= BY_SCOPE; way++) took[way][r] = list_round(way, st, township, category);
    double start = now();
    view(&a, count_once);
    double count_page = now() - start;
    a.q.where_n = 1;
    start = now();
    view(&a, count_once);
    printf("{\"rows\":%d,\"floor_us\":%.1f,\"list_us\":%.1f,\"scoped_us\":%.1f,\"count_us\":%.1f,\"count_all_ms\":%.1f}\n", a.rows,
           fastest(took[BY_HAND]) * 1e6, fastest(took[BY_CONDITION]) * 1e6, fastest(took[BY_SCOPE]) * 1e6, count_page * 1e6,
           (now() - start) * 1e3);
    arena_free(a.arena);
    sqlite3_finalize(st);
    sqlite3_close(db);
}

/* ---- searches ---- */

static double search_round(struct asking *a, const int64_t *township, int times)
{
    double start = now();
    for (int i = 0; i < times; i++) {
        a->actor.sees_id = township[i % TOWNSHIPS];
        view(a, list_once);
    }
    return (now() - start) / times;
}

static void bench_search(char **args)
{
    int64_t township[TOWNSHIPS];
    double all[ROUNDS], scoped[ROUNDS];
    open_store(args[0]);
    townships(args[1], township);
    struct asking a = {.arena = arena_new_capped((size_t)16 << 20), .q = {.l = premises, .search = str_of(args[2])}};
    int rows[2];
    for (int r = 0; r < ROUNDS; r++) {
        a.actor = ACTOR_CONSOLE;
        all[r] = search_round(&a, township, 10);
        rows[0] = a.rows;
        a.actor = (struct actor){.name = STR("bench"), .role = ROLE_CONSOLE, .sees = SEES_TERRITORY};
        scoped[r] = search_round(&a, township, TOWNSHIPS);
        rows[1] = a.rows;
    }
    a.actor = ACTOR_CONSOLE;
    double start = now();
    view(&a, count_once);
    printf("{\"rows\":%d,\"scoped_rows\":%d,\"hits\":%" PRId64 ",\"all_us\":%.1f,\"scoped_us\":%.1f,\"count_ms\":%.1f}\n", rows[0], rows[1],
           a.counted, fastest(all) * 1e6, fastest(scoped) * 1e6, (now() - start) * 1e3);
    arena_free(a.arena);
}

/* ---- memory ---- */

static long anonymous_kb(void)
{
    char line[200];
    long kb = -1;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %ld", &kb) == 1) break;
    if (f) fclose(f);
    return kb;
}

static void bench_memory(char **args)
{
    int64_t township[TOWNSHIPS];
    double start = now();
    open_store(args[0]);
    double opened = now() - start;
    long after_open = anonymous_kb();
    townships(args[1], township);
    for (int i = 0; i < 3; i++) list_round(BY_CONDITION, NULL, township, "market");
    struct asking a = {
        .actor = ACTOR_CONSOLE, .arena = arena_new_capped((size_t)64 << 20), .q = {.l = premises, .search = str_of(args[2])}};
    search_round(&a, township, 20);
    a.q.limit = QUERY_LIMIT_MAX;
    search_round(&a, township, 5);
    view(&a, count_once);
    printf("{\"open_ms\":%.1f,\"opened_kb\":%ld,\"used_kb\":%ld}\n", opened * 1e3, after_open, anonymous_kb());
    arena_free(a.arena);
}

/* ---- creating ---- */

static atomic_long next_number = 1;

/* Eight digits and the check character of GB 11714. */
static void organisation_code(long n, char ret[10])
{
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    snprintf(ret, 10, "%08ld", n % 100000000);
    int total = 0;
    for (int i = 0; i < 8; i++) total += (ret[i] - '0') * weights[i];
    int c = 11 - total % 11;
    ret[8] = (char)(c == 10 ? 'X' : c == 11 ? '0' : '0' + c);
    ret[9] = '\0';
}

/* A credit code with the check character of GB 32100. */
static void credit_code(long n, char ret[19])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char organisation[10];
    organisation_code(n, organisation);
    snprintf(ret, 19, "91430602%s", organisation);
    int total = 0, weight = 1;
    for (int i = 0; i < 17; i++) {
        total += (int)(strchr(alphabet, ret[i]) - alphabet) * weight;
        weight = weight * 3 % 31;
    }
    ret[17] = alphabet[(31 - total % 31) % 31];
    ret[18] = '\0';
}

static enum err create_one(struct work *w, void *arg)
{
    long n = *(long *)arg;
    char code[19], name[100], address[40];
    credit_code(n, code);
    snprintf(name, sizeof name, "岳阳市第%ld号恒通建材商贸有限公司", n);
    snprintf(address, sizeof address, "建设路%ld号", n % 999);
    const struct {
        const char *field;
        const char *text;
    } cells[] = {{"name", name},
                 {"credit_code", code},
                 {"founded_on", "2001-02-03"},
                 {"capital", "12000000"},
                 {"business_scope", "建筑材料、五金交电、装饰材料的销售；道路货物运输；仓储服务；预包装食品零售。"},
                 {"address", address},
                 {"staff", "12"}};
    struct record *draft = record_new(w->arena, premises), *made;
    if (!draft) return err_no_memory();
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) TRY(draft_set(w, draft, str_of(cells[i].field), str_of(cells[i].text)));
    return store_create(w, draft, &made);
}

static void create(struct arena *a)
{
    struct actor console = ACTOR_CONSOLE;
    long n = atomic_fetch_add(&next_number, 1);
    arena_reset(a);
    check(store_write(store, &console, a, create_one, &n));
}

static enum err only_lane_zero(struct work *w, void *arg)
{
    (void)arg;
    return db_run(w->tx, DB_SQL(w->tx, SQL_ONE_LANE), NULL, 0, NULL);
}

static enum err count_lanes(struct work *w, void *arg)
{
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_LANES), NULL, 0, arg);
}

static void bench_init(char **args)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    struct actor console = ACTOR_CONSOLE;
    int64_t lanes;
    check(store_open(args[0], &(struct store_options){.create = true, .district = 430602}, &store));
    if (args[1] && strcmp(args[1], "one-lane") == 0) check(store_write(store, &console, a, only_lane_zero, NULL));
    check(store_view(store, &console, a, count_lanes, &lanes));
    printf("{\"lanes\":%" PRId64 "}\n", lanes);
}

static void bench_create(char **args)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    int n = atoi(args[1]);
    open_store(args[0]);
    for (int i = 0; i < 100; i++) create(a);
    double start = now(), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < n; i++) create(a);
    printf("{\"cpu_us\":%.1f,\"wall_us\":%.1f}\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / n * 1e6, (now() - start) / n * 1e6);
}

static double until;

static void *creator(void *arg)
{
    long *made = arg;
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)1 << 20);
    if (!a) exit(1);
    for (; now() < until; ++*made) create(a);
    return NULL;
}

static void bench_creators(char **args)
{
    pthread_t thread[THREADS_MAX];
    long made[THREADS_MAX] = {0}, all = 0;
    int threads = atoi(args[1]);
    if (threads < 1 || threads > THREADS_MAX) threads = THREADS_MAX;
    open_store(args[0]);
    double start = now(), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    until = start + atof(args[2]);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, creator, &made[i])) exit(1);
    for (int i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
        all += made[i];
    }
    printf("{\"per_second\":%.0f,\"cpu_us\":%.1f}\n", (double)all / (now() - start),
           (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)all * 1e6);
}

/* ---- modes ---- */

static const struct {
    const char *name;
    int least; /* arguments, the URL is the first */
    void (*run)(char **args);
} modes[] = {
    {"list", 3, bench_list},     {"search", 3, bench_search},     {"memory", 3, bench_memory}, {"init", 1, bench_init},
    {"create", 2, bench_create}, {"creators", 3, bench_creators}, {"tick", 3, bench_tick},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0 || argc - 2 < modes[i].least) continue;
        modes[i].run(argv + 2);
        if (store) store_close(store);
        return 0;
    }
    fprintf(stderr, "usage: see the head of bench/bench.c\n");
    return 2;
}
