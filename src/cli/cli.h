/* cli.h — the command line: what a verb is, and what it may use.
 *
 * Each verb is a file of this folder that defines one `struct command`; src/main.c lists them. A verb declares its options
 * in a table, returns an enum err and leaves the reporting to cli_main(). Data goes to stdout, everything else to stderr;
 * exit status 0 done, 1 failed or refused, 2 the command line was wrong. A verb writes its data with cli_line(), so that
 * what could not be written (a full disk, a closed pipe) ends in status 1.
 */
#ifndef ANJIAN_CLI_H
#define ANJIAN_CLI_H

#include "ledger/query.h"
#include "ledger/store.h"

struct cli;

struct flag {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, as the help names it ("FILE"); NULL: a switch */
    bool repeats, required;
};
/* The lines of a table of options. */
/* clang-format off */
#define SWITCH(name) {name, NULL, false, false}
#define FLAG(name, value) {name, value, false, false}
#define FLAG_MANY(name, value) {name, value, true, false}
#define FLAG_NEEDED(name, value) {name, value, false, true}
#define FLAG_END {NULL, NULL, false, false}
/* clang-format on */

struct command {
    const char *name;
    const char *summary;      /* N_(): a few words for `anjian --help` */
    const char *usage;        /* what stands behind "anjian " */
    const char *help;         /* N_(): what it does, its options, examples */
    const struct flag *flags; /* ends with a NULL name; may be NULL */
    int least, most;          /* operands; most < 0: any number */
    enum err (*run)(struct cli *);
};

struct given {
    const struct flag *flag;
    const char *value; /* NULL for a switch */
};

struct cli {
    const struct command *command;
    const char *db, *as; /* URL; name of an account, or "console" */
    bool json, help;
    const char **operand; /* what is no option, without the verb; NULL at the end */
    int operands;
    struct given *given;
    int givens;
    struct arena *arena; /* for the verb's whole run; `work->arena` is this one */
    struct store *store; /* after cli_open() */
    struct actor actor;
    int status;            /* a verb that did its work and found fault (check, doctor, verify) sets 1 and returns OK */
    bool usage;            /* the error is about the command line: status 2 */
    struct str error_more; /* see cli_error_more() */
};

/* Run the verb that argv[1] names; returns the exit status. */
int cli_main(int argc, char **argv, const struct command *const *commands, int n);

/* ---- the command line (arguments.c) ---- */

/* Take argv apart by the tables; what is wrong sets the error and cli->usage. Needs cli->arena. */
enum err cli_parse(struct cli *, int argc, char **argv, const struct command *const *commands, int n);
bool cli_has(const struct cli *, const char *flag);
const char *cli_value(const struct cli *, const char *flag); /* the last one given, or NULL */
/* All values of a flag that repeats: start with *at = 0; NULL at the end. */
const char *cli_next(const struct cli *, const char *flag, int *at);
/* A whole number; `otherwise` when it was not given. */
enum err cli_int(struct cli *, const char *flag, int64_t least, int64_t most, int64_t otherwise, int64_t *ret);
/* Was a database named, by --db or the environment? Verbs that need none use the program's own data otherwise. */
bool cli_names_db(const struct cli *);
/* The command line is wrong: returns the error that ends in status 2. */
enum err cli_usage(struct cli *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- the database (cli.c) ---- */

/* Open the database that --db names, as the actor that --as names. */
enum err cli_open(struct cli *);
/* What is about the machine or the whole database is for the person at the machine: ERR_FORBIDDEN under --as. */
enum err cli_console(const struct cli *);
/* Copy a SQLite database to PATH.before-WHAT-1 (2, 3 …) beside it, and say so; *ret is its path, NULL on PostgreSQL. The database
 * must not be open. */
enum err cli_copy_before(struct cli *, const char *what, const char **ret);
/* The ledger of that name; one that lives inside another has no records of its own: ERR_INVALID. */
enum err cli_ledger(struct cli *, const char *name, const struct ledger **ret);
enum err cli_write(struct cli *, enum err (*fn)(struct work *, void *arg), void *arg);
enum err cli_view(struct cli *, enum err (*fn)(struct work *, void *arg), void *arg);
/* The id that NUMBER means, of a record that the actor may see. */
enum err cli_record(struct work *, const struct ledger *, const char *number, int64_t *ret);

/* ---- input and output (output.c) ---- */

/* Print a buffer and a line end on stdout. Its error, if it has one, is returned. */
enum err cli_line(const struct buf *);
/* A line on stderr, unless --json. */
void cli_note(const struct cli *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A whole file, or stdin for "-". ERR_TOO_BIG beyond `most` bytes. The text lies in the arena. */
enum err cli_read(struct cli *, const char *path, size_t most, struct str *ret);
/* A password: the first line of standard input, so that it stands in no list of processes. */
enum err cli_password(struct cli *, struct str *ret);
/* Report err_last() as --json wants it. */
void cli_report(const struct cli *);
/* With --json an error may carry more than its message: "members" is JSON, put in behind the others: `"clashes":[…]`. */
enum err cli_error_more(struct cli *, struct str members);

/* ---- values of fields (fields.c) ---- */

/* What --set F=V, --set F=@FILE and --set-json - say. */
struct fields {
    struct str json; /* STR_NONE: none */
    struct field_text {
        struct str name, text;
        const char *file; /* F=@FILE; NULL otherwise */
    } * set;
    int n;
};
#define FLAGS_SET FLAG_MANY("set", "F=V"), FLAG("set-json", "-")
/* Read them from the command line, standard input and files, for a ledger; before the transaction, which may run twice. */
enum err cli_fields(struct cli *, const struct ledger *, struct fields *ret);
/* Put them into a draft. */
enum err cli_draft(struct work *, const struct fields *, struct record *draft);
/* The record that a write left: {"id","number","state"} and version, or its number alone. */
enum err cli_written(struct cli *, const struct record *);

#endif
