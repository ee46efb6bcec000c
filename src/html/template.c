/* template.c — the compiler of views. See template.h.
 *
 * Tokens are taken in order: literals and the places of values are the tracker's matter (template_place.h), the C that comes of it
 * is written by template_code.h. Here are the directives and the blocks they begin and end.
 */
#include "html/template.h"

#include "html/template_c.h"
#include "html/template_code.h"
#include "html/template_place.h"
#include "html/template_scan.h"

enum block_kind { BLOCK_VIEW, BLOCK_IF, BLOCK_FOR, BLOCK_USE, BLOCK_FILL };

struct block {
    enum block_kind kind;
    int line;
    int number;    /* of a loop that has an else */
    int floor;     /* of the tracker, outside */
    int branches;  /* that have ended; of a use: fills */
    bool has_else; /* in its else */
    struct place start, joined;
    struct str name, args; /* the view that is used; the slot that is filled */
};

struct compiler {
    const char *path;
    struct tokens tokens;
    int now; /* the token being compiled */
    struct tracker html;
    struct block blocks[TEMPLATE_MAX_BLOCKS];
    int depth, loops;
    struct view view;
    struct code code;
};

static const struct token *here(const struct compiler *c)
{
    return &c->tokens.list[c->now];
}

#define FAIL(c, ...) template_fail((c)->path, here(c)->line, __VA_ARGS__)

static struct block *inner(struct compiler *c)
{
    return &c->blocks[c->depth - 1];
}

static enum err check_c(const struct compiler *c, struct str code, int semicolons)
{
    const char *problem = c_problem(code, semicolons);
    return problem ? FAIL(c, "%s", problem) : OK;
}

static enum err begin(struct compiler *c, enum block_kind kind)
{
    if (c->depth == TEMPLATE_MAX_BLOCKS) return FAIL(c, "more than %d directives inside each other", TEMPLATE_MAX_BLOCKS);
    c->blocks[c->depth++] = (struct block){.kind = kind, .line = here(c)->line, .floor = c->html.floor, .start = c->html.at};
    c->html.floor = c->html.at.depth;
    return OK;
}

/* ---- values and literals ---- */

static char next_char(const struct compiler *c)
{
    const struct token *next = here(c) + 1;
    return c->now + 1 < c->tokens.n && next->kind == TOKEN_LITERAL ? next->body.p[0] : '\0';
}

/* {{ t "msgid", arguments }} */
static enum err words(struct compiler *c, struct str rest, enum value_place place)
{
    struct str msgid = c_string(&rest);
    bool attribute = place == VALUE_ATTRIBUTE;
    if (!attribute && place != VALUE_TEXT) return FAIL(c, "a translated text is no address");
    for (const char *p = here(c)->body.p; *--p != '{';)
        if (*p == '\n') return FAIL(c, "t stands on the line of its {{, where tools/messages.sh looks for it");
    if (msgid.n == 2) return FAIL(c, "an empty text cannot be translated");
    if (!rest.n) {
        buf_printf(code_statement(&c->code, here(c)->line), "%s(h, _(%.*s));\n", attribute ? "html_attribute" : "html_text",
                   STR_ARG(msgid));
        return OK;
    }
    if (rest.p[0] != ',') return FAIL(c, "a translated text is written {{ t \"text\" }} or {{ t \"text %%d\", number }}");
    rest = template_trim(str_from(rest, 1));
    TRY(check_c(c, rest, 0));
    buf_printf(code_statement(&c->code, here(c)->line), "%s(h, _(%.*s), %.*s);\n", attribute ? "html_attribute_format" : "html_text_format",
               STR_ARG(msgid), STR_ARG(rest));
    return OK;
}

