/* test_query.c — lists against their definition: generated rows, generated questions, and a plain filter in memory that must
 * agree on both engines. */
#include "ledger_test.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "ledger/sort_key.h"

#define ROWS 150

static struct record *rows[ROWS];

static const char *const words[] = {"安全", "安全生产", "Ａlpha", "alpha", "ALPHA beta", "（一）", "(一)",
                                    "张三", "李四",     "阿伟",   "重庆",  "a_b%c",      "éa"};

/* A value for JSON; null now and then. */
static const char *any_value(const struct field *f)
{
    int64_t n = (int64_t)dice(7) - 3;
    if (!f->required && dice(4) == 0) return "null";
    switch (f->type) {
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS: return text_of("%lld", (long long)n);
    case TYPE_INSTANT: return text_of("\"2026-03-0%lldT10:00:00+08:00\"", (long long)(n + 4));
    case TYPE_YES_NO: return n > 0 ? "true" : "false";
    case TYPE_DATE: return text_of("\"2026-03-0%lld\"", (long long)(n + 4));
    case TYPE_CHOICE: return n > 0 ? "\"red\"" : n ? "\"green\"" : "\"blue\"";
    case TYPE_CHOICES: return n > 0 ? "[\"red\",\"blue\"]" : n ? "[\"green\"]" : "[\"blue\",\"green\"]";
    case TYPE_REGION: return n > 0 ? "\"430602000000\"" : "\"430603000000\"";
    case TYPE_PHONE: return n > 0 ? "\"13800138000\"" : "\"0730-8888888\"";
    default: return text_of("\"%s\"", words[dice(COUNT(words))]);
    }
}

static const char *const asked[] = {"name",   "story", "amount", "price",   "score",  "day",
                                    "moment", "good",  "colour", "colours", "region", "phone"};

static void generated_rows(void)
{
    static struct store *ready;
    if (ready == store) return;
    ready = store;
    dice_seed(1);
    add_code("colour", "red", "红");
    add_code("colour", "green", "绿");
    add_code("colour", "blue", "蓝");
    for (int i = 0; i < ROWS; i++) {
        const char *json = "{";
        for (int k = 0; k < COUNT(asked); k++)
            json = text_of("%s%s\"%s\":%s", json, k ? "," : "", asked[k], any_value(field(ledger("thing"), asked[k])));
        int64_t id = made("thing", text_of("%s}", json));
        if (dice(8) == 0) assert_ok(withdraw("thing", id));
        rows[i] = seen("thing", id);
    }
}

/* ---- the definition ---- */

static struct value value_of(const struct record *r, const struct field *f)
{
    if (f->index >= 0) return r->v[f->index];
    if (str_is(str_of(f->name), "id")) return value_int(r->id);
    if (str_is(str_of(f->name), "version")) return value_int(r->version);
    if (str_is(str_of(f->name), "withdrawn")) return value_int(r->withdrawn);
    if (str_is(str_of(f->name), "number")) return value_text(r->number);
    fail();
    return VALUE_NULL;
}

static struct str fold(struct str s)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    while (s.n) utf8_put(&b, utf8_fold_char(utf8_next(&s)));
    return arena_str(arena, buf_view(&b));
}

static bool has_piece(struct str many, struct str one)
{
    struct str piece;
    while (many_next(&many, &piece))
        if (str_eq(piece, one)) return true;
    return false;
}

static bool holds(const struct record *r, const struct condition *c)
{
    struct value v = value_of(r, c->field), w = c->value;
    if (w.tag == VAL_NULL) return (v.tag == VAL_NULL) == (c->op == OP_EQ);
    if (type_is_many(c->field->type) && (c->op == OP_EQ || c->op == OP_NE)) return has_piece(v.s, w.s) == (c->op == OP_EQ);
    if (v.tag == VAL_NULL) return c->op == OP_NE;
    int order = v.tag == VAL_INT ? (v.i > w.i) - (v.i < w.i) : str_cmp(v.s, w.s);
    switch (c->op) {
    case OP_EQ: return order == 0;
    case OP_NE: return order != 0;
    case OP_LT: return order < 0;
    case OP_LE: return order <= 0;
    case OP_GT: return order > 0;
    case OP_GE: return order >= 0;
    case OP_CONTAINS: return str_find(fold(v.s), fold(w.s)) >= 0;
    case OP_BEGINS: return str_starts(v.s, w.s);
    default: return false;
    }
}

