/* file.h — files that records name by digest: photographs, scanned papers.
 *
 * A file is kept once, under its SHA-256, whatever the names it is attached by. On SQLite the bytes lie in the folder
 * PATH.files beside the database (ab/cdef… by digest), durable before the row that names them commits; on PostgreSQL
 * in _file_part, in the same transaction. A file that a failed transaction leaves in the folder harms nobody and is found again
 * by its digest.
 *
 * What a file is is told by its bytes; what may be attached to records is a choice of the district (file_kind.h). Files that are made or
 * brought for a while (exports, tables to import) are no attachments: they have an end, after which file_sweep() removes them.
 */
#ifndef ANJIAN_FILE_H
#define ANJIAN_FILE_H

#include "ledger/store.h"

#define FILE_BYTES_MAX (INT64_C(200) << 20) /* unless the setting file_max_bytes says otherwise */
#define FILE_PART ((size_t)1 << 20)         /* bytes are handed on in pieces of this size */

/* Keep the file at `path`, to be attached. ret_digest gets 64 hex digits. Errors: ERR_IO, ERR_TOO_BIG, ERR_INVALID (empty, no
 * file, or of a kind that is not taken: rule "file_kind"). */
enum err file_add_path(struct work *, const char *path, char ret_digest[HASH_HEX]);
/* Keep these bytes. */
enum err file_add_bytes(struct work *, struct str bytes, char ret_digest[HASH_HEX]);

/* Keep a file of any kind and size until then, by the clock of the machine. One that is kept for good already stays so. */
enum err file_add_path_until(struct work *, const char *path, instant_t until, char ret_digest[HASH_HEX]);
enum err file_add_bytes_until(struct work *, struct str bytes, instant_t until, char ret_digest[HASH_HEX]);
/* From now on for good. */
enum err file_keep(struct work *, struct str digest);
/* Remove one file whose end has come; *ret says whether there was one. In a store_write() of its own. */
enum err file_sweep(struct work *, bool *ret);

/* How a field of type files names it: "sha256/name"; `/`, `|` and control characters in the name become "_". */
enum err file_value(struct arena *, const char *digest, struct str name, struct str *ret);

/* Size and kind ("image/jpeg", "text/plain", "application/octet-stream" when unknown). ERR_NOT_FOUND. */
enum err file_find(struct work *, struct str digest, int64_t *ret_bytes, struct str *ret_kind);
/* Hand the bytes to fn, piece by piece, and check them against the digest at the end: ERR_DB when they were altered. */
enum err file_read(struct work *, struct str digest, enum err (*fn)(void *, struct str bytes), void *arg);
/* The same as an open file to read from its start, checked; the caller closes it. fd_path() is a path to it while it is open. */
enum err file_open(struct work *, struct str digest, int *ret_fd);
/* The digest that follows `after` in the order of digests, of files kept for good; STR_NONE at the end. Start with the empty text. */
enum err file_next(struct work *, struct str after, struct str *ret);

/* A path to an open file, for readers that want one. */
#define FD_PATH 40
const char *fd_path(int fd, char out[FD_PATH]);

/* Where the bytes lie under a folder of files: "FOLDER/ab/cdef…", or the folder "FOLDER/ab" alone. */
struct str file_path(struct arena *, struct str folder, struct str digest);
/* Copy a file durably: written under another name, synced, renamed, its folder made and synced. SHA-256 of what was copied. */
enum err file_copy(struct arena *, const char *from, const char *to, char ret_digest[HASH_HEX]);

#endif
