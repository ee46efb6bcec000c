/* compute.h — values that follow from others when nobody gave one: the functions a description names in `compute`. */
#ifndef ANJIAN_COMPUTE_H
#define ANJIAN_COMPUTE_H

#include "ledger/store.h"

/* Fill every blank field that has a `compute`; one that is read-only besides follows what it is made of at every write. An unknown name is
 * ERR_INVALID. */
enum err compute_blanks(struct work *, struct record *);
bool compute_known(struct str name);

#endif
