/* form.c — a form for any ledger: a new record, a change, a verb of the flow.
 *
 * What was typed is never lost: when something is wrong the form comes back with it, with the reason beside the field. A new record
 * carries a key, so that a form sent twice makes one record; a change carries the version its maker saw, so that two people's changes are
 * merged field by field and only what clashes is asked.
 */
#include "form.html.h"
#include "ledger/check.h"
#include "ledger/client_key.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "web/cell.h"
#include "web/form_field.h"
#include "web/form_rows.h"
#include "web/page.h"
#include "web/pages.h"

enum form_kind { FORM_NEW, FORM_EDIT, FORM_VERB };

struct form_page {
    struct request *rq;
    const struct ledger *l;
    enum form_kind kind;
    const struct verb *verb;  /* FORM_VERB, and the birth verb of FORM_NEW */
    bool sent;                /* a form was sent; otherwise it is shown for the first time */
    struct record *r, *base;  /* as it is; as the form's maker saw it. Empty ones for FORM_NEW */
    struct str *text, *error; /* by field: what stands in the control, what is wrong with it */
    struct form_rows **rows;  /* by field, of fields of type rows */
    struct clashes clashes;
    struct str failed; /* what is wrong with the whole */
    enum page_said said;
    struct form_view v;
};

/* ---- which fields ---- */

static bool names(char **list, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0) return true;
    return false;
}

static bool is_shown(const struct form_page *p, const struct field *f)
{
    if (f->read_only) return false;
    if (f->by_count) return p->verb && names(f->by, f->by_count, p->verb->name);
    return p->kind != FORM_VERB || names(p->verb->needs, p->verb->needs_count, f->name);
}

static bool is_needed(const struct form_page *p, const struct field *f)
{
    return f->required || (p->verb && names(p->verb->needs, p->verb->needs_count, f->name));
}

/* ---- the record and the texts ---- */

/* A form that could only be refused is not shown. */
static enum err may_go(struct form_page *p)
{
    if (p->r->withdrawn) return err_set(ERR_REFUSED, "%s", _("the record has been withdrawn"));
    return flow_find_verb(p->r, str_of(p->verb->name), &p->verb);
}

static enum err load(struct work *w, struct form_page *p)
{
    int64_t id, base = 0;
    p->text = arena_array(w->arena, struct str, p->l->fields_count);
    p->error = arena_array(w->arena, struct str, p->l->fields_count);
    p->rows = arena_array(w->arena, struct form_rows *, p->l->fields_count);
    if (!p->text || !p->error || !p->rows) return err_no_memory();
    if (p->kind == FORM_NEW) {
        p->r = p->base = record_new(w->arena, p->l);
        return p->r ? OK : err_no_memory();
    }
    TRY(request_record(w, p->rq, p->l, 1, &id));
    TRY(store_read(w, p->l, id, &p->r));
    p->base = p->r;
    if (p->kind == FORM_VERB && !p->sent) TRY(may_go(p));
    if (!p->sent || !str_int(request_form(p->rq, "version"), &base) || base < 1 || base >= p->r->version) return OK;
    return history_at(w, p->r, base, &p->base);
}

/* What a control holds when nobody has typed yet: the value; a day that a verb needs is today; what the address gives (?premises=…). */
static enum err first_text(struct work *w, struct form_page *p, const struct field *f, struct str *ret)
{
    char day[DAY_TEXT];
    TRY(form_text(w, f, p->r->v[f->index], ret));
    struct str given = request_query(p->rq, f->name);
    if (!ret->n && given.p) *ret = given;
    if (!ret->n && f->type == TYPE_DATE && p->verb && names(p->verb->needs, p->verb->needs_count, f->name))
        *ret = arena_str(w->arena, str_of(day_text(instant_day(clock_now()), day)));
    return OK;
}

static enum err fill_texts(struct work *w, struct form_page *p)
{
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        if (!is_shown(p, f)) continue;
        if (f->type == TYPE_ROWS)
            TRY(form_rows_fill(w, f, p->sent ? &p->rq->form : NULL, &p->r->rows[i], &p->rows[i]));
        else if (p->sent)
            p->text[i] = form_sent(w->arena, &p->rq->form, f, f->name);
        else
            TRY(first_text(w, p, f, &p->text[i]));
    }
    return arena_failed(w->arena) ? err_no_memory() : OK;
}

/* ---- from the texts to a draft ---- */

static struct str named(struct form_page *p, const char *format, const struct field *f)
{
    struct str name = arena_printf(p->rq->arena, format, f->name);
    return name.p ? param(&p->rq->form, name.p) : STR_NONE;
}

