/* ledger_test.c — see ledger_test.h. */
#include "ledger_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "ledger/flow.h"
#include "ledger_test.sql.h"

struct store *store;
struct arena *arena;
struct testdb testdb;
enum db_engine engine;
struct actor me = ACTOR_CONSOLE;

static const char holder[] = "ledger: holder\nzh: 保管\nen: Holder\ntitle: name\nscope: {public: true}\nfields:\n"
                             "  - {name: name, type: text, zh: 名称, en: Name, required: true, search: title}\n";

static const char part[] = "ledger: part\nzh: 部件\nen: Part\nparent: thing\nfields:\n"
                           "  - {name: label, type: text, zh: 标签, en: Label, required: true, search: body}\n"
                           "  - {name: count, type: integer, zh: 数量, en: Count, min: 0}\n"
                           "  - {name: made_on, type: date, zh: 日期, en: Made on}\n"
                           "  - {name: colour, type: choice, codes: colour, zh: 颜色, en: Colour}\n"
                           "  - {name: holder, type: reference, of: holder, zh: 保管, en: Holder}\n";

static const char thing[] = "ledger: thing\nzh: 物品\nen: Thing\nnumber: WP\ntitle: name\nkeys: [code, name+region]\n"
                            "scope: {district: region, territory: holder, sector: keeper, owner: self}\nfields:\n"
                            "  - {name: name, type: text, zh: 名称, en: Name, required: true, search: title, sort: true, max: 40}\n"
                            "  - {name: code, type: text, zh: 代码, en: Code, unique: true, search: body}\n"
                            "  - {name: subcode, type: text, zh: 副码, en: Subcode, unique: true}\n"
                            "  - {name: story, type: long_text, zh: 经过, en: Story, search: body, min: 2, max: 3000}\n"
                            "  - {name: amount, type: integer, zh: 数量, en: Amount, sort: true, min: -1000, max: 1000}\n"
                            "  - {name: price, type: money, zh: 价格, en: Price, sort: true}\n"
                            "  - {name: score, type: points, zh: 分数, en: Score}\n"
                            "  - {name: day, type: date, zh: 日期, en: Day, sort: true, min: 1949-10-01, max: 2099-12-31}\n"
                            "  - {name: moment, type: instant, zh: 时刻, en: Moment, sort: true}\n"
                            "  - {name: good, type: yes_no, zh: 好, en: Good}\n"
                            "  - {name: colour, type: choice, codes: colour, zh: 颜色, en: Colour}\n"
                            "  - {name: colours, type: choices, codes: colour, zh: 各色, en: Colours}\n"
                            "  - {name: holder, type: reference, of: holder, zh: 保管, en: Holder}\n"
                            "  - {name: keeper, type: reference, of: holder, zh: 主管, en: Keeper}\n"
                            "  - {name: friends, type: references, of: thing, zh: 相关, en: Friends}\n"
                            "  - {name: region, type: region, zh: 区划, en: Region}\n"
                            "  - {name: place, type: place, zh: 坐标, en: Place}\n"
                            "  - {name: phone, type: phone, zh: 电话, en: Phone}\n"
                            "  - {name: uscc, type: credit_code, zh: 信用代码, en: Credit code}\n"
                            "  - {name: idno, type: id_number, zh: 身份证号, en: Id number, sensitive: true, unique: true}\n"
                            "  - {name: private, type: text, zh: 隐私, en: Private, sensitive: true, max: 60}\n"
                            "  - {name: papers, type: files, zh: 文件, en: Papers}\n"
                            "  - {name: parts, type: rows, of: part, zh: 部件, en: Parts}\n"
                            "  - {name: spares, type: rows, of: part, zh: 备件, en: Spares}\n"
                            "indexes: [colour+amount]\n";