static bool passes(const struct record *r, const struct query *q)
{
    if (r->withdrawn && !q->withdrawn) return false;
    for (int i = 0; i < q->where_n; i++)
        if (!holds(r, &q->where[i])) return false;
    return true;
}

static int compare_by_key(const struct record *a, const struct record *b, const struct query *q)
{
    struct value x, y;
    int order = 0;
    if (q->sort) {
        assert_ok(sort_key(arena, q->sort, value_of(a, q->sort), &x));
        assert_ok(sort_key(arena, q->sort, value_of(b, q->sort), &y));
        order = x.tag == VAL_INT ? (x.i > y.i) - (x.i < y.i) : str_cmp(x.s, y.s);
    }
    if (!order) order = (a->id > b->id) - (a->id < b->id);
    return q->sort && !q->descending ? order : -order;
}

static int definition(const struct query *q, struct record *ret[ROWS])
{
    int n = 0;
    for (int i = 0; i < ROWS; i++) {
        if (!passes(rows[i], q)) continue;
        int at = n++;
        for (; at > 0 && compare_by_key(rows[i], ret[at - 1], q) < 0; at--) ret[at] = ret[at - 1];
        ret[at] = rows[i];
    }
    return n;
}

/* ---- generated questions ---- */

static struct condition any_condition(void)
{
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">=", "~", "^"};
    static const char *const own[] = {"id", "version", "withdrawn", "number"};
    struct condition c;
    for (;;) {
        const struct field *f = field(ledger("thing"), dice(8) ? asked[dice(COUNT(asked))] : own[dice(COUNT(own))]);
        const char *sign = signs[dice(COUNT(signs))], *value = "";
        if (dice(8) && f->index >= 0) {
            struct str s = str_trim(str_of(any_value(f)));
            if (s.p[0] == '[') s = STR("red");
            if (s.p[0] == '"') s = (struct str){s.p + 1, s.n - 2};
            value = str_is(s, "null") ? "" : arena_z(arena, s);
        } else if (f->index < 0) {
            value = text_of("%lld", (long long)(f->type == TYPE_REFERENCE ? rows[dice(ROWS)]->id : dice(3)));
        }
        const char *text = text_of("%s %s %s", f->name, sign, value);
        enum err e = parse_condition("thing", text, &c);
        if (!e) return c;
        assert_err(e, ERR_INVALID);
    }
}

static void same_page(const struct page *p, struct record *const *want, int n)
{
    assert_int_equal(p->n, n);
    for (int i = 0; i < n; i++) assert_int_equal(p->record[i]->id, want[i]->id);
}

/* Read all pages of a question and compare with the definition. ERR_INVALID when it makes no sense. */
static enum err ask(struct query q, int want_n, struct record *const *want)
{
    struct page p;
    int at = 0;
    do {
        TRY(list(&q, &p));
        assert_true(at + p.n <= want_n && (p.n == q.limit || !p.next.p));
        same_page(&p, want + at, p.n);
        at += p.n;
        q.after = p.next;
    } while (p.next.p);
    assert_int_equal(at, want_n);
    return OK;
}

