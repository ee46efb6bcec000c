/* test_search.c — full-text search, on both engines and against a definition in plain C.
 *
 * The definition. Text and question are folded; a text is a row of segments: runs of Han characters, and words of other letters and
 * digits; everything else only parts them. The question is cut at blanks and every piece must be found: its segments must lie
 * behind each other in the text, the first as the end of a run (or a whole word), those between as whole segments, the last
 * as the beginning of one; a piece of a single run is found anywhere in a run, of a single word at the beginning of a word.
 * Title and body are two texts; fields of one stand behind each other.
 */
#include "ledger_test.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "ledger/search.h"

static int hits(const char *words)
{
    int64_t ids[1000];
    return found("thing", words, ids, 1000, NULL);
}

/* ---- the definition ---- */

struct segment {
    struct str text;
    bool han;
};

static bool is_word(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == 0xE9;
}

static int cut(struct str folded, struct segment *ret, int room)
{
    int n = 0;
    int kind = 0; /* 1: Han, 2: word */
    struct str rest = folded;
    while (rest.n) {
        const char *at = rest.p;
        uint32_t c = utf8_next(&rest);
        int is = utf8_is_han(c) ? 1 : is_word(c) ? 2 : 0;
        if (is && is != kind) {
            assert_true(n < room);
            ret[n++] = (struct segment){{at, 0}, is == 1};
        }
        kind = is;
        if (is) ret[n - 1].text.n += (size_t)(rest.p - at);
    }
    return n;
}

static bool matches_at(const struct segment *t, const struct segment *q, int n)
{
    for (int i = 0; i < n; i++) {
        if (t[i].han != q[i].han) return false;
        bool first = i == 0, last = i == n - 1, fits;
        if (first && last)
            fits = q[i].han ? str_find(t[i].text, q[i].text) >= 0 : str_starts(t[i].text, q[i].text);
        else if (last)
            fits = str_starts(t[i].text, q[i].text);
        else
            fits = first && q[i].han ? str_ends(t[i].text, q[i].text) : str_eq(t[i].text, q[i].text);
        if (!fits) return false;
    }
    return true;
}

static struct str fold(struct str s)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    utf8_fold(&b, s);
    return arena_str(arena, buf_view(&b));
}

static bool piece_in(struct str text, const struct segment *q, int n)
{
    struct segment t[400];
    int m = cut(fold(text), t, COUNT(t));
    for (int i = 0; i + n <= m; i++)
        if (matches_at(t + i, q, n)) return true;
    return false;
}

static bool finds(struct str question, const struct record *r)
{
    const struct ledger *l = r->l;
    struct str rest = fold(question), piece;
    struct str title = str_of(text_of("%.*s\n%.*s", STR_ARG(r->number), STR_ARG(record_text(r, field(l, "name")->index))));
    struct str body = str_of(
        text_of("%.*s\n%.*s", STR_ARG(record_text(r, field(l, "code")->index)), STR_ARG(record_text(r, field(l, "story")->index))));
    bool any = false;
    while (rest.p) {
        struct segment q[60];
        piece = str_split(&rest, ' ');
        int n = cut(piece, q, COUNT(q));
        if (!n) continue;
        any = true;
        if (!piece_in(title, q, n) && !piece_in(body, q, n)) return false;
    }
    return any;
}

/* ---- generated texts ---- */

static const char *any_text(int parts)
{
    static const char *const pieces[] = {"检", "查", "员", "检查", "检查员", "2999", "a1", "B",  "，", " ",
                                         "（", "）", "é",  "Ａ",   "-",      "工",   "。", "\"", "'",  "_"};
    const char *text = "";
    for (int i = 0; i < parts; i++) {
        const char *piece = pieces[dice(COUNT(pieces))];
        text = text_of("%s%s", text, piece[0] == '"' ? "\\\"" : piece);
    }
    return text;
}

struct matching {
    const char *words;
    enum search_in in;
    struct str match;
};

static enum err match_all(struct work *w, void *arg)
{
    struct matching *m = arg;
    return search_match(w->arena, engine, w->actor, NULL, str_of(m->words), m->in, &m->match);
}

