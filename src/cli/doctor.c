/* doctor.c — anjian doctor, anjian upgrade: is everything as it should be, and bringing an older database up to date. */
#include "cli/cli.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/lang.h"
#include "cli.sql.h"
#include "ledger/chain.h"
#include "ledger/code.h"
#include "ledger/flow.h"
#include "ledger/schema.h"
#include "ledger/secret.h"

#define SPACE_WARN (INT64_C(1) << 30)
#define SPACE_FAIL (INT64_C(64) << 20)

enum finding { FOUND_OK, FOUND_WARN, FOUND_FAIL };

struct doctor {
    struct cli *c;
    struct buf out;
    int n;
    bool failed;
};

static void say(struct doctor *d, const char *what, enum finding f, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void say(struct doctor *d, const char *what, enum finding f, const char *format, ...)
{
    static const char *const words[] = {"ok", "warn", "fail"};
    char text[1024];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    d->failed |= f == FOUND_FAIL;
    if (d->n++) buf_char(&d->out, d->c->json ? ',' : '\n');
    if (!d->c->json) {
        buf_printf(&d->out, "%-4s  %-10s  %s", words[f], what, text);
        return;
    }
    buf_printf(&d->out, "{\"check\":\"%s\",\"result\":\"%s\",\"message\":", what, words[f]);
    buf_json(&d->out, str_of(text));
    buf_char(&d->out, '}');
}

/* ---- what can be looked at without the database ---- */

static void look_at_program(struct doctor *d)
{
    say(d, "program", FOUND_OK, "anjian %s, SQLite %s, schema %d", ANJIAN_VERSION, sqlite3_libversion(), SCHEMA_VERSION);
}

static void look_at_words(struct doctor *d)
{
    const char *msgid = N_("there is something in this database already; init needs an empty one");
    bool found = strcmp(lang_text(LANG_ZH, msgid), msgid) != 0;
    say(d, "catalogue", found ? FOUND_OK : FOUND_WARN, "%s",
        found ? _("found") : _("the Chinese catalogue is not there; messages are in English"));
}

static void look_at_space(struct doctor *d, const char *path)
{
    struct statvfs s;
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? arena_z(d->c->arena, (struct str){path, (size_t)(slash - path) + 1}) : ".";
    if (!folder || statvfs(folder, &s) != 0) {
        say(d, "space", FOUND_FAIL, "%s: %s", path, strerror(errno));
        return;
    }
    int64_t bytes = (int64_t)s.f_bavail * (int64_t)s.f_frsize;
    say(d, "space",
        bytes < SPACE_FAIL   ? FOUND_FAIL
        : bytes < SPACE_WARN ? FOUND_WARN
                             : FOUND_OK,
        _("%lld MiB free"), (long long)(bytes >> 20));
}

/* ---- what needs it ---- */

static void look_at_key(struct doctor *d)
{
    struct stat st;
    const char *path = secrets_path(d->c->arena, d->c->store->db);
    if (!path || stat(path, &st) != 0)
        say(d, "key", FOUND_WARN, _("%s is not there: personal data can be neither written nor revealed"), path ? path : "ANJIAN_KEY");
    else if (st.st_mode & 077)
        say(d, "key", FOUND_FAIL, _("%s can be read by others (mode %03o); chmod 600 it"), path, st.st_mode & 0777);
    else
        say(d, "key", FOUND_OK, "%s", path);
}

static void say_missing_list(void *arg, const struct ledger *l, const struct field *f)
{
    say(arg, "codes", FOUND_WARN, _("ledger “%s”, field “%s”: the code list “%s” has no codes"), l->ledger, f->name, f->codes);
}

/* What descriptions name must be there: guards in the program, code lists in the data. */
static enum err look_at_descriptions(struct doctor *d, struct work *w)
{
    const struct registry *reg = w->store->registry;
    int before = d->n;
    for (int i = 0; i < reg->n; i++) {
        if (flow_guards_known(reg->ledgers[i])) say(d, "guards", FOUND_FAIL, "%s: %s", reg->ledgers[i]->ledger, err_last()->message);
        TRY(code_missing_lists(w, reg->ledgers[i], say_missing_list, d));
    }
    if (d->n == before) say(d, "ledgers", FOUND_OK, _("%d, with all that they name"), reg->n);
    return OK;
}

static enum err look_inside(struct work *w, void *arg)
{
    struct doctor *d = arg;
    struct str found;
    int64_t fit, heads;
    TRY(db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_QUICK_CHECK), NULL, 0, &found));
    say(d, "pages", str_is(found, "ok") ? FOUND_OK : FOUND_FAIL, "%.*s", STR_ARG(found));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_HEADS), NULL, 0, &heads));
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_HEADS_THAT_FIT), NULL, 0, &fit));
    TRY(look_at_descriptions(d, w));
    say(d, "chain", fit == heads && heads ? FOUND_OK : FOUND_FAIL, _("%lld of %lld heads fit their last event"), (long long)fit,
        (long long)heads);
    return OK;
}

