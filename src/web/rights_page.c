/* rights_page.c — /rights: the matrix of roles and ledgers, as the program has it in force; /rights?role= one role in detail. */
#include "ledger/query.h"
#include "ledgers.h"
#include "overview.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

#define ROWS_MOST 1000
#define LEDGER_LOG STR("_log")

struct rights_page {
    struct request *rq;
    enum role role; /* ROLE_NONE: all of them */
    struct page rows;
    struct overview_view v;
    struct view_section section;
};

static bool is_shown(enum role r)
{
    return r > ROLE_CONSOLE && r < ROLE__MAX;
}

static bool has(const struct rights_page *p, enum role role, const struct ledger *l, enum right_action action)
{
    const struct actor a = {.role = role};
    return right_may(p->rq->store, &a, l, action);
}

static bool has_log(const struct rights_page *p, enum role role)
{
    const struct actor a = {.role = role};
    return right_may_log(p->rq->store, &a);
}

/* Verbs of its flow that the role may use; NULL stands for none of its own. */
static enum err verbs_of(const struct rights_page *p, enum role role, const struct ledger *l, struct str *ret)
{
    const struct actor a = {.role = role};
    struct buf b CLEANUP_BUF = BUF_INIT(65536);
    for (unsigned i = 0; i < l->verbs_count; i++) {
        const struct verb *v = &l->verbs[i];
        bool again = false; /* a verb with two rows in the table of the flow */
        for (unsigned k = 0; k < i; k++) again |= strcmp(l->verbs[k].name, v->name) == 0;
        if (again || !right_may_verb(p->rq->store, &a, l, str_of(v->name))) continue;
        buf_printf(&b, "%s%s", b.n ? _(", ") : "", p->rq->lang == LANG_ZH ? v->zh : v->en);
    }
    TRY(buf_error(&b));
    *ret = b.n ? arena_str(p->rq->arena, buf_view(&b)) : STR_NONE;
    return OK;
}

/* ---- all roles ---- */

static struct str role_url(const struct rights_page *p, enum role role)
{
    return arena_printf(p->rq->arena, "/rights?role=%s", role_word(role));
}

static struct view_cell level(const struct rights_page *p, enum role role, const struct ledger *l)
{
    bool sees = has(p, role, l, RIGHT_SEE), writes = false;
    for (int a = RIGHT_CREATE; a <= RIGHT_IMPORT; a++) writes |= has(p, role, l, (enum right_action)a);
    if (writes) return (struct view_cell){.text = str_of(_("writes")), .tone = TONE_GOOD, .url = role_url(p, role)};
    if (sees) return (struct view_cell){.text = str_of(_("reads")), .url = role_url(p, role)};
    return (struct view_cell){.text = STR("—"), .tone = TONE_MUTED};
}

static enum err matrix_row(const struct rights_page *p, const struct ledger *l, struct view_row *out)
{
    struct view_cell *c = arena_array(p->rq->arena, struct view_cell, ROLE__MAX);
    int n = 0;
    if (!c) return err_no_memory();
    c[n++].text = l ? str_of(ledger_label(l, p->rq->lang)) : str_of(_("Event log"));
    for (enum role r = ROLE_SYSTEM_ADMIN; r < ROLE__MAX; r++) {
        if (l)
            c[n++] = level(p, r, l);
        else if (has_log(p, r))
            c[n++] = (struct view_cell){.text = str_of(_("reads"))};
        else
            c[n++] = (struct view_cell){.text = STR("—"), .tone = TONE_MUTED};
    }
    out->cell = c;
    return OK;
}

static enum err fill_matrix(struct rights_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct column *c = arena_array(p->rq->arena, struct column, ROLE__MAX);
    struct view_row *row = arena_array(p->rq->arena, struct view_row, reg->n + 1);
    int columns = 0, rows = 0;
    if (!c || !row) return err_no_memory();
    c[columns++] = (struct column){.label = str_of(_("Ledger")), .kind = COLUMN_TITLE};
    for (enum role r = ROLE_SYSTEM_ADMIN; r < ROLE__MAX; r++) c[columns++] = (struct column){.label = str_of(role_label(r))};
    for (int i = 0; i < reg->n; i++)
        if (!reg->ledgers[i]->parent) TRY(matrix_row(p, reg->ledgers[i], &row[rows++]));
    TRY(matrix_row(p, NULL, &row[rows++]));
    p->section = (struct view_section){.label = str_of(_("Roles and ledgers"))};
    p->section.table = (struct view_table){p->section.label, c, columns, row, rows};
    return OK;
}

/* ---- one role ---- */

/* The row of the table that says it: of the ledger itself, otherwise that of "*", which does not reach accounts, rights and the log. */
static const struct record *row_of(const struct rights_page *p, struct str ledger)
{
    const struct record *every = NULL;
    bool apart = str_is(ledger, "account") || str_is(ledger, "right") || str_eq(ledger, LEDGER_LOG);
    for (int i = 0; i < p->rows.n; i++) {
        struct str on = right_on_ledger(p->rows.record[i]);
        if (str_eq(on, ledger)) return p->rows.record[i];
        if (str_is(on, "*") && !apart) every = p->rows.record[i];
    }
    return every;
}

