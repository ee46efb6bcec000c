/* test_template.c — the compiler of views: what it makes is compared with golden files, and what it refuses with a table.
 *
 * When a golden file should change: cd tests/html/golden && ../../../build/src/html/templates NAME.c.golden NAME.h.golden NAME.html
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/lang.h"
#include "html/template.h"

#define GOLDEN "tests/html/golden/"

/* The text of a file of the project. */
static void read_file(const char *name, const char *ending, struct buf *ret)
{
    char path[512], part[4096];
    snprintf(path, sizeof path, PROJECT_ROOT "/%s%s", name, ending);
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("cannot read %s", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_put(ret, part, n);
    fclose(f);
}

static void compare(const char *name, const char *ending, const struct buf *made)
{
    CLEANUP_BUF struct buf golden = BUF_INIT(1 << 20);
    read_file(name, ending, &golden);
    if (!str_eq(buf_view(&golden), buf_view(made)))
        fail_msg("%s%s has changed; see the head of this file. Made was:\n%s", name, ending, made->p);
}

static void views_become_the_c_that_is_kept(void **state)
{
    (void)state;
    static const char *const names[] = {"blanks", "blocks", "places", "slots"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP_BUF struct buf text = BUF_INIT(1 << 20), code = BUF_INIT(1 << 20), header = BUF_INIT(1 << 20);
        char path[64], name[128];
        snprintf(path, sizeof path, "%s.html", names[i]);
        snprintf(name, sizeof name, GOLDEN "%s", names[i]);
        read_file(name, ".html", &text);
        if (template_compile(path, buf_view(&text), &code, &header)) fail_msg("%s", err_last()->message);
        compare(name, ".c.golden", &code);
        compare(name, ".h.golden", &header);
    }
}

static void the_example_of_the_document_is_right(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf text = BUF_INIT(1 << 20), code = BUF_INIT(1 << 20), header = BUF_INIT(1 << 20);
    read_file("doc/templates", ".md", &text);
    ptrdiff_t from = str_find(buf_view(&text), STR("```html\n"));
    assert_true(from > 0);
    struct str rest = str_from(buf_view(&text), (size_t)from + 8);
    ptrdiff_t n = str_find(rest, STR("```\n"));
    assert_true(n > 0);
    if (template_compile("duties.html", str_head(rest, (size_t)n), &code, &header)) fail_msg("%s", err_last()->message);
    assert_non_null(strstr(header.p, "void view_duties(struct html *h, const struct duties *v);"));
}

/* Compile in a view that begins on line 1. Returns the message, or "". */
static const char *refusal(const char *whole)
{
    CLEANUP_BUF struct buf code = BUF_INIT(TEMPLATE_MAX_OUTPUT), header = BUF_INIT(TEMPLATE_MAX_OUTPUT);
    enum err e = template_compile("folder/t.html", str_of(whole), &code, &header);
    if (e) assert_int_equal(e, ERR_INVALID);
    return e ? err_last()->message : "";
}

static const char *refusal_in_view(const char *inside)
{
    static char text[8192];
    snprintf(text, sizeof text, "{%% view v(int n, const char *s) slots main %%}%s{%% end %%}", inside);
    return refusal(text);
}

struct bad {
    const char *text, *message;
};

static void check_all(const struct bad *bad, size_t n, const char *(*compile)(const char *))
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        const char *message = compile(bad[i].text);
        if (strncmp(message, "folder/t.html:", 14) == 0 && strcmp(message + 14, bad[i].message) == 0) continue;
        print_error("of: %s\nexpected: folder/t.html:%s\nbut was:  %s\n", bad[i].text, bad[i].message, message);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}
#define CHECK_ALL(bad, compile) check_all((bad), sizeof(bad) / sizeof *(bad), (compile))

