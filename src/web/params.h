/* params.h — names and values from a query string, a form or a multipart body.
 *
 * Everything here reads what strangers wrote: lengths and numbers are limited, a text that is not UTF-8 or holds a NUL is refused, and
 * nothing is written. Values lie in the arena or, when nothing had to be decoded, in the input.
 */
#ifndef ANJIAN_PARAMS_H
#define ANJIAN_PARAMS_H

#include "base/arena.h"

#define PARAMS_MAX 4000

struct param {
    struct str name, value;
    bool is_file;         /* multipart: a file was sent */
    struct str file_name; /* as the client calls it, without folders; "" when none was chosen */
};

struct params {
    struct param *param;
    int n, room;
};

/* "a=1&b=%E5%AE%89+x": added to *ret. ERR_INVALID (bad escape, not UTF-8), ERR_TOO_BIG (too many). */
enum err params_read(struct arena *, struct str text, struct params *ret);
/* The parts of a multipart/form-data body; `type` is the Content-Type with its boundary. Values point into the body. */
enum err params_read_multipart(struct arena *, struct str type, struct str body, struct params *ret);

/* The first value of that name; STR_NONE when there is none. */
struct str param(const struct params *, const char *name);
/* The same, trimmed; STR_NONE when it is blank too. */
struct str param_given(const struct params *, const char *name);
/* All values of a name: start with *at = 0; NULL at the end. */
const struct param *param_next(const struct params *, const char *name, int *at);

/* Decode %XX, and + as a blank when `plus`. STR_NONE: bad escape, NUL, not UTF-8, no memory. */
struct str url_decode(struct arena *, struct str text, bool plus);
/* Append text percent-encoded, all but letters, digits and -._~ */
struct buf;
void url_encode(struct buf *, struct str text);
/* Append "?name=value" to an address, "&name=value" when it has a query already; nothing for an empty value. */
void url_put(struct buf *, const char *name, struct str value);

/* The value of a cookie in a Cookie header; STR_NONE when it is not there. Quotes around it are taken off. */
struct str cookie_value(struct str header, const char *name);

#endif
