/* codes.h — the codes of a list, for those who choose. */
#ifndef ANJIAN_CODES_H
#define ANJIAN_CODES_H

#include "ledger/store.h"

#define CODES_MAX 2000

struct code_entry {
    struct str code, label; /* in the thread's language */
    bool valid;             /* on the day asked about */
};
struct code_entries {
    struct code_entry *entry;
    int n, room;
};
/* The living codes of a list in their order, valid on that day or not; at most CODES_MAX. They lie in the work's arena. */
enum err codes_list(struct work *, const char *list, day_t on, struct code_entries *ret);

#endif
