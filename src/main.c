/* main.c — the program: the table of its verbs. Each is a file of src/cli. */
#include "cli/cli.h"
#include "duty/duty.h"
#include "safety/hazard.h"

#define COMMANDS(X) X(init) X(list) X(show) X(new) X(import) X(undo) X(jobs) X(stop) X(tick) X(who) X(sheet) X(due)

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
