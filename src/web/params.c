/* params.c — see params.h. */
#include "web/params.h"

#include "base/lang.h"
#include "base/utf8.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool plain_text(struct str s)
{
    return utf8_valid(s) && (s.n == 0 || !memchr(s.p, '\0', s.n));
}

struct str url_decode(struct arena *a, struct str text, bool plus)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    if (!out) return STR_NONE;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1, low = high >= 0 ? hex(text.p[i + 2]) : -1;
            if (low < 0) return STR_NONE;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    struct str s = {out, n};
    return plain_text(s) ? s : STR_NONE;
}

void url_encode(struct buf *b, struct str text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
        if (plain)
            buf_char(b, (char)c);
        else
            buf_put(b, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

void url_put(struct buf *b, const char *name, struct str value)
{
    if (!value.n) return;
    buf_char(b, b->n && memchr(b->p, '?', b->n) ? '&' : '?');
    buf_z(b, name);
    buf_char(b, '=');
    url_encode(b, value);
}

static enum err add(struct arena *a, struct params *p, struct param one)
{
    if (p->n == PARAMS_MAX) return err_set(ERR_TOO_BIG, _("a form has at most %d values"), PARAMS_MAX);
    struct param *list = ARENA_GROW(a, p->param, p->n, &p->room);
    if (!list) return err_no_memory();
    p->param = list;
    p->param[p->n++] = one;
    return OK;
}

enum err params_read(struct arena *a, struct str text, struct params *ret)
{
    for (struct str rest = text; rest.p;) {
        struct str value = str_split(&rest, '&');
        if (!value.n) continue;
        struct str name = str_split(&value, '=');
        struct param one = {.name = url_decode(a, name, true), .value = value.p ? url_decode(a, value, true) : STR("")};
        if (arena_failed(a)) return err_no_memory();
        if (!one.name.p || !one.value.p) return err_set(ERR_INVALID, "%s", _("the address or the form is not encoded as it should be"));
        TRY(add(a, ret, one));
    }
    return OK;
}

struct str param(const struct params *p, const char *name)
{
    int at = 0;
    const struct param *one = param_next(p, name, &at);
    return one ? one->value : STR_NONE;
}

struct str param_given(const struct params *p, const char *name)
{
    struct str s = str_trim(param(p, name));
    return s.n ? s : STR_NONE;
}

const struct param *param_next(const struct params *p, const char *name, int *at)
{
    while (*at < p->n) {
        const struct param *one = &p->param[(*at)++];
        if (str_is(one->name, name)) return one;
    }
    return NULL;
}

/* ---- multipart/form-data (RFC 7578) ---- */

static bool same_word(struct str a, const char *word)
{
    size_t n = strlen(word);
    if (a.n != n) return false;
    for (size_t i = 0; i < n; i++) {
        char c = a.p[i] >= 'A' && a.p[i] <= 'Z' ? (char)(a.p[i] + 32) : a.p[i];
        if (c != word[i]) return false;
    }
    return true;
}

/* `; name="value"; …` → the value of a parameter; browsers write a quote inside as %22 and leave the rest. */
static struct str header_parameter(struct str header, const char *name)
{
    struct str rest = header;
    str_split(&rest, ';');
    while (rest.p) {
        rest = str_trim(rest);
        struct str key = rest;
        ptrdiff_t eq = str_find(rest, STR("="));
        if (eq < 0) return STR_NONE;
        key = str_trim(str_head(rest, (size_t)eq));
        rest = str_from(rest, (size_t)eq + 1);
        struct str value;
        if (rest.n && rest.p[0] == '"') {
            rest = str_from(rest, 1);
            ptrdiff_t end = str_find(rest, STR("\""));
            if (end < 0) return STR_NONE;
            value = str_head(rest, (size_t)end);
            rest = str_from(rest, (size_t)end + 1);
            str_split(&rest, ';');
        } else {
            value = str_trim(str_split(&rest, ';'));
        }
        if (same_word(key, name)) return value;
    }
    return STR_NONE;
}

/* The value of one header line of a part's head; STR_NONE when it is not there. */
static struct str head_line(struct str head, const char *name)
{
    while (head.p) {
        struct str line = str_split(&head, '\n');
        if (line.n && line.p[line.n - 1] == '\r') line.n--;
        struct str key = str_split(&line, ':');
        if (line.p && same_word(str_trim(key), name)) return str_trim(line);
    }
    return STR_NONE;
}

static struct str without_folders(struct str name)
{
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') return str_from(name, i);
    return name;
}

static enum err read_part(struct arena *a, struct str part, struct params *ret)
{
    ptrdiff_t gap = str_find(part, STR("\r\n\r\n"));
    if (gap < 0) return err_set(ERR_INVALID, "%s", _("the form that was sent is damaged"));
    struct str said = head_line(str_head(part, (size_t)gap), "content-disposition");
    struct param one = {.name = header_parameter(said, "name"), .value = str_from(part, (size_t)gap + 4)};
    struct str file = header_parameter(said, "filename");
    one.is_file = file.p != NULL;
    one.file_name = without_folders(file);
    if (!one.name.p || !plain_text(one.name) || !plain_text(file) || (!one.is_file && !plain_text(one.value)))
        return err_set(ERR_INVALID, "%s", _("the form that was sent is damaged"));
    return add(a, ret, one);
}

enum err params_read_multipart(struct arena *a, struct str type, struct str body, struct params *ret)
{
    struct str boundary = header_parameter(type, "boundary");
    if (!boundary.n || boundary.n > 70) return err_set(ERR_INVALID, "%s", _("the form that was sent is damaged"));
    struct str first = arena_printf(a, "--%.*s", STR_ARG(boundary)), between = arena_printf(a, "\r\n--%.*s", STR_ARG(boundary));
    if (!between.p) return err_no_memory();
    ptrdiff_t at = str_starts(body, first) ? 0 : str_find(body, between);
    if (at < 0) return err_set(ERR_INVALID, "%s", _("the form that was sent is damaged"));
    struct str rest = str_from(body, (size_t)at + (at ? between.n : first.n));
    while (!str_starts(rest, STR("--"))) {
        ptrdiff_t end = str_find(rest, between);
        if (!str_starts(rest, STR("\r\n")) || end < 0) return err_set(ERR_INVALID, "%s", _("the form that was sent is damaged"));
        TRY(read_part(a, str_head(str_from(rest, 2), end > 2 ? (size_t)end - 2 : 0), ret));
        rest = str_from(rest, (size_t)end + between.n);
    }
    return OK;
}

struct str cookie_value(struct str header, const char *name)
{
    while (header.p) {
        struct str value = str_split(&header, ';');
        struct str key = str_trim(str_split(&value, '='));
        if (!value.p || !str_is(key, name)) continue;
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = (struct str){value.p + 1, value.n - 2};
        return value;
    }
    return STR_NONE;
}