static const char errand[] =
    "ledger: errand\nzh: 差事\nen: Errand\ntitle: what\nscope: {from: thing}\nfields:\n"
    "  - {name: what, type: text, zh: 事由, en: What, search: title, sort: true}\n"
    "  - {name: thing, type: reference, of: thing, zh: 物品, en: Thing}\n"
    "  - {name: reason, type: text, zh: 原因, en: Reason}\n"
    "  - {name: locked, type: yes_no, zh: 锁定, en: Locked}\n"
    "  - {name: stamps, type: rows, of: stamp, zh: 印, en: Stamps}\n"
    "states:\n  - {name: open, zh: 开, en: Open}\n  - {name: sent, zh: 已送, en: Sent}\n  - {name: done, zh: 已办, en: Done}\n"
    "verbs:\n  - {name: begin, zh: 开始, en: Begin, from: [], to: open, needs: [what], guards: [unlocked]}\n"
    "  - {name: send, zh: 送, en: Send, from: [open], to: sent, guards: [unlocked]}\n"
    "  - {name: accept, zh: 办结, en: Accept, from: [sent], to: done, needs: [reason]}\n"
    "  - {name: back, zh: 退回, en: Back, from: [sent, done], to: open, needs: [reason, stamps]}\n";

static const char stamp[] = "ledger: stamp\nzh: 印\nen: Stamp\nparent: errand\nfields:\n"
                            "  - {name: mark, type: text, zh: 印记, en: Mark}\n";

static const char term[] = "ledger: term\nzh: 任期\nen: Term\nperiod: {from: since, to: until, within: holder+duty}\nfields:\n"
                           "  - {name: holder, type: reference, of: holder, zh: 人, en: Holder, required: true}\n"
                           "  - {name: duty, type: text, zh: 职务, en: Duty}\n"
                           "  - {name: since, type: date, zh: 起, en: Since}\n"
                           "  - {name: until, type: date, zh: 止, en: Until}\n";

static const char club[] = "ledger: club\nzh: 社团\nen: Club\ntitle: name\nscope: {from: above}\nfields:\n"
                           "  - {name: name, type: text, zh: 名称, en: Name, search: title}\n"
                           "  - {name: above, type: reference, of: club, zh: 上级, en: Above}\n";

const char *const ledgers[] = {holder, part, thing, stamp, errand, term, club, NULL};

/* ---- the store of a run ---- */

static enum err unlocked(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    (void)w, (void)old, (void)v;
    if (record_int(now, field(now->l, "locked")->index, 0) == 0) return OK;
    return err_set(ERR_REFUSED, "%s", "it is locked");
}

static const struct guard guards[] = {{"unlocked", unlocked}, {0}};

static const char *const *own_of_run;

static int open_store(void **state)
{
    (void)state;
    const struct store_options o = {.create = true, .district = 430602, .own = own_of_run};
    char key[600];
    snprintf(key, sizeof key, "%s/key", testdb.folder[0] ? testdb.folder : "/tmp");
    if (!testdb.folder[0]) snprintf(key, sizeof key, "/tmp/anjian-test-%s.key", testdb.name);
    setenv("ANJIAN_KEY", key, 1);
    testdb.db = db_close(testdb.db);
    arena = arena_new_capped((size_t)256 << 20);
    if (arena && store_open(testdb.url, &o, &store) == OK) return 0;
    print_error("store_open: %s\n", err_last()->message);
    return 1;
}

static int close_store(void **state)
{
    (void)state;
    mem_fail_after(-1);
    db_fail_after(-1);
    store = store_close(store);
    arena = arena_free(arena);
    remove(getenv("ANJIAN_KEY"));
    testdb_close(&testdb);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    me = (struct actor)ACTOR_CONSOLE;
    dice_seed(0);
    mem_fail_after(-1);
    db_fail_after(-1);
    return 0;
}

int run_on_both(const struct CMUnitTest *tests, size_t n, const char *const *own)
{
    static const char *const names[] = {[DB_SQLITE] = "sqlite", [DB_POSTGRES] = "postgres"};
    const char *only = getenv("ANJIAN_TEST_ONLY"); /* "sqlite" or "postgres", for a look at one */
    struct CMUnitTest all[64];
    int failed = 0;
    if (n > sizeof all / sizeof *all) abort();
    for (size_t i = 0; i < n; i++) {
        all[i] = tests[i];
        all[i].setup_func = fresh;
    }
    flow_add_guards(guards);
    lang_set(LANG_EN);
    own_of_run = own;
    for (engine = DB_SQLITE; engine <= DB_POSTGRES; engine++) {
        if (only && strcmp(only, names[engine]) != 0) continue;
        if (!testdb_open(engine, &testdb)) continue;
        failed += _cmocka_run_group_tests(names[engine], all, n, open_store, close_store);
    }
    return failed;
}

