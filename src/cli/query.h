/* query.h — the options by which verbs choose records. */
#ifndef ANJIAN_CLI_QUERY_H
#define ANJIAN_CLI_QUERY_H

#include "cli/cli.h"

#define FLAGS_QUERY FLAG_MANY("where", "F OP V"), FLAG("search", "T"), SWITCH("withdrawn"), FLAG("on", "DAY")

/* --where, --search, --withdrawn, --on. */
enum err cli_query(struct cli *, struct work *, const struct ledger *, struct query *ret);
/* --sort F or -F. */
enum err cli_query_sort(struct cli *, struct query *);
/* --fields A,B; names of system columns are allowed, those come anyway. */
enum err cli_query_fields(struct cli *, struct work *, struct query *);

#endif
