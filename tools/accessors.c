/* accessors.c — build tool: accessors OUT.h FILE.yaml… writes the header of typed access to shipped ledgers.
 *
 * It reads descriptions with the loader of the program itself (ledger/description.c), so a shipped description that the
 * program would refuse stops the build. What the lines mean stands in ledger/accessor.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ledger/description.h"

static void write_field(FILE *out, const struct ledger *l, const struct field *f)
{
    static const char *const int_types[TYPE__MAX] = {
        [TYPE_INTEGER] = "int64_t",   [TYPE_MONEY] = "int64_t", [TYPE_POINTS] = "int64_t",
        [TYPE_INSTANT] = "instant_t", [TYPE_YES_NO] = "bool",   [TYPE_REFERENCE] = "int64_t",
    };
    if (!type_has_column(f->type)) return;
    if (int_types[f->type])
        fprintf(out, "ACCESS_INT(%s, %s, %d, %s)\n", l->ledger, f->name, f->index, int_types[f->type]);
    else
        fprintf(out, "ACCESS_%s(%s, %s, %d)\n", f->type == TYPE_DATE ? "DAY" : "TEXT", l->ledger, f->name, f->index);
}

static int write_ledger(FILE *out, const char *path)
{
    static char text[DESCRIPTION_MAX_BYTES + 1];
    struct ledger *l;
    FILE *in = fopen(path, "rb");
    size_t n = in ? fread(text, 1, sizeof text, in) : 0;
    if (!in || ferror(in)) {
        perror(path);
        return 1;
    }
    fclose(in);
    if (ledger_load((struct str){text, n}, true, &l)) {
        fprintf(stderr, "%s: %s\n", path, err_last()->message);
        return 1;
    }
    fprintf(out, "\n/* %s */\nACCESS_LEDGER(%s)\n", l->en, l->ledger);
    for (unsigned i = 0; i < l->fields_count; i++) write_field(out, l, &l->fields[i]);
    ledger_free(l);
    return 0;
}

int main(int argc, char **argv)
{
    lang_set(LANG_EN);
    FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;
    if (!out) {
        fprintf(stderr, "usage: accessors OUT.h FILE.yaml…\n");
        return 2;
    }
    fprintf(out,
            "/* made by tools/accessors.c from the descriptions in src/safety */\n#ifndef ANJIAN_LEDGERS_H\n#define ANJIAN_LEDGERS_H\n\n"
            "#include \"ledger/accessor.h\"\n\n/* clang-format off */\n");
    int failed = 0;
    for (int i = 2; i < argc; i++) failed |= write_ledger(out, argv[i]);
    fprintf(out, "\n#endif\n");
    return fclose(out) != 0 || failed;
}
