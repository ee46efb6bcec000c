/* bulk.h — what may be done to several records of a list at once. */
#ifndef ANJIAN_BULK_H
#define ANJIAN_BULK_H

#include "web/list_view.h"
#include "web/request.h"

/* The acts that the visitor may use on a ledger; `withdrawn`: withdrawn records are among those listed. */
enum err bulk_acts(struct request *, const struct ledger *, bool withdrawn, const struct bulk_act **ret, int *ret_n);

#endif
