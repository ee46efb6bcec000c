/* export.c — what leaves as a file: the rows of a list (/l/LEDGER/export), a blank table to fill in (/l/LEDGER/template), and the
 * files that records keep (/l/LEDGER/ID/file/FIELD/DIGEST/NAME). */
#include "ledger/export.h"

#include <stdlib.h>
#include <unistd.h>

#include "ledger/blank.h"
#include "ledger/setting.h"
#include "web/attached.h"
#include "web/listing.h"
#include "web/pages.h"

#define ROWS_MOST 100000 /* unless the setting export_rows_web says otherwise */

/* A file on its way out lies in a folder of its own, which nobody else can look into or write to. */
struct outgoing {
    struct request *rq;
    const struct ledger *l;
    enum writer_format format;
    char *folder, *path; /* NULL: not there */
};

static enum err outgoing_open(struct outgoing *k)
{
    const char *folder = getenv("TMPDIR");
    k->folder = arena_z(k->rq->arena, arena_printf(k->rq->arena, "%s/anjian-XXXXXX", folder ? folder : "/tmp"));
    if (!k->folder) return err_no_memory();
    if (!mkdtemp(k->folder)) return err_set(ERR_IO, "%s", _("there is no room for the file on its way"));
    k->path = arena_z(k->rq->arena, arena_printf(k->rq->arena, "%s/file", k->folder));
    return k->path ? OK : err_no_memory();
}

static void outgoing_remove(struct outgoing *k)
{
    if (k->path) unlink(k->path);
    if (k->folder) rmdir(k->folder);
}

static const struct {
    const char *ending, *type;
} formats[] = {[WRITER_CSV] = {"csv", "text/csv; charset=utf-8"},
               [WRITER_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
               [WRITER_JSON] = {"json", "application/json"}};

/* Make it, open it, remove it: what is open is sent. `format`: of the name, with the label of the ledger as its argument. */
static enum err outgoing_answer(struct outgoing *k, enum err (*make)(struct work *, void *), const char *name)
{
    enum err e = outgoing_open(k);
    if (!e) e = web_view(k->rq, make, k);
    if (!e) e = answer_file(k->rq, k->path, formats[k->format].type, arena_printf(k->rq->arena, "%s.%s", name, formats[k->format].ending));
    outgoing_remove(k);
    return e;
}

/* ---- rows ---- */

static enum err write_rows(struct work *w, void *arg)
{
    struct outgoing *k = arg;
    struct listing list;
    struct export order = {.path = k->path, .format = k->format};
    int64_t rows;
    TRY(setting_int(w, "export_rows_web", ROWS_MOST, &order.most));
    TRY(listing_read(w, k->rq, k->l, QUERY_LIMIT_MAX, &list));
    listing_query(&list, 0, &order.query);
    order.field = list.field;
    order.fields_n = list.fields;
    return export_rows(w, &order, &rows);
}

static enum err export_list(struct request *rq)
{
    struct outgoing k = {.rq = rq};
    struct str format = request_query(rq, "format");
    char day[DAY_TEXT];
    TRY(request_ledger(rq, &k.l));
    if (!writer_parse(format, &k.format)) {
        err_set(ERR_INVALID, _("format: xlsx, csv or json, not “%.*s”"), STR_ARG(format));
        return err_field("format");
    }
    day_text(instant_day(clock_now()), day);
    struct str name = arena_printf(rq->arena, "%s-%s", ledger_label(k.l, rq->lang), day);
    return name.p ? outgoing_answer(&k, write_rows, name.p) : err_no_memory();
}

/* ---- a blank table ---- */

static enum err write_blank(struct work *w, void *arg)
{
    struct outgoing *k = arg;
    int columns;
    return blank_write(w, k->l, k->path, &columns);
}

static enum err blank(struct request *rq)
{
    struct outgoing k = {.rq = rq, .format = WRITER_XLSX};
    TRY(request_ledger(rq, &k.l));
    return outgoing_answer(&k, write_blank, ledger_label(k.l, rq->lang));
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
    ROUTE(GET, "/l/{ledger}/template", MAY(RIGHT_IMPORT), WAITS, blank),
    ROUTE(GET, "/l/{ledger}/{id}/file/{field}/{digest}/{name}", MAY(RIGHT_SEE), WAITS, file),
    ROUTE_END,
};
