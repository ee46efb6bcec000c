/* import_page.c — the import wizard: a file is sent, its columns are looked at, it is tried, it goes in, it can be taken back.
 *
 * Each step is a page of its own at /import/ID; what it shows follows from the upload and its jobs, which lie in the database, so a
 * restart or another day changes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "import.html.h"
#include "ledger/file.h"
#include "ledger/import_source.h"
#include "web/cell.h"
#include "web/import_work.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define KEPT (7 * INSTANT_DAY)
#define BATCHES 10
#define NOTES 200

struct wizard {
    struct request *rq;
    const struct ledger *l;
    struct upload u;
    struct import_options o;
    bool remember;
    int fd;
    struct str why; /* what is wrong with the file or the options */
    int64_t job;    /* put in by this request */
};

static enum err start(struct request *rq, struct wizard **ret)
{
    struct wizard *k = arena_new(rq->arena, struct wizard);
    if (!k) return err_no_memory();
    k->rq = rq;
    k->fd = -1;
    *ret = k;
    return OK;
}

static struct view_link ledger_link(const struct wizard *k)
{
    return (struct view_link){.text = str_of(ledger_label(k->l, k->rq->lang)), .url = arena_printf(k->rq->arena, "/l/%s", k->l->ledger)};
}

/* The upload, for its owner, who must still have the right. */
static enum err load(struct work *w, struct wizard *k)
{
    int64_t id = 0;
    if (!str_int(k->rq->arg[0], &id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(upload_get(w, id, &k->u));
    k->l = k->u.l;
    TRY(right_need(w, k->l, RIGHT_IMPORT));
    return import_options_read(w->arena, &k->u, &k->o, &k->remember);
}

/* ---- the file is sent ---- */

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
        cell[2].text = str_of(list[i].undo_job ? _("taken back") : list[i].job ? _("imported") : _("not imported yet"));
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
    p->v = (struct import_upload_view){.ledger = ledger_link(k),
                                       .action = k->rq->x->path,
                                       .error = k->why,
                                       .template_url = arena_printf(w->arena, "/l/%s/template", k->l->ledger),
                                       .limits = str_of(_("xlsx, xls, csv or json; at most 256 MB"))};
    p->v.key = arena_printf(w->arena, "%lld", (long long)store_new_id());
    TRY(fill_batches(w, k, &p->v.batches));
    return page_shell(w, k->rq, arena_printf(w->arena, _("Import: %.*s"), STR_ARG(p->v.ledger.text)), k->l, &p->v.shell);
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
        if (rq->form.param[i].is_file && rq->form.param[i].value.n) return &rq->form.param[i];
    return NULL;
}

static enum err keep(struct work *w, void *arg)
{
    struct wizard *k = arg;
    const struct param *file = sent_file(k->rq);
    char digest[HASH_HEX];
    TRY(right_need(w, k->l, RIGHT_IMPORT));
    TRY(file_add_bytes_until(w, file->value, clock_machine() + KEPT, digest));
    return upload_add(w, k->l, str_of(digest), file->file_name.n ? file->file_name : STR("table"), &k->u.id);
}

static enum err upload_sent(struct request *rq)
{
    struct wizard *k;
    TRY(start(rq, &k));
    TRY(request_ledger(rq, &k->l));
    if (!sent_file(rq)) {
        k->why = str_of(_("please choose a file"));
        return show_upload(k, 422);
    }
    TRY(web_write(rq, keep, k));
    return answer_go(rq, "/import/%lld", (long long)k->u.id);
}

/* ---- its columns are looked at ---- */

struct map_page {
    struct wizard *k;
    struct import_source source;
    char headings[HASH_HEX]; /* digest of all headings */
    struct import_map_view v;
};

/* The name under which the meaning of these headings is remembered. */
static enum err name_headings(const struct table *t, char ret[HASH_HEX])
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    unsigned char digest[HASH_BYTES];
    for (int i = 0; i < t->columns; i++) {
        table_heading_key(&b, t->column[i].heading.p ? t->column[i].heading : STR(""));
        buf_char(&b, '\n');
    }
    TRY(buf_error(&b));
    TRY(hash_two(HASH_SHA256, buf_view(&b), STR_NONE, digest));
    hash_hex(digest, ret);
    return OK;
}

