/* highlight.c — see highlight.h. */
#include "web/highlight.h"

#include "ledger/search.h"

#define TERMS_MAX 64

struct asked { /* the terms of the question, as bytes one behind the other */
    struct buf text;
    size_t end[TERMS_MAX];
    int n;
};

static bool keep_term(void *arg, struct str term, int position, size_t from, size_t to)
{
    struct asked *q = arg;
    (void)position;
    (void)from;
    (void)to;
    buf_str(&q->text, term);
    q->end[q->n++] = q->text.n;
    return q->n < TERMS_MAX;
}

static struct str term_at(const struct asked *q, int i)
{
    size_t from = i ? q->end[i - 1] : 0;
    return (struct str){q->text.p + from, q->end[i] - from};
}

struct marking {
    const struct asked *asked;
    bool *hit; /* by byte of the text */
};

/* A single character of the question stands at the head of a pair of the text. */
static bool mark_term(void *arg, struct str term, int position, size_t from, size_t to)
{
    const struct marking *m = arg;
    (void)position;
    for (int i = 0; i < m->asked->n; i++) {
        struct str one = term_at(m->asked, i);
        if (!str_starts(term, one)) continue;
        if (str_eq(term, one))
            memset(m->hit + from, 1, to - from);
        else if ((unsigned char)one.p[0] >= 0xE0 && one.n == 3) /* one Han character */
            memset(m->hit + from, 1, one.n);
    }
    return true;
}

static int count_pieces(const bool *hit, size_t n)
{
    int pieces = n > 0;
    for (size_t i = 1; i < n; i++) pieces += hit[i] != hit[i - 1];
    return pieces;
}

static enum err cut(struct arena *a, struct str text, const bool *hit, const struct search_piece **ret, int *ret_n)
{
    int n = count_pieces(hit, text.n), at = 0;
    struct search_piece *piece = arena_array(a, struct search_piece, n + 1);
    if (!piece) return err_no_memory();
    for (size_t from = 0, to; from < text.n; from = to) {
        for (to = from + 1; to < text.n && hit[to] == hit[from];) to++;
        piece[at++] = (struct search_piece){{text.p + from, to - from}, hit[from]};
    }
    *ret = piece;
    *ret_n = at;
    return OK;
}

enum err highlight(struct arena *a, struct str text, struct str words, const struct search_piece **ret, int *ret_n)
{
    struct asked asked = {.text = BUF_INIT(4000)};
    struct marking m = {&asked, arena_array(a, bool, text.n + 1)};
    if (!m.hit) return err_no_memory();
    search_terms(words, true, keep_term, &asked);
    enum err e = buf_error(&asked.text);
    if (!e) {
        search_terms(text, false, mark_term, &m);
        e = cut(a, text, m.hit, ret, ret_n);
    }
    buf_release(&asked.text);
    return e;
}

static bool found_one(void *arg, struct str term, int position, size_t from, size_t to)
{
    (void)term;
    (void)position;
    (void)from;
    (void)to;
    *(bool *)arg = true;
    return false;
}

bool highlight_has_terms(struct str words)
{
    bool found = false;
    search_terms(words, true, found_one, &found);
    return found;
}
