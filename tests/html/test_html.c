/* test_html.c — the writer: what it writes is read back as it was given; and views that the build has compiled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/lang.h"
#include "html/html.h"
#include "views.html.h"

/* ---- reading as a browser does ---- */

static void replace(struct str s, const char *const (*table)[2], size_t rows, struct buf *ret)
{
    while (s.n) {
        size_t i = 0;
        while (i < rows && !str_starts(s, str_of(table[i][0]))) i++;
        buf_put(ret, i < rows ? table[i][1] : s.p, 1);
        s = str_from(s, i < rows ? strlen(table[i][0]) : 1);
    }
}

static void unescape(struct str s, struct buf *ret)
{
    static const char *const entities[][2] = {{"&amp;", "&"},  {"&lt;", "<"},  {"&gt;", ">"},
                                              {"&#34;", "\""}, {"&#39;", "'"}, {"&#13;", "\r"}};
    replace(s, entities, sizeof entities / sizeof *entities, ret);
}

static void percent_decode(struct str s, struct buf *ret)
{
    for (size_t i = 0; i < s.n; i++) {
        char hex[3] = {0};
        if (s.p[i] == '%' && i + 2 < s.n) {
            memcpy(hex, s.p + i + 1, 2);
            buf_char(ret, (char)strtol(hex, NULL, 16));
            i += 2;
        } else {
            buf_char(ret, s.p[i]);
        }
    }
}

/* Is it an address on this site? Browsers drop tabs and line ends, and read a backslash as a slash. */
static bool stays_here(struct str address)
{
    CLEANUP_BUF struct buf seen = BUF_INIT(1 << 16);
    for (size_t i = 0; i < address.n; i++)
        if (!strchr("\t\n\r", address.p[i])) buf_char(&seen, address.p[i] == '\\' ? '/' : address.p[i]);
    struct str s = buf_view(&seen);
    return s.n && (s.p[0] == '#' || (s.p[0] == '/' && (s.n == 1 || s.p[1] != '/')));
}

/* ---- texts to try ---- */

static uint32_t seed;
static uint32_t next_random(void)
{
    return seed = seed * 1664525u + 1013904223u, seed >> 16;
}

/* A text of up to 40 pieces that matter to HTML and to addresses. */
static struct str any_text(char room[256])
{
    static const char *const pieces[] = {"<", ">",   "&", "\"", "'", "&amp;", "\r", "\n", "\t", "/", "\\",
                                         "%", "%41", "?", "#",  ":", "a",     "安", "--", " ",  "`", "="};
    size_t n = 0;
    for (uint32_t k = next_random() % 40; k > 0; k--) {
        const char *piece = pieces[next_random() % (sizeof pieces / sizeof *pieces)];
        memcpy(room + n, piece, strlen(piece));
        n += strlen(piece);
    }
    return (struct str){room, n};
}

#define assert_str(s, expected)                                                                                                            \
    do {                                                                                                                                   \
        struct str s_ = (s), e_ = (expected);                                                                                              \
        assert_int_equal(s_.n, e_.n);                                                                                                      \
        if (s_.n) assert_memory_equal(s_.p, e_.p, s_.n);                                                                                   \
    } while (0)

static bool holds(struct str s, const char *any)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr(any, s.p[i])) return true;
    return false;
}

/* ---- tests ---- */

static void text_and_attributes_are_read_back_as_written(void **state)
{
    (void)state;
    char room[256];
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    CLEANUP_BUF struct buf back = BUF_INIT(1 << 16);
    seed = 1;
    for (int i = 0; i < 5000; i++) {
        struct str s = any_text(room);
        html_reset(&h);
        buf_reset(&back);
        html_text(&h, s);
        assert_false(holds(html_view(&h), "<>\r"));
        unescape(html_view(&h), &back);
        assert_str(buf_view(&back), s);

        html_reset(&h);
        buf_reset(&back);
        html_attribute(&h, s);
        assert_false(holds(html_view(&h), "<>\r\"'"));
        unescape(html_view(&h), &back);
        assert_str(buf_view(&back), s);
    }
}

static void every_byte_is_written_so_that_it_stays_text(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        CLEANUP_HTML struct html h = HTML_INIT(64);
        CLEANUP_BUF struct buf back = BUF_INIT(64);
        char byte = (char)c;
        html_attribute(&h, ((struct str){&byte, 1}));
        unescape(html_view(&h), &back);
        assert_str(buf_view(&back), (c ? (struct str){&byte, 1} : STR("\xef\xbf\xbd")));
        html_reset(&h);
        buf_reset(&back);
        html_url_part(&h, ((struct str){&byte, 1}));
        assert_false(holds(html_view(&h), "/\\?#&=\"'<>: \n+"));
        percent_decode(html_view(&h), &back);
        assert_str(buf_view(&back), ((struct str){&byte, 1}));
    }
}

