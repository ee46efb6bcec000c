/* template_place.c — following the HTML of a template. See template_place.h. */
#include "html/template_place.h"

#include "base/utf8.h"
#include "html/template_scan.h"

static bool at_end(const struct tracker *t)
{
    return t->i >= t->text.n;
}

static char here(const struct tracker *t)
{
    return at_end(t) ? '\0' : t->text.p[t->i];
}

static struct str character(const struct tracker *t) /* the whole one here */
{
    struct str s = str_from(t->text, t->i), rest = s;
    utf8_next(&rest);
    return str_head(s, s.n - rest.n);
}

static bool here_is(const struct tracker *t, struct str what)
{
    return str_starts(str_from(t->text, t->i), what);
}

static void skip(struct tracker *t, size_t n)
{
    for (; n > 0; n--)
        if (t->text.p[t->i++] == '\n') t->line++;
}

static void copy(struct tracker *t, size_t n)
{
    buf_put(t->out, t->text.p + t->i, n);
    skip(t, n);
}

#define FAIL(t, ...) template_fail((t)->path, (t)->line, __VA_ARGS__)

/* The piece ends where nothing else may stand. */
static enum err cut(const struct tracker *t, const char *where)
{
    return FAIL(t, "neither {{ }} nor {%% %%} nor the end of a view can stand in %s", where);
}

static struct element *inner(struct tracker *t)
{
    return &t->open[t->at.depth - 1];
}

static enum err push(struct tracker *t, struct str name, int line)
{
    struct element e = {.name = name, .line = line, .flags = element_flags(name)};
    if (t->at.depth == TEMPLATE_MAX_ELEMENTS)
        return template_fail(t->path, line, "more than %d elements inside each other", TEMPLATE_MAX_ELEMENTS);
    e.keeps = e.flags & ELEMENT_KEEPS || (name.n && inner(t)->keeps);
    e.drawn = e.flags & ELEMENT_DRAWN || (name.n && inner(t)->drawn);
    e.foreign = name.n && inner(t)->foreign;
    t->open[t->at.depth++] = e;
    return OK;
}

enum err tracker_begin(struct tracker *t, int line)
{
    TRY(push(t, STR_NONE, line));
    t->floor = t->at.depth;
    t->at.state = PLACE_TEXT;
    return OK;
}

/* A run of blanks in text: one with a line end becomes a single line end, or nothing where that changes nothing. */
static void blanks(struct tracker *t)
{
    const struct element *e = inner(t);
    size_t n = 0;
    bool newline = false, first = t->i == 0;
    for (; t->i + n < t->text.n && template_blank(t->text.p[t->i + n]); n++) newline |= t->text.p[t->i + n] == '\n';
    bool last = t->i + n == t->text.n;
    if (e->keeps || !newline) {
        copy(t, n);
        return;
    }
    bool nothing = e->flags & (ELEMENT_BARE | ELEMENT_EMPTY) || (first && t->head) || (last && t->tail) ||
                   str_ends(buf_view(t->out), STR("\n"));
    skip(t, n);
    if (!nothing) buf_char(t->out, '\n');
}

/* Comments are for whoever reads the template and are left out. */
static enum err comment(struct tracker *t)
{
    ptrdiff_t end = str_find(str_from(t->text, t->i + 4), STR("-->"));
    if (end < 0) return cut(t, "a comment <!-- -->; write {# #}");
    skip(t, (size_t)end + 7);
    return OK;
}

static enum err declaration(struct tracker *t)
{
    struct str doctype = STR("<!doctype html>");
    if (!name_is(str_head(str_from(t->text, t->i), doctype.n), doctype.p))
        return FAIL(t, "<! begins neither a comment nor <!doctype html>");
    copy(t, doctype.n);
    return OK;
}

/* The name that begins `from` characters behind here; empty when there is none. */
static struct str name_at(const struct tracker *t, size_t from)
{
    struct str s = str_from(t->text, t->i + from);
    size_t n = 0;
    if (s.n && template_letter(s.p[0]))
        while (n < s.n && (template_word_char(s.p[n]) || (s.p[n] && strchr("-:.", s.p[n])))) n++;
    return str_head(s, n);
}

