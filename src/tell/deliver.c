/* deliver.c — see deliver.h. What mail and web hooks have in common. */
#include "tell/deliver.h"

#include <pthread.h>

#include "base/hash.h"
#include "base/mem.h"
#include "tell/parcel.h"

#define SECONDS_TO_CONNECT 10L
#define SECONDS_IN_ALL 60L

struct courier {
    CURL *curl;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct courier *courier_new(void)
{
    pthread_once(&once, start_library);
    struct courier *c = mem_alloc(sizeof *c);
    if (c && !(c->curl = curl_easy_init())) return courier_free(c);
    return c;
}

struct courier *courier_free(struct courier *c)
{
    if (c) curl_easy_cleanup(c->curl);
    mem_free(c);
    return NULL;
}

bool parcel_header(struct parcel *p, const char *format, ...)
{
    struct buf line CLEANUP_BUF = BUF_INIT(4096);
    va_list args;
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    struct curl_slist *more = buf_error(&line) ? NULL : curl_slist_append(p->headers, buf_view(&line).p);
    if (more) p->headers = more;
    return more != NULL;
}

/* What a host answers with is of no use here. */
static size_t forget(char *p, size_t size, size_t n, void *arg)
{
    (void)p;
    (void)arg;
    return size * n;
}

/* The same for every try of a message, and for no other one. */
static bool put_identity(const struct delivering *d, struct parcel *p)
{
    unsigned char digest[HASH_BYTES];
    char hex[HASH_HEX];
    if (hash_two(HASH_SHA256, str_of(d->uuid), d->message->key, digest)) return false;
    memcpy(p->identity, hash_hex(digest, hex), 40);
    return true;
}

static bool set_up(const struct courier *c, struct parcel *p)
{
    p->curl = c->curl;
    curl_easy_reset(c->curl); /* connections stay */
    return (p->url = curl_url()) && !curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L) && !curl_easy_setopt(c->curl, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps,http,https") &&
           !curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT, SECONDS_TO_CONNECT) &&
           !curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, SECONDS_IN_ALL) && !curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, forget) &&
           !curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "anjian/" ANJIAN_VERSION);
}

static bool is_allowed(const struct delivering *d, struct parcel *p)
{
    char *host = NULL;
    bool ok = !curl_url_get(p->url, CURLUPART_HOST, &host, 0) && d->allowed(d->arg, str_of(host));
    if (!ok)
        buf_printf(d->why,
                   _("the host “%s” is not on the list of those that this system may speak to; the security administrator keeps it"),
                   host ? host : "");
    curl_free(host);
    return ok;
}

/* What a reply means: SMTP and HTTP both say 4xx and 5xx, with opposite meanings. */
static enum delivery judge(const struct delivering *d, CURLcode code, long reply)
{
    bool later = d->channel->mail ? reply >= 400 && reply < 500 : reply == 408 || reply == 425 || reply == 429 || reply >= 500;
    bool reached = code == CURLE_OK || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_WEIRD_SERVER_REPLY;
    if (code == CURLE_OK && (d->channel->mail || (reply >= 200 && reply < 300))) return DELIVERED;
    if (code == CURLE_LOGIN_DENIED) return DELIVERY_AWAY;
    if (d->channel->mail && code && reply >= 500 && reply < 600 && code != CURLE_WEIRD_SERVER_REPLY) return DELIVERY_NEVER;
    if (code == CURLE_OK) return later ? DELIVERY_LATER : DELIVERY_NEVER;
    return reached || later ? DELIVERY_LATER : DELIVERY_AWAY;
}

static enum delivery hand_over(const struct delivering *d, struct parcel *p)
{
    char said[CURL_ERROR_SIZE] = "";
    long reply = 0;
    if (curl_easy_setopt(p->curl, CURLOPT_CURLU, p->url) || curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, p->headers) ||
        curl_easy_setopt(p->curl, CURLOPT_ERRORBUFFER, said))
        return DELIVERY_LATER;
    CURLcode code = curl_easy_perform(p->curl);
    curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &reply);
    enum delivery out = judge(d, code, reply);
    if (out != DELIVERED && code) buf_z(d->why, said[0] ? said : curl_easy_strerror(code));
    if (out != DELIVERED && reply) buf_printf(d->why, d->why->n ? " (%ld)" : _("the host answered %ld"), reply);
    return out;
}

enum delivery deliver(struct courier *c, const struct delivering *d)
{
    struct parcel p = {.body = BUF_INIT(4 * MESSAGE_BODY_MAX)};
    enum delivery out = DELIVERY_LATER;
    if (put_identity(d, &p) && set_up(c, &p)) {
        bool packed = d->channel->mail ? mail_pack(d, &p) : hook_pack(d, &p);
        out = packed && is_allowed(d, &p) ? hand_over(d, &p) : DELIVERY_NEVER;
    }
    curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
    if (out != DELIVERED && !d->why->n) buf_z(d->why, "out of memory");
    curl_mime_free(p.mime);
    curl_slist_free_all(p.headers);
    curl_slist_free_all(p.to);
    curl_url_cleanup(p.url);
    buf_release(&p.body);
    return out;
}
