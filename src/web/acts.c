/* acts.c — what is done to a record beside its flow: withdraw, bring back, merge, read a sealed value; and the names that forms offer. */
#include "form.html.h"
#include "ledger/code.h"
#include "ledger/query.h"
#include "ledger/secret.h"
#include "options.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

enum act { ACT_WITHDRAW, ACT_RESTORE, ACT_MERGE };

struct act_page {
    struct request *rq;
    const struct ledger *l;
    enum act act;
    struct record *r;
    int64_t to; /* the record to show afterwards */
    struct str failed;
    struct form_field field;
    struct form_group group;
    struct form_error error;
    struct form_view v;
};

static const struct {
    const char *title, *help, *label, *submit;
    enum page_said said;
} words[] = {
    [ACT_WITHDRAW] = {N_("Withdraw: %.*s"), N_("The record leaves lists and searches. Nothing is deleted, and it can be brought back."),
                      N_("Reason"), N_("Withdraw"), SAID_WITHDRAWN},
    [ACT_RESTORE] = {N_("Bring back: %.*s"), N_("The record stands in lists and searches again. A merged one is on its own again."),
                     N_("Reason"), N_("Bring back"), SAID_RESTORED},
    [ACT_MERGE] = {N_("Merge: %.*s"),
                   N_("This record is withdrawn, and whatever refers to it leads to the one that stays. Bringing it back undoes this."),
                   N_("The record that stays"), N_("Merge"), SAID_MERGED},
};

/* What is brought back is the record itself, also when it was merged into another. */
static enum err find(struct work *w, struct act_page *p, int64_t *ret)
{
    return p->act == ACT_RESTORE ? request_record_itself(w, p->rq, p->l, 1, ret) : request_record(w, p->rq, p->l, 1, ret);
}

/* ---- doing it ---- */

static enum err merge(struct work *w, struct act_page *p, int64_t id)
{
    int64_t stays;
    struct record *other;
    TRY(store_resolve(w, p->l, request_form(p->rq, "field"), &stays));
    TRY(store_read(w, p->l, stays, &other));
    p->to = stays;
    return store_merge(w, p->l, id, stays, &p->r);
}

static enum err take(struct work *w, void *arg)
{
    struct act_page *p = arg;
    int64_t id;
    struct str reason = request_form(p->rq, "field");
    TRY(find(w, p, &id));
    p->to = id;
    if (p->act != ACT_MERGE && !reason.n) return err_set(ERR_INVALID, "%s", _("please give a reason; it is kept in the history"));
    switch (p->act) {
    case ACT_WITHDRAW: return store_withdraw(w, p->l, id, reason, &p->r);
    case ACT_RESTORE: return store_restore(w, p->l, id, reason, &p->r);
    case ACT_MERGE: return merge(w, p, id);
    }
    return err_set(ERR_INVALID, "%s", "no such act");
}

/* ---- asking first ---- */

static enum err render(struct work *w, void *arg)
{
    struct act_page *p = arg;
    struct arena *a = w->arena;
    int64_t id;
    TRY(find(w, p, &id));
    TRY(store_read(w, p->l, id, &p->r));
    struct str sent = request_form(p->rq, "field"), title = cell_title(a, p->r);
    p->field = (struct form_field){.name = STR("field"),
                                   .label = str_of(_(words[p->act].label)),
                                   .input = p->act == ACT_MERGE ? INPUT_PICK : INPUT_LONG,
                                   .value = sent.p ? sent : STR(""),
                                   .error = p->failed,
                                   .required = true,
                                   .focus = true,
                                   .max = 1000,
                                   .pick_url = arena_printf(a, "/l/%s/pick", p->l->ledger)};
    p->group = (struct form_group){.field = &p->field, .field_count = 1};
    p->error = (struct form_error){.name = STR("field"), .text = p->failed};
    p->v = (struct form_view){.up = {.text = title, .url = cell_url(a, p->l, id, "")},
                              .title = arena_printf(a, _(words[p->act].title), STR_ARG(title)),
                              .help = str_of(_(words[p->act].help)),
                              .action = p->rq->x->path,
                              .error = &p->error,
                              .error_count = p->failed.p != NULL,
                              .group = &p->group,
                              .group_count = 1,
                              .submit = str_of(_(words[p->act].submit)),
                              .must = p->field.required,
                              .danger = p->act == ACT_WITHDRAW,
                              .cancel_url = cell_url(a, p->l, id, "")};
    return page_shell(w, p->rq, p->v.title, p->l, &p->v.shell);
}