static enum err role_row(const struct rights_page *p, const struct ledger *l, struct view_row *out)
{
    struct view_cell *c = arena_array(p->rq->arena, struct view_cell, RIGHT__MAX + 3);
    struct str name = l ? str_of(l->ledger) : LEDGER_LOG;
    const struct record *row = row_of(p, name);
    int n = 0;
    if (!c) return err_no_memory();
    c[n++].text = l ? str_of(ledger_label(l, p->rq->lang)) : str_of(_("Event log"));
    for (int a = 0; a < RIGHT__MAX; a++) {
        bool may = l ? has(p, p->role, l, (enum right_action)a) : a == RIGHT_SEE && has_log(p, p->role);
        c[n++] = may ? (struct view_cell){.text = STR("✓"), .tone = TONE_GOOD} : (struct view_cell){.text = STR("—"), .tone = TONE_MUTED};
    }
    if (l) TRY(verbs_of(p, p->role, l, &c[n].text));
    n++;
    if (row) c[n] = (struct view_cell){.text = right_on_ledger(row), .url = cell_url(p->rq->arena, row->l, row->id, "")};
    out->cell = c;
    return OK;
}

static enum err fill_role(struct rights_page *p)
{
    const struct registry *reg = p->rq->store->registry;
    struct column *c = arena_array(p->rq->arena, struct column, RIGHT__MAX + 3);
    struct view_row *row = arena_array(p->rq->arena, struct view_row, reg->n + 1);
    int columns = 0, rows = 0;
    if (!c || !row) return err_no_memory();
    c[columns++] = (struct column){.label = str_of(_("Ledger")), .kind = COLUMN_TITLE};
    for (int a = 0; a < RIGHT__MAX; a++) c[columns++] = (struct column){.label = str_of(right_action_label((enum right_action)a))};
    c[columns++] = (struct column){.label = str_of(_("Verbs of its flow"))};
    c[columns++] = (struct column){.label = str_of(_("By the row")), .kind = COLUMN_CODE};
    for (int i = 0; i < reg->n; i++)
        if (!reg->ledgers[i]->parent) TRY(role_row(p, reg->ledgers[i], &row[rows++]));
    TRY(role_row(p, NULL, &row[rows++]));
    p->section = (struct view_section){.label = str_of(role_label(p->role))};
    if (role_is_administrative(p->role))
        p->section.help = str_of(_("The rights of the three administrative roles came with the system and cannot be changed."));
    else if (right_may(p->rq->store, &p->rq->session.actor, right_ledger(reg), RIGHT_CREATE))
        p->section.new_url = STR("/l/right/new");
    p->section.table = (struct view_table){p->section.label, c, columns, row, rows};
    return OK;
}

/* ---- the whole ---- */

static enum err fill_tabs(struct rights_page *p)
{
    struct view_link *tab = arena_array(p->rq->arena, struct view_link, ROLE__MAX);
    if (!tab) return err_no_memory();
    tab[p->v.tab_count++] = (struct view_link){str_of(_("All")), STR("/rights"), p->role == ROLE_NONE};
    for (enum role r = ROLE_SYSTEM_ADMIN; r < ROLE__MAX; r++)
        tab[p->v.tab_count++] = (struct view_link){str_of(role_label(r)), role_url(p, r), r == p->role};
    p->v.tab = tab;
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct rights_page *p = arg;
    const struct ledger *l = right_ledger(w->store->registry);
    struct condition of = {right_field_role(l), OP_EQ, value_text(str_of(role_word(p->role)))};
    p->v = (struct overview_view){.title = str_of(_("Rights of the roles")), .section = &p->section, .section_count = 1};
    p->v.help = str_of(
        _("What a role may do on which ledger; what is not here is forbidden. Which records of a ledger it is done to follows "
          "from the post."));
    if (p->role != ROLE_NONE) TRY(query_all(w, &(struct query){.l = l, .where = &of, .where_n = 1}, ROWS_MOST, &p->rows));
    TRY(p->role == ROLE_NONE ? fill_matrix(p) : fill_role(p));
    TRY(fill_tabs(p));
    return page_shell(w, p->rq, p->v.title, l, &p->v.shell);
}

static enum err rights_page(struct request *rq)
{
    struct rights_page *p = arena_new(rq->arena, struct rights_page);
    struct str role = request_query(rq, "role");
    if (!p) return err_no_memory();
    p->rq = rq;
    if (role.p && (!role_parse(role, &p->role) || !is_shown(p->role))) return err_set(ERR_NOT_FOUND, "%s", _("there is no such role"));
    TRY(web_view(rq, make_page, p));
    view_overview(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route rights_routes[] = {
    ROUTE(GET, "/rights", MAY_ON(RIGHT_SEE, "right"), TAKES_NOTHING, rights_page),
    ROUTE_END,
};
