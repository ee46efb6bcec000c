/* import_map.c — see import_map.h. */
#include "ledger/import_map.h"

struct known {
    struct str key;
    int field; /* -1: told to be left out */
};

struct heading_map {
    struct known *known;
    int n, room;
};

static enum err add(struct arena *a, struct heading_map *m, struct str heading, int field)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000);
    table_heading_key(&b, heading);
    TRY(buf_error(&b));
    struct str key = arena_str(a, buf_view(&b));
    if (!key.p) return err_no_memory();
    for (int i = 0; i < m->n; i++)
        if (str_eq(m->known[i].key, key)) return OK; /* the first one to claim a heading has it */
    m->known[m->n++] = (struct known){key, field};
    return OK;
}

static enum err add_told(struct arena *a, struct heading_map *m, const struct ledger *l, const struct import_map *told, int n)
{
    for (int i = 0; i < n; i++) {
        const struct field *f = ledger_field(l, told[i].field);
        if (!f && told[i].field.n) {
            err_set(ERR_INVALID, _("there is no field “%.*s”"), STR_ARG(told[i].field));
            return err_field("map");
        }
        TRY(add(a, m, told[i].heading, f ? f->index : -1));
    }
    return OK;
}

enum err heading_map_new(struct arena *a, const struct ledger *l, const struct import_map *told, int n, struct heading_map **ret)
{
    struct heading_map *m = arena_new(a, struct heading_map);
    if (!m) return err_no_memory();
    m->room = n;
    for (unsigned i = 0; i < l->fields_count; i++) m->room += 3 + (int)l->fields[i].headings_count;
    m->known = arena_array(a, struct known, m->room);
    if (!m->known) return err_no_memory();
    TRY(add_told(a, m, l, told, n));
    for (unsigned i = 0; i < l->fields_count; i++) { /* names and labels go before the further headings of any field */
        TRY(add(a, m, str_of(l->fields[i].name), (int)i));
        TRY(add(a, m, str_of(l->fields[i].zh), (int)i));
        TRY(add(a, m, str_of(l->fields[i].en), (int)i));
    }
    for (unsigned i = 0; i < l->fields_count; i++)
        for (unsigned k = 0; k < l->fields[i].headings_count; k++) TRY(add(a, m, str_of(l->fields[i].headings[k]), (int)i));
    *ret = m;
    return OK;
}

int heading_map_find(void *map, struct str key)
{
    const struct heading_map *m = map;
    for (int i = 0; i < m->n; i++)
        if (str_eq(m->known[i].key, key)) return m->known[i].field;
    return -1;
}

int64_t heading_unit(struct str heading)
{
    static const struct {
        struct str word;
        int64_t unit;
    } units[] = {{STR("万元"), 10000}, {STR("亿元"), 100000000}, {STR("千元"), 1000}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_find(heading, units[i].word) >= 0) return units[i].unit;
    return 1;
}

static bool has_column(const struct table *t, const struct field *f)
{
    for (int i = 0; i < t->columns; i++)
        if (t->column[i].field == f->index) return true;
    return false;
}

static bool tells_apart(const struct ledger *l, const struct table *t)
{
    if (l->title_field && has_column(t, l->title_field)) return true;
    for (unsigned i = 0; i < l->keys_count; i++) {
        bool all = true;
        for (int k = 0; k < l->key_groups[i].n; k++) all &= has_column(t, l->key_groups[i].field[k]);
        if (all) return true;
    }
    for (unsigned i = 0; i < l->fields_count; i++)
        if (l->fields[i].required && has_column(t, &l->fields[i])) return true;
    return false;
}

enum err mapping_usable(struct arena *a, const struct ledger *l, const struct table *t)
{
    if (tells_apart(l, t)) return OK;
    struct buf b CLEANUP_BUF = BUF_INIT(600);
    for (int i = 0; i < t->columns && b.n < 300; i++) {
        if (!t->column[i].heading.n) continue;
        if (b.n) buf_z(&b, "、");
        buf_str(&b, str_head(t->column[i].heading, 60));
    }
    struct str seen = arena_str(a, buf_view(&b));
    return err_set(ERR_UNREADABLE, _("no column of the sheet “%.*s” says which %s a row is about; headings seen in row %lld: %.*s"),
                   STR_ARG(t->sheet_name), ledger_label(l, lang_get()), (long long)t->header_row, STR_ARG(seen));
}
