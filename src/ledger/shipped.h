/* shipped.h — default content that comes with the program: the files of data/, compiled in, loaded by the importer itself. */
#ifndef ANJIAN_SHIPPED_H
#define ANJIAN_SHIPPED_H

#include "ledger/store.h"

/* Made by tools/embed.py from data/ in the order of data/meson.build; ends with a NULL name. A name is that of a ledger. */
struct shipped_data {
    const char *name, *csv;
};
extern const struct shipped_data shipped_data[];

/* Import all of it. A row that is refused is a fault of the program: ERR_INVALID names file, row and reason. */
enum err shipped_load(struct store *, const struct actor *, struct arena *);

#endif
