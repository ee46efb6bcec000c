/* query.c — see query.h. */
#include "ledger/query.h"

#include "base/utf8.h"
#include "db/sql_build.h"
#include "ledger/load.h"
#include "ledger/plan.h"
#include "ledger/right.h"
#include "ledger/search.h"
#include "ledger/sort_key.h"

#define TEXT_MAX ((size_t)64 * 1024)
#define ARGS_MAX 256

/* A statement in the making. */
struct making {
    struct buf text;
    struct value args[ARGS_MAX];
    int n;
    bool overflow;
    const char *and; /* what goes before the next condition */
    bool by_search;  /* the rows come out of the search index "s", newest first, each looked up in the ledger */
    enum db_engine engine;
    struct arena *arena;
};

static void making_start(struct making *m, struct work *w)
{
    m->text = BUF_INIT(TEXT_MAX);
    m->n = 0;
    m->overflow = false;
    m->and = " WHERE ";
    m->by_search = false;
    m->engine = db_tx_engine(w->tx);
    m->arena = w->arena;
}

/* Append "$n" for a value. */
static void arg(struct making *m, struct value v)
{
    if (m->n == ARGS_MAX) {
        m->overflow = true;
        return;
    }
    m->args[m->n++] = v;
    buf_printf(&m->text, "$%d", m->n);
}

static void also(struct making *m)
{
    buf_z(&m->text, m->and);
    m->and = " AND ";
}

static enum err making_end(struct making *m, struct sql *ret)
{
    if (m->overflow) return err_set(ERR_TOO_BIG, "%s", _("too many conditions"));
    TRY(buf_error(&m->text));
    *ret = sql_cached(buf_view(&m->text));
    return OK;
}

/* ---- columns ---- */

#define SYSTEM_FIELD(word, column, kind, label_zh, label_en)                                                                               \
    {                                                                                                                                      \
        .name = (word), .zh = (label_zh), .en = (label_en), .type = (kind), .index = -1 - (column), .least = INT64_MIN, .most = INT64_MAX  \
    }

static const struct field system_fields[] = {
    SYSTEM_FIELD("id", COL_ID, TYPE_REFERENCE, "标识", "Id"),
    SYSTEM_FIELD("version", COL_VERSION, TYPE_INTEGER, "版本", "Version"),
    SYSTEM_FIELD("state", COL_STATE, TYPE_TEXT, "状态", "State"),
    SYSTEM_FIELD("number", COL_NUMBER, TYPE_TEXT, "编号", "Number"),
    SYSTEM_FIELD("withdrawn", COL_WITHDRAWN, TYPE_YES_NO, "已撤销", "Withdrawn"),
    SYSTEM_FIELD("successor", COL_SUCCESSOR, TYPE_REFERENCE, "并入", "Merged into"),
    SYSTEM_FIELD("created", COL_CREATED, TYPE_INSTANT, "创建时间", "Created"),
    SYSTEM_FIELD("updated", COL_UPDATED, TYPE_INSTANT, "更新时间", "Updated"),
};

const struct field *query_system_field(struct str name)
{
    for (size_t i = 0; i < sizeof system_fields / sizeof *system_fields; i++)
        if (str_is(name, system_fields[i].name)) return &system_fields[i];
    return NULL;
}

static void column(struct making *m, const struct field *f)
{
    if (f->index < 0)
        buf_printf(&m->text, "t.%s", system_columns[-1 - f->index]);
    else
        buf_printf(&m->text, "t.\"%s\"", f->name);
}

/* ---- conditions ---- */

static void scope(struct making *m, const struct actor *a, const struct ledger *l)
{
    static const char *const columns[] = {[SEES_DISTRICT] = "t._district = ",
                                          [SEES_TERRITORY] = "t._territory = ",
                                          [SEES_SECTOR] = "t._sector = ",
                                          [SEES_OWNER] = "t._owner = "};
    if (a->sees == SEES_ALL || (a->sees != SEES_NOTHING && l->scope && l->scope->public_)) return;
    also(m);
    if (a->sees == SEES_NOTHING || a->sees_id == 0) {
        buf_z(&m->text, "1 = 0");
    } else {
        buf_z(&m->text, columns[a->sees]);
        arg(m, value_int(a->sees_id));
    }
}

static void living(struct making *m, bool withdrawn)
{
    if (withdrawn) return;
    also(m);
    buf_z(&m->text, "t._withdrawn = 0");
}

