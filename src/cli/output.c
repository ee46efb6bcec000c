/* output.c — what a verb reads and prints. See cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/lang.h"

#define REPORT_MAX ((size_t)1 << 20)

enum err cli_line(const struct buf *b)
{
    TRY(buf_error(b));
    struct str s = buf_view(b);
    if (fwrite(s.p, 1, s.n, stdout) != s.n || putchar('\n') == EOF)
        return err_set(ERR_IO, _("the answer could not be written: %s"), strerror(errno));
    return OK;
}

void cli_note(const struct cli *c, const char *format, ...)
{
    va_list ap;
    if (c->json) return;
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
}

static enum err read_stream(struct cli *c, FILE *f, const char *path, size_t most, struct str *ret)
{
    char part[16384];
    size_t n;
    struct buf b CLEANUP_BUF = BUF_INIT(most);
    while ((n = fread(part, 1, sizeof part, f)) > 0) buf_put(&b, part, n);
    if (ferror(f)) return err_set(ERR_IO, "%s: %s", path, strerror(errno));
    if (buf_error(&b) == ERR_TOO_BIG) return err_set(ERR_TOO_BIG, _("%s: more than %zu bytes"), path, most);
    TRY(buf_error(&b));
    *ret = arena_str(c->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

enum err cli_read(struct cli *c, const char *path, size_t most, struct str *ret)
{
    if (strcmp(path, "-") == 0) return read_stream(c, stdin, _("standard input"), most, ret);
    FILE *f = fopen(path, "re");
    if (!f) return err_set(ERR_IO, "%s: %s", path, strerror(errno));
    enum err e = read_stream(c, f, path, most, ret);
    fclose(f);
    return e;
}

/* ---- errors ---- */

enum err cli_error_more(struct cli *c, struct str members)
{
    enum err e = err_last()->code;
    c->error_more = members;
    return e;
}

/* What else is wrong, field by field. */
static void put_others(struct buf *b, const struct err_info *e)
{
    buf_z(b, ",\"others\":[");
    for (int i = 0; i < e->others; i++) {
        buf_z(b, i ? ",{\"field\":" : "{\"field\":");
        buf_json(b, str_of(e->other[i].field));
        buf_z(b, ",\"message\":");
        buf_json(b, str_of(e->other[i].message));
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void report_json(const struct cli *c, const struct err_info *e)
{
    struct buf b CLEANUP_BUF = BUF_INIT(REPORT_MAX);
    buf_z(&b, "{\"error\":{\"code\":");
    buf_json(&b, c->usage ? STR("usage") : str_of(err_word(e->code)));
    buf_z(&b, ",\"message\":");
    buf_json(&b, str_of(e->message));
    if (e->field[0]) {
        buf_z(&b, ",\"field\":");
        buf_json(&b, str_of(e->field));
    }
    if (e->rule[0]) {
        buf_z(&b, ",\"rule\":");
        buf_json(&b, str_of(e->rule));
    }
    if (e->others) put_others(&b, e);
    if (c->error_more.n) {
        buf_char(&b, ',');
        buf_str(&b, c->error_more);
    }
    buf_z(&b, "}}");
    if (buf_error(&b)) return; /* no memory even for this; the status says enough */
    if (puts(b.p) == EOF || fflush(stdout) != 0) fprintf(stderr, "anjian: %s\n", e->message); /* somebody should hear of it */
}

void cli_report(const struct cli *c)
{
    const struct err_info *e = err_last();
    if (c->json) {
        report_json(c, e);
        return;
    }
    fprintf(stderr, "anjian: %s\n", e->message);
    for (int i = 0; i < e->others; i++) fprintf(stderr, "anjian: %s\n", e->other[i].message);
    if (c->usage && c->command) fprintf(stderr, _("usage: anjian %s\n"), c->command->usage);
}

enum err cli_password(struct cli *c, struct str *ret)
{
    struct str rest;
    TRY(cli_read(c, "-", 4096, &rest));
    *ret = str_split(&rest, '\n');
    if (str_ends(*ret, STR("\r"))) ret->n--;
    return OK;
}
