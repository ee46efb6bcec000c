/* import_source.c — see import_source.h. */
#include "ledger/import_source.h"

#include "ledger/import_map.h"
#include "ledger/setting.h"

#define ROWS_MAX 1000000 /* without the setting import_max_rows */
#define AROUND_MAX 1000  /* titles, headings, fillers and notes around the rows of data */

enum err import_source_open(struct store *s, struct arena *a, const struct ledger *l, const char *path, const struct import_options *o,
                            struct import_source *ret)
{
    struct workbook_options limits = {.encoding = o->encoding};
    *ret = (struct import_source){0};
    if (l->parent) return err_set(ERR_INVALID, _("%s: its rows live inside records of another ledger"), ledger_label(l, lang_get()));
    TRY(setting_read(s, "import_max_rows", ROWS_MAX, &ret->most));
    limits.max_rows = ret->most + AROUND_MAX;
    TRY(setting_read(s, "import_max_bytes", 0, &limits.max_bytes));
    TRY(workbook_open(a, path, &limits, &ret->workbook));
    ret->form = workbook_format_of(ret->workbook) == WORKBOOK_JSON ? FORM_PLAIN : FORM_TEXT;
    return OK;
}

enum err import_source_table(struct import_source *s, struct arena *a, const struct ledger *l, const struct import_options *o)
{
    struct heading_map *map;
    TRY(heading_map_new(a, l, o->map, o->map_n, &map));
    struct table_source source = table_source_of(s->workbook);
    struct table_options t = {.known = heading_map_find, .known_arg = map, .sheet = o->sheet, .header_row = o->header_row};
    return table_open(a, &source, &t, &s->table);
}

void import_source_close(struct import_source *s)
{
    s->table = table_close(s->table);
    s->workbook = workbook_free(s->workbook);
}
