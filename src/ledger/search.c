/* search.c — keeping the index and asking it. See search.h. */
#include "ledger/search.h"

#include <stdio.h>

#include "base/utf8.h"
#include "db/sql_build.h"
#include "system.sql.h"

#define INDEX_TEXT_MAX ((size_t)256 * 1024)
#define ASK_MAX ((size_t)20000)

/* ---- making the index ---- */

/* _fold() for PostgreSQL: translate() with all characters that utf8_fold_char() changes. SQLite has it as a C function. */
static void fold_function(struct buf *b)
{
    struct buf to CLEANUP_BUF = BUF_INIT(INDEX_TEXT_MAX);
    buf_z(b, "CREATE FUNCTION _fold(text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $fold$ SELECT translate($1, E'");
    for (uint32_t c = 1; c < 0x10000; c++) {
        uint32_t f = utf8_fold_char(c);
        if (f == c || (c >= 0xD800 && c < 0xE000)) continue;
        buf_printf(b, "\\u%04X", c);
        buf_printf(&to, "\\u%04X", f);
    }
    buf_z(b, "', E'");
    buf_str(b, buf_view(&to));
    buf_z(b, "') $fold$");
}

static enum err run_text(struct db_tx *tx, struct str text)
{
    struct sql s = sql_once(text);
    return db_run(tx, &s, NULL, 0, NULL);
}

enum err search_create(struct db_tx *tx)
{
    if (db_tx_engine(tx) == DB_SQLITE)
        return run_text(tx,
                        STR("CREATE VIRTUAL TABLE _search USING fts5(title, body, scope, content='', columnsize=0, tokenize='anjian')"));
    struct buf b CLEANUP_BUF = BUF_INIT(INDEX_TEXT_MAX);
    fold_function(&b);
    TRY(buf_error(&b));
    TRY(run_text(tx, buf_view(&b)));
    TRY(run_text(tx, STR("CREATE TABLE _search (id BIGINT NOT NULL PRIMARY KEY, terms tsvector NOT NULL)")));
    return run_text(tx, STR("CREATE INDEX _search_terms ON _search USING gin (terms)"));
}

enum err search_clear(struct db_tx *tx)
{
    return db_run(tx, DB_SQL(tx, SQL_SEARCH_CLEAR), NULL, 0, NULL);
}

/* ---- what of a record goes in ---- */

struct entry { /* empty texts: not in the index */
    struct str title, body, scope;
};

struct search_note {
    struct search_note *next;
    int64_t id;
    struct entry was, is;
};

static void entry_scope(struct buf *b, const struct record *r)
{
    static const char marks[SCOPE__MAX] = {[SCOPE_DISTRICT] = 'd', [SCOPE_TERRITORY] = 't', [SCOPE_SECTOR] = 's', [SCOPE_OWNER] = 'o'};
    buf_printf(b, "l%s", r->l->ledger);
    if (r->l->scope && r->l->scope->public_) buf_z(b, " public");
    for (int i = 0; i < SCOPE__MAX; i++)
        if (r->scope[i]) buf_printf(b, " %c%lld", marks[i], (long long)r->scope[i]);
}

struct texts { /* of an entry in the making */
    struct buf title, body;
    size_t left;
};

static void texts_release(struct texts *t)
{
    buf_release(&t->title);
    buf_release(&t->body);
}

/* Put the searched values of a record, or of a row inside it, on a line each, while there is room. */
static void add_values(struct texts *t, const struct ledger *l, const struct value *v)
{
    for (unsigned i = 0; i < l->fields_count && t->left; i++) {
        struct str text = v[i].tag == VAL_TEXT ? v[i].s : STR_NONE;
        if (!l->fields[i].search || !text.n) continue;
        size_t n = utf8_cut(text.p, text.n < t->left ? text.n : t->left);
        struct buf *b = l->fields[i].search == SEARCH_TITLE ? &t->title : &t->body;
        buf_put(b, text.p, n);
        buf_char(b, '\n');
        t->left -= n;
    }
}

static enum err keep(struct arena *a, const struct buf *b, struct str *ret)
{
    TRY(buf_error(b));
    *ret = arena_str(a, buf_view(b));
    return ret->p ? OK : err_no_memory();
}

/* The searched fields of a record in their order, then those of its rows. A withdrawn one stays in the index: lists that ask for such
 * find it, and everybody else looks at the row. */
static enum err entry_make(struct arena *a, const struct record *r, struct entry *ret)
{
    struct texts t CLEANUP(texts_release) = {BUF_INIT(INDEX_TEXT_MAX), BUF_INIT(INDEX_TEXT_MAX), SEARCH_TEXT_MAX};
    struct buf scope CLEANUP_BUF = BUF_INIT(1000);
    *ret = (struct entry){STR(""), STR(""), STR("")};
    if (!r) return OK;
    if (r->number.p) {
        buf_str(&t.title, r->number);
        buf_char(&t.title, '\n');
    }
    add_values(&t, r->l, r->v);
    for (unsigned i = 0; i < r->l->fields_count; i++)
        for (int k = 0; r->l->fields[i].type == TYPE_ROWS && k < r->rows[i].n; k++) add_values(&t, r->l->fields[i].target, r->rows[i].v[k]);
    if (t.title.n || t.body.n) entry_scope(&scope, r);
    TRY(keep(a, &t.title, &ret->title));
    TRY(keep(a, &t.body, &ret->body));
    return keep(a, &scope, &ret->scope);
}