/* Folded character by character, as the database's _fold() does. */
static enum err folded(struct arena *a, struct str s, struct value *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(TEXT_MAX);
    while (s.n) utf8_put(&b, utf8_fold_char(utf8_next(&s)));
    TRY(buf_error(&b));
    struct str kept = arena_str(a, buf_view(&b));
    *ret = value_text(kept);
    return kept.p ? OK : err_no_memory();
}

static enum err contains(struct making *m, const struct field *f, struct str text)
{
    struct value v;
    TRY(folded(m->arena, text, &v));
    buf_z(&m->text, m->engine == DB_SQLITE ? "instr(_fold(" : "strpos(_fold(");
    column(m, f);
    buf_z(&m->text, "),");
    arg(m, v);
    buf_z(&m->text, ") > 0");
    return OK;
}

/* As a range, so that an index serves; U+10FFFF is no character and stands behind all of them. */
static enum err begins(struct making *m, const struct field *f, struct str text)
{
    struct str end = arena_printf(m->arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(text));
    if (!end.p) return err_no_memory();
    buf_char(&m->text, '(');
    column(m, f);
    buf_z(&m->text, " >= ");
    arg(m, value_text(text));
    buf_z(&m->text, " AND ");
    column(m, f);
    buf_z(&m->text, " < ");
    arg(m, value_text(end));
    buf_char(&m->text, ')');
    return OK;
}

/* One of several values: asked of the side table. */
static void among(struct making *m, const struct ledger *l, const struct condition *c)
{
    buf_printf(&m->text, "%sEXISTS (SELECT 1 FROM ", c->op == OP_NE ? "NOT " : "");
    plan_many_name(&m->text, l, c->field);
    buf_z(&m->text, " m WHERE m.value = ");
    arg(m, c->value);
    buf_z(&m->text, " AND m.record = t._id)");
}

/* A field that gives a scope column stands there too, and the sort indexes begin with that one. */
static bool scope_column(struct making *m, const struct ledger *l, const struct field *f)
{
    static const char *const columns[SCOPE__MAX] = {[SCOPE_TERRITORY] = "t._territory", [SCOPE_SECTOR] = "t._sector"};
    for (int i = SCOPE_TERRITORY; i <= SCOPE_SECTOR; i++) {
        if (l->scope_fields[i] != f) continue;
        buf_z(&m->text, columns[i]);
        return true;
    }
    return false;
}

/* What an operator cannot be asked of, so that both engines refuse it alike. */
static enum err fits(const struct condition *c)
{
    bool pattern = c->op == OP_CONTAINS || c->op == OP_BEGINS;
    const char *why = NULL;
    if (c->value.tag == VAL_NULL && c->op != OP_EQ && c->op != OP_NE)
        why = _("%s: nothing to compare with");
    else if (pattern && (c->value.tag != VAL_TEXT || type_is_int(c->field->type)))
        why = _("%s: only a text contains or begins with something");
    else if (type_is_many(c->field->type) && !pattern && c->op != OP_EQ && c->op != OP_NE)
        why = _("%s: several values have no order");
    return why ? err_set(ERR_INVALID, why, field_label(c->field, lang_get())) : OK;
}

static enum err condition(struct making *m, const struct ledger *l, const struct condition *c)
{
    static const char *const signs[] = {
        [OP_EQ] = " = ", [OP_NE] = " <> ", [OP_LT] = " < ", [OP_LE] = " <= ", [OP_GT] = " > ", [OP_GE] = " >= "};
    TRY(fits(c));
    also(m);
    if (c->value.tag == VAL_NULL) {
        column(m, c->field);
        buf_z(&m->text, c->op == OP_EQ ? " IS NULL" : " IS NOT NULL");
        return OK;
    }
    if (type_is_many(c->field->type) && (c->op == OP_EQ || c->op == OP_NE)) {
        among(m, l, c);
        return OK;
    }
    if (c->op == OP_CONTAINS) return contains(m, c->field, c->value.s);
    if (c->op == OP_BEGINS) return begins(m, c->field, c->value.s);
    if (c->op == OP_NE) buf_char(&m->text, '(');
    if (!(c->op == OP_EQ && scope_column(m, l, c->field))) column(m, c->field);
    buf_z(&m->text, signs[c->op]);
    arg(m, c->value);
    if (c->op == OP_NE) {
        buf_z(&m->text, " OR ");
        column(m, c->field);
        buf_z(&m->text, " IS NULL)");
    }
    return OK;
}

