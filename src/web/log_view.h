/* log_view.h — the event log and whether its chain is whole. */
#ifndef ANJIAN_LOG_VIEW_H
#define ANJIAN_LOG_VIEW_H

#include "web/shell_view.h"

struct log_view {
    struct shell shell;
    const struct view_link *tab; /* events, logins */
    int tab_count;
    struct badge state;     /* "verified", "broken at event 4,711", "not verified yet" */
    struct str verified;    /* "2026-06-18 02:00 · 1,204,551 events · key 3f9a…" */
    struct str fault;       /* what is broken first */
    struct view_link place; /* the record that it is about; may be empty */
    struct str verify_url;  /* a POST starts a job that verifies; empty: may not */
    struct str key;
    const struct view_table *lanes;   /* the lanes of the chain with length, head, seal */
    struct str action;                /* "/log" */
    struct str who, ledger, from, to; /* the filter */
    const struct choice *ledgers;
    int ledger_count;
    const struct choice *verbs;
    int verb_count;
    const struct timeline_entry *entry; /* newest first */
    int entry_count;
    struct pager pager;
    struct str export_url; /* the chain as a file, for checking elsewhere */
};

#endif
