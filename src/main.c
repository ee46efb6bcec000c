/* main.c — the program: the table of its verbs. Each is a file of src/cli. */
#include "cli/cli.h"
#include "duty/duty.h"
#include "safety/hazard.h"

/* clang-format off */
#define COMMANDS(X) \
X(init) X(upgrade) X(doctor) X(backup) X(restore) \
X(list) X(search) X(show) X(new) X(change) X(do) X(withdraw) X(reinstate) X(merge) X(reveal) X(fetch) \
X(export) X(import) X(undo) X(jobs) X(stop) X(template) \
X(tick) X(calendar) X(outbox) X(due) X(who) X(sheet) X(serve) \
X(seal) X(verify) X(log) \
X(ledgers) X(ledger_add) X(check) X(user)
/* clang-format on */

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)

#define ADDRESS(name) &command_##name,
static const struct command *const commands[] = {COMMANDS(ADDRESS)};

int main(int argc, char **argv)
{
    duty_init();
    safety_init();
    return cli_main(argc, argv, commands, sizeof commands / sizeof *commands);
}
