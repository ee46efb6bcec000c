/* file_kind.h — what a file is, by its first bytes, and whether this district keeps such files.
 *
 * Only kinds that are known are kept: what the settings file_kind_* (1 or 0) allow of pictures, recordings, documents, texts and
 * archives. Programs, scripts, web pages and SVG never are.
 */
#ifndef ANJIAN_FILE_KIND_H
#define ANJIAN_FILE_KIND_H

#include "ledger/store.h"

#define FILE_KIND_UNKNOWN "application/octet-stream"

/* A media type, which is a constant; `head` is the file or its beginning, the more of it the better. */
const char *file_kind(struct str head);

/* Is a file of this kind kept? ERR_INVALID, rule "file_kind". */
enum err file_kind_check(struct work *, const char *kind);
/* Scripts cannot be told from texts by what they hold: by their names, which must not end like those of programs and pages. Same error. */
enum err file_kind_check_name(struct str name);

#endif