static enum err recall(struct work *w, struct map_page *p)
{
    struct str map;
    if (p->k->o.map) return OK;
    TRY(mapping_get(w, p->k->l, p->headings, &map));
    if (!map.p) return OK;
    struct upload as_options = p->k->u;
    struct import_options remembered;
    bool unused;
    as_options.options = map;
    TRY(import_options_read(w->arena, &as_options, &remembered, &unused));
    p->k->o.map = remembered.map;
    p->k->o.map_n = remembered.map_n;
    p->k->remember = true;
    return OK;
}

/* What a heading goes to as it was told; NULL: nobody has told. */
static const struct str *told(const struct wizard *k, struct str heading)
{
    for (int i = 0; i < k->o.map_n; i++)
        if (str_eq(k->o.map[i].heading, heading)) return &k->o.map[i].field;
    return NULL;
}

static enum err fill_fields(struct arena *a, const struct wizard *k, struct str chosen, struct view_import_column *c)
{
    struct choice *list = arena_array(a, struct choice, k->l->fields_count);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < k->l->fields_count; i++) {
        const struct field *f = &k->l->fields[i];
        if (f->read_only || f->type == TYPE_ROWS || f->type == TYPE_FILES) continue;
        struct str name = str_of(f->name);
        list[c->field_count++] = (struct choice){name, str_of(field_label(f, k->rq->lang)), str_eq(name, chosen)};
    }
    c->field = list;
    return OK;
}

static enum err fill_column(struct arena *a, const struct wizard *k, const struct table_column *t, struct view_import_column *c)
{
    const struct str *said = t->heading.p ? told(k, t->heading) : NULL;
    struct str field = said ? *said : t->field >= 0 ? str_of(k->l->fields[t->field].name) : STR("");
    *c = (struct view_import_column){.heading = t->heading.p ? t->heading : STR("")};
    c->note = str_of(!t->heading.p     ? _("a column without heading cannot be brought in")
                     : said            ? _("as told")
                     : t->same_as >= 0 ? _("another column has this field already")
                     : t->field >= 0   ? _("known by its heading")
                                       : _("not known: please choose, or leave it out"));
    c->tone = said || t->field >= 0 ? TONE_GOOD : t->heading.p ? TONE_WARN : TONE_MUTED;
    return fill_fields(a, k, field, c);
}

static enum err fill_samples(struct arena *a, struct table *t, struct view_import_column *c)
{
    struct table_row r;
    bool more = true;
    for (int n = 0; n < IMPORT_SAMPLES && more;) {
        TRY(table_next(t, &r, &more));
        if (!more || r.kind != TABLE_DATA) continue;
        for (int i = 0; i < t->columns; i++)
            if (r.cell[i].text.p)
                c[i].sample[n] = arena_str(
                    a, str_head(r.cell[i].text, utf8_cut(r.cell[i].text.p, r.cell[i].text.n < 120 ? r.cell[i].text.n : 120)));
        n++;
    }
    return OK;
}

static enum err fill_missing(struct arena *a, struct map_page *p)
{
    const struct ledger *l = p->k->l;
    struct str *list = arena_array(a, struct str, l->fields_count);
    if (!list) return err_no_memory();
    for (unsigned i = 0; i < l->fields_count; i++) {
        bool found = !l->fields[i].required || l->fields[i].compute;
        for (int n = 0; n < p->v.column_count && !found; n++)
            for (int k = 0; k < p->v.column[n].field_count; k++)
                found |= p->v.column[n].field[k].chosen && str_is(p->v.column[n].field[k].value, l->fields[i].name);
        if (!found) list[p->v.missing_count++] = str_of(field_label(&l->fields[i], p->k->rq->lang));
    }
    p->v.missing = list;
    return OK;
}

