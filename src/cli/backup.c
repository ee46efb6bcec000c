/* backup.c — anjian backup, anjian restore: a consistent copy that proves what it is, and a database from it.
 *
 * A backup is a folder: anjian.db (SQLite) or anjian.dump (PostgreSQL), files/ with the attached files of a SQLite database,
 * and manifest.json, written last, with the digest of the copy. The key file of personal data is never in it: whoever holds
 * a backup must not hold the key as well.
 */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "cli.sql.h"
#include "cli/pg_tool.h"
#include "cli/screen.h"
#include "ledger/file.h"
#include "ledger/schema.h"

static enum err io_error(const char *path)
{
    return err_set(ERR_IO, "%s: %s", path, strerror(errno));
}

static const char *in_folder(struct cli *c, const char *folder, const char *name)
{
    return arena_printf(c->arena, "%s/%s", folder, name).p;
}

struct backing {
    struct cli *c;
    const char *dir;
    struct store *store;   /* whose files and counts are meant: on SQLite that of the copy */
    const char *from, *to; /* folders of files */
    struct progress progress;
    int64_t files;
    struct buf *out;
};

/* ---- the files of a SQLite database ---- */

/* Copy every file that the database names from one folder to another, checking its digest. */
static enum err copy_files(struct work *w, void *arg)
{
    struct backing *k = arg;
    struct arena *outer = w->arena, *page CLEANUP_ARENA = arena_new_capped((size_t)4 << 20);
    char last[HASH_HEX] = "", copied[HASH_HEX];
    enum err e = OK;
    if (!page) return err_no_memory();
    while (!e) {
        struct str digest;
        w->arena = page;
        if ((e = file_next(w, str_of(last), &digest)) || !digest.p) break;
        if (digest.n != HASH_HEX - 1) {
            e = err_set(ERR_DB, "%s", _("the list of files is damaged"));
            break;
        }
        memcpy(last, digest.p, digest.n);
        const char *from = file_path(page, str_of(k->from), digest).p, *to = file_path(page, str_of(k->to), digest).p;
        e = from && to ? file_copy(page, from, to, copied) : err_no_memory();
        if (!e && strcmp(copied, last) != 0) e = err_set(ERR_UNREADABLE, _("%s: the file was altered"), from);
        progress_show(&k->progress, ++k->files, 0);
        w->arena = outer;
        arena_reset(page);
    }
    w->arena = outer;
    return e;
}

static enum err copy_all_files(struct backing *k)
{
    struct actor console = ACTOR_CONSOLE;
    k->progress = progress_start(_("copying files"));
    enum err e = store_view(k->store, &console, k->c->arena, copy_files, k);
    progress_end(&k->progress);
    return e;
}

/* ---- the manifest ---- */

static enum err counts_json(struct work *w, void *arg)
{
    struct backing *k = arg;
    const struct registry *reg = w->store->registry;
    bool first = true;
    buf_z(k->out, ",\"counts\":{");
    for (int i = 0; i < reg->n; i++) {
        struct query q = {.l = reg->ledgers[i], .withdrawn = true};
        int64_t n;
        if (q.l->parent) continue;
        TRY(query_count(w, &q, &n));
        buf_printf(k->out, "%s\"%s\":%lld", first ? "" : ",", q.l->ledger, (long long)n);
        first = false;
    }
    buf_char(k->out, '}');
    return OK;
}

static enum err add_bytes(void *arg, const char *path)
{
    unsigned char part[65536];
    size_t n;
    FILE *f = fopen(path, "rbe");
    if (!f) return io_error(path);
    enum err e = OK;
    while (!e && (n = fread(part, 1, sizeof part, f)) > 0) e = hasher_add(arg, part, n);
    if (!e && ferror(f)) e = io_error(path);
    fclose(f);
    return e;
}

static enum err digest_of(const char *path, char ret[HASH_HEX])
{
    struct hasher *h;
    unsigned char raw[HASH_BYTES];
    TRY(hasher_new(HASH_SHA256, &h));
    enum err e = add_bytes(h, path);
    if (!e) e = hasher_end(h, raw);
    hasher_free(h);
    if (!e) hash_hex(raw, ret);
    return e;
}

static enum err write_whole(const char *path, struct str text)
{
    FILE *f = fopen(path, "wxe");
    if (!f) return io_error(path);
    bool ok = fwrite(text.p, 1, text.n, f) == text.n && fputc('\n', f) != EOF && fflush(f) == 0 && fsync(fileno(f)) == 0;
    enum err e = ok ? OK : io_error(path);
    if (fclose(f) != 0 && !e) e = io_error(path);
    return e;
}