static void pieces_that_are_no_template_are_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"\n\n{{ x", "3: {{ is not closed by }}"},
        {"{% view v() %}\n{# x", "2: {# is not closed by #}"},
        {"{% view v() %}\n{{ }}{% end %}", "2: nothing stands in {{ }}"},
        {"{% view v() %}{%\n%}{% end %}", "1: nothing stands in {% %}"},
        {"{% view v() %}\n}}{% end %}", "2: }} without {{"},
        {"%}", "1: %} without {%"},
        {"#}", "1: #} without {#"},
        {"{% view v() %}{{ \"a }}\n{% end %}", "1: a \" that is not closed on its line"},
        {"{% view v() %}{{ '\\' }}\n{% end %}", "1: a ' that is not closed on its line"},
        {"{% view v() %}\xff{% end %}", "1: not a text in UTF-8"},
        {"{% view v() %}\x01{% end %}", "1: a control character, 0x01"},
        {"{% view v() %}\x7f{% end %}", "1: a control character, 0x7f"},
        {"\ntext", "2: text stands in a view; in a use it stands in a fill"},
        {"{{ x }}", "1: a value stands in a view; in a use it stands in a fill"},
        {"{% view v() %}\n{% if n %}\n", "2: the directive is not closed by {% end %}"},
        {"{% view v() %}\n", "1: the directive is not closed by {% end %}"},
        {"{% view v() %}{% end %}{% end %}", "1: end cannot stand outside of a view"},
        {"{% if n %}{% end %}", "1: if cannot stand outside of a view"},
        {"{% include <x.h> %}", "1: a header is included so: include \"file.h\""},
        {"{% include \"\" %}", "1: a header is included so: include \"file.h\""},
        {"{% include \"a.h\" \"b.h\" %}", "1: a header is included so: include \"file.h\""},
        {"{% wiew v() %}", "1: “wiew” is no directive"},
        {"{% + %}", "1: “+” is no directive"},
        {"{% view %}", "1: a view is written: view name(parameters)"},
        {"{% view 1v() %}", "1: a view is written: view name(parameters)"},
        {"{% view v(int n %}", "1: a view is written: view name(parameters)"},
        {"{% view v(n) %}", "1: “n” is no parameter; it is written: const struct row *r"},
        {"{% view v(int n[3]) %}", "1: “int n[3]” is no parameter; it is written: const struct row *r"},
        {"{% view v(int n = \",\") %}", "1: “int n = \",\"” is no parameter; it is written: const struct row *r"},
        {"{% view v() %}\n{% for ;; %}", "2: the directive is not closed by {% end %}"},
        {"{% view v(int n,) %}", "1: “” is no parameter; it is written: const struct row *r"},
        {"{% view v(void (*f)(int)) %}", "1: “void (*f)(int)” is no parameter; it is written: const struct row *r"},
        {"{% view v() main %}", "1: behind the brackets of a view only slots can stand: slots main, side"},
        {"{% view v() slots %}", "1: “” cannot name a slot, or names two"},
        {"{% view v() slots a, args %}", "1: “args” cannot name a slot, or names two"},
        {"{% view v() slots a, a %}", "1: “a” cannot name a slot, or names two"},
        {"{% view v(int a, int b, int c, int d, int e, int f, int g, int i, int j, int k, int l, int m, int n, int o, int p, int q, int r) "
         "%}",
         "1: more than 16 parameters"},
        {"{% view v() slots a, b, c, d, e, f, g, i, j, k, l, m, n, o, p, q, r %}", "1: more than 16 slots"},
    };
    CHECK_ALL(bad, refusal);
}

