/* mail.c — a message as mail: RFC 5322 with the text in UTF-8, handed over by SMTP. See deliver.h. */
#include <stdio.h>
#include <time.h>

#include "base/utf8.h"
#include "tell/parcel.h"

/* A word "=?UTF-8?B?…?=" has 75 characters at most (RFC 2047 2): 45 bytes of text are 60 characters of base64. */
#define WORD_BYTES 45

static void base64(struct buf *b, struct str s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        unsigned v = (unsigned)(unsigned char)s.p[i] << 16;
        if (left > 1) v |= (unsigned)(unsigned char)s.p[i + 1] << 8;
        if (left > 2) v |= (unsigned char)s.p[i + 2];
        buf_char(b, digits[v >> 18]);
        buf_char(b, digits[v >> 12 & 63]);
        buf_char(b, left > 1 ? digits[v >> 6 & 63] : '=');
        buf_char(b, left > 2 ? digits[v & 63] : '=');
    }
}

/* As many whole characters as fit into one word. */
static size_t word_of(struct str s)
{
    size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;
    while (n < s.n && n > 1 && ((unsigned char)s.p[n] & 0xc0) == 0x80) n--;
    return n;
}

static void encode_subject(struct buf *b, struct str s)
{
    for (size_t n; s.n; s = str_from(s, n)) {
        n = word_of(s);
        buf_z(b, "=?UTF-8?B?");
        base64(b, str_head(s, n));
        buf_z(b, n < s.n ? "?=\r\n " : "?=");
    }
}

static void mail_date(char *ret, size_t room)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = (time_t)(clock_machine() / INSTANT_SECOND) + 8 * 3600; /* Beijing time, as everything here */
    struct tm t;
    gmtime_r(&now, &t);
    snprintf(ret, room, "%s, %d %s %d %02d:%02d:%02d +0800", days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour,
             t.tm_min, t.tm_sec);
}

static bool refuse(const struct delivering *d, const char *why)
{
    buf_z(d->why, why);
    return false;
}

static bool put_headers(const struct delivering *d, struct parcel *p)
{
    struct buf subject CLEANUP_BUF = BUF_INIT(4096);
    char date[64];
    mail_date(date, sizeof date);
    encode_subject(&subject, d->message->subject);
    if (buf_error(&subject)) return false;
    return parcel_header(p, "Date: %s", date) && parcel_header(p, "From: <%.*s>", STR_ARG(d->channel->sender)) &&
           parcel_header(p, "To: <%.*s>", STR_ARG(d->message->address)) && parcel_header(p, "Subject: %.*s", STR_ARG(buf_view(&subject))) &&
           parcel_header(p, "Message-ID: <%s@%s.anjian>", p->identity, d->uuid) && parcel_header(p, "Auto-Submitted: auto-generated");
}

static bool put_text(const struct delivering *d, struct parcel *p)
{
    const struct message *m = d->message;
    buf_str(&p->body, m->body);
    if (m->path.n && d->channel->site.n) buf_printf(&p->body, "\n\n%.*s%.*s\n", STR_ARG(d->channel->site), STR_ARG(m->path));
    struct str text = buf_view(&p->body);
    p->mime = curl_mime_init(p->curl);
    curl_mimepart *part = p->mime ? curl_mime_addpart(p->mime) : NULL;
    return !buf_error(&p->body) && part && !curl_mime_data(part, text.p, text.n) && !curl_mime_type(part, "text/plain; charset=utf-8") &&
           !curl_mime_encoder(part, "base64") && !curl_easy_setopt(p->curl, CURLOPT_MIMEPOST, p->mime);
}

static bool put_host(const struct delivering *d, struct parcel *p)
{
    const struct channel *c = d->channel;
    bool tls = str_is(c->security, "tls"), starts = str_is(c->security, "starttls");
    char host[256], port[16];
    snprintf(host, sizeof host, "%.*s", STR_ARG(c->host));
    snprintf(port, sizeof port, "%lld", (long long)(c->port ? c->port : tls ? 465 : starts ? 587 : 25));
    if (curl_url_set(p->url, CURLUPART_SCHEME, tls ? "smtps" : "smtp", 0) || curl_url_set(p->url, CURLUPART_HOST, host, 0) ||
        curl_url_set(p->url, CURLUPART_PORT, port, 0))
        return refuse(d, _("the mail server of the channel is no name of a host"));
    return !curl_easy_setopt(p->curl, CURLOPT_USE_SSL, (long)(starts ? CURLUSESSL_ALL : CURLUSESSL_NONE));
}

static bool put_envelope(const struct delivering *d, struct parcel *p)
{
    char from[MAIL_ADDRESS_MAX + 3], to[MAIL_ADDRESS_MAX + 3];
    snprintf(from, sizeof from, "<%.*s>", STR_ARG(d->channel->sender));
    snprintf(to, sizeof to, "<%.*s>", STR_ARG(d->message->address));
    p->to = curl_slist_append(NULL, to);
    return p->to && !curl_easy_setopt(p->curl, CURLOPT_MAIL_FROM, from) && !curl_easy_setopt(p->curl, CURLOPT_MAIL_RCPT, p->to);
}

static bool put_user(const struct delivering *d, struct parcel *p)
{
    struct buf user CLEANUP_BUF = BUF_INIT(1000), password CLEANUP_BUF = BUF_INIT(1000);
    if (!d->channel->user.n) return true;
    buf_str(&user, d->channel->user);
    buf_str(&password, d->channel->password);
    return !buf_error(&user) && !buf_error(&password) && !curl_easy_setopt(p->curl, CURLOPT_USERNAME, buf_view(&user).p) &&
           !curl_easy_setopt(p->curl, CURLOPT_PASSWORD, buf_view(&password).p);
}

bool mail_pack(const struct delivering *d, struct parcel *p)
{
    if (!address_fits(d->message->address)) return refuse(d, _("this is no address that a mail can go to"));
    if (!address_fits(d->channel->sender)) return refuse(d, _("the sender of the channel is no address of a mail"));
    return put_host(d, p) && put_envelope(d, p) && put_user(d, p) && put_headers(d, p) && put_text(d, p);
}