static void lists_agree_with_a_plain_filter(void **state)
{
    (void)state;
    static const char *const sorts[] = {"name", "amount", "price", "day", "moment"};
    int refused = 0, empty = 0;
    generated_rows();
    dice_seed(2);
    for (int turn = 0; turn < 400; turn++) {
        struct condition where[3];
        struct record *want[ROWS];
        struct query q = {.l = ledger("thing"), .where = where, .where_n = (int)dice(4), .descending = dice(2), .withdrawn = dice(2)};
        for (int i = 0; i < q.where_n; i++) where[i] = any_condition();
        if (dice(4)) q.sort = field(q.l, sorts[dice(COUNT(sorts))]);
        q.limit = 1 + (int)dice(40);
        bool sensible = true;
        for (int i = 0; i < q.where_n; i++) {
            const struct condition *c = &where[i];
            bool text_op = c->op == OP_CONTAINS || c->op == OP_BEGINS, order_op = c->op >= OP_LT && c->op <= OP_GE;
            if (c->value.tag == VAL_NULL ? c->op > OP_NE
                                         : (text_op && type_is_int(c->field->type)) || (order_op && type_is_many(c->field->type)))
                sensible = false;
        }
        if (dice(2)) q.walk = ROWS + dice(2) * QUERY_WALK; /* long enough: the same answer by another way */
        int64_t total = 0;
        int n = sensible ? definition(&q, want) : 0;
        enum err e = ask(q, n, want);
        assert_err(e, sensible ? OK : ERR_INVALID);
        assert_err(count_rows(&q, &total), e);
        assert_int_equal(total, n);
        refused += e != OK;
        empty += n == 0;
    }
    assert_true(refused < 200 && empty < 350); /* the questions are worth asking */
}

/* A short walk gives the same pages or says that it is too short, and never a wrong one. */
static void a_short_walk_is_right_or_says_so(void **state)
{
    (void)state;
    static const char *const sorts[] = {"name", "amount", "price", "day", "moment"};
    int full = 0, narrower = 0;
    generated_rows();
    dice_seed(3);
    for (int turn = 0; turn < 300; turn++) {
        struct condition where[3];
        struct record *want[ROWS];
        struct page p;
        struct query q = {.l = ledger("thing"), .where = where, .where_n = 1 + (int)dice(3), .descending = dice(2), .withdrawn = dice(2)};
        for (int i = 0; i < q.where_n; i++) where[i] = any_condition();
        if (dice(4)) q.sort = field(q.l, sorts[dice(COUNT(sorts))]);
        q.limit = 1 + (int)dice(10);
        if (list(&q, &p)) continue; /* makes no sense */
        int n = definition(&q, want);
        q.walk = 1 + dice(60);
        enum err e = list(&q, &p);
        if (e) {
            assert_err(e, ERR_TOO_BIG);
            assert_rule("narrower");
            narrower++;
            continue;
        }
        same_page(&p, want, n < q.limit ? n : q.limit);
        full += p.n == q.limit;
    }
    assert_true(full > 50 && narrower > 50);
}

static void what_an_index_knows_is_not_walked_over(void **state)
{
    (void)state;
    struct condition c[2];
    struct page p;
    generated_rows();
    const int64_t one = made("thing", "{\"name\":\"走查\",\"code\":\"W1\",\"amount\":7,\"colours\":[\"green\"]}");
    const struct field *name = field(ledger("thing"), "name"), *amount = field(ledger("thing"), "amount");
    static const struct {
        const char *condition;
        bool fits; /* a walk of 5 rows is enough */
    } cases[] = {
        {"code = W1", true}, {"name = 走查", true},   {"story ~ 没有", false},    {"amount = 7", true},
        {"id > 0", true},    {"story = 没有", false}, {"number = x", true},       {"good = yes", false},
        {"colour =", false}, {"amount >= 7", true},   {"amount > 1000000", true}, {"amount < -1000", true},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        struct query q = {.l = ledger("thing"), .where = c, .where_n = 1, .walk = 5, .limit = 100};
        if (str_starts(str_of(cases[i].condition), STR("amount"))) q.sort = amount;
        assert_ok(parse_condition("thing", cases[i].condition, &c[0]));
        if (str_starts(str_of(cases[i].condition), STR("id "))) q.limit = 1000;
        enum err e = list(&q, &p);
        if (cases[i].fits ? e : e != ERR_TOO_BIG) fail_msg("%s: %s", cases[i].condition, err_last()->message);
    }
    /* A value that few have is found through its own table, one that many have is not. */
    assert_ok(parse_condition("thing", "colours = green", &c[0]));
    assert_ok(parse_condition("thing", "name = 走查", &c[1]));
    struct query q = {.l = ledger("thing"), .where = c, .where_n = 1, .walk = 1, .limit = 1000, .sort = name};
    assert_err(list(&q, &p), ERR_TOO_BIG);
    q.where_n = 2;
    assert_ok(list(&q, &p));
    assert_true(p.n == 1 && p.record[0]->id == one);
    add_code("colour", "rare", "稀");
    assert_ok(change("thing", one, 0, "{\"colours\":[\"rare\"]}", NULL));
    assert_ok(parse_condition("thing", "colours = rare", &c[0]));
    q.where_n = 1;
    assert_ok(list(&q, &p));
    assert_true(p.n == 1 && p.record[0]->id == one);
    assert_ok(withdraw("thing", one));
}

