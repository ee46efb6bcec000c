/* parse_word.c — yes and no, telephone numbers, region codes. See parse.h. */
#include <stdio.h>

#include "exchange/plain.h"

/* kind: 1 yes, 0 no. An empty box (□) is neither: forms print it beside both answers. */
static const struct word answers[] = {
    {"是", 1, 0}, {"是的", 1, 0}, {"有", 1, 0},     {"对", 1, 0}, {"已", 1, 0},    {"已完成", 1, 0}, {"√", 1, 0},
    {"✓", 1, 0},  {"✔", 1, 0},    {"☑", 1, 0},      {"y", 1, 0},  {"yes", 1, 0},   {"t", 1, 0},      {"true", 1, 0},
    {"1", 1, 0},  {"否", 0, 0},   {"不是", 0, 0},   {"无", 0, 0}, {"没有", 0, 0},  {"没", 0, 0},     {"错", 0, 0},
    {"不", 0, 0}, {"未", 0, 0},   {"未完成", 0, 0}, {"×", 0, 0},  {"✗", 0, 0},     {"✘", 0, 0},      {"╳", 0, 0},
    {"x", 0, 0},  {"n", 0, 0},    {"no", 0, 0},     {"f", 0, 0},  {"false", 0, 0}, {"0", 0, 0},
};

struct parse_result parse_yes_no(struct cell c, bool *ret)
{
    struct plain t;
    struct parse_result r;
    if (!parse_begin(c, &t, &r)) return r;
    const struct word *w = c.kind == CELL_DATE ? NULL : word_find(plain_view(&t), answers, COUNT(answers));
    if (!w) return parsed(PARSE_BAD, PARSE_NOT_YES_NO, c.text);
    *ret = w->kind == 1;
    return PARSED_OK;
}

enum { SKIP, HYPHEN, EXTENSION, NEXT };

static const struct word phone_words[] = {
    {" ", SKIP, 0},         {"(", SKIP, 0},        {")", SKIP, 0},         {".", SKIP, 0},       {"-", HYPHEN, 0},
    {"–", HYPHEN, 0},       {"—", HYPHEN, 0},      {"——", HYPHEN, 0},      {"转", EXTENSION, 0}, {"转分机", EXTENSION, 0},
    {"分机", EXTENSION, 0}, {"ext", EXTENSION, 0}, {"ext.", EXTENSION, 0}, {"#", EXTENSION, 0},  {"/", NEXT, 0},
    {"、", NEXT, 0},        {";", NEXT, 0},        {",", NEXT, 0},         {"，", NEXT, 0},      {"|", NEXT, 0},
    {"或", NEXT, 0},
};

/* Whether a number can have an extension, and what marks one: behind a local number a hyphen may also stand within. */
enum extension { NEVER, BY_WORD, BY_HYPHEN };

/* Kinds of numbers. In a pattern: d any digit, m 3–9, c 2–9, other characters themselves. `area` digits before the hyphen. */
static const struct phone_kind {
    const char *pattern;
    int area;
    enum extension extension;
    bool warn;
} phones[] = {
    {"1mddddddddd", 0, NEVER, false},     {"010cddddddd", 3, BY_HYPHEN, false},
    {"02dcddddddd", 3, BY_HYPHEN, false}, {"0mddcddddddd", 4, BY_HYPHEN, false},
    {"0mddcdddddd", 4, BY_HYPHEN, false}, {"400ddddddd", 0, BY_HYPHEN, false},
    {"800ddddddd", 0, BY_HYPHEN, false},  {"cddddddd", 0, BY_WORD, true},
    {"cdddddd", 0, BY_WORD, true},        {"1dd", 0, NEVER, false},
    {"1dddd", 0, NEVER, false},           {"9dddd", 0, NEVER, false},
    {"95dddd", 0, NEVER, false},          {"96dddd", 0, NEVER, false},
};