static enum err write_manifest(struct backing *k, const char *copy, struct buf *b)
{
    char digest[HASH_HEX], now[INSTANT_TEXT];
    struct actor console = ACTOR_CONSOLE;
    const char *name = strrchr(copy, '/') + 1, *path = in_folder(k->c, k->dir, "manifest.json");
    if (!path) return err_no_memory();
    k->out = b;
    buf_printf(b, "{\"uuid\":\"%s\",\"district\":\"%lld\",\"schema\":%d,\"instant\":\"%s\",\"copy\":\"%s\"", k->store->uuid,
               (long long)k->store->district, SCHEMA_VERSION, instant_text(clock_now(), now), name);
    TRY(store_view(k->store, &console, k->c->arena, counts_json, k));
    k->store = k->store == k->c->store ? k->store : store_close(k->store); /* closing settles the file */
    TRY(digest_of(copy, digest));
    buf_printf(b, ",\"files\":%lld,\"sha256\":\"%s\"}", (long long)k->files, digest);
    TRY(buf_error(b));
    return write_whole(path, buf_view(b));
}

/* ---- backup ---- */

static enum err need_empty(const char *path)
{
    if (mkdir(path, 0700) == 0) return OK;
    if (errno != EEXIST) return io_error(path);
    DIR *d = opendir(path);
    if (!d) return io_error(path);
    int n = 0;
    while (readdir(d)) n++; /* "." and ".." are always there */
    closedir(d);
    return n <= 2 ? OK : err_set(ERR_CONFLICT, _("%s is not empty; a backup needs a folder of its own"), path);
}

static enum err copy_sqlite(struct backing *k, const char *copy)
{
    struct cli *c = k->c;
    k->from = arena_printf(c->arena, "%s.files", db_path(c->store->db)).p;
    k->to = in_folder(c, k->dir, "files");
    const char *url = arena_printf(c->arena, "sqlite:%s", copy).p;
    if (!k->from || !k->to || !url) return err_no_memory();
    TRY(db_copy(c->store->db, copy));
    /* A copy that cannot be opened is no backup; and its files are those that it names. */
    TRY(store_open(url, &(struct store_options){0}, &k->store));
    return copy_all_files(k);
}

static enum err copy_postgres(struct backing *k, const char *copy)
{
    char *const argv[] = {
        (char[]){"pg_dump"}, (char[]){"-Fc"}, (char[]){"--no-owner"}, (char[]){"-f"}, arena_z(k->c->arena, str_of(copy)), NULL};
    k->store = k->c->store;
    return argv[4] ? pg_tool(k->c->arena, k->c->db, argv) : err_no_memory();
}

static enum err run(struct cli *c)
{
    struct backing k = {.c = c, .dir = cli_value(c, "out")};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    TRY(cli_open(c));
    TRY(cli_console(c));
    TRY(need_empty(k.dir));
    bool sqlite = db_path(c->store->db) != NULL;
    const char *copy = in_folder(c, k.dir, sqlite ? "anjian.db" : "anjian.dump");
    if (!copy) return err_no_memory();
    enum err e = sqlite ? copy_sqlite(&k, copy) : copy_postgres(&k, copy);
    if (!e) e = write_manifest(&k, copy, &b);
    if (k.store != c->store) store_close(k.store);
    TRY(e);
    if (c->json) return cli_line(&b);
    cli_note(c, "%s", _("the key file is not in the backup; keep a copy of it in another place"));
    buf_reset(&b);
    buf_z(&b, k.dir);
    return cli_line(&b);
}

static const struct flag backup_flags[] = {FLAG_NEEDED("out", "DIR"), FLAG_END};

const struct command command_backup = {
    .name = "backup",
    .summary = N_("copy the database into a folder, while it is in use"),
    .usage = "backup --out DIR",
    .help = N_("Makes a consistent copy of the database and its files in DIR, which must be new or empty, with a manifest that names what\n"
               "is in it and its digest. The key file of personal data is left out: keep it elsewhere. On PostgreSQL pg_dump is used.\n\n"
               "Example: anjian backup --out /backup/2026-03-01"),
    .flags = backup_flags,
    .run = run,
};

/* ---- restore ---- */

struct manifest {
    const char *copy, *sha256, *uuid;
};

static enum err read_manifest(struct cli *c, const char *dir, struct manifest *ret)
{
    struct str text;
    json_error_t why;
    const char *path = in_folder(c, dir, "manifest.json");
    if (!path) return err_no_memory();
    TRY(cli_read(c, path, (size_t)1 << 20, &text));
    json_t *m = json_loadb(text.p, text.n, 0, &why);
    const char *keys[] = {"copy", "sha256", "uuid"};
    char *values[3] = {0};
    for (int i = 0; i < 3; i++) {
        const char *v = json_string_value(json_object_get(m, keys[i]));
        if (v) values[i] = arena_z(c->arena, str_of(v));
    }
    json_decref(m);
    if (!values[0] || !values[1] || !values[2] || strchr(values[0], '/'))
        return err_set(ERR_UNREADABLE, _("%s is no manifest of a backup"), path);
    *ret = (struct manifest){values[0], values[1], values[2]};
    return OK;
}

