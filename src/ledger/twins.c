/* twins.c — see twins.h. */
#include "ledger/twins.h"

#include "base/utf8.h"
#include "ledger/plan.h"
#include "ledger/query_text.h"
#include "ledger/right.h"
#include "ledger/sort_key.h"
#include "system.sql.h"

#define FETCH 20000 /* rows of one statement */
#define KEY_MAX ((size_t)16384)

/* ---- the ways along which equals stand side by side ---- */

/* By the sort key of a name, the rest of the key being compared afterwards; or by the index of the whole key. */
struct way {
    const struct group *key;
    const struct field *name; /* NULL: by the index of the key */
};

static bool folds(const struct field *f)
{
    return f->type == TYPE_TEXT && f->sort;
}

static bool way_of(const struct group *g, struct way *ret)
{
    *ret = (struct way){.key = g};
    for (int i = 0; i < g->n; i++) {
        if (g->field[i]->sensitive || type_is_many(g->field[i]->type)) return false;
        if (!ret->name && folds(g->field[i])) ret->name = g->field[i];
    }
    if (g->n == 1 && g->field[0]->unique) return false;
    return ret->name || plan_key_has_index(g);
}

bool twins_possible(const struct ledger *l)
{
    struct way way;
    for (unsigned i = 0; i < l->keys_count; i++)
        if (way_of(&l->key_groups[i], &way)) return true;
    return false;
}

static int columns_of(const struct way *way)
{
    return way->name ? 1 : way->key->n;
}

static void column(struct making *m, const struct way *way, int i)
{
    if (way->name)
        buf_printf(&m->text, "t.\"_s_%s\"", way->name->name);
    else
        making_column(m, way->key->field[i]);
}

static void all_columns(struct making *m, const struct way *way)
{
    for (int i = 0; i < columns_of(way); i++) {
        column(m, way, i);
        buf_char(&m->text, ',');
    }
    buf_z(&m->text, "t._id");
}

/* ---- walking ---- */

struct run { /* records that stand side by side with one key */
    struct buf key;
    int64_t id[TWINS_RUN];
    int n;
};

struct search {
    struct work *w;
    const struct ledger *l;
    unsigned place; /* of the key, and so of the way */
    struct way way;
    int64_t last;                 /* the record that was walked over last; 0: none */
    struct value from[GROUP_MAX]; /* its key */
    struct run run;
    struct buf text; /* the key of the row just read */
    int limit, room, loaded;
    struct twins found;
};

static void known(struct making *m, const struct way *way)
{
    for (int i = 0; i < columns_of(way); i++) {
        making_and(m);
        column(m, way, i);
        if (way->name)
            buf_z(&m->text, " > ''");
        else
            buf_z(&m->text, " IS NOT NULL");
    }
}

/* Withdrawn rows come too: that a row is living stands in no index, and is asked of those alone that have a neighbour. */
static enum err walk_text(struct search *s, struct making *m)
{
    const struct query all = {.l = s->l, .withdrawn = true};
    buf_z(&m->text, "SELECT ");
    all_columns(m, &s->way);
    buf_printf(&m->text, " FROM \"%s\" t", s->l->ledger);
    TRY(making_where(m, s->w, &all));
    known(m, &s->way);
    if (s->last) {
        making_and(m);
        buf_char(&m->text, '(');
        all_columns(m, &s->way);
        buf_z(&m->text, ") > (");
        for (int i = 0; i < columns_of(&s->way); i++) {
            making_arg(m, s->from[i]);
            buf_char(&m->text, ',');
        }
        making_arg(m, value_int(s->last));
        buf_char(&m->text, ')');
    }
    buf_z(&m->text, " ORDER BY ");
    all_columns(m, &s->way);
    buf_z(&m->text, " LIMIT ");
    making_arg(m, value_int(FETCH));
    return OK;
}

/* Where the walk stands: the key of a record that it has passed. */
static enum err take_place(struct search *s, const struct record *r)
{
    s->last = r->id;
    if (s->way.name) return sort_key(s->w->arena, s->way.name, r->v[s->way.name->index], &s->from[0]);
    for (int i = 0; i < s->way.key->n; i++) s->from[i] = r->v[s->way.key->field[i]->index];
    return OK;
}

/* ---- are they the same? ---- */

