/* import_work.c — see import_work.h. */
#include "web/import_work.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/file.h"
#include "ledger/setting.h"
#include "safety/account.h"

#define NOTES_SHOWN 200
#define TRIAL_ROWS 10000 /* unless the setting import_trial_rows says otherwise */
#define TRIAL_CHUNK 1000
#define TRIAL_MOST (3 * INSTANT_SECOND) /* nobody else can write to SQLite meanwhile */

/* ---- parameters ---- */

struct str import_parameters(struct arena *a, const struct upload *u)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 << 10);
    buf_printf(&b, "{\"upload\":\"%lld\",\"ledger\":\"%s\",\"file\":", (long long)u->id, u->l->ledger);
    buf_json(&b, u->name);
    buf_char(&b, '}');
    return buf_error(&b) ? STR_NONE : arena_str(a, buf_view(&b));
}

int64_t import_upload_of(const struct job *j)
{
    int64_t id = 0;
    for (const struct job_kind *k = import_kinds; k->name; k++) {
        if (!str_is(j->kind, k->name)) continue;
        json_t *o = json_loadb(j->parameters.p, j->parameters.n, 0, NULL);
        str_int(str_of(json_string_value(json_object_get(o, "upload"))), &id);
        json_decref(o);
    }
    return id;
}

enum err import_actor(struct work *w, const struct job *j, struct actor *ret)
{
    struct record *account;
    TRY(account_find(w, j->actor, &account));
    return account_actor_under(w, account, j->post, ret);
}

/* ---- options ---- */

static enum err read_map(struct arena *a, const json_t *map, struct import_options *o)
{
    struct import_map *list = arena_array(a, struct import_map, json_object_size(map) + 1);
    const char *heading;
    json_t *field;
    if (!list) return err_no_memory();
    json_object_foreach((json_t *)(uintptr_t)map, heading, field)
        list[o->map_n++] = (struct import_map){arena_str(a, str_of(heading)), arena_str(a, str_of(json_string_value(field)))};
    o->map = list;
    return arena_failed(a) ? err_no_memory() : OK;
}

enum err import_options_read(struct arena *a, const struct upload *u, struct import_options *ret, bool *ret_remember)
{
    json_t *o = json_loadb(u->options.p, u->options.n, 0, NULL);
    const char *sheet = json_string_value(json_object_get(o, "sheet"));
    *ret = (struct import_options){.header_row = json_integer_value(json_object_get(o, "heading")),
                                   .strict = json_is_true(json_object_get(o, "strict")),
                                   .name = arena_z(a, u->name)};
    if (sheet) ret->sheet = arena_z(a, str_of(sheet));
    *ret_remember = json_is_true(json_object_get(o, "remember"));
    enum err e = json_is_object(json_object_get(o, "map")) ? read_map(a, json_object_get(o, "map"), ret) : OK;
    json_decref(o);
    return e;
}

enum err import_options_write(struct arena *a, const struct import_options *o, bool remember, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    buf_printf(&b, "{\"heading\":%lld,\"strict\":%s,\"remember\":%s", (long long)o->header_row, o->strict ? "true" : "false",
               remember ? "true" : "false");
    if (o->sheet) buf_z(&b, ",\"sheet\":"), buf_json(&b, str_of(o->sheet));
    if (o->map) buf_char(&b, ','), import_map_json(&b, o->map, o->map_n);
    buf_char(&b, '}');
    TRY(buf_error(&b));
    *ret = arena_str(a, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

/* ---- the work ---- */

struct job_source {
    struct job_run *run;
    struct upload upload;
    int fd; /* of the file; -1: not wanted */
    bool wants_file;
};

static enum err open_source(struct work *w, void *arg)
{
    struct job_source *s = arg;
    TRY(upload_get(w, import_upload_of(s->run->job), &s->upload));
    return s->wants_file ? file_open(w, s->upload.digest, &s->fd) : OK;
}

static enum err say_result(struct job_run *run, const struct import_result *r)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)4 << 20);
    buf_char(&b, '{');
    import_result_members(&b, r, NOTES_SHOWN);
    buf_char(&b, '}');
    TRY(buf_error(&b));
    run->result = arena_str(run->arena, buf_view(&b));
    return run->result.p ? OK : err_no_memory();
}

static enum err note_batch(struct work *w, void *arg, int64_t batch)
{
    const struct job_source *s = arg;
    return upload_set_batch(w, s->upload.id, batch);
}

static enum err run_import(struct job_run *run, bool trial)
{
    struct job_source s = {.run = run, .fd = -1, .wants_file = true};
    struct import_options o;
    struct import_result r;
    char path[FD_PATH];
    bool remember;
    TRY(store_view(run->store, run->actor, run->arena, open_source, &s));
    enum err e = import_options_read(run->arena, &s.upload, &o, &remember);
    if (trial) {
        o.dry_run = true;
        o.strict = false; /* all that would be refused is of interest */
        o.chunk = TRIAL_CHUNK;
        o.time_most = TRIAL_MOST;
        if (!e) e = setting_read(run->store, "import_trial_rows", TRIAL_ROWS, &o.rows_most);
    } else {
        o.job = run->job->id;
        o.begun = note_batch;
        o.begun_arg = &s;
    }
    o.progress = job_run_progress;
    o.progress_arg = run;
    if (!e) e = import_file(run->store, run->actor, run->arena, s.upload.l, fd_path(s.fd, path), &o, &r);
    close(s.fd);
    if (!e && r.stopped) return err_set(ERR_STOPPED, "%s", _("stopped"));
    return e ? e : trial ? say_result(run, &r) : OK;
}

static enum err run_check(struct job_run *run)
{
    return run_import(run, true);
}

static enum err run_real(struct job_run *run)
{
    return run_import(run, false);
}

static enum err run_undo(struct job_run *run)
{
    struct job_source s = {.run = run, .fd = -1};
    struct undo_options o = {.job = run->job->id, .progress = job_run_progress, .progress_arg = run};
    struct undo_result r;
    TRY(store_view(run->store, run->actor, run->arena, open_source, &s));
    return import_undo(run->store, run->actor, run->arena, s.upload.batch, &o, &r);
}

const struct job_kind import_kinds[] = {{"import_check", run_check}, {"import", run_real}, {"undo", run_undo}, {NULL, NULL}};