static enum err start_tag(struct tracker *t)
{
    struct str name = name_at(t, 1);
    const char *why = element_refused(name);
    if (!name.n) return FAIL(t, "a < that begins no tag; write &lt;");
    if (why) return FAIL(t, "<%.*s> cannot be used: %s", STR_ARG(name), why);
    if (inner(t)->flags & ELEMENT_PLAIN) return FAIL(t, "<%.*s> cannot stand in <%.*s>", STR_ARG(name), STR_ARG(inner(t)->name));
    TRY(push(t, name, t->line));
    copy(t, 1 + name.n);
    t->at.state = PLACE_TIGHT;
    return OK;
}

static enum err end_tag(struct tracker *t)
{
    struct str name = name_at(t, 2);
    const struct element *e = inner(t);
    size_t n = 2 + name.n;
    while (t->i + n < t->text.n && template_blank(t->text.p[t->i + n])) n++;
    if (t->i + n == t->text.n) return cut(t, "an end tag");
    if (!name.n || t->text.p[t->i + n] != '>') return FAIL(t, "an end tag is written </name>");
    if (!e->name.n) return FAIL(t, "</%.*s> closes nothing", STR_ARG(name));
    if (!str_eq(e->name, name)) return FAIL(t, "</%.*s>, but <%.*s> of line %d is open", STR_ARG(name), STR_ARG(e->name), e->line);
    if (t->at.depth == t->floor) return FAIL(t, "</%.*s> closes what was opened outside of the directive", STR_ARG(name));
    t->at.depth--;
    buf_put(t->out, "</", 2);
    buf_str(t->out, name);
    buf_char(t->out, '>');
    skip(t, n + 1);
    return OK;
}

/* Does it hold a word of some language? References like &nbsp; are none. */
static bool has_words(struct str s)
{
    int letters = 0;
    while (s.n) {
        size_t n = 0;
        while (s.p[0] == '&' && n < s.n && n < 32 && s.p[n] != ';') n++;
        if (n > 0 && n < s.n && s.p[n] == ';') {
            s = str_from(s, n + 1);
            continue;
        }
        uint32_t c = utf8_next(&s);
        letters = c < 0x80 && template_letter((char)c) ? letters + 1 : 0;
        if (letters == 2 || utf8_is_han(c)) return true;
    }
    return false;
}

/* Texts are in two languages, so none is literal, but where an element says itself which language it is in. */
static enum err check_words(struct tracker *t, struct str s)
{
    if (inner(t)->foreign || !has_words(s)) return OK;
    return FAIL(t, "“%.*s” is not translated: write {{ t \"…\" }}; a name is written {{ \"…\" }}",
                STR_ARG(str_head(s, utf8_cut(s.p, s.n < 60 ? s.n : 60))));
}

static enum err in_text(struct tracker *t)
{
    if (template_blank(here(t))) {
        blanks(t);
        return OK;
    }
    if (here_is(t, STR("</"))) return end_tag(t);
    if (inner(t)->flags & ELEMENT_EMPTY) return FAIL(t, "nothing can stand in <%.*s>: write a file in static", STR_ARG(inner(t)->name));
    if (here_is(t, STR("<!--"))) return comment(t);
    if (here_is(t, STR("<!"))) return declaration(t);
    if (here(t) == '<') return start_tag(t);
    size_t n = 0;
    while (t->i + n < t->text.n && t->text.p[t->i + n] != '<' && !template_blank(t->text.p[t->i + n])) n++;
    TRY(check_words(t, str_head(str_from(t->text, t->i), n)));
    copy(t, n);
    return OK;
}

/* The tag ends, with > or />. */
static enum err tag_end(struct tracker *t, bool slash)
{
    const struct element *e = inner(t);
    if (t->at.depth == t->floor) return FAIL(t, "the tag <%.*s> began outside of the directive", STR_ARG(e->name));
    if (slash && !(e->flags & ELEMENT_VOID) && (!e->drawn || e->flags & (ELEMENT_EMPTY | ELEMENT_PLAIN)))
        return FAIL(t, "/> does not close <%.*s>; write </%.*s>", STR_ARG(e->name), STR_ARG(e->name));
    bool closed = slash || e->flags & ELEMENT_VOID;
    buf_z(t->out, closed && e->drawn ? "/>" : ">");
    skip(t, slash ? 2 : 1);
    t->at.state = PLACE_TEXT;
    if (closed)
        t->at.depth--;
    else if (e->flags & ELEMENT_KEEPS && at_end(t))
        buf_char(t->out, '\n'); /* browsers pass over a first line end; so it is not the value's */
    return OK;
}

/* How an address goes on behind `s`. A reference like &#47; may be any character, and blanks are passed over by browsers, so neither
 * is a beginning that is known. */
