/* writer_format.h — what writer.c and the formats share. Nothing else includes it. */
#ifndef ANJIAN_WRITER_FORMAT_H
#define ANJIAN_WRITER_FORMAT_H

#include "exchange/part_file.h"
#include "exchange/writer.h"

struct writer {
    const struct writer_ops *ops;
    struct arena *arena;
    const char *path, *part;
    int fd;         /* csv and json; -1 */
    struct buf out; /* csv and json: what has not been written yet; xlsx: one text */
    struct writer_column *column;
    int columns; /* of the sheet; 0 before its headings */
    int sheets;
    int64_t rows; /* of the sheet */
    bool made;    /* PATH.part is ours */
    bool closed;
    struct err_info failed; /* code OK while all is well */
    struct xlsx *xlsx;
};

struct writer_ops { /* each returns with the error set; none need clean up, drop() does */
    enum err (*open)(struct writer *);
    enum err (*sheet)(struct writer *, struct str name); /* sheets and rows are counted by the caller */
    enum err (*heading)(struct writer *);
    enum err (*row)(struct writer *, const struct out_cell *, int n);
    enum err (*finish)(struct writer *); /* the whole file is in PATH.part afterwards */
    void (*drop)(struct writer *);
};

extern const struct writer_ops writer_csv, writer_json, writer_xlsx;

enum err writer_open_fd(struct writer *);
enum err writer_flush(struct writer *);        /* write out what there is */
enum err writer_flush_if_big(struct writer *); /* … when it is worth a system call */
void writer_drop_fd(struct writer *);

void writer_decimal(struct buf *, int64_t v, int scale); /* "-12.05" */
/* "2026-02-10 09:00:05", in Beijing. */
void writer_local_time(struct buf *, instant_t t);

#endif