static bool fits(const char *pattern, struct str digits)
{
    size_t i = 0;
    for (; pattern[i]; i++) {
        char least = pattern[i] == 'd' ? '0' : pattern[i] == 'c' ? '2' : pattern[i] == 'm' ? '3' : pattern[i];
        char most = is_digit(pattern[i]) ? pattern[i] : '9';
        if (i == digits.n || digits.p[i] < least || digits.p[i] > most) return false;
    }
    return i == digits.n;
}

static const struct phone_kind *phone_kind_of(struct str digits)
{
    for (size_t i = 0; i < COUNT(phones); i++)
        if (fits(phones[i].pattern, digits)) return &phones[i];
    return NULL;
}

struct phone {
    char digits[16], extension[8];
    size_t n, n_extension;
};

/* Digits up to the first separator. A hyphen behind a whole number begins its extension. False on anything else. */
static bool take_phone(struct str *s, struct phone *p)
{
    bool extension = false;
    while (s->n) {
        if (is_digit(s->p[0])) {
            if (extension ? p->n_extension == sizeof p->extension - 1 : p->n == sizeof p->digits - 1) return false;
            *(extension ? &p->extension[p->n_extension++] : &p->digits[p->n++]) = s->p[0];
            *s = str_from(*s, 1);
            continue;
        }
        const struct word *w = word_take(s, phone_words, COUNT(phone_words));
        if (!w) return false;
        if (w->kind == NEXT) return true;
        const struct phone_kind *whole = phone_kind_of((struct str){p->digits, p->n});
        extension |= w->kind == EXTENSION || (w->kind == HYPHEN && whole && whole->extension == BY_HYPHEN);
    }
    return true;
}

/* Without the country's code, which is 86 whatever stands before it. */
static struct str without_country(struct str s)
{
    static const char *const heads[] = {"+86", "0086", "(+86)", "(86)", "86-", "86 "};
    for (size_t i = 0; i < COUNT(heads); i++)
        if (str_starts(s, str_of(heads[i]))) return str_from(s, strlen(heads[i]));
    return digits_at(s) == 13 && str_starts(s, STR("861")) ? str_from(s, 2) : s;
}

struct parse_result parse_phone(struct cell c, char ret[PARSE_PHONE])
{
    struct plain t;
    struct parse_result r;
    struct phone p = {0};
    if (!parse_begin(c, &t, &r)) return r;
    struct str rest = without_country(plain_view(&t));
    bool read = c.kind != CELL_DATE && take_phone(&rest, &p);
    const struct phone_kind *kind = phone_kind_of((struct str){p.digits, p.n});
    if (!read || !kind || (p.n_extension && kind->extension == NEVER)) return parsed(PARSE_BAD, PARSE_NOT_PHONE, c.text);
    const char *mark = !p.n_extension ? "" : kind->extension == BY_HYPHEN ? "-" : "转";
    snprintf(ret, PARSE_PHONE, "%.*s%s%s%s%s", kind->area, p.digits, kind->area ? "-" : "", p.digits + kind->area, mark, p.extension);
    if (rest.n) return parsed(PARSE_WARN, PARSE_FIRST_OF_MANY, c.text);
    return kind->warn ? parsed(PARSE_WARN, PARSE_NO_AREA_CODE, c.text) : PARSED_OK;
}

struct parse_result parse_region(struct cell c, char ret[PARSE_REGION])
{
    struct plain t;
    struct parse_result r;
    if (!parse_begin(c, &t, &r)) return r;
    struct str s = plain_view(&t);
    bool level = s.n == 2 || s.n == 4 || s.n == 6 || s.n == 9 || s.n == 12;
    bool province = level && s.p[0] >= '1' && s.p[0] <= '9' && (s.p[1] >= '1' || s.p[0] == '5'); /* 50 is Chongqing */
    if (!province || digits_at(s) != s.n) return parsed(PARSE_BAD, PARSE_NOT_REGION, c.text);
    memset(ret, '0', PARSE_REGION - 1);
    memcpy(ret, s.p, s.n);
    ret[PARSE_REGION - 1] = '\0';
    return PARSED_OK;
}
