/* query_text.c — see query_text.h. */
#include "ledger/query_text.h"

#include "base/utf8.h"
#include "db/sql_build.h"
#include "ledger/plan.h"
#include "ledger/search.h"
#include "ledger/sort_key.h"

#define TEXT_MAX ((size_t)64 * 1024)

void making_start(struct making *m, struct work *w)
{
    m->text = BUF_INIT(TEXT_MAX);
    m->n = 0;
    m->overflow = false;
    m->and = " WHERE ";
    m->by_value = NULL;
    m->each = false;
    m->by_search = false;
    m->engine = db_tx_engine(w->tx);
    m->arena = w->arena;
}

/* Append "$n" for a value. */
void making_arg(struct making *m, struct value v)
{
    if (m->n == ARGS_MAX) {
        m->overflow = true;
        return;
    }
    m->args[m->n++] = v;
    buf_char(&m->text, '$');
    buf_int(&m->text, m->n);
}

void making_and(struct making *m)
{
    buf_z(&m->text, m->and);
    m->and = " AND ";
}

enum err making_end(struct making *m, struct sql *ret)
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

void making_column(struct making *m, const struct field *f)
{
    buf_z(&m->text, f->index < 0 ? "t." : "t.\"");
    buf_z(&m->text, f->index < 0 ? system_columns[-1 - f->index] : f->name);
    if (f->index >= 0) buf_char(&m->text, '"');
}

/* ---- conditions ---- */

/* The same once more as an index knows it: nothing is indexed by owner, but who owns is in the row or next to it. */
static void owner(struct making *m, int64_t id, const struct ledger *l)
{
    const struct field *f = l->scope_from && l->scope_from->target->owner_is_self ? l->scope_from : l->scope_fields[SCOPE_OWNER];
    if (!f && !l->owner_is_self) return;
    making_and(m);
    making_column(m, l->owner_is_self ? query_system_field(STR("id")) : f);
    buf_z(&m->text, " = ");
    making_arg(m, value_int(id));
}

static void scope(struct making *m, const struct actor *a, const struct ledger *l)
{
    static const char *const columns[] = {[SEES_DISTRICT] = "t._district = ",
                                          [SEES_TERRITORY] = "t._territory = ",
                                          [SEES_SECTOR] = "t._sector = ",
                                          [SEES_OWNER] = "t._owner = "};
    if (a->sees == SEES_ALL || (a->sees != SEES_NOTHING && l->scope && l->scope->public_)) return;
    making_and(m);
    if (a->sees == SEES_NOTHING || a->sees_id == 0) {
        buf_z(&m->text, "1 = 0");
    } else {
        buf_z(&m->text, columns[a->sees]);
        making_arg(m, value_int(a->sees_id));
        if (a->sees == SEES_OWNER) owner(m, a->sees_id, l);
    }
}

void making_living(struct making *m, bool withdrawn)
{
    if (withdrawn) return;
    making_and(m);
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
    making_column(m, f);
    buf_z(&m->text, "),");
    making_arg(m, v);
    buf_z(&m->text, ") > 0");
    return OK;
}

/* As a range, so that an index serves; U+10FFFF is no character and stands behind all of them. */
static enum err begins(struct making *m, const struct field *f, struct str text)
{
    struct str end = arena_printf(m->arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(text));
    if (!end.p) return err_no_memory();
    buf_char(&m->text, '(');
    making_column(m, f);
    buf_z(&m->text, " >= ");
    making_arg(m, value_text(text));
    buf_z(&m->text, " AND ");
    making_column(m, f);
    buf_z(&m->text, " < ");
    making_arg(m, value_text(end));
    buf_char(&m->text, ')');
    return OK;
}

/* One of several values, in the row itself: "|a|b|". */
static enum err among_held(struct making *m, const struct condition *c)
{
    struct value v = c->value;
    struct str piece = v.tag == VAL_INT ? arena_printf(m->arena, "|%lld|", (long long)v.i) : arena_printf(m->arena, "|%.*s|", STR_ARG(v.s));
    if (!piece.p) return err_no_memory();
    if (c->op == OP_NE) buf_z(&m->text, "NOT coalesce(");
    buf_z(&m->text, m->engine == DB_SQLITE ? "instr(" : "strpos(");
    making_column(m, c->field);
    buf_char(&m->text, ',');
    making_arg(m, value_text(piece));
    buf_z(&m->text, ") > 0");
    if (c->op == OP_NE) buf_z(&m->text, m->engine == DB_SQLITE ? ",0)" : ",false)");
    return OK;
}

