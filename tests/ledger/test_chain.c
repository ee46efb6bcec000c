/* test_chain.c — the chain proves itself: what the store writes verifies, and whatever is altered behind its back is found. */
#define _GNU_SOURCE
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/type.h"
#include "support/testdb.h"

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

static const char *const descriptions[] = {
    "ledger: site\nzh: 工地\nen: Site\ntitle: name\nkeys: [name]\nscope: {district: region, territory: territory, owner: self}\nfields:\n"
    "  - {name: name, type: text, zh: 名称, en: Name, required: true, sort: true, search: title}\n"
    "  - {name: region, type: region, zh: 区划, en: Region}\n"
    "  - {name: territory, type: reference, of: unit, zh: 属地, en: Territory}\n"
    "  - {name: cost, type: money, zh: 造价, en: Cost}\n"
    "  - {name: near, type: references, of: site, zh: 邻近, en: Near}\n"
    "  - {name: cranes, type: rows, of: crane, zh: 塔吊, en: Cranes}\n"
    "  - {name: spare, type: rows, of: crane, zh: 备用, en: Spare}\n",
    "ledger: crane\nzh: 塔吊\nen: Crane\ntitle: mark\nparent: site\nfields:\n"
    "  - {name: mark, type: text, zh: 编号, en: Mark, required: true}\n"
    "  - {name: height, type: integer, zh: 高度, en: Height}\n",
    "ledger: visit\nzh: 检查\nen: Visit\nnumber: JC\ntitle: note\nkeys: [note]\nscope: {from: site}\nfields:\n"
    "  - {name: site, type: reference, of: site, zh: 工地, en: Site, required: true}\n"
    "  - {name: note, type: text, zh: 情况, en: Note, required: true, max: 400}\n",
    NULL,
};

struct world {
    struct testdb t;
    struct store *store;
    struct arena *arena;
    sqlite3 *lite; /* the raw connection of who tampers */
    PGconn *pg;
    int64_t town, other_town, site, merged, withdrawn, visit, last;
    struct str private_pem, public_pem, seal;
    char folder[40];
};

/* ---- writing through the store ---- */

struct op {
    const char *ledger, *json, *verb;
    int64_t id, into, ret;
};

static enum err run_op(struct work *w, void *arg)
{
    struct op *op = arg;
    const struct ledger *l = registry_find(w->store->registry, str_of(op->ledger));
    struct record *draft = record_new(w->arena, l), *now = NULL;
    enum err e = op->json ? draft_from_json(w, str_of(op->json), draft) : OK;
    if (e) return e;
    switch (op->verb[0]) {
    case 'n': e = store_create(w, draft, &now); break;
    case 'c': e = store_change(w, op->id, 0, draft, &now, NULL); break;
    case 'w': e = store_withdraw(w, l, op->id, STR("错录“重复”"), &now); break;
    case 'r': e = store_restore(w, l, op->id, STR("恢复"), &now); break;
    default: e = store_merge(w, l, op->id, op->into, &now); break;
    }
    if (!e) op->ret = now->id;
    return e;
}

static enum err try_op(struct world *x, struct op *op)
{
    struct actor console = ACTOR_CONSOLE;
    enum err e = store_write(x->store, &console, x->arena, run_op, op);
    arena_reset(x->arena);
    return e;
}

static int64_t op(struct world *x, const char *verb, const char *ledger, int64_t id, int64_t into, const char *json, ...)
    __attribute__((format(printf, 6, 7)));
static int64_t op(struct world *x, const char *verb, const char *ledger, int64_t id, int64_t into, const char *json, ...)
{
    char text[1000];
    va_list ap;
    va_start(ap, json);
    vsnprintf(text, sizeof text, json, ap);
    va_end(ap);
    struct op o = {ledger, text, verb, id, into, 0};
    if (try_op(x, &o)) fail_msg("%s %s: %s", verb, text, err_last()->message);
    return o.ret;
}

