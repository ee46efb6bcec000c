/* template_code.h — the C that a template becomes.
 *
 * Literals are gathered into one run that is written when something else must be. Every piece of the template's own C stands behind
 * a #line, so that the C compiler speaks of the template. A fill becomes a function of its own, which is given the parameters of the
 * view around it:
 *
 *   struct view_list_args { const struct list_view *v; };
 *   static void view_list_fill_1(struct html *h, const void *fill_args) { … }
 *   void view_list(struct html *h, const struct list_view *v)
 *   {
 *       const struct view_list_args args_here = {v}, *view_args = &args_here;
 *       view_shell(h, &v->shell, &(struct view_shell_slots){.main = view_list_fill_1, .args = view_args});
 *   }
 *
 * Failures of memory are kept in the buffers and told by code_finish().
 */
#ifndef ANJIAN_TEMPLATE_CODE_H
#define ANJIAN_TEMPLATE_CODE_H

#include "base/buf.h"

enum { VIEW_MAX_PARAMS = 16, VIEW_MAX_SLOTS = 16, CODE_MAX_USES = 4 };

struct view {
    struct str name;
    int line;
    struct {
        struct str declaration, name;
    } params[VIEW_MAX_PARAMS];
    struct str slots[VIEW_MAX_SLOTS];
    int params_n, slots_n;
    bool fills; /* it fills slots of others */
};

struct code {
    const char *path;
    struct buf includes, declarations, views; /* parts of the outputs */
    struct buf functions;                     /* fills of this view */
    struct buf bodies[CODE_MAX_USES + 1];     /* of this view, and of the fills being written inside each other */
    struct buf fills[CODE_MAX_USES];          /* what the uses being written give */
    struct buf literal;                       /* not yet written */
    int indent[CODE_MAX_USES + 1];            /* of each body */
    int body, use;                            /* how many fills, uses are open */
    int numbers;                              /* given to fills of the file */
};

void code_init(struct code *, const char *path);
void code_release(struct code *);

void code_include(struct code *, struct str string, int line);

/* Where the tracker puts literals. */
static inline struct buf *code_literal(struct code *c)
{
    return &c->literal;
}
/* Begin a statement: the caller appends it and a line end to what is returned. */
struct buf *code_statement(struct code *, int line);
void code_open(struct code *);  /* behind a statement that ended in { */
void code_close(struct code *); /* writes the } */

/* A use of the view `name`; fills inside it; `v` is the view that is being written. At most CODE_MAX_USES inside each other. */
void code_use(struct code *);
bool code_filled(const struct code *, struct str slot); /* by the innermost use */
void code_fill(struct code *);
void code_fill_end(struct code *, struct view *v, struct str slot, int line);
void code_use_end(struct code *, const struct view *v, struct str name, struct str args, int line);

void code_view_end(struct code *, const struct view *);

/* Write the outputs; the error of whatever failed. */
enum err code_finish(struct code *, struct str file, struct buf *ret_code, struct buf *ret_header);

#endif