/* The same asked of the side table. */
static void among(struct making *m, const struct ledger *l, const struct condition *c)
{
    if (c == m->by_value) {
        buf_z(&m->text, "t._id IN (SELECT m.record FROM ");
        plan_many_name(&m->text, l, c->field);
        buf_z(&m->text, " m WHERE m.value = ");
        making_arg(m, c->value);
        buf_char(&m->text, ')');
        return;
    }
    buf_printf(&m->text, "%sEXISTS (SELECT 1 FROM ", c->op == OP_NE ? "NOT " : "");
    plan_many_name(&m->text, l, c->field);
    buf_z(&m->text, " m WHERE m.value = ");
    making_arg(m, c->value);
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

enum err making_condition(struct making *m, const struct ledger *l, const struct condition *c)
{
    static const char *const signs[] = {
        [OP_EQ] = " = ", [OP_NE] = " <> ", [OP_LT] = " < ", [OP_LE] = " <= ", [OP_GT] = " > ", [OP_GE] = " >= "};
    TRY(fits(c));
    making_and(m);
    if (c->value.tag == VAL_NULL) {
        making_column(m, c->field);
        buf_z(&m->text, c->op == OP_EQ ? " IS NULL" : " IS NOT NULL");
        return OK;
    }
    if (type_is_many(c->field->type) && (c->op == OP_EQ || c->op == OP_NE)) {
        if (m->each) return among_held(m, c);
        among(m, l, c);
        return OK;
    }
    if (c->op == OP_CONTAINS) return contains(m, c->field, c->value.s);
    if (c->op == OP_BEGINS) return begins(m, c->field, c->value.s);
    if (c->op == OP_NE) buf_char(&m->text, '(');
    if (!(c->op == OP_EQ && scope_column(m, l, c->field))) making_column(m, c->field);
    buf_z(&m->text, signs[c->op]);
    making_arg(m, c->value);
    if (c->op == OP_NE) {
        buf_z(&m->text, " OR ");
        making_column(m, c->field);
        buf_z(&m->text, " IS NULL)");
    }
    return OK;
}

enum err making_conditions(struct making *m, const struct ledger *l, const struct condition *c, int n)
{
    if (n > QUERY_CONDITIONS_MAX) return err_set(ERR_TOO_BIG, "%s", _("too many conditions"));
    for (int i = 0; i < n; i++) TRY(making_condition(m, l, &c[i]));
    return OK;
}

static void chosen(struct making *m, const struct query *q)
{
    if (!q->ids_n) return;
    making_and(m);
    buf_z(&m->text, "t._id IN (");
    for (int i = 0; i < q->ids_n; i++) {
        if (i) buf_char(&m->text, ',');
        making_arg(m, value_int(q->ids[i]));
    }
    buf_char(&m->text, ')');
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
        making_and(m);
        buf_char(&m->text, '(');
        making_column(m, ends[i]);
        buf_z(&m->text, " IS NULL OR ");
        making_column(m, ends[i]);
        buf_z(&m->text, signs[i]);
        making_arg(m, value_text(day));
        buf_char(&m->text, ')');
    }
    return OK;
}

static enum err search(struct making *m, const struct query *q, const struct actor *a)
{
    struct str match;
    if (!q->search.p) return OK;
    TRY(search_match(m->arena, m->engine, a, q->l, q->search, SEARCH_IN_ALL, &match));
    making_and(m);
    if (!match.p) {
        buf_z(&m->text, "1 = 0");
        return OK;
    }
    if (m->by_search) {
        buf_z(&m->text, "s._search MATCH ");
        making_arg(m, value_text(match));
        buf_z(&m->text, " AND t._id = s.rowid");
        return OK;
    }
    if (m->engine == DB_SQLITE) {
        buf_z(&m->text, "t._id IN (SELECT rowid FROM _search WHERE _search MATCH ");
        making_arg(m, value_text(match));
    } else {
        buf_z(&m->text, "t._id IN (SELECT id FROM _search WHERE terms @@ CAST(");
        making_arg(m, value_text(match));
        buf_z(&m->text, " AS tsquery)");
    }
    buf_char(&m->text, ')');
    return OK;
}

