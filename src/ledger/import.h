/* import.h — a file of rows into a ledger.
 *
 * The file is read by table.h, its headings are matched with those of the ledger, its cells become values (type.h), each row
 * finds its record by the ledger's keys (store_match) and creates or changes it. A blank cell is unknown and never erases. A row
 * with a value that cannot be read is refused and kept with the reason; a value that is odd but readable is a warning.
 *
 * An import is a batch: a job that commits in chunks, can be stopped, goes on where it stopped when its actor imports the same
 * file the same way again, and can be undone as a whole. Two that go on with the same batch at once do no harm: the one
 * that comes second to a chunk gets ERR_CONFLICT (rule "running").
 */
#ifndef ANJIAN_IMPORT_H
#define ANJIAN_IMPORT_H

#include "exchange/table.h"
#include "ledger/store.h"

#define IMPORT_CHUNK 3000     /* rows of one transaction */
#define IMPORT_NOTES_MAX 1000 /* warnings and refusals given back; all are kept */

struct import_map { /* "this heading is that field"; field "" : leave the column out */
    struct str heading, field;
};

struct import_options {
    const char *sheet;    /* name or number; NULL: found */
    int64_t header_row;   /* 0: found */
    const char *encoding; /* NULL: found */
    const struct import_map *map;
    int map_n;
    bool dry_run;        /* the same, rolled back */
    bool strict;         /* any refusal and nothing goes in */
    const char *refused; /* where to write refused rows as xlsx; NULL: nowhere */
    int chunk;           /* rows of one transaction; 0: IMPORT_CHUNK */
    const char *name;    /* what the batch is called; NULL: the name of the file */
    int64_t rows_most;   /* dry run: try no more rows than this; 0: all */
    instant_t time_most; /* dry run: begin no further chunk after so long, by the machine's clock; 0: however long it takes */
    int64_t job;         /* a job that runs already and that this import is the work of; 0: the import makes one of its own */
    /* Told, in the transaction that begins, which batch this is: a new one, or an older one that is gone on with. May be NULL. */
    enum err (*begun)(struct work *, void *arg, int64_t batch);
    void *begun_arg;
    /* Told now and then; false asks to stop (the batch can be gone on with). May be NULL. */
    bool (*progress)(void *, int64_t rows);
    void *progress_arg;
};

struct import_note {
    int64_t row;
    struct str field, value, reason; /* field: its name, or "" for the whole row */
};

struct import_column {
    struct str heading, field; /* field STR_NONE: not used */
};

struct import_result {
    int64_t batch; /* 0 on a dry run */
    int64_t rows, added, changed, unchanged, warned, refused;
    struct import_note *warnings, *refusals;
    int warnings_n, refusals_n;
    struct import_column *mapping;
    int mapping_n;
    bool stopped; /* asked to stop; the rest can be imported by the same call */
    bool partial; /* a dry run that did not try all rows */
};

/* Import one file. Errors are those of the file as a whole (unreadable, no heading that fits, strict and refused);
 * then nothing of it went in, except what earlier chunks have committed. */
enum err import_file(struct store *, const struct actor *, struct arena *, const struct ledger *, const char *path,
                     const struct import_options *, struct import_result *ret);
/* The same from bytes in memory (shipped defaults); `name` is what the batch is called. */
enum err import_bytes(struct store *, const struct actor *, struct arena *, const struct ledger *, const char *name, struct str bytes,
                      struct import_result *ret);

/* The refused rows of a batch as a spreadsheet: the file's headings and cells, each faulty column followed by one with the reasons. The
 * file is that of the batch, read with the same options. */
enum err import_refused(struct store *, const struct actor *, struct arena *, const struct ledger *, const char *path,
                        const struct import_options *, int64_t batch, const char *out);
/* Notes of a batch, in the order of the rows: warnings or refusals, at most `room`. They lie in the work's arena. */
enum err import_notes(struct work *, int64_t batch, bool refusals, struct import_note *ret, int room, int *ret_n);

struct undo_options {
    int64_t job; /* a running job that this is the work of, ended with its result in the last transaction; 0: none */
    bool (*progress)(void *, int64_t records);
    void *progress_arg;
};

struct undo_result {
    int64_t withdrawn, reverted;
    struct undo_kept { /* changed since by somebody: left as it is */
        int64_t record;
        const struct ledger *l;
        struct str number;
    } * kept;
    int kept_n; /* at most IMPORT_NOTES_MAX are listed */
    int64_t kept_all;
};

/* Undo a batch: records it added are withdrawn, values it changed get their former ones; records changed since are kept
 * and listed. `o` may be NULL. ERR_NOT_FOUND, ERR_REFUSED (undone already), ERR_STOPPED (asked to; the same call goes on). */
enum err import_undo(struct store *, const struct actor *, struct arena *, int64_t batch, const struct undo_options *o,
                     struct undo_result *ret);

/* What was told of headings as a JSON member: "map":{HEADING:FIELD,…} */
void import_map_json(struct buf *, const struct import_map *, int n);
/* Results as JSON, and back, for jobs and --json. Of an import the members alone, without braces, and of its lists at most `notes` each. */
void import_result_members(struct buf *, const struct import_result *, int notes);
/* Counts and notes of an object with these members. Damaged or none: zeros. ERR_NO_MEMORY. */
enum err import_result_read(struct arena *, struct str json, struct import_result *ret);
void undo_result_json(struct buf *, const struct undo_result *);
enum err undo_result_read(struct arena *, const struct registry *, struct str json, struct undo_result *ret);
/* The counts alone, as a batch keeps them; none: zeros. ERR_DB: damaged. */
void import_counts_json(struct buf *, const struct import_result *);
enum err import_counts_read(struct str json, struct import_result *ret);

#endif
