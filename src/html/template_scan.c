/* template_scan.c — cutting a template into tokens. See template_scan.h. */
#include "html/template_scan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static const struct {
    const char *open, *close;
    enum token_kind kind;
} brackets[] = {{"{{", "}}", TOKEN_VALUE}, {"{%", "%}", TOKEN_DIRECTIVE}, {"{#", "#}", TOKEN_COMMENT}};
enum { BRACKETS = sizeof brackets / sizeof *brackets };

enum err template_fail(const char *path, int line, const char *format, ...)
{
    char message[512];
    va_list ap;
    va_start(ap, format);
    vsnprintf(message, sizeof message, format, ap);
    va_end(ap);
    return err_set(ERR_INVALID, "%s:%d: %s", path, line, message);
}

struct str template_trim(struct str s)
{
    while (s.n && template_blank(s.p[0])) s = str_from(s, 1);
    while (s.n && template_blank(s.p[s.n - 1])) s.n--;
    return s;
}

struct str template_word(struct str *s)
{
    size_t n = 0;
    while (n < s->n && template_word_char(s->p[n])) n++;
    struct str word = str_head(*s, n);
    *s = template_trim(str_from(*s, n));
    return word;
}

struct scan {
    const char *path;
    struct str text;
    size_t at;
    int line;
};

static bool here(const struct scan *s, const char *what)
{
    return str_starts(str_from(s->text, s->at), str_of(what));
}

static void step(struct scan *s, size_t n)
{
    for (; n > 0; n--)
        if (s->text.p[s->at++] == '\n') s->line++;
}

/* Go behind a C string or character; it ends on its line. */
static enum err skip_quoted(struct scan *s)
{
    char quote = s->text.p[s->at];
    size_t i = s->at + 1;
    for (; i < s->text.n && s->text.p[i] != quote && s->text.p[i] != '\n'; i++)
        if (s->text.p[i] == '\\' && i + 1 < s->text.n && s->text.p[i + 1] != '\n') i++;
    if (i >= s->text.n || s->text.p[i] != quote) return template_fail(s->path, s->line, "a %c that is not closed on its line", quote);
    step(s, i + 1 - s->at);
    return OK;
}

/* Read the token whose opening bracket is number b. */
static enum err bracket(struct scan *s, int b, struct token *ret)
{
    int line = s->line;
    step(s, 2);
    while (s->at < s->text.n && template_blank(s->text.p[s->at])) step(s, 1);
    struct token token = {.kind = brackets[b].kind, .line = s->line};
    size_t from = s->at;
    while (s->at < s->text.n && !here(s, brackets[b].close)) {
        char c = s->text.p[s->at];
        if (token.kind != TOKEN_COMMENT && (c == '"' || c == '\''))
            TRY(skip_quoted(s));
        else
            step(s, 1);
    }
    if (s->at >= s->text.n) return template_fail(s->path, line, "%s is not closed by %s", brackets[b].open, brackets[b].close);
    token.body = template_trim((struct str){s->text.p + from, s->at - from});
    if (!token.body.n && token.kind != TOKEN_COMMENT)
        return template_fail(s->path, line, "nothing stands in %s %s", brackets[b].open, brackets[b].close);
    step(s, 2);
    *ret = token;
    return OK;
}

/* Is there a bracket? Sets *ret to its number. */
static enum err look(const struct scan *s, int *ret)
{
    *ret = -1;
    for (int b = 0; b < BRACKETS; b++) {
        if (here(s, brackets[b].close)) return template_fail(s->path, s->line, "%s without %s", brackets[b].close, brackets[b].open);
        if (here(s, brackets[b].open)) *ret = b;
    }
    return OK;
}

static enum err next(struct scan *s, struct token *ret)
{
    int b;
    size_t from = s->at;
    int line = s->line;
    TRY(look(s, &b));
    if (b >= 0) return bracket(s, b, ret);
    do {
        step(s, 1);
        TRY(look(s, &b));
    } while (b < 0 && s->at < s->text.n);
    *ret = (struct token){TOKEN_LITERAL, {s->text.p + from, s->at - from}, line};
    return OK;
}

/* UTF-8 without control characters, so that messages, C strings and pages can show every character. */
static enum err check_text(const char *path, struct str text)
{
    if (!utf8_valid(text)) return template_fail(path, 1, "not a text in UTF-8");
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < 0x20 && !template_blank(text.p[i])) || text.p[i] == 0x7f)
            return template_fail(path, 1, "a control character, 0x%02x", (unsigned)text.p[i]);
    return OK;
}

enum err template_scan(struct arena *a, const char *path, struct str text, struct tokens *ret)
{
    struct scan s = {.path = path, .text = text, .line = 1};
    struct tokens t = {0};
    TRY(check_text(path, text));
    while (s.at < s.text.n) {
        struct token *list = ARENA_GROW(a, t.list, t.n, &t.room);
        if (!list) return err_no_memory();
        t.list = list;
        TRY(next(&s, &t.list[t.n]));
        t.n++;
    }
    *ret = t;
    return OK;
}
