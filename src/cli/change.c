/* change.c — the verbs that change a record that is there: change, do, withdraw, reinstate, merge. */
#include "cli/cli.h"

#include "base/lang.h"
#include "ledger/type.h"

struct changing {
    const struct ledger *l;
    const char *number, *other; /* operands behind the ledger */
    int64_t base;               /* --version */
    struct str reason;
    struct fields fields;
    struct record *now;
    struct clashes clashes;
};

typedef enum err change_fn(struct work *, void *changing);

/* What all of them do: read the command line, write, report the record. */
static enum err run_change(struct cli *c, change_fn *fn, struct changing *k)
{
    TRY(cli_int(c, "version", 1, INT64_MAX, 0, &k->base));
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k->l));
    k->number = c->operand[1];
    k->other = c->operand[2];
    k->reason = str_of(cli_value(c, "reason"));
    TRY(cli_fields(c, k->l, &k->fields));
    TRY(cli_write(c, fn, k));
    return cli_written(c, k->now);
}

static enum err read_draft(struct work *w, struct changing *k, int64_t *ret_id, struct record **ret)
{
    TRY(cli_record(w, k->l, k->number, ret_id));
    TRY(draft_for(w, k->l, *ret_id, ret));
    return cli_draft(w, &k->fields, *ret);
}

/* ---- change ---- */

static enum err change(struct work *w, void *arg)
{
    struct changing *k = arg;
    struct record *draft;
    int64_t id;
    TRY(read_draft(w, k, &id, &draft));
    return store_change(w, id, k->base, draft, &k->now, &k->clashes);
}

static void clash_value(struct buf *b, const struct field *f, struct value v)
{
    /* Rows inside a record have no value of their own. */
    type_json(b, f, f->type == TYPE_ROWS ? VALUE_NULL : v);
}

/* Both values of every field that two have changed, side by side. */
static enum err report_clashes(struct cli *c, const struct clashes *k)
{
    struct err_info e = *err_last();
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    buf_z(&b, "\"clashes\":[");
    for (int i = 0; i < k->n; i++) {
        buf_printf(&b, "%s{\"field\":\"%s\",\"theirs\":", i ? "," : "", k->clash[i].field->name);
        clash_value(&b, k->clash[i].field, k->clash[i].theirs);
        buf_z(&b, ",\"mine\":");
        clash_value(&b, k->clash[i].field, k->clash[i].mine);
        buf_char(&b, '}');
    }
    buf_char(&b, ']');
    TRY(buf_error(&b));
    struct str kept = arena_str(c->arena, buf_view(&b));
    if (!kept.p) return err_no_memory();
    err_restore(&e);
    return cli_error_more(c, kept);
}

static enum err run(struct cli *c)
{
    struct changing k = {0};
    enum err e = run_change(c, change, &k);
    return e && k.clashes.n ? report_clashes(c, &k.clashes) : e;
}

static const struct flag change_flags[] = {FLAGS_SET, FLAG("version", "N"), FLAG_END};

const struct command command_change = {
    .name = "change",
    .summary = N_("change fields of a record"),
    .usage = "change LEDGER NUMBER [--set F=V]… [--set-json -] [--version N]",
    .help = N_("Changes the given fields and leaves the others as they are.\n\n"
               "  --set F=V, --set-json -   as in `anjian new`; F= makes a field unknown\n"
               "  --version N   the version that you saw: what others have changed since is kept, and a field that they changed too is\n"
               "                a conflict; --json then shows both values: \"clashes\":[{\"field\",\"theirs\",\"mine\"}]\n\n"
               "Example: anjian change premises JG-430602-2026-000001 --set staff=35 --version 4"),
    .flags = change_flags,
    .least = 2,
    .most = 2,
    .run = run,
};

/* ---- do ---- */

static enum err do_verb(struct work *w, void *arg)
{
    struct changing *k = arg;
    struct record *draft;
    int64_t id;
    TRY(read_draft(w, k, &id, &draft));
    return store_do(w, id, str_of(k->other), k->base, draft, &k->now);
}

static enum err run_do(struct cli *c)
{
    return run_change(c, do_verb, &(struct changing){0});
}

