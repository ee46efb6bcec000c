/* import_note.h — what an import has to say about rows: warnings, refusals, and the refused rows themselves.
 *
 * Notes of a chunk are held until its transaction has committed; it may run more than once. All notes are kept in
 * _batch_note with the batch; a dry run, which keeps nothing, has its first ones in memory.
 */
#ifndef ANJIAN_IMPORT_NOTE_H
#define ANJIAN_IMPORT_NOTE_H

#include "ledger/import.h"

struct note {
    int64_t row;
    int column, pos; /* pos: its place among the notes of the row */
    bool refuses;
    struct str field, value, reason, cells; /* cells: JSON of the whole row, on the first refusal of a row */
};

struct notes {
    struct arena *arena; /* of the import's answer */
    const struct table *table;
    struct arena *chunk_arena; /* of the notes of one chunk */
    struct note *chunk;
    int chunk_n, chunk_room;
    struct import_note *kept[2]; /* by refuses: what the answer shows */
    int kept_n[2];
    struct note *refused; /* with the cells of their rows: for a run that keeps nothing */
    int refused_n;
    const struct ledger *l;
};

void notes_init(struct notes *, struct arena *, const struct ledger *, const struct table *);
void notes_release(struct notes *);
void notes_start_over(struct notes *); /* forget all that is kept */
void notes_start_chunk(struct notes *);
/* Texts are copied. `value` STR_NONE: the row as a whole. */
enum err notes_add(struct notes *, int64_t row, int column, struct str field, struct str value, struct str reason, bool refuses);
/* The row is refused: keep its cells with its first refusal. */
enum err notes_refuse(struct notes *, const struct table *, int64_t row, const struct cell *);
/* Inside the chunk's transaction. */
enum err notes_save(struct notes *, struct work *, int64_t batch);
enum err notes_end_chunk(struct notes *);
/* Fill warnings and refusals of the answer. */
void notes_result(struct notes *, struct import_result *ret);
/* The refused rows as a spreadsheet: the file's headings and cells, each faulty column followed by one with the reasons.
 * With a batch all of them, those of before a stop too; without (dry run, strict) the first IMPORT_NOTES_MAX. */
enum err notes_write_refused(struct notes *, struct store *, const struct actor *, int64_t batch, const char *path);

#endif