static void values_that_no_escaping_makes_safe_are_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"<{{ s }}>", "1: a < that begins no tag; write &lt;"},
        {"\n<a{{ s }}>", "2: a value cannot stand among the attributes; write name=\"{{ … }}\""},
        {"<a {{ s }}>", "1: a value cannot stand among the attributes; write name=\"{{ … }}\""},
        {"<a x{{ s }}=\"\">", "1: a value cannot stand among the attributes; write name=\"{{ … }}\""},
        {"<a x=\"\"{{ s }}>", "1: a value cannot stand among the attributes; write name=\"{{ … }}\""},
        {"<a x={{ s }}>", "1: neither {{ }} nor {% %} nor the end of a view can stand in a value without quotes"},
        {"<a x=a{{ s }}>", "1: neither {{ }} nor {% %} nor the end of a view can stand in a value without quotes"},
        {"</{{ s }}>", "1: neither {{ }} nor {% %} nor the end of a view can stand in an end tag"},
        {"<a></a{{ s }}>", "1: neither {{ }} nor {% %} nor the end of a view can stand in an end tag"},
        {"<!-- {{ s }} -->", "1: neither {{ }} nor {% %} nor the end of a view can stand in a comment <!-- -->; write {# #}"},
        {"<script>{{ s }}</script>", "1: a value cannot stand in <script>"},
        {"<script>\n{% if n %}{% end %}</script>", "2: a directive cannot stand in <script>"},
        {"<SCRIPT>alert(1)</SCRIPT>", "1: nothing can stand in <SCRIPT>: write a file in static"},
        {"<script src=\"{{ f(s) }}\"></script>", "1: the address of a script is one literal or one constant"},
        {"<script src=\"/x/{{ SCRIPT }}\"></script>", "1: the address of a script is one literal or one constant"},
        {"<script src=\"{{ A }}{{ B }}\"></script>", "1: the address of a script is one literal or one constant"},
        {"<svg><script/>{{ s }}</svg>", "1: /> does not close <script>; write </script>"},
        {"<style>{{ s }}</style>",
         "1: <style> cannot be used: the page's policy lets no style stand in a page; write it to a file in static"},
        {"<iframe></iframe>", "1: <iframe> cannot be used: the page's policy lets nothing of another page in"},
        {"<xmp></xmp>", "1: <xmp> cannot be used: browsers read its content in a way of their own"},
        {"<base href=\"/\">", "1: <base> cannot be used: it would change where every address of the page leads"},
        {"<svg><animate/></svg>", "1: <animate> cannot be used: it can change an address behind the compiler's back"},
        {"<a onclick=\"x\">", "1: onclick= cannot be used: no script, style or page stands in an attribute"},
        {"<a ONCLICK=\"{{ s }}\">", "1: ONCLICK= cannot be used: no script, style or page stands in an attribute"},
        {"<a style=\"{{ s }}\">", "1: style= cannot be used: no script, style or page stands in an attribute"},
        {"<a srcdoc=\"{{ s }}\">", "1: srcdoc= cannot be used: no script, style or page stands in an attribute"},
        {"<a hx-on:click=\"x\">", "1: hx-on:click= cannot be used: no script, style or page stands in an attribute"},
        {"<a data-hx-on--load=\"x\">", "1: data-hx-on--load= cannot be used: no script, style or page stands in an attribute"},
        {"<meta http-equiv=\"refresh\">", "1: http-equiv= cannot be used: no script, style or page stands in an attribute"},
        {"<a hx-vals='{\"a\":\"{{ s }}\"}'>", "1: hx-vals= takes no value: it holds a language of its own"},
        {"<a data-hx-headers='{{ s }}'>", "1: data-hx-headers= takes no value: it holds a language of its own"},
        {"<a hx-trigger='{{ s }}'>", "1: hx-trigger= takes no value: it holds a language of its own"},
        {"<a hx-new-thing='{{ s }}'>", "1: hx-new-thing= takes no value: it holds a language of its own"},
        {"<img srcset='{{ s }}'>", "1: srcset= takes no value: it holds a language of its own"},
    };
    CHECK_ALL(bad, refusal_in_view);
}

