/* bulk.c — the same thing done to several records of a list: POST /l/LEDGER/bulk with `ids` and `do`.
 *
 * First a page shows the records chosen and asks, once, what the verb needs. Sent with `sure=1`, each record is done in a savepoint of
 * its own within one transaction: those that cannot go stay as they are, and a page says why. An id is sent back with the version
 * that was shown, so that nothing is done twice or to a record that somebody has changed meanwhile.
 */
#include "web/bulk.h"

#include "bulk.html.h"
#include "ledger/flow.h"
#include "ledger/query.h"
#include "web/cell.h"
#include "web/form_field.h"
#include "web/listing.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

enum bulk_kind { BULK_VERB, BULK_WITHDRAW, BULK_RESTORE, BULK_EXPORT };

static const struct {
    const char *word, *label;
    enum bulk_kind kind;
    enum right_action right;
} plain[] = {
    {"export.xlsx", N_("Export to Excel"), BULK_EXPORT, RIGHT_EXPORT},
    {"withdraw", N_("Withdraw"), BULK_WITHDRAW, RIGHT_WITHDRAW},
    {"restore", N_("Bring back"), BULK_RESTORE, RIGHT_WITHDRAW},
};
#define PLAIN ((int)(sizeof plain / sizeof *plain))

struct chosen {          /* one record */
    int64_t id, version; /* 0: whatever it is now */
    struct str why;      /* it was not done; STR_NONE: it was */
};

struct bulk_page {
    struct request *rq;
    const struct ledger *l;
    enum bulk_kind kind;
    const struct verb *verb; /* BULK_VERB */
    struct str act, label, back;
    struct chosen *row;
    int rows, done;
    struct str *text, *error; /* by field; without a verb the first error is that of the reason */
    struct record *draft;
    struct str reason;
    struct page page; /* the records, as they stand */
    struct bulk_view v;
    struct bulk_done_view end;
};

/* ---- what may be done ---- */

static bool in(char **list, unsigned n, const char *word)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

/* Does a page of its own do this verb, because it takes more than fields? */
static bool has_own_page(struct arena *a, const struct ledger *l, const struct verb *v)
{
    struct str arg[ROUTE_ARGS], path = arena_printf(a, "/l/%s/1/do/%s", l->ledger, v->name);
    bool other;
    const struct route *r = path.p ? route_find(web_routes, METHOD_GET, path, arg, &other) : NULL;
    return !r || r->may.permit != PERMIT_VERB;
}

/* Rows and files are asked of one record at a time; a rule of the program asks nobody. */
static bool is_for_many(struct arena *a, const struct ledger *l, const struct verb *v)
{
    if (!v->from_count || flow_by_rule(v) || has_own_page(a, l, v)) return false;
    for (unsigned i = 0; i < v->needs_count; i++) {
        enum field_type type = ledger_field(l, str_of(v->needs[i]))->type;
        if (type == TYPE_ROWS || type == TYPE_FILES) return false;
    }
    return true;
}

/* "open rectified": the states that a verb starts from, in all rows of the table that have its name. */
static struct str states_of(struct arena *a, const struct ledger *l, const char *verb)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    for (unsigned i = 0; i < l->verbs_count; i++)
        for (unsigned k = 0; strcmp(l->verbs[i].name, verb) == 0 && k < l->verbs[i].from_count; k++)
            buf_printf(&b, "%s%s", b.n ? " " : "", l->verbs[i].from[k]);
    return arena_str(a, buf_view(&b));
}

static bool is_first_of_name(const struct ledger *l, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (strcmp(l->verbs[k].name, l->verbs[i].name) == 0) return false;
    return true;
}

enum err bulk_acts(struct request *rq, const struct ledger *l, bool withdrawn, const struct bulk_act **ret, int *ret_n)
{
    const struct actor *who = &rq->session.actor;
    struct bulk_act *list = arena_array(rq->arena, struct bulk_act, l->verbs_count + PLAIN);
    int n = 0;
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < l->verbs_count; i++) {
        const struct verb *v = &l->verbs[i];
        if (!is_first_of_name(l, i) || !is_for_many(rq->arena, l, v) || !right_may_verb(rq->store, who, l, str_of(v->name))) continue;
        list[n++] = (struct bulk_act){.value = arena_printf(rq->arena, "do.%s", v->name),
                                      .label = str_of(rq->lang == LANG_ZH ? v->zh : v->en),
                                      .states = states_of(rq->arena, l, v->name)};
    }
    for (int i = 0; i < PLAIN; i++) {
        if (!right_may(rq->store, who, l, plain[i].right) || (plain[i].kind == BULK_RESTORE && !withdrawn)) continue;
        list[n++] = (struct bulk_act){.value = str_of(plain[i].word),
                                      .label = str_of(_(plain[i].label)),
                                      .states = plain[i].kind == BULK_RESTORE ? STR(BULK_WITHDRAWN) : STR_NONE,
                                      .danger = plain[i].kind == BULK_WITHDRAW};
    }
    *ret = list;
    *ret_n = n;
    return arena_failed(rq->arena) ? err_no_memory() : OK;
}