static enum err conditions(struct making *m, const struct ledger *l, const struct condition *c, int n)
{
    if (n > QUERY_CONDITIONS_MAX) return err_set(ERR_TOO_BIG, "%s", _("too many conditions"));
    for (int i = 0; i < n; i++) TRY(condition(m, l, &c[i]));
    return OK;
}

/* In force on a day: from ≤ day < to, with open ends. */
static enum err in_force(struct making *m, const struct query *q)
{
    const struct period_rule *p = q->l->period;
    if (!q->has_on) return OK;
    if (!p) return err_set(ERR_INVALID, _("%s has no periods"), ledger_label(q->l, lang_get()));
    char text[DAY_TEXT];
    struct str day = arena_str(m->arena, str_of(day_text(q->on, text)));
    if (!day.p) return err_no_memory();
    static const char *const signs[] = {" <= ", " > "};
    const struct field *ends[] = {p->from_field, p->to_field};
    for (int i = 0; i < 2; i++) {
        also(m);
        buf_char(&m->text, '(');
        column(m, ends[i]);
        buf_z(&m->text, " IS NULL OR ");
        column(m, ends[i]);
        buf_z(&m->text, signs[i]);
        arg(m, value_text(day));
        buf_char(&m->text, ')');
    }
    return OK;
}

static enum err search(struct making *m, const struct query *q, const struct actor *a)
{
    struct str match;
    if (!q->search.p) return OK;
    TRY(search_match(m->arena, m->engine, a, q->l, q->search, SEARCH_IN_ALL, &match));
    also(m);
    if (!match.p) {
        buf_z(&m->text, "1 = 0");
        return OK;
    }
    if (m->by_search) {
        buf_z(&m->text, "s._search MATCH ");
        arg(m, value_text(match));
        buf_z(&m->text, " AND t._id = s.rowid");
        return OK;
    }
    if (m->engine == DB_SQLITE) {
        buf_z(&m->text, "t._id IN (SELECT rowid FROM _search WHERE _search MATCH ");
        arg(m, value_text(match));
    } else {
        buf_z(&m->text, "t._id IN (SELECT id FROM _search WHERE terms @@ CAST(");
        arg(m, value_text(match));
        buf_z(&m->text, " AS tsquery)");
    }
    buf_char(&m->text, ')');
    return OK;
}

static enum err where(struct making *m, const struct work *w, const struct query *q)
{
    scope(m, w->actor, q->l);
    living(m, q->withdrawn);
    TRY(conditions(m, q->l, q->where, q->where_n));
    TRY(in_force(m, q));
    return search(m, q, w->actor);
}

/* ---- pages ---- */

