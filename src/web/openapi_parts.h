/* openapi_parts.h — what the files that make the description of the API share. */
#ifndef ANJIAN_OPENAPI_PARTS_H
#define ANJIAN_OPENAPI_PARTS_H

#include <jansson.h>

#include "ledger/store.h"

/* A description in the making. jansson says "no memory" by NULL; doc_put() and doc_add() take that, and `failed` says it at the end. */
struct doc {
    struct work *work;
    json_t *schemas; /* of components */
    bool failed;
};
/* Put a new value into an object, or behind an array. They return it, borrowed. */
json_t *doc_put(struct doc *, json_t *object, const char *key, json_t *value);
json_t *doc_add(struct doc *, json_t *array, json_t *value);
json_t *doc_text(struct str);
/* {"$ref":"#/components/KIND/NAME"}, the name made as by printf. */
json_t *doc_ref(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Into doc->schemas: LEDGER and LEDGER_fields for each ledger, codes_LIST for each list. Errors are those of the database. */
enum err openapi_schemas(struct doc *);
/* The schema of one field, in an answer or in a body. */
enum err openapi_field(struct doc *, const struct field *, bool in_body, json_t **ret);
/* The operations of every ledger, into the object "paths". */
enum err openapi_paths(struct doc *, json_t *paths);

#endif