static enum err value(struct compiler *c)
{
    static const char *const writers[] = {
        [VALUE_TEXT] = "html_text(h, (",
        [VALUE_ATTRIBUTE] = "html_attribute(h, (",
        [VALUE_URL] = "html_url(h, (",
        [VALUE_URL_BASE] = "html_url_base(h, (",
        [VALUE_URL_PART] = "html_url_part(h, (",
        [VALUE_SOURCE] = "html_url(h, (\"\" ", /* so that the C compiler takes a string constant and nothing else */
    };
    const struct token *t = here(c);
    struct str rest = t->body, word = template_word(&rest);
    enum value_place place;
    if (!c->depth || inner(c)->kind == BLOCK_USE) return FAIL(c, "a value stands in a view; in a use it stands in a fill");
    TRY(tracker_value(&c->html, t->line, next_char(c), &place));
    if (rest.n && rest.p[0] == '"' && str_is(word, "t")) return words(c, rest, place);
    TRY(check_c(c, t->body, 0));
    if (place == VALUE_SOURCE && !c_name(t->body)) return FAIL(c, "the address of a script is one literal or one constant");
    buf_printf(code_statement(&c->code, t->line), "%s%.*s));\n", writers[place], STR_ARG(t->body));
    return OK;
}

static bool blank_line(struct str s) /* does it begin with blanks that hold a line end? */
{
    for (size_t i = 0; i < s.n && template_blank(s.p[i]); i++)
        if (s.p[i] == '\n') return true;
    return false;
}

/* Is the token a directive that begins (or ends) with this word? */
static bool directive_is(const struct token *t, const char *word)
{
    struct str rest = t->body;
    return t->kind == TOKEN_DIRECTIVE && str_is(template_word(&rest), word);
}

/* Does the piece begin a view or a fill? Then blanks at its start mean nothing. */
static bool at_head(const struct compiler *c)
{
    const struct token *t = here(c) - 1;
    while (t->kind == TOKEN_COMMENT) t--;
    return directive_is(t, "view") || directive_is(t, "fill");
}

/* Does the piece end a view or a fill, or does a line of directives only follow, which leaves no line of its own? */
static bool at_tail(struct compiler *c)
{
    const struct token *t = here(c) + 1, *end = c->tokens.list + c->tokens.n;
    if (t < end && directive_is(t, "end") && (inner(c)->kind == BLOCK_VIEW || inner(c)->kind == BLOCK_FILL)) return true;
    if (t < end && t->kind == TOKEN_VALUE) return false;
    while (t < end && (t->kind == TOKEN_DIRECTIVE || t->kind == TOKEN_COMMENT)) t++;
    return t < end && t->kind == TOKEN_LITERAL && blank_line(t->body);
}

static enum err literal(struct compiler *c)
{
    const struct token *t = here(c);
    if (c->depth && inner(c)->kind != BLOCK_USE)
        return tracker_literal(&c->html, t->body, t->line, at_head(c), at_tail(c), code_literal(&c->code));
    int line = t->line;
    for (size_t i = 0; i < t->body.n; i++) {
        if (!template_blank(t->body.p[i])) return template_fail(c->path, line, "text stands in a view; in a use it stands in a fill");
        line += t->body.p[i] == '\n';
    }
    return OK;
}

/* ---- directives: what stands behind the word is `rest` ---- */

static enum err do_include(struct compiler *c, struct str rest)
{
    struct str file = c_string(&rest);
    if (file.n < 3 || rest.n) return FAIL(c, "a header is included so: include \"file.h\"");
    code_include(&c->code, file, here(c)->line);
    return OK;
}

/* `name(args)` and no more. */
static enum err one_call(const struct compiler *c, struct str rest, struct str *ret_name, struct str *ret_args)
{
    if (!c_call(&rest, ret_name, ret_args) || rest.n) return FAIL(c, "the name of a view and its arguments in brackets: name(…)");
    return ret_args->n ? check_c(c, *ret_args, 0) : OK;
}