/* Has somebody typed into the control? */
static enum err is_touched(struct work *w, struct form_page *p, const struct field *f, bool *ret)
{
    struct str before;
    TRY(form_text(w, f, p->base->v[f->index], &before));
    *ret = !str_eq(str_trim(before), str_trim(p->text[f->index])) && !str_is(named(p, "keep.%s", f), "theirs");
    return OK;
}

static enum err take_value(struct work *w, struct form_page *p, const struct field *f, struct record *draft)
{
    struct value v;
    bool touched;
    TRY(is_touched(w, p, f, &touched));
    if (f->sensitive && named(p, "%s.clear", f).p) {
        record_set(draft, f, VALUE_NULL);
        return OK;
    }
    if (!touched) return OK;
    TRY(form_read(w, f, p->text[f->index], record_day(draft), &v, &p->error[f->index]));
    if (!p->error[f->index].p) record_set(draft, f, v);
    return OK;
}

static enum err take_files(struct work *w, struct form_page *p, const struct field *f, struct record *draft)
{
    struct value v;
    TRY(form_files(w, &p->rq->form, f, p->r->v[f->index], &v));
    if (!value_eq(v, p->r->v[f->index])) record_set(draft, f, v);
    return OK;
}

/* A fault goes to its field; to the head of the form when the form does not show that field. */
static void note_fault(struct form_page *p, const char *field, const char *message)
{
    const struct field *f = field[0] ? ledger_field(p->l, str_of(field)) : NULL;
    struct str text = str_of(message);
    text = page_sentence(p->rq->arena, f ? form_reason(f, text) : text);
    if (!f || !p->error || !is_shown(p, f))
        p->failed = text;
    else if (!p->error[f->index].p)
        p->error[f->index] = text;
}

static void note_failure(struct form_page *p)
{
    struct err_info why = *err_last();
    note_fault(p, why.field, why.message);
    for (int i = 0; i < why.others; i++) note_fault(p, why.other[i].field, why.other[i].message);
}

/* Something cannot be read, so nothing will be written; what else the store would say is told at once. */
static enum err check_rest(struct work *w, struct form_page *p, const struct record *draft)
{
    struct record *now = p->kind == FORM_NEW ? record_new(w->arena, p->l) : record_copy(w->arena, p->r);
    if (!now) return err_no_memory();
    record_take(now, draft);
    enum err e = check_record(w, p->kind == FORM_NEW ? NULL : p->r, now, draft, p->verb);
    if (e != ERR_INVALID) return e;
    note_failure(p);
    return OK;
}

static enum err take_draft(struct work *w, struct form_page *p, struct record **ret)
{
    struct record *draft = p->kind == FORM_NEW ? record_new(w->arena, p->l) : record_copy(w->arena, p->r);
    bool bad = false;
    if (!draft) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        const struct field *f = &p->l->fields[i];
        draft->given[i] = false;
        if (!is_shown(p, f)) continue;
        TRY(f->type == TYPE_ROWS    ? form_rows_take(w, p->rows[i], draft, &p->error[i])
            : f->type == TYPE_FILES ? take_files(w, p, f, draft)
                                    : take_value(w, p, f, draft));
        bad |= p->error[i].p != NULL;
    }
    *ret = draft;
    if (!bad) return OK;
    TRY(check_rest(w, p, draft));
    return err_set(ERR_INVALID, "%s", _("please look at the fields marked"));
}

static enum err take(struct work *w, void *arg)
{
    struct form_page *p = arg;
    struct record *draft, *made;
    struct str key = request_form(p->rq, "key");
    int64_t before;
    TRY(load(w, p));
    TRY(fill_texts(w, p));
    TRY(take_draft(w, p, &draft));
    before = p->r->version;
    if (p->kind == FORM_NEW)
        TRY(key.p ? store_create_keyed(w, key, draft, &made) : store_create(w, draft, &made));
    else if (p->kind == FORM_EDIT)
        TRY(store_change(w, p->r->id, p->base->version, draft, &made, &p->clashes));
    else
        TRY(store_do(w, p->r->id, str_of(p->verb->name), p->base->version, draft, &made));
    p->r = made;
    p->said = p->kind == FORM_NEW ? SAID_CREATED : p->kind == FORM_VERB ? SAID_DONE : made->version == before ? SAID_UNCHANGED : SAID_SAVED;
    return OK;
}

/* ---- the form as it is shown ---- */

static const struct clash *clash_of(const struct form_page *p, const struct field *f)
{
    for (int i = 0; i < p->clashes.n; i++)
        if (p->clashes.clash[i].field == f) return &p->clashes.clash[i];
    return NULL;
}

