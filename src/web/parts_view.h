/* parts_view.h — what the views of several pages are made of.
 *
 * A view struct says what a page shows and nothing about where it comes from: texts ready to read, in the user's language, and
 * URLs ready to follow, beginning with "/" and already percent-encoded. A text with `p == NULL` or `n == 0` is not shown.
 * Nothing here owns memory; a handler fills its structs in the request's arena. Arrays come as pointer and `…_count`.
 */
#ifndef ANJIAN_PARTS_VIEW_H
#define ANJIAN_PARTS_VIEW_H

#include "base/str.h"

/* What a text means, so that colour is chosen in one place, static/css/ground.css. Never the only sign: the words say it too. */
enum tone {
    TONE_NONE,
    TONE_MUTED, /* of no concern now: withdrawn, blank, old */
    TONE_INFO,  /* going on */
    TONE_GOOD,  /* done, met, passed */
    TONE_WARN,  /* soon due, unsure */
    TONE_BAD,   /* late, refused, failed */
    TONE_RED,   /* the four risk colours as the regulations name them */
    TONE_ORANGE,
    TONE_YELLOW,
    TONE_BLUE,
    TONE__MAX,
};

static inline const char *tone_class(enum tone tone)
{
    static const char *const name[TONE__MAX] = {"t-none", "t-muted", "t-info",   "t-good",   "t-warn",
                                                "t-bad",  "t-red",   "t-orange", "t-yellow", "t-blue"};
    return name[tone < TONE__MAX ? tone : TONE_NONE];
}

struct view_link {
    struct str text, url;
    bool current; /* this page, this tab */
};

struct badge {
    struct str text;
    enum tone tone;
};

/* One choice of a select or of a group of boxes. */
struct choice {
    struct str value, label;
    bool chosen;
};

/* A value that a form carries along unseen. */
struct hidden {
    struct str name, value;
};

/* Something that was done, is done or failed; shown above the page and told by screen readers. */
struct view_notice {
    struct str text;
    enum tone tone;
    struct view_link link; /* where to go on; may be empty */
};

/* A text in a table or beside a label. With `badge` it stands in a coloured pill; a list of them is several cells' work. */
struct view_cell {
    struct str text, url;
    enum tone tone;
    bool badge;
};

/* How a column is set: decides alignment, wrapping and what becomes of it on a phone. */
enum column_kind {
    COLUMN_TEXT,   /* cut with … when long */
    COLUMN_NUMBER, /* right, figures of one width */
    COLUMN_DATE,   /* figures of one width, never wraps */
    COLUMN_CODE,   /* working numbers, credit codes */
    COLUMN_TITLE,  /* the widest; heads the card on a phone */
    COLUMN_STATE,  /* badges */
    COLUMN__MAX,
};

static inline const char *column_class(enum column_kind kind)
{
    static const char *const name[COLUMN__MAX] = {"c-text", "c-number", "c-date", "c-code", "c-title", "c-state"};
    return name[kind < COLUMN__MAX ? kind : COLUMN_TEXT];
}

struct column {
    struct str label;
    enum column_kind kind;
    struct str sort_url; /* empty: not sortable */
    int sorted;          /* 1 ascending, -1 descending, 0 not by this one */
};

struct view_row {
    const struct view_cell *cell; /* as many as there are columns */
    struct str id, url;           /* `url` opens the record; both may be empty */
    struct str state;             /* as the flow names it, in lists whose rows can be chosen */
    enum tone tone;               /* TONE_MUTED: withdrawn; TONE_BAD: asks for attention */
};

/* A table that is only read. */
struct view_table {
    struct str caption; /* told to screen readers */
    const struct column *column;
    int column_count;
    const struct view_row *row;
    int row_count;
};

/* A table under a heading. */
struct view_section {
    struct str id;    /* anchor within the page */
    struct str label; /* "Hazards" */
    struct str count; /* "12", "1000+"; empty: not told */
    struct str help;  /* a sentence under the heading */
    struct view_table table;
    struct str empty;   /* said when there is no row; empty: "None." */
    struct str all_url; /* the whole list; empty when all is shown */
    struct str new_url; /* add one; empty: may not */
};

/* One event of a history. */
struct view_change {
    struct str label;
    struct str old, new_; /* n == 0: blank */
};
#define CHANGES_SHOWN 8 /* more are folded */
struct timeline_entry {
    struct str when;     /* as read, "2026-05-02 14:20" */
    struct str iso;      /* for machines, "2026-05-02T06:20:00Z" */
    struct str who;      /* "Zhou Jianguo · safety bureau" */
    struct str what;     /* "Reported rectified" */
    struct view_link on; /* the record, where the history is not that of one record */
    struct str note;     /* reason given, import it came with */
    struct str url;      /* the event in the log; empty for those who may not read it */
    enum tone tone;
    const struct view_change *change;
    int change_count;
};

/* Where to go on in something long. Keyset paging: there is no page number. */
struct pager {
    struct str first_url; /* empty on the first page */
    struct str next_url;  /* empty on the last page */
    struct str shown;     /* as "51–100" */
};

#endif