static enum err take_params(struct compiler *c, struct str params)
{
    struct view *v = &c->view;
    while (params.n || (v->params_n && params.p)) {
        struct str declaration = c_split(&params), name = c_declared(declaration);
        if (!name.n) return FAIL(c, "“%.*s” is no parameter; it is written: const struct row *r", STR_ARG(declaration));
        if (v->params_n == VIEW_MAX_PARAMS) return FAIL(c, "more than %d parameters", VIEW_MAX_PARAMS);
        v->params[v->params_n].declaration = declaration;
        v->params[v->params_n++].name = name;
    }
    return OK;
}

static bool has_slot(const struct view *v, struct str name)
{
    for (int i = 0; i < v->slots_n; i++)
        if (str_eq(v->slots[i], name)) return true;
    return false;
}

/* "slots main, side" */
static enum err take_slots(struct compiler *c, struct str rest)
{
    struct view *v = &c->view;
    if (!rest.n) return OK;
    if (!str_is(template_word(&rest), "slots")) return FAIL(c, "behind the brackets of a view only slots can stand: slots main, side");
    do {
        struct str name = c_split(&rest);
        if (!c_name(name) || str_is(name, "args") || has_slot(v, name))
            return FAIL(c, "“%.*s” cannot name a slot, or names two", STR_ARG(name));
        if (v->slots_n == VIEW_MAX_SLOTS) return FAIL(c, "more than %d slots", VIEW_MAX_SLOTS);
        v->slots[v->slots_n++] = name;
    } while (rest.p);
    return OK;
}

static enum err do_view(struct compiler *c, struct str rest)
{
    struct str params;
    c->view = (struct view){.line = here(c)->line};
    if (!c_call(&rest, &c->view.name, &params)) return FAIL(c, "a view is written: view name(parameters)");
    TRY(take_params(c, params));
    TRY(take_slots(c, rest));
    TRY(begin(c, BLOCK_VIEW));
    return tracker_begin(&c->html, here(c)->line);
}

static enum err do_if(struct compiler *c, struct str rest)
{
    TRY(check_c(c, rest, 0));
    TRY(begin(c, BLOCK_IF));
    buf_printf(code_statement(&c->code, here(c)->line), "if (%.*s) {\n", STR_ARG(rest));
    code_open(&c->code);
    return OK;
}

/* Does the loop that begins here have an else? */
static bool loop_has_else(const struct compiler *c)
{
    static const char *const openers[] = {"if", "for", "use", "fill"};
    int depth = 0;
    for (const struct token *t = here(c) + 1; t < c->tokens.list + c->tokens.n; t++) {
        if (depth == 0 && directive_is(t, "else")) return true;
        if (directive_is(t, "end") && depth-- == 0) return false;
        for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) depth += directive_is(t, openers[i]);
    }
    return false;
}

static enum err do_for(struct compiler *c, struct str rest)
{
    TRY(check_c(c, rest, 2));
    TRY(begin(c, BLOCK_FOR));
    if (loop_has_else(c)) {
        inner(c)->number = ++c->loops;
        buf_printf(code_statement(&c->code, here(c)->line), "bool none_%d = true;\n", c->loops);
    }
    buf_printf(code_statement(&c->code, here(c)->line), "for (%.*s) {\n", STR_ARG(rest));
    code_open(&c->code);
    if (inner(c)->number) buf_printf(code_statement(&c->code, here(c)->line), "none_%d = false;\n", c->loops);
    return OK;
}

/* The branch ends; the next begins where the first did. */
static enum err end_branch(struct compiler *c)
{
    struct block *b = inner(c);
    if (b->kind == BLOCK_FOR && !b->has_else) TRY(tracker_round(&c->html, here(c)->line, &b->start));
    TRY(tracker_join(&c->html, here(c)->line, &b->start, b->branches++ == 0, &b->joined));
    c->html.at = b->start;
    code_close(&c->code);
    return OK;
}

