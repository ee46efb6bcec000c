/* hook.c — a message as JSON, sent by POST to a web address. See deliver.h.
 *
 *     {"key":"…","to":"…","subject":"…","text":"…","url":"…"}
 *     Idempotency-Key: the same for every try      Anjian-Signature: sha256=HMAC-SHA256 of the body, in hex
 */
#include "base/hash.h"
#include "tell/parcel.h"

static void write_json(const struct delivering *d, struct buf *b)
{
    const struct message *m = d->message;
    const struct {
        const char *name;
        struct str text;
    } members[] = {{"key", m->key}, {"to", m->address}, {"subject", m->subject}, {"text", m->body}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        buf_printf(b, "%c\"%s\":", i ? ',' : '{', members[i].name);
        buf_json(b, members[i].text);
    }
    if (m->path.n && d->channel->site.n) {
        struct buf url CLEANUP_BUF = BUF_INIT(4096);
        buf_str(&url, d->channel->site);
        buf_str(&url, m->path);
        buf_z(b, ",\"url\":");
        buf_json(b, buf_view(&url));
    }
    buf_char(b, '}');
}

static bool sign(const struct delivering *d, struct parcel *p)
{
    unsigned char mac[HASH_BYTES];
    char hex[HASH_HEX];
    if (!d->channel->secret.n) return true;
    if (hash_keyed(HASH_SHA256, d->channel->secret, buf_view(&p->body), mac)) return false;
    return parcel_header(p, "Anjian-Signature: sha256=%s", hash_hex(mac, hex));
}

static bool put_url(const struct delivering *d, struct parcel *p)
{
    struct buf url CLEANUP_BUF = BUF_INIT(2000);
    char *scheme = NULL;
    buf_str(&url, d->channel->url);
    bool good = !buf_error(&url) && !curl_url_set(p->url, CURLUPART_URL, buf_view(&url).p, 0) &&
                !curl_url_get(p->url, CURLUPART_SCHEME, &scheme, 0) && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));
    curl_free(scheme);
    if (!good) buf_z(d->why, _("the channel has no address that begins with http:// or https://"));
    return good;
}

bool hook_pack(const struct delivering *d, struct parcel *p)
{
    if (!put_url(d, p)) return false;
    write_json(d, &p->body);
    struct str body = buf_view(&p->body);
    return !buf_error(&p->body) && parcel_header(p, "Content-Type: application/json; charset=utf-8") &&
           parcel_header(p, "Idempotency-Key: %s", p->identity) && parcel_header(p, "Expect:") && sign(d, p) &&
           !curl_easy_setopt(p->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n) &&
           !curl_easy_setopt(p->curl, CURLOPT_POSTFIELDS, body.p);
}