/* ---- what was sent ---- */

/* "ID" or "ID.VERSION" */
static enum err read_rows(struct bulk_page *p)
{
    const struct param *sent;
    p->row = arena_array(p->rq->arena, struct chosen, QUERY_IDS_MAX);
    if (!p->row) return err_no_memory();
    for (int at = 0; (sent = param_next(&p->rq->form, "ids", &at));) {
        struct str version = sent->value, id = str_split(&version, '.');
        struct chosen *c = &p->row[p->rows];
        if (p->rows == QUERY_IDS_MAX) return err_set(ERR_TOO_BIG, _("at most %d records at once"), QUERY_IDS_MAX);
        if (!str_int(id, &c->id) || c->id <= 0 || (version.p && !str_int(version, &c->version)))
            return err_set(ERR_INVALID, _("ids: “%.*s” is no id of a record"), STR_ARG(sent->value));
        bool twice = false;
        for (int i = 0; i < p->rows; i++) twice |= p->row[i].id == c->id;
        p->rows += !twice;
    }
    return p->rows ? OK : err_set(ERR_INVALID, "%s", _("choose some records of the list first"));
}

static enum err read_act(struct bulk_page *p)
{
    p->act = request_form(p->rq, "do");
    for (int i = 0; i < PLAIN; i++) {
        if (!str_is(p->act, plain[i].word)) continue;
        p->kind = plain[i].kind;
        p->label = str_of(_(plain[i].label));
        return right_ask(p->rq->store, &p->rq->session.actor, p->l, plain[i].right);
    }
    struct str name = str_starts(p->act, STR("do.")) ? str_from(p->act, 3) : STR_NONE;
    for (unsigned i = 0; i < p->l->verbs_count; i++) {
        const struct verb *v = &p->l->verbs[i];
        if (!str_is(name, v->name) || !is_for_many(p->rq->arena, p->l, v)) continue;
        p->verb = v;
        p->label = str_of(p->rq->lang == LANG_ZH ? v->zh : v->en);
        return right_ask_verb(p->rq->store, &p->rq->session.actor, p->l, name);
    }
    return err_set(ERR_INVALID, "%s", _("choose what to do with them"));
}

/* Back to the list as it was, or to the page of duties; a made-up address leads to the list as such. */
static void read_back(struct bulk_page *p)
{
    struct str list = arena_printf(p->rq->arena, "/l/%s", p->l->ledger), back = request_form(p->rq, "back");
    if (strcmp(p->l->ledger, "duty") == 0 && str_starts(back, STR("/duties"))) list = STR("/duties");
    bool own = str_starts(back, list) && (back.n == list.n || back.p[list.n] == '?');
    p->back = own ? back : list;
}

/* ---- the fields that are asked once ---- */

static bool is_asked(const struct bulk_page *p, const struct field *f)
{
    if (!p->verb || f->read_only || f->type == TYPE_ROWS || f->type == TYPE_FILES) return false;
    return in(f->by, f->by_count, p->verb->name) || in(p->verb->needs, p->verb->needs_count, f->name);
}

static enum err read_fields(struct work *w, struct bulk_page *p)
{
    bool sent = request_form(p->rq, "sure").p != NULL, bad = false;
    p->text = arena_array(w->arena, struct str, p->l->fields_count);
    p->error = arena_array(w->arena, struct str, p->l->fields_count);
    p->draft = record_new(w->arena, p->l);
    if (!p->text || !p->error || !p->draft) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        char day[DAY_TEXT];
        struct value v;
        if (!is_asked(p, f)) continue;
        bool today = !sent && f->type == TYPE_DATE && in(p->verb->needs, p->verb->needs_count, f->name);
        p->text[i] = today ? arena_str(w->arena, str_of(day_text(instant_day(clock_now()), day)))
                           : form_sent(w->arena, &p->rq->form, f, f->name);
        if (!sent || !str_trim(p->text[i]).n) continue; /* blank: each record keeps what it has */
        TRY(form_read(w, f, p->text[i], record_day(p->draft), &v, &p->error[i]));
        if (p->error[i].p)
            bad = true;
        else
            record_set(p->draft, f, v);
    }
    p->reason = request_form(p->rq, "reason");
    if (sent && !p->verb && !p->reason.n) {
        p->error[0] = str_of(_("please give a reason; it is kept in the history"));
        bad = true;
    }
    return bad ? err_set(ERR_INVALID, "%s", _("please look at the fields marked")) : OK;
}

