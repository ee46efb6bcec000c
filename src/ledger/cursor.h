/* cursor.h — where a list goes on: the id of a page's last row and, behind a point, its sort key: "123", "123.i-5", "123.t<hex>". */
#ifndef ANJIAN_CURSOR_H
#define ANJIAN_CURSOR_H

#include "base/arena.h"
#include "base/value.h"
#include "ledger/description.h"

/* `sort` NULL: the list is in the order of ids, and `key` is not looked at. */
enum err cursor_make(struct arena *, const struct field *sort, int64_t id, struct value key, struct str *ret);
/* ERR_INVALID when the text is none, or is one of a list sorted otherwise. */
enum err cursor_read(struct arena *, const struct field *sort, struct str text, int64_t *ret_id, struct value *ret_key);

#endif
