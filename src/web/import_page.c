/* import_page.c — the import wizard: a file is sent, its columns are looked at, it is tried, it goes in, it can be taken back.
 *
 * Each step is a page of its own at /import/ID; what it shows follows from the upload and its jobs, which lie in the database, so a
 * restart or another day changes nothing.
 */
#include <stdlib.h>
#include <unistd.h>

#include "confirm.html.h"
#include "import.html.h"
#include "ledger/file.h"
#include "web/cell.h"
#include "web/import_parts.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define KEPT (7 * INSTANT_DAY)
#define BATCHES 10

static enum err start(struct request *rq, struct wizard **ret)
{
    struct wizard *k = arena_new(rq->arena, struct wizard);
    if (!k) return err_no_memory();
    k->rq = rq;
    k->fd = -1;
    *ret = k;
    return OK;
}

struct view_link wizard_ledger(const struct wizard *k)
{
    return (struct view_link){.text = str_of(ledger_label(k->l, k->rq->lang)), .url = arena_printf(k->rq->arena, "/l/%s", k->l->ledger)};
}

/* The upload that the address names, for its owner, who must still have the right. `get`: to look at it, or to move it on. */
static enum err load(struct work *w, struct wizard *k, enum err (*get)(struct work *, int64_t id, struct upload *))
{
    int64_t id = 0;
    if (!str_int(k->rq->arg[0], &id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(get(w, id, &k->u));
    k->l = k->u.l;
    TRY(right_need(w, k->l, RIGHT_IMPORT));
    return import_options_read(w->arena, &k->u, &k->o, &k->remember);
}

static enum err open_file(struct work *w, struct wizard *k)
{
    struct str kind;
    TRY(file_find(w, k->u.digest, &k->bytes, &kind));
    return file_open(w, k->u.digest, &k->fd);
}

static void close_file(struct wizard *k)
{
    if (k->fd >= 0) close(k->fd);
    k->fd = -1;
}

static struct str page_title(const struct wizard *k)
{
    return arena_printf(k->rq->arena, _("Import: %.*s"), STR_ARG(wizard_ledger(k).text));
}

/* ---- the file is sent ---- */

static struct str state_of(const struct upload *u)
{
    return str_of(u->undone     ? _("taken back")
                  : u->finished ? _("imported")
                  : u->batch    ? _("imported in part")
                  : u->job      ? _("asked for")
                                : _("not imported yet"));
}

static enum err fill_batches(struct work *w, struct wizard *k, struct view_section *s)
{
    struct upload *list = arena_array(w->arena, struct upload, BATCHES);
    struct view_row *rows = arena_array(w->arena, struct view_row, BATCHES);
    struct column *c = arena_array(w->arena, struct column, 3);
    int n;
    if (!list || !rows || !c) return err_no_memory();
    TRY(upload_list(w, k->l, list, BATCHES, &n));
    c[0] = (struct column){.label = str_of(_("File")), .kind = COLUMN_TITLE};
    c[1] = (struct column){.label = str_of(_("Sent")), .kind = COLUMN_DATE};
    c[2] = (struct column){.label = str_of(_("State")), .kind = COLUMN_STATE};
    for (int i = 0; i < n; i++) {
        struct view_cell *cell = arena_array(w->arena, struct view_cell, 3);
        if (!cell) return err_no_memory();
        cell[0] = (struct view_cell){.text = list[i].name, .url = arena_printf(w->arena, "/import/%lld", (long long)list[i].id)};
        cell[1].text = cell_instant(w->arena, list[i].created, false);
        cell[2].text = state_of(&list[i]);
        rows[i].cell = cell;
    }
    *s = (struct view_section){
        .id = STR("earlier"), .label = str_of(_("My earlier imports into this ledger")), .empty = str_of(_("None yet."))};
    s->table = (struct view_table){s->label, c, 3, rows, n};
    return OK;
}

struct upload_page {
    struct wizard *k;
    struct import_upload_view v;
};

static enum err make_upload_page(struct work *w, void *arg)
{
    struct upload_page *p = arg;
    struct wizard *k = p->k;
    p->v = (struct import_upload_view){.ledger = wizard_ledger(k),
                                       .action = k->rq->x->path,
                                       .error = k->why,
                                       .template_url = arena_printf(w->arena, "/l/%s/template", k->l->ledger),
                                       .limits = str_of(_("xlsx, xls, csv or json; at most 256 MB"))};
    p->v.key = arena_printf(w->arena, "%lld", (long long)store_new_id());
    TRY(fill_batches(w, k, &p->v.batches));
    return page_shell(w, k->rq, page_title(k), k->l, &p->v.shell);
}

static enum err show_upload(struct wizard *k, unsigned status)
{
    struct upload_page p = {.k = k};
    TRY(web_view(k->rq, make_upload_page, &p));
    view_import_upload(&k->rq->html, &p.v);
    return answer_page(k->rq, status);
}

static enum err upload_form(struct request *rq)
{
    struct wizard *k;
    TRY(start(rq, &k));
    TRY(request_ledger(rq, &k->l));
    return show_upload(k, 200);
}

static const struct param *sent_file(const struct request *rq)
{
    for (int i = 0; i < rq->form.n; i++)
        if (rq->form.param[i].is_file && rq->form.param[i].file_name.n) return &rq->form.param[i];
    return NULL;
}

static enum err keep(struct work *w, void *arg)
{
    struct wizard *k = arg;
    const struct param *file = sent_file(k->rq);
    char digest[HASH_HEX];
    TRY(right_need(w, k->l, RIGHT_IMPORT));
    TRY(file_add_bytes_until(w, file->value, clock_machine() + KEPT, digest));
    return upload_add(w, k->l, str_of(digest), file->file_name, &k->u.id);
}

static enum err upload_sent(struct request *rq)
{
    struct wizard *k;
    TRY(start(rq, &k));
    TRY(request_ledger(rq, &k->l));
    const struct param *file = sent_file(rq);
    if (!file || !file->value.n) {
        k->why = str_of(!file ? _("please choose a file") : _("the file is empty"));
        return show_upload(k, 422);
    }
    TRY(web_write(rq, keep, k));
    return answer_go(rq, "/import/%lld", (long long)k->u.id);
}

/* ---- one address, which shows how far it is ---- */

enum shown { SHOW_JOB, SHOW_COLUMNS, SHOW_TRIAL, SHOW_IMPORT };

struct import_page {
    struct wizard *k;
    enum shown shown;
    struct columns columns;
    struct import_map_view map;
    struct import_result_view result;
    /* what was sent, to be kept */
    struct import_options told;
    bool remember, check;
};

/* Is it still to come? Otherwise k->why gets what was wrong with it. */
static enum err look_at_job(struct work *w, struct wizard *k, int64_t id, bool *ret_goes_on)
{
    struct job j;
    *ret_goes_on = false;
    if (!id) return OK;
    TRY(job_get(w, id, &j));
    k->why = STR_NONE;
    if (str_is(j.state, "failed")) k->why = job_error(w->arena, &j);
    if (str_is(j.state, "stopped")) k->why = str_of(_("This was stopped before it had ended."));
    *ret_goes_on = job_goes_on(&j);
    if (*ret_goes_on) k->job = id;
    return OK;
}

/* The last that was begun says where we are: taking back, the import, the trial run. */
static enum err find_step(struct work *w, struct wizard *k, enum shown *ret)
{
    int64_t last = k->u.undo_job ? k->u.undo_job : k->u.job ? k->u.job : k->u.check_job;
    bool goes_on;
    TRY(look_at_job(w, k, last, &goes_on));
    bool columns = !last || k->why.p || str_is(request_query(k->rq, "step"), "columns");
    *ret = goes_on ? SHOW_JOB : k->u.batch ? SHOW_IMPORT : columns ? SHOW_COLUMNS : SHOW_TRIAL;
    return OK;
}

static enum err make_page(struct work *w, void *arg)
{
    struct import_page *p = arg;
    struct wizard *k = p->k;
    close_file(k);
    TRY(load(w, k, upload_get));
    TRY(find_step(w, k, &p->shown));
    if (p->shown == SHOW_JOB) return OK;
    if (p->shown == SHOW_COLUMNS) return open_file(w, k);
    TRY(result_fill(w, k, p->shown == SHOW_TRIAL, &p->result));
    return page_shell(w, k->rq, page_title(k), k->l, &p->result.shell);
}

static enum err make_columns(struct work *w, void *arg)
{
    struct import_page *p = arg;
    TRY(columns_recall(w, &p->columns));
    return page_shell(w, p->k->rq, page_title(p->k), p->k->l, &p->map.shell);
}

static enum err show_columns(struct import_page *p, unsigned status)
{
    struct request *rq = p->k->rq;
    struct shell *shell = &p->map.shell;
    TRY(web_view(rq, make_columns, p));
    struct shell made = *shell;
    TRY(columns_fill(&p->columns, &p->map));
    *shell = made;
    view_import_map(&rq->html, &p->map);
    return answer_page(rq, status);
}

static enum err import_page(struct request *rq)
{
    struct import_page *p = arena_new(rq->arena, struct import_page);
    if (!p) return err_no_memory();
    TRY(start(rq, &p->k));
    TRY(web_view(rq, make_page, p));
    if (p->shown == SHOW_JOB) return answer_go(rq, "/jobs/%lld", (long long)p->k->job);
    if (p->shown == SHOW_COLUMNS) {
        enum err e = columns_look(p->k, &p->columns);
        if (!e) e = show_columns(p, 200);
        columns_close(&p->columns);
        close_file(p->k);
        return e;
    }
    view_import_result(&rq->html, &p->result);
    return answer_page(rq, 200);
}

/* ---- what is sent ---- */

/* sheet and heading row as the form has them; what was told of columns was told of others. */
static void take_place(struct wizard *k)
{
    struct str sheet = request_form(k->rq, "sheet"), heading = request_form(k->rq, "heading");
    if (sheet.p) k->o.sheet = arena_z(k->rq->arena, sheet);
    k->o.header_row = 0;
    str_int(heading, &k->o.header_row);
    k->o.map = NULL;
    k->o.map_n = 0;
    k->o.strict = request_form(k->rq, "strict").p != NULL;
    k->remember = request_form(k->rq, "remember").p != NULL;
}

static enum err put_job(struct work *w, struct wizard *k, const char *kind, enum upload_job which)
{
    struct str parameters = import_parameters(w->arena, &k->u);
    if (!parameters.p) return err_no_memory();
    TRY(job_put(w, kind, parameters, &k->job));
    return upload_set_job(w, k->u.id, which, k->job);
}

/* The upload, locked. When something of it still runs that is where whoever sends goes on, however often he presses: k->job. */
static enum err load_to_move(struct work *w, struct wizard *k)
{
    const int64_t *jobs[] = {&k->u.undo_job, &k->u.job, &k->u.check_job};
    bool goes_on = false;
    k->job = 0;
    TRY(load(w, k, upload_get_to_move));
    for (int i = 0; i < 3 && !goes_on; i++) TRY(look_at_job(w, k, *jobs[i], &goes_on));
    return OK;
}

static enum err imported_already(void)
{
    return err_set(ERR_REFUSED, "%s", _("this file was imported already"));
}

/* What was stopped, or failed, goes on. */
static enum err put_import(struct work *w, void *arg)
{
    struct wizard *k = arg;
    TRY(load_to_move(w, k));
    if (k->job) return OK;
    if (k->u.finished || k->u.undone) return imported_already();
    TRY(file_keep(w, k->u.digest)); /* refused rows are read from it again, however late */
    return put_job(w, k, "import", UPLOAD_IMPORT);
}

static enum err put_undo(struct work *w, void *arg)
{
    struct wizard *k = arg;
    TRY(load_to_move(w, k));
    if (k->job) return OK;
    if (!k->u.batch || k->u.undone) return err_set(ERR_REFUSED, "%s", _("there is nothing to take back"));
    return put_job(w, k, "undo", UPLOAD_UNDO);
}

static enum err save_told(struct work *w, void *arg)
{
    struct import_page *p = arg;
    struct wizard *k = p->k;
    struct str options;
    TRY(load_to_move(w, k));
    if (k->job) return OK;
    if (k->u.batch) return imported_already();
    TRY(import_options_write(w->arena, &p->told, p->remember, &options));
    TRY(upload_set_options(w, k->u.id, options));
    if (!p->check) return OK;
    if (p->remember) TRY(mapping_save(w, k->l, p->columns.headings, options));
    return put_job(w, k, "import_check", UPLOAD_CHECK);
}

static enum err save(struct import_page *p)
{
    p->told = p->k->o;
    p->remember = p->k->remember;
    return web_write(p->k->rq, save_told, p);
}

static enum err open_to_tell(struct work *w, void *arg)
{
    struct wizard *k = arg;
    close_file(k);
    TRY(load(w, k, upload_get));
    return open_file(w, k);
}

/* A form that was made for other headings (another sheet or row was chosen meanwhile) tells the place alone. What was told and cannot
 * be is shown again. */
static enum err take_columns(struct import_page *p, bool *ret_answered)
{
    struct wizard *k = p->k;
    TRY(web_view(k->rq, open_to_tell, k));
    take_place(k);
    enum err e = columns_look(k, &p->columns);
    if (!e) e = columns_take(&p->columns, k, &p->check);
    if (e == ERR_INVALID) {
        k->why = arena_str(k->rq->arena, str_of(err_last()->message));
        *ret_answered = true;
        e = show_columns(p, 422);
    }
    columns_close(&p->columns);
    close_file(k);
    return e;
}

static enum err tell(struct wizard *k, bool check, bool *ret_answered)
{
    struct import_page *p = arena_new(k->rq->arena, struct import_page);
    if (!p) return err_no_memory();
    p->k = k;
    if (!check) take_place(k);
    if (check) TRY(take_columns(p, ret_answered));
    return *ret_answered ? OK : save(p);
}

/* Asked once more, for who has no script. */
static enum err make_question(struct work *w, void *arg)
{
    struct wizard *k = arg;
    struct confirm_view *v = arena_new(w->arena, struct confirm_view);
    struct hidden *what = arena_new(w->arena, struct hidden);
    if (!v || !what) return err_no_memory();
    TRY(load(w, k, upload_get));
    *what = (struct hidden){STR("do"), STR("undo")};
    *v = (struct confirm_view){
        .title = str_of(_("Take this import back?")),
        .text = str_of(_("Records it added are withdrawn, values it changed return, unless somebody has changed them since.")),
        .up = {.text = k->u.name, .url = k->rq->x->path},
        .action = k->rq->x->path,
        .hidden = what,
        .hidden_count = 1,
        .submit = str_of(_("Take this import back")),
        .cancel_url = k->rq->x->path,
        .danger = true};
    TRY(page_shell(w, k->rq, v->title, k->l, &v->shell));
    view_confirm(&k->rq->html, v);
    return OK;
}

static enum err import_sent(struct request *rq)
{
    struct wizard *k;
    struct str what = request_form(rq, "do");
    bool answered = false;
    TRY(start(rq, &k));
    if (str_is(what, "undo") && !request_form(rq, "sure").p) {
        TRY(web_view(rq, make_question, k));
        return answer_page(rq, 200);
    }
    if (str_is(what, "undo"))
        TRY(web_write(rq, put_undo, k));
    else if (str_is(what, "run"))
        TRY(web_write(rq, put_import, k));
    else
        TRY(tell(k, str_is(what, "check"), &answered));
    if (answered) return OK;
    if (!k->job) return answer_go(rq, "/import/%lld", (long long)k->u.id);
    runner_wake(rq->web->runner);
    return answer_go(rq, "/jobs/%lld", (long long)k->job);
}

/* ---- refused rows, to be mended ---- */

static enum err open_imported(struct work *w, void *arg)
{
    struct wizard *k = arg;
    close_file(k);
    TRY(load(w, k, upload_get));
    if (!k->u.batch) return err_set(ERR_NOT_FOUND, "%s", _("this file was not imported yet"));
    return open_file(w, k);
}

static enum err refused(struct request *rq)
{
    struct wizard *k;
    char path[FD_PATH], out[] = "/tmp/anjian-refused-XXXXXX";
    TRY(start(rq, &k));
    TRY(web_view(rq, open_imported, k));
    int fd = mkstemp(out);
    enum err e = fd < 0 ? err_set(ERR_IO, "%s", _("there is no room for the file on its way"))
                        : import_refused(rq->store, &rq->session.actor, rq->arena, k->l, fd_path(k->fd, path), &k->o, k->u.batch, out);
    if (!e)
        e = answer_file(rq, out, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        arena_printf(rq->arena, "%s-%.*s.xlsx", _("refused"), STR_ARG(k->u.name)));
    if (fd >= 0) close(fd), unlink(out);
    close_file(k);
    return e;
}

const struct route import_routes[] = {
    ROUTE(GET, "/l/{ledger}/import", MAY(RIGHT_IMPORT), TAKES_NOTHING, upload_form),
    ROUTE(POST, "/l/{ledger}/import", MAY(RIGHT_IMPORT), TAKES_FORM | TAKES_UPLOAD | WAITS, upload_sent),
    ROUTE(GET, "/import/{id}", LOGGED_IN, WAITS, import_page),
    ROUTE(POST, "/import/{id}", LOGGED_IN, TAKES_FORM | WAITS, import_sent),
    ROUTE(GET, "/import/{id}/refused", LOGGED_IN, WAITS, refused),
    ROUTE_END,
};
