/* utf8.h — checking, cutting and folding UTF-8. */
#ifndef ANJIAN_UTF8_H
#define ANJIAN_UTF8_H

#include "base/buf.h"
#include "base/str.h"

/* Strictly valid: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(struct str s);

/* Take the next character off `*s` (which must not be empty). Bytes that are no character come as U+FFFD, one by one. */
uint32_t utf8_next(struct str *s);

/* Append one character. */
void utf8_put(struct buf *b, uint32_t c);

/* The largest length ≤ n at which `p` (n bytes) can be cut without splitting its last character. */
size_t utf8_cut(const char *p, size_t n);

/* How many characters. */
size_t utf8_length(struct str s);

/* Append `s` folded for comparing and searching: full-width forms become ASCII, letters lower case, every kind of
 * blank one space, the brackets （）【】〔〕 their plain forms. Folding twice changes nothing. */
void utf8_fold(struct buf *b, struct str s);

/* The folded form of one character. */
uint32_t utf8_fold_char(uint32_t c);

/* Is it a character of a script without spaces between words (Han, kana)? */
bool utf8_is_han(uint32_t c);

#endif
