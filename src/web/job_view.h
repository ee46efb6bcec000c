/* job_view.h — one piece of long work: how far it is, what came of it. */
#ifndef ANJIAN_JOB_VIEW_H
#define ANJIAN_JOB_VIEW_H

#include "web/shell_view.h"

struct job_view {
    struct shell shell;
    struct view_link up;    /* jobs, or the ledger it works on */
    struct str title, self; /* "Import of May hazards.xlsx"; "/jobs/12" */
    struct badge state;
    bool running;                   /* asks again every second */
    int64_t done, total;            /* total 0: not known */
    struct str progress;            /* "31,200 of 100,000 rows · about 12 s left" */
    struct str facts;               /* "started 14:20 by Zhou Jianguo" */
    struct str error;               /* why it failed */
    struct str note;                /* what came of it, in words */
    const struct view_link *result; /* only when it has ended */
    int result_count;
    struct str stop_url; /* a POST asks it to stop; empty: may not, or has ended */
};

#endif
