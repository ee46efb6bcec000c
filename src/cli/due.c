/* due.c — anjian due: when something is due, and how the date is found. */
#include "base/lang.h"
#include "cli/cli.h"
#include "duty/rule.h"

static const struct flag flags[] = {FLAG("amount", "N"), FLAG_NEEDED("from", "INSTANT"), FLAG("roll", "next|none"), SWITCH("count-first"),
                                    FLAG_END};

struct reckoning {
    struct cli *c;
    instant_t from;
    struct clock_rule clock; /* of --amount */
    struct buf out;
};

static enum err reckon(struct work *w, void *arg)
{
    struct reckoning *k = arg;
    struct rule rule = {.clock = k->clock};
    struct calendar *calendar;
    struct due due;
    day_t from, to;
    if (k->c->operands) {
        struct editions editions;
        TRY(rule_editions(w, k->c->operand[0], &editions));
        TRY(rule_on(w->store, &editions, instant_day(k->from), &rule));
    }
    due_span(&rule.clock, k->from, &from, &to);
    TRY(calendar_load(w, from, to, DAY_MAX, &calendar));
    TRY(due_find(w->arena, &rule.clock, k->from, calendar, &due));
    struct buf json CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
    due_json(&json, &rule.clock, &due);
    TRY(buf_error(&json));
    buf_reset(&k->out);
    if (!k->c->json) {
        TRY(due_text(buf_view(&json), lang_get(), &k->out));
        k->out.p[--k->out.n] = '\0'; /* cli_line() ends the last line */
        return OK;
    }
    buf_str(&k->out, buf_view(&json));
    return OK;
}

/* "10wd", "-15wd", "36h", "15d", "3m". */
static bool read_amount(struct str s, struct clock_rule *ret)
{
    static const struct {
        const char *mark;
        enum clock_unit unit;
    } marks[] = {{"wd", CLOCK_WORKING_DAYS}, {"d", CLOCK_DAYS}, {"h", CLOCK_HOURS}, {"m", CLOCK_MONTHS}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct str mark = str_of(marks[i].mark);
        if (!str_ends(s, mark)) continue;
        ret->unit = marks[i].unit;
        return str_int(str_head(s, s.n - mark.n), &ret->amount);
    }
    return false;
}

static enum err read_line(struct cli *c, struct reckoning *k)
{
    const char *amount = cli_value(c, "amount"), *roll = cli_value(c, "roll"), *from = cli_value(c, "from");
    if (!instant_parse(str_of(from), &k->from)) return cli_usage(c, _("--from: “%s” is no instant"), from);
    if ((amount != NULL) == (c->operands > 0)) return cli_usage(c, "%s", _("give either a RULE or --amount"));
    if (!amount && (roll || cli_has(c, "count-first"))) return cli_usage(c, "%s", _("--roll and --count-first belong to --amount"));
    if (amount && !read_amount(str_of(amount), &k->clock))
        return cli_usage(c, _("--amount: “%s” is not like 10wd, -15wd, 36h, 15d or 3m"), amount);
    if (roll && strcmp(roll, "next") != 0 && strcmp(roll, "none") != 0)
        return cli_usage(c, _("--roll: “%s” is neither next nor none"), roll);
    k->clock.roll_next = roll && strcmp(roll, "next") == 0;
    k->clock.count_first = cli_has(c, "count-first");
    return OK;
}

static enum err run(struct cli *c)
{
    struct reckoning k = {.c = c, .out = BUF_INIT((size_t)16 << 20)};
    TRY(read_line(c, &k));
    TRY(cli_open(c));
    enum err e = cli_view(c, reckon, &k);
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    return e;
}

const struct command command_due = {
    .name = "due",
    .summary = N_("say when something is due"),
    .usage = "due RULE|--amount N --from INSTANT [--roll next|none] [--count-first]",
    .help = N_("Says when something is due and shows day by day how the date is found.\n\n"
               "  RULE            a clock rule, in the edition valid on the starting day\n"
               "  --amount N      a time limit instead: 10wd (working days), 15d (days), 36h, 3m; -15wd counts backwards\n"
               "  --from INSTANT  the start\n"
               "  --roll next     an end on a day off moves to the next working day\n"
               "  --count-first   the starting day is day one\n\n"
               "Example: anjian due --amount 10wd --from 2026-02-10"),
    .flags = flags,
    .most = 1,
    .run = run,
};