static enum url_state url_begins(struct str s)
{
    if (s.p[0] == '/') return URL_ROOT;
    if (strchr("?#", s.p[0]) || str_starts(s, STR("tel:")) || str_starts(s, STR("mailto:"))) return URL_REST;
    return URL_FIXED;
}

/* What a literal does to an address. */
static enum err url_literal(struct tracker *t, struct str s)
{
    if (t->at.url == URL_START && s.n) {
        t->at.url = url_begins(s);
        s = str_from(s, 1);
    }
    if (t->at.url == URL_ROOT && s.n) {
        if (strchr("/\\", s.p[0])) return FAIL(t, "a second slash at the beginning of an address names another host");
        t->at.url = s.p[0] == '&' || template_blank(s.p[0]) ? URL_FIXED : URL_REST;
    }
    return OK;
}

/* Copy n characters of the attribute's value. */
static enum err value_literal(struct tracker *t, size_t n)
{
    struct str s = str_head(str_from(t->text, t->i), n);
    if (t->at.kind == ATTRIBUTE_URL || t->at.kind == ATTRIBUTE_SOURCE) TRY(url_literal(t, s));
    if (t->at.kind == ATTRIBUTE_WORDS) TRY(check_words(t, s));
    copy(t, n);
    return OK;
}

static enum err in_value(struct tracker *t)
{
    const char *quote = memchr(t->text.p + t->i, t->at.quote, t->text.n - t->i);
    TRY(value_literal(t, quote ? (size_t)(quote - t->text.p) - t->i : t->text.n - t->i));
    if (quote) {
        copy(t, 1);
        t->at.state = PLACE_TIGHT;
    }
    return OK;
}

static enum err bare_value(struct tracker *t)
{
    size_t n = 0;
    for (; t->i + n < t->text.n && t->text.p[t->i + n] != '>' && !template_blank(t->text.p[t->i + n]); n++)
        if (strchr("\"'<=`", t->text.p[t->i + n])) return FAIL(t, "%c in a value without quotes", t->text.p[t->i + n]);
    if (t->i + n == t->text.n) return cut(t, "a value without quotes");
    if (n == 0) return FAIL(t, "a value is missing behind =");
    return value_literal(t, n);
}

static enum err attribute(struct tracker *t)
{
    struct str name = name_at(t, 0);
    if (here(t) == '=') return FAIL(t, "= stands right behind the name of an attribute");
    if (t->at.state != PLACE_SPACE) return FAIL(t, "a blank is missing before an attribute");
    if (!name.n) return FAIL(t, "“%.*s” begins no attribute", STR_ARG(character(t)));
    enum attribute_kind kind = attribute_kind(inner(t)->name, name);
    if (kind == ATTRIBUTE_NEVER) return FAIL(t, "%.*s= cannot be used: no script, style or page stands in an attribute", STR_ARG(name));
    if (name_is(name, "lang") && !name_is(inner(t)->name, "html")) inner(t)->foreign = true;
    t->at = (struct place){.state = PLACE_TIGHT, .depth = t->at.depth, .attribute = name, .kind = kind, .url = URL_START};
    copy(t, name.n);
    if (here(t) != '=') return OK;
    copy(t, 1);
    if (here(t) != '"' && here(t) != '\'') return bare_value(t);
    t->at.quote = here(t);
    t->at.state = PLACE_VALUE;
    copy(t, 1);
    return OK;
}

static enum err in_tag(struct tracker *t)
{
    if (!template_blank(here(t))) {
        if (here(t) == '>') return tag_end(t, false);
        if (here_is(t, STR("/>"))) return tag_end(t, true);
        return attribute(t);
    }
    while (template_blank(here(t))) skip(t, 1);
    if (here(t) != '>' && here(t) != '/') buf_char(t->out, ' ');
    t->at.state = PLACE_SPACE;
    return OK;
}

enum err tracker_literal(struct tracker *t, struct str text, int line, bool head, bool tail, struct buf *out)
{
    static enum err (*const read[])(struct tracker *) = {
        [PLACE_TEXT] = in_text, [PLACE_SPACE] = in_tag, [PLACE_TIGHT] = in_tag, [PLACE_VALUE] = in_value};
    t->text = text;
    t->i = 0;
    t->line = line;
    t->head = head;
    t->tail = tail;
    t->out = out;
    while (!at_end(t)) TRY(read[t->at.state](t));
    return OK;
}