static enum err show(struct request *rq, struct act_page *p, unsigned status)
{
    TRY(web_view(rq, render, p));
    view_form(&rq->html, &p->v);
    return answer_page(rq, status);
}

static enum err handle(struct request *rq, enum act act)
{
    struct act_page *p = arena_new(rq->arena, struct act_page);
    if (!p) return err_no_memory();
    *p = (struct act_page){.rq = rq, .act = act};
    TRY(request_ledger(rq, &p->l));
    if (rq->x->method != METHOD_POST) return show(rq, p, 200);
    enum err e = web_write(rq, take, p);
    if (!e) {
        page_say(rq, words[act].said);
        return answer_go(rq, "/l/%s/%lld", p->l->ledger, (long long)p->to);
    }
    if (e != ERR_INVALID && e != ERR_REFUSED && e != ERR_CONFLICT && e != ERR_NOT_FOUND) return e;
    p->failed = page_why(rq->arena);
    return show(rq, p, status_of(e));
}

/* clang-format off */
static enum err withdraw(struct request *rq) { return handle(rq, ACT_WITHDRAW); }
static enum err restore(struct request *rq) { return handle(rq, ACT_RESTORE); }
static enum err merge_with(struct request *rq) { return handle(rq, ACT_MERGE); }
/* clang-format on */

/* ---- sealed values ---- */

struct revealing {
    struct request *rq;
    const struct ledger *l;
    const struct field *f;
    struct str value, title;
    int64_t id;
    struct form_field field;
    struct form_group group;
    struct form_view v;
};

static enum err read_sealed(struct work *w, void *arg)
{
    struct revealing *k = arg;
    struct record *r;
    TRY(request_record(w, k->rq, k->l, 1, &k->id));
    TRY(store_read(w, k->l, k->id, &r));
    k->title = cell_title(w->arena, r);
    return secret_reveal(w, r, k->f, &k->value);
}

static enum err fill_revealed(struct work *w, void *arg)
{
    struct revealing *k = arg;
    struct str back = cell_url(w->arena, k->l, k->id, "");
    k->field = (struct form_field){
        .name = STR("value"), .label = str_of(field_label(k->f, k->rq->lang)), .input = INPUT_SHOWN, .value = k->value};
    k->group = (struct form_group){.field = &k->field, .field_count = 1};
    k->v = (struct form_view){.up = {.text = k->title, .url = back},
                              .title = k->title,
                              .help = str_of(_("That you read this is kept in the history of the record.")),
                              .group = &k->group,
                              .group_count = 1,
                              .cancel_url = back};
    return page_shell(w, k->rq, k->title, k->l, &k->v.shell);
}

static enum err reveal(struct request *rq)
{
    struct revealing *k = arena_new(rq->arena, struct revealing);
    if (!k) return err_no_memory();
    k->rq = rq;
    TRY(request_ledger(rq, &k->l));
    k->f = ledger_field(k->l, rq->arg[2]);
    if (!k->f || !k->f->sensitive) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_write(rq, read_sealed, k));
    TRY(web_view(rq, fill_revealed, k));
    view_form(&rq->html, &k->v);
    return answer_page(rq, 200);
}

/* ---- names that a form offers while somebody types ---- */

#define OFFERED 15