static void generated_texts_are_found_as_defined(void **state)
{
    (void)state;
    enum { TEXTS = 120, QUESTIONS = 400 };
    struct record *r[TEXTS];
    int64_t ids[1000];
    int found_some = 0;
    dice_seed(3);
    for (int i = 0; i < TEXTS; i++)
        r[i] = seen("thing", made("thing", text_of("{\"name\":\"检%s\",\"story\":\"员%s\"}", any_text(5), any_text(12))));
    for (int i = 0; i < QUESTIONS; i++) {
        const char *json = any_text(1 + (int)dice(4));
        struct buf b CLEANUP_BUF = BUF_INIT(1000);
        for (const char *p = json; *p; p++)
            if (*p != '\\') buf_char(&b, *p);
        const char *question = arena_z(arena, buf_view(&b));
        int n = found("thing", question, ids, 1000, text_of("id >= %lld", (long long)r[0]->id), NULL), want = 0;
        for (int k = 0; k < TEXTS; k++) {
            bool is = want < n && ids[want] == r[k]->id;
            if (is != finds(str_of(question), r[k])) {
                print_error("“%s” %s %s\n", question, is ? "finds" : "does not find", json_of(r[k]));
                struct matching m = {question, SEARCH_IN_ALL, STR_NONE};
                viewed(match_all, &m);
                print_error("%s\n", m.match.p);
                fail();
            }
            want += is;
        }
        assert_int_equal(n, want);
        found_some += n > 0;
    }
    assert_true(found_some > QUESTIONS / 4);
}

/* ---- what people type ---- */

static void words_are_found_as_people_write_them(void **state)
{
    (void)state;
    made("thing", "{\"name\":\"岳阳楼区检查员2999（化工）有限公司\",\"code\":\"YH-ABC-000123\",\"story\":\"灭火器过期，ＡＢＣ干粉\"}");
    static const struct {
        const char *words;
        int n;
    } cases[] = {
        {"岳阳", 1},         {"阳楼", 1},
        {"楼", 1},           {"岳", 1},
        {"区检", 1},         {"岳阳楼区", 1},
        {"岳楼", 0},         {"检查员2999", 1},
        {"员2999", 1},       {"查2999", 0},
        {"检查2999", 0},     {"检查员29", 1},
        {"2999", 1},         {"299", 1},
        {"999", 0},          {"2999化工", 1},
        {"2999（化工）", 1}, {"2999(化工)", 1},
        {"２９９９", 1},     {"yh-abc", 1},
        {"YH-ABC-0001", 1},  {"ABC-000123", 1},
        {"000124", 0},       {"abc干粉", 1},
        {"灭火器 化工", 1},  {"灭火器 煤矿", 0},
        {"过期干粉", 0},     {"过期，abc", 1},
        {"，", 0},           {"（）", 0},
        {"\"", 0},           {"' OR 1", 0},
        {"灭火器*", 1},      {"化工 AND", 0},
        {"NEAR(化工)", 0},   {"", 0},
        {"   ", 0},          {"化工\xE3\x80\x80灭火", 1},
        {"期", 1},           {"粉", 1},
        {"\xFF", 0},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        int n = hits(cases[i].words);
        if (n != cases[i].n) print_error("“%s”\n", cases[i].words);
        assert_int_equal(n, cases[i].n);
    }
    struct page p;
    char longest[600] = "";
    for (int i = 0; i < 501; i++) longest[i] = 'a';
    assert_err(list(&(struct query){.l = ledger("thing"), .search = str_of(longest)}, &p), ERR_TOO_BIG);
}

static void the_index_follows_the_record(void **state)
{
    (void)state;
    int64_t id = made("thing", "{\"name\":\"锅炉甲\",\"story\":\"压力表损坏\"}");
    assert_int_equal(hits("锅炉"), 1);
    assert_ok(change("thing", id, 0, "{\"name\":\"电梯甲\"}", NULL));
    assert_int_equal(hits("锅炉"), 0);
    assert_int_equal(hits("电梯"), 1);
    assert_int_equal(hits("压力表"), 1);
    assert_ok(withdraw("thing", id));
    assert_int_equal(hits("电梯"), 0);
    assert_ok(restore("thing", id));
    assert_int_equal(hits("电梯"), 1);
    assert_int_equal(hits("压力表"), 1);
}