static enum err url_value(struct tracker *t, int line, char next, enum value_place *ret)
{
    struct place *at = &t->at;
    enum url_state url = at->url;
    if (url == URL_FIXED) return template_fail(t->path, line, "an address that holds a value begins with /, ?, #, tel: or mailto:");
    if (url == URL_START) at->url = next == '/' ? URL_REST : URL_ROOT;
    if (at->kind == ATTRIBUTE_SOURCE) {
        *ret = VALUE_SOURCE;
        return url == URL_START ? OK : template_fail(t->path, line, "the address of a script is one literal or one constant");
    }
    *ret = url != URL_START ? VALUE_URL_PART : next == '/' ? VALUE_URL_BASE : VALUE_URL;
    return OK;
}

enum err tracker_value(struct tracker *t, int line, char next, enum value_place *ret)
{
    const struct place *at = &t->at;
    switch (at->state) {
    case PLACE_TEXT:
        if (inner(t)->flags & ELEMENT_EMPTY) return template_fail(t->path, line, "a value cannot stand in <%.*s>", STR_ARG(inner(t)->name));
        *ret = VALUE_TEXT;
        return OK;
    case PLACE_SPACE:
    case PLACE_TIGHT: break;
    case PLACE_VALUE:
        if (at->kind == ATTRIBUTE_URL || at->kind == ATTRIBUTE_SOURCE) return url_value(t, line, next, ret);
        if (at->kind == ATTRIBUTE_LITERAL)
            return template_fail(t->path, line, "%.*s= takes no value: it holds a language of its own", STR_ARG(at->attribute));
        *ret = VALUE_ATTRIBUTE;
        return OK;
    }
    return template_fail(t->path, line, "a value cannot stand among the attributes; write name=\"{{ … }}\"");
}

enum err tracker_directive(const struct tracker *t, int line, bool text_only)
{
    const struct element *e = &t->open[t->at.depth - 1];
    if (text_only && t->at.state != PLACE_TEXT)
        return template_fail(t->path, line, "this directive cannot stand inside the tag <%.*s>", STR_ARG(e->name));
    if (t->at.state == PLACE_TEXT && e->flags & ELEMENT_EMPTY)
        return template_fail(t->path, line, "a directive cannot stand in <%.*s>", STR_ARG(e->name));
    return OK;
}

static bool in_a_tag(const struct place *p)
{
    return p->state == PLACE_SPACE || p->state == PLACE_TIGHT;
}

static const char *where(const struct place *p)
{
    return p->state == PLACE_TEXT ? "in text" : in_a_tag(p) ? "in a tag" : "in a quoted value";
}

/* What follows stands behind both ends. Where they differ it is as much restricted as behind either of them. */
static enum err join(const struct tracker *t, int line, struct place *joined, const struct place *end)
{
    if (end->state != joined->state) joined->state = PLACE_TIGHT;
    if (end->state != PLACE_VALUE || end->url == joined->url) return OK;
    if (end->url == URL_START || joined->url == URL_START || end->url == URL_FIXED || joined->url == URL_FIXED)
        return template_fail(t->path, line, "the address begins in some branches only, or in different ways");
    joined->url = URL_ROOT;
    return OK;
}

enum err tracker_join(const struct tracker *t, int line, const struct place *start, bool first, struct place *joined)
{
    const struct place *end = &t->at;
    const struct element *e = &t->open[end->depth - 1];
    if (end->depth > start->depth) return template_fail(t->path, line, "<%.*s> of line %d is still open", STR_ARG(e->name), e->line);
    if (in_a_tag(end) != in_a_tag(start) || (!in_a_tag(end) && end->state != start->state))
        return template_fail(t->path, line, "the directive ends %s and began %s", where(end), where(start));
    if (end->state == PLACE_VALUE && end->attribute.p != start->attribute.p)
        return template_fail(t->path, line, "the directive ends in the value of %.*s= and began in that of %.*s=", STR_ARG(end->attribute),
                             STR_ARG(start->attribute));
    if (!first) return join(t, line, joined, end);
    *joined = *end;
    return OK;
}

enum err tracker_round(const struct tracker *t, int line, const struct place *start)
{
    struct place joined = *start;
    TRY(tracker_join(t, line, start, false, &joined));
    if (joined.state != start->state || joined.url != start->url)
        return template_fail(t->path, line,
                             "each round of a loop must end as it began: with a blank behind an attribute, in the rest of an address");
    return OK;
}