static void look_at_database(struct doctor *d)
{
    struct cli *c = d->c;
    if (cli_open(c)) {
        say(d, "database", FOUND_FAIL, "%s", err_last()->message);
        return;
    }
    say(d, "database", FOUND_OK, "%s, %s", db_url(c->store->db), c->store->uuid);
    if (db_path(c->store->db)) look_at_space(d, db_path(c->store->db));
    look_at_key(d);
    if (cli_view(c, look_inside, d)) say(d, "database", FOUND_FAIL, "%s", err_last()->message);
}

static enum err run(struct cli *c)
{
    struct doctor d = {.c = c, .out = BUF_INIT((size_t)1 << 20)};
    if (c->json) buf_char(&d.out, '[');
    look_at_program(&d);
    look_at_words(&d);
    look_at_database(&d);
    if (c->json) buf_char(&d.out, ']');
    c->status = d.failed;
    enum err e = cli_line(&d.out);
    buf_release(&d.out);
    return e;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = N_("look for what can be wrong"),
    .usage = "doctor",
    .help = N_(
        "Looks at the program, the catalogue of messages, the database, its pages, the heads of its chain, the key file and the\n"
        "space on the disk. A line for each: ok, warn or fail; with --json [{\"check\",\"result\",\"message\"}]. The status is 1 when\n"
        "something fails. `anjian verify` checks the whole chain."),
    .run = run,
};

/* ---- upgrade ---- */

static enum err run_upgrade(struct cli *c)
{
    const char *copy = NULL;
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    if (strcmp(c->as, "console") != 0) return err_set(ERR_FORBIDDEN, "%s", _("only the console upgrades a database"));
    enum err e = store_open(c->db, &(struct store_options){0}, &c->store);
    bool needed = e == ERR_REFUSED;
    if (e && !needed) return e;
    if (needed) {
        TRY(cli_copy_before(c, "upgrade", &copy));
        TRY(store_open(c->db, &(struct store_options){.upgrade = true}, &c->store));
    }
    if (c->json) {
        buf_printf(&b, "{\"upgraded\":%s,\"copy\":", needed ? "true" : "false");
        buf_json(&b, str_of(copy));
        buf_char(&b, '}');
    } else {
        buf_z(&b, needed ? _("upgraded") : _("nothing to do"));
    }
    return cli_line(&b);
}

const struct command command_upgrade = {
    .name = "upgrade",
    .summary = N_("bring a database up to date with this program"),
    .usage = "upgrade",
    .help = N_("Brings the tables to what the descriptions of this program say. A SQLite database is copied first, to\n"
               "PATH.before-upgrade-1 (2, 3 …); back up a PostgreSQL database yourself. Does nothing when there is nothing to do."),
    .run = run_upgrade,
};