static void write_history(struct world *x)
{
    x->town = op(x, "new", "unit", 0, 0, "{\"name\":\"东镇\",\"kind\":\"township\"}");
    x->other_town = op(x, "new", "unit", 0, 0, "{\"name\":\"西镇\",\"kind\":\"township\"}");
    x->site = op(x, "new", "site", 0, 0,
                 "{\"name\":\"一号工地\",\"territory\":\"%lld\",\"cost\":500,\"cranes\":[{\"mark\":\"A\",\"height\":40},{\"mark\":\"B\"}]}",
                 (long long)x->town);
    x->merged = op(x, "new", "site", 0, 0, "{\"name\":\"1号工地\",\"region\":\"430602001000\",\"spare\":[{\"mark\":\"S\"}]}");
    x->withdrawn = op(x, "new", "site", 0, 0, "{\"name\":\"误登\"}");
    x->visit = op(x, "new", "visit", 0, 0, "{\"site\":\"%lld\",\"note\":\"脚手架无防护\"}", (long long)x->site);
    op(x, "change", "site", x->site, 0, "{\"cost\":700,\"near\":[\"%lld\"]}", (long long)x->merged);
    op(x, "change", "site", x->site, 0, "{\"cranes\":[{\"mark\":\"A\",\"height\":45}],\"spare\":[{\"mark\":\"C\"}]}");
    op(x, "change", "site", x->site, 0, "{\"territory\":\"%lld\"}", (long long)x->other_town);
    op(x, "change", "visit", x->visit, 0, "{\"note\":\"脚手架已加防护\\n\\\"复查\\\"\"}");
    op(x, "merge", "site", x->merged, x->site, "{}");
    op(x, "withdraw", "site", x->withdrawn, 0, "{}");
    x->last = op(x, "new", "visit", 0, 0, "{\"site\":\"%lld\",\"note\":\"最后一次\"}", (long long)x->site);
}

/* ---- the raw connection ---- */

static void raw_run(struct world *x, const char *text)
{
    if (x->lite) {
        char *why = NULL;
        if (sqlite3_exec(x->lite, text, NULL, NULL, &why)) fail_msg("%s: %s", text, why);
    } else {
        PGresult *r = PQexec(x->pg, text);
        ExecStatusType s = PQresultStatus(r);
        if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) fail_msg("%s: %s", text, PQerrorMessage(x->pg));
        PQclear(r);
    }
}