/* ---- doing it ---- */

struct one {
    struct bulk_page *p;
    const struct chosen *c;
};

static enum err do_one(struct work *w, void *arg)
{
    const struct one *k = arg;
    struct bulk_page *p = k->p;
    struct record *r;
    if (p->kind == BULK_VERB) return store_do(w, k->c->id, str_of(p->verb->name), k->c->version, p->draft, &r);
    if (p->kind == BULK_WITHDRAW) return store_withdraw(w, p->l, k->c->id, p->reason, &r);
    return store_restore(w, p->l, k->c->id, p->reason, &r);
}

/* What says no to one record leaves the others alone; anything else ends all of it. */
static bool is_about_one(enum err e)
{
    return e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_REFUSED || e == ERR_NOT_FOUND || e == ERR_FORBIDDEN || e == ERR_TOO_BIG;
}

static enum err do_all(struct work *w, void *arg)
{
    struct bulk_page *p = arg;
    p->done = 0;
    TRY(read_fields(w, p));
    for (int i = 0; i < p->rows; i++) {
        struct one k = {p, &p->row[i]};
        enum err e = store_try(w, do_one, &k);
        if (e && !is_about_one(e)) return e;
        p->row[i].why = e ? page_why(w->arena) : STR_NONE;
        p->done += !e;
    }
    return arena_failed(w->arena) ? err_no_memory() : OK;
}

/* ---- the records as a table ---- */

static enum err read_page(struct work *w, struct bulk_page *p)
{
    int64_t *ids = arena_array(w->arena, int64_t, p->rows);
    if (!ids) return err_no_memory();
    for (int i = 0; i < p->rows; i++) ids[i] = p->row[i].id;
    return query_list(w, &(struct query){.l = p->l, .ids = ids, .ids_n = p->rows, .limit = QUERY_IDS_MAX, .withdrawn = true}, &p->page);
}

static const struct record *record_of(const struct bulk_page *p, int64_t id)
{
    for (int i = 0; i < p->page.n; i++)
        if (p->page.record[i]->id == id) return p->page.record[i];
    return NULL;
}

/* Why a record cannot go as it stands; STR_NONE when nothing speaks against it. */
static struct str against(const struct bulk_page *p, const struct record *r)
{
    enum { VERBS = 64 };
    const struct verb *v[VERBS];
    if (!r) return str_of(_("there is no such record"));
    if (p->kind == BULK_RESTORE) return r->withdrawn ? STR_NONE : str_of(_("it is not withdrawn"));
    if (r->withdrawn) return str_of(_("it is withdrawn"));
    if (p->kind == BULK_WITHDRAW) return STR_NONE;
    for (int i = flow_verbs(r, v, VERBS); i-- > 0;)
        if (strcmp(v[i]->name, p->verb->name) == 0) return STR_NONE;
    return str_of(_("not possible in this state"));
}

static enum err add_row(struct work *w, const struct bulk_page *p, const struct chosen *c, struct str note, struct view_table *t)
{
    const struct record *r = record_of(p, c->id);
    struct view_row *row = (struct view_row *)(uintptr_t)&t->row[t->row_count++];
    struct view_cell *cell = arena_array(w->arena, struct view_cell, 4);
    if (!cell) return err_no_memory();
    row->cell = cell;
    cell[0].text = r && r->number.n ? r->number : arena_printf(w->arena, "%lld", (long long)c->id);
    if (r) {
        struct badge b = cell_state(r);
        cell[0].url = cell_url(w->arena, p->l, r->id, r->successor ? "?itself=1" : "");
        cell[1].text = cell_title(w->arena, r);
        cell[2] = (struct view_cell){.text = b.text, .tone = b.tone, .badge = true};
    }
    cell[3] = (struct view_cell){.text = note, .tone = note.n ? TONE_BAD : TONE_NONE};
    return OK;
}