static enum err fill_table(struct work *w, struct map_page *p)
{
    struct table *t = p->source.table;
    struct view_import_column *c = arena_array(w->arena, struct view_import_column, t->columns + 1);
    if (!c) return err_no_memory();
    TRY(name_headings(t, p->headings));
    TRY(recall(w, p));
    for (int i = 0; i < t->columns; i++) TRY(fill_column(w->arena, p->k, &t->column[i], &c[i]));
    TRY(fill_samples(w->arena, t, c));
    p->v.column = c;
    p->v.column_count = t->columns;
    p->v.heading = arena_printf(w->arena, "%lld", (long long)t->header_row);
    return fill_missing(w->arena, p);
}

static enum err fill_sheets(struct arena *a, struct map_page *p)
{
    int n = workbook_sheets(p->source.workbook);
    struct choice *list = arena_array(a, struct choice, n);
    if (!list) return err_no_memory();
    for (int i = 0; i < n; i++) {
        struct str name = arena_str(a, workbook_sheet_name(p->source.workbook, i));
        bool here = p->source.table ? p->source.table->sheet == i : str_is(name, p->k->o.sheet ? p->k->o.sheet : "");
        list[i] = (struct choice){name, name, here};
    }
    p->v.sheet = list;
    p->v.sheet_count = n;
    return OK;
}

/* A file that cannot be read, or has no table, says so on the page, where another sheet or row can be told. */
static enum err look(struct work *w, struct map_page *p)
{
    char path[FD_PATH];
    struct str *error = arena_new(w->arena, struct str);
    const struct import_options o = {.sheet = p->k->o.sheet, .header_row = p->k->o.header_row}; /* the guess, whatever was told */
    if (!error) return err_no_memory();
    enum err e = import_source_open(w->store, w->arena, p->k->l, fd_path(p->k->fd, path), &o, &p->source);
    if (!e) e = import_source_table(&p->source, w->arena, p->k->l, &o);
    if (!e) e = fill_table(w, p);
    if (e == ERR_UNREADABLE || e == ERR_NOT_FOUND || e == ERR_INVALID || e == ERR_TOO_BIG) {
        *error = arena_str(w->arena, str_of(err_last()->message));
        p->v.error = error;
        p->v.error_count = 1;
        e = OK;
    }
    if (!e && p->source.workbook) e = fill_sheets(w->arena, p);
    import_source_close(&p->source);
    return e;
}

static enum err make_map(struct work *w, struct map_page *p)
{
    struct wizard *k = p->k;
    int64_t bytes = 0;
    struct str kind;
    p->v = (struct import_map_view){.ledger = ledger_link(k), .action = k->rq->x->path, .strict = k->o.strict, .heading = STR("")};
    TRY(file_find(w, k->u.digest, &bytes, &kind));
    p->v.file = arena_printf(w->arena, "%.*s · %.0f kB", STR_ARG(k->u.name), (double)bytes / 1024);
    TRY(file_open(w, k->u.digest, &k->fd));
    enum err e = look(w, p);
    close(k->fd);
    TRY(e);
    p->v.remember = k->remember;
    return page_shell(w, k->rq, arena_printf(w->arena, _("Import: %.*s"), STR_ARG(p->v.ledger.text)), k->l, &p->v.shell);
}

/* ---- what came of it ---- */

static void fill_notes(const struct wizard *k, const struct import_note *notes, int n, const struct import_refusal **ret, int *ret_n)
{
    struct import_refusal *list = arena_array(k->rq->arena, struct import_refusal, n + 1);
    for (int i = 0; list && i < n; i++) {
        const struct field *f = ledger_field(k->l, notes[i].field);
        list[i] = (struct import_refusal){.row = arena_printf(k->rq->arena, "%lld", (long long)notes[i].row),
                                          .field = f ? str_of(field_label(f, k->rq->lang)) : notes[i].field,
                                          .found = notes[i].value,
                                          .why = notes[i].reason};
    }
    *ret = list;
    *ret_n = list ? n : 0;
}

static struct str figure(const struct wizard *k, int64_t n)
{
    return arena_printf(k->rq->arena, "%lld", (long long)n);
}

static enum err read_notes(struct work *w, const struct wizard *k, struct import_result *r)
{
    r->refusals = arena_array(w->arena, struct import_note, NOTES);
    r->warnings = arena_array(w->arena, struct import_note, NOTES);
    if (!r->refusals || !r->warnings) return err_no_memory();
    TRY(import_notes(w, k->u.job, true, r->refusals, NOTES, &r->refusals_n));
    return import_notes(w, k->u.job, false, r->warnings, NOTES, &r->warnings_n);
}