static void a_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        for (size_t at = 0; at < 20; at++) {
            CLEANUP_HTML struct html h = HTML_INIT(1024), one = HTML_INIT(64);
            char text[20];
            memset(text, 'x', sizeof text);
            text[at] = (char)c;
            html_attribute(&h, ((struct str){text, sizeof text}));
            html_attribute(&one, ((struct str){text + at, 1}));
            assert_int_equal(html_view(&h).n, sizeof text - 1 + html_view(&one).n);
            assert_memory_equal(html_view(&h).p + at, html_view(&one).p, html_view(&one).n);
        }
    }
}

static void parts_of_addresses_are_read_back_as_written(void **state)
{
    (void)state;
    char room[256];
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    CLEANUP_BUF struct buf back = BUF_INIT(1 << 16);
    seed = 2;
    for (int i = 0; i < 5000; i++) {
        struct str s = any_text(room);
        html_reset(&h);
        buf_reset(&back);
        html_url_part(&h, s);
        assert_false(holds(html_view(&h), "/\\?#&=\"'<>: \t\r\n+"));
        percent_decode(html_view(&h), &back);
        assert_str(buf_view(&back), s);
    }
}

static void paths_keep_their_meaning(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"/", "/"},
        {"/l/hazard?where=a&b=c#d", "/l/hazard?where=a&amp;b=c#d"},
        {"/l/%E5%AE%89", "/l/%E5%AE%89"},
        {"/l/安", "/l/%E5%AE%89"},
        {"/a b\"c'd<e>", "/a%20b%22c&#39;d%3Ce%3E"},
        {"/\t/evil", "/%09/evil"},
        {"/a\\b", "/a%5Cb"},
        {"", "#"},
        {"//evil.example", "#"},
        {"/\\evil.example", "#"},
        {"\\/evil.example", "#"},
        {" /a", "#"},
        {"\t//evil.example", "#"},
        {"http://evil.example/", "#"},
        {"javascript:alert(1)", "#"},
        {"a/b", "#"},
        {"?a", "#"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CLEANUP_HTML struct html h = HTML_INIT(1024);
        html_url(&h, cases[i][0]);
        assert_string_equal(html_view(&h).p, cases[i][1]);
    }
}

/* All texts of up to five of the characters that matter, at the beginning and before a literal slash. */
static void no_address_leads_elsewhere(void **state)
{
    (void)state;
    static const char letters[] = "/\\\t\n:?.@a";
    enum { LETTERS = sizeof letters - 1, LONGEST = 5 };
    CLEANUP_HTML struct html h = HTML_INIT(1024);
    CLEANUP_BUF struct buf seen = BUF_INIT(1024);
    int total = 1;
    for (int n = 0; n <= LONGEST; n++, total *= LETTERS) {
        for (int k = 0; k < total; k++) {
            char text[LONGEST];
            for (int i = 0, rest = k; i < n; i++, rest /= LETTERS) text[i] = letters[rest % LETTERS];
            for (int base = 0; base < 2; base++) {
                html_reset(&h);
                buf_reset(&seen);
                if (base) {
                    html_url_base(&h, ((struct str){text, (size_t)n}));
                    html_literal(&h, "/evil.example");
                } else {
                    html_url(&h, ((struct str){text, (size_t)n}));
                    html_url_part(&h, "/evil.example");
                }
                unescape(html_view(&h), &seen);
                if (!stays_here(buf_view(&seen))) fail_msg("leads elsewhere: %s", buf_view(&seen).p);
            }
        }
    }
}

static void a_base_has_one_slash_behind_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"/l/hazard", "/l/hazard"}, {"/l/hazard/", "/l/hazard"}, {"/", "/."}, {"//x", "#"}, {"x", "#"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CLEANUP_HTML struct html h = HTML_INIT(1024);
        html_url_base(&h, cases[i][0]);
        assert_string_equal(html_view(&h).p, cases[i][1]);
    }
}

static void numbers_of_every_type_are_written(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1024);
    html_text(&h, INT64_MIN);
    html_attribute(&h, (uint64_t)UINT64_MAX);
    html_url_part(&h, (short)-1);
    html_text(&h, (unsigned short)2);
    html_text(&h, 3);
    html_text(&h, 4u);
    html_text(&h, (size_t)5);
    html_text(&h, 0LL);
    assert_string_equal(html_view(&h).p, "-9223372036854775808"
                                         "18446744073709551615"
                                         "-1"
                                         "23450");
}

