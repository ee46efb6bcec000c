/* page.h — what every page needs beside its own: the shell around it. */
#ifndef ANJIAN_PAGE_H
#define ANJIAN_PAGE_H

#include "web/request.h"
#include "web/shell_view.h"

/* Fill the shell: who, where, the ledgers that the visitor may see. `here`: the ledger that the page belongs to, or NULL. */
enum err page_shell(struct work *, struct request *, struct str title, const struct ledger *here, struct shell *ret);
/* The same without a database: pages for somebody unknown, and errors. */
void page_plain_shell(struct request *, struct str title, struct shell *ret);

/* The address of a list saved under a name. Lies in the arena; STR_NONE without memory. */
struct saved_list;
struct str page_saved_url(const struct request *, const struct saved_list *);

/* A notice for the next page that the browser asks for: in a cookie that is read once. `text` a msgid kept there by number. */
enum page_said {
    SAID_NOTHING,
    SAID_SAVED,
    SAID_CREATED,
    SAID_DONE,
    SAID_WITHDRAWN,
    SAID_RESTORED,
    SAID_MERGED,
    SAID_UNCHANGED,
    SAID_LOGGED_OUT,
    SAID_PASSWORD,
    SAID_STOPPED,
    SAID_UNDONE,
    SAID_POST,
    SAID_TOKEN_VOID,
    SAID_SESSIONS,
    SAID_RESET,
    SAID_APART,
    SAID__MAX
};
void page_say(struct request *, enum page_said);

#endif