static void child_rows_are_found_with_their_record(void **state)
{
    (void)state;
    int64_t id = made("thing", "{\"name\":\"渡口\",\"parts\":[{\"label\":\"洞庭湖\"},{\"label\":\"新墙河\"}]}");
    assert_int_equal(hits("洞庭湖"), 1);
    assert_int_equal(hits("墙河"), 1);
    assert_ok(change("thing", id, 0, "{\"parts\":[{\"label\":\"新墙河\"}]}", NULL));
    assert_int_equal(hits("洞庭湖"), 0);
    assert_int_equal(hits("墙河"), 1);
}

/* A page newest first comes out of the index itself on SQLite; hits of other ledgers and hidden rows are passed over. */
static void pages_of_a_search_go_newest_first_and_leave_nothing_out(void **state)
{
    (void)state;
    enum { HITS = 11, PAGE = 3 };
    int64_t want[HITS];
    struct condition big;
    for (int i = HITS - 1; i >= 0; i--) {
        made("thing", "{\"name\":\"别的\"}");
        want[i] = made("thing", text_of("{\"name\":\"水泵房\",\"amount\":%d}", i));
        assert_ok(withdraw("thing", made("thing", "{\"name\":\"水泵房旧\"}")));
    }
    assert_ok(parse_condition("thing", "amount >= 4", &big));
    for (int least = 0; least <= 4; least += 4) {
        struct query q = {.l = ledger("thing"), .search = STR("水泵"), .limit = PAGE, .where = &big, .where_n = least ? 1 : 0};
        struct page p;
        int64_t n;
        int at = 0;
        do {
            assert_ok(list(&q, &p));
            for (int i = 0; i < p.n; i++) assert_int_equal(p.record[i]->id, want[least + at++]);
            q.after = p.next;
        } while (p.next.p);
        assert_int_equal(at, HITS - least);
        q.after = STR_NONE;
        assert_ok(count_rows(&q, &n));
        assert_int_equal(n, HITS - least);
    }
}

/* ---- title and body, all ledgers ---- */

static void a_scoped_question_over_all_ledgers_has_the_public_ones(void **state)
{
    (void)state;
    struct matching m = {.words = "化工", .in = SEARCH_IN_TITLE};
    me = (struct actor){.role = ROLE_CONSOLE, .sees = SEES_TERRITORY, .sees_id = 77};
    viewed(match_all, &m);
    assert_true(str_find(m.match, STR("t77")) >= 0 && str_find(m.match, STR("public")) >= 0);
    me.sees_id = 0;
    viewed(match_all, &m);
    assert_true(str_find(m.match, STR("t0")) < 0 && str_find(m.match, STR("public")) >= 0);
    me.sees = SEES_NOTHING;
    viewed(match_all, &m);
    assert_null(m.match.p);
}

struct searched {
    const char *words;
    struct str after;
    int limit;
    struct hits hits;
};

static enum err do_search_all(struct work *w, void *arg)
{
    struct searched *k = arg;
    return search_all(w, str_of(k->words), k->after, k->limit, &k->hits);
}

