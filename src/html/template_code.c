/* template_code.c — writing C. See template_code.h. */
#include "html/template_code.h"

#include "html/template.h"
#include "html/template_c.h"

enum { BUFFERS = 5 + CODE_MAX_USES + 1 + CODE_MAX_USES };

static void list_buffers(struct code *c, struct buf *ret[BUFFERS])
{
    int n = 0;
    ret[n++] = &c->includes;
    ret[n++] = &c->declarations;
    ret[n++] = &c->views;
    ret[n++] = &c->functions;
    ret[n++] = &c->literal;
    for (int i = 0; i <= CODE_MAX_USES; i++) ret[n++] = &c->bodies[i];
    for (int i = 0; i < CODE_MAX_USES; i++) ret[n++] = &c->fills[i];
}

void code_init(struct code *c, const char *path)
{
    struct buf *all[BUFFERS];
    *c = (struct code){.path = path};
    list_buffers(c, all);
    for (int i = 0; i < BUFFERS; i++) *all[i] = BUF_INIT(TEMPLATE_MAX_OUTPUT);
}

void code_release(struct code *c)
{
    struct buf *all[BUFFERS];
    list_buffers(c, all);
    for (int i = 0; i < BUFFERS; i++) buf_release(all[i]);
}

static void put_line(const struct code *c, struct buf *out, int line)
{
    buf_printf(out, "#line %d ", line);
    c_put_string(out, str_of(c->path), 0);
    buf_char(out, '\n');
}

static struct buf *indented(const struct code *c, struct buf *out)
{
    for (int i = 0; i <= c->indent[c->body]; i++) buf_z(out, "    ");
    return out;
}

/* The body being written, with the literals before. */
static struct buf *body(struct code *c)
{
    struct buf *out = &c->bodies[c->body];
    if (c->literal.n) {
        buf_z(indented(c, out), "html_literal(h, ");
        c_put_string(out, buf_view(&c->literal), 4 * c->indent[c->body] + 8);
        buf_z(out, ");\n");
        buf_reset(&c->literal);
    }
    return out;
}

void code_include(struct code *c, struct str string, int line)
{
    put_line(c, &c->includes, line);
    buf_printf(&c->includes, "#include %.*s\n", STR_ARG(string));
}

struct buf *code_statement(struct code *c, int line)
{
    struct buf *out = body(c);
    put_line(c, out, line);
    return indented(c, out);
}

void code_open(struct code *c)
{
    c->indent[c->body]++;
}

void code_close(struct code *c)
{
    struct buf *out = body(c);
    c->indent[c->body]--;
    buf_z(indented(c, out), "}\n");
}

void code_use(struct code *c)
{
    body(c);
    buf_reset(&c->fills[c->use++]);
}

static const char slot_entry[] = "        .%.*s = ";

bool code_filled(const struct code *c, struct str slot)
{
    struct buf entry = BUF_INIT(TEMPLATE_MAX_BYTES);
    buf_printf(&entry, slot_entry, STR_ARG(slot));
    bool found = entry.n && str_find(buf_view(&c->fills[c->use - 1]), buf_view(&entry)) >= 0;
    buf_release(&entry);
    return found;
}

void code_fill(struct code *c)
{
    c->indent[++c->body] = 0;
    buf_reset(&c->bodies[c->body]);
}

/* "const T v = view_args->v;" for each parameter. */
static void put_args_taken(struct buf *out, const struct view *v)
{
    if (v->params_n + v->slots_n == 0) {
        buf_z(out, "    (void)fill_args;\n");
        return;
    }
    buf_printf(out, "    const struct view_%.*s_args *view_args = fill_args;\n", STR_ARG(v->name));
    for (int i = 0; i < v->params_n; i++) {
        struct str name = v->params[i].name;
        buf_printf(out, "    %.*s = view_args->%.*s;\n    (void)%.*s;\n", STR_ARG(v->params[i].declaration), STR_ARG(name), STR_ARG(name));
    }
    if (v->slots_n) buf_printf(out, "    const struct view_%.*s_slots *slots = view_args->slots;\n    (void)slots;\n", STR_ARG(v->name));
}

void code_fill_end(struct code *c, struct view *v, struct str slot, int line)
{
    struct str text = buf_view(body(c));
    struct buf *fills = &c->fills[c->use - 1];
    v->fills = true;
    buf_printf(&c->functions, "static void view_%.*s_fill_%d(struct html *h, const void *fill_args)\n{\n    (void)h;\n", STR_ARG(v->name),
               ++c->numbers);
    put_args_taken(&c->functions, v);
    buf_str(&c->functions, text);
    buf_z(&c->functions, "}\n\n");
    c->body--;
    put_line(c, fills, line);
    buf_printf(fills, slot_entry, STR_ARG(slot));
    buf_printf(fills, "view_%.*s_fill_%d,\n", STR_ARG(v->name), c->numbers);
}