static bool entry_eq(const struct entry *a, const struct entry *b)
{
    return str_eq(a->title, b->title) && str_eq(a->body, b->body) && str_eq(a->scope, b->scope);
}

/* ---- PostgreSQL: terms as the text of a tsvector ---- */

struct vector {
    struct buf *b;
    int offset; /* of the positions of this part */
    int last;
    char weight;
};

static bool vector_term(void *arg, struct str term, int position, size_t from, size_t to)
{
    struct vector *v = arg;
    (void)from;
    (void)to;
    v->last = v->offset + position + 1;
    buf_printf(v->b, "'%.*s':%d%c ", STR_ARG(term), v->last, v->weight);
    return true;
}

/* Title A, body B, scope D; a gap between the parts so that no phrase reaches over. */
static void vector_text(struct buf *b, const struct entry *e)
{
    const struct str parts[] = {e->title, e->body, e->scope};
    struct vector v = {.b = b};
    for (int i = 0; i < 3; i++) {
        v.weight = "ABD"[i];
        v.offset = v.last + 10;
        search_terms(parts[i], false, vector_term, &v);
    }
}

static enum err put_postgres(struct work *w, int64_t id, const struct entry *e)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    struct value args[2] = {value_int(id)};
    if (!e->scope.n) return db_run(w->tx, DB_SQL(w->tx, SQL_SEARCH_REMOVE), args, 1, NULL);
    vector_text(&b, e);
    TRY(buf_error(&b));
    args[1] = value_text(buf_view(&b));
    return db_run(w->tx, DB_SQL(w->tx, SQL_SEARCH_ADD), args, 2, NULL);
}

/* ---- SQLite: an index without content is told the old text to forget it ---- */

static enum err put_sqlite(struct work *w, int64_t id, const struct entry *was, const struct entry *is)
{
    const struct entry *each[] = {was, is};
    for (int i = 0; i < 2; i++) {
        if (!each[i]->scope.n) continue;
        const struct value args[] = {value_int(id), value_text(each[i]->title), value_text(each[i]->body), value_text(each[i]->scope)};
        TRY(db_run(w->tx, i ? DB_SQL(w->tx, SQL_SEARCH_ADD) : DB_SQL(w->tx, SQL_SEARCH_REMOVE), args, 4, NULL));
    }
    return OK;
}

enum err search_put(struct work *w, const struct record *old, const struct record *now)
{
    struct search_note *n = arena_new(w->arena, struct search_note);
    if (!n) return err_no_memory();
    n->id = now->id;
    TRY(entry_make(w->arena, old, &n->was));
    TRY(entry_make(w->arena, now, &n->is));
    if (entry_eq(&n->was, &n->is)) return OK;
    *w->searches_end = n;
    w->searches_end = &n->next;
    return OK;
}

enum err search_flush(struct work *w)
{
    bool sqlite = db_tx_engine(w->tx) == DB_SQLITE;
    for (const struct search_note *n = w->searches; n; n = n->next)
        TRY(sqlite ? put_sqlite(w, n->id, &n->was, &n->is) : put_postgres(w, n->id, &n->is));
    w->searches = NULL;
    w->searches_end = &w->searches;
    return OK;
}

/* ---- asking ---- */

struct asking {
    struct buf b;
    enum db_engine engine;
    enum search_in in;
    int terms;
    bool han; /* the term before was a pair of Han characters: no prefix search behind it */
};

static const char *pg_weight(enum search_in in)
{
    return in == SEARCH_IN_TITLE ? "A" : "AB";
}

/* One term of a phrase, written down for PostgreSQL; FTS5 cuts its questions itself. */
static bool phrase_term(void *arg, struct str term, int position, size_t from, size_t to)
{
    struct asking *q = arg;
    (void)position;
    (void)from;
    (void)to;
    struct str rest = term;
    q->han = utf8_is_han(utf8_next(&rest)) && rest.n;
    if (q->engine == DB_POSTGRES) buf_printf(&q->b, "%s'%.*s':%s", q->terms ? "<->" : "", STR_ARG(term), pg_weight(q->in));
    q->terms++;
    return true;
}

