/* form_rows.h — rows inside a record as a table of controls: PART.N.FIELD. */
#ifndef ANJIAN_FORM_ROWS_H
#define ANJIAN_FORM_ROWS_H

#include "web/form_field.h"

struct form_rows;
/* The rows as they were sent, or those of the record when nothing was. */
enum err form_rows_fill(struct work *, const struct field *part, const struct params *sent, const struct rows *old, struct form_rows **ret);
/* Put them into a draft when they differ from what the record has. *ret_why: what is wrong with one of them. */
enum err form_rows_take(struct work *, struct form_rows *, struct record *draft, struct str *ret_why);
/* As the form shows them, with a blank row behind them; one more when `add` names the part. */
enum err form_rows_view(struct work *, const struct request *, const struct form_rows *, struct str add, struct form_part *ret);

#endif