/* The first column of the first row, as text. */
static void raw_text(struct world *x, const char *text, char *ret, size_t room)
{
    if (x->lite) {
        sqlite3_stmt *s;
        assert_int_equal(sqlite3_prepare_v2(x->lite, text, -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        snprintf(ret, room, "%s", (const char *)sqlite3_column_text(s, 0));
        sqlite3_finalize(s);
    } else {
        PGresult *r = PQexec(x->pg, text);
        assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
        snprintf(ret, room, "%s", PQgetvalue(r, 0, 0));
        PQclear(r);
    }
}

static const char *const kept[] = {"_event", "_lane", "site", "crane", "visit"};

static void each_kept(struct world *x, const char *format)
{
    char text[200];
    for (int i = 0; i < COUNT(kept); i++) {
        snprintf(text, sizeof text, format, kept[i]);
        raw_run(x, text);
    }
}

static void keep_tables(struct world *x)
{
    each_kept(x, "DROP TABLE IF EXISTS \"keep_%1$s\"");
    each_kept(x, "CREATE TABLE \"keep_%1$s\" AS SELECT * FROM \"%1$s\"");
}

static void restore_tables(struct world *x)
{
    each_kept(x, "DELETE FROM \"%1$s\"");
    each_kept(x, "INSERT INTO \"%1$s\" SELECT * FROM \"keep_%1$s\"");
}

/* {site} and the like in a statement become ids. */
static void tamper(struct world *x, const char *statement)
{
    const struct {
        const char *name;
        int64_t id;
    } names[] = {{"{site}", x->site}, {"{merged}", x->merged}, {"{visit}", x->visit}, {"{last}", x->last}, {"{town}", x->town}};
    char text[2000], *out = text;
    while (*statement) {
        bool put = false;
        for (int i = 0; i < COUNT(names) && !put; i++) {
            size_t n = strlen(names[i].name);
            if (strncmp(statement, names[i].name, n) != 0) continue;
            out += snprintf(out, (size_t)(text + sizeof text - out), "%lld", (long long)names[i].id);
            statement += n;
            put = true;
        }
        if (!put) *out++ = *statement++;
    }
    *out = '\0';
    raw_run(x, text);
}

/* ---- the world of a group ---- */

static void open_raw(struct world *x, enum db_engine engine)
{
    if (engine == DB_SQLITE) {
        assert_int_equal(sqlite3_open(db_path(x->store->db), &x->lite), SQLITE_OK);
        sqlite3_busy_timeout(x->lite, 5000);
        raw_run(x, "PRAGMA synchronous=OFF");
    } else {
        x->pg = PQconnectdb(x->t.url);
        assert_int_equal(PQstatus(x->pg), CONNECTION_OK);
    }
}

static int make_world(void **state, enum db_engine engine, enum hash_kind hash)
{
    struct world *x = mem_alloc(sizeof *x);
    *state = x;
    lang_set(LANG_EN);
    clock_set(0);
    if (!testdb_open(engine, &x->t)) return -1;
    x->t.db = db_close(x->t.db);
    const struct store_options o = {.create = true, .district = 430602, .hash = hash, .own = descriptions};
    if (store_open(x->t.url, &o, &x->store)) fail_msg("open: %s", err_last()->message);
    x->arena = arena_new_capped((size_t)16 << 20);
    snprintf(x->folder, sizeof x->folder, "/tmp/anjian-chain-XXXXXX");
    assert_non_null(mkdtemp(x->folder));
    open_raw(x, engine);
    op(x, "new", "code", 0, 0, "{\"list\":\"unit_kind\",\"code\":\"township\",\"zh\":\"乡镇\"}");
    write_history(x);
    keep_tables(x);
    return 0;
}

static int sqlite_world(void **state)
{
    return make_world(state, DB_SQLITE, HASH_SM3);
}

static int postgres_world(void **state)
{
    return make_world(state, DB_POSTGRES, HASH_SHA256);
}

static int end_world(void **state)
{
    struct world *x = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", x->folder);
    assert_int_equal(system(command), 0);
    sqlite3_close(x->lite);
    PQfinish(x->pg);
    store_close(x->store);
    arena_free(x->arena);
    testdb_close(&x->t);
    mem_free(x);
    return 0;
}

static struct verify_report verify(struct world *x, struct str seal, struct str key)
{
    struct verify_report r;
    if (chain_verify(x->store, seal, key, NULL, NULL, &r)) fail_msg("verify: %s", err_last()->message);
    return r;
}

static void assert_good(struct world *x)
{
    struct verify_report r = verify(x, STR_NONE, STR_NONE);
    if (!r.ok)
        fail_msg("%s (lane %lld, event %lld, record %lld of %s)", r.first.what, (long long)r.first.lane, (long long)r.first.seq,
                 (long long)r.first.record, r.first.ledger);
}

static void assert_fault(struct verify_report r, const char *what)
{
    if (r.ok) fail_msg("not found: %s", what);
    if (!strstr(r.first.what, what)) fail_msg("expected “%s”, got “%s”", what, r.first.what);
}

/* ---- tests ---- */

static void what_the_store_writes_verifies(void **state)
{
    struct verify_report r = verify(*state, STR_NONE, STR_NONE);
    assert_true(r.ok);
    assert_int_equal(r.events, 14);
    assert_int_equal(r.rows, 8);
    assert_int_equal(r.lanes, ((struct world *)*state)->lite ? 1 : 16);
}

#define AT(event) "position = (SELECT position FROM _event WHERE " event ")"

static void every_kind_of_tampering_is_found_and_named(void **state)
{
    struct world *x = *state;
    const struct {
        const char *statement, *what;
        int64_t record;
        const char *ledger;
    } cases[] = {
        {"UPDATE \"site\" SET cost = 701 WHERE _id = {site}", "the row is not what its last event says", x->site, "site"},
        {"UPDATE \"site\" SET cost = NULL WHERE _id = {site}", "the row is not what its last event says", x->site, "site"},
        {"UPDATE \"site\" SET _withdrawn = 0, _successor = NULL WHERE _id = {merged}", "the row is not what", x->merged, "site"},
        {"UPDATE \"visit\" SET _number = 'JC-1' WHERE _id = {visit}", "the row is not what", x->visit, "visit"},
        {"UPDATE \"crane\" SET height = 46 WHERE _record = {site} AND mark = 'A'", "the row is not what", x->site, "site"},
        {"UPDATE \"crane\" SET _field = 'spare', _pos = 9 WHERE _record = {site} AND mark = 'A'", "the row is not what", x->site, "site"},
        {"DELETE FROM \"crane\" WHERE _record = {site} AND mark = 'C'", "the row is not what", x->site, "site"},
        {"INSERT INTO \"crane\" (_record,_field,_pos,mark) VALUES ({site},'cranes',7,'X')", "the row is not what", x->site, "site"},
        {"INSERT INTO \"crane\" (_record,_field,_pos,mark) VALUES (77,'cranes',0,'X')", "rows that belong to no record", 0, "crane"},
        {"UPDATE \"site\" SET _version = 3 WHERE _id = {site}", "the row is at version 3 and its last event at version 4", x->site, "site"},
        {"UPDATE \"site\" SET _created = _created - 1 WHERE _id = {site}", "“_created” is not what its event says", x->site, "site"},
        {"UPDATE \"site\" SET _updated = _updated + 1 WHERE _id = {site}", "“_updated” is not what its event says", x->site, "site"},
        {"UPDATE \"site\" SET _district = 430603 WHERE _id = {site}", "“_district” is 430603 and must be 430602", x->site, "site"},
        {"UPDATE \"visit\" SET _territory = {town} WHERE _id = {visit}", "“_territory” is", x->visit, "visit"},
        {"UPDATE \"visit\" SET _owner = 0 WHERE _id = {visit}", "“_owner” is 0 and must be", x->visit, "visit"},
        {"DELETE FROM \"visit\" WHERE _id = {visit}", "the record has events but its row is gone", x->visit, "visit"},
        {"INSERT INTO \"visit\" SELECT * FROM \"visit\" WHERE 1 = 0; UPDATE \"visit\" SET _id = 5 WHERE _id = {visit}",
         "the row has no event", 5, "visit"},
        {"UPDATE _event SET body = replace(body, '脚手架无防护', '脚手架有防护') WHERE record = {visit} AND version = 1",
         "the hash of the event", x->visit, "visit"},
        {"UPDATE _event SET record = 6 WHERE record = {last}", "“record” is not what the event says", 6, "visit"},
        {"UPDATE _event SET version = 8 WHERE record = {last}", "“version” is not what the event says", x->last, "visit"},
        {"UPDATE _event SET ledger = 'site' WHERE record = {last}", "“ledger” is not what the event says", x->last, "site"},
        {"UPDATE _event SET batch = 3 WHERE record = {last}", "“batch” is not what the event says", x->last, "visit"},
        {"DELETE FROM _event WHERE record = {last}", "lane 0 ends before its head: event 14 is missing", 0, NULL},
        {"DELETE FROM _event WHERE record = {visit} AND version = 1", "event 7 of lane 0 is missing", 0, NULL},
        {"UPDATE _event SET position = 1099511627776 + 1 WHERE record = {last}; UPDATE _lane SET seq = seq - 1 WHERE lane = 0", "is not", 0,
         NULL},
        {"UPDATE _event SET position = -1 WHERE record = {last}", "event 14 is missing", 0, NULL},
        {"UPDATE _event SET position = -1 WHERE record = {visit} AND version = 1; UPDATE _event SET position = 7 WHERE record = {last};"
         "UPDATE _event SET position = 14 WHERE position = -1",
         "the hash of the event", x->last, "visit"},
        {"UPDATE _lane SET head = (SELECT hash FROM _event WHERE position = 3) WHERE lane = 0", "the head of lane 0 is not the hash", 0,
         NULL},
        {"UPDATE _lane SET seq = 13 WHERE lane = 0", "lane 0 has events behind its head", 0, NULL},
        {"DELETE FROM _lane WHERE lane = 0", "lane", 0, NULL},
        {"UPDATE _event SET hash = (SELECT hash FROM _event WHERE position = 1) WHERE position = 2", "the hash of the event", x->town,
         "unit"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        tamper(x, cases[i].statement);
        struct verify_report r = verify(x, STR_NONE, STR_NONE);
        if (r.ok || !strstr(r.first.what, cases[i].what))
            fail_msg("%s: expected “%s”, got “%s”", cases[i].statement, cases[i].what, r.ok ? "ok" : r.first.what);
        assert_int_equal(r.first.record, cases[i].record);
        assert_string_equal(r.first.ledger ? r.first.ledger : "", cases[i].ledger ? cases[i].ledger : "");
        restore_tables(x);
    }
    assert_good(x);
}

/* The next write reads the altered value and puts it under its digest: the last event fits again. */
static void a_later_write_does_not_launder_what_was_altered_before(void **state)
{
    struct world *x = *state;
    static const struct {
        const char *statement, *json, *field;
    } cases[] = {
        {"UPDATE \"site\" SET cost = 1 WHERE _id = {site}", "{\"name\":\"二号工地\"}", "“cost”"},
        {"UPDATE \"site\" SET cost = 1 WHERE _id = {site}", "{\"cost\":2}", "“cost”"},
        {"UPDATE \"crane\" SET mark = 'Z' WHERE _record = {site} AND mark = 'A'", "{\"cost\":3}", "“cranes”"},
        {"UPDATE \"site\" SET _number = '1' WHERE _id = {site}", "{\"cost\":4}", "“_number”"},
        {"UPDATE \"site\" SET _successor = 4 WHERE _id = {site}", "{\"cost\":5}", "“_successor”"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        tamper(x, cases[i].statement);
        op(x, "change", "site", x->site, 0, "%s", cases[i].json);
        struct verify_report r = verify(x, STR_NONE, STR_NONE);
        assert_fault(r, "was changed outside of this program before a later write");
        assert_fault(r, cases[i].field);
        assert_int_equal(r.first.record, x->site);
        restore_tables(x);
    }
}

static void make_seal(struct world *x, const char *kind)
{
    struct str print;
    assert_int_equal(chain_keypair(x->arena, kind, &x->private_pem, &x->public_pem, &print), OK);
    assert_int_equal(print.n, 64);
    if (chain_seal(x->store, x->arena, x->private_pem, &x->seal)) fail_msg("seal: %s", err_last()->message);
}

static void a_seal_of_either_kind_verifies_until_it_is_altered(void **state)
{
    struct world *x = *state;
    static const char *const kinds[] = {"ed25519", "sm2"};
    for (int i = 0; i < COUNT(kinds); i++) {
        struct str other_private, other_public, print;
        make_seal(x, kinds[i]);
        assert_true(verify(x, x->seal, x->public_pem).ok);
        assert_int_equal(chain_keypair(x->arena, kinds[i], &other_private, &other_public, &print), OK);
        assert_fault(verify(x, x->seal, other_public), "the seal was made with another key");
        char *text = arena_z(x->arena, x->seal), *at = strstr(text, "\\\"seq\\\":") + strlen("\\\"seq\\\":");
        *at = *at == '1' ? '2' : '1';
        assert_fault(verify(x, str_of(text), x->public_pem), "the seal was altered");
        text = arena_z(x->arena, x->seal);
        at = strstr(text, "\"signature\":\"") + 20;
        *at = *at == 'A' ? 'B' : 'A';
        assert_fault(verify(x, str_of(text), x->public_pem), "the seal was altered");
    }
    struct verify_report r;
    assert_int_equal(chain_verify(x->store, STR("{}"), x->public_pem, NULL, NULL, &r), ERR_UNREADABLE);
    assert_int_equal(chain_verify(x->store, x->seal, STR_NONE, NULL, NULL, &r), ERR_UNREADABLE);
    assert_int_equal(chain_verify(x->store, x->seal, x->private_pem, NULL, NULL, &r), ERR_UNREADABLE);
    struct str seal;
    assert_int_equal(chain_seal(x->store, x->arena, x->public_pem, &seal), ERR_UNREADABLE);
    assert_int_equal(chain_keypair(x->arena, "rsa", &seal, &seal, &seal), ERR_INVALID);
}

static void a_seal_stays_good_while_the_chain_grows(void **state)
{
    struct world *x = *state;
    make_seal(x, "ed25519");
    op(x, "change", "visit", x->last, 0, "{\"note\":\"又一次\"}");
    make_seal(x, "ed25519"); /* the arena of the first went with the write */
    struct str seal = x->seal, key = x->public_pem;
    assert_true(verify(x, seal, key).ok);
    restore_tables(x);
}

/* Who can write the database and knows the format can make a chain that holds; only what was sealed and kept elsewhere says otherwise. */
static void only_the_seal_finds_a_tail_that_was_cut_off_with_its_head(void **state)
{
    struct world *x = *state;
    make_seal(x, "sm2");
    tamper(x, "DELETE FROM \"visit\" WHERE _id = {last}; DELETE FROM _event WHERE record = {last};"
              "UPDATE _lane SET seq = seq - 1, head = (SELECT hash FROM _event WHERE position = 13) WHERE lane = 0");
    assert_good(x);
    struct verify_report r = verify(x, x->seal, x->public_pem);
    assert_fault(r, "events were cut off");
    assert_int_equal(r.first.lane, 0);
    assert_int_equal(r.first.seq, 14);
    restore_tables(x);
}

static void only_the_seal_finds_a_chain_that_was_rewritten(void **state)
{
    struct world *x = *state;
    char body[3000], text[5000], prev[100], hex[HASH_HEX];
    unsigned char before[HASH_BYTES], after[HASH_BYTES];
    make_seal(x, "sm2");
    raw_text(x, "SELECT body FROM _event WHERE position = 14", body, sizeof body);
    raw_text(x, x->lite ? "SELECT hex(hash) FROM _event WHERE position = 13" : "SELECT encode(hash,'hex') FROM _event WHERE position = 13",
             prev, sizeof prev);
    for (int i = 0; i < HASH_BYTES; i++) {
        unsigned byte;
        sscanf(prev + 2 * i, "%2x", &byte);
        before[i] = (unsigned char)byte;
    }
    memcpy(strstr(body, "console"), "nobody!", 7);
    assert_int_equal(hash_two(x->store->hash, (struct str){(const char *)before, HASH_BYTES}, str_of(body), after), OK);
    hash_hex(after, hex);
    const char *open = x->lite ? "x'" : "'\\x";
    snprintf(text, sizeof text,
             "UPDATE _event SET body = '%s', hash = %s%s' WHERE position = 14; UPDATE _lane SET head = %s%s' WHERE lane = 0", body, open,
             hex, open, hex);
    raw_run(x, text);
    assert_good(x);
    assert_fault(verify(x, x->seal, x->public_pem), "events were rewritten");
    restore_tables(x);
}

static void a_seal_of_another_database_is_refused(void **state)
{
    struct world *x = *state;
    make_seal(x, "ed25519");
    char was = x->store->uuid[0];
    x->store->uuid[0] = was == '0' ? '1' : '0';
    assert_fault(verify(x, x->seal, x->public_pem), "the hash of the event"); /* the genesis is another one */
    struct str foreign;
    assert_int_equal(chain_seal(x->store, x->arena, x->private_pem, &foreign), OK);
    x->store->uuid[0] = was;
    assert_fault(verify(x, foreign, x->public_pem), "the seal is of another database");
}

/* ---- the log ---- */

static int verify_log(struct world *x, const char *log, const char *more)
{
    char command[600];
    snprintf(command, sizeof command, "cd %s && python3 %s/tools/verify_log.py %s %s > said.txt 2>&1", x->folder, PROJECT_ROOT, log, more);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void save(struct world *x, const char *name, struct str text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", x->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static void export_log(struct world *x, char *ret, size_t room, size_t *ret_n)
{
    char path[100];
    snprintf(path, sizeof path, "%s/log", x->folder);
    if (chain_export(x->store, path, NULL, NULL)) fail_msg("export: %s", err_last()->message);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    *ret_n = fread(ret, 1, room, f);
    assert_in_range(*ret_n, 1000, room - 1);
    fclose(f);
}

static void a_verifier_of_its_own_accepts_the_log_and_both_seals(void **state)
{
    struct world *x = *state;
    static char log[100000];
    size_t n;
    static const char *const kinds[] = {"ed25519", "sm2"};
    export_log(x, log, sizeof log, &n);
    assert_int_equal(verify_log(x, "log", ""), 0);
    for (int i = 0; i < COUNT(kinds); i++) {
        make_seal(x, kinds[i]);
        save(x, "seal", x->seal);
        save(x, "pub", x->public_pem);
        assert_int_equal(verify_log(x, "log", "seal pub"), 0);
    }
    char *text = arena_z(x->arena, x->seal);
    text[strstr(text, "uuid") - text + 8] ^= 1;
    save(x, "seal", str_of(text));
    assert_int_equal(verify_log(x, "log", "seal pub"), 1);
}

static void a_flipped_byte_of_the_log_is_found_by_it(void **state)
{
    struct world *x = *state;
    static char log[100000];
    size_t n;
    export_log(x, log, sizeof log, &n);
    for (size_t i = 1; i <= 16; i++) {
        size_t at = i * (n - 1) / 16;
        log[at] ^= 1;
        save(x, "bad", (struct str){log, n});
        log[at] ^= 1;
        if (verify_log(x, "bad", "") != 1) fail_msg("byte %zu of %zu", at, n);
    }
    save(x, "bad", (struct str){log, n - 1});
    char *end = memrchr(log, '\n', n - 1);
    save(x, "bad", (struct str){log, (size_t)(end - log) + 1});
    assert_int_equal(verify_log(x, "bad", ""), 1);
}

static bool stop(void *arg, int64_t done, int64_t total)
{
    (void)done, (void)total;
    ++*(int *)arg;
    return false;
}

static void an_export_that_fails_leaves_no_file(void **state)
{
    struct world *x = *state;
    char path[100];
    snprintf(path, sizeof path, "%s/none/log", x->folder);
    assert_int_equal(chain_export(x->store, path, NULL, NULL), ERR_IO);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- properties ---- */

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

static void any_sequence_of_writes_verifies(void **state)
{
    struct world *x = *state;
    uint32_t seed = 20260210;
    int64_t sites[40] = {x->site}, visits[40] = {x->visit};
    int ns = 1, nv = 1, done = 0;
    for (int i = 0; i < 300; i++) {
        char json[400] = "{}";
        int64_t site = sites[dice(&seed, (uint32_t)ns)], visit = visits[dice(&seed, (uint32_t)nv)], any = sites[dice(&seed, (uint32_t)ns)];
        struct op o = {"site", json, "change", site, any, 0};
        switch (dice(&seed, 9)) {
        case 0:
            o.verb = "new";
            snprintf(json, sizeof json, "{\"name\":\"工地%d\",\"cranes\":[{\"mark\":\"%d\"}]}", i, i);
            break;
        case 1:
            o.ledger = "visit";
            o.verb = "new";
            snprintf(json, sizeof json, "{\"site\":\"%lld\",\"note\":\"%d\"}", (long long)site, i);
            break;
        case 2: snprintf(json, sizeof json, "{\"territory\":\"%lld\"}", (long long)(dice(&seed, 2) ? x->town : x->other_town)); break;
        case 3: snprintf(json, sizeof json, "{\"cranes\":[{\"mark\":\"x\"},{\"mark\":\"y\",\"height\":%d}]}", i); break;
        case 4: snprintf(json, sizeof json, "{\"region\":\"43060%d001000\",\"cost\":%d}", (int)dice(&seed, 3), i); break;
        case 5: o.verb = "withdraw"; break;
        case 6: o.verb = "restore"; break;
        case 7:
            o.ledger = "visit";
            o.id = visit;
            snprintf(json, sizeof json, "{\"site\":\"%lld\"}", (long long)any);
            break;
        default: o.verb = dice(&seed, 3) ? "change" : "merge"; break;
        }
        enum err e = try_op(x, &o);
        if (e && e != ERR_REFUSED && e != ERR_INVALID && e != ERR_CONFLICT) fail_msg("%s %s: %s", o.verb, json, err_last()->message);
        if (e) continue;
        done++;
        if (o.verb[0] == 'n' && o.ledger[0] == 's' && ns < COUNT(sites)) sites[ns++] = o.ret;
        if (o.verb[0] == 'n' && o.ledger[0] == 'v' && nv < COUNT(visits)) visits[nv++] = o.ret;
        if (i % 60 == 0) assert_good(x);
    }
    assert_true(done > 150);
    assert_good(x);
}

static void verifying_without_memory_says_so(void **state)
{
    struct world *x = *state;
    make_seal(x, "sm2");
    long n = 0;
    for (bool refused = true; refused; n++) {
        struct verify_report r = {0};
        mem_fail_after(n);
        enum err e = chain_verify(x->store, x->seal, x->public_pem, NULL, NULL, &r);
        refused = mem_failed();
        mem_fail_after(-1);
        if (e && e != ERR_NO_MEMORY) fail_msg("allocation %ld: %s", n, err_last()->message);
        if (!e && !r.ok) fail_msg("allocation %ld: %s", n, r.first.what);
        if (!e) assert_false(refused);
    }
    assert_in_range(n, 10, 100000);
}

static void verifying_stops_when_told_to(void **state)
{
    struct world *x = *state;
    struct verify_report r;
    char path[100];
    int told = 0;
    for (int i = 0; i < 60; i++) /* enough work to be told about */
        op(x, "new", "site", 0, 0, "{\"name\":\"多%d\",\"cranes\":[{\"mark\":\"1\"}]}", i);
    while (!told) {
        enum err e = chain_verify(x->store, STR_NONE, STR_NONE, stop, &told, &r);
        assert_int_equal(e, told ? ERR_STOPPED : OK);
        for (int i = 0; !told && i < 300; i++) op(x, "change", "site", x->site, 0, "{\"cost\":%d}", i + 100000);
    }
    snprintf(path, sizeof path, "%s/stopped", x->folder);
    for (int i = 0; i < 600; i++) op(x, "change", "site", x->site, 0, "{\"cost\":%d}", i + 200000);
    assert_int_equal(told, 1);
    assert_int_equal(chain_export(x->store, path, stop, &told), ERR_STOPPED);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void key_files_are_made_once_and_kept_private(void **state)
{
    struct world *x = *state;
    char path[100];
    struct str print;
    struct stat st;
    snprintf(path, sizeof path, "%s/db.seal.pem", x->folder);
    assert_int_equal(seal_keys_make(x->arena, path, HASH_SM3, &print), OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(seal_keys_make(x->arena, path, HASH_SM3, &print), ERR_CONFLICT);
    const char *public = seal_public_path(x->arena, path);
    assert_int_equal(access(public, R_OK), 0);
    assert_string_equal(public + strlen(x->folder), "/db.seal.pub");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_store_writes_verifies),
        cmocka_unit_test(every_kind_of_tampering_is_found_and_named),
        cmocka_unit_test(a_later_write_does_not_launder_what_was_altered_before),
        cmocka_unit_test(a_seal_of_either_kind_verifies_until_it_is_altered),
        cmocka_unit_test(a_seal_stays_good_while_the_chain_grows),
        cmocka_unit_test(only_the_seal_finds_a_tail_that_was_cut_off_with_its_head),
        cmocka_unit_test(only_the_seal_finds_a_chain_that_was_rewritten),
        cmocka_unit_test(a_seal_of_another_database_is_refused),
        cmocka_unit_test(a_verifier_of_its_own_accepts_the_log_and_both_seals),
        cmocka_unit_test(a_flipped_byte_of_the_log_is_found_by_it),
        cmocka_unit_test(an_export_that_fails_leaves_no_file),
        cmocka_unit_test(verifying_without_memory_says_so),
        cmocka_unit_test(key_files_are_made_once_and_kept_private),
        cmocka_unit_test(any_sequence_of_writes_verifies),
        cmocka_unit_test(verifying_stops_when_told_to),
    };
    int failed = cmocka_run_group_tests_name("sqlite", tests, sqlite_world, end_world);
    if (getenv("ANJIAN_TEST_PG"))
        failed += cmocka_run_group_tests_name("postgres", tests, postgres_world, end_world);
    else
        printf("SKIP postgres\n");
    return failed;
}