static enum err make_result(struct work *w, struct wizard *k, const struct job *j, bool trial, struct import_result_view *v)
{
    struct import_result r;
    struct arena *a = w->arena;
    import_result_read(a, j->result, &r);
    if (!trial) TRY(read_notes(w, k, &r));
    *v = (struct import_result_view){.ledger = ledger_link(k),
                                     .trial = trial,
                                     .file = k->u.name,
                                     .rows = figure(k, r.rows),
                                     .created = figure(k, r.added),
                                     .changed = figure(k, r.changed),
                                     .same = figure(k, r.unchanged),
                                     .refused = figure(k, r.refused),
                                     .warned = figure(k, r.warned),
                                     .any_refused = r.refused > 0,
                                     .action = k->rq->x->path,
                                     .back_url = arena_printf(a, "/import/%lld?step=columns", (long long)k->u.id),
                                     .records_url = arena_printf(a, "/l/%s", k->l->ledger),
                                     .may_undo = !trial && !k->u.undo_job};
    if (!trial && r.refused) v->refused_url = arena_printf(a, "/import/%lld/refused", (long long)k->u.id);
    if (k->u.undo_job) v->undone = str_of(_("This import was taken back."));
    fill_notes(k, r.refusals, r.refusals_n, &v->refusal, &v->refusal_count);
    fill_notes(k, r.warnings, r.warnings_n, &v->warning, &v->warning_count);
    return page_shell(w, k->rq, arena_printf(a, _("Import: %.*s"), STR_ARG(v->ledger.text)), k->l, &v->shell);
}

/* ---- one address, which shows how far it is ---- */

struct import_page {
    struct wizard *k;
    int64_t go; /* to this job: it goes on, or has failed */
    bool mapping;
    struct map_page map;
    struct import_result_view result;
};

static enum err make_page(struct work *w, void *arg)
{
    struct import_page *p = arg;
    struct wizard *k = p->k;
    struct job j;
    TRY(load(w, k));
    int64_t job = k->u.undo_job ? k->u.undo_job : k->u.job ? k->u.job : k->u.check_job;
    p->mapping = !job || (!k->u.job && str_is(request_query(k->rq, "step"), "columns"));
    p->map = (struct map_page){.k = k};
    if (p->mapping) return make_map(w, &p->map);
    TRY(job_get(w, job, &j));
    if (job_goes_on(&j)) p->go = job;
    if (p->go) return OK;
    if (!str_is(j.state, "done") && job != k->u.undo_job) { /* it failed, or was stopped: on with it, or with other columns */
        p->mapping = true;
        return make_map(w, &p->map);
    }
    if (k->u.undo_job) TRY(job_get(w, k->u.job, &j));
    return make_result(w, k, &j, !k->u.job, &p->result);
}

static enum err import_page(struct request *rq)
{
    struct import_page *p = arena_new(rq->arena, struct import_page);
    if (!p) return err_no_memory();
    TRY(start(rq, &p->k));
    TRY(web_view(rq, make_page, p));
    if (p->go) return answer_go(rq, "/jobs/%lld", (long long)p->go);
    if (p->mapping)
        view_import_map(&rq->html, &p->map.v);
    else
        view_import_result(&rq->html, &p->result);
    return answer_page(rq, 200);
}

/* ---- what is sent ---- */

/* sheet and heading row as the form has them. */
static void take_place(struct wizard *k)
{
    struct str sheet = request_form(k->rq, "sheet"), heading = request_form(k->rq, "heading");
    if (sheet.p) k->o.sheet = arena_z(k->rq->arena, sheet);
    k->o.header_row = 0;
    str_int(heading, &k->o.header_row);
    k->o.map = NULL;
    k->o.map_n = 0;
}