static enum err fill_field(struct work *w, struct form_page *p, const struct field *f, struct form_field *out)
{
    const struct clash *c = clash_of(p, f);
    TRY(form_control(w, p->rq, f, f->name, p->text[f->index], p->r->v[f->index], NULL, out));
    out->required = is_needed(p, f);
    p->v.must |= out->required;
    out->error = p->error[f->index];
    p->v.files |= out->input == INPUT_FILES;
    if (!c) return OK;
    out->clash = true;
    out->theirs_by = cell_instant(w->arena, p->r->updated, false);
    return cell_value(w, f, c->theirs, &out->theirs);
}

/* What is asked first: what must be filled in and what lists show; the rest is folded. */
static bool is_main(const struct form_page *p, const struct field *f)
{
    return p->kind == FORM_VERB || is_needed(p, f) || f->list || p->error[f->index].p || clash_of(p, f);
}

static enum err fill_groups(struct work *w, struct form_page *p)
{
    struct form_group *g = arena_array(w->arena, struct form_group, 2);
    if (!g) return err_no_memory();
    for (int rest = 0; rest < 2; rest++) {
        struct form_field *list = arena_array(w->arena, struct form_field, p->l->fields_count);
        if (!list) return err_no_memory();
        for (unsigned i = 0; i < p->l->fields_count; i++) {
            const struct field *f = &p->l->fields[i];
            if (f->type == TYPE_ROWS || !is_shown(p, f) || is_main(p, f) == rest) continue;
            TRY(fill_field(w, p, f, &list[g[p->v.group_count].field_count++]));
        }
        g[p->v.group_count].field = list;
        if (!g[p->v.group_count].field_count) continue;
        if (rest) g[p->v.group_count].label = str_of(_("Further fields")), g[p->v.group_count].folded = true;
        p->v.group_count++;
    }
    p->v.group = g;
    return OK;
}

static enum err fill_parts(struct work *w, struct form_page *p)
{
    struct form_part *part = arena_array(w->arena, struct form_part, p->l->fields_count);
    if (!part) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        if (!p->rows[i]) continue;
        TRY(form_rows_view(w, p->rq, p->rows[i], request_form(p->rq, "add"), &part[p->v.part_count]));
        part[p->v.part_count++].error = p->error[i];
    }
    p->v.part = part;
    return OK;
}

static enum err fill_errors(struct arena *a, struct form_page *p)
{
    struct form_error *e = arena_array(a, struct form_error, p->l->fields_count + 1);
    if (!e) return err_no_memory();
    for (unsigned i = 0; i < p->l->fields_count; i++) {
        if (!p->error[i].p) continue;
        const char *label = field_label(&p->l->fields[i], p->rq->lang);
        e[p->v.error_count++] = (struct form_error){str_of(p->l->fields[i].name),
                                                    arena_printf(a, _("%s: %.*s"), label, STR_ARG(p->error[i]))};
    }
    if (p->failed.p && !p->v.error_count) e[p->v.error_count++] = (struct form_error){.text = p->failed};
    p->v.error = e;
    return OK;
}

static const char *verb_label(const struct form_page *p)
{
    return p->rq->lang == LANG_ZH ? p->verb->zh : p->verb->en;
}

static void fill_words(struct form_page *p)
{
    struct arena *a = p->rq->arena;
    const char *ledger = ledger_label(p->l, p->rq->lang);
    p->v.action = p->rq->x->path;
    if (p->kind == FORM_NEW) {
        p->v.up = (struct view_link){.text = str_of(ledger), .url = arena_printf(a, "/l/%s", p->l->ledger)};
        p->v.title = arena_printf(a, _("New: %s"), ledger);
        p->v.submit = str_of(_("Save"));
        p->v.more = true;
    } else {
        p->v.up = (struct view_link){.text = cell_title(a, p->r), .url = cell_url(a, p->l, p->r->id, "")};
        p->v.title = p->kind == FORM_EDIT ? arena_printf(a, _("Change: %.*s"), STR_ARG(p->v.up.text))
                                          : arena_printf(a, _("%s: %.*s"), verb_label(p), STR_ARG(p->v.up.text));
        p->v.submit = p->kind == FORM_EDIT ? str_of(_("Save")) : str_of(verb_label(p));
        p->v.version = arena_printf(a, "%lld", (long long)p->r->version);
    }
    p->v.cancel_url = p->v.up.url;
    if (p->clashes.n)
        p->v.clash = str_of(
            _("Somebody else changed this record while you were at it. Please decide about the fields marked; the rest is merged."));
}