const struct command command_do = {
    .name = "do",
    .summary = N_("change the state of a record by a verb of its ledger"),
    .usage = "do LEDGER NUMBER VERB [--set F=V]… [--set-json -] [--version N]",
    .help = N_("Does what VERB means in the flow of the ledger: checks what it needs and its guards, sets the fields, changes the state.\n"
               "`anjian ledgers LEDGER` shows states and verbs.\n\n"
               "  --set F=V, --set-json -   as in `anjian new`\n"
               "  --version N   refuse when the record has changed since this version\n\n"
               "Example: anjian do hazard YH-430602-2026-000001 report --set rectified_on=2026-03-01 --set rectified_by=王师傅"),
    .flags = change_flags,
    .least = 3,
    .most = 3,
    .run = run_do,
};

/* ---- withdraw, reinstate ---- */

static enum err withdraw(struct work *w, void *arg)
{
    struct changing *k = arg;
    int64_t id;
    TRY(cli_record(w, k->l, k->number, &id));
    return store_withdraw(w, k->l, id, k->reason, &k->now);
}

static enum err run_withdraw(struct cli *c)
{
    return run_change(c, withdraw, &(struct changing){0});
}

/* A merged record is found by its own id or number, which elsewhere lead to the one that stays. */
static enum err find_itself(struct work *w, const struct ledger *l, struct str number, int64_t *ret)
{
    int n = 0;
    struct condition c = {query_system_field(STR("number")), OP_EQ, value_text(number)};
    if (l->number) TRY(query_ids(w, l, &c, 1, true, ret, 1, &n));
    return n || str_int(number, ret) ? OK : cli_record(w, l, number.p, ret);
}

static enum err reinstate(struct work *w, void *arg)
{
    struct changing *k = arg;
    int64_t id;
    TRY(find_itself(w, k->l, str_of(k->number), &id));
    return store_restore(w, k->l, id, k->reason, &k->now);
}

static enum err run_reinstate(struct cli *c)
{
    return run_change(c, reinstate, &(struct changing){0});
}

static const struct flag reason_flags[] = {FLAG_NEEDED("reason", "TEXT"), FLAG_END};

const struct command command_withdraw = {
    .name = "withdraw",
    .summary = N_("withdraw a record; nothing is ever deleted"),
    .usage = "withdraw LEDGER NUMBER --reason TEXT",
    .help = N_("Takes a record out of lists and counts. It stays readable, and `anjian reinstate` brings it back.\n\n"
               "  --reason TEXT   why; kept with the event\n\n"
               "Example: anjian withdraw premises JG-430602-2026-000007 --reason 重复登记"),
    .flags = reason_flags,
    .least = 2,
    .most = 2,
    .run = run_withdraw,
};

const struct command command_reinstate = {
    .name = "reinstate",
    .summary = N_("bring back a record that was withdrawn or merged"),
    .usage = "reinstate LEDGER NUMBER --reason TEXT",
    .help = N_("Brings back a withdrawn record, or parts a merged one from the record it was merged into.\n\n"
               "  --reason TEXT   why; kept with the event\n\n"
               "Example: anjian reinstate premises JG-430602-2026-000007 --reason 撤销有误"),
    .flags = reason_flags,
    .least = 2,
    .most = 2,
    .run = run_reinstate,
};

/* ---- merge ---- */

static enum err merge(struct work *w, void *arg)
{
    struct changing *k = arg;
    int64_t duplicate, stays;
    TRY(cli_record(w, k->l, k->number, &duplicate));
    TRY(cli_record(w, k->l, k->other, &stays));
    return store_merge(w, k->l, duplicate, stays, &k->now);
}

static enum err run_merge(struct cli *c)
{
    return run_change(c, merge, &(struct changing){0});
}

const struct command command_merge = {
    .name = "merge",
    .summary = N_("merge a duplicate into the record that stays"),
    .usage = "merge LEDGER DUPLICATE NUMBER",
    .help = N_("Withdraws DUPLICATE and lets its number lead to the record NUMBER. No value is copied; `anjian reinstate` undoes it.\n\n"
               "Example: anjian merge premises JG-430602-2026-000007 JG-430602-2026-000003"),
    .least = 3,
    .most = 3,
    .run = run_merge,
};