/* map.N for each column that has a heading; the file is looked at again to know them. */
static enum err take_columns(struct work *w, struct wizard *k)
{
    struct map_page p = {.k = k};
    char name[32];
    TRY(make_map(w, &p));
    if (p.v.error_count) return err_set(ERR_UNREADABLE, "%.*s", STR_ARG(p.v.error[0]));
    struct import_map *map = arena_array(w->arena, struct import_map, p.v.column_count + 1);
    if (!map) return err_no_memory();
    k->o.map_n = 0;
    for (int i = 0; i < p.v.column_count; i++) {
        snprintf(name, sizeof name, "map.%d", i);
        struct str field = param(&k->rq->form, name);
        if (!p.v.column[i].heading.n || !field.p) continue;
        map[k->o.map_n++] = (struct import_map){p.v.column[i].heading, field};
    }
    k->o.map = map;
    k->o.strict = request_form(k->rq, "strict").p != NULL;
    k->remember = request_form(k->rq, "remember").p != NULL;
    struct str options;
    TRY(import_options_write(w->arena, &k->o, k->remember, &options));
    return k->remember ? mapping_save(w, k->l, p.headings, options) : OK;
}

static enum err save_options(struct work *w, struct wizard *k)
{
    struct str options;
    TRY(import_options_write(w->arena, &k->o, k->remember, &options));
    return upload_set_options(w, k->u.id, options);
}

static enum err put_job(struct work *w, struct wizard *k, const char *kind, enum upload_job which)
{
    TRY(job_put(w, kind, import_parameters(w->arena, k->u.id), &k->job));
    return upload_set_job(w, k->u.id, which, k->job);
}

/* Once is enough; but an import that failed or was stopped goes on. */
static enum err may_run(struct work *w, struct wizard *k)
{
    struct job j;
    if (!k->u.job) return OK;
    TRY(job_get(w, k->u.job, &j));
    if (!job_goes_on(&j) && !str_is(j.state, "done")) return OK;
    return err_set(ERR_REFUSED, "%s", _("this file was imported already"));
}

static enum err take(struct work *w, void *arg)
{
    struct wizard *k = arg;
    struct str what = request_form(k->rq, "do");
    TRY(load(w, k));
    k->job = 0;
    if (str_is(what, "undo")) {
        if (!k->u.job || k->u.undo_job) return err_set(ERR_REFUSED, "%s", _("there is nothing to take back"));
        return put_job(w, k, "undo", UPLOAD_UNDO);
    }
    TRY(may_run(w, k));
    if (str_is(what, "run")) {
        TRY(file_keep(w, k->u.digest)); /* refused rows are read from it again, however late */
        return put_job(w, k, "import", UPLOAD_IMPORT);
    }
    take_place(k);
    if (!str_is(what, "check")) return save_options(w, k);
    TRY(take_columns(w, k));
    TRY(save_options(w, k));
    return put_job(w, k, "import_check", UPLOAD_CHECK);
}

static enum err import_sent(struct request *rq)
{
    struct wizard *k;
    TRY(start(rq, &k));
    TRY(web_write(rq, take, k));
    if (!k->job) return answer_go(rq, "/import/%lld", (long long)k->u.id);
    runner_wake(rq->web->runner);
    return answer_go(rq, "/jobs/%lld", (long long)k->job);
}

/* ---- refused rows, to be mended ---- */

static enum err open_file(struct work *w, void *arg)
{
    struct wizard *k = arg;
    TRY(load(w, k));
    if (!k->u.job) return err_set(ERR_NOT_FOUND, "%s", _("this file was not imported yet"));
    return file_open(w, k->u.digest, &k->fd);
}

static enum err refused(struct request *rq)
{
    struct wizard *k;
    char path[FD_PATH], out[] = "/tmp/anjian-refused-XXXXXX";
    TRY(start(rq, &k));
    TRY(web_view(rq, open_file, k));
    int fd = mkstemp(out);
    enum err e = fd < 0 ? err_set(ERR_IO, "%s", _("there is no room for the file on its way"))
                        : import_refused(rq->store, &rq->session.actor, rq->arena, k->l, fd_path(k->fd, path), &k->o, k->u.job, out);
    if (!e)
        e = answer_file(rq, out, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        arena_printf(rq->arena, "%s-%.*s.xlsx", _("refused"), STR_ARG(k->u.name)));
    if (fd >= 0) close(fd), unlink(out);
    close(k->fd);
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
