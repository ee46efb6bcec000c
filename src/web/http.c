/* http.c — see http.h. */
#define _GNU_SOURCE /* O_TMPFILE */
#include "web/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/lang.h"
#include "web/deadline.h"
#include "web/pool.h"

#define ARENA_MAX ((size_t)64 << 20)
#define OUT_MAX ((size_t)64 << 20)
#define OUT_KEPT ((size_t)256 << 10)         /* a buffer larger than this is not kept for the next exchange */
#define PASSED_MAX ((size_t)8 << 20)         /* what is read and dropped of a body that is too big, before the line is cut */
#define CONNECTION_MEMORY ((size_t)32 << 10) /* for the head of a request: longer ones are refused with 431 */
#define IDLE_EXCHANGES 256

struct http {
    struct MHD_Daemon *daemon;
    struct http_app app;
    struct pool *worker, *hasher;
    struct exchange *idle; /* kept for the next requests */
    int idle_n;
    pthread_mutex_t lock; /* of idle */
    struct deadlines *deadlines;
    atomic_bool ends;
    atomic_long running; /* exchanges that have begun and not ended */
    atomic_llong count;
};

static const char *const method_names[METHOD__MAX] = {"", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

const char *method_name(enum method m)
{
    return method_names[m];
}

static enum method method_of(const char *name)
{
    for (int i = 1; i < METHOD__MAX; i++)
        if (strcmp(name, method_names[i]) == 0) return (enum method)i;
    return METHOD_NONE;
}

/* ---- exchanges: made, kept for the next, forgotten ---- */

static struct exchange *exchange_free(struct exchange *x)
{
    if (x) {
        arena_free(x->arena);
        buf_release(&x->out);
    }
    mem_free(x);
    return NULL;
}

static struct exchange *exchange_new(void)
{
    struct exchange *x = mem_alloc(sizeof *x);
    if (!x) return NULL;
    x->arena = arena_new_capped(ARENA_MAX);
    x->out = BUF_INIT(OUT_MAX);
    return x->arena ? x : exchange_free(x);
}

static struct exchange *exchange_take(struct http *h)
{
    pthread_mutex_lock(&h->lock);
    struct exchange *x = h->idle;
    if (x) {
        h->idle = x->next;
        h->idle_n--;
    }
    pthread_mutex_unlock(&h->lock);
    return x ? x : exchange_new();
}

/* Give back what the exchange holds, but for its arena and buffer. */
static void exchange_clear(struct exchange *x)
{
    if (x->mapped) munmap(x->mapped, x->spooled);
    if (x->spool >= 0) close(x->spool);
    if (x->fd >= 0) close(x->fd);
    arena_reset(x->arena);
    if (x->out.room > OUT_KEPT || x->out.failed) {
        buf_release(&x->out);
        x->out = BUF_INIT(OUT_MAX);
    }
    buf_reset(&x->out);
    *x = (struct exchange){.arena = x->arena, .out = x->out, .spool = -1, .fd = -1};
}

static void exchange_give_back(struct http *h, struct exchange *x)
{
    exchange_clear(x);
    pthread_mutex_lock(&h->lock);
    bool keep = h->idle_n < IDLE_EXCHANGES;
    if (keep) {
        x->next = h->idle;
        h->idle = x;
        h->idle_n++;
    }
    pthread_mutex_unlock(&h->lock);
    if (!keep) exchange_free(x);
}

/* ---- the body ---- */

int http_spool(void)
{
    const char *folder = getenv("TMPDIR");
    int fd = open(folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static bool spool_put(struct exchange *x, const char *p, size_t n)
{
    if (x->spool < 0) {
        x->spool = http_spool();
        if (x->spool < 0 || !write_all(x->spool, x->out.p, x->out.n)) return false;
        x->spooled = x->out.n;
        buf_reset(&x->out);
    }
    x->spooled += n;
    return write_all(x->spool, p, n);
}

/* A piece of the body has come: into the buffer that later takes the answer, and behind BODY_IN_MEMORY into a file. */
static bool body_put(struct exchange *x, const char *p, size_t n)
{
    size_t have = x->spool >= 0 ? x->spooled : x->out.n;
    x->came += n;
    deadline_set(x->http->deadlines, x->deadline, x->body_began, x->came);
    if (x->too_big || n > x->body_most - have) {
        x->too_big = true;
        return x->came < PASSED_MAX + x->body_most;
    }
    if (x->spool < 0 && have + n <= BODY_IN_MEMORY) {
        buf_put(&x->out, p, n);
        return !buf_error(&x->out);
    }
    return spool_put(x, p, n);
}

/* All of it has come: body becomes one run of bytes, and the buffer is free for the answer. */
static bool body_close(struct exchange *x)
{
    if (x->too_big) {
        buf_reset(&x->out);
        if (x->spool >= 0) close(x->spool);
        x->spool = -1;
        return true;
    }
    if (x->spool < 0) {
        x->body = arena_str(x->arena, buf_view(&x->out));
        buf_reset(&x->out);
        return x->body.p != NULL;
    }
    void *p = mmap(NULL, x->spooled, PROT_READ, MAP_PRIVATE, x->spool, 0);
    if (p == MAP_FAILED) return false;
    x->mapped = p;
    x->body = (struct str){p, x->spooled};
    return true;
}

/* ---- the answer ---- */

void http_put(struct exchange *x, const char *name, struct str value)
{
    if (x->headers == EXCHANGE_HEADERS || !value.p)
        x->status = 500;
    else
        x->header[x->headers++] = (struct exchange_header){name, value};
}

struct str http_header(const struct exchange *x, const char *name)
{
    return str_of(MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name));
}

static size_t answer_bytes(const struct exchange *x)
{
    return x->fd_bytes ? (size_t)x->fd_bytes : x->fixed.p ? x->fixed.n : x->out.n;
}

static struct MHD_Response *make_response(struct exchange *x)
{
    if (x->fd >= 0) {
        struct MHD_Response *r = MHD_create_response_from_fd64((uint64_t)x->fd_bytes, x->fd);
        if (r) x->fd = -1; /* it closes the file now */
        return r;
    }
    struct str body = x->fixed.p ? x->fixed : buf_view(&x->out);
    /* The buffer lies in the exchange, which outlives the answer; MHD does not write to it. */
    return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(struct exchange *x)
{
    if (x->out.failed || arena_failed(x->arena) || !x->status) {
        buf_reset(&x->out);
        x->fixed = STR_NONE;
        x->status = 500;
    }
    struct MHD_Response *r = make_response(x);
    if (!r) return MHD_NO;
    if (atomic_load(&x->http->ends)) MHD_add_response_header(r, "Connection", "close");
    deadline_set(x->http->deadlines, x->deadline, clock_monotonic(), answer_bytes(x));
    for (int i = 0; i < x->headers; i++) MHD_add_response_header(r, x->header[i].name, x->header[i].value.p);
    enum MHD_Result done = MHD_queue_response(x->connection, x->status, r);
    MHD_destroy_response(r);
    return done;
}

/* On a thread of a pool. */
static void run_and_resume(struct exchange *x)
{
    x->http->app.run(x->http->app.arg, x);
    x->answered = true;
    MHD_resume_connection(x->connection);
}

/* ---- what libmicrohttpd calls ---- */

/* The library would split the query itself, into the memory of the connection, and drop the line when there is too little. It is ours to
 * split: so the library, whose buffer this is, gets to see none. */
static void keep_unsplit(const char *uri)
{
    char *query = (char *)(uintptr_t)strchr(uri, '?');
    if (query) query[1] = '\0';
}

/* The first line is there: the exchange begins. */
static void *on_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct http *h = cls;
    struct exchange *x = exchange_take(h);
    if (!x) return NULL;
    struct str rest = arena_str(x->arena, str_of(uri));
    keep_unsplit(uri);
    x->spool = x->fd = -1;
    x->http = h;
    x->connection = connection;
    x->path = str_split(&rest, '?');
    x->query = rest.p ? rest : STR("");
    x->number = atomic_fetch_add(&h->count, 1) + 1;
    x->began = clock_monotonic();
    x->deadline = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    atomic_fetch_add(&h->running, 1);
    return x;
}

static void note_address(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *a = info ? info->client_addr : NULL;
    if (a && a->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, x->address, sizeof x->address);
    else if (a && a->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, x->address, sizeof x->address);
}

/* More than would be read and dropped: who waits for a word before sending it need not send it. */
static bool announces_too_much(const struct exchange *x)
{
    int64_t n;
    return str_int(http_header(x, "Content-Length"), &n) && n > 0 && (uint64_t)n > x->body_most + PASSED_MAX;
}

static enum MHD_Result begin(struct exchange *x, const char *method)
{
    x->begun = true;
    x->method = method_of(method);
    note_address(x);
    x->http->app.begin(x->http->app.arg, x);
    x->body_began = clock_monotonic();
    deadline_set(x->http->deadlines, x->deadline, x->body_began, 0);
    if (!announces_too_much(x)) return MHD_YES; /* an answer now would close the connection */
    x->too_big = true;
    x->http->app.run(x->http->app.arg, x);
    return answer(x);
}

static enum MHD_Result run(struct exchange *x)
{
    struct http *h = x->http;
    if (!body_close(x)) return MHD_NO;
    deadline_none(x->deadline);
    if (x->where != RUN_HERE) {
        MHD_suspend_connection(x->connection); /* first: who runs it may wake it before this goes on */
        if (pool_put(x->where == RUN_HASHER ? h->hasher : h->worker, x)) return MHD_YES;
        x->too_late = true;
        MHD_resume_connection(x->connection);
        return MHD_YES;
    }
    h->app.run(h->app.arg, x);
    return answer(x);
}

/* Called with the head, with every piece of the body, with its end, and again after the connection slept. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *piece, size_t *n, void **state)
{
    struct exchange *x = *state;
    (void)cls, (void)connection, (void)url, (void)version;
    if (!x || arena_failed(x->arena) || x->too_late) return MHD_NO;
    if (!x->begun) return begin(x, method);
    if (*n) {
        bool taken = body_put(x, piece, *n);
        *n = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return x->answered ? answer(x) : run(x);
}

static void on_end(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    struct http *h = cls;
    struct exchange *x = *state;
    (void)connection, (void)why;
    if (!x) return;
    *state = NULL;
    deadline_set(h->deadlines, x->deadline, clock_monotonic(), 0); /* for the head of the next */
    if (x->begun) h->app.end(h->app.arg, x);
    exchange_give_back(h, x);
    atomic_fetch_sub(&h->running, 1);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode what)
{
    struct http *h = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        *context = deadline_new(h->deadlines, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
    else
        deadline_end(h->deadlines, *context);
}

/* Paths and queries stay as they were sent; params.c decodes them. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

/* ---- starting and stopping ---- */

/* "127.0.0.1:8080" or "[::1]:8080" → an address. */
static enum err parse_address(const char *text, struct sockaddr_storage *ret)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *found;
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    bool bracket = n >= 2 && text[0] == '[' && text[n - 1] == ']';
    if (bracket) n -= 2;
    if (!colon || n == 0 || n >= sizeof host)
        return err_set(ERR_INVALID, _("“%s” is no address to listen on; as 127.0.0.1:8080 or [::1]:8080"), text);
    memcpy(host, text + bracket, n);
    host[n] = '\0';
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return err_set(ERR_INVALID, _("“%s” is no address to listen on; as 127.0.0.1:8080 or [::1]:8080"), text);
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return OK;
}

/* Every connection is an open file; leave some for the database. */
static unsigned connection_limit(int wanted)
{
    struct rlimit l;
    rlim_t most = wanted ? (rlim_t)wanted : 10000, spare = 200;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0) return (unsigned)most;
    if (l.rlim_cur < most + spare && l.rlim_cur < l.rlim_max) {
        l.rlim_cur = most + spare < l.rlim_max ? most + spare : l.rlim_max;
        setrlimit(RLIMIT_NOFILE, &l);
        getrlimit(RLIMIT_NOFILE, &l);
    }
    return (unsigned)(l.rlim_cur < most + spare ? (l.rlim_cur > 2 * spare ? l.rlim_cur - spare : spare) : most);
}