/* A word of the question as a phrase. What does not end in a pair of Han characters also matches longer words. */
static void ask_word(struct asking *q, struct str word)
{
    size_t start = q->b.n;
    q->terms = 0;
    buf_z(&q->b, start ? (q->engine == DB_SQLITE ? " AND " : " & ") : "");
    if (q->engine == DB_POSTGRES) buf_char(&q->b, '(');
    size_t before = q->b.n;
    search_terms(word, true, phrase_term, q);
    if (!q->terms) { /* only punctuation */
        q->b.n = start;
        return;
    }
    if (q->engine == DB_POSTGRES) {
        buf_z(&q->b, q->han ? ")" : "*)");
        return;
    }
    q->b.n = before;
    buf_z(&q->b, q->in == SEARCH_IN_TITLE ? "{title} : " : "{title body} : ");
    buf_char(&q->b, '"');
    for (size_t i = 0; i < word.n; i++) buf_char(&q->b, word.p[i] == '"' || word.p[i] == '\0' ? ' ' : word.p[i]);
    buf_z(&q->b, q->han ? "\"" : "\" *");
}

static void ask_scope(struct asking *q, const char *term)
{
    buf_printf(&q->b, q->engine == DB_SQLITE ? " AND scope : \"%s\"" : " & '%s':D", term);
}

/* Rows that the actor sees: those of its scope and, over all ledgers, the public ones. */
static void ask_actor(struct asking *q, const struct actor *a, const struct ledger *l)
{
    static const char marks[] = {[SEES_DISTRICT] = 'd', [SEES_TERRITORY] = 't', [SEES_SECTOR] = 's', [SEES_OWNER] = 'o'};
    char own[80] = "public";
    if (a->sees == SEES_ALL || (l && l->scope && l->scope->public_)) return;
    if (a->sees_id) snprintf(own, sizeof own, "%c%lld", marks[a->sees], (long long)a->sees_id);
    if (l)
        ask_scope(q, own);
    else
        buf_printf(&q->b, q->engine == DB_SQLITE ? " AND (scope : \"%s\" OR scope : \"public\")" : " & ('%s':D | 'public':D)", own);
}

/* The rows of one township, sector or premises are few: whoever asks passes over those of other ledgers faster than the index
 * walks through the long list of all rows of a ledger. */
static bool is_narrow(const struct actor *a, const struct ledger *l)
{
    bool few = a->sees == SEES_TERRITORY || a->sees == SEES_SECTOR || a->sees == SEES_OWNER;
    return few && !(l->scope && l->scope->public_);
}

static void ask_words(struct asking *q, struct str folded)
{
    while (folded.p) {
        struct str word = str_split(&folded, ' ');
        if (word.n) ask_word(q, word);
    }
}

/* What was asked, without what the title alone answers. */
static enum err leave_out_titles(struct asking *q, struct str folded)
{
    struct asking title = {.b = BUF_INIT(ASK_MAX), .engine = q->engine, .in = SEARCH_IN_TITLE};
    struct buf both = BUF_INIT(2 * ASK_MAX);
    ask_words(&title, folded);
    buf_printf(&both, q->engine == DB_SQLITE ? "((%.*s) NOT (%.*s))" : "((%.*s) & !(%.*s))", STR_ARG(buf_view(&q->b)),
               STR_ARG(buf_view(&title.b)));
    enum err e = buf_error(&title.b);
    buf_release(&title.b);
    buf_release(&q->b);
    q->b = both;
    return e;
}

/* Words and scope; an empty text when nothing can be found. */
static enum err ask(struct asking *q, const struct actor *actor, const struct ledger *l, struct str text)
{
    struct buf folded CLEANUP_BUF = BUF_INIT(4000);
    enum search_in in = q->in;
    char term[80];
    utf8_fold(&folded, text);
    TRY(buf_error(&folded));
    if (in == SEARCH_IN_BODY_ONLY) q->in = SEARCH_IN_ALL;
    ask_words(q, buf_view(&folded));
    bool public = !l || (l->scope && l->scope->public_);
    if (actor->sees == SEES_NOTHING || (actor->sees != SEES_ALL && actor->sees_id == 0 && !public)) buf_reset(&q->b);
    if (!q->b.n) return buf_error(&q->b);
    if (in == SEARCH_IN_BODY_ONLY) TRY(leave_out_titles(q, buf_view(&folded)));
    if (l && !is_narrow(actor, l)) {
        snprintf(term, sizeof term, "l%s", l->ledger);
        ask_scope(q, term);
    }
    ask_actor(q, actor, l);
    return buf_error(&q->b);
}

enum err search_match(struct arena *a, enum db_engine engine, const struct actor *actor, const struct ledger *l, struct str text,
                      enum search_in in, struct str *ret)
{
    struct asking q = {.b = BUF_INIT(ASK_MAX), .engine = engine, .in = in};
    *ret = STR_NONE;
    if (text.n > 500) return err_set(ERR_TOO_BIG, "%s", _("the words to search for are longer than 500 bytes"));
    enum err e = ask(&q, actor, l, text);
    if (!e && q.b.n) {
        *ret = arena_str(a, buf_view(&q.b));
        if (!ret->p) e = err_no_memory();
    }
    buf_release(&q.b);
    return e;
}
