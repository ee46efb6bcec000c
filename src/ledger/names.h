/* names.h — what codes and referenced records are called, kept in memory, so that a list asks the database once.
 *
 * A name is at most NAMES_SECONDS old when another program changed it, and never older than the last commit of this one: a
 * transaction that began before such a commit adds nothing. Within a transaction that changes a name itself nothing is taken from memory.
 */
#ifndef ANJIAN_NAMES_H
#define ANJIAN_NAMES_H

#include "ledger/store.h"

#define NAMES_SECONDS 2

struct names;
struct names *names_new(void);              /* NULL without memory */
struct names *names_free(struct names *);   /* returns NULL */
uint64_t names_epoch(const struct names *); /* at the start of a transaction, into work->names_epoch */
void names_forget(struct names *);          /* after a commit that changed one */
/* A row is written: does it bear a name that others show? Then the work says so. */
void names_note(struct work *, const struct record *old, const struct record *now);

/* Append the label of a code in the thread's language; the code itself when it has none. */
enum err names_code(struct work *, const struct field *, struct str code, struct buf *out);
/* Append the title of the record that a reference names, whatever the actor may see of it; its id when it has none. */
enum err names_record(struct work *, const struct ledger *, int64_t id, struct buf *out);

/* Append the name of a region; its code when the ledger of regions lacks it. */
enum err names_region(struct work *, struct str code, struct buf *out);

#endif
