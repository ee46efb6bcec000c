/* who.c — anjian who: who answers for a premises on a day, in four layers. */
#include "base/lang.h"
#include "cli/cli.h"
#include "ledgers.h"
#include "safety/responsibility.h"

static const struct flag flags[] = {FLAG("on", "DAY"), FLAG_END};

struct asking {
    struct cli *c;
    day_t day;
    struct buf out;
};

static enum err ask(struct work *w, void *arg)
{
    struct asking *k = arg;
    struct who who_;
    int64_t id;
    TRY(cli_record(w, premises_ledger(w->store->registry), k->c->operand[0], &id));
    TRY(who(w, id, k->day, &who_));
    buf_reset(&k->out);
    if (k->c->json)
        who_json(&k->out, &who_);
    else
        who_text(&k->out, &who_, lang_get());
    return OK;
}

static enum err run(struct cli *c)
{
    struct asking k = {.c = c, .out = BUF_INIT((size_t)16 << 20)};
    const char *on = cli_value(c, "on");
    TRY(cli_open(c));
    k.day = instant_day(clock_now());
    if (on && !day_parse(str_of(on), &k.day)) return cli_usage(c, _("--on: “%s” is no day"), on);
    enum err e = cli_view(c, ask, &k);
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    return e;
}

const struct command command_who = {
    .name = "who",
    .summary = N_("say who answers for a premises"),
    .usage = "who PREMISES [--on DAY]",
    .help = N_(
        "Says who answers for a premises on a day, in the four layers: territory, sector, head of the enterprise, leader in charge.\n"
        "A layer that nobody holds is a gap, one that several hold an overlap; both are told.\n\n"
        "  --on DAY   the day asked about; today when left out\n\n"
        "Example: anjian who 91430602707347130R --on 2026-02-10"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
