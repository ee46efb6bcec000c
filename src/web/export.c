/* export.c — what leaves as a file: the rows of a list (/l/LEDGER/export; a long one by a job, fetched at /jobs/ID/file), a blank table to
 * fill in (/l/LEDGER/template), and the files that records keep (/l/LEDGER/ID/file/FIELD/DIGEST/NAME). */
#include "ledger/export.h"

#include <unistd.h>

#include "confirm.html.h"
#include "ledger/blank.h"
#include "ledger/file.h"
#include "ledger/setting.h"
#include "web/attached.h"
#include "web/export_work.h"
#include "web/listing.h"
#include "web/outgoing.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/web_parts.h"

#define ROWS_MOST 100000 /* unless the setting export_rows_web says otherwise */

struct leaving {
    struct request *rq;
    const struct ledger *l;
    enum writer_format format;
    struct outgoing out;
    bool too_many;
    int64_t job;
    struct confirm_view v;
};

/* Make it, open it, remove it: what is open is sent. */
static enum err answer_made(struct leaving *k, enum err (*make)(struct work *, void *), struct str name)
{
    enum err e = outgoing_open(k->rq->arena, &k->out);
    if (!e) e = web_view(k->rq, make, k);
    if (!e && !k->too_many) e = answer_file(k->rq, k->out.path, outgoing_type(k->format), name);
    outgoing_remove(&k->out);
    return e;
}

/* ---- rows ---- */

/* A list that is too long to wait for is offered as a job. */
static enum err offer(struct work *w, struct leaving *k, const struct listing *list)
{
    struct confirm_view *v = &k->v;
    struct query q;
    int64_t rows;
    listing_query(list, 0, &q);
    TRY(query_count(w, &q, &rows));
    *v = (struct confirm_view){
        .up = {.text = str_of(ledger_label(k->l, k->rq->lang)), .url = listing_url(w->arena, list, (struct listing_change){0})},
        .title = str_of(_("A long export")),
        .text = arena_printf(
            w->arena,
            _("These are %lld rows. Their file is made in the background; you can go on working meanwhile and fetch it from "
              "the page of the job."),
            (long long)rows),
        .action = listing_url(w->arena, list,
                              (struct listing_change){"/export", .name = "format", .value = str_of(outgoing_ending(k->format))}),
        .submit = str_of(_("Make the file"))};
    v->cancel_url = v->up.url;
    k->too_many = true;
    return page_shell(w, k->rq, v->title, k->l, &v->shell);
}

static enum err write_rows(struct work *w, void *arg)
{
    struct leaving *k = arg;
    struct listing list;
    struct export order = {.path = k->out.path, .format = k->format};
    int64_t rows;
    k->too_many = false;
    TRY(setting_int(w, "export_rows_web", ROWS_MOST, &order.most));
    TRY(listing_read(w, &k->rq->query, k->l, QUERY_LIMIT_MAX, &list));
    listing_query(&list, 0, &order.query);
    order.field = list.field;
    order.fields_n = list.fields;
    enum err e = export_rows(w, &order, &rows);
    return e == ERR_TOO_BIG && strcmp(err_last()->rule, "export_rows") == 0 ? offer(w, k, &list) : e;
}

static enum err read_format(struct leaving *k)
{
    struct str format = request_query(k->rq, "format");
    TRY(request_ledger(k->rq, &k->l));
    if (writer_parse(format, &k->format)) return OK;
    err_set(ERR_INVALID, _("format: xlsx, csv or json, not “%.*s”"), STR_ARG(format));
    return err_field("format");
}

static enum err export_list(struct request *rq)
{
    struct leaving k = {.rq = rq};
    TRY(read_format(&k));
    TRY(answer_made(&k, write_rows, export_name(rq->arena, k.l, k.format)));
    if (!k.too_many) return OK;
    view_confirm(&rq->html, &k.v);
    return answer_page(rq, 200);
}

/* ---- rows, by a job ---- */

/* The list is read here too, so that what it cannot mean is said at once. */
static enum err put_job(struct work *w, void *arg)
{
    struct leaving *k = arg;
    struct listing list;
    TRY(listing_read(w, &k->rq->query, k->l, QUERY_LIMIT_MAX, &list));
    struct str address = listing_url(w->arena, &list, (struct listing_change){0}), query = STR("");
    if (!address.p) return err_no_memory();
    ptrdiff_t at = str_find(address, STR("?"));
    if (at >= 0) query = str_from(address, (size_t)at + 1);
    return export_put(w, k->l, k->format, query, &k->job);
}

static enum err export_sent(struct request *rq)
{
    struct leaving k = {.rq = rq};
    TRY(read_format(&k));
    TRY(web_write(rq, put_job, &k));
    runner_wake(rq->web->runner);
    return answer_go(rq, "/jobs/%lld", (long long)k.job);
}

struct fetching {
    struct request *rq;
    struct export_made made;
    int fd;
};

static enum err open_made(struct work *w, void *arg)
{
    struct fetching *k = arg;
    struct job j;
    int64_t id;
    if (k->fd >= 0) close(k->fd);
    k->fd = -1;
    if (!str_int(k->rq->arg[0], &id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(job_get(w, id, &j));
    TRY(export_made(w, &j, &k->made));
    return file_open(w, k->made.digest, &k->fd);
}

static enum err made_file(struct request *rq)
{
    struct fetching k = {.rq = rq, .fd = -1};
    char path[FD_PATH];
    enum err e = web_view(rq, open_made, &k);
    if (!e) e = answer_file(rq, fd_path(k.fd, path), outgoing_type(k.made.format), k.made.name);
    if (k.fd >= 0) close(k.fd);
    return e;
}

/* ---- a blank table ---- */

static enum err write_blank(struct work *w, void *arg)
{
    struct leaving *k = arg;
    int columns;
    return blank_write(w, k->l, k->out.path, &columns);
}

static enum err blank(struct request *rq)
{
    struct leaving k = {.rq = rq, .format = WRITER_XLSX};
    TRY(request_ledger(rq, &k.l));
    return answer_made(&k, write_blank, arena_printf(rq->arena, "%s.xlsx", ledger_label(k.l, rq->lang)));
}

/* ---- a file of a record ---- */

static enum err find_itself(struct work *w, struct request *rq, const struct ledger *l, struct record **ret)
{
    int64_t id;
    TRY(request_record_itself(w, rq, l, 1, &id));
    return store_read(w, l, id, ret);
}

/* The name stands in the address for people; the record says under which it is kept. */
static enum err file(struct request *rq)
{
    const struct ledger *l;
    TRY(request_ledger(rq, &l));
    return attached_answer(rq, l, find_itself, rq->arg[2], rq->arg[3], ATTACHED_SHOWN);
}

const struct route export_routes[] = {
    ROUTE(GET, "/l/{ledger}/export", MAY(RIGHT_EXPORT), WAITS, export_list),
    ROUTE(POST, "/l/{ledger}/export", MAY(RIGHT_EXPORT), TAKES_FORM | WAITS, export_sent),
    ROUTE(GET, "/jobs/{id}/file", LOGGED_IN, WAITS, made_file),
    ROUTE(GET, "/l/{ledger}/template", MAY(RIGHT_IMPORT), WAITS, blank),
    ROUTE(GET, "/l/{ledger}/{id}/file/{field}/{digest}/{name}", MAY(RIGHT_SEE), WAITS, file),
    ROUTE_END,
};