/* ---- dice ---- */

static uint32_t dice_state = 1;

void dice_seed(uint32_t seed)
{
    dice_state = seed * 2654435761u + 1;
}

uint32_t dice(uint32_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 17;
    dice_state ^= dice_state << 5;
    return dice_state % sides;
}

/* ---- one transaction ---- */

void assert_err_at(enum err e, enum err want, const char *file, int line)
{
    if (e == want) return;
    const struct err_info *i = err_last();
    print_error("%s instead of %s: %s [%s] [%s] (%s:%d)\n", e ? err_word(e) : "ok", want ? err_word(want) : "ok", i->message, i->field,
                i->rule, i->file ? i->file : "?", i->line);
    _fail(file, line);
}

const struct ledger *ledger(const char *name)
{
    const struct ledger *l = registry_find(store->registry, str_of(name));
    assert_non_null(l);
    return l;
}

const struct field *field(const struct ledger *l, const char *name)
{
    const struct field *f = ledger_field(l, str_of(name));
    if (!f) f = query_system_field(str_of(name));
    assert_non_null(f);
    return f;
}

enum err writing(enum err (*fn)(struct work *, void *), void *arg)
{
    return store_write(store, &me, arena, fn, arg);
}

enum err viewing(enum err (*fn)(struct work *, void *), void *arg)
{
    return store_view(store, &me, arena, fn, arg);
}

void written(enum err (*fn)(struct work *, void *), void *arg)
{
    assert_ok(writing(fn, arg));
}

void viewed(enum err (*fn)(struct work *, void *), void *arg)
{
    assert_ok(viewing(fn, arg));
}

/* What a helper asks for, and the record that came of it. */
struct asked {
    const struct ledger *l;
    int64_t id, other;
    const char *json, *verb;
    struct record *record;
};

static enum err draft_of(struct work *w, const struct asked *q, struct record **ret)
{
    *ret = record_new(w->arena, q->l);
    if (!*ret) return err_no_memory();
    return draft_from_json(w, str_of(q->json ? q->json : "{}"), *ret);
}

static enum err do_make(struct work *w, void *arg)
{
    struct asked *q = arg;
    struct record *draft;
    TRY(draft_of(w, q, &draft));
    return store_create(w, draft, &q->record);
}

static enum err do_change(struct work *w, void *arg)
{
    struct asked *q = arg;
    struct record *draft;
    TRY(draft_of(w, q, &draft));
    return store_change(w, q->id, q->other, draft, &q->record, NULL);
}

static enum err do_act(struct work *w, void *arg)
{
    struct asked *q = arg;
    struct record *draft;
    TRY(draft_of(w, q, &draft));
    return store_do(w, q->id, str_of(q->verb), q->other, draft, &q->record);
}

static enum err do_withdraw(struct work *w, void *arg)
{
    struct asked *q = arg;
    return store_withdraw(w, q->l, q->id, STR("a test"), &q->record);
}

static enum err do_restore(struct work *w, void *arg)
{
    struct asked *q = arg;
    return store_restore(w, q->l, q->id, STR("a test"), &q->record);
}

static enum err do_merge(struct work *w, void *arg)
{
    struct asked *q = arg;
    return store_merge(w, q->l, q->id, q->other, &q->record);
}

static enum err do_look(struct work *w, void *arg)
{
    struct asked *q = arg;
    return store_read(w, q->l, q->id, &q->record);
}

static enum err do_resolve(struct work *w, void *arg)
{
    struct asked *q = arg;
    return store_resolve(w, q->l, str_of(q->json), &q->id);
}

static enum err give(enum err e, const struct asked *q, struct record **ret)
{
    if (!e && ret) *ret = q->record;
    return e;
}

enum err make(const char *name, const char *json, struct record **ret)
{
    struct asked q = {.l = ledger(name), .json = json};
    return give(writing(do_make, &q), &q, ret);
}

enum err change(const char *name, int64_t id, int64_t base, const char *json, struct record **ret)
{
    struct asked q = {.l = ledger(name), .id = id, .other = base, .json = json};
    return give(writing(do_change, &q), &q, ret);
}

