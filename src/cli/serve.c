/* serve.c — anjian serve: the ledgers in a browser, until somebody stops it. */
#include <signal.h>
#include <stdio.h>

#include "base/lang.h"
#include "cli/cli.h"
#include "duty/ticker.h"
#include "web/web.h"

#define DRAIN_SECONDS 10

static const struct flag flags[] = {FLAG("listen", "ADDRESS:PORT"),
                                    FLAG("data", "DIR"),
                                    FLAG("workers", "N"),
                                    FLAG("idle", "SECONDS"),
                                    SWITCH("behind-proxy"),
                                    SWITCH("quiet"),
                                    SWITCH("costs"),
                                    SWITCH("routes"),
                                    FLAG_END};

static void signals_that_end(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
}

/* Say where it is, on stdout, so that a program that started it can read the port. */
static enum err say_address(struct cli *c, const struct web *web, const char *listen)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    struct str host = str_of(listen);
    for (size_t i = host.n; i > 0; i--) {
        if (host.p[i - 1] != ':') continue;
        host.n = i - 1;
        break;
    }
    if (c->json)
        buf_printf(&b, "{\"url\":\"http://%.*s:%d\"}", STR_ARG(host), web_port(web));
    else
        buf_printf(&b, _("Anjian is at http://%.*s:%d — Ctrl-C stops it."), STR_ARG(host), web_port(web));
    TRY(cli_line(&b));
    return fflush(stdout) == 0 ? OK : err_set(ERR_IO, "%s", _("the answer could not be written"));
}

/* What can be asked of a server, and by whom: for documentation and for the test that asks all of it as every role. */
static enum err list_routes(void)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)256 << 10);
    web_routes_text(&b);
    if (b.n) b.p[--b.n] = '\0'; /* cli_line() ends the last line */
    return cli_line(&b);
}

static enum err use_folder(struct cli *c)
{
    const char *folder = cli_value(c, "data");
    if (!folder) return OK;
    struct str url = arena_printf(c->arena, "sqlite:%s/anjian.db", folder);
    if (!url.p) return err_no_memory();
    c->db = url.p;
    return OK;
}

/* Why the clock could not do its work; it tries again. */
static void tick_failed(void)
{
    fprintf(stderr, _("anjian: the clock of duties: %s\n"), err_last()->message);
}

static enum err run(struct cli *c)
{
    const char *listen = cli_value(c, "listen");
    struct web_options o = {.http.listen = listen ? listen : "127.0.0.1:8080",
                            .behind_proxy = cli_has(c, "behind-proxy"),
                            .quiet = cli_has(c, "quiet"),
                            .costs = cli_has(c, "costs")};
    struct web *web = NULL;
    struct ticker *ticker = NULL;
    sigset_t ends;
    int64_t workers, idle;
    int which;
    if (cli_has(c, "routes")) return list_routes();
    TRY(cli_int(c, "workers", 1, 256, 0, &workers));
    TRY(cli_int(c, "idle", 1, 3600, 30, &idle));
    o.http.workers = (int)workers;
    o.http.idle_seconds = (int)idle;
    TRY(use_folder(c));
    TRY(cli_open(c));
    signals_that_end(&ends);
    signal(SIGPIPE, SIG_IGN);                /* who does not listen any more is told nothing, and ends nothing */
    pthread_sigmask(SIG_BLOCK, &ends, NULL); /* before threads begin: they inherit it, and only this one waits for them */
    TRY(web_start(c->store, &o, &web));
    enum err e = ticker_start(c->store, tick_failed, &ticker);
    if (!e) e = say_address(c, web, o.http.listen);
    if (!e) sigwait(&ends, &which);
    cli_note(c, _("stopping: what has begun is finished first"));
    web_stop(web, DRAIN_SECONDS); /* first: the door closes at once, whatever the clock is waiting for */
    ticker_stop(ticker);
    return e;
}

const struct command command_serve = {
    .name = "serve",
    .summary = N_("the ledgers in a browser"),
    .usage = "serve [--listen ADDRESS:PORT] [--data DIR] [--behind-proxy] [--quiet]",
    .help = N_("Serves the database in a browser, and to programs under /api/v1, until it gets SIGTERM or Ctrl-C; then it finishes what "
               "has begun.\n\n"
               "  --listen A:P     127.0.0.1:8080 unless told otherwise; port 0 takes one that is free\n"
               "  --data DIR       the folder of the database: DIR/anjian.db, in place of --db\n"
               "  --workers N      threads that write and wait, 32 unless told otherwise\n"
               "  --idle SECONDS   after which a silent visitor is cut off, a slow one after twice as many; 30 unless told otherwise\n"
               "  --behind-proxy   a proxy on this machine brings the visitors by HTTPS: believe its X-Forwarded-For and -Proto\n"
               "  --quiet          no line on stderr for each request\n"
               "  --costs          each answer says in the header X-Cost what it took: statements, allocations, bytes\n"
               "  --routes         serve nothing: list the addresses that are served, and who may ask them\n\n"
               "It speaks HTTP only: where it is reached over a network, let a proxy bring HTTPS.\n\n"
               "Example: anjian serve --data /var/lib/anjian --listen 127.0.0.1:8080"),
    .flags = flags,
    .run = run,
};
