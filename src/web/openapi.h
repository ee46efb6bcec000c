/* openapi.h — the description of the JSON API (OpenAPI 3.1), made from the ledgers that there are.
 *
 * It is made once for each language and kept until a code list changes; ledgers do not change while a store is open. What it says of
 * values is what record_json() writes and draft_from_json() takes.
 */
#ifndef ANJIAN_OPENAPI_H
#define ANJIAN_OPENAPI_H

#include "web/request.h"

struct openapi;
struct openapi *openapi_new(void);              /* NULL without memory */
struct openapi *openapi_free(struct openapi *); /* NULL is fine; returns NULL */

/* The description in the language of the request, as JSON, and its ETag with quotes. Both lie in the arena of the request. */
enum err openapi_text(struct request *, struct str *ret, struct str *ret_etag);

#endif
