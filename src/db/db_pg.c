/* db_pg.c — placeholder until the PostgreSQL half follows in the next commit: refuses to open. */
#include "base/lang.h"
#include "db/db_engine.h"

enum err db_pg_open(const char *url, const struct db_options *options, struct db **ret)
{
    (void)url, (void)options, (void)ret;
    return err_set(ERR_DB, "%s", _("PostgreSQL is not supported yet"));
}
