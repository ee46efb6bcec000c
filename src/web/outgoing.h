/* outgoing.h — a file on its way out: made in a folder of its own, which nobody else can look into or write to. */
#ifndef ANJIAN_OUTGOING_H
#define ANJIAN_OUTGOING_H

#include "base/arena.h"
#include "base/err.h"
#include "exchange/writer.h"

struct outgoing {
    char *folder, *path; /* NULL: not there. The file itself is for others to make */
};

/* ERR_IO: there is no room. Whatever comes of it, outgoing_remove() is called in the end; who has opened the file keeps it. */
enum err outgoing_open(struct arena *, struct outgoing *ret);
void outgoing_remove(struct outgoing *);

/* "xlsx"; its media type. */
const char *outgoing_ending(enum writer_format);
const char *outgoing_type(enum writer_format);

#endif
