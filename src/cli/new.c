/* new.c — anjian new: create a record. */
#include "cli/cli.h"

#include "base/lang.h"
#include "ledger/client_key.h"

static const struct flag flags[] = {FLAGS_SET, FLAG("key", "UUID"), FLAG_END};

struct creating {
    const struct ledger *l;
    struct fields fields;
    struct str key;
    struct record *made;
};

static enum err create(struct work *w, void *arg)
{
    struct creating *k = arg;
    struct record *draft = record_new(w->arena, k->l);
    if (!draft) return err_no_memory();
    TRY(cli_draft(w, &k->fields, draft));
    return k->key.p ? store_create_keyed(w, k->key, draft, &k->made) : store_create(w, draft, &k->made);
}

static enum err run(struct cli *c)
{
    struct creating k = {.key = str_of(cli_value(c, "key"))};
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    TRY(cli_fields(c, k.l, &k.fields));
    TRY(cli_write(c, create, &k));
    return cli_written(c, k.made);
}

const struct command command_new = {
    .name = "new",
    .summary = N_("create a record"),
    .usage = "new LEDGER [--set F=V]… [--set-json -] [--key UUID]",
    .help = N_("Creates a record and prints its number.\n\n"
               "  --set F=V       a field; money in fen, a choice by code or label, a reference by number or key; F= is unknown,\n"
               "                  F=@FILE is what the file holds (or the file itself, for a field that keeps files), F=@@x is \"@x\"\n"
               "  --set-json -    one JSON object of fields from standard input\n"
               "  --key UUID      made by the client: the same key and content again is the same record\n\n"
               "Example: anjian new premises --set name=北港渡口 --set region=430602"),
    .flags = flags,
    .least = 1,
    .most = 1,
    .run = run,
};