enum err act(const char *name, int64_t id, const char *verb, int64_t base, const char *json, struct record **ret)
{
    struct asked q = {.l = ledger(name), .id = id, .other = base, .json = json, .verb = verb};
    return give(writing(do_act, &q), &q, ret);
}

enum err withdraw(const char *name, int64_t id)
{
    return writing(do_withdraw, &(struct asked){.l = ledger(name), .id = id});
}

enum err restore(const char *name, int64_t id)
{
    return writing(do_restore, &(struct asked){.l = ledger(name), .id = id});
}

enum err merge(const char *name, int64_t duplicate, int64_t stays)
{
    return writing(do_merge, &(struct asked){.l = ledger(name), .id = duplicate, .other = stays});
}

enum err look(const char *name, int64_t id, struct record **ret)
{
    struct asked q = {.l = ledger(name), .id = id};
    return give(viewing(do_look, &q), &q, ret);
}

enum err resolve(const char *name, const char *number, int64_t *ret)
{
    struct asked q = {.l = ledger(name), .json = number};
    enum err e = viewing(do_resolve, &q);
    if (!e) *ret = q.id;
    return e;
}

int64_t made(const char *name, const char *json)
{
    struct record *r = NULL;
    assert_ok(make(name, json, &r));
    return r->id;
}

struct record *seen(const char *name, int64_t id)
{
    struct record *r = NULL;
    assert_ok(look(name, id, &r));
    return r;
}

void add_code(const char *list_name, const char *code, const char *zh)
{
    made("code", text_of("{\"list\":\"%s\",\"code\":\"%s\",\"zh\":\"%s\",\"en\":\"%s\"}", list_name, code, zh, code));
}

/* ---- questions ---- */

struct question {
    const struct query *q;
    struct page *page;
    int64_t count;
    const struct ledger *l;
    struct str text;
    struct condition *condition;
};

static enum err do_list(struct work *w, void *arg)
{
    struct question *k = arg;
    return query_list(w, k->q, k->page);
}

static enum err do_count(struct work *w, void *arg)
{
    struct question *k = arg;
    return query_count(w, k->q, &k->count);
}

static enum err do_condition(struct work *w, void *arg)
{
    struct question *k = arg;
    return condition_parse(w, k->l, k->text, k->condition);
}

enum err list(const struct query *q, struct page *ret)
{
    return viewing(do_list, &(struct question){.q = q, .page = ret});
}

enum err count_rows(const struct query *q, int64_t *ret)
{
    struct question k = {.q = q};
    enum err e = viewing(do_count, &k);
    if (!e) *ret = k.count;
    return e;
}

enum err parse_condition(const char *name, const char *text, struct condition *ret)
{
    return viewing(do_condition, &(struct question){.l = ledger(name), .text = str_of(text), .condition = ret});
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int found(const char *name, const char *search, int64_t *ids, int room, ...)
{
    struct condition where[QUERY_CONDITIONS_MAX];
    struct page p;
    int n = 0;
    va_list ap;
    va_start(ap, room);
    for (const char *text; (text = va_arg(ap, const char *));) assert_ok(parse_condition(name, text, &where[n++]));
    va_end(ap);
    struct query q = {.l = ledger(name), .where = where, .where_n = n, .search = str_of(search), .limit = room};
    int64_t total;
    assert_ok(list(&q, &p));
    assert_ok(count_rows(&q, &total));
    if (!p.next.p) assert_int_equal(total, p.n);
    for (int i = 0; i < p.n; i++) ids[i] = p.record[i]->id;
    qsort(ids, (size_t)p.n, sizeof *ids, by_id);
    return p.n;
}

const char *json_of(const struct record *r)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct record all = *r;
    all.given = arena_array(arena, bool, r->l->fields_count);
    for (unsigned i = 0; i < r->l->fields_count; i++) all.given[i] = true;
    record_json(&b, &all);
    return arena_z(arena, buf_view(&b));
}

const char *text_of(const char *format, ...)
{
    char text[4000];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    assert_in_range(n, 0, sizeof text - 1);
    return arena_z(arena, str_of(text));
}

static enum err do_events(struct work *w, void *arg)
{
    return db_one_int(w->tx, DB_SQL(w->tx, SQL_TEST_EVENTS), NULL, 0, arg);
}

int64_t events(void)
{
    int64_t n = 0;
    viewed(do_events, &n);
    return n;
}
