/* export_work.c — see export_work.h. */
#include "web/export_work.h"

#include <jansson.h>

#include "ledger/export.h"
#include "ledger/file.h"
#include "ledger/right.h"
#include "ledger/setting.h"
#include "web/listing.h"
#include "web/outgoing.h"

#define DAYS 7             /* unless the setting export_file_days says otherwise */
#define SHEET_ROWS 1048575 /* below the headings */

struct str export_name(struct arena *a, const struct ledger *l, enum writer_format format)
{
    char day[DAY_TEXT];
    day_text(instant_day(clock_now()), day);
    return arena_printf(a, "%s-%s.%s", ledger_label(l, lang_get()), day, outgoing_ending(format));
}

/* ---- asked for ---- */

/* Which rows the actor sees, and as what: what was exported under one answer is not handed out under another. */
static struct str sight(struct arena *a, const struct actor *who)
{
    return arena_printf(a, "%d/%d/%lld", (int)who->role, (int)who->sees, (long long)who->sees_id);
}

enum err export_put(struct work *w, const struct ledger *l, enum writer_format format, struct str query, int64_t *ret_job)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)128 << 10);
    TRY(right_need(w, l, RIGHT_EXPORT));
    buf_printf(&b, "{\"ledger\":\"%s\",\"format\":\"%s\",\"query\":", l->ledger, outgoing_ending(format));
    buf_json(&b, query);
    buf_char(&b, '}');
    TRY(buf_error(&b));
    return job_put(w, EXPORT_KIND, buf_view(&b), ret_job);
}

/* ---- the work ---- */

struct making {
    struct job_run *run;
    struct outgoing out;
    struct export order;
    struct params query;
    struct export_made made;
};

static enum err read_order(struct making *m)
{
    const struct job *j = m->run->job;
    struct arena *a = m->run->arena;
    json_t *o = json_loadb(j->parameters.p, j->parameters.n, 0, NULL);
    m->made.l = registry_find(m->run->store->registry, str_of(json_string_value(json_object_get(o, "ledger"))));
    bool good = writer_parse(str_of(json_string_value(json_object_get(o, "format"))), &m->made.format);
    struct str query = arena_str(a, str_of(json_string_value(json_object_get(o, "query"))));
    json_decref(o);
    if (!m->made.l || !good || !query.p) return err_set(ERR_INVALID, "%s", _("what this job should export cannot be read"));
    return params_read(a, query, &m->query);
}

static bool tell(void *arg, int64_t done, int64_t total)
{
    job_run_total(arg, total);
    return job_run_progress(arg, done);
}

static enum err write_rows(struct work *w, void *arg)
{
    struct making *m = arg;
    struct listing list;
    TRY(listing_read(w, &m->query, m->made.l, QUERY_LIMIT_MAX, &list));
    m->order = (struct export){.path = m->out.path, .format = m->made.format, .progress = tell, .arg = m->run};
    if (m->made.format == WRITER_XLSX) m->order.most = SHEET_ROWS;
    listing_query(&list, 0, &m->order.query);
    m->order.field = list.field;
    m->order.fields_n = list.fields;
    return export_rows(w, &m->order, &m->made.rows);
}

static enum err keep(struct work *w, void *arg)
{
    struct making *m = arg;
    char digest[HASH_HEX];
    int64_t days;
    TRY(setting_int(w, "export_file_days", DAYS, &days));
    m->made.until = clock_machine() + days * INSTANT_DAY;
    TRY(file_add_path_until(w, m->out.path, m->made.until, digest));
    m->made.digest = arena_str(w->arena, str_of(digest));
    return m->made.digest.p ? OK : err_no_memory();
}

static enum err say(struct making *m)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    const struct export_made *made = &m->made;
    struct arena *a = m->run->arena;
    buf_printf(&b, "{\"ledger\":\"%s\",\"format\":\"%s\",\"rows\":%lld,\"until\":%lld,\"digest\":", made->l->ledger,
               outgoing_ending(made->format), (long long)made->rows, (long long)made->until);
    buf_json(&b, made->digest);
    buf_z(&b, ",\"sight\":");
    buf_json(&b, sight(a, m->run->actor));
    buf_z(&b, ",\"name\":");
    buf_json(&b, export_name(a, made->l, made->format));
    buf_char(&b, '}');
    TRY(buf_error(&b));
    m->run->result = arena_str(a, buf_view(&b));
    return m->run->result.p ? OK : err_no_memory();
}

enum err export_job(struct job_run *run)
{
    struct making m = {.run = run};
    TRY(read_order(&m));
    enum err e = outgoing_open(run->arena, &m.out);
    if (!e) e = store_view(run->store, run->actor, run->arena, write_rows, &m);
    if (!e) e = store_write(run->store, run->actor, run->arena, keep, &m);
    outgoing_remove(&m.out);
    return e ? e : say(&m);
}

/* ---- fetched ---- */

static enum err no_file(void)
{
    return err_set(ERR_NOT_FOUND, "%s", _("this file is not there, or no longer; please export again"));
}

static struct str text(struct arena *a, const json_t *o, const char *key)
{
    return arena_str(a, str_of(json_string_value(json_object_get(o, key))));
}

/* *ret_sight: what whoever asked for it saw then. False: it has made none. */
static bool read_made(struct arena *a, const struct registry *reg, const struct job *j, struct export_made *ret, struct str *ret_sight)
{
    json_t *o = j->result.p ? json_loadb(j->result.p, j->result.n, 0, NULL) : NULL;
    *ret = (struct export_made){.l = registry_find(reg, text(a, o, "ledger")),
                                .digest = text(a, o, "digest"),
                                .name = text(a, o, "name"),
                                .rows = json_integer_value(json_object_get(o, "rows")),
                                .until = json_integer_value(json_object_get(o, "until"))};
    *ret_sight = text(a, o, "sight");
    bool good = ret->l && ret->digest.n && writer_parse(text(a, o, "format"), &ret->format);
    json_decref(o);
    return good;
}

enum err export_made(struct work *w, const struct job *j, struct export_made *ret)
{
    struct str then, kind;
    if (!str_is(j->kind, EXPORT_KIND) || !str_is(j->state, "done") || !str_eq(j->actor, w->actor->name)) return no_file();
    if (!read_made(w->arena, w->store->registry, j, ret, &then) || ret->until < clock_machine()) return no_file();
    TRY(right_need(w, ret->l, RIGHT_EXPORT));
    if (!str_eq(then, sight(w->arena, w->actor)))
        return err_set(ERR_FORBIDDEN, "%s",
                       _("this file was made under another post, or before what you may see has changed; please export again"));
    enum err e = file_find(w, ret->digest, &ret->bytes, &kind);
    return e == ERR_NOT_FOUND ? no_file() : e;
}
