/* upload.h — files on their way into a ledger through the import pages: what was sent, how it is to be read, what came of it.
 *
 * An upload belongs to the account that sent it and survives a restart. Its options are the JSON that the pages write; when they
 * change, the last trial run is forgotten. What headings meant is remembered for the next file with the same ones.
 */
#ifndef ANJIAN_UPLOAD_H
#define ANJIAN_UPLOAD_H

#include "ledger/store.h"

struct upload {
    int64_t id;
    const struct ledger *l;
    struct str digest, name, options; /* options: JSON object */
    instant_t created;
    int64_t check_job, job, undo_job; /* 0: none */
    int64_t batch;                    /* what the import is: one that went on with an older batch is that one; 0: nothing went in */
    instant_t finished, undone;       /* the batch; 0: not */
    struct str counts;                /* of the batch: JSON, see import_counts_read() */
};

enum upload_job { UPLOAD_CHECK, UPLOAD_IMPORT, UPLOAD_UNDO };

/* The file must be kept already (file.h). */
enum err upload_add(struct work *, const struct ledger *, struct str digest, struct str name, int64_t *ret_id);
/* ERR_NOT_FOUND: there is none, or it is another account's. */
enum err upload_get(struct work *, int64_t id, struct upload *ret);
/* The same, and until the end of the transaction nobody else moves it on. */
enum err upload_get_to_move(struct work *, int64_t id, struct upload *ret);
enum err upload_set_options(struct work *, int64_t id, struct str options);
enum err upload_set_job(struct work *, int64_t id, enum upload_job, int64_t job);
enum err upload_set_batch(struct work *, int64_t id, int64_t batch);
/* The newest uploads of the account into a ledger. */
enum err upload_list(struct work *, const struct ledger *, struct upload *, int room, int *ret);

/* What these headings (a digest of them) meant the last time: JSON, STR_NONE when never. */
enum err mapping_get(struct work *, const struct ledger *, const char *headings, struct str *ret);
enum err mapping_save(struct work *, const struct ledger *, const char *headings, struct str map);

#endif
