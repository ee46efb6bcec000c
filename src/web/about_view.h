/* about_view.h — which program this is, on what it runs, whose work it stands on. */
#ifndef ANJIAN_ABOUT_VIEW_H
#define ANJIAN_ABOUT_VIEW_H

#include "web/shell_view.h"

struct about_fact {
    struct str label, value;
};

struct about_view {
    struct shell shell;
    struct str version;
    const struct about_fact *fact; /* database, size, fingerprint of the seal key … as far as this user may know */
    int fact_count;
    const struct about_fact *credit; /* .label a library with its version, .value its licence */
    int credit_count;
};

#endif