static void nothing_is_written_of_no_text(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1024);
    const char *none = NULL;
    html_text(&h, STR_NONE);
    html_attribute(&h, STR_NONE);
    html_url_part(&h, STR_NONE);
    html_text(&h, none);
    html_attribute(&h, none);
    html_url_part(&h, none);
    html_text(&h, (struct safe_html){STR_NONE});
    html_literal(&h, "");
    assert_int_equal(html_view(&h).n, 0);
    html_url(&h, none);
    html_url_base(&h, STR_NONE);
    assert_string_equal(html_view(&h).p, "##");
}

static void formatted_texts_are_escaped_whole(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1 << 20);
    char *longer = malloc(10001);
    memset(longer, '&', 10000);
    longer[10000] = '\0';
    html_literal(&h, "<b>");
    html_text_format(&h, "<%s \"%d\">", "&", 7);
    html_literal(&h, "|");
    html_attribute_format(&h, "<%s \"%d\">", "'", 7);
    html_text_format(&h, "%s", "");
    assert_string_equal(html_view(&h).p, "<b>&lt;&amp; \"7\"&gt;|&lt;&#39; &#34;7&#34;&gt;");
    html_reset(&h);
    html_text_format(&h, "%s", longer);
    assert_int_equal(html_view(&h).n, 50000);
    free(longer);
}

static void safe_markup_is_written_as_it_is(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 16);
    CLEANUP_HTML struct html part = HTML_INIT(1024), h = HTML_INIT(1024);
    html_text(&part, "a<");
    html_literal(&part, "<mark>");
    html_text(&part, "&");
    html_literal(&part, "</mark>");
    struct safe_html s = html_safe(a, &part);
    html_reset(&part);
    html_text(&part, "something else");
    html_text(&h, s);
    assert_string_equal(html_view(&h).p, "a&lt;<mark>&amp;</mark>");
    assert_false(arena_failed(a));
}

static void a_full_page_fails_and_says_so(void **state)
{
    (void)state;
    for (size_t limit = 0; limit < 40; limit++) {
        CLEANUP_ARENA struct arena *a = arena_new_capped(1 << 16);
        CLEANUP_HTML struct html h = HTML_INIT(limit);
        html_literal(&h, "<p>");
        html_text(&h, "<12345>");
        html_text_format(&h, "%d", 12345);
        html_url(&h, "/安");
        bool fits = limit >= 3 + 13 + 5 + 10;
        assert_int_equal(html_view(&h).n, fits ? 31 : 0);
        assert_int_equal(html_error(&h), fits ? OK : ERR_TOO_BIG);
        struct safe_html s = html_safe(a, &h);
        assert_int_equal(arena_failed(a), !fits);
        assert_int_equal(s.markup.n, fits ? html_view(&h).n : 0);
    }
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    long n = 0;
    for (;; n++) {
        CLEANUP_HTML struct html h = HTML_INIT(1 << 20);
        mem_fail_after(n);
        for (int i = 0; i < 100; i++) html_text_format(&h, "<%d>", i);
        mem_fail_after(-1);
        if (!h.out.failed) break;
        assert_int_equal(html_error(&h), ERR_NO_MEMORY);
        assert_int_equal(html_view(&h).n, 0);
    }
    assert_true(n > 3);
}

/* ---- views that the build has compiled ---- */

static const struct row rows[] = {
    {.id = 1, .name = {"<安>", 5}, .path = {"/l/unit/1", 9}, .late = true},
    {.id = -2, .name = {"b", 1}, .path = {"//evil", 6}, .chosen = true},
};

static void a_page_in_a_frame(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    struct table v = {.page = {"en", STR("A & B"), 3}, .query = STR("\n\"q\"</textarea>"), .rows = rows, .n = 2, .hint = {STR("<i>x</i>")}};
    lang_set(LANG_EN);
    view_table(&h, &v);
    assert_string_equal(html_view(&h).p, "<!doctype html>\n<html lang=\"en\"><head><title>A &amp; B (3)</title>"
                                         "<script src=\"/static/app-1a2b.js\" defer></script></head><body>"
                                         "<h1 title=\"2 rows of en\">2 rows</h1>\n<table>"
                                         "<tr class='late'><td>1</td><td><a href=\"/l/1?q=%0A%22q%22%3C%2Ftextarea%3E\">&lt;安&gt;</a></td>"
                                         "<td><a href=\"/l/unit/1\">→</a> <a href=\"/l/unit/1/edit\">Edit</a></td></tr>"
                                         "<tr><td>2</td><td><a href=\"/l/-2?q=%0A%22q%22%3C%2Ftextarea%3E\">b</a></td>"
                                         "<td><a href=\"#\">→</a> <a href=\"#/edit\">Edit</a></td></tr>"
                                         "</table>\n<textarea name=\"q\">\n\n\"q\"&lt;/textarea&gt;</textarea>"
                                         "\n<aside><i>x</i></aside>\n</body></html>");
}

