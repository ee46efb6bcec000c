/* settings_view.h — the district's choices, each with a form of its own. */
#ifndef ANJIAN_SETTINGS_VIEW_H
#define ANJIAN_SETTINGS_VIEW_H

#include "web/shell_view.h"

/* Posts to /settings/NAME: version, value. */
struct setting_line {
    struct str name, label, help, version, url; /* url: the record, with its history */
    struct str value, least, most, bounds;      /* bounds: "from 1 to 720" */
    struct str error;
};

struct setting_group {
    struct str label;
    const struct setting_line *line;
    int line_count;
};

struct settings_view {
    struct shell shell;
    bool may_change;
    const struct setting_group *group;
    int group_count;
};

#endif
