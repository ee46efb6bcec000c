/* import_test.c — see import_test.h. */
#include "import_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "import_test.sql.h"
#include "ledger/chain.h"

struct import_result got;

/* ---- files ---- */

static char folder[] = "/tmp/anjian-import-XXXXXX";

static void remove_folder(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command) != 0) fprintf(stderr, "%s stays\n", folder);
}

const char *file(const char *name, const char *text)
{
    static char path[200];
    static bool made_folder;
    if (!made_folder) {
        assert_non_null(mkdtemp(folder));
        atexit(remove_folder);
        made_folder = true;
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = text ? fopen(path, "wb") : NULL;
    if (text) {
        assert_non_null(f);
        assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
        assert_int_equal(fclose(f), 0);
    }
    return arena_z(arena, str_of(path));
}

/* ---- importing ---- */

enum err import(const char *name, const char *path, const struct import_options *o)
{
    got = (struct import_result){0};
    return import_file(store, &me, arena, ledger(name), path, o ? o : &(struct import_options){0}, &got);
}

void bring(const char *name, const char *text)
{
    assert_ok(import(name, file("rows.csv", text), NULL));
}

void assert_counts_at(int added, int changed, int unchanged, int refused, const char *path, int line)
{
    bool same = got.added == added && got.changed == changed && got.unchanged == unchanged && got.refused == refused;
    bool adds_up = got.rows == got.added + got.changed + got.unchanged + got.refused;
    if (same && adds_up) return;
    print_error("%d rows: %d added, %d changed, %d unchanged, %d refused\n", (int)got.rows, (int)got.added, (int)got.changed,
                (int)got.unchanged, (int)got.refused);
    for (int i = 0; i < got.refusals_n; i++)
        print_error("  row %d, %.*s: %.*s\n", (int)got.refusals[i].row, STR_ARG(got.refusals[i].field), STR_ARG(got.refusals[i].reason));
    _fail(path, line);
}

/* ---- looking ---- */

struct record *only(const char *name, const char *condition)
{
    int64_t ids[2];
    assert_int_equal(found(name, NULL, ids, 2, condition, NULL), 1);
    return seen(name, ids[0]);
}

int64_t how_many(const char *name, const char *text)
{
    struct condition c;
    int64_t n;
    assert_ok(parse_condition(name, text, &c));
    assert_ok(count_rows(&(struct query){.l = ledger(name), .where = &c, .where_n = 1}, &n));
    return n;
}

const char *value_of(const struct record *r, const char *name)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    const struct field *f = field(r->l, name);
    type_json(&b, f, r->v[f->index]);
    return arena_z(arena, buf_view(&b));
}

static enum err read_kept(struct work *w, void *arg)
{
    struct kept *k = arg;
    struct db_rows *rows;
    bool more;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_TEST_KEPT), NULL, 0, &rows));
    enum err e = db_next(rows, &more);
    if (!e) *k = (struct kept){db_int(rows, 0), db_int(rows, 1), db_int(rows, 2), db_int(rows, 3), db_int(rows, 4)};
    db_done(rows);
    return e;
}

struct kept kept(void)
{
    struct kept k;
    viewed(read_kept, &k);
    return k;
}

int proved(void **state)
{
    (void)state;
    struct verify_report r;
    mem_fail_after(-1);
    db_fail_after(-1);
    if (chain_verify(store, STR_NONE, STR_NONE, NULL, NULL, &r) != OK) {
        print_error("verify: %s\n", err_last()->message);
        return 1;
    }
    if (!r.ok) print_error("verify: %s\n", r.first.what);
    if (kept().open) print_error("a batch is left open\n");
    return !r.ok || kept().open;
}
