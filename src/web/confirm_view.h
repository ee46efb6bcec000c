/* confirm_view.h — asks before something that cannot simply be taken back; what script asks in a dialog, without script. */
#ifndef ANJIAN_CONFIRM_VIEW_H
#define ANJIAN_CONFIRM_VIEW_H

#include "web/shell_view.h"

/* Posts to `action`: csrf, sure=1 and the hidden values, which are those of the request that is asked about. */
struct confirm_view {
    struct shell shell;
    struct view_link up;
    struct str title, text;
    const struct str *consequence; /* "12 hazards keep pointing to it" */
    int consequence_count;
    struct str action, submit;
    const struct hidden *hidden;
    int hidden_count;
    bool danger;
    bool reason;      /* asks why, and posts `reason`, which must be given */
    struct str error; /* of the reason */
    struct str cancel_url;
};

#endif
