/* template_names.h — what the compiler knows about the names of HTML: elements, and attributes with the values they may hold. */
#ifndef ANJIAN_TEMPLATE_NAMES_H
#define ANJIAN_TEMPLATE_NAMES_H

#include "base/str.h"

enum element_flag {
    ELEMENT_VOID = 1,   /* has no content and no end tag */
    ELEMENT_BARE = 2,   /* blanks in it mean nothing: only other elements stand there */
    ELEMENT_KEEPS = 4,  /* blanks in it are content */
    ELEMENT_PLAIN = 8,  /* text without elements */
    ELEMENT_EMPTY = 16, /* nothing may stand in it */
    ELEMENT_DRAWN = 32, /* svg and math: elements in it may end in /> */
};
unsigned element_flags(struct str name);

/* Why an element may not be used at all, or NULL. */
const char *element_refused(struct str name);

enum attribute_kind {
    ATTRIBUTE_TEXT,    /* any text */
    ATTRIBUTE_WORDS,   /* the same; people read it, so it is translated */
    ATTRIBUTE_URL,     /* an address */
    ATTRIBUTE_SOURCE,  /* where a script comes from: only what is known when the program is built */
    ATTRIBUTE_LITERAL, /* holds a language of its own (JSON, selectors with script, lists of addresses): no values */
    ATTRIBUTE_NEVER,   /* not even a literal: the page's policy forbids it, or it changes what other attributes mean */
};
enum attribute_kind attribute_kind(struct str element, struct str name);

/* Names are compared as HTML does, without case. `lower` is small letters. */
bool name_is(struct str name, const char *lower);

#endif
