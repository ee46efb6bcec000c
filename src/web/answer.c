/* answer.c — answers: pages, redirects, JSON, files, errors. See request.h. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/request.h"
#include "web/web_parts.h"

static const struct {
    enum err code;
    unsigned status;
    const char *title; /* of a page or a problem that says it */
} statuses[] = {
    {ERR_INVALID, 422, N_("This cannot be taken as it is")},
    {ERR_NOT_FOUND, 404, N_("Not found")},
    {ERR_CONFLICT, 409, N_("Somebody else was first")},
    {ERR_FORBIDDEN, 403, N_("Not allowed")},
    {ERR_REFUSED, 409, N_("A rule says no")},
    {ERR_UNREADABLE, 422, N_("This cannot be read")},
    {ERR_TOO_BIG, 413, N_("Too big")},
    {ERR_BUSY, 503, N_("Busy; please try again")},
    {ERR_STOPPED, 409, N_("Stopped")},
};
#define STATUS_FAILED 500

static const struct {
    unsigned status;
    const char *title;
} refusals[] = {
    {401, N_("Who is asking?")},
    {405, N_("Not possible at this address")},
    {412, N_("It has changed meanwhile")},
    {415, N_("Not in a form that is understood here")},
};

unsigned status_of(enum err e)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].code == e) return statuses[i].status;
    return STATUS_FAILED;
}

/* What is too big is the body; in the address it is one more thing that does not fit. */
static unsigned status_for(const struct request *rq, enum err e)
{
    if (rq->x->status >= 400) return rq->x->status;
    return e == ERR_TOO_BIG && rq->x->method == METHOD_GET ? 422 : status_of(e);
}

static const char *title_of(enum err e, unsigned status)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].status == status) return _(refusals[i].title);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].code == e) return _(statuses[i].title);
    return _("Something went wrong here");
}

static enum err set_type(struct request *rq, unsigned status, const char *type)
{
    rq->x->status = status;
    http_put_z(rq->x, "Content-Type", type);
    return OK;
}

enum err answer_page(struct request *rq, unsigned status)
{
    return set_type(rq, status, "text/html; charset=utf-8");
}

enum err answer_json(struct request *rq, unsigned status)
{
    buf_char(&rq->html.out, '\n'); /* for people at a terminal */
    return set_type(rq, status, "application/json");
}

enum err answer_go(struct request *rq, const char *format, ...)
{
    char to[8000];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(to, sizeof to, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof to) return err_set(ERR_TOO_BIG, "%s", _("the address is too long"));
    rq->x->status = 303;
    http_put(rq->x, "Location", arena_str(rq->arena, str_of(to)));
    return OK;
}

/* Anything but /path could lead elsewhere: //host, /\\host, a scheme, a line end. */
static bool is_own_path(struct str path)
{
    if (!path.n || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\'))) return false;
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == '\\' || path.p[i] == 127) return false;
    return true;
}

enum err answer_back(struct request *rq, struct str path)
{
    return answer_go(rq, "%.*s", STR_ARG(is_own_path(path) ? path : STR("/")));
}

static enum err put_disposition(struct request *rq, const char *how, struct str name)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    buf_printf(&b, "%s; filename*=UTF-8''", how);
    url_encode(&b, name);
    TRY(buf_error(&b));
    http_put(rq->x, "Content-Disposition", arena_str(rq->arena, buf_view(&b)));
    return OK;
}

enum err answer_attachment(struct request *rq, struct str name)
{
    return put_disposition(rq, "attachment", name);
}

enum err answer_inline(struct request *rq, struct str name)
{
    return put_disposition(rq, "inline", name);
}

enum err answer_file(struct request *rq, const char *path, const char *type, struct str name)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) {
        if (fd >= 0) close(fd);
        return err_set(ERR_IO, "%s", _("the file that was written cannot be read"));
    }
    rq->x->fd = fd;
    rq->x->fd_bytes = s.st_size;
    TRY(answer_attachment(rq, name));
    return set_type(rq, 200, type);
}

enum err answer_cookie(struct request *rq, const char *name, struct str value, int64_t seconds)
{
    struct str age = seconds || !value.n ? arena_printf(rq->arena, "; Max-Age=%lld", (long long)seconds) : STR("");
    struct str line = arena_printf(rq->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s", name, STR_ARG(value),
                                   web_is_secure(rq) ? "; Secure" : "", STR_ARG(age));
    if (!line.p) return err_no_memory();
    http_put(rq->x, "Set-Cookie", line);
    return OK;
}

/* ---- errors ---- */

static void put_fault(struct buf *b, const char *field, const char *detail)
{
    buf_z(b, "{\"field\":");
    buf_json(b, str_of(field));
    buf_z(b, ",\"detail\":");
    buf_json(b, str_of(detail));
    buf_char(b, '}');
}

/* What is wrong with each field, where a field is what it is about. */
static void put_errors(struct buf *b, const struct err_info *why)
{
    if (!why->field[0]) return;
    buf_z(b, ",\"errors\":[");
    put_fault(b, why->field, why->message);
    for (int i = 0; i < why->others; i++) {
        buf_char(b, ',');
        put_fault(b, why->other[i].field, why->other[i].message);
    }
    buf_char(b, ']');
}

/* RFC 9457, with the program's own words beside: {"type","title","status","detail","code","field"?,"rule"?,"errors"?,"request",…} */
static void problem(struct request *rq, enum err e, unsigned status)
{
    const struct err_info *why = err_last();
    struct buf *b = &rq->html.out;
    buf_printf(b, "{\"type\":\"about:blank\",\"title\":");
    buf_json(b, str_of(title_of(e, status)));
    buf_printf(b, ",\"status\":%u,\"code\":\"%s\",\"detail\":", status, err_word(e));
    buf_json(b, str_of(why->message));
    if (why->field[0]) buf_z(b, ",\"field\":"), buf_json(b, str_of(why->field));
    if (why->rule[0]) buf_z(b, ",\"rule\":"), buf_json(b, str_of(why->rule));
    put_errors(b, why);
    buf_printf(b, ",\"request\":\"%lld\"", (long long)rq->x->number);
    buf_str(b, rq->problem_more);
    buf_z(b, "}\n");
    set_type(rq, status, "application/problem+json");
}

/* What HTTP wants said beside some statuses. */
static void put_advice(struct request *rq, unsigned status)
{
    struct buf b CLEANUP_BUF = BUF_INIT(200);
    if (status == 401) http_put_z(rq->x, "WWW-Authenticate", "Bearer realm=\"anjian\"");
    if (status == 503) http_put_z(rq->x, "Retry-After", "1");
    if (status != 405) return;
    route_allow(web_routes, rq->x->path, &b);
    http_put(rq->x, "Allow", arena_str(rq->arena, buf_view(&b)));
}

static bool is_api(const struct request *rq)
{
    return rq->route ? (rq->route->flags & IS_API) != 0 : str_starts(rq->x->path, STR("/api/v1"));
}

enum err answer_refuse(struct request *rq, unsigned status, enum err e)
{
    rq->x->status = status;
    return e;
}

void answer_error(struct request *rq, enum err e)
{
    unsigned status = status_for(rq, e);
    buf_reset(&rq->html.out);
    rq->x->headers = 0;
    put_advice(rq, status);
    if (is_api(rq))
        problem(rq, e, status);
    else
        page_error(rq, e, status, title_of(e, status));
}
