/* pg_tool.c — see pg_tool.h. */
#define _GNU_SOURCE /* environ */
#include "cli/pg_tool.h"

#include <errno.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lang.h"

/* Is NAME one of the variables that libpq reads? Those of our own environment must not mix with those of the URL. */
static bool is_of(const PQconninfoOption *o, const char *assignment)
{
    for (; o->keyword; o++) {
        size_t n = o->envvar ? strlen(o->envvar) : 0;
        if (n && o->val && strncmp(assignment, o->envvar, n) == 0 && assignment[n] == '=') return true;
    }
    return false;
}

static char **environment(struct arena *a, const PQconninfoOption *options)
{
    size_t room = 1, n = 0;
    for (char **e = environ; *e; e++) room++;
    for (const PQconninfoOption *o = options; o->keyword; o++) room++;
    char **env = arena_array(a, char *, room);
    if (!env) return NULL;
    for (char **e = environ; *e; e++)
        if (!is_of(options, *e)) env[n++] = *e;
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (o->envvar && o->val) env[n++] = arena_z(a, arena_printf(a, "%s=%s", o->envvar, o->val));
    return arena_failed(a) ? NULL : env;
}

enum err pg_tool(struct arena *a, const char *url, char *const *argv)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    if (!options) {
        PQfreemem(why); /* it may quote the password */
        return err_set(ERR_INVALID, "%s", _("this is no URL of a PostgreSQL database"));
    }
    char **env = environment(a, options);
    PQconninfoFree(options);
    if (!env) return err_no_memory();
    pid_t pid;
    int status, code = posix_spawnp(&pid, argv[0], NULL, NULL, argv, env);
    if (code == ENOENT) return err_set(ERR_NOT_FOUND, _("%s is not installed; it comes with PostgreSQL's client programs"), argv[0]);
    if (code) return err_set(ERR_IO, "%s: %s", argv[0], strerror(code));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return err_set(ERR_IO, "%s: %s", argv[0], strerror(errno));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : err_set(ERR_IO, _("%s failed; its own message stands above"), argv[0]);
}
