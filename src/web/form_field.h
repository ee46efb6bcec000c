/* form_field.h — one field of a record between its value and the control of a form.
 *
 * What stands in a control is a text: a choice is its code, several are joined by 、, a reference is the title or number of its record,
 * money is in yuan, an instant is Beijing time as browsers write it. A control that was sent as it was shown says nothing about its
 * field; so two people who changed different fields do not clash.
 */
#ifndef ANJIAN_FORM_FIELD_H
#define ANJIAN_FORM_FIELD_H

#include "web/choices.h"
#include "web/form_view.h"
#include "web/request.h"

/* The text of a value as its control shows it. STR("") when unknown, and for sealed values and files. */
enum err form_text(struct work *, const struct field *, struct value, struct str *ret);
/* The text that was sent under this name, several joined by 、; STR("") when nothing was. */
struct str form_sent(struct arena *, const struct params *, const struct field *, const char *name);
/* Read it. *ret_why says what is wrong with it, STR_NONE when nothing is; blank is unknown. */
enum err form_read(struct work *, const struct field *, struct str text, day_t, struct value *ret, struct str *ret_why);
/* What is wrong with a field, for a place where its label stands already: "Name: must not be empty" without "Name: ". */
struct str form_reason(const struct field *, struct str text);
/* Files: those that stay of the ones there were, and those that were sent. */
enum err form_files(struct work *, const struct params *, const struct field *, struct value old, struct value *ret);
/* Fill a control: label, help, kind, choices. `name` is the name it is sent under; `old`: what the record holds (files, sealed);
 * `codes`: see choices.h. */
enum err form_control(struct work *, const struct request *, const struct field *, const char *name, struct str text, struct value old,
                      struct choice_codes *codes, struct form_field *ret);

#endif
