/* request.h — what a handler sees of a request, and how it answers.
 *
 * A handler reads its input, makes one domain call inside web_view() or web_write(), and answers: a page by its view, a redirect, JSON,
 * a file. When it returns an error the router answers with a page that says it, or problem+json under /api. Everything lies in
 * rq->arena, which ends with the answer.
 */
#ifndef ANJIAN_REQUEST_H
#define ANJIAN_REQUEST_H

#include "base/lang.h"
#include "html/html.h"
#include "ledger/store.h"
#include "safety/session.h"
#include "web/params.h"
#include "web/route.h"

struct web;

struct request {
    struct web *web;
    struct exchange *x;
    const struct route *route;
    struct arena *arena;
    struct store *store;
    struct str arg[ROUTE_ARGS]; /* the variables of the path, decoded */
    struct params query, form;
    enum lang lang;
    bool known;             /* logged in, or come with a token */
    struct session session; /* of who is known; its actor otherwise sees nothing */
    bool by_token;
    struct html html;               /* of the answer's body */
    const struct saved_list *saved; /* lists of the visitor, when page_shell() has been there */
    int saved_n;
    struct str problem_more; /* further members of the problem+json that says an error: ",\"name\":…" */
};

/* ---- input ---- */

/* The first value of the query or the form, trimmed; STR_NONE when there is none or it is blank. */
struct str request_query(const struct request *, const char *name);
struct str request_form(const struct request *, const char *name);
/* The ledger that the first variable of the path names. ERR_NOT_FOUND. */
enum err request_ledger(struct request *, const struct ledger **ret);
/* The record id that variable `i` names: an id, a number or a key (store_resolve), which the actor may see. */
enum err request_record(struct work *, struct request *, const struct ledger *, int i, int64_t *ret);

/* The same, but an id means the record itself, also one that was merged into another; and whether the address asks for that
 * ("itself=1"), as links to merged records do. */
enum err request_record_itself(struct work *, struct request *, const struct ledger *, int i, int64_t *ret);
bool request_wants_itself(const struct request *);

enum err web_view(struct request *, enum err (*fn)(struct work *, void *arg), void *arg);
enum err web_write(struct request *, enum err (*fn)(struct work *, void *arg), void *arg);

/* ---- answers ---- */

/* A page: what was written into rq->html. */
enum err answer_page(struct request *, unsigned status);
/* JSON: what was written into rq->x->out. */
enum err answer_json(struct request *, unsigned status);
/* 303 to a path of our own, put together as by printf; what stands in it must be encoded. */
enum err answer_go(struct request *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same to a path that came from outside: to "/" when it is not a path of this site. */
enum err answer_back(struct request *, struct str path);
/* A file of the disk, to be saved under a name. The file may be removed afterwards; it is sent whole. */
enum err answer_file(struct request *, const char *path, const char *type, struct str name);
/* "Content-Disposition: attachment" with a name that may hold Chinese (RFC 6266). */
enum err answer_attachment(struct request *, struct str name);
/* The same with "inline": the browser shows it. */
enum err answer_inline(struct request *, struct str name);
/* What the last error says, or what a message says, as a page does: it begins with a capital. Lies in the arena. */
struct str page_why(struct arena *);
struct str page_sentence(struct arena *, struct str);
/* The error as a page or as problem+json (RFC 9457). Its status follows from its kind, unless it is a refusal of HTTP itself. */
void answer_error(struct request *, enum err);
/* Refuse with a status that no kind of error has: `return answer_refuse(rq, 415, err_set(…))`. */
enum err answer_refuse(struct request *, unsigned status, enum err);
/* A cookie, for the whole site, not for scripts; empty value: forget it. `seconds` 0: as long as the browser is open. */
enum err answer_cookie(struct request *, const char *name, struct str value, int64_t seconds);

unsigned status_of(enum err);

#endif
