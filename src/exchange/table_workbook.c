/* table_workbook.c — lets table.h read a workbook of cells.h. */
#include "exchange/table.h"

static struct str name(void *w, int sheet)
{
    return workbook_sheet_name(w, sheet);
}

static enum err select_sheet(void *w, int sheet)
{
    return workbook_select(w, sheet);
}

static enum err next(void *w, struct cells *ret, bool *more)
{
    return workbook_next(w, ret, more);
}

static const struct merge *merges(void *w, int *n)
{
    return workbook_merges(w, n);
}

struct table_source table_source_of(struct workbook *w)
{
    return (struct table_source){
        .arg = w, .sheets = workbook_sheets(w), .name = name, .select = select_sheet, .next = next, .merges = merges};
}