static enum err do_elif(struct compiler *c, struct str rest)
{
    struct block *b = inner(c);
    if (b->kind != BLOCK_IF || b->has_else) return FAIL(c, "elif without if");
    TRY(check_c(c, rest, 0));
    TRY(end_branch(c));
    buf_printf(code_statement(&c->code, here(c)->line), "else if (%.*s) {\n", STR_ARG(rest));
    code_open(&c->code);
    return OK;
}

static enum err do_else(struct compiler *c, struct str rest)
{
    struct block *b = inner(c);
    if ((b->kind != BLOCK_IF && b->kind != BLOCK_FOR) || b->has_else) return FAIL(c, "else without if or for");
    if (rest.n) return FAIL(c, "nothing stands behind else");
    TRY(end_branch(c));
    b->has_else = true;
    if (b->kind == BLOCK_IF)
        buf_z(code_statement(&c->code, here(c)->line), "else {\n");
    else
        buf_printf(code_statement(&c->code, here(c)->line), "if (none_%d) {\n", b->number);
    code_open(&c->code);
    return OK;
}

static enum err do_let(struct compiler *c, struct str rest)
{
    TRY(check_c(c, rest, 0));
    const char *equals = memchr(rest.p, '=', rest.n);
    if (!equals || !c_declared(template_trim(str_head(rest, (size_t)(equals - rest.p)))).n)
        return FAIL(c, "a name is given so: let const struct row *r = &v->rows[i]");
    buf_printf(code_statement(&c->code, here(c)->line), "%.*s;\n", STR_ARG(rest));
    return OK;
}

static enum err do_call(struct compiler *c, struct str rest)
{
    struct str name, args;
    TRY(one_call(c, rest, &name, &args));
    buf_printf(code_statement(&c->code, here(c)->line), "view_%.*s(h%s%.*s);\n", STR_ARG(name), args.n ? ", " : "", STR_ARG(args));
    return OK;
}

static enum err do_slot(struct compiler *c, struct str rest)
{
    if (!has_slot(&c->view, rest)) return FAIL(c, "the view %.*s has no slot “%.*s”", STR_ARG(c->view.name), STR_ARG(rest));
    buf_printf(code_statement(&c->code, here(c)->line), "if (slots->%.*s) slots->%.*s(h, slots->args);\n", STR_ARG(rest), STR_ARG(rest));
    return OK;
}

static enum err do_use(struct compiler *c, struct str rest)
{
    struct str name, args;
    TRY(one_call(c, rest, &name, &args));
    if (c->code.use == CODE_MAX_USES) return FAIL(c, "more than %d uses inside each other", CODE_MAX_USES);
    TRY(begin(c, BLOCK_USE));
    inner(c)->name = name;
    inner(c)->args = args;
    code_use(&c->code);
    return OK;
}

static enum err do_fill(struct compiler *c, struct str rest)
{
    if (!c_name(rest)) return FAIL(c, "fill names one slot");
    if (inner(c)->branches++ == VIEW_MAX_SLOTS) return FAIL(c, "more than %d fills", VIEW_MAX_SLOTS);
    if (code_filled(&c->code, rest)) return FAIL(c, "the slot %.*s is filled twice", STR_ARG(rest));
    TRY(begin(c, BLOCK_FILL));
    inner(c)->name = rest;
    code_fill(&c->code);
    return tracker_begin(&c->html, here(c)->line);
}

/* A view or a fill ends: in text, with every element closed. */
static enum err end_text(struct compiler *c)
{
    struct place start = c->html.at, end;
    start.state = PLACE_TEXT;
    start.depth = inner(c)->start.depth + 1; /* its bottom */
    return tracker_join(&c->html, here(c)->line, &start, true, &end);
}

static enum err end_if(struct compiler *c)
{
    struct block *b = inner(c);
    TRY(end_branch(c));
    if (!b->has_else) TRY(tracker_join(&c->html, here(c)->line, &b->start, false, &b->joined)); /* no branch was taken */
    b->start = b->joined;
    return OK;
}

