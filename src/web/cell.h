/* cell.h — values of records as a page shows them: short, in the user's language, with their links and colours. */
#ifndef ANJIAN_CELL_H
#define ANJIAN_CELL_H

#include "web/parts_view.h"
#include "web/request.h"

/* The text of a value: as type_text(), but instants as Beijing time to the minute (the end of a day is the day alone), regions by
 * name. Lies in the arena. */
enum err cell_value(struct work *, const struct field *, struct value, struct str *ret);
/* The same text for a place where other things matter more: of a derivation, what it comes to. */
struct str cell_brief(const struct field *, struct str text);
/* The same with colour and link: a reference leads to its record when the actor may see that ledger. */
enum err cell_of(struct work *, const struct record *, const struct field *, struct view_cell *ret);
/* Of a list, where codes and references come again and again: the cells shown a moment ago, kept for this page and this actor. */
#define CELLS_KEPT 64
struct seen_cells {
    struct {
        const struct field *field; /* NULL: nothing is kept here */
        struct value value;
        struct view_cell cell;
    } kept[CELLS_KEPT];
};
/* As cell_of(); `seen` is zeroed for the first. */
enum err cell_again(struct work *, struct seen_cells *seen, const struct record *, const struct field *, struct view_cell *ret);
/* The state as a badge; withdrawn records say so instead. Empty when the ledger has no states. */
struct badge cell_state(const struct record *);
/* What a record is called: its title, shortened, otherwise its number or id. */
struct str cell_title(struct arena *, const struct record *);
/* The id of a record in digits. */
struct str cell_id(struct arena *, int64_t id);
/* "/l/LEDGER/ID" and what comes behind. */
struct str cell_url(struct arena *, const struct ledger *, int64_t id, const char *behind);
/* An instant as people read it; `seconds` for logs. Lies in the arena; STR_NONE for 0. */
struct str cell_instant(struct arena *, instant_t, bool seconds);
/* How large a file is: "812 B", "1.4 kB", "3.0 MB". Lies in the arena. */
struct str cell_size(struct arena *, int64_t bytes);
enum column_kind cell_column_kind(const struct ledger *, const struct field *);

#endif