static enum err same_value(const struct field *f, struct value a, struct value b, bool *ret)
{
    struct buf x CLEANUP_BUF = BUF_INIT(100000), y CLEANUP_BUF = BUF_INIT(100000);
    *ret = value_eq(a, b);
    if (*ret || !folds(f) || a.tag != VAL_TEXT || b.tag != VAL_TEXT) return OK;
    utf8_fold(&x, a.s);
    utf8_fold(&y, b.s);
    TRY(buf_error(&x));
    TRY(buf_error(&y));
    *ret = str_eq(buf_view(&x), buf_view(&y));
    return OK;
}

/* Beside a name that both have, a blank on one side says nothing against it. */
static enum err same_by(const struct way *way, const struct record *a, const struct record *b, bool *ret)
{
    *ret = true;
    for (int i = 0; i < way->key->n && *ret; i++) {
        const struct field *f = way->key->field[i];
        struct value x = a->v[f->index], y = b->v[f->index];
        bool blank = x.tag == VAL_NULL || y.tag == VAL_NULL;
        if (blank)
            *ret = way->name && f != way->name;
        else
            TRY(same_value(f, x, y, ret));
    }
    return OK;
}

static bool both_have(const struct group *g, const struct record *a, const struct record *b)
{
    for (int i = 0; i < g->n; i++)
        if (a->v[g->field[i]->index].tag == VAL_NULL || b->v[g->field[i]->index].tag == VAL_NULL) return false;
    return true;
}

/* A stronger key that both have: when it says that they are the same its own way has found them, otherwise they are two. */
static bool told_before(const struct search *s, const struct record *a, const struct record *b)
{
    for (unsigned i = 0; i < s->place; i++)
        if (both_have(&s->l->key_groups[i], a, b)) return true;
    return false;
}

