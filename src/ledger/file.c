/* file.c — see file.h. */
#define _GNU_SOURCE /* mkostemp */
#include "ledger/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "file.sql.h"
#include "ledger/file_kind.h"
#include "ledger/setting.h"

typedef enum err part_fn(void *arg, struct str bytes);

static enum err io_error(const char *path)
{
    return err_set(ERR_IO, "%s: %s", path, strerror(errno));
}

/* ---- where bytes come from ---- */

struct input {
    const char *path; /* NULL: `bytes` */
    struct str bytes;
};

static enum err feed_path(const char *path, part_fn *fn, void *arg)
{
    char *part CLEANUP_MEM = mem_alloc(FILE_PART);
    if (!part) return err_no_memory();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error(path);
    enum err e = OK;
    while (!e) {
        size_t have = 0;
        ssize_t n = 0;
        while (have < FILE_PART && (n = read(fd, part + have, FILE_PART - have)) > 0) have += (size_t)n;
        if (n < 0) e = io_error(path);
        if (e || !have) break;
        e = fn(arg, (struct str){part, have});
    }
    close(fd);
    return e;
}

static enum err feed(const struct input *in, part_fn *fn, void *arg)
{
    if (in->path) return feed_path(in->path, fn, arg);
    for (size_t at = 0; at < in->bytes.n; at += FILE_PART) TRY(fn(arg, str_head(str_from(in->bytes, at), FILE_PART)));
    return OK;
}

/* ---- what a file is ---- */

struct seen { /* what one walk over the bytes tells */
    struct hasher *hasher;
    int64_t bytes, most;
    const char *kind;
};

static enum err see(void *arg, struct str bytes)
{
    struct seen *s = arg;
    if (!s->bytes) s->kind = file_kind(bytes);
    s->bytes += (int64_t)bytes.n;
    if (s->bytes > s->most) return err_set(ERR_TOO_BIG, _("a file may have %lld bytes"), (long long)s->most);
    return hasher_add(s->hasher, bytes.p, bytes.n);
}

static enum err inspect(struct work *w, const struct input *in, instant_t until, struct seen *ret, char digest[HASH_HEX])
{
    unsigned char raw[HASH_BYTES];
    struct seen s = {0};
    s.most = INT64_MAX;
    if (!until) TRY(setting_int(w, "file_max_bytes", FILE_BYTES_MAX, &s.most));
    TRY(hasher_new(HASH_SHA256, &s.hasher));
    enum err e = feed(in, see, &s);
    if (!e) e = hasher_end(s.hasher, raw);
    hasher_free(s.hasher);
    TRY(e);
    hash_hex(raw, digest);
    s.hasher = NULL;
    *ret = s;
    if (!s.bytes) return err_set(ERR_INVALID, "%s", _("the file is empty"));
    return until ? OK : file_kind_check(w, s.kind);
}

/* ---- into a folder ---- */

struct str file_path(struct arena *a, struct str folder, struct str digest)
{
    return arena_printf(a, "%.*s/%.*s/%.*s", STR_ARG(folder), STR_ARG(str_head(digest, 2)), STR_ARG(str_from(digest, 2)));
}

static enum err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error(path);
    enum err e = fsync(fd) == 0 || errno == EINVAL ? OK : io_error(path); /* EINVAL: a file system that cannot */
    close(fd);
    return e;
}

/* The folder that holds `path`; STR_NONE without memory. */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_z(a, (struct str){path, slash == path ? 1 : (size_t)(slash - path)}) : ".";
}

