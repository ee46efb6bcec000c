/* web_parts.h — shared by the files of src/web that make the server; pages need only request.h. */
#ifndef ANJIAN_WEB_PARTS_H
#define ANJIAN_WEB_PARTS_H

#include <stdatomic.h>

#include "ledger/runner.h"
#include "tell/sender.h"
#include "web/openapi.h"
#include "web/request.h"
#include "web/web.h"

#define JOB_KINDS 16

struct web {
    struct store *store;
    struct http *http;
    struct sessions *sessions;
    struct runner *runner;
    struct sender *sender;
    struct job_kind kinds[JOB_KINDS]; /* that it runs; ends with a NULL name */
    struct openapi *openapi;
    int64_t started; /* clock_monotonic() */
    struct web_options options;
    bool waits; /* every transaction may wait (PostgreSQL): nothing runs on the threads of the connections */
    struct web_counts {
        atomic_llong requests, by_class[6], micros;
    } counts;
};

/* All routes: tables with NULL at the end. */
extern const struct route *const web_routes[];

/* The client's address, as a proxy before us tells it when there is one. */
struct str web_address(const struct request *);
/* A session begins; it ends: the browser is told. */
enum err visitor_keep(struct request *, const struct session *);
enum err visitor_forget(struct request *);

/* Did the client come by HTTPS, as the proxy before us says? */
bool web_is_secure(const struct request *);

/* Who asks: a session by its cookie, a token by its header. Nobody is no error. */
enum err visitor_find(struct request *);
/* May the visitor use the route? ERR_FORBIDDEN; for a page and somebody unknown the answer is the way to the login. */
enum err visitor_check(struct request *);
/* A form comes from our own page: its csrf value is that of the session. ERR_FORBIDDEN, rule "csrf". */
enum err visitor_check_form(struct request *);

/* The page that says an error. */
void page_error(struct request *, enum err, unsigned status, const char *title);

/* One line for a finished request. */
void web_log(const struct exchange *, const struct request *);

#endif
