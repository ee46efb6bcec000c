/* type.h — values of fields, from what people and programs write, and back.
 *
 * Two forms are read: TEXT (cells of a spreadsheet or csv file, a form; money in yuan, choices by label) and PLAIN (JSON and
 * the command line; money in fen, points in hundredths, choices by code; a text with a unit is still understood).
 */
#ifndef ANJIAN_TYPE_H
#define ANJIAN_TYPE_H

#include "exchange/cells.h"
#include "exchange/parse.h"
#include "ledger/store.h"

enum form { FORM_TEXT, FORM_PLAIN };

struct reading {
    enum form form;
    int64_t unit; /* FORM_TEXT money: what the heading says a bare number counts, in yuan; 0 or 1: yuan */
    day_t day;    /* choices: the day of the record, see record_day() */
    bool *by_day; /* set to true when another day could give another value; may be NULL */
};

/* Read a cell as a value of field f. *ret is VAL_NULL when `how` says PARSE_UNKNOWN. PARSE_BAD: no value, how->reason says why.
 * Errors are only those of the database and of memory. A sensitive value is read as plain text; the store seals
 * it. */
enum err type_read(struct work *, const struct field *f, struct cell c, struct reading, struct value *ret, struct parse_result *how);

/* The value as people see it: yuan with two decimals, labels of choices, titles of referenced records, region codes. */
enum err type_text(struct work *, const struct field *f, struct value v, struct buf *out);

/* The value as JSON: money in fen, points in hundredths, ids as strings, instants RFC 3339, several values as an array, unknown null.
 * A sensitive value is shown as "***". */
void type_json(struct buf *out, const struct field *f, struct value v);

/* A record as JSON object: id, number, version, state, withdrawn, created, updated, then the given fields. */
void record_json(struct buf *out, const struct record *r);

/* A page of a list: {"rows":[…],"next":CURSOR or null}. */
struct page;
void page_json(struct buf *out, const struct page *);

/* An empty draft for a change of record `id`. It knows the day of that record (without speaking of it), so labels of choices mean
 * the codes of that day. For a new record record_new() does. */
enum err draft_for(struct work *, const struct ledger *, int64_t id, struct record **ret);
/* Read a JSON object {"field": value, …} into a draft, the field of its day first. Unknown keys are ERR_INVALID, except those
 * that record_json() itself writes beside the fields. */
enum err draft_from_json(struct work *, struct str json, struct record *draft);
/* One "field" = text. Where labels of choices depend on the day of the record, set that first. */
enum err draft_set(struct work *, struct record *draft, struct str name, struct str text);

/* "F OP V" → a condition; see query.h. */
struct condition;
enum err condition_parse(struct work *, const struct ledger *, struct str text, struct condition *ret);

#endif