static enum err do_end(struct compiler *c, struct str rest)
{
    struct block *b = inner(c);
    if (rest.n) return FAIL(c, "nothing stands behind end");
    switch (b->kind) {
    case BLOCK_IF:
    case BLOCK_FOR: TRY(end_if(c)); break;
    case BLOCK_USE: code_use_end(&c->code, &c->view, b->name, b->args, b->line); break;
    case BLOCK_FILL:
        TRY(end_text(c));
        code_fill_end(&c->code, &c->view, b->name, b->line);
        break;
    case BLOCK_VIEW:
        TRY(end_text(c));
        code_view_end(&c->code, &c->view);
        break;
    }
    c->html.at = b->start;
    c->html.floor = b->floor;
    c->depth--;
    return OK;
}

enum { AT_TOP = 1, IN_USE = 2, IN_VIEW = 4, IN_TEXT = 8 };

static const struct {
    const char *word;
    enum err (*run)(struct compiler *, struct str rest);
    unsigned where; /* IN_TEXT: not inside a tag */
} directives[] = {
    {"include", do_include, AT_TOP},
    {"view", do_view, AT_TOP},
    {"if", do_if, IN_VIEW},
    {"elif", do_elif, IN_VIEW},
    {"else", do_else, IN_VIEW},
    {"for", do_for, IN_VIEW},
    {"let", do_let, IN_VIEW},
    {"call", do_call, IN_VIEW | IN_TEXT},
    {"slot", do_slot, IN_VIEW | IN_TEXT},
    {"use", do_use, IN_VIEW | IN_TEXT},
    {"fill", do_fill, IN_USE},
    {"end", do_end, IN_VIEW | IN_USE},
};

static enum err directive(struct compiler *c)
{
    struct str rest = here(c)->body, word = template_word(&rest);
    unsigned where = !c->depth ? AT_TOP : inner(c)->kind == BLOCK_USE ? IN_USE : IN_VIEW;
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        if (!str_is(word, directives[i].word)) continue;
        if (!(directives[i].where & where))
            return FAIL(c, "%.*s cannot stand %s", STR_ARG(word),
                        where == AT_TOP   ? "outside of a view"
                        : where == IN_USE ? "in a use, outside of its fills"
                                          : "inside a view");
        if (where == IN_VIEW) TRY(tracker_directive(&c->html, here(c)->line, directives[i].where & IN_TEXT));
        return directives[i].run(c, rest);
    }
    return FAIL(c, "“%.*s” is no directive", STR_ARG(word.n ? word : here(c)->body));
}

static enum err compile(struct compiler *c, struct str file, struct buf *code, struct buf *header)
{
    static enum err (*const run[])(struct compiler *) = {[TOKEN_LITERAL] = literal, [TOKEN_VALUE] = value, [TOKEN_DIRECTIVE] = directive};
    for (; c->now < c->tokens.n; c->now++)
        if (here(c)->kind != TOKEN_COMMENT) TRY(run[here(c)->kind](c));
    if (c->depth) return template_fail(c->path, inner(c)->line, "the directive is not closed by {%% end %%}");
    return code_finish(&c->code, file, code, header);
}

enum err template_compile(const char *path, struct str text, struct buf *code, struct buf *header)
{
    const char *slash = strrchr(path, '/');
    CLEANUP_ARENA struct arena *a = arena_new_capped((size_t)TEMPLATE_MAX_BYTES * 128 + sizeof(struct compiler));
    struct compiler *c = a ? arena_new(a, struct compiler) : NULL;
    if (!c) return err_no_memory();
    if (text.n > TEMPLATE_MAX_BYTES) return template_fail(path, 1, "larger than %d bytes", TEMPLATE_MAX_BYTES);
    c->path = c->html.path = path;
    TRY(template_scan(a, path, text, &c->tokens));
    code_init(&c->code, path);
    enum err e = compile(c, str_of(slash ? slash + 1 : path), code, header);
    code_release(&c->code);
    return e;
}
