/* route.h — which handler answers which address, who may ask, and what may be sent.
 *
 * Every page is a stem of files with a table of routes; web.c lists the tables. A route says its permission, or it does not compile:
 * ROUTE() takes no fewer arguments and PERMIT_ has no zero. The router asks it before the handler runs.
 */
#ifndef ANJIAN_ROUTE_H
#define ANJIAN_ROUTE_H

#include "ledger/right.h"
#include "web/http.h"

struct request;
typedef enum err (*handler_fn)(struct request *);

enum permit {
    PERMIT_EVERYBODY = 1, /* also who is not logged in */
    PERMIT_LOGIN,         /* whoever is logged in */
    PERMIT_LEDGER,        /* the ledger named by the first variable of the path, for `action` */
    PERMIT_NAMED,         /* the ledger named in the route, for `action` */
    PERMIT_VERB,          /* the ledger and the verb named by the first and third variables of the path */
    PERMIT_LOG,           /* the event log as a whole */
};

struct permission {
    enum permit permit;
    enum right_action action;
    const char *of; /* PERMIT_NAMED */
};
/* clang-format off */
#define EVERYBODY      {PERMIT_EVERYBODY, RIGHT_SEE, NULL}
#define LOGGED_IN      {PERMIT_LOGIN, RIGHT_SEE, NULL}
#define MAY(action)    {PERMIT_LEDGER, action, NULL}
#define MAY_ON(action, ledger) {PERMIT_NAMED, action, ledger}
#define MAY_DO         {PERMIT_VERB, RIGHT_SEE, NULL}
#define THE_LOG        {PERMIT_LOG, RIGHT_SEE, NULL}
/* clang-format on */

/* What a route takes and where it runs. */
enum {
    TAKES_NOTHING = 0,
    TAKES_FORM = 1,    /* a form, urlencoded or multipart, with the csrf token of the session */
    TAKES_UPLOAD = 2,  /* the same, with files: up to the setting */
    TAKES_JSON = 4,    /* a JSON body, or none (API) */
    WAITS = 8,         /* writes, reads long: runs on a worker */
    HASHES = 16,       /* checks a password: runs on a hasher */
    ALWAYS = 64,       /* also for somebody who must change the password first */
    IS_API = 32,       /* errors are problem+json; a token may come in the place of a session */
    TAKES_BYTES = 128, /* a file as the body itself, or as a form with files (API) */
};

#define ROUTE_ARGS 5
struct route {
    enum method method;
    const char *path; /* "/l/{ledger}/{id}": {…} is one piece of the path */
    struct permission may;
    unsigned flags;
    handler_fn handler;
};
#define ROUTE(method, path, may, flags, handler)                                                                                           \
    {                                                                                                                                      \
        METHOD_##method, path, may, flags, handler                                                                                         \
    }
#define ROUTE_END                                                                                                                          \
    {                                                                                                                                      \
        METHOD_NONE, NULL, EVERYBODY, 0, NULL                                                                                              \
    }

/* Does the path fit? Variables, still encoded, in `arg`. */
bool route_fits(const struct route *, struct str path, struct str arg[ROUTE_ARGS]);
/* The route of a request among tables (NULL at the end); NULL when there is none. *ret_other: the path is known, the method is not.
 * HEAD is served by GET. */
const struct route *route_find(const struct route *const *tables, enum method, struct str path, struct str arg[ROUTE_ARGS],
                               bool *ret_other);
/* Append the methods that are taken at a path, as the header Allow names them: "GET, HEAD, POST". */
struct buf;
void route_allow(const struct route *const *tables, struct str path, struct buf *out);

#endif
