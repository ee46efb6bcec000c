/* web.h — the server: a store in a browser. */
#ifndef ANJIAN_WEB_H
#define ANJIAN_WEB_H

#include "ledger/store.h"
#include "web/http.h"

struct web_options {
    struct http_options http;
    bool behind_proxy; /* believe X-Forwarded-For and -Proto of a proxy on this machine; cookies are Secure */
    bool quiet;        /* no line for each request */
    bool costs;        /* each answer says what it cost, in the header X-Cost */
};

struct web;
/* Serve an open store, which must outlive the server. */
enum err web_start(struct store *, const struct web_options *, struct web **ret);
int web_port(const struct web *);
/* Let what has begun end, at most `seconds`, then stop. NULL is fine; returns NULL. */
struct web *web_stop(struct web *, int seconds);

/* Every route as a line: method, path, permission. */
void web_routes_text(struct buf *);

#endif