/* Make the folder of `path` and the one above it, and make their names durable. */
static enum err make_folders(struct arena *a, const char *path)
{
    const char *folder = folder_of(a, path);
    if (!folder) return err_no_memory();
    if (access(folder, F_OK) == 0) return OK;
    const char *above = folder_of(a, folder);
    if (!above) return err_no_memory();
    if (mkdir(above, 0700) == 0) {
        const char *top = folder_of(a, above);
        if (!top) return err_no_memory();
        TRY(sync_folder(top));
    } else if (errno != EEXIST) {
        return io_error(above);
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return io_error(folder);
    return sync_folder(above);
}

struct output {
    int fd;
    const char *path;
    struct hasher *hasher;
};

static enum err put(void *arg, struct str bytes)
{
    struct output *o = arg;
    TRY(hasher_add(o->hasher, bytes.p, bytes.n));
    while (bytes.n) {
        ssize_t n = write(o->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(o->path);
        bytes = str_from(bytes, (size_t)n);
    }
    return OK;
}

static enum err write_synced(const struct input *in, const char *part, unsigned char raw[HASH_BYTES])
{
    struct output o = {.path = part};
    TRY(hasher_new(HASH_SHA256, &o.hasher));
    o.fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    enum err e = o.fd < 0 ? io_error(part) : feed(in, put, &o);
    if (!e && fsync(o.fd) != 0) e = io_error(part);
    if (!e) e = hasher_end(o.hasher, raw);
    if (o.fd >= 0 && close(o.fd) != 0 && !e) e = io_error(part);
    hasher_free(o.hasher);
    return e;
}

/* `expected` (may be NULL) is the digest that the bytes must have, or they are not given their name. */
static enum err write_file(struct arena *a, const struct input *in, const char *to, const char *expected, char ret_digest[HASH_HEX])
{
    unsigned char raw[HASH_BYTES];
    char digest[HASH_HEX];
    /* Two programs may bring the same file at once; each writes under a name of its own. */
    const char *part = arena_printf(a, "%s.%lld.part", to, (long long)getpid()).p, *folder = folder_of(a, to);
    if (!part || !folder) return err_no_memory();
    TRY(make_folders(a, to));
    enum err e = write_synced(in, part, raw);
    if (!e && expected && strcmp(hash_hex(raw, digest), expected) != 0)
        e = err_set(ERR_IO, _("%s: the file changed while it was read"), to);
    if (!e && rename(part, to) != 0) e = io_error(to);
    if (e) {
        unlink(part);
        return e;
    }
    hash_hex(raw, ret_digest);
    return sync_folder(folder);
}

enum err file_copy(struct arena *a, const char *from, const char *to, char ret_digest[HASH_HEX])
{
    return write_file(a, &(struct input){.path = from}, to, NULL, ret_digest);
}

/* ---- keeping ---- */

struct parts {
    struct work *work;
    const char *digest;
    int64_t n;
};

static enum err put_part(void *arg, struct str bytes)
{
    struct parts *p = arg;
    const struct value row[] = {value_text(str_of(p->digest)), value_int(p->n++), value_blob(bytes.p, bytes.n)};
    return db_run(p->work->tx, DB_SQL(p->work->tx, SQL_FILE_PART_SET), row, 3, NULL);
}

static struct str folder_of_files(struct work *w)
{
    return arena_printf(w->arena, "%s.files", db_path(w->store->db));
}

static enum err put_bytes(struct work *w, const struct input *in, const char *digest)
{
    char again[HASH_HEX];
    struct parts p = {w, digest, 0};
    if (!db_path(w->store->db)) return feed(in, put_part, &p);
    struct str to = file_path(w->arena, folder_of_files(w), str_of(digest));
    if (!to.p) return err_no_memory();
    return access(to.p, F_OK) == 0 ? OK : write_file(w->arena, in, to.p, digest, again);
}

static enum err add(struct work *w, const struct input *in, instant_t until, char ret_digest[HASH_HEX])
{
    struct seen s;
    char digest[HASH_HEX];
    TRY(inspect(w, in, until, &s, digest));
    const struct value row[] = {value_text(str_of(digest)), value_int(s.bytes), value_text(str_of(s.kind)), value_int(clock_now()),
                                until ? value_int(until) : VALUE_NULL};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_FILE_SET), row, 5, NULL)); /* first: it keeps a sweep out, or waits for it */
    TRY(put_bytes(w, in, digest));
    memcpy(ret_digest, digest, sizeof digest);
    return OK;
}

enum err file_add_path_until(struct work *w, const char *path, instant_t until, char ret_digest[HASH_HEX])
{
    struct stat st;
    if (stat(path, &st) != 0) return io_error(path);
    if (!S_ISREG(st.st_mode)) return err_set(ERR_INVALID, _("%s is no file"), path);
    return add(w, &(struct input){.path = path}, until, ret_digest);
}

enum err file_add_path(struct work *w, const char *path, char ret_digest[HASH_HEX])
{
    return file_add_path_until(w, path, 0, ret_digest);
}

enum err file_add_bytes_until(struct work *w, struct str bytes, instant_t until, char ret_digest[HASH_HEX])
{
    return add(w, &(struct input){.bytes = bytes}, until, ret_digest);
}

enum err file_add_bytes(struct work *w, struct str bytes, char ret_digest[HASH_HEX])
{
    return file_add_bytes_until(w, bytes, 0, ret_digest);
}

enum err file_keep(struct work *w, struct str digest)
{
    struct value key = value_text(digest);
    return db_run(w->tx, DB_SQL(w->tx, SQL_FILE_KEEP), &key, 1, NULL);
}

/* In a folder the bytes go before the row does: SQLite has one writer, so nobody can bring the same file meanwhile, and a row whose
 * transaction fails is swept again. */
enum err file_sweep(struct work *w, bool *ret)
{
    struct value now = value_int(clock_machine());
    struct str digest, path;
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_FILE_EXPIRED), &now, 1, &digest);
    *ret = !e;
    if (e) return e == ERR_NOT_FOUND ? OK : e;
    const struct value key[] = {value_text(digest), now};
    int64_t dropped = 0;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_FILE_DROP), key, 2, &dropped));
    if (!dropped) return OK; /* somebody has it kept at this moment */
    if (!db_path(w->store->db)) return db_run(w->tx, DB_SQL(w->tx, SQL_FILE_PART_DROP), key, 1, NULL);
    path = file_path(w->arena, folder_of_files(w), digest);
    if (!path.p) return err_no_memory();
    return unlink(path.p) == 0 || errno == ENOENT ? OK : io_error(path.p);
}

