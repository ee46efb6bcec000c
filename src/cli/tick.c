/* tick.c — anjian tick: let time pass: what is due and not done is breached. */
#include "base/lang.h"
#include "cli/cli.h"
#include "duty/duty.h"

static const struct flag flags[] = {FLAG("now", "INSTANT"), FLAG_END};

static enum err put_clock(struct cli *c)
{
    const char *text = cli_value(c, "now");
    instant_t now;
    if (!text) return OK;
    if (!instant_parse(str_of(text), &now)) return cli_usage(c, _("--now: “%s” is no instant"), text);
    return store_put_clock(c->store, now);
}

static enum err run(struct cli *c)
{
    struct duty_tick done;
    char now[INSTANT_TEXT];
    TRY(cli_open(c));
    TRY(put_clock(c));
    TRY(duty_tick(c->store, clock_now(), &done));
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    instant_text(clock_now(), now);
    if (c->json)
        buf_printf(&b, "{\"now\":\"%s\",\"rechecked\":%lld,\"started\":%lld,\"breached\":%lld,\"told\":%lld}", now,
                   (long long)done.rechecked, (long long)done.started, (long long)done.breached, (long long)done.told);
    else
        buf_printf(&b, _("%s: newly overdue %lld; notices %lld; started %lld; reckoned again %lld"), now, (long long)done.breached,
                   (long long)done.told, (long long)done.started, (long long)done.rechecked);
    return cli_line(&b);
}

const struct command command_tick = {
    .name = "tick",
    .summary = N_("let time pass: record what is overdue"),
    .usage = "tick [--now INSTANT]",
    .help = N_("Records the breach of every duty whose limit has passed: as of the limit itself, however late this runs, and each once.\n"
               "Reminds, climbs the ladders, starts what comes again, and reckons again what a changed calendar or rule moves.\n"
               "What was reported finished in time and waits to be judged is no breach. `serve` does the same by itself.\n\n"
               "  --now INSTANT   put the clock of a simulated database first; it never goes back\n\n"
               "Example: anjian tick --now 2026-03-03T08:00"),
    .flags = flags,
    .run = run,
};