static enum err check_copy(struct cli *c, const char *dir, const struct manifest *m, const char **ret)
{
    char digest[HASH_HEX];
    const char *path = in_folder(c, dir, m->copy);
    if (!path) return err_no_memory();
    TRY(digest_of(path, digest));
    if (strcmp(digest, m->sha256) != 0) return err_set(ERR_UNREADABLE, _("%s was altered: its digest is not that of the manifest"), path);
    *ret = path;
    return OK;
}

/* Whatever lies beside the database belongs to another one, which is not to be mixed with this. The key may be there already. */
static enum err need_nothing(struct cli *c, const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".files"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const char *one = arena_printf(c->arena, "%s%s", path, tails[i]).p;
        if (!one) return err_no_memory();
        if (access(one, F_OK) == 0) return err_set(ERR_CONFLICT, _("%s exists; a backup is never restored over data"), one);
    }
    return OK;
}

static enum err restore_sqlite(struct cli *c, const char *dir, const char *copy)
{
    char digest[HASH_HEX];
    const char *path = strncmp(c->db, "sqlite:", 7) == 0 ? c->db + 7 : c->db;
    struct backing k = {.c = c, .dir = dir};
    TRY(need_nothing(c, path));
    TRY(file_copy(c->arena, copy, path, digest));
    TRY(store_open(c->db, &(struct store_options){0}, &c->store));
    k.store = c->store;
    k.from = in_folder(c, dir, "files");
    k.to = arena_printf(c->arena, "%s.files", path).p;
    if (!k.from || !k.to) return err_no_memory();
    return copy_all_files(&k);
}

static enum err count_tables(struct db_tx *tx, void *arg)
{
    return db_one_int(tx, DB_SQL(tx, SQL_TABLES_ANY_PUBLIC), NULL, 0, arg);
}

static enum err restore_postgres(struct cli *c, const char *copy)
{
    struct db *db;
    int64_t tables = 0;
    TRY(db_open(c->db, &(struct db_options){.readers = 1}, &db));
    enum err e = db_read(db, count_tables, &tables);
    db_close(db);
    TRY(e);
    if (tables) return err_set(ERR_CONFLICT, "%s", _("the database is not empty; a backup is never restored over data"));
    /* pg_restore wants to be told with -d that it is to write into a database; the rest comes through the environment. */
    char *const argv[] = {(char[]){"pg_restore"}, (char[]){"--no-owner"}, (char[]){"--exit-on-error"},     (char[]){"--single-transaction"},
                          (char[]){"-d"},         (char[]){""},           arena_z(c->arena, str_of(copy)), NULL};
    if (!argv[6]) return err_no_memory();
    TRY(pg_tool(c->arena, c->db, argv));
    return store_open(c->db, &(struct store_options){0}, &c->store);
}

static enum err quick_check(struct work *w, void *arg)
{
    struct str *ret = arg;
    return db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_QUICK_CHECK), NULL, 0, ret);
}

static enum err run_restore(struct cli *c)
{
    const char *dir = c->operand[0], *copy;
    struct manifest m;
    struct str found;
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    TRY(read_manifest(c, dir, &m));
    TRY(check_copy(c, dir, &m, &copy));
    bool postgres = strncmp(c->db, "postgres", 8) == 0, dump = strcmp(m.copy, "anjian.dump") == 0;
    if (postgres != dump) return err_set(ERR_INVALID, "%s", _("the backup is of the other kind of database"));
    TRY(dump ? restore_postgres(c, copy) : restore_sqlite(c, dir, copy));
    c->actor = ACTOR_CONSOLE;
    TRY(cli_view(c, quick_check, &found));
    if (!str_is(found, "ok")) return err_set(ERR_DB, _("the restored database is damaged: %.*s"), STR_ARG(found));
    if (strcmp(c->store->uuid, m.uuid) != 0) return err_set(ERR_DB, "%s", _("the restored database is not the one of the manifest"));
    if (!c->store->secrets)
        cli_note(c, "%s", _("the key file is not there; put your copy of it beside the database to read personal data"));
    buf_printf(&b, c->json ? "{\"uuid\":\"%s\"}" : "%s", c->store->uuid);
    return cli_line(&b);
}

const struct command command_restore = {
    .name = "restore",
    .summary = N_("make a database from a backup; never over data"),
    .usage = "restore DIR --db URL",
    .help = N_("Checks the backup in DIR against its manifest and makes the database that --db names from it. There must be nothing\n"
               "under that name. Your copy of the key file belongs beside the database, as PATH.key (or where ANJIAN_KEY says).\n\n"
               "Example: anjian restore /backup/2026-03-01 --db sqlite:again.db"),
    .least = 1,
    .most = 1,
    .run = run_restore,
};