static void addresses_that_may_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char fixed[] = "1: an address that holds a value begins with /, ?, #, tel: or mailto:";
    static const char slash[] = "1: a second slash at the beginning of an address names another host";
    static const struct bad bad[] = {
        {"<a href=\"javascript:{{ s }}\">", fixed},
        {"<a href=\"https://{{ s }}\">", fixed},
        {"<a href=\"list?x={{ s }}\">", fixed},
        {"<a href=\" {{ s }}\">", fixed},
        {"<a href=\"/\t{{ s }}\">", fixed},
        {"<a href=\"/&#47;{{ s }}\">", fixed},
        {"<a href=\"&#47;{{ s }}\">", fixed},
        {"<a HREF=\"x{{ s }}\">", fixed},
        {"<svg><a xlink:href=\"x{{ s }}\">", fixed},
        {"<form action=\"x{{ s }}\">", fixed},
        {"<b hx-delete=\"x{{ s }}\">", fixed},
        {"<b data-hx-patch=\"x{{ s }}\">", fixed},
        {"<b hx-push-url=\"x{{ s }}\">", fixed},
        {"<a href=\"//x\">", slash},
        {"<a href=//x>", slash},
        {"<a href=\"/\\x\">", slash},
        {"<a href=\"/{{ s }}/{{ s }}\">", slash},
        {"<a href=\"{{ s }}{{ s }}/\">", slash},
        {"<a href=\"{{ s }}{% if n %}/x{% end %}\">", slash},
        {"<a href=\"{{ s }}\\\">", slash},
        {"<a href=\"{% if n %}/{% else %}?{% end %}/x\">", slash},
        {"<a href=\"{{ t \"x\" }}\">", "1: a translated text is no address"},
        {"<a href=\"/{{ t \"x\" }}\">", "1: a translated text is no address"},
        {"<a href=\"{% if n %}/x{% end %}{{ s }}\">", "1: the address begins in some branches only, or in different ways"},
        {"<a href=\"{% if n %}javascript:{% else %}/x{% end %}{{ s }}\">",
         "1: the address begins in some branches only, or in different ways"},
        {"<a href=\"{% for ;; %}{{ s }}{% end %}\">", "1: the address begins in some branches only, or in different ways"},
    };
    CHECK_ALL(bad, refusal_in_view);
}