/* The tags of a page and the names of their attributes, without values and text. */
static void skeleton(struct str s, struct buf *ret)
{
    for (char quote = 0, in_tag = 0; s.n; s = str_from(s, 1)) {
        char c = s.p[0];
        if (!in_tag && c != '<') continue;
        if (!quote) buf_char(ret, c);
        if (c == '<') in_tag = !quote ? 1 : in_tag;
        if (in_tag && quote && c == quote)
            quote = 0;
        else if (in_tag && !quote && (c == '"' || c == '\''))
            quote = c;
        else if (!quote && c == '>')
            in_tag = 0;
    }
}

static void no_value_changes_the_structure_of_a_page(void **state)
{
    (void)state;
    char texts[6][256];
    CLEANUP_BUF struct buf tame = BUF_INIT(1 << 16), wild = BUF_INIT(1 << 16);
    seed = 3;
    for (int i = 0; i < 2000; i++) {
        CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
        struct row r = {.id = i, .name = i ? any_text(texts[0]) : STR("name"), .path = i ? any_text(texts[1]) : STR("/path")};
        struct table v = {.page = {.lang = "en", .title = i ? any_text(texts[2]) : STR("title")}, .rows = &r, .n = 1};
        v.query = i ? any_text(texts[3]) : STR("query");
        const char *z = "value";
        if (i) {
            texts[4][any_text(texts[4]).n] = '\0';
            z = texts[4];
        }
        view_table(&h, &v);
        view_nested(&h, &v, &(struct view_nested_slots){0});
        view_choice(&h, z, 2);
        buf_reset(i ? &wild : &tame);
        skeleton(html_view(&h), i ? &wild : &tame);
        if (i) assert_string_equal(wild.p, tame.p);
    }
    assert_non_null(strstr(tame.p, "<td><a href=\">"));
}

static void an_empty_loop_takes_its_else(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    view_table(&h, &(struct table){.page = {.lang = "zh"}});
    assert_non_null(strstr(html_view(&h).p, "<table><tr><td>"));
    assert_null(strstr(html_view(&h).p, "(0)"));
}

static void fills_reach_through_frames(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    view_page_of_nested(&h, &(struct table){.page = {.lang = "zh"}, .n = 7, .query = STR("q")});
    assert_non_null(strstr(html_view(&h).p, "<body><div data-n=\"7\"><b>q</b><i>7</i></div>"));
    assert_null(strstr(html_view(&h).p, "aside"));
}

static void attributes_and_addresses_may_depend(void **state)
{
    (void)state;
    CLEANUP_HTML struct html h = HTML_INIT(1 << 16);
    view_choice(&h, "/x", 1);
    view_choice(&h, "/y", 2);
    view_empty(&h);
    assert_string_equal(html_view(&h).p,
                        "<input name=\"v\" checked value=\"/x\">\n<a href=\"/one/%2Fx\">/x</a>\n<a href=\"/x?page=1\">1</a>"
                        "<input name=\"v\" disabled  value=\"/y, 2\">\n<a href=\"/y%2Fy\">/y</a>\n"
                        "<a href=\"/y?page=2&amp;sort=%2Fy\">2</a>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_attributes_are_read_back_as_written),
        cmocka_unit_test(every_byte_is_written_so_that_it_stays_text),
        cmocka_unit_test(a_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(parts_of_addresses_are_read_back_as_written),
        cmocka_unit_test(paths_keep_their_meaning),
        cmocka_unit_test(no_address_leads_elsewhere),
        cmocka_unit_test(a_base_has_one_slash_behind_it),
        cmocka_unit_test(numbers_of_every_type_are_written),
        cmocka_unit_test(nothing_is_written_of_no_text),
        cmocka_unit_test(formatted_texts_are_escaped_whole),
        cmocka_unit_test(safe_markup_is_written_as_it_is),
        cmocka_unit_test(a_full_page_fails_and_says_so),
        cmocka_unit_test(memory_that_runs_out_is_told),
        cmocka_unit_test(a_page_in_a_frame),
        cmocka_unit_test(no_value_changes_the_structure_of_a_page),
        cmocka_unit_test(an_empty_loop_takes_its_else),
        cmocka_unit_test(fills_reach_through_frames),
        cmocka_unit_test(attributes_and_addresses_may_depend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
