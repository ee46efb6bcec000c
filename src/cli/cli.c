/* cli.c — running a verb: help, the database, the actor, the exit status. See cli.h. */
#include "cli/cli.h"

#include <stdio.h>

#include "base/lang.h"
#include "base/mem.h"
#include "safety/account.h"

#define ARENA_MAX ((size_t)256 << 20)

enum { STATUS_DONE, STATUS_FAILED, STATUS_USAGE };

/* ---- the database ---- */

static enum err load_actor(struct work *w, void *arg)
{
    struct cli *c = arg;
    return account_actor(w, str_of(c->as), &c->actor);
}

enum err cli_open(struct cli *c)
{
    TRY(store_open(c->db, &(struct store_options){0}, &c->store));
    c->actor = ACTOR_CONSOLE;
    if (strcmp(c->as, "console") == 0) return OK;
    struct actor console = ACTOR_CONSOLE; /* reads the account; c->actor is what it becomes */
    return store_view(c->store, &console, c->arena, load_actor, c);
}

enum err cli_console(const struct cli *c)
{
    return c->actor.role == ROLE_CONSOLE ? OK : err_set(ERR_FORBIDDEN, "%s", _("only the console may do this; leave --as out"));
}

enum err cli_copy_before(struct cli *c, const char *what, const char **ret)
{
    struct db *db;
    enum err e = ERR_CONFLICT;
    *ret = NULL;
    TRY(db_open(c->db, &(struct db_options){.readers = 1}, &db));
    for (int i = 1; e == ERR_CONFLICT && i < 1000 && db_path(db); i++) {
        *ret = arena_printf(c->arena, "%s.before-%s-%d", db_path(db), what, i).p;
        e = *ret ? db_copy(db, *ret) : err_no_memory();
    }
    bool copies = db_path(db) != NULL;
    db_close(db);
    if (!copies) return OK;
    if (!e) cli_note(c, _("a copy is in %s"), *ret);
    return e;
}

enum err cli_ledger(struct cli *c, const char *name, const struct ledger **ret)
{
    const struct ledger *l = registry_find(c->store->registry, str_of(name));
    if (!l) return err_set(ERR_NOT_FOUND, _("there is no ledger “%s”; `anjian ledgers` lists them"), name);
    if (l->parent) return err_set(ERR_INVALID, _("the rows of “%s” are parts of records of “%s”"), name, l->parent);
    *ret = l;
    return OK;
}

enum err cli_write(struct cli *c, enum err (*fn)(struct work *, void *), void *arg)
{
    return store_write(c->store, &c->actor, c->arena, fn, arg);
}

enum err cli_view(struct cli *c, enum err (*fn)(struct work *, void *), void *arg)
{
    return store_view(c->store, &c->actor, c->arena, fn, arg);
}

enum err cli_record(struct work *w, const struct ledger *l, const char *number, int64_t *ret)
{
    int64_t id;
    struct record *r;
    TRY(store_resolve(w, l, str_of(number), &id));
    TRY(store_read(w, l, id, &r)); /* outside the actor's scope there is nothing */
    *ret = id;
    return OK;
}

/* ---- help ---- */

static enum err print_commands(const struct command *const *commands, int n)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    buf_z(&b,
          _("Anjian keeps the ledgers of work safety of a district.\n\nusage: anjian VERB … [--db URL] [--as USER] [--lang zh|en] [--json] "
            "[--help]\n\n"));
    for (int i = 0; i < n; i++) buf_printf(&b, "  %-13s %s\n", commands[i]->name, _(commands[i]->summary));
    buf_z(&b, _("\n--db URL     sqlite:PATH or postgresql://…; otherwise $ANJIAN_DB, otherwise sqlite:anjian.db\n"
                "--as USER    act as this account; otherwise \"console\", the person at the machine\n"
                "--json       answers and errors as JSON\n"
                "`anjian VERB --help` tells more about a verb. Exit status: 0 done, 1 failed or refused, 2 wrong command line."));
    return cli_line(&b);
}

static enum err print_help(const struct command *c)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    buf_printf(&b, _("usage: anjian %s\n\n%s"), c->usage, _(c->help));
    return cli_line(&b);
}

/* ---- the whole ---- */

static enum err run(struct cli *c, int argc, char **argv, const struct command *const *commands, int n)
{
    c->arena = arena_new_capped(ARENA_MAX);
    if (!c->arena) return err_no_memory();
    TRY(cli_parse(c, argc, argv, commands, n));
    if (c->help) return c->command ? print_help(c->command) : print_commands(commands, n);
    return c->command->run(c);
}

int cli_main(int argc, char **argv, const struct command *const *commands, int n)
{
    struct cli c = {.as = "console"};
    lang_init();
    enum err e = run(&c, argc, argv, commands, n);
    if (!e && fflush(stdout) != 0) e = err_set(ERR_IO, "%s", _("the answer could not be written"));
    if (e) {
        cli_report(&c);
        c.status = c.usage ? STATUS_USAGE : STATUS_FAILED;
    }
    store_close(c.store);
    arena_free(c.arena);
    return c.status;
}
