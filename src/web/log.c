/* log.c — one line of JSON on stderr for each finished request. No query, no form: they may hold what is nobody's business. */
#include <stdio.h>
#include <unistd.h>

#include "web/web_parts.h"

void web_log(const struct exchange *x, const struct request *rq)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    char at[INSTANT_TEXT];
    buf_printf(&b, "{\"at\":\"%s\",\"request\":%lld,\"from\":\"%s\",\"method\":\"%s\",\"path\":", instant_text(clock_now(), at),
               (long long)x->number, x->address, method_name(x->method));
    buf_json(&b, str_head(x->path, 500));
    buf_printf(&b, ",\"status\":%u,\"bytes\":%lld,\"us\":%lld", x->status, (long long)(x->fixed.p ? x->fixed.n : x->out.n),
               (long long)(clock_monotonic() - x->began));
    if (rq && rq->known) buf_z(&b, ",\"account\":"), buf_json(&b, rq->session.actor.name);
    buf_z(&b, "}\n");
    if (!buf_error(&b) && write(STDERR_FILENO, b.p, b.n) < 0) return; /* nowhere to say it */
}
