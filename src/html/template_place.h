/* template_place.h — where in the HTML a template stands.
 *
 * The tracker reads the literal pieces of a view in order, checks them, writes them out with fewer blanks, and says between two
 * pieces how a value that stands there is escaped. Between two pieces there are only four places: text, inside a tag before or
 * behind an attribute, inside a quoted value. A piece that ends anywhere else (in a name, behind `=`, in a comment) is refused.
 */
#ifndef ANJIAN_TEMPLATE_PLACE_H
#define ANJIAN_TEMPLATE_PLACE_H

#include "html/template.h"
#include "html/template_names.h"

enum place_state {
    PLACE_TEXT,
    PLACE_SPACE, /* in a tag, an attribute may begin */
    PLACE_TIGHT, /* in a tag, right behind a name or a value */
    PLACE_VALUE, /* in a quoted value */
};

enum url_state {
    URL_START, /* nothing yet */
    URL_ROOT,  /* perhaps just "/": another slash would name a host */
    URL_REST,  /* whatever follows, the host stays ours */
    URL_FIXED, /* begins otherwise; only a literal */
};

struct place {
    enum place_state state;
    int depth; /* elements open, with the one whose tag is being read */
    /* in a value: */
    struct str attribute;
    char quote;
    enum attribute_kind kind;
    enum url_state url;
};

struct element {
    struct str name; /* empty: the bottom of a view or of a fill */
    int line;
    unsigned flags;
    bool keeps, drawn, foreign; /* it or one around it is; foreign: says itself which language its text is of */
};

struct tracker {
    const char *path;
    struct place at;
    struct element open[TEMPLATE_MAX_ELEMENTS];
    int floor; /* as many elements belong to what is around the innermost directive; they stay open */
    /* the piece being read: */
    struct str text;
    size_t i;
    int line;
    bool head, tail; /* blanks with a line end at its start, at its end mean nothing */
    struct buf *out;
};

/* Begin a view or a fill: text, with nothing open above the floor. */
enum err tracker_begin(struct tracker *, int line);

/* Read a piece. */
enum err tracker_literal(struct tracker *, struct str text, int line, bool head, bool tail, struct buf *out);

/* A value stands here, and `next` is the character behind it. */
enum value_place {
    VALUE_TEXT,
    VALUE_ATTRIBUTE,
    VALUE_URL,      /* the beginning of an address */
    VALUE_URL_BASE, /* the same before a literal slash */
    VALUE_URL_PART,
    VALUE_SOURCE, /* the address of a script: a text known when the program is built */
};
enum err tracker_value(struct tracker *, int line, char next, enum value_place *ret);

/* A directive stands here; text_only: one that writes elements. */
enum err tracker_directive(const struct tracker *, int line, bool text_only);

/* A branch of the directive that began at `start` ends here. *joined says where the branches before it ended and then where all
 * did: what follows must be right behind each of them. The first branch sets it. */
enum err tracker_join(const struct tracker *, int line, const struct place *start, bool first, struct place *joined);

/* A round of a loop that began at `start` ends here: another may follow, or none. */
enum err tracker_round(const struct tracker *, int line, const struct place *start);

#endif
