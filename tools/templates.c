/* templates.c — build tool: templates OUT.c OUT.h IN.html compiles a template of views to C (src/html/template.h). */
#include <stdio.h>

#include "html/template.h"

enum { PART = 8192 };

/* The file, or so much of it that the compiler sees it is too large. */
static enum err read_file(const char *path, struct buf *ret)
{
    char part[PART];
    FILE *in = fopen(path, "rb");
    if (!in) return err_set(ERR_IO, "%s: %s", path, "cannot be read");
    for (size_t n; ret->n <= TEMPLATE_MAX_BYTES && (n = fread(part, 1, sizeof part, in)) > 0;) buf_put(ret, part, n);
    bool failed = ferror(in);
    fclose(in);
    return failed ? err_set(ERR_IO, "%s: %s", path, "cannot be read") : buf_error(ret);
}

static int write_file(const char *path, struct str text)
{
    FILE *out = fopen(path, "wb");
    if (out && fwrite(text.p, 1, text.n, out) == text.n && fclose(out) == 0) return 0;
    perror(path);
    return 1;
}

int main(int argc, char **argv)
{
    CLEANUP_BUF struct buf text = BUF_INIT(TEMPLATE_MAX_BYTES + PART), code = BUF_INIT(TEMPLATE_MAX_OUTPUT),
                           header = BUF_INIT(TEMPLATE_MAX_OUTPUT);
    if (argc != 4) {
        fprintf(stderr, "usage: templates OUT.c OUT.h IN.html\n");
        return 2;
    }
    if (read_file(argv[3], &text) || template_compile(argv[3], buf_view(&text), &code, &header)) {
        fprintf(stderr, "%s\n", err_last()->message);
        return 1;
    }
    return write_file(argv[1], buf_view(&code)) | write_file(argv[2], buf_view(&header));
}