static int thread_count(int wanted)
{
    long n = wanted ? wanted : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 8 && !wanted ? 8 : (int)n;
}

static int idle_seconds(const struct http_options *o)
{
    return o->idle_seconds ? o->idle_seconds : 30;
}

static enum err start_daemon(struct http *h, const struct http_options *o)
{
    struct sockaddr_storage address = {0};
    unsigned threads = (unsigned)thread_count(o->threads);
    TRY(parse_address(o->listen, &address));
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem more[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL}, /* one is no pool and must not be given */
        {MHD_OPTION_END, 0, NULL},
    };
    h->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                 MHD_OPTION_URI_LOG_CALLBACK, on_line, h, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
                                 MHD_OPTION_NOTIFY_COMPLETED, on_end, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
                                 MHD_OPTION_CONNECTION_LIMIT, connection_limit(o->connections), MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)idle_seconds(o), MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
                                 MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, threads > 1 ? more : more + 1, MHD_OPTION_END);
    return h->daemon ? OK : err_set(ERR_IO, _("cannot listen on %s: %s"), o->listen, strerror(errno));
}

enum err http_start(const struct http_options *o, const struct http_app *app, struct http **ret)
{
    struct http *h = mem_alloc(sizeof *h);
    if (!h) return err_no_memory();
    h->app = *app;
    pthread_mutex_init(&h->lock, NULL);
    enum err e = pool_start(o->workers ? o->workers : 32, false, run_and_resume, &h->worker);
    if (!e) e = pool_start(o->hashers ? o->hashers : 2, true, run_and_resume, &h->hasher);
    if (!e) e = deadlines_start(idle_seconds(o), &h->deadlines);
    if (!e) e = start_daemon(h, o);
    if (e)
        http_stop(h, 0);
    else
        *ret = h;
    return e;
}

int http_port(const struct http *h)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

static void wait_until_quiet(struct http *h, int seconds)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
    int64_t until = clock_monotonic() + seconds * INT64_C(1000000);
    while (atomic_load(&h->running) > 0 && clock_monotonic() < until) nanosleep(&pause, NULL);
}

struct http *http_stop(struct http *h, int seconds)
{
    if (!h) return NULL;
    atomic_store(&h->ends, true);
    if (h->daemon) {
        MHD_socket door = MHD_quiesce_daemon(h->daemon);
        if (door >= 0) close(door);
        wait_until_quiet(h, seconds);
    }
    pool_end(h->worker); /* does what is queued, and takes no more: no connection may sleep when the daemon stops */
    pool_end(h->hasher);
    if (h->daemon) MHD_stop_daemon(h->daemon);
    pool_free(h->worker);
    pool_free(h->hasher);
    deadlines_stop(h->deadlines);
    while (h->idle) {
        struct exchange *x = h->idle;
        h->idle = x->next;
        exchange_free(x);
    }
    pthread_mutex_destroy(&h->lock);
    mem_free(h);
    return NULL;
}
