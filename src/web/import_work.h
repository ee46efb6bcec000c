/* import_work.h — imports that run beside the server: what the options of an upload mean, and the kinds of jobs. */
#ifndef ANJIAN_IMPORT_WORK_H
#define ANJIAN_IMPORT_WORK_H

#include "ledger/import.h"
#include "ledger/runner.h"
#include "ledger/upload.h"

/* import_check (a trial run), import, undo. Ends with a NULL name; parameters are {"upload":"ID","ledger","file"}. */
extern const struct job_kind import_kinds[];
struct str import_parameters(struct arena *, const struct upload *);
/* The upload that a job of these kinds works on; 0: another kind. */
int64_t import_upload_of(const struct job *);
/* Who a job acts as: its account under its post, today. */
enum err import_actor(struct work *, const struct job *, struct actor *ret);

/* The options of an upload: {"sheet","heading","map":{HEADING:FIELD},"strict","remember"}. What they point to lies in the arena. */
enum err import_options_read(struct arena *, const struct upload *, struct import_options *ret, bool *ret_remember);
enum err import_options_write(struct arena *, const struct import_options *, bool remember, struct str *ret);

#endif
