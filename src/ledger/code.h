/* code.h — code lists: which code a word means, and whether a code may be given on a day.
 *
 * A code has a first and a last day of use, either of which may be open. Editions of a standard share labels (GB 6441-1986 and
 * -2025 both have 触电), so a label is read by the day of the record that it is written into: record_day(). */
#ifndef ANJIAN_CODE_H
#define ANJIAN_CODE_H

#include "ledger/store.h"

/* The code that a code or a label in either language means: of several codes with this label the one valid on that day, else the
 * newest. ERR_NOT_FOUND without a message when there is none. *by_day (may be NULL): another day could give another answer. */
enum err code_find(struct work *, const char *list, struct str word, day_t, struct str *ret, bool *by_day);

/* Is the code in the list of a field, and, if `day` is not NULL, valid on that day? ERR_INVALID with the field named; the rule is
 * "validity" when only the day is wrong. */
enum err code_check(struct work *, const struct field *, struct str code, const day_t *day);

/* Call `fn` for every field of a ledger whose code list has no living code. */
enum err code_missing_lists(struct work *, const struct ledger *, void (*fn)(void *, const struct ledger *, const struct field *),
                            void *arg);

#define CODES_MAX 2000

struct code_entry {
    struct str code, label; /* in the thread's language */
    bool valid;             /* on the day asked about */
};
struct code_entries {
    struct code_entry *entry;
    int n, room;
};
/* The first `most` living codes of a list in their order, valid on that day or not. They lie in the work's arena. */
enum err code_list(struct work *, const char *list, day_t on, int most, struct code_entries *ret);

/* A number that every change of any code makes greater: what was made of the lists is good as long as it stays. */
enum err code_stamp(struct work *, int64_t *ret);

#endif