struct offering {
    struct request *rq;
    const struct ledger *l;
    struct choice choice[OFFERED];
    int n;
};

static enum err offer(struct work *w, void *arg)
{
    struct offering *k = arg;
    struct page page;
    struct str typed = k->rq->query.n ? str_trim(k->rq->query.param[0].value) : STR_NONE;
    const struct field *title = k->l->title_field;
    k->n = 0;
    if (!typed.n || !title) return OK;
    struct condition begins = {title, OP_BEGINS, value_text(typed)};
    struct query q = {.l = k->l, .limit = OFFERED, .walk = QUERY_WALK, .search = title->search ? typed : STR_NONE};
    if (!title->search) q.where = &begins, q.where_n = 1;
    TRY(query_list(w, &q, &page));
    for (int i = 0; i < page.n; i++) {
        const struct record *r = page.record[i];
        struct str name = record_text(r, title->index);
        const struct field *key = k->l->keys_count && k->l->key_groups[0].n == 1 ? k->l->key_groups[0].field[0] : NULL;
        struct str code = r->number.n ? r->number : key && !key->sensitive ? record_text(r, key->index) : STR_NONE;
        k->choice[k->n++] = (struct choice){.value = code.n ? code : name, .label = code.n ? name : STR("")};
    }
    return OK;
}

/* Codes of the list ?codes=LIST that begin as typed, or whose labels hold it. What was typed is the last parameter. */
static enum err offer_codes(struct work *w, void *arg)
{
    struct offering *k = arg;
    const struct params *q = &k->rq->query;
    struct str typed = str_trim(q->param[q->n - 1].value), list = arena_str(w->arena, request_query(k->rq, "codes"));
    struct code_entries codes;
    k->n = 0;
    if (q->n < 2 || !typed.n) return OK;
    TRY(code_list(w, list.p, instant_day(clock_now()), CODES_MAX, &codes));
    for (int i = 0; i < codes.n && k->n < OFFERED; i++) {
        const struct code_entry *e = &codes.entry[i];
        if (e->valid && (str_starts(e->code, typed) || str_find(e->label, typed) >= 0))
            k->choice[k->n++] = (struct choice){.value = e->code, .label = e->label};
    }
    return OK;
}

static enum err pick(struct request *rq)
{
    struct offering *k = arena_new(rq->arena, struct offering);
    if (!k) return err_no_memory();
    k->rq = rq;
    TRY(request_ledger(rq, &k->l));
    TRY(web_view(rq, request_query(rq, "codes").p ? offer_codes : offer, k));
    view_offered(&rq->html, k->choice, k->n);
    return answer_page(rq, 200);
}

const struct route acts_routes[] = {
    ROUTE(GET, "/l/{ledger}/pick", MAY(RIGHT_SEE), TAKES_NOTHING, pick),
    ROUTE(GET, "/l/{ledger}/{id}/withdraw", MAY(RIGHT_WITHDRAW), TAKES_NOTHING, withdraw),
    ROUTE(POST, "/l/{ledger}/{id}/withdraw", MAY(RIGHT_WITHDRAW), TAKES_FORM | WAITS, withdraw),
    ROUTE(GET, "/l/{ledger}/{id}/restore", MAY(RIGHT_WITHDRAW), TAKES_NOTHING, restore),
    ROUTE(POST, "/l/{ledger}/{id}/restore", MAY(RIGHT_WITHDRAW), TAKES_FORM | WAITS, restore),
    ROUTE(GET, "/l/{ledger}/{id}/merge", MAY(RIGHT_MERGE), TAKES_NOTHING, merge_with),
    ROUTE(POST, "/l/{ledger}/{id}/merge", MAY(RIGHT_MERGE), TAKES_FORM | WAITS, merge_with),
    ROUTE(POST, "/l/{ledger}/{id}/reveal/{field}", MAY(RIGHT_REVEAL), TAKES_FORM | WAITS, reveal),
    ROUTE_END,
};