static enum err ask_for_all(struct work *w, void *arg)
{
    (void)arg;
    struct query q = {.l = ledger("thing"), .withdrawn = true, .sort = field(ledger("thing"), "name")};
    struct page want, p;
    q.limit = ROWS;
    assert_ok(query_list(w, &q, &want));
    assert_int_equal(want.n, ROWS);
    static const int pages[] = {0, 1, 7, ROWS - 1, ROWS, ROWS + 1};
    for (int i = 0; i < COUNT(pages); i++) {
        q.limit = pages[i];
        assert_ok(query_all(w, &q, ROWS, &p));
        assert_null(p.next.p);
        same_page(&p, want.record, ROWS);
        assert_err(query_all(w, &q, ROWS - 1, &p), ERR_TOO_BIG);
    }
    struct condition none = {query_system_field(STR("id")), OP_LT, value_int(0)};
    q.where = &none;
    q.where_n = 1;
    assert_ok(query_all(w, &q, 0, &p));
    assert_int_equal(p.n, 0);
    return OK;
}

static void all_pages_together_are_the_list(void **state)
{
    (void)state;
    generated_rows();
    viewed(ask_for_all, NULL);
}

static void a_cursor_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "x",       "12.i5",  "1.",     ".i5", "99999999999999999999",
                                      "12.t6g", "12.t616", "12.tff", "12.t00", "-",   "5.t61.i7"};
    struct page p;
    generated_rows();
    for (int i = 0; i < COUNT(bad); i++) {
        struct query q = {.l = ledger("thing"), .after = str_of(bad[i]), .sort = field(ledger("thing"), "name")};
        assert_err(list(&q, &p), ERR_INVALID);
        q.sort = NULL;
        assert_err(list(&q, &p), ERR_INVALID);
        q.sort = field(ledger("thing"), "amount");
        if (!str_is(q.after, "12.i5")) assert_err(list(&q, &p), ERR_INVALID);
    }
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct condition many[QUERY_CONDITIONS_MAX + 1];
    struct page p;
    int64_t n;
    generated_rows();
    struct query q = {.l = ledger("thing"), .withdrawn = true};
    assert_ok(list(&q, &p));
    assert_int_equal(p.n, 50);
    q.limit = -3;
    assert_ok(list(&q, &p));
    assert_int_equal(p.n, 50);
    q.limit = 1000000;
    assert_ok(list(&q, &p));
    assert_int_equal(p.n, ROWS);
    q.sort = field(q.l, "score");
    assert_err(list(&q, &p), ERR_INVALID);
    assert_field("score");
    q.sort = NULL;
    for (int i = 0; i < COUNT(many); i++) assert_ok(parse_condition("thing", "name != x", &many[i]));
    q.where = many;
    q.where_n = QUERY_CONDITIONS_MAX;
    assert_ok(count_rows(&q, &n));
    q.where_n++;
    assert_err(count_rows(&q, &n), ERR_TOO_BIG);
    q = (struct query){.l = ledger("thing"), .has_on = true, .on = 20000};
    assert_err(list(&q, &p), ERR_INVALID); /* a thing has no period */
}

