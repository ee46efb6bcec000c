/* part_file.c — see part_file.h. */
#define _GNU_SOURCE
#include "exchange/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/lang.h"

enum err io_error(const char *path)
{
    char reason[128];
    return err_set(ERR_IO, _("cannot write %s: %s"), path, strerror_r(errno, reason, sizeof reason));
}

const char *part_path(struct arena *a, const char *path)
{
    struct str part = arena_printf(a, "%s.part", path);
    if (!part.p) err_no_memory();
    return part.p;
}

/* The rename is durable once the folder is. */
static enum err sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    int n = slash ? (int)(slash - path) + 1 : 1;
    if (snprintf(folder, sizeof folder, "%.*s", n, slash ? path : ".") >= (int)sizeof folder) {
        errno = ENAMETOOLONG;
        return io_error(path);
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error(folder);
    /* Some file systems cannot sync a folder (EINVAL); there is nothing more to be done then. */
    bool ok = fsync(fd) == 0 || errno == EINVAL;
    enum err e = ok ? OK : io_error(folder);
    close(fd);
    return e;
}

enum err publish(const char *part, const char *path)
{
    int fd = open(part, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error(part);
    enum err e = fsync(fd) == 0 ? OK : io_error(part);
    close(fd);
    if (!e && rename(part, path) != 0) e = io_error(path);
    return e ? e : sync_folder(path);
}

enum err create_part(const char *part, int *ret_fd)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return io_error(part);
    *ret_fd = fd;
    return OK;
}

enum err write_out(int fd, const char *path, struct buf *b)
{
    TRY(buf_error(b));
    struct str rest = buf_view(b);
    while (rest.n) {
        ssize_t n = write(fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(path);
        rest = str_from(rest, (size_t)n);
    }
    buf_reset(b);
    return OK;
}
