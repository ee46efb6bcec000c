/* due.c — anjian due: when something is due, and how the date is found. */
#include "base/lang.h"
#include "cli/cli.h"
#include "duty/rule.h"

static const struct flag flags[] = {FLAG("amount", "N"),
                                    FLAG_NEEDED("from", "INSTANT"),
                                    FLAG("roll", "next|none"),
                                    SWITCH("count-first"),
                                    FLAG_MANY("suspend", "FROM..TO"),
                                    FLAG_MANY("extend", "N"),
                                    FLAG("on-calendar-edition", "DATE"),
                                    FLAG_END};

struct reckoning {
    struct cli *c;
    instant_t from;
    day_t as_of;
    struct rule rule; /* without operands: what --amount says */
    struct due_changes changes;
    struct buf out;
};

static enum err finish(struct reckoning *k, const struct calendar *calendar)
{
    struct due due;
    TRY(due_find(k->c->arena, &k->rule.clock, k->from, calendar, &k->changes, &due));
    struct buf json CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
    due_json(&json, &k->rule.clock, &due, lang_get());
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

/* "10d", or "10" in the rule's own unit; the rule must be known. */
static enum err read_extensions(struct reckoning *k)
{
    struct extension *e = arena_array(k->c->arena, struct extension, k->c->givens);
    int at = 0, n = 0;
    if (!e) return err_no_memory();
    for (const char *text; (text = cli_next(k->c, "extend", &at)); n++)
        if (!due_read_amount(str_of(text), k->rule.clock.unit, &e[n]))
            return cli_usage(k->c, _("--extend: “%s” is not like 10wd, 36h, 15d or 3m"), text);
    k->changes.extension = e;
    k->changes.extensions = n;
    return OK;
}

static enum err reckon(struct work *w, void *arg)
{
    struct reckoning *k = arg;
    struct calendar *calendar;
    day_t from, to;
    if (k->c->operands) {
        struct editions editions;
        TRY(rule_editions(w, k->c->operand[0], &editions));
        TRY(rule_on(w->store, &editions, instant_day(k->from), &k->rule));
    }
    TRY(read_extensions(k));
    due_span(&k->rule.clock, k->from, &k->changes, &from, &to);
    TRY(calendar_load(w, from, to, k->as_of, &calendar));
    return finish(k, calendar);
}

static enum err reckon_shipped(struct reckoning *k)
{
    struct calendar *calendar;
    if (k->c->operands) TRY(rule_shipped(k->c->arena, str_of(k->c->operand[0]), instant_day(k->from), &k->rule));
    TRY(read_extensions(k));
    TRY(calendar_shipped(k->c->arena, k->as_of, &calendar));
    return finish(k, calendar);
}

/* A day stands for all of it: TO is the end of that day. */
static bool read_span(struct str s, struct suspension *ret)
{
    ptrdiff_t dots = str_find(s, STR(".."));
    day_t day;
    if (dots < 0) return false;
    struct str from = str_head(s, (size_t)dots), to = str_from(s, (size_t)dots + 2);
    if (!instant_parse(from, &ret->from)) return false;
    if (!day_parse(to, &day)) return instant_parse(to, &ret->to);
    ret->to = day_start(day + 1);
    return true;
}

static enum err read_suspensions(struct reckoning *k)
{
    struct suspension *s = arena_array(k->c->arena, struct suspension, k->c->givens);
    int at = 0, n = 0;
    if (!s) return err_no_memory();
    for (const char *text; (text = cli_next(k->c, "suspend", &at)); n++)
        if (!read_span(str_of(text), &s[n])) return cli_usage(k->c, _("--suspend: “%s” is not like 2026-03-02..2026-03-06"), text);
    k->changes.suspension = s;
    k->changes.suspensions = n;
    return OK;
}

static enum err read_amount(struct reckoning *k, const char *text)
{
    struct extension e;
    if (!due_read_amount(str_of(text), CLOCK__MAX, &e))
        return cli_usage(k->c, _("--amount: “%s” is not like 10wd, -15wd, 36h, 15d or 3m"), text);
    k->rule.clock.amount = e.amount;
    k->rule.clock.unit = e.unit;
    return OK;
}

static enum err read_line(struct cli *c, struct reckoning *k)
{
    const char *amount = cli_value(c, "amount"), *roll = cli_value(c, "roll"), *from = cli_value(c, "from"),
               *as_of = cli_value(c, "on-calendar-edition");
    if (!instant_parse(str_of(from), &k->from)) return cli_usage(c, _("--from: “%s” is no instant"), from);
    if ((amount != NULL) == (c->operands > 0)) return cli_usage(c, "%s", _("give either a RULE or --amount"));
    if (!amount && (roll || cli_has(c, "count-first"))) return cli_usage(c, "%s", _("--roll and --count-first belong to --amount"));
    if (amount) TRY(read_amount(k, amount));
    if (roll && strcmp(roll, "next") != 0 && strcmp(roll, "none") != 0)
        return cli_usage(c, _("--roll: “%s” is neither next nor none"), roll);
    if (as_of && !day_parse(str_of(as_of), &k->as_of)) return cli_usage(c, _("--on-calendar-edition: “%s” is no date"), as_of);
    k->rule.clock.roll_next = roll && strcmp(roll, "next") == 0;
    k->rule.clock.count_first = cli_has(c, "count-first");
    return read_suspensions(k);
}

static enum err run(struct cli *c)
{
    struct reckoning k = {.c = c, .as_of = DAY_MAX, .out = BUF_INIT((size_t)16 << 20)};
    enum err e = read_line(c, &k);
    if (!e && cli_names_db(c)) {
        e = cli_open(c);
        if (!e) e = cli_view(c, reckon, &k);
    } else if (!e) {
        e = reckon_shipped(&k);
    }
    if (!e) e = cli_line(&k.out);
    buf_release(&k.out);
    return e;
}

const struct command command_due = {
    .name = "due",
    .summary = N_("say when something is due"),
    .usage = "due RULE|--amount N --from INSTANT [--roll next|none] [--count-first] [--suspend FROM..TO] [--extend N]",
    .help = N_("Says when something is due and shows day by day how the date is found. Without a database it uses the rules and the\n"
               "calendar that come with the program.\n\n"
               "  RULE                         a clock rule, in the edition valid on the starting day\n"
               "  --amount N                   a time limit instead: 10wd (working days), 15d (days), 36h, 3m, 1y; -15wd counts back\n"
               "  --from INSTANT               the start\n"
               "  --roll next                  an end on a day off moves to the next working day\n"
               "  --count-first                the starting day is day one\n"
               "  --suspend FROM..TO           days, both ends included, or time that does not count; may be repeated\n"
               "  --extend N                   more time, counted on from the end; may be repeated\n"
               "  --on-calendar-edition DATE   only what was published of the calendar by then\n\n"
               "Example: anjian due --amount 10wd --from 2026-02-10"),
    .flags = flags,
    .most = 1,
    .run = run,
};
