/* http.h — the door: requests in, answers out, over libmicrohttpd, which no file but http.c includes.
 *
 * An exchange is one request and its answer. The application is asked twice: `begin` when the headers are there (how much body
 * is welcome, on which kind of thread the answer is made), `run` when all of it is. What may wait (a write, a slow list, a
 * hash) runs on a thread of a pool while the connection sleeps, so that the threads which carry the connections never wait. A body over
 * BODY_IN_MEMORY lies in a file without a name. Idle clients are cut off, and slow ones (deadline.h); sizes and numbers are limited.
 */
#ifndef ANJIAN_HTTP_H
#define ANJIAN_HTTP_H

#include "base/arena.h"
#include "base/buf.h"

struct MHD_Connection;

enum method { METHOD_NONE, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD__MAX };
const char *method_name(enum method);

enum run_where { RUN_HERE, RUN_WORKER, RUN_HASHER, RUN__MAX };

#define BODY_IN_MEMORY ((size_t)256 << 10)
#define EXCHANGE_HEADERS 24

struct exchange_header {
    const char *name; /* constant */
    struct str value; /* ends in NUL; lies as long as the exchange */
};

struct exchange {
    /* what came */
    enum method method;
    struct str path, query; /* as sent, still percent-encoded; query is what stands behind the "?" */
    struct str body;
    bool too_late;       /* the server ends: nobody will run it */
    bool too_big;        /* there was more of it than `body_most` */
    char address[46];    /* of the client */
    int64_t number;      /* of the exchange, since the start */
    int64_t began;       /* clock_monotonic() */
    struct arena *arena; /* lives as long as the exchange */
    /* decided by begin() */
    size_t body_most;
    enum run_where where;
    void *of_app; /* whatever the application keeps; it lies in the arena */
    /* the answer */
    unsigned status;
    struct exchange_header header[EXCHANGE_HEADERS];
    int headers;
    struct buf out;   /* the body … */
    struct str fixed; /* … or bytes that outlive the server … */
    int fd;           /* … or an open file, which the adapter closes; -1: none */
    int64_t fd_bytes;
    /* the adapter's own */
    struct http *http;
    struct MHD_Connection *connection;
    struct exchange *next;
    int spool; /* file of a big body; -1: none */
    size_t spooled;
    void *mapped;
    struct deadline *deadline;
    int64_t body_began; /* clock_monotonic() */
    size_t came;        /* bytes of the body, dropped ones too */
    bool begun, answered;
};

struct http_app {
    void *arg;
    void (*begin)(void *arg, struct exchange *);
    void (*run)(void *arg, struct exchange *);
    void (*end)(void *arg, struct exchange *); /* the answer is out, or the client is gone */
};

struct http_options {
    const char *listen;   /* "127.0.0.1:8080", "[::1]:8080"; port 0: any that is free */
    int threads;          /* that carry connections; 0: as many as there are processors, at most 8 */
    int workers, hashers; /* 0: 32, 2 */
    int connections;      /* at the same time; 0: 10,000, or what the limit of open files allows */
    int idle_seconds;     /* after which a silent connection is cut off, a slow one after twice as many; 0: 30 */
};

struct http;
/* Errors: ERR_INVALID (the address), ERR_IO (it is taken, or not ours). */
enum err http_start(const struct http_options *, const struct http_app *, struct http **ret);
int http_port(const struct http *);
/* Take no more connections, let what has begun end (at most `seconds`), stop. NULL is fine; returns NULL. */
struct http *http_stop(struct http *, int seconds);

/* An open file without a name, which ends with its descriptor; -1 when there can be none. */
int http_spool(void);

/* A header of the request, any case of its name; STR_NONE when there is none. Lies as long as the exchange. */
struct str http_header(const struct exchange *, const char *name);
/* Set a header of the answer; `value` must end in NUL. One too many fails the answer (500). */
void http_put(struct exchange *, const char *name, struct str value);
static inline void http_put_z(struct exchange *x, const char *name, const char *value)
{
    http_put(x, name, str_of(value));
}

#endif
