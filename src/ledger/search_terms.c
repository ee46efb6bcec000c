/* search_terms.c — cutting text into terms, one way for documents, questions and both databases. See search.h.
 *
 * A run of Han characters becomes overlapping pairs, one position each; its last character also stands alone at the
 * position of the last pair, so that "员2999" is found in "检查员2999". A run of one character is one term. Letters,
 * digits and _ of other scripts form words. Everything else separates.
 */
#include "base/utf8.h"
#include "ledger/search.h"

#define WORD_MAX 64 /* bytes; the rest of a longer word does not count */

struct scanner {
    bool (*term)(void *, struct str, int, size_t, size_t);
    void *arg;
    int position;
    char word[WORD_MAX + 4];
    size_t word_n, word_from;
    char pair[8];            /* the Han character before, folded */
    size_t pair_n, pair_from;
    int run; /* Han characters in this run so far */
};

static size_t encode(uint32_t c, char out[8])
{
    struct buf b = {.p = out, .room = 8, .limit = 7};
    utf8_put(&b, c);
    return b.n;
}

static bool end_word(struct scanner *s, size_t to)
{
    if (!s->word_n) return true;
    bool go = s->term(s->arg, (struct str){s->word, s->word_n}, s->position++, s->word_from, to);
    s->word_n = 0;
    return go;
}

/* The run ends: its last character alone, at the position of the last pair. */
static bool end_run(struct scanner *s, size_t to)
{
    if (!s->run) return true;
    int position = s->run > 1 ? s->position - 1 : s->position++;
    s->run = 0;
    return s->term(s->arg, (struct str){s->pair, s->pair_n}, position, s->pair_from, to);
}

static bool han(struct scanner *s, uint32_t c, size_t from, size_t to)
{
    char both[16];
    char one[8];
    size_t n = encode(c, one);
    bool go = true;
    if (s->run) {
        memcpy(both, s->pair, s->pair_n);
        memcpy(both + s->pair_n, one, n);
        go = s->term(s->arg, (struct str){both, s->pair_n + n}, s->position++, s->pair_from, to);
    }
    memcpy(s->pair, one, n);
    s->pair_n = n;
    s->pair_from = from;
    s->run++;
    return go;
}

static void letter(struct scanner *s, uint32_t c, size_t from)
{
    char one[8];
    size_t n = encode(c, one);
    if (!s->word_n) s->word_from = from;
    if (s->word_n + n > WORD_MAX) return;
    memcpy(s->word + s->word_n, one, n);
    s->word_n += n;
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (c == 0xD7 || c == 0xF7 || c == 0xFFFD) return false;
    /* Latin, Greek, Cyrillic and other alphabets up to Hangul; not punctuation, symbols, private use. */
    return (c >= 0xC0 && c < 0x2000) || (c >= 0x2C00 && c < 0x2E00) || (c >= 0xAC00 && c < 0xD7A4);
}

void search_terms(struct str text, bool (*term)(void *, struct str, int, size_t, size_t), void *arg)
{
    struct scanner s = {.term = term, .arg = arg};
    struct str rest = text;
    bool go = true;
    while (go && rest.n) {
        size_t from = text.n - rest.n;
        uint32_t c = utf8_fold_char(utf8_next(&rest));
        size_t to = text.n - rest.n;
        if (utf8_is_han(c)) {
            go = end_word(&s, from) && han(&s, c, from, to);
        } else if (is_letter(c)) {
            go = end_run(&s, from);
            letter(&s, c, from);
        } else {
            go = end_run(&s, from) && end_word(&s, from);
        }
    }
    if (go) go = end_run(&s, text.n) && end_word(&s, text.n);
}
