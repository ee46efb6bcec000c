/* search_terms.c — cutting text into terms, one way for documents, questions and both databases. See search.h.
 *
 * A run of Han characters becomes overlapping pairs and, behind them, its last character alone, so that "员2999" is found in
 * "检查员2999": as many positions as characters. A question may end inside a run of the text, so there the lone last
 * character is left out when the question ends with it. Letters, digits and _ of other scripts form words. Everything else
 * separates.
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
    char pair[8]; /* the Han character before, folded */
    size_t pair_n, pair_from;
    int run;             /* Han characters in this run so far */
    bool question, held; /* held: the last character of a run in a question, until something follows */
    char held_char[8];
    size_t held_n, held_from, held_to;
};

static size_t encode(uint32_t c, char out[8])
{
    struct buf b = {.p = out, .room = 8, .limit = 7};
    utf8_put(&b, c);
    return b.n;
}

static bool emit(struct scanner *s, struct str term, size_t from, size_t to)
{
    if (s->held) {
        s->held = false;
        if (!s->term(s->arg, (struct str){s->held_char, s->held_n}, s->position++, s->held_from, s->held_to)) return false;
    }
    return s->term(s->arg, term, s->position++, from, to);
}

static bool end_word(struct scanner *s, size_t to)
{
    if (!s->word_n) return true;
    bool go = emit(s, (struct str){s->word, s->word_n}, s->word_from, to);
    s->word_n = 0;
    return go;
}

/* The run ends: its last character alone. */
static bool end_run(struct scanner *s, size_t to)
{
    int run = s->run;
    s->run = 0;
    if (!run) return true;
    if (run == 1 || !s->question) return emit(s, (struct str){s->pair, s->pair_n}, s->pair_from, to);
    s->held = true;
    memcpy(s->held_char, s->pair, s->pair_n);
    s->held_n = s->pair_n;
    s->held_from = s->pair_from;
    s->held_to = to;
    return true;
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
        go = emit(s, (struct str){both, s->pair_n + n}, s->pair_from, to);
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

void search_terms(struct str text, bool question, bool (*term)(void *, struct str, int, size_t, size_t), void *arg)
{
    struct scanner s = {.term = term, .arg = arg, .question = question};
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
    if (go && end_run(&s, text.n)) end_word(&s, text.n);
}
