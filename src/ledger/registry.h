/* registry.h — all ledgers that a database knows: the shipped ones and the district's own, linked to each other. */
#ifndef ANJIAN_REGISTRY_H
#define ANJIAN_REGISTRY_H

#include "ledger/description.h"

struct registry {
    struct ledger **ledgers; /* in the order they were added */
    int n, room;
};

struct registry *registry_new(void);               /* NULL without memory */
struct registry *registry_free(struct registry *); /* returns NULL; frees the ledgers */
/* Read a description and add it; a ledger of the same name is ERR_CONFLICT. */
enum err registry_add(struct registry *, struct str yaml, bool shipped);
/* All descriptions compiled into the program. */
enum err registry_add_shipped(struct registry *);
/* Resolve what `of` and `parent` name. Call it once, when all are added. ERR_INVALID names what is missing. */
enum err registry_link(struct registry *);
const struct ledger *registry_find(const struct registry *, struct str name); /* NULL when there is none */

/* Made by tools/embed.py from src/safety and src/assess; ends with a NULL name. */
struct shipped_description {
    const char *name, *yaml;
};
extern const struct shipped_description shipped_descriptions[];

#endif
