/* api.h — what the files of the JSON API share.
 *
 * /api/v1 has the same rights, scopes and rules as the pages, since it calls the same functions. Values are those of record_json() and
 * draft_from_json(); the version of a record is its ETag. An address names a record by its id, which always means that record itself, or
 * by its number or a key, which lead past a merge to the record that stays.
 */
#ifndef ANJIAN_API_H
#define ANJIAN_API_H

#include "web/request.h"

#define API "/api/v1"

/* The record that the second variable of the path names. ERR_NOT_FOUND, also when it is out of the actor's scope. */
enum err api_record(struct work *, struct request *, const struct ledger *, struct record **ret);
/* Its JSON, all fields, in place of what was written before. */
void api_put_record(struct request *, struct record *);
/* The header ETag for this version. */
void api_put_etag(struct request *, int64_t version);
/* Does If-Match or If-None-Match name the version? `weak`: W/"3" counts as "3". */
bool api_names_version(struct str header, int64_t version, bool weak);

/* For json_dump_callback(): appends to a struct buf. */
int api_dump(const char *text, size_t n, void *buf);

#endif
