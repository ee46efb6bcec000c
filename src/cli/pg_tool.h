/* pg_tool.h — running pg_dump and pg_restore. */
#ifndef ANJIAN_PG_TOOL_H
#define ANJIAN_PG_TOOL_H

#include "base/arena.h"

/* Run a tool of PostgreSQL on the database of a URL and wait for it. The connection is told through the environment, so that
 * no password stands in the list of processes. ERR_NOT_FOUND: the tool is not installed; ERR_IO: it failed (its own words went
 * to stderr). argv ends with NULL. */
enum err pg_tool(struct arena *, const char *url, char *const *argv);

#endif