static void html_that_does_not_close_is_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"\n<p>", "2: <p> of line 2 is still open"},
        {"<p><b></p>", "1: </p>, but <b> of line 1 is open"},
        {"</p>", "1: </p> closes nothing"},
        {"<br></br>", "1: </br> closes nothing"},
        {"<p/>", "1: /> does not close <p>; write </p>"},
        {"<p / ></p>", "1: “/” begins no attribute"},
        {"<p", "1: <p> of line 1 is still open"},
        {"<p ", "1: <p> of line 1 is still open"},
        {"<p x=\"", "1: <p> of line 1 is still open"},
        {"<br x=\"", "1: <br> of line 1 is still open"},
        {"<p x", "1: <p> of line 1 is still open"},
        {"<p x=", "1: neither {{ }} nor {% %} nor the end of a view can stand in a value without quotes"},
        {"<p x= y>", "1: a value is missing behind ="},
        {"<p x=a\"b>", "1: \" in a value without quotes"},
        {"<p x =\"\">", "1: = stands right behind the name of an attribute"},
        {"<p x=\"\"y>", "1: a blank is missing before an attribute"},
        {"<p/x>", "1: a blank is missing before an attribute"},
        {"<p 安>", "1: “安” begins no attribute"},
        {"</p", "1: neither {{ }} nor {% %} nor the end of a view can stand in an end tag"},
        {"<p></p x>", "1: an end tag is written </name>"},
        {"</>", "1: an end tag is written </name>"},
        {"a < b", "1: a < that begins no tag; write &lt;"},
        {"<!-- ", "1: neither {{ }} nor {% %} nor the end of a view can stand in a comment <!-- -->; write {# #}"},
        {"<!doctype xml>", "1: <! begins neither a comment nor <!doctype html>"},
        {"<textarea><b></b></textarea>", "1: <b> cannot stand in <textarea>"},
        {"<p>\n{% if n %}</p><p>{% end %}</p>", "2: </p> closes what was opened outside of the directive"},
        {"<p>\n{% if n %}<b>{% end %}</b></p>", "2: <b> of line 2 is still open"},
        {"{% if n %}<b>{% else %}<b>{% end %}</b>", "1: <b> of line 1 is still open"},
        {"{% if n %}{% elif s %}<b>{% end %}", "1: <b> of line 1 is still open"},
        {"{% for ;; %}<b>{% end %}", "1: <b> of line 1 is still open"},
        {"<a {% if n %}>{% end %}</a>", "1: the tag <a> began outside of the directive"},
        {"<br{% if n %}><br{% end %}>", "1: the tag <br> began outside of the directive"},
        {"<a {% if n %}x=\"{% end %}\"></a>", "1: the directive ends in a quoted value and began in a tag"},
        {"<a x=\"{% if n %}\"{% end %}></a>", "1: the directive ends in a tag and began in a quoted value"},
        {"<a x=\"{% if n %}\" y=\"{% end %}\"></a>", "1: the directive ends in the value of y= and began in that of x="},
        {"<a {% if n %}x{% end %}y></a>", "1: a blank is missing before an attribute"},
        {"<a x{% if n %}y{% end %}></a>", "1: a blank is missing before an attribute"},
        {"<a x{% if n %} y{% end %}=\"z\"></a>", "1: = stands right behind the name of an attribute"},
        {"<a {% for ;; %}x{% end %}></a>",
         "1: each round of a loop must end as it began: with a blank behind an attribute, in the rest of an address"},
        {"<a {% call v(1) %}></a>", "1: this directive cannot stand inside the tag <a>"},
        {"<a x=\"{% slot main %}\"></a>", "1: this directive cannot stand inside the tag <a>"},
        {"{% use w() %}{% fill a %}<p>{% end %}{% end %}", "1: <p> of line 1 is still open"},
        {"<p>{% use w() %}{% fill a %}</p>{% end %}{% end %}", "1: </p> closes nothing"},
    };
    CHECK_ALL(bad, refusal_in_view);
}

static void directives_in_a_wrong_place_are_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"{% include \"x.h\" %}", "1: include cannot stand inside a view"},
        {"{% view w() %}{% end %}", "1: view cannot stand inside a view"},
        {"{% fill main %}{% end %}", "1: fill cannot stand inside a view"},
        {"{% else %}", "1: else without if or for"},
        {"{% elif n %}", "1: elif without if"},
        {"{% if n %}{% else %}{% else %}{% end %}", "1: else without if or for"},
        {"{% if n %}{% else %}{% elif n %}{% end %}", "1: elif without if"},
        {"{% for ;; %}{% elif n %}{% end %}", "1: elif without if"},
        {"{% for ;; %}{% else %}{% else %}{% end %}", "1: else without if or for"},
        {"{% if n %}{% else n %}{% end %}", "1: nothing stands behind else"},
        {"{% if n %}{% end if %}", "1: nothing stands behind end"},
        {"{% use w() %}\nx{% end %}", "2: text stands in a view; in a use it stands in a fill"},
        {"{% use w() %}{{ n }}{% end %}", "1: a value stands in a view; in a use it stands in a fill"},
        {"{% use w() %}{% if n %}{% end %}{% end %}", "1: if cannot stand in a use, outside of its fills"},
        {"{% use w %}{% end %}", "1: the name of a view and its arguments in brackets: name(…)"},
        {"{% use w() x %}{% end %}", "1: the name of a view and its arguments in brackets: name(…)"},
        {"{% use w() %}{% fill a %}{% end %}{% fill b %}{% end %}{% fill c %}{% end %}{% fill d %}{% end %}{% fill e %}{% end %}{% fill f "
         "%}{% end "
         "%}{% fill g %}{% end %}{% fill i %}{% end %}{% fill j %}{% end %}{% fill k %}{% end %}{% fill l %}{% end %}{% fill m %}{% end "
         "%}{% fill "
         "n %}{% end %}{% fill o %}{% end %}{% fill p %}{% end %}{% fill q %}{% end %}{% fill r %}{% end %}",
         "1: more than 16 fills"},
        {"{% use w() %}{% fill %}{% end %}{% end %}", "1: fill names one slot"},
        {"{% use w() %}{% fill a b %}{% end %}{% end %}", "1: fill names one slot"},
        {"{% use w() %}{% fill a %}{% end %}{% fill aa %}{% end %}{% fill a %}{% end %}{% end %}", "1: the slot a is filled twice"},
        {"{% slot side %}", "1: the view v has no slot “side”"},
        {"{% slot %}", "1: the view v has no slot “”"},
        {"{% call w %}", "1: the name of a view and its arguments in brackets: name(…)"},
        {"{% call w(\")\" %}", "1: the name of a view and its arguments in brackets: name(…)"},
        {"{% call w(1; 2) %}", "1: a semicolon does not belong here"},
    };
    CHECK_ALL(bad, refusal_in_view);
}

