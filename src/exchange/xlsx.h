/* xlsx.h — the parts of an xlsx workbook. Private to xlsx.c, xlsx_strings.c and xlsx_sheet.c. */
#ifndef ANJIAN_XLSX_H
#define ANJIAN_XLSX_H

#include "exchange/reader.h"
#include "exchange/xml.h"

/* Text of an <si> or <is>: its <t>s one after the other, those of phonetic runs (<rPh>) left out. */
struct rich {
    bool in_text;
    int phonetic;
};
void rich_start(struct rich *, const char *name);
void rich_end(struct rich *, const char *name);
/* Excel writes characters that XML does not allow as "_x000D_": put them back, in the text behind `from`. */
void rich_unescape(struct buf *, size_t from);

/* The shared strings, all in memory: one run of bytes and where each string ends. */
struct strings {
    struct buf text;
    size_t *end;
    size_t n, room;
};
enum err strings_read(struct strings *, zip_t *, const char *part, int64_t max_bytes);
bool strings_get(const struct strings *, int64_t i, struct str *ret);
void strings_release(struct strings *);

/* Which cell styles show a date, by their index. */
struct styles {
    bool *is_date;
    size_t n, room;
};

/* The rows of one sheet, one at a time. */
struct sheet {
    struct xml xml;
    const struct strings *strings;
    const struct styles *styles;
    bool from_1904;
    const struct merge *merge; /* by first row */
    int merges, merges_begun;
    int *active, actives; /* merges that cover the row: their indices; room for all of them */
    struct row *row;      /* the caller's, while xlsx_sheet_next() runs */
    int64_t number;       /* of the last row begun */
    bool in_row, row_done;
    int col; /* of the last cell begun */
    struct {
        char type; /* 'n' number, 's' shared, 't' text, 'b' boolean, 'e' error, 'd' ISO date */
        int64_t style;
        bool in, in_value, in_formula, has_formula;
        struct rich rich;
    } cell;
    struct buf value, formula;
};

enum err xlsx_sheet_open(struct sheet *, zip_t *, const char *part, int64_t max_bytes);
enum err xlsx_sheet_next(struct sheet *, struct row *, bool *more);
void xlsx_sheet_close(struct sheet *);

/* Merged ranges of a sheet, ordered by first row; *ret is the caller's to mem_free(). */
enum err xlsx_merges_read(zip_t *, const char *part, int64_t max_bytes, struct merge **ret, int *n);

#endif
