/* template_c.c — pieces of C. See template_c.h. The scanner has made sure that strings and characters are closed. */
#include "html/template_c.h"

#include "html/template_scan.h"

/* Behind the string or character that begins at i. */
static size_t behind_quoted(struct str code, size_t i)
{
    char quote = code.p[i++];
    while (i < code.n && code.p[i] != quote) i += code.p[i] == '\\' ? 2 : 1;
    return i + 1;
}

enum { DEEP = 32 };

/* Opening brackets on a stack; a closing one must fit. */
struct brackets {
    char open[DEEP];
    int n;
};

static const char *follow(struct brackets *b, char c)
{
    static const char open[] = "([{", close[] = ")]}";
    if (strchr(open, c)) {
        if (b->n == DEEP) return "brackets stand too deep inside each other";
        b->open[b->n++] = c;
    } else if (strchr(close, c)) {
        if (b->n == 0 || strchr(close, c) - close != strchr(open, b->open[b->n - 1]) - open) return "brackets do not match";
        b->n--;
    }
    return NULL;
}

const char *c_problem(struct str code, int semicolons)
{
    struct brackets b = {.n = 0};
    if (!template_trim(code).n) return "an expression is missing";
    for (size_t i = 0; i < code.n;) {
        char c = code.p[i];
        if (c == '"' || c == '\'') {
            i = behind_quoted(code, i);
            continue;
        }
        if (c == '#' || c == '\\') return "# and \\ do not belong here";
        if (c == '/' && i + 1 < code.n && (code.p[i + 1] == '/' || code.p[i + 1] == '*')) return "a comment is written {# … #}";
        if (c == ';' && (b.n > 0 || semicolons-- == 0)) return "a semicolon does not belong here";
        const char *problem = follow(&b, c);
        if (problem) return problem;
        i++;
    }
    if (b.n) return "a bracket is not closed";
    return semicolons > 0 ? "a loop is written: for FIRST; WHILE; NEXT" : NULL;
}

struct str c_split(struct str *rest)
{
    struct str s = *rest;
    int depth = 0;
    for (size_t i = 0; i < s.n;) {
        char c = s.p[i];
        if (c == '"' || c == '\'') {
            i = behind_quoted(s, i);
            continue;
        }
        if (c == ',' && depth == 0) {
            *rest = str_from(s, i + 1);
            return template_trim(str_head(s, i));
        }
        depth += (strchr("([{", c) != NULL) - (strchr(")]}", c) != NULL);
        i++;
    }
    *rest = STR_NONE;
    return template_trim(s);
}

bool c_call(struct str *s, struct str *ret_name, struct str *ret_args)
{
    struct str rest = *s, name = template_word(&rest);
    int depth = 0;
    size_t i = 0;
    if (!c_name(name) || !rest.n || rest.p[0] != '(') return false;
    do {
        char c = rest.p[i];
        depth += (c == '(') - (c == ')');
        i = c == '"' || c == '\'' ? behind_quoted(rest, i) : i + 1;
    } while (depth > 0 && i < rest.n);
    if (depth > 0) return false;
    *ret_name = name;
    *ret_args = template_trim((struct str){rest.p + 1, i - 2});
    *s = template_trim(str_from(rest, i));
    return true;
}

bool c_name(struct str name)
{
    struct str rest = name;
    return name.n > 0 && name.n <= C_MAX_NAME && template_word(&rest).n == name.n && !(name.p[0] >= '0' && name.p[0] <= '9');
}

struct str c_declared(struct str declaration)
{
    size_t i = declaration.n;
    while (i > 0 && template_word_char(declaration.p[i - 1])) i--;
    struct str name = str_from(declaration, i), type = template_trim(str_head(declaration, i));
    for (size_t k = 0; k < type.n; k++)
        if (!template_word_char(type.p[k]) && !template_blank(type.p[k]) && type.p[k] != '*') return STR_NONE;
    return type.n && declaration.n <= C_MAX_DECLARATION && c_name(name) ? name : STR_NONE;
}

struct str c_string(struct str *s)
{
    if (!s->n || s->p[0] != '"') return STR_NONE;
    struct str string = str_head(*s, behind_quoted(*s, 0));
    *s = template_trim(str_from(*s, string.n));
    return string;
}

void c_put_string(struct buf *b, struct str text, int indent)
{
    buf_char(b, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\n' && i + 1 < text.n)
            buf_printf(b, "\\n\"\n%*s\"", indent, "");
        else if (c == '\n')
            buf_z(b, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", c);
        else if ((unsigned char)c < 0x20)
            buf_printf(b, "\\%03o", (unsigned)c);
        else
            buf_char(b, c);
    }
    buf_char(b, '"');
}