static enum err start_table(const struct bulk_page *p, const char *caption, struct view_table *t)
{
    struct column *c = arena_array(p->rq->arena, struct column, 4);
    struct view_row *rows = arena_array(p->rq->arena, struct view_row, p->rows);
    if (!c || !rows) return err_no_memory();
    const struct field *title = p->l->title_field;
    c[0] = (struct column){.label = str_of(_("Number")), .kind = COLUMN_CODE};
    c[1] = (struct column){.label = str_of(title ? field_label(title, p->rq->lang) : _("Title")), .kind = COLUMN_TITLE};
    c[2] = (struct column){.label = str_of(_("State")), .kind = COLUMN_STATE};
    c[3] = (struct column){.label = str_of(_("What speaks against it")), .kind = COLUMN_TEXT};
    *t = (struct view_table){.caption = str_of(caption), .column = c, .column_count = 4, .row = rows};
    return OK;
}

/* ---- the page that asks ---- */

static struct str title_of(const struct bulk_page *p, int n)
{
    return arena_printf(p->rq->arena, _("%.*s: %d records"), STR_ARG(p->label), n);
}

static enum err fill_hidden(struct work *w, const struct bulk_page *p, bool refused, const struct hidden **ret, int *ret_n)
{
    struct hidden *h = arena_array(w->arena, struct hidden, p->rows + 3);
    int n = 0;
    if (!h) return err_no_memory();
    for (int i = 0; i < p->rows; i++) {
        const struct record *r = record_of(p, p->row[i].id);
        if (refused ? !p->row[i].why.n : against(p, r).n > 0) continue;
        struct str id = refused || !r ? arena_printf(w->arena, "%lld", (long long)p->row[i].id)
                                      : arena_printf(w->arena, "%lld.%lld", (long long)r->id, (long long)r->version);
        h[n++] = (struct hidden){STR("ids"), id};
    }
    h[n++] = (struct hidden){STR("back"), p->back};
    if (!refused) h[n++] = (struct hidden){STR("do"), p->act};
    if (!refused) h[n++] = (struct hidden){STR("sure"), STR("1")};
    *ret = h;
    *ret_n = n;
    return OK;
}

/* A field must be filled in when one of the records that can go lacks it. */
static bool is_lacking(const struct bulk_page *p, const struct field *f)
{
    if (!in(p->verb->needs, p->verb->needs_count, f->name)) return false;
    for (int i = 0; i < p->page.n; i++)
        if (!against(p, p->page.record[i]).n && p->page.record[i]->v[f->index].tag == VAL_NULL) return true;
    return false;
}

static void add_reason(struct bulk_page *p, struct form_field *out, struct form_error *error)
{
    *out = (struct form_field){.name = STR("reason"),
                               .label = str_of(_("Reason")),
                               .input = INPUT_LONG,
                               .value = p->reason,
                               .error = p->error[0],
                               .required = true,
                               .focus = true,
                               .wide = true,
                               .max = 1000};
    if (out->error.n) error[p->v.form.error_count++] = (struct form_error){out->name, out->error};
}

static enum err fill_group(struct work *w, struct bulk_page *p)
{
    struct form_group *g = arena_new(w->arena, struct form_group);
    struct form_field *list = arena_array(w->arena, struct form_field, p->l->fields_count + 1);
    struct form_error *error = arena_array(w->arena, struct form_error, p->l->fields_count + 1);
    if (!g || !list || !error) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        struct form_field *out = &list[g->field_count];
        if (!is_asked(p, f)) continue;
        TRY(form_control(w, p->rq, f, f->name, p->text[i], VALUE_NULL, NULL, out));
        out->required = is_lacking(p, f);
        out->focus = g->field_count++ == 0;
        out->error = p->error[i];
        if (!out->error.n) continue;
        error[p->v.form.error_count++] = (struct form_error){
            out->name, arena_printf(w->arena, _("%s: %.*s"), field_label(f, p->rq->lang), STR_ARG(out->error))};
    }
    if (p->kind != BULK_VERB) add_reason(p, &list[g->field_count++], error);
    g->field = list;
    p->v.form.group = g;
    p->v.form.group_count = g->field_count > 0;
    p->v.form.error = error;
    return OK;
}

static const char *help_of(const struct bulk_page *p)
{
    if (p->kind == BULK_WITHDRAW) return _("The records leave lists and searches. Nothing is deleted, and they can be brought back.");
    if (p->kind == BULK_RESTORE) return _("The records stand in lists and searches again.");
    return _("What you fill in here goes into each of these records; what you leave blank stays as it is.");
}