/* A cursor is the id of the last row and, behind a point, its sort key: "123", "123.i-5", "123.t<hex>". */
static enum err cursor_make(struct arena *a, const struct query *q, int64_t id, struct value key, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    buf_int(&b, id);
    if (q->sort) {
        buf_z(&b, key.tag == VAL_INT ? ".i" : ".t");
        if (key.tag == VAL_INT)
            buf_int(&b, key.i);
        else
            buf_hex(&b, key.s.p, key.s.n);
    }
    TRY(buf_error(&b));
    *ret = arena_str(a, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static bool unhex(struct arena *a, struct str hex, struct str *ret)
{
    char *out = arena_alloc(a, hex.n / 2 + 1);
    if (hex.n % 2 || !out) return false;
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return false;
        out[i / 2] = (char)(i % 2 ? out[i / 2] | digit : digit << 4);
    }
    *ret = (struct str){out, hex.n / 2};
    return utf8_valid(*ret);
}

static enum err cursor_read(struct arena *a, const struct query *q, int64_t *ret_id, struct value *ret_key)
{
    struct str rest = q->after, id = str_split(&rest, '.');
    bool ok = str_int(id, ret_id) && (q->sort != NULL) == (rest.p != NULL);
    if (ok && q->sort) {
        int64_t n;
        struct str text;
        char kind = rest.n ? rest.p[0] : '?';
        rest = str_from(rest, 1);
        if (kind == 'i' && type_is_int(q->sort->type) && str_int(rest, &n))
            *ret_key = value_int(n);
        else if (kind == 't' && !type_is_int(q->sort->type) && unhex(a, rest, &text))
            *ret_key = value_text(text);
        else
            ok = false;
    }
    return ok ? OK : err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
}

static const char *id_column(const struct making *m)
{
    return m->by_search ? "s.rowid" : "t._id";
}

static enum err go_on(struct making *m, const struct query *q)
{
    int64_t id;
    struct value key = VALUE_NULL;
    if (!q->after.p) return OK;
    TRY(cursor_read(m->arena, q, &id, &key));
    also(m);
    const char *sign = q->sort && !q->descending ? ">" : "<";
    if (q->sort) {
        buf_printf(&m->text, "(t.\"_s_%s\",t._id) %s (", q->sort->name, sign);
        arg(m, key);
        buf_char(&m->text, ',');
        arg(m, value_int(id));
        buf_char(&m->text, ')');
    } else {
        buf_printf(&m->text, "%s %s ", id_column(m), sign);
        arg(m, value_int(id));
    }
    return OK;
}

static void order(struct making *m, const struct query *q)
{
    const char *direction = q->sort && !q->descending ? "" : " DESC";
    buf_z(&m->text, " ORDER BY ");
    if (q->sort) buf_printf(&m->text, "t.\"_s_%s\"%s,", q->sort->name, direction);
    buf_printf(&m->text, "%s%s LIMIT ", id_column(m), direction);
}

/* FTS5 gives ids in descending order, one by one; so a page newest first stops after its last row, where "_id IN (…)" would
 * gather all hits of a common word. Where a condition names one value there may be few rows, and an index knows them. */
static bool is_by_search(enum db_engine engine, const struct query *q)
{
    bool by = engine == DB_SQLITE && q->search.p && !q->sort;
    for (int i = 0; by && i < q->where_n; i++) by = q->where[i].op != OP_EQ;
    return by;
}

/* System columns, the wanted fields, then the sort key. */
static void wanted(struct making *m, const struct query *q)
{
    buf_z(&m->text, "SELECT ");
    for (int i = 0; i < COL__MAX; i++) buf_printf(&m->text, i ? ",t.%s" : "t.%s", system_columns[i]);
    for (int i = 0; i < q->fields_n; i++) {
        buf_char(&m->text, ',');
        column(m, q->fields[i]);
    }
    if (q->sort) buf_printf(&m->text, ",t.\"_s_%s\"", q->sort->name);
    buf_printf(&m->text, m->by_search ? " FROM _search s CROSS JOIN \"%s\" t" : " FROM \"%s\" t", q->l->ledger);
}

static enum err take(struct work *w, const struct query *q, const struct db_rows *rows, struct record **ret)
{
    struct record *r = record_new(w->arena, q->l);
    if (!r) return err_no_memory();
    TRY(load_columns(w, rows, q->fields, q->fields_n, r));
    for (int i = 0; i < q->fields_n; i++) r->given[q->fields[i]->index] = true;
    *ret = r;
    return OK;
}

static enum err fill_page(struct work *w, const struct query *q, struct db_rows *rows, int limit, struct page *ret)
{
    bool more;
    int64_t last = 0;
    struct value key = VALUE_NULL;
    TRY(db_next(rows, &more));
    while (more && ret->n < limit) {
        TRY(take(w, q, rows, &ret->record[ret->n++]));
        last = db_int(rows, COL_ID);
        if (q->sort && ret->n == limit) {
            key = db_value(rows, COL__MAX + q->fields_n);
            if (key.tag == VAL_TEXT && !(key.s = arena_str(w->arena, key.s)).p) return err_no_memory();
        }
        TRY(db_next(rows, &more));
    }
    return more ? cursor_make(w->arena, q, last, key, &ret->next) : OK;
}

static enum err all_fields(struct work *w, struct query *q)
{
    const struct plan *p = store_plan(w->store, q->l);
    if (q->fields) return OK;
    q->fields = p->fields;
    q->fields_n = p->columns - COL__MAX;
    return OK;
}

enum err query_list(struct work *w, const struct query *asked, struct page *ret)
{
    struct query q = *asked;
    struct making m;
    struct sql s;
    struct db_rows *rows;
    int limit = q.limit <= 0 ? 50 : q.limit < QUERY_LIMIT_MAX ? q.limit : QUERY_LIMIT_MAX;
    TRY(right_need(w, q.l, RIGHT_SEE));
    if (q.sort && !q.sort->sort) {
        err_set(ERR_INVALID, _("%s: lists cannot be sorted by this field"), field_label(q.sort, lang_get()));
        return err_field(q.sort->name);
    }
    TRY(all_fields(w, &q));
    *ret = (struct page){.record = arena_array(w->arena, struct record *, limit)};
    if (!ret->record) return err_no_memory();
    making_start(&m, w);
    m.by_search = is_by_search(m.engine, &q);
    wanted(&m, &q);
    enum err e = where(&m, w, &q);
    if (!e) e = go_on(&m, &q);
    if (!e) {
        order(&m, &q);
        arg(&m, value_int(limit + 1));
        e = making_end(&m, &s);
    }
    if (!e && !(e = db_query(w->tx, &s, m.args, m.n, &rows))) {
        e = fill_page(w, &q, rows, limit, ret);
        db_done(rows);
    }
    buf_release(&m.text);
    return e;
}

enum err query_all(struct work *w, const struct query *asked, int most, struct page *ret)
{
    struct query q = *asked;
    struct page all = {0};
    int room = 0;
    if (!q.limit) q.limit = QUERY_LIMIT_MAX;
    do {
        struct page p;
        TRY(query_list(w, &q, &p));
        if (p.n + (p.next.p != NULL) > most - all.n) return err_set(ERR_TOO_BIG, _("more than %d records of “%s”"), most, q.l->ledger);
        for (int i = 0; i < p.n; i++) {
            if (!(all.record = ARENA_GROW(w->arena, all.record, all.n, &room))) return err_no_memory();
            all.record[all.n++] = p.record[i];
        }
        q.after = p.next;
    } while (q.after.p);
    *ret = all;
    return OK;
}

enum err query_count(struct work *w, const struct query *q, int64_t *ret)
{
    struct making m;
    struct sql s;
    TRY(right_need(w, q->l, RIGHT_SEE));
    making_start(&m, w);
    buf_printf(&m.text, "SELECT count(*) FROM \"%s\" t", q->l->ledger);
    enum err e = where(&m, w, q);
    if (!e) e = making_end(&m, &s);
    if (!e) e = db_one_int(w->tx, &s, m.args, m.n, ret);
    buf_release(&m.text);
    return e;
}

static enum err run_ids(struct work *w, struct making *m, int64_t *ids, int room, int *ret)
{
    struct sql s;
    struct db_rows *rows;
    bool more;
    buf_z(&m->text, " ORDER BY t._id LIMIT ");
    arg(m, value_int(room));
    TRY(making_end(m, &s));
    TRY(db_query(w->tx, &s, m->args, m->n, &rows));
    enum err e;
    int n = 0;
    while (!(e = db_next(rows, &more)) && more && n < room) ids[n++] = db_int(rows, 0);
    db_done(rows);
    *ret = n;
    return e;
}

enum err query_ids(struct work *w, const struct ledger *l, const struct condition *c, int n, bool withdrawn, int64_t *ids, int room,
                   int *ret)
{
    struct making m;
    making_start(&m, w);
    buf_printf(&m.text, "SELECT t._id FROM \"%s\" t", l->ledger);
    living(&m, withdrawn);
    enum err e = conditions(&m, l, c, n);
    if (!e) e = run_ids(w, &m, ids, room, ret);
    buf_release(&m.text);
    return e;
}

/* `a < b` where either may be open: said only when both are known. */
static void before(struct making *m, const struct field *f, const char *sign, struct value v)
{
    if (v.tag == VAL_NULL) return;
    also(m);
    buf_char(&m->text, '(');
    column(m, f);
    buf_z(&m->text, " IS NULL OR ");
    column(m, f);
    buf_z(&m->text, sign);
    arg(m, v);
    buf_char(&m->text, ')');
}

enum err query_overlap(struct work *w, const struct record *r, int64_t *ret)
{
    const struct period_rule *p = r->l->period;
    struct making m;
    int n = 0;
    enum err e = OK;
    making_start(&m, w);
    buf_printf(&m.text, "SELECT t._id FROM \"%s\" t", r->l->ledger);
    living(&m, false);
    also(&m);
    buf_z(&m.text, "t._id <> ");
    arg(&m, value_int(r->id));
    for (int i = 0; !e && i < p->group.n; i++) {
        const struct field *f = p->group.field[i];
        struct condition same = {f, OP_EQ, r->v[f->index]};
        /* Several values count as the same when they are written the same. */
        if (type_is_many(f->type) && same.value.tag != VAL_NULL) {
            also(&m);
            column(&m, f);
            buf_z(&m.text, " = ");
            arg(&m, same.value);
        } else {
            e = condition(&m, r->l, &same);
        }
    }
    before(&m, p->to_field, " > ", r->v[p->from_field->index]);
    before(&m, p->from_field, " < ", r->v[p->to_field->index]);
    if (!e) e = run_ids(w, &m, ret, 1, &n);
    if (!e && !n) *ret = 0;
    buf_release(&m.text);
    return e;
}
