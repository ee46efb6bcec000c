/* part_file.h — files that appear whole or not at all: written as PATH.part, made durable, then renamed. */
#ifndef ANJIAN_PART_FILE_H
#define ANJIAN_PART_FILE_H

#include "base/arena.h"
#include "base/buf.h"

/* Set ERR_IO: what could not be done to which file, and errno's reason. */
enum err io_error(const char *path);
const char *part_path(struct arena *, const char *path); /* NULL without memory, with the error set */
enum err create_part(const char *part, int *ret_fd);
/* Write all of the buffer, then empty it. The error of the buffer is told first. */
enum err write_out(int fd, const char *path, struct buf *);
/* Make `part` durable and name it `path`. */
enum err publish(const char *part, const char *path);

#endif
