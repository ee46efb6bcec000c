/* floor_page.c — the floor of the list page: floor_page DATABASE PORT HEAD TAIL, libmicrohttpd and SQLite by hand.
 *
 * It serves one page, /?territory=ID&category=CODE: 50 premises by name as the program shows them, between the files HEAD and TAIL, which
 * are cut from a page of the program. It knows no sessions, rights, languages or other ledgers. DATABASE (made by run.py) has the table of
 * premises with the one index that this page wants, and the names of units and codes, which are read once at the start.
 */
#include <microhttpd.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE ((size_t)256 << 10)
#define NAMES 5000
#define ROWS 50

struct file {
    char *p;
    size_t n;
};

static const char *database;
static struct file head, tail;

static struct name {
    const char *key, *text;
} names[NAMES]; /* by key */
static int names_n;

static void fail(const char *what)
{
    fprintf(stderr, "floor_page: %s\n", what);
    exit(1);
}

static struct file read_file(const char *path)
{
    struct file f = {malloc(PAGE), 0};
    FILE *in = fopen(path, "rb");
    if (!in || !f.p) fail(path);
    f.n = fread(f.p, 1, PAGE, in);
    fclose(in);
    return f;
}

/* ---- the database ---- */

static sqlite3_stmt *prepare(const char *text)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA cache_size=-2048; PRAGMA mmap_size=2147418112;", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(db));
    return st;
}

static void read_names(void)
{
    sqlite3_stmt *st = prepare("SELECT key, text FROM name ORDER BY key");
    for (; names_n < NAMES && sqlite3_step(st) == SQLITE_ROW; names_n++)
        names[names_n] = (struct name){strdup((const char *)sqlite3_column_text(st, 0)), strdup((const char *)sqlite3_column_text(st, 1))};
    sqlite3_close(sqlite3_db_handle(st));
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->key, ((const struct name *)b)->key);
}

static const char *name_of(const char *key)
{
    struct name wanted = {key, NULL}, *found = bsearch(&wanted, names, (size_t)names_n, sizeof *names, by_key);
    return found ? found->text : key;
}

/* ---- writing ---- */

struct page {
    size_t n;
    char p[PAGE];
};

static void put(struct page *page, const char *p, size_t n)
{
    if (n > PAGE - page->n) fail("the page is too big");
    memcpy(page->p + page->n, p, n);
    page->n += n;
}

#define PUT(page, literal) put((page), "" literal, sizeof(literal) - 1)

static void put_text(struct page *page, const char *z)
{
    for (; z && *z; z++) {
        size_t plain = strcspn(z, "&<>\"'");
        put(page, z, plain);
        z += plain;
        switch (*z) {
        case '&': PUT(page, "&amp;"); break;
        case '<': PUT(page, "&lt;"); break;
        case '>': PUT(page, "&gt;"); break;
        case '"': PUT(page, "&#34;"); break;
        case '\'': PUT(page, "&#39;"); break;
        default: return;
        }
    }
}

enum { ID, NUMBER, NAME, STATE, REGION, ADDRESS, TERRITORY, SECTOR, CLASS, COLOUR, CATEGORIES, HEAD, PHONE };
static const char select_page[] = "SELECT _id,_number,name,business_state,region,address,territory,sector,supervision_class,risk_colour,"
                                  "categories,head,office_phone FROM premises WHERE territory = ?1 AND categories = ?2 AND _withdrawn = 0"
                                  " ORDER BY _s_name,_id LIMIT ?3";

static void put_link(struct page *page, const char *folder, const char *id, const char *text)
{
    PUT(page, "<a href=\"/l/");
    put(page, folder, strlen(folder));
    put(page, id, strlen(id));
    PUT(page, "\">");
    put_text(page, text);
    PUT(page, "</a>");
}

/* "|market|" → "market" */
static const char *only_piece(const char *many, char room[64])
{
    size_t n = many ? strlen(many) : 0;
    if (n < 2 || n >= 64) return "";
    memcpy(room, many + 1, n - 2);
    room[n - 2] = '\0';
    return room;
}

static void put_cell(struct page *page, sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    char room[64];
    if (!text) return;
    if (column == NUMBER)
        put_link(page, "premises/", (const char *)sqlite3_column_text(st, ID), text);
    else if (column == TERRITORY || column == SECTOR)
        put_link(page, "unit/", text, name_of(text));
    else if (column == CATEGORIES)
        put_text(page, name_of(only_piece(text, room)));
    else if (column == STATE || column == REGION || column == CLASS || column == COLOUR)
        put_text(page, name_of(text));
    else
        put_text(page, text);
}

static void put_row(struct page *page, sqlite3_stmt *st)
{
    static const char *const open[] = {[NUMBER] = "<td class=\"c-code\" data-label=\"编号\">",
                                       [NAME] = "<td class=\"c-title\" data-label=\"名称\">",
                                       [STATE] = "<td data-label=\"经营状态\">",
                                       [REGION] = "<td data-label=\"行政区划\">",
                                       [ADDRESS] = "<td data-label=\"经营地址\">",
                                       [TERRITORY] = "<td data-label=\"属地责任单位\">",
                                       [SECTOR] = "<td data-label=\"行业主管部门\">",
                                       [CLASS] = "<td data-label=\"监管分级\">",
                                       [COLOUR] = "<td data-label=\"风险等级\">",
                                       [CATEGORIES] = "<td data-label=\"对象类别\">",
                                       [HEAD] = "<td data-label=\"法定代表人\">",
                                       [PHONE] = "<td class=\"c-code\" data-label=\"单位电话\">"};
    PUT(page, "<tr>");
    for (int i = NUMBER; i <= PHONE; i++) {
        put(page, open[i], strlen(open[i]));
        put_cell(page, st, i);
        PUT(page, "</td>");
    }
    PUT(page, "</tr>\n");
}

/* ---- serving ---- */

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *upload, size_t *n, void **state)
{
    static _Thread_local sqlite3_stmt *st;
    static _Thread_local struct page page;
    static int begun;
    (void)cls, (void)url, (void)method, (void)version, (void)upload, (void)n;
    if (!*state) {
        *state = &begun;
        return MHD_YES;
    }
    const char *territory = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "territory");
    const char *category = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "category");
    char many[64];
    if (!st) st = prepare(select_page);
    snprintf(many, sizeof many, "|%s|", category ? category : "");
    page.n = 0;
    put(&page, head.p, head.n);
    sqlite3_bind_int64(st, 1, territory ? strtoll(territory, NULL, 10) : 0);
    sqlite3_bind_text(st, 2, many, -1, SQLITE_STATIC);
    sqlite3_bind_int(st, 3, ROWS + 1);
    for (int rows = 0; rows < ROWS && sqlite3_step(st) == SQLITE_ROW; rows++) put_row(&page, st);
    sqlite3_reset(st);
    put(&page, tail.p, tail.n);
    struct MHD_Response *r = MHD_create_response_from_buffer(page.n, page.p, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
    enum MHD_Result done = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return done;
}

int main(int argc, char **argv)
{
    if (argc != 5) fail("DATABASE PORT HEAD TAIL");
    database = argv[1];
    head = read_file(argv[3]);
    tail = read_file(argv[4]);
    read_names();
    unsigned threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[2]), NULL, NULL, answer, NULL,
                                            threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, MHD_OPTION_END);
    if (!d) fail("cannot listen");
    for (;;) pause();
}
