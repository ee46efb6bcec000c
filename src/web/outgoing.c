/* outgoing.c — see outgoing.h. */
#include "web/outgoing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/lang.h"

enum err outgoing_open(struct arena *a, struct outgoing *ret)
{
    const char *folder = getenv("TMPDIR");
    *ret = (struct outgoing){.folder = arena_z(a, arena_printf(a, "%s/anjian-XXXXXX", folder ? folder : "/tmp"))};
    if (!ret->folder) return err_no_memory();
    if (!mkdtemp(ret->folder)) {
        ret->folder = NULL;
        return err_set(ERR_IO, "%s", _("there is no room for the file on its way"));
    }
    ret->path = arena_z(a, arena_printf(a, "%s/file", ret->folder));
    return ret->path ? OK : err_no_memory();
}

void outgoing_remove(struct outgoing *k)
{
    if (k->path) unlink(k->path);
    if (k->folder) rmdir(k->folder);
}

static const struct {
    const char *ending, *type;
} formats[] = {[WRITER_CSV] = {"csv", "text/csv; charset=utf-8"},
               [WRITER_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
               [WRITER_JSON] = {"json", "application/json"}};

const char *outgoing_ending(enum writer_format format)
{
    return formats[format].ending;
}

const char *outgoing_type(enum writer_format format)
{
    return formats[format].type;
}
