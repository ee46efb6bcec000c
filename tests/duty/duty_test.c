/* duty_test.c — see duty_test.h. */
#include "duty_test.h"

#include <stdio.h>

#include "exchange/cells.h"

void okay(enum err e, const char *what, const char *file, int line)
{
    if (!e) return;
    print_error("%s:%d: %s: %s %s (%s:%d)\n", file, line, what, err_last()->message, err_last()->field, err_last()->file, err_last()->line);
    fail();
}

static struct str *row_texts(struct arena *a, const struct cells *c, int columns)
{
    struct str *ret = arena_array(a, struct str, columns);
    assert_non_null(ret);
    for (int i = 0; i < columns && i < c->n; i++) ret[i] = arena_str(a, c->cell[i].text);
    return ret;
}

void csv_read(struct arena *a, const char *name, struct csv *ret)
{
    char path[500];
    snprintf(path, sizeof path, "%s/%s", PROJECT_ROOT, name);
    if (!csv_try(a, path, ret)) fail_msg("cannot read %s", path);
}

bool csv_try(struct arena *a, const char *path, struct csv *ret)
{
    enum { ROOM = 1000 };
    struct workbook *book;
    struct cells c;
    bool more;
    if (workbook_open(a, path, NULL, &book)) return false;
    OKAY(workbook_select(book, 0));
    OKAY(workbook_next(book, &c, &more));
    assert_true(more);
    *ret = (struct csv){.columns = c.n, .heading = row_texts(a, &c, c.n), .cell = arena_array(a, struct str *, ROOM)};
    while (OKAY(workbook_next(book, &c, &more)), more) {
        assert_true(ret->rows < ROOM);
        ret->cell[ret->rows++] = row_texts(a, &c, ret->columns);
    }
    workbook_free(book);
    return true;
}

struct str csv_cell(const struct csv *csv, int row, const char *heading)
{
    for (int i = 0; i < csv->columns; i++)
        if (str_is(csv->heading[i], heading)) return csv->cell[row][i];
    fail_msg("no column %s", heading);
    return STR_NONE;
}

day_t day_at(const char *iso)
{
    day_t d;
    assert_true(day_parse(str_of(iso), &d));
    return d;
}

instant_t at(const char *text)
{
    instant_t t;
    assert_true(instant_parse(str_of(text), &t));
    return t;
}