static void a_search_over_all_ledgers_has_titles_first_and_the_newest_first(void **state)
{
    (void)state;
    int64_t want[8];
    /* made oldest first: the answer has titles backwards, then bodies backwards */
    want[7] = made("thing", "{\"name\":\"甲\",\"story\":\"灌装站旁\"}");
    want[3] = made("thing", "{\"name\":\"灌装站一\"}");
    want[2] = made("holder", "{\"name\":\"灌装站乡\"}");
    want[6] = made("thing", "{\"name\":\"乙\",\"parts\":[{\"label\":\"灌装站阀\"}]}");
    want[1] = made("errand", "{\"what\":\"灌装站复查\"}");
    want[5] = made("thing", "{\"name\":\"丙灌装\",\"story\":\"在灌装站\"}");
    want[0] = made("thing", "{\"name\":\"灌装站二\",\"story\":\"灌装站\"}"); /* in both: once */
    want[4] = made("thing", "{\"name\":\"丁\",\"story\":\"灌装站\"}");
    assert_ok(withdraw("thing", made("thing", "{\"name\":\"灌装站旧\"}")));
    for (int limit = 1; limit <= 9; limit++) {
        struct searched k = {.words = "灌装站", .after = STR_NONE, .limit = limit};
        int at = 0;
        do {
            viewed(do_search_all, &k);
            assert_true(k.hits.n <= limit && (k.hits.n == limit || !k.hits.next.p));
            for (int i = 0; i < k.hits.n; i++, at++) {
                assert_int_equal(k.hits.hit[i].id, want[at]);
                assert_int_equal(k.hits.hit[i].where, at < 4 ? SEARCH_IN_TITLE : SEARCH_IN_BODY_ONLY);
            }
            k.after = k.hits.next;
        } while (k.after.p);
        assert_int_equal(at, COUNT(want));
    }
    struct searched k = {.words = "灌装站 二", .after = STR_NONE};
    viewed(do_search_all, &k);
    assert_int_equal(k.hits.n, 1);
    assert_true(k.hits.hit[0].l == ledger("thing") && str_is(k.hits.hit[0].title, "灌装站二") && k.hits.hit[0].number.n);
    /* one word in the title, one elsewhere: not a hit of the title */
    k.words = "丙 灌装站";
    viewed(do_search_all, &k);
    assert_true(k.hits.n == 1 && k.hits.hit[0].where == SEARCH_IN_BODY_ONLY);
    static const char *const none[] = {"", "（）", "没有这样的词"};
    for (int i = 0; i < COUNT(none); i++) {
        k.words = none[i];
        viewed(do_search_all, &k);
        assert_true(k.hits.n == 0 && !k.hits.next.p);
    }
    static const char *const bad[] = {"x5", "t", "b5x", "5"};
    for (int i = 0; i < COUNT(bad); i++) {
        k.after = str_of(bad[i]);
        assert_err(viewing(do_search_all, &k), ERR_INVALID);
    }
}

static void a_search_over_all_ledgers_stays_in_scope(void **state)
{
    (void)state;
    int64_t town = made("holder", "{\"name\":\"氨制冷乡\"}");
    int64_t ours = made("thing", text_of("{\"name\":\"氨制冷我\",\"holder\":\"%lld\"}", (long long)town));
    made("thing", "{\"name\":\"氨制冷他\"}");
    struct searched k = {.words = "氨制冷", .after = STR_NONE};
    viewed(do_search_all, &k);
    assert_int_equal(k.hits.n, 3);
    me = (struct actor){.role = ROLE_CONSOLE, .sees = SEES_TERRITORY, .sees_id = town};
    viewed(do_search_all, &k);
    assert_int_equal(k.hits.n, 2);
    assert_true(k.hits.hit[0].id == ours && k.hits.hit[1].id == town);
    me.sees_id = ours;
    viewed(do_search_all, &k);
    assert_int_equal(k.hits.n, 1); /* the public one */
    me.sees = SEES_NOTHING;
    viewed(do_search_all, &k);
    assert_int_equal(k.hits.n, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_as_people_write_them),
        cmocka_unit_test(the_index_follows_the_record),
        cmocka_unit_test(child_rows_are_found_with_their_record),
        cmocka_unit_test(a_scoped_question_over_all_ledgers_has_the_public_ones),
        cmocka_unit_test(pages_of_a_search_go_newest_first_and_leave_nothing_out),
        cmocka_unit_test(a_search_over_all_ledgers_has_titles_first_and_the_newest_first),
        cmocka_unit_test(a_search_over_all_ledgers_stays_in_scope),
        cmocka_unit_test(generated_texts_are_found_as_defined),
    };
    return RUN_ON_BOTH(tests);
}
