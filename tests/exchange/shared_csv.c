/* shared_csv.c — see shared_csv.h. */
#include "shared_csv.h"

#include <stdlib.h>
#include <string.h>

FILE *shared_open(const char *name)
{
    const char *told = getenv("ANJIAN_SHARED");
    char path[4096];
    snprintf(path, sizeof path, "%s/data/%s", told ? told : PROJECT_ROOT "/../shared", name);
    return fopen(path, "r");
}

static void put(struct shared_row *r, size_t *n, int c)
{
    if (r->n >= SHARED_FIELDS || *n >= SHARED_FIELD - 1) return;
    r->field[r->n][(*n)++] = (char)c;
    r->field[r->n][*n] = '\0';
}

bool shared_next(FILE *f, struct shared_row *ret)
{
    size_t n = 0;
    bool quoted = false, any = false;
    memset(ret, 0, sizeof *ret);
    for (int c; (c = getc(f)) != EOF;) {
        any = true;
        if (c == '"') {
            int next = quoted ? getc(f) : EOF;
            if (quoted && next == '"') {
                put(ret, &n, '"');
                continue;
            }
            if (next != EOF) ungetc(next, f);
            quoted = !quoted;
        } else if (!quoted && (c == ',' || c == '\n')) {
            ret->n++;
            n = 0;
            if (c == '\n') return true;
        } else if (c != '\r') {
            put(ret, &n, c);
        }
    }
    ret->n += any;
    return any;
}