void code_use_end(struct code *c, const struct view *v, struct str name, struct str args, int line)
{
    struct buf *out = code_statement(c, line);
    buf_printf(out, "view_%.*s(h, %.*s%s&(struct view_%.*s_slots){\n", STR_ARG(name), STR_ARG(args), args.n ? ", " : "", STR_ARG(name));
    buf_str(out, buf_view(&c->fills[--c->use]));
    buf_printf(out, "        .args = %s,\n", v->params_n + v->slots_n && v->fills ? "view_args" : "NULL");
    buf_z(indented(c, out), "});\n");
}

static void put_prototype(struct buf *out, const struct view *v)
{
    buf_printf(out, "void view_%.*s(struct html *h", STR_ARG(v->name));
    for (int i = 0; i < v->params_n; i++) buf_printf(out, ", %.*s", STR_ARG(v->params[i].declaration));
    if (v->slots_n) buf_printf(out, ", const struct view_%.*s_slots *slots", STR_ARG(v->name));
    buf_char(out, ')');
}

static void put_declaration(struct code *c, const struct view *v)
{
    struct buf *out = &c->declarations;
    if (v->slots_n) {
        buf_printf(out, "\nstruct view_%.*s_slots {\n", STR_ARG(v->name));
        for (int i = 0; i < v->slots_n; i++) buf_printf(out, "    void (*%.*s)(struct html *h, const void *args);\n", STR_ARG(v->slots[i]));
        buf_z(out, "    const void *args;\n};");
    }
    buf_char(out, '\n');
    put_line(c, out, v->line);
    put_prototype(out, v);
    buf_z(out, ";\n");
}

/* The parameters as a struct, so that fills can be given them. */
static void put_args(struct buf *out, const struct view *v)
{
    buf_printf(out, "struct view_%.*s_args {\n", STR_ARG(v->name));
    for (int i = 0; i < v->params_n; i++) buf_printf(out, "    %.*s;\n", STR_ARG(v->params[i].declaration));
    if (v->slots_n) buf_printf(out, "    const struct view_%.*s_slots *slots;\n", STR_ARG(v->name));
    buf_z(out, "};\n\n");
}

static void put_args_given(struct buf *out, const struct view *v)
{
    buf_printf(out, "    const struct view_%.*s_args args_here = {", STR_ARG(v->name));
    for (int i = 0; i < v->params_n; i++) buf_printf(out, "%s%.*s", i ? ", " : "", STR_ARG(v->params[i].name));
    if (v->slots_n) buf_printf(out, "%sslots", v->params_n ? ", " : "");
    buf_z(out, "}, *view_args = &args_here;\n");
}

void code_view_end(struct code *c, const struct view *v)
{
    struct str text = buf_view(body(c));
    struct buf *out = &c->views;
    bool args = v->fills && v->params_n + v->slots_n > 0;
    put_declaration(c, v);
    buf_char(out, '\n');
    if (args) put_args(out, v);
    buf_str(out, buf_view(&c->functions));
    put_line(c, out, v->line);
    put_prototype(out, v);
    buf_z(out, "\n{\n");
    if (args) put_args_given(out, v);
    buf_str(out, text.n ? text : STR("    (void)h;\n"));
    buf_z(out, "}\n");
    buf_reset(&c->functions);
    buf_reset(&c->bodies[0]);
}

/* "list.html" → ANJIAN_LIST_HTML_H */
static void put_guard(struct buf *out, struct str file)
{
    buf_z(out, "ANJIAN_");
    for (size_t i = 0; i < file.n; i++) {
        char c = file.p[i];
        bool small = c >= 'a' && c <= 'z', other = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        buf_char(out, small ? (char)(c - 'a' + 'A') : other ? c : '_');
    }
    buf_z(out, "_H\n");
}

enum err code_finish(struct code *c, struct str file, struct buf *ret_code, struct buf *ret_header)
{
    struct buf *all[BUFFERS];
    list_buffers(c, all);
    for (int i = 0; i < BUFFERS; i++) TRY(buf_error(all[i]));
    buf_printf(ret_header, "/* Made from %.*s by tools/templates.c. */\n#ifndef ", STR_ARG(file));
    put_guard(ret_header, file);
    buf_z(ret_header, "#define ");
    put_guard(ret_header, file);
    buf_z(ret_header, "\n#include \"html/html.h\"\n");
    buf_str(ret_header, buf_view(&c->includes));
    buf_str(ret_header, buf_view(&c->declarations));
    buf_z(ret_header, "\n#endif\n");
    buf_printf(ret_code, "/* Made from %.*s by tools/templates.c. */\n#include \"%.*s.h\"\n\n#include \"base/lang.h\"\n", STR_ARG(file),
               STR_ARG(file));
    buf_str(ret_code, buf_view(&c->views));
    TRY(buf_error(ret_code));
    return buf_error(ret_header);
}