enum err making_where(struct making *m, const struct work *w, const struct query *q)
{
    scope(m, w->actor, q->l);
    making_living(m, q->withdrawn);
    chosen(m, q);
    TRY(making_conditions(m, q->l, q->where, q->where_n));
    TRY(in_force(m, q));
    return search(m, q, w->actor);
}

/* ---- lists that read no more than so many rows ---- */

const struct condition *query_equality(const struct query *q, const struct field *f)
{
    for (int i = 0; i < q->where_n; i++)
        if (q->where[i].field == f && q->where[i].op == OP_EQ && q->where[i].value.tag != VAL_NULL) return &q->where[i];
    return NULL;
}

/* Does an index begin with this field, or with fields that are all given and then this one? */
static bool indexed(const struct query *q, const struct field *f)
{
    const struct ledger *l = q->l;
    if (f->unique || (f->type == TYPE_REFERENCE && f->index >= 0)) return true;
    for (unsigned i = 0; i < l->keys_count + l->indexes_count; i++) {
        const struct group *g = i < l->keys_count ? &l->key_groups[i] : &l->index_groups[i - l->keys_count];
        if (i < l->keys_count && !plan_key_has_index(g)) continue;
        for (int k = 0; k < g->n; k++) {
            if (g->field[k] == f) return true;
            if (!query_equality(q, g->field[k])) break;
        }
    }
    return false;
}

/* Does an index lead to the rows of a condition? Then it is part of the walk; otherwise it is asked of every row on the way. */
static bool served(const struct query *q, const struct condition *c)
{
    if (c->field->index == -1 - COL_ID && !q->sort && c->op != OP_NE) return true;
    if (c->op != OP_EQ || c->value.tag == VAL_NULL || type_is_many(c->field->type)) return false;
    return c->field->index < 0 ? -1 - c->field->index == COL_ID || -1 - c->field->index == COL_NUMBER : indexed(q, c->field);
}

/* What a condition says about the sort key of its field, which is indexed: equal values have equal keys, and where the key is the
 * value itself an end of the sorted list need not be walked. */
static enum err by_key(struct making *m, const struct query *q, const struct condition *c)
{
    static const char *const signs[] = {[OP_EQ] = "=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">="};
    const struct field *f = c->field;
    bool is_value = f == q->sort && (type_is_int(f->type) || f->type == TYPE_DATE) && c->op >= OP_LT && c->op <= OP_GE;
    struct value key, unknown;
    if (!f->sort || c->value.tag == VAL_NULL || !(c->op == OP_EQ || is_value)) return OK;
    TRY(fits(c));
    TRY(sort_key(m->arena, f, c->value, &key));
    TRY(sort_key(m->arena, f, VALUE_NULL, &unknown));
    making_and(m);
    buf_printf(&m->text, "t.\"_s_%s\" %s ", f->name, signs[c->op]);
    making_arg(m, key);
    if (c->op != OP_LT && c->op != OP_LE) return OK;
    buf_printf(&m->text, " AND t.\"_s_%s\" > ", f->name);
    making_arg(m, unknown);
    return OK;
}

/* The conditions that say which rows are walked over, and those that each of them is asked. */
enum err making_walked(struct making *m, const struct work *w, const struct query *q)
{
    scope(m, w->actor, q->l);
    making_living(m, q->withdrawn);
    chosen(m, q);
    for (int i = 0; i < q->where_n; i++)
        TRY(served(q, &q->where[i]) ? making_condition(m, q->l, &q->where[i]) : by_key(m, q, &q->where[i]));
    return search(m, q, w->actor);
}

enum err making_asked(struct making *m, const struct query *q)
{
    if (q->where_n > QUERY_CONDITIONS_MAX) return err_set(ERR_TOO_BIG, "%s", _("too many conditions"));
    m->each = true;
    for (int i = 0; i < q->where_n; i++)
        if (!served(q, &q->where[i])) TRY(making_condition(m, q->l, &q->where[i]));
    TRY(in_force(m, q));
    m->each = false;
    return OK;
}

bool query_walks(const struct query *q)
{
    bool all = !q->has_on;
    for (int i = 0; i < q->where_n; i++) all &= served(q, &q->where[i]);
    return q->walk > 0 && !all;
}
