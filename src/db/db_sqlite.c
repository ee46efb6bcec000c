/* db_sqlite.c — a SQLite database as a struct db: one writer with its queue, a pool of readers, copies. */
#include "db/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "db/pool.h"
#include "db/sqlite_conn.h"

#define READERS 8

struct sqlite_db {
    struct db base;
    struct sqlite_conn *writer; /* NULL when opened for reading only */
    struct sqlite_group *group;
    struct pool readers;
};

static void close_db(struct db *base)
{
    struct sqlite_db *d = (struct sqlite_db *)base;
    for (struct sqlite_conn *c; (c = pool_shed(&d->readers));) sqlite_conn_close(c);
    pool_destroy(&d->readers);
    sqlite_group_free(d->group);
    sqlite_conn_close(d->writer); /* last, so that it is the one that empties the WAL */
}

static enum err write_db(struct db *base, struct arena *a, db_fn *fn, void *arg)
{
    return sqlite_group_write(((struct sqlite_db *)base)->group, a, fn, arg);
}

static enum err take_reader(struct sqlite_db *d, struct sqlite_conn **ret)
{
    struct sqlite_conn *c = pool_take(&d->readers);
    if (!c) {
        enum err e = sqlite_conn_open(d->base.path, false, SQLITE_READER, &c);
        if (e) {
            pool_drop(&d->readers);
            return e;
        }
    }
    *ret = c;
    return OK;
}

static enum err read_db(struct db *base, db_fn *fn, void *arg)
{
    struct sqlite_db *d = (struct sqlite_db *)base;
    struct sqlite_tx tx = {.base = {.db = base, .outer = db_innermost()}};
    TRY(take_reader(d, &tx.conn));
    enum err e = sqlite_begin(tx.conn, SQLITE_READER);
    if (!e) {
        e = db_call(&tx.base, NULL, fn, arg);
        if (!e) e = sqlite_commit(tx.conn);
        sqlite_rollback(tx.conn);
    }
    pool_give(&d->readers, tx.conn);
    return e;
}

static enum err aside(struct db_tx *tx, db_fn *fn, void *arg)
{
    return db_savepoint(tx, fn, arg); /* there is one writer, and it is here */
}

/* ---- copies ---- */

static enum err io_error(const char *path)
{
    return err_set(ERR_IO, _("the file %s cannot be written: %s"), path, strerror(errno));
}

/* Copy all pages in one step: one snapshot, and writers go on beside it. */
static enum err copy_pages(struct sqlite_conn *from, sqlite3 *to)
{
    TRY(db_engine_call());
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from->db, "main");
    if (b) {
        sqlite3_backup_step(b, -1);
        sqlite3_backup_finish(b); /* repeats the error of the step */
    }
    int code = sqlite3_errcode(to);
    return code == SQLITE_OK || code == SQLITE_DONE ? OK : err_set(ERR_IO, _("the database cannot be copied: %s"), sqlite3_errmsg(to));
}

/* The target needs no journal: when anything fails, it is removed. */
static enum err copy_into(struct sqlite_conn *from, const char *path)
{
    sqlite3 *to = NULL;
    enum err e = OK;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL, NULL) != SQLITE_OK)
        e = err_set(ERR_IO, _("the database cannot be copied: %s"), to ? sqlite3_errmsg(to) : "");
    if (!e) e = copy_pages(from, to);
    sqlite3_close(to);
    return e;
}

static enum err sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int n = snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    if (n < 0 || (size_t)n >= sizeof folder) return err_set(ERR_INVALID, _("the file name %s is too long"), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error(folder);
    enum err e = fsync(fd) == 0 ? OK : io_error(folder);
    close(fd);
    return e;
}

static enum err copy_db(struct db *base, const char *path)
{
    struct sqlite_db *d = (struct sqlite_db *)base;
    struct sqlite_conn *from = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return err_set(ERR_CONFLICT, _("the file %s exists already"), path);
    if (fd < 0) return io_error(path);
    enum err e = take_reader(d, &from);
    if (!e) {
        e = copy_into(from, path);
        pool_give(&d->readers, from);
    }
    if (!e && fsync(fd) != 0) e = io_error(path);
    close(fd);
    if (!e) e = sync_folder_of(path);
    if (e) unlink(path);
    return e;
}

/* ---- opening ---- */

static const struct db_ops ops = {
    .close = close_db,
    .write = write_db,
    .read = read_db,
    .aside = aside,
    .control = sqlite_control,
    .run = sqlite_run,
    .query = sqlite_query,
    .next = sqlite_next,
    .done = sqlite_done,
    .value = sqlite_value_of,
    .copy = copy_db,
};

/* Fails early when the file is missing or no database, also when it is opened for reading only. */
static enum err first_connection(struct sqlite_db *d, const struct db_options *options)
{
    if (!options->read_only) {
        TRY(sqlite_conn_open(d->base.path, options->create, SQLITE_WRITER, &d->writer));
        return sqlite_group_new(&d->base, d->writer, &d->group);
    }
    struct sqlite_conn *reader = NULL;
    TRY(take_reader(d, &reader));
    pool_give(&d->readers, reader);
    return OK;
}

enum err db_sqlite_open(const char *path, const struct db_options *options, struct db **ret)
{
    struct sqlite_db *d = mem_alloc(sizeof *d);
    if (!d) return err_no_memory();
    size_t n = strlen(path) + 1;
    d->base = (struct db){.ops = &ops, .engine = DB_SQLITE, .path = mem_alloc(n)};
    pool_init(&d->readers, options->readers > 0 ? options->readers : READERS);
    enum err e = d->base.path ? OK : err_no_memory();
    if (!e) {
        memcpy(d->base.path, path, n);
        e = first_connection(d, options);
    }
    if (e) {
        struct err_info why = *err_last();
        close_db(&d->base);
        mem_free(d->base.path);
        mem_free(d);
        return err_restore(&why);
    }
    *ret = &d->base;
    return OK;
}
