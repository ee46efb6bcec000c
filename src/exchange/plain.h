/* plain.h — what the parsers of this folder share: folded text, tables of words, results. Not for others. */
#ifndef ANJIAN_PLAIN_H
#define ANJIAN_PLAIN_H

#include "exchange/parse.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Text ready to be read: trimmed, full-width forms and letters folded to small ASCII, each run of blanks one space,
 * invisible marks gone; ends in NUL. */
struct plain {
    char p[PARSE_TEXT_MAX + 1];
    size_t n;
};

/* False when `s` is too long. Bytes that are no character become '?', which no parser understands. */
bool plain_fold(struct plain *ret, struct str s);

static inline struct str plain_view(const struct plain *t)
{
    return (struct str){t->p, t->n};
}

/* A word (already folded) and what it stands for; each table says what kind and value mean. */
struct word {
    const char *text;
    int kind;
    int value;
};

/* The longest word of the table that *s starts with, taken off *s; NULL when there is none. */
const struct word *word_take(struct str *s, const struct word *table, size_t n);
/* The word that is the whole of `s`, or NULL. */
const struct word *word_find(struct str s, const struct word *table, size_t n);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How many ASCII digits `s` starts with. */
size_t digits_at(struct str s);

#define PARSED_OK ((struct parse_result){.state = PARSE_OK})
#define PARSED_UNKNOWN ((struct parse_result){.state = PARSE_UNKNOWN})
/* With the text that belongs to `why`, about `found`. */
struct parse_result parsed(enum parse_state state, enum parse_why why, struct str found);

/* What every parser begins with: fold the cell into *ret. False when *early is the answer already: unknown, an error
 * cell, a list, a text that is too long. */
bool parse_begin(struct cell c, struct plain *ret, struct parse_result *early);

#endif