static enum err is_apart(struct work *w, int64_t a, int64_t b, bool *ret)
{
    const struct value key[] = {value_int(a < b ? a : b), value_int(a < b ? b : a)};
    int64_t one;
    enum err e = db_one_int(w->tx, DB_SQL(w->tx, SQL_APART_GET), key, 2, &one);
    *ret = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err are_twins(struct search *s, const struct record *a, const struct record *b, bool *ret)
{
    bool apart;
    *ret = false;
    if (told_before(s, a, b)) return OK;
    TRY(same_by(&s->way, a, b, ret));
    if (!*ret) return OK;
    TRY(is_apart(s->w, a->id, b->id, &apart));
    *ret = !apart;
    return OK;
}

/* ---- one run ---- */

static enum err add_pair(struct search *s, struct record *a, struct record *b)
{
    struct twins_pair *list = ARENA_GROW(s->w->arena, s->found.pair, s->found.n, &s->room);
    if (!list) return err_no_memory();
    bool in_order = a->id < b->id;
    s->found.pair = list;
    list[s->found.n++] = (struct twins_pair){in_order ? a : b, in_order ? b : a, s->way.key};
    return OK;
}

/* Each record with the first one that it fits: a handful of equals makes one pair fewer, not one for every two of them. */
static enum err compare(struct search *s, struct record *const *r, int n)
{
    for (int k = 1; k < n; k++) {
        bool fits = false;
        for (int i = 0; i < k && !fits; i++) {
            TRY(are_twins(s, r[i], r[k], &fits));
            if (fits) TRY(add_pair(s, r[i], r[k]));
        }
    }
    return OK;
}

static enum err end_run(struct search *s)
{
    struct record *r[TWINS_RUN];
    int n = 0, all = s->run.n;
    s->run.n = 0;
    if (all < 2) return OK;
    for (int i = 0; i < all; i++) {
        TRY(store_load(s->w, s->l, s->run.id[i], false, &r[n]));
        if (!r[n]->withdrawn) n++;
    }
    s->loaded += all;
    return compare(s, r, n);
}

static enum err row_key(struct search *s, const struct db_rows *rows)
{
    buf_reset(&s->text);
    for (int i = 0; i < columns_of(&s->way); i++) {
        value_json(&s->text, db_value(rows, i));
        buf_char(&s->text, ',');
    }
    return buf_error(&s->text);
}

/* *ret_stop: enough for one answer; the row is then not taken. */
static enum err take_row(struct search *s, const struct db_rows *rows, bool *ret_stop)
{
    TRY(row_key(s, rows));
    bool other = !str_eq(buf_view(&s->text), buf_view(&s->run.key));
    *ret_stop = false;
    if (other || s->run.n == TWINS_RUN) {
        TRY(end_run(s));
        *ret_stop = s->found.n >= s->limit || s->loaded >= TWINS_LOADED || s->found.walked >= TWINS_WALKED;
        if (*ret_stop) return OK;
        struct buf was = s->run.key;
        s->run.key = s->text;
        s->text = was;
    }
    s->last = s->run.id[s->run.n++] = db_int(rows, columns_of(&s->way));
    s->found.walked++;
    return OK;
}

/* Walk over some rows. *ret_n: how many there were. */
static enum err walk(struct search *s, int *ret_n, bool *ret_stop)
{
    struct making m;
    struct sql sql;
    struct db_rows *rows;
    bool more;
    making_start(&m, s->w);
    enum err e = walk_text(s, &m);
    if (!e) e = making_end(&m, &sql);
    if (!e && !(e = db_query(s->w->tx, &sql, m.args, m.n, &rows))) {
        for (*ret_n = 0; !(e = db_next(rows, &more)) && more; (*ret_n)++)
            if ((e = take_row(s, rows, ret_stop)) || *ret_stop) break;
        db_done(rows);
    }
    buf_release(&m.text);
    return e;
}

/* Walk one way to its end, or until there is enough. */
static enum err walk_way(struct search *s, bool *ret_stop)
{
    int n = FETCH;
    buf_reset(&s->run.key);
    s->run.n = 0;
    *ret_stop = false;
    while (n == FETCH && !*ret_stop) {
        TRY(walk(s, &n, ret_stop));
        if (n < FETCH || *ret_stop) break;
        struct record *last;
        TRY(store_load(s->w, s->l, s->last, false, &last));
        TRY(take_place(s, last));
    }
    return *ret_stop ? OK : end_run(s);
}

/* ---- the whole ---- */

/* A cursor is the number of the key and the record that was walked over last: "2.7312…"; "2.0": none yet by this key. */
static enum err go_on(struct search *s, struct str after)
{
    struct str id = after, place = str_split(&id, '.');
    struct record *r;
    int64_t key = 0;
    if (!after.p) return OK;
    bool ok = str_int(place, &key) && key >= 0 && key < s->l->keys_count && way_of(&s->l->key_groups[key], &s->way) &&
              str_int(id, &s->last);
    s->place = (unsigned)key;
    if (ok && !s->last) return OK;
    enum err e = ok ? store_load(s->w, s->l, s->last, false, &r) : ERR_NOT_FOUND;
    if (e == ERR_NOT_FOUND) return err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
    TRY(e);
    return take_place(s, r);
}

static enum err find(struct search *s)
{
    bool stop = false;
    for (; s->place < s->l->keys_count && !stop; s->place++) {
        if (!way_of(&s->l->key_groups[s->place], &s->way)) continue;
        TRY(walk_way(s, &stop));
        if (stop) break;
        s->last = 0;
    }
    if (!stop) return OK;
    s->found.next = arena_printf(s->w->arena, "%u.%lld", s->place, (long long)s->last);
    return s->found.next.p ? OK : err_no_memory();
}

enum err twins_find(struct work *w, const struct ledger *l, struct str after, int limit, struct twins *ret)
{
    struct search s = {.w = w, .l = l, .limit = limit, .run.key = BUF_INIT(KEY_MAX), .text = BUF_INIT(KEY_MAX)};
    TRY(right_need(w, l, RIGHT_SEE));
    TRY(right_need(w, l, RIGHT_MERGE));
    enum err e = go_on(&s, after);
    if (!e) e = find(&s);
    buf_release(&s.run.key);
    buf_release(&s.text);
    if (!e) *ret = s.found;
    return e;
}

enum err twins_apart(struct work *w, const struct ledger *l, int64_t a, int64_t b)
{
    const struct value row[] = {value_int(a < b ? a : b), value_int(a < b ? b : a), value_int(clock_now())};
    struct record *r;
    TRY(right_need(w, l, RIGHT_MERGE));
    TRY(store_read(w, l, a, &r));
    TRY(store_read(w, l, b, &r));
    return db_run(w->tx, DB_SQL(w->tx, SQL_APART_ADD), row, 3, NULL);
}