static void c_that_breaks_out_of_its_statement_is_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"{% if %}{% end %}", "1: an expression is missing"},
        {"{% if n) { (0 %}{% end %}", "1: brackets do not match"},
        {"{{ a[1) }}", "1: brackets do not match"},
        {"{{ (a }}", "1: a bracket is not closed"},
        {"{{ a; }}", "1: a semicolon does not belong here"},
        {"{{ a // b\n }}", "1: a comment is written {# … #}"},
        {"{{ a /* b */ }}", "1: a comment is written {# … #}"},
        {"{{ a #b }}", "1: # and \\ do not belong here"},
        {"{{ a \\ }}", "1: # and \\ do not belong here"},
        {"{{ ((((((((((((((((((((((((((((((((( }}", "1: brackets stand too deep inside each other"},
        {"{% for int i = 0; i < n %}{% end %}", "1: a loop is written: for FIRST; WHILE; NEXT"},
        {"{% for int i = 0 %}{% end %}", "1: a loop is written: for FIRST; WHILE; NEXT"},
        {"{% for a; b; c; d %}{% end %}", "1: a semicolon does not belong here"},
        {"{% for (a; b; c) %}{% end %}", "1: a semicolon does not belong here"},
        {"{% let n %}", "1: a name is given so: let const struct row *r = &v->rows[i]"},
        {"{% let n = 1 %}", "1: a name is given so: let const struct row *r = &v->rows[i]"},
        {"{% let %}", "1: an expression is missing"},
        {"{{ t \"x\" y }}", "1: a translated text is written {{ t \"text\" }} or {{ t \"text %d\", number }}"},
        {"{{ t \"x\", }}", "1: an expression is missing"},
        {"{{ t \"\" }}", "1: an empty text cannot be translated"},
        {"{{\n t \"x\" }}", "2: t stands on the line of its {{, where tools/messages.sh looks for it"},
    };
    CHECK_ALL(bad, refusal_in_view);
}

static void words_that_no_one_translates_are_refused(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"\n<p>a Edit b</p>", "2: “Edit” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"安", "1: “安” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"&nbsp;no", "1: “&nbsp;no” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"&no", "1: “&no” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"<b title=\"go\"></b>", "1: “go” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"<html lang=\"en\">xy</html>", "1: “xy” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
        {"<p><b lang=\"en\">xy</b>xy</p>", "1: “xy” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}"},
    };
    CHECK_ALL(bad, refusal_in_view);
    assert_string_equal(refusal_in_view("<p lang=\"en\"><b title=\"a name\">A <i>name</i></b></p>a b 1 &nbsp;·&lt; <i class=\"big\"></i>"),
                        "");
}