static enum err ask(struct work *w, void *arg)
{
    struct bulk_page *p = arg;
    int possible = 0;
    p->v = (struct bulk_view){0};
    if (!p->text) TRY(read_fields(w, p));
    TRY(read_page(w, p));
    TRY(start_table(p, _("Chosen"), &p->v.chosen));
    for (int i = 0; i < p->rows; i++) {
        struct str why = against(p, record_of(p, p->row[i].id));
        possible += !why.n;
        TRY(add_row(w, p, &p->row[i], why, &p->v.chosen));
    }
    if (possible == p->rows) p->v.chosen.column_count--;
    struct form_view *f = &p->v.form;
    TRY(fill_group(w, p));
    TRY(fill_hidden(w, p, false, &f->hidden, &f->hidden_count));
    f->up = (struct view_link){.text = str_of(ledger_label(p->l, p->rq->lang)), .url = p->back};
    f->title = title_of(p, p->rows);
    f->help = str_of(possible ? help_of(p) : _("None of these records can go as it stands."));
    f->action = p->rq->x->path;
    if (possible) f->submit = title_of(p, possible);
    if (!possible) f->group_count = 0;
    f->danger = p->kind == BULK_WITHDRAW;
    return page_shell(w, p->rq, f->title, p->l, &f->shell);
}

/* ---- the page that says what became of them ---- */

static enum err tell(struct work *w, void *arg)
{
    struct bulk_page *p = arg;
    struct bulk_done_view *v = &p->end;
    *v = (struct bulk_done_view){
        .up = {.text = str_of(ledger_label(p->l, p->rq->lang)), .url = p->back}, .action = p->rq->x->path, .act = p->act};
    TRY(read_page(w, p));
    TRY(start_table(p, _("Not done"), &v->refused));
    TRY(start_table(p, _("Done"), &v->done));
    v->done.column_count--;
    for (int i = 0; i < p->rows; i++) TRY(add_row(w, p, &p->row[i], p->row[i].why, p->row[i].why.n ? &v->refused : &v->done));
    TRY(fill_hidden(w, p, true, &v->hidden, &v->hidden_count));
    v->title = title_of(p, p->rows);
    v->notice = p->done == p->rows ? (struct view_notice){.text = arena_printf(w->arena, _("All %d are done."), p->done), .tone = TONE_GOOD}
                                   : (struct view_notice){.text = arena_printf(w->arena, _("%d done, %d not: they stand as they were."),
                                                                               p->done, p->rows - p->done),
                                                          .tone = p->done ? TONE_WARN : TONE_BAD};
    return page_shell(w, p->rq, v->title, p->l, &v->shell);
}

/* ---- requests ---- */

/* The rows chosen of the list that was shown, with its columns. */
static enum err go_to_export(struct bulk_page *p)
{
    struct listing list = {.l = p->l};
    const struct param *sent;
    for (int at = 0; (sent = param_next(&p->rq->form, "fields", &at)) && list.fields < LISTING_FIELDS;) {
        const struct field *f = ledger_field(p->l, sent->value);
        if (f) list.field[list.fields++] = f;
    }
    for (int i = 0; i < p->rows; i++) list.ids[list.ids_n++] = p->row[i].id;
    list.withdrawn = true;
    struct str to = listing_url(p->rq->arena, &list, (struct listing_change){"/export", .name = "format", .value = STR("xlsx")});
    return to.p ? answer_go(p->rq, "%.*s", STR_ARG(to)) : err_no_memory();
}

static enum err show(struct bulk_page *p, unsigned status)
{
    TRY(web_view(p->rq, ask, p));
    view_bulk(&p->rq->html, &p->v);
    return answer_page(p->rq, status);
}

static enum err send(struct request *rq)
{
    struct bulk_page *p = arena_new(rq->arena, struct bulk_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(request_ledger(rq, &p->l));
    TRY(read_act(p));
    TRY(read_rows(p));
    read_back(p);
    if (p->kind == BULK_EXPORT) return go_to_export(p);
    if (!request_form(rq, "sure").p) return show(p, 200);
    enum err e = web_write(rq, do_all, p);
    if (e == ERR_INVALID && p->error) {
        p->v.form.changed = true;
        return show(p, 422);
    }
    TRY(e);
    TRY(web_view(rq, tell, p));
    view_bulk_done(&rq->html, &p->end);
    return answer_page(rq, 200);
}

const struct route bulk_routes[] = {
    ROUTE(POST, "/l/{ledger}/bulk", MAY(RIGHT_SEE), TAKES_FORM | WAITS, send),
    ROUTE_END,
};
