/* main.c — the program: the table of its verbs. Each is a file of src/cli. */
#include "cli/cli.h"

#define COMMANDS(X) X(init) X(list) X(show) X(new) X(import) X(undo) X(jobs) X(stop) X(seal) X(verify) X(log)

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)

#define ADDRESS(name) &command_##name,
static const struct command *const commands[] = {COMMANDS(ADDRESS)};

int main(int argc, char **argv)
{
    return cli_main(argc, argv, commands, sizeof commands / sizeof *commands);
}
