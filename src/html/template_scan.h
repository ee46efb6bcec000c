/* template_scan.h — a template as a list of tokens: literal HTML, values, directives, comments. */
#ifndef ANJIAN_TEMPLATE_SCAN_H
#define ANJIAN_TEMPLATE_SCAN_H

#include "base/arena.h"

enum token_kind { TOKEN_LITERAL, TOKEN_VALUE, TOKEN_DIRECTIVE, TOKEN_COMMENT };

struct token {
    enum token_kind kind;
    struct str body; /* part of the text; without the brackets and the blanks inside them, but a literal as it stands */
    int line;        /* on which the body begins */
};

struct tokens {
    struct token *list;
    int n, room;
};

/* The tokens of `text` in the arena. */
enum err template_scan(struct arena *, const char *path, struct str text, struct tokens *ret);

/* Every message of the compiler: "path:line: what is wrong". Returns ERR_INVALID. */
enum err template_fail(const char *path, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The word at the start of `*s`, taken off with the blanks behind it: letters, digits and _; empty when there is none. */
struct str template_word(struct str *s);

static inline bool template_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
static inline bool template_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
static inline bool template_word_char(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || template_letter(c);
}
/* Without blanks at both ends. Unlike str_trim() it leaves blanks that are not ASCII alone. */
struct str template_trim(struct str s);

#endif