enum err file_value(struct arena *a, const char *digest, struct str name, struct str *ret)
{
    TRY(file_kind_check_name(name));
    char *clean = arena_z(a, name);
    if (!clean) return err_no_memory();
    for (char *p = clean; *p; p++)
        if (*p == '/' || *p == '|' || (unsigned char)*p < 0x20 || *p == 0x7F) *p = '_';
    *ret = arena_printf(a, "%s/%s", digest, clean);
    return ret->p ? OK : err_no_memory();
}

/* ---- reading ---- */

enum err file_find(struct work *w, struct str digest, int64_t *ret_bytes, struct str *ret_kind)
{
    struct value key = value_text(digest);
    struct db_rows *rows;
    bool found;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_FILE_GET), &key, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) {
        *ret_bytes = db_int(rows, 0);
        *ret_kind = arena_str(w->arena, db_text(rows, 1));
        if (!ret_kind->p) e = err_no_memory();
    }
    db_done(rows);
    TRY(e);
    return found ? OK : err_set(ERR_NOT_FOUND, _("there is no file %.*s"), STR_ARG(digest));
}

enum err file_next(struct work *w, struct str after, struct str *ret)
{
    struct value key = value_text(after);
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_FILE_AFTER), &key, 1, ret);
    if (e != ERR_NOT_FOUND) return e;
    *ret = STR_NONE;
    return OK;
}

struct checking { /* hands on and hashes at once */
    part_fn *fn;
    void *arg;
    struct hasher *hasher;
};

static enum err hand_on(void *arg, struct str bytes)
{
    struct checking *k = arg;
    TRY(hasher_add(k->hasher, bytes.p, bytes.n));
    return k->fn(k->arg, bytes);
}

static enum err feed_parts(struct work *w, struct str digest, int64_t bytes, part_fn *fn, void *arg)
{
    for (int64_t part = 0; part * (int64_t)FILE_PART < bytes; part++) {
        const struct value key[] = {value_text(digest), value_int(part)};
        struct db_rows *rows;
        bool found;
        TRY(db_query(w->tx, DB_SQL(w->tx, SQL_FILE_PART_GET), key, 2, &rows));
        enum err e = db_next(rows, &found);
        if (!e && found) e = fn(arg, db_text(rows, 0));
        db_done(rows);
        TRY(e);
    }
    return OK;
}

enum err file_read(struct work *w, struct str digest, part_fn *fn, void *arg)
{
    int64_t bytes;
    struct str kind, path = STR_NONE;
    unsigned char raw[HASH_BYTES];
    char hex[HASH_HEX];
    struct checking k = {.fn = fn, .arg = arg};
    TRY(file_find(w, digest, &bytes, &kind));
    if (db_path(w->store->db) && !(path = file_path(w->arena, folder_of_files(w), digest)).p) return err_no_memory();
    TRY(hasher_new(HASH_SHA256, &k.hasher));
    enum err e = path.p ? feed_path(path.p, hand_on, &k) : feed_parts(w, digest, bytes, hand_on, &k);
    if (!e) e = hasher_end(k.hasher, raw);
    hasher_free(k.hasher);
    TRY(e);
    return str_is(digest, hash_hex(raw, hex)) ? OK : err_set(ERR_DB, _("the file %.*s was altered"), STR_ARG(digest));
}

/* ---- as an open file ---- */

const char *fd_path(int fd, char out[FD_PATH])
{
    snprintf(out, FD_PATH, "/proc/self/fd/%d", fd);
    return out;
}

static enum err pass(void *arg, struct str bytes)
{
    (void)arg;
    (void)bytes;
    return OK;
}

static enum err write_to(void *arg, struct str bytes)
{
    for (int fd = *(const int *)arg; bytes.n;) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(P_tmpdir);
        bytes = str_from(bytes, (size_t)n);
    }
    return OK;
}

/* From a database: into a file without a name. */
static enum err open_copy(struct work *w, struct str digest, int *ret_fd)
{
    char path[] = P_tmpdir "/anjian-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) return io_error(path);
    unlink(path);
    enum err e = file_read(w, digest, write_to, &fd);
    if (!e && lseek(fd, 0, SEEK_SET) != 0) e = io_error(path);
    if (e)
        close(fd);
    else
        *ret_fd = fd;
    return e;
}

enum err file_open(struct work *w, struct str digest, int *ret_fd)
{
    if (!db_path(w->store->db)) return open_copy(w, digest, ret_fd);
    struct str path = file_path(w->arena, folder_of_files(w), digest);
    if (!path.p) return err_no_memory();
    TRY(file_read(w, digest, pass, NULL));
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error(path.p);
    *ret_fd = fd;
    return OK;
}