static enum err fill_key(struct form_page *p)
{
    struct str sent = request_form(p->rq, "key");
    p->v.key = sent.p ? sent : arena_printf(p->rq->arena, "%lld-%lld", (long long)store_new_id(), (long long)p->rq->x->number);
    return p->v.key.p ? OK : err_no_memory();
}

static enum err render(struct work *w, void *arg)
{
    struct form_page *p = arg;
    struct str *error = p->error;
    struct form_rows **rows = p->rows;
    p->v = (struct form_view){0};
    TRY(load(w, p));
    TRY(fill_texts(w, p));
    if (error) p->error = error, p->rows = rows; /* with what take() found wrong in them */
    TRY(fill_groups(w, p));
    TRY(fill_parts(w, p));
    TRY(fill_errors(w->arena, p));
    TRY(fill_key(p));
    fill_words(p);
    p->v.changed = p->sent;
    return page_shell(w, p->rq, p->v.title, p->l, &p->v.shell);
}

/* ---- requests ---- */

static enum err start(struct request *rq, enum form_kind kind, bool sent, struct form_page **ret)
{
    struct form_page *p = arena_new(rq->arena, struct form_page);
    if (!p) return err_no_memory();
    *p = (struct form_page){.rq = rq, .kind = kind, .sent = sent};
    TRY(request_ledger(rq, &p->l));
    p->verb = kind == FORM_NEW ? flow_birth(p->l) : NULL;
    for (unsigned i = 0; kind == FORM_VERB && i < p->l->verbs_count; i++)
        if (str_is(rq->arg[2], p->l->verbs[i].name)) p->verb = &p->l->verbs[i];
    if (kind == FORM_VERB && !p->verb) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    *ret = p;
    return OK;
}

static enum err show(struct request *rq, struct form_page *p, unsigned status)
{
    TRY(web_view(rq, render, p));
    view_form(&rq->html, &p->v);
    return answer_page(rq, status);
}

static enum err open_form(struct request *rq, enum form_kind kind)
{
    struct form_page *p;
    TRY(start(rq, kind, false, &p));
    return show(rq, p, 200);
}

static enum err send_form(struct request *rq, enum form_kind kind)
{
    struct form_page *p;
    TRY(start(rq, kind, true, &p));
    if (request_form(rq, "add").p) return show(rq, p, 200);
    enum err e = web_write(rq, take, p);
    if (!e) page_say(rq, p->said);
    if (!e && kind == FORM_NEW && request_form(rq, "next").p) return answer_go(rq, "/l/%s/new", p->l->ledger);
    if (!e) return answer_go(rq, "/l/%s/%lld", p->l->ledger, (long long)p->r->id);
    if (e != ERR_INVALID && e != ERR_CONFLICT && e != ERR_REFUSED && e != ERR_TOO_BIG) return e;
    note_failure(p);
    return show(rq, p, status_of(e));
}

/* clang-format off */
static enum err new_page(struct request *rq) { return open_form(rq, FORM_NEW); }
static enum err new_send(struct request *rq) { return send_form(rq, FORM_NEW); }
static enum err edit_page(struct request *rq) { return open_form(rq, FORM_EDIT); }
static enum err edit_send(struct request *rq) { return send_form(rq, FORM_EDIT); }
static enum err verb_page(struct request *rq) { return open_form(rq, FORM_VERB); }
static enum err verb_send(struct request *rq) { return send_form(rq, FORM_VERB); }
/* clang-format on */

const struct route form_routes[] = {
    ROUTE(GET, "/l/{ledger}/new", MAY(RIGHT_CREATE), TAKES_NOTHING, new_page),
    ROUTE(POST, "/l/{ledger}/new", MAY(RIGHT_CREATE), TAKES_FORM | TAKES_UPLOAD | WAITS, new_send),
    ROUTE(GET, "/l/{ledger}/{id}/edit", MAY(RIGHT_CHANGE), TAKES_NOTHING, edit_page),
    ROUTE(POST, "/l/{ledger}/{id}/edit", MAY(RIGHT_CHANGE), TAKES_FORM | TAKES_UPLOAD | WAITS, edit_send),
    ROUTE(GET, "/l/{ledger}/{id}/do/{verb}", MAY_DO, TAKES_NOTHING, verb_page),
    ROUTE(POST, "/l/{ledger}/{id}/do/{verb}", MAY_DO, TAKES_FORM | TAKES_UPLOAD | WAITS, verb_send),
    ROUTE_END,
};