static void a_condition_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "name",
                                      "name ?",
                                      "nothing = 1",
                                      "parts = 1",
                                      "amount = many",
                                      "day > soon",
                                      "colour = mauve",
                                      "= 1",
                                      "id = x",
                                      "name = a\xFF",
                                      "name ~ \xC0\x80",
                                      "idno > 5",
                                      "idno ~ 5",
                                      "name; DROP TABLE thing = 1",
                                      "amount ~ 5",
                                      "colours < red"};
    struct condition c;
    struct page p;
    generated_rows();
    for (int i = 0; i < COUNT(bad); i++) {
        enum err e = parse_condition("thing", bad[i], &c);
        if (!e) e = list(&(struct query){.l = ledger("thing"), .where = &c, .where_n = 1}, &p);
        assert_err(e, ERR_INVALID);
    }
    assert_ok(parse_condition("thing", "  name=' OR 1=1 --", &c));
    assert_ok(list(&(struct query){.l = ledger("thing"), .where = &c, .where_n = 1}, &p));
    assert_int_equal(p.n, 0);
}

static void chinese_names_stand_in_the_order_of_pinyin(void **state)
{
    (void)state;
    static const char *const names[] = {"123 first", "abc", "Ｂcd", "阿伟", "陈军", "李四", "王五", "张三", "赵六", "重阳"};
    const struct query q = {.l = ledger("thing"), .sort = field(ledger("thing"), "name"), .limit = 1000};
    struct page p;
    for (int i = COUNT(names) - 1; i >= 0; i--) made("thing", text_of("{\"name\":\"%s\",\"subcode\":\"pinyin%d\"}", names[i], i));
    assert_ok(list(&q, &p));
    int at = 0;
    for (int i = 0; i < p.n; i++) {
        struct str mark = record_text(p.record[i], field(q.l, "subcode")->index);
        if (mark.p && str_starts(mark, STR("pinyin"))) assert_true(str_is(mark, text_of("pinyin%d", at++)));
    }
    assert_int_equal(at, COUNT(names));
}

static void rows_in_force_on_a_day_are_those_whose_period_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *since, *until;
    } terms[] = {{"null", "\"2020-01-01\""}, {"\"2020-01-01\"", "\"2020-06-01\""}, {"\"2020-06-01\"", "null"}};
    int64_t h = made("holder", "{\"name\":\"on\"}");
    struct page p;
    for (int i = 0; i < COUNT(terms); i++)
        made("term",
             text_of("{\"holder\":\"%lld\",\"duty\":\"%d\",\"since\":%s,\"until\":%s}", (long long)h, i, terms[i].since, terms[i].until));
    static const struct {
        const char *day;
        char duty;
    } days[] = {{"1900-01-01", '0'}, {"2019-12-31", '0'}, {"2020-01-01", '1'},
                {"2020-05-31", '1'}, {"2020-06-01", '2'}, {"9999-12-31", '2'}};
    for (int i = 0; i < COUNT(days); i++) {
        struct query q = {.l = ledger("term"), .has_on = true};
        assert_true(day_parse(str_of(days[i].day), &q.on));
        assert_ok(list(&q, &p));
        assert_int_equal(p.n, 1);
        assert_int_equal(record_text(p.record[0], field(q.l, "duty")->index).p[0], days[i].duty);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_agree_with_a_plain_filter),
        cmocka_unit_test(a_short_walk_is_right_or_says_so),
        cmocka_unit_test(all_pages_together_are_the_list),
        cmocka_unit_test(a_cursor_that_is_none_is_refused),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(a_condition_that_cannot_be_read_is_refused),
        cmocka_unit_test(chinese_names_stand_in_the_order_of_pinyin),
        cmocka_unit_test(rows_in_force_on_a_day_are_those_whose_period_has_it),
        cmocka_unit_test(what_an_index_knows_is_not_walked_over),
    };
    return RUN_ON_BOTH(tests);
}
