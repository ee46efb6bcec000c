/* template.h — the compiler of views: an *.html template becomes C that writes the page with html.h.
 *
 * doc/templates.md describes the language. The compiler follows where in the HTML it stands, so it knows how each value must be
 * escaped, and refuses a value where no escaping is safe. It runs when the program is built (tools/templates.c); its messages are
 * for programmers and stay English. It reads any bytes: what is no template is refused with file and line.
 */
#ifndef ANJIAN_TEMPLATE_H
#define ANJIAN_TEMPLATE_H

#include "base/buf.h"

enum {
    TEMPLATE_MAX_BYTES = 128 * 1024,
    TEMPLATE_MAX_BLOCKS = 32,       /* directives inside each other */
    TEMPLATE_MAX_ELEMENTS = 64,     /* elements inside each other */
    TEMPLATE_MAX_OUTPUT = 16 << 20, /* of each of the two outputs */
};

/* Compile `text`, found in the file `path`, to C code that includes "NAME.h", where NAME is the last part of the path, and to that
 * header. On failure the message begins with path:line, and what stands in the outputs is of no use. */
enum err template_compile(const char *path, struct str text, struct buf *code, struct buf *header);

#endif