/* `n` times `part`, then `n` times `end`, in a view. */
static const char *refusal_of_many(const char *part, const char *end, int n)
{
    CLEANUP_BUF struct buf text = BUF_INIT(1 << 20);
    buf_z(&text, "{% view v() %}");
    for (int i = 0; i < n; i++) buf_z(&text, part);
    for (int i = 0; i < n; i++) buf_z(&text, end);
    buf_z(&text, "{% end %}");
    return refusal(text.p);
}

static void what_is_too_deep_or_too_long_is_refused(void **state)
{
    (void)state;
    assert_string_equal(refusal_of_many("<b>", "</b>", TEMPLATE_MAX_ELEMENTS - 1), "");
    assert_string_equal(refusal_of_many("<b>", "</b>", TEMPLATE_MAX_ELEMENTS), "folder/t.html:1: more than 64 elements inside each other");
    assert_string_equal(refusal_of_many("{% if 1 %}", "{% end %}", TEMPLATE_MAX_BLOCKS - 1), "");
    assert_string_equal(refusal_of_many("{% if 1 %}", "{% end %}", TEMPLATE_MAX_BLOCKS),
                        "folder/t.html:1: more than 32 directives inside each other");
    assert_string_equal(refusal_of_many("{% use w() %}{% fill a %}", "{% end %}{% end %}", 4), "");
    assert_string_equal(refusal_of_many("{% use w() %}{% fill a %}", "{% end %}{% end %}", 5),
                        "folder/t.html:1: more than 4 uses inside each other");
    assert_string_equal(refusal_of_many("----------", "", TEMPLATE_MAX_BYTES / 10), "folder/t.html:1: larger than 131072 bytes");
    assert_string_equal(refusal_of_many("{{1}}", "", TEMPLATE_MAX_BYTES / 5 - 10), "");
}

static void an_output_that_is_too_small_is_told(void **state)
{
    (void)state;
    static const size_t limits[][2] = {{10, 1 << 20}, {1 << 20, 10}};
    for (int i = 0; i < 2; i++) {
        CLEANUP_BUF struct buf code = BUF_INIT(limits[i][0]), header = BUF_INIT(limits[i][1]);
        assert_int_equal(template_compile("t.html", STR("{% view v() %}{% end %}"), &code, &header), ERR_TOO_BIG);
    }
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf text = BUF_INIT(1 << 20);
    read_file(GOLDEN "slots", ".html", &text);
    enum err e = ERR_NO_MEMORY;
    long n = 0;
    for (; e; n++) {
        CLEANUP_BUF struct buf code = BUF_INIT(1 << 20), header = BUF_INIT(1 << 20);
        mem_fail_after(n);
        e = template_compile("slots.html", buf_view(&text), &code, &header);
        mem_fail_after(-1);
        if (e) assert_int_equal(e, ERR_NO_MEMORY);
        if (!e) compare(GOLDEN "slots", ".c.golden", &code);
    }
    assert_true(n > 20);
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_become_the_c_that_is_kept),
        cmocka_unit_test(the_example_of_the_document_is_right),
        cmocka_unit_test(pieces_that_are_no_template_are_refused),
        cmocka_unit_test(values_that_no_escaping_makes_safe_are_refused),
        cmocka_unit_test(addresses_that_may_lead_elsewhere_are_refused),
        cmocka_unit_test(html_that_does_not_close_is_refused),
        cmocka_unit_test(directives_in_a_wrong_place_are_refused),
        cmocka_unit_test(c_that_breaks_out_of_its_statement_is_refused),
        cmocka_unit_test(words_that_no_one_translates_are_refused),
        cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
        cmocka_unit_test(an_output_that_is_too_small_is_told),
        cmocka_unit_test(memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
