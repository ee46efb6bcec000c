/* template_c.h — the pieces of C in a template: enough of their shape to say early and plainly what is wrong.
 *
 * They come from the programmer and are checked by the C compiler; here only what would break out of its statement is found.
 */
#ifndef ANJIAN_TEMPLATE_C_H
#define ANJIAN_TEMPLATE_C_H

#include "base/buf.h"

enum { C_MAX_NAME = 64, C_MAX_DECLARATION = 256 };

/* What is wrong with an expression (or `semicolons` of them apart, as in `for`), or NULL. */
const char *c_problem(struct str code, int semicolons);

/* Take the next part up to a comma outside of brackets off `*rest`; *rest is STR_NONE behind the last one. */
struct str c_split(struct str *rest);

/* Take `name(args)` off `*s` with the blanks behind it; false when it is none. */
bool c_call(struct str *s, struct str *ret_name, struct str *ret_args);

/* The name that a declaration like `const struct row *r` declares; empty when it is none, or an array or a function. */
struct str c_declared(struct str declaration);

/* Is it a name: letters, digits and _, no digit first? */
bool c_name(struct str name);

/* The string at the start of `*s`, with its quotes, taken off with the blanks behind it; STR_NONE when there is none. */
struct str c_string(struct str *s);

/* Append `text` as a C string, a new line of source for each line of text, indented by `indent` columns. */
void c_put_string(struct buf *, struct str text, int indent);

#endif
