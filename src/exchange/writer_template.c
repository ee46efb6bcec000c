/* writer_template.c — a blank workbook to fill in. See writer.h. */
#include "exchange/writer_format.h"
#include "exchange/writer_xlsx.h"

#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/utf8.h"

#define LIST_MAX 255    /* characters of a drop-down list that is kept in the cell's rule */
#define LAST_ROW 100000 /* drop-down lists reach down to here */
#define LISTS "lists"   /* the hidden sheet with the long ones; its name stands in formulas */
#define FIELDS_MAX 1000

struct work {
    const char *path;
    lxw_workbook *book;
    lxw_worksheet *main, *help, *lists;
    lxw_format *bold, *required, *text, *day, *instant, *wrap;
    struct buf buf;
    int listed; /* columns used of `lists` */
};

static enum err put(struct work *k, lxw_worksheet *sheet, int row, int column, struct str s, lxw_format *f)
{
    if (!s.n) return OK;
    TRY(xlsx_text(&k->buf, s));
    return xlsx_error(k->path, worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, k->buf.p, f));
}

static enum err add_sheet(struct work *k, struct str name, lxw_worksheet **ret)
{
    TRY(xlsx_sheet_name(&k->buf, name));
    TRY(xlsx_error(k->path, workbook_validate_sheet_name(k->book, k->buf.p)));
    lxw_worksheet *sheet = workbook_add_worksheet(k->book, k->buf.p);
    if (!sheet) return err_no_memory();
    *ret = sheet;
    return OK;
}

static enum err make_formats(struct work *k)
{
    lxw_format **all[] = {&k->bold, &k->required, &k->text, &k->day, &k->instant, &k->wrap};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!(*all[i] = workbook_add_format(k->book))) return err_no_memory();
    format_set_bold(k->bold);
    format_set_bold(k->required);
    format_set_font_color(k->required, LXW_COLOR_RED);
    format_set_num_format_index(k->text, 49); /* "@", text */
    format_set_num_format(k->day, "yyyy-mm-dd");
    format_set_num_format(k->instant, "yyyy-mm-dd hh:mm:ss");
    format_set_text_wrap(k->wrap);
    format_set_align(k->wrap, LXW_ALIGN_VERTICAL_TOP);
    return OK;
}

static lxw_format *column_format(const struct work *k, enum out_kind kind)
{
    return kind == OUT_TEXT ? k->text : kind == OUT_DATE ? k->day : kind == OUT_INSTANT ? k->instant : NULL;
}

/* ---- drop-down lists ---- */

/* Short enough for the rule itself, and without the comma that parts its entries there. */
static bool fits_in_rule(const struct template_field *f)
{
    size_t length = 0;
    for (int i = 0; i < f->choices; i++) {
        length += utf8_length(f->choice[i]) + 1;
        if (!f->choice[i].n || str_find(f->choice[i], STR(",")) >= 0) return false;
    }
    return length <= LIST_MAX;
}

static enum err list_in_rule(struct arena *a, const struct template_field *f, lxw_data_validation *rule)
{
    rule->validate = LXW_VALIDATION_TYPE_LIST;
    rule->value_list = arena_array(a, char *, f->choices + 1);
    if (!rule->value_list) return err_no_memory();
    for (int i = 0; i < f->choices; i++)
        if (!(rule->value_list[i] = arena_z(a, f->choice[i]))) return err_no_memory();
    return OK;
}

static enum err list_on_sheet(struct arena *a, struct work *k, const struct template_field *f, lxw_data_validation *rule)
{
    if (f->choices > XLSX_ROWS) return err_set(ERR_TOO_BIG, _("%d choices are more than a sheet can hold"), f->choices);
    if (!k->lists) {
        TRY(add_sheet(k, STR(LISTS), &k->lists));
        worksheet_hide(k->lists);
    }
    for (int i = 0; i < f->choices; i++) TRY(put(k, k->lists, i, k->listed, f->choice[i], NULL));
    char column[8];
    lxw_col_to_name(column, (lxw_col_t)k->listed++, 1);
    struct str formula = arena_printf(a, "=" LISTS "!%s$1:%s$%d", column, column, f->choices);
    /* libxlsxwriter 1.1.4 leaks one copy of this formula; so short lists do not come here. */
    rule->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    rule->value_formula = arena_z(a, formula);
    return rule->value_formula ? OK : err_no_memory();
}

static enum err drop_down(struct arena *a, struct work *k, const struct template_field *f, int column)
{
    if (f->choices < 1) return OK;
    /* A warning only: a word that is no choice may be one that the importer knows under another name. */
    lxw_data_validation rule = {.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
    TRY(fits_in_rule(f) ? list_in_rule(a, f, &rule) : list_on_sheet(a, k, f, &rule));
    lxw_col_t c = (lxw_col_t)column;
    return xlsx_error(k->path, worksheet_data_validation_range(k->main, 1, c, LAST_ROW, c, &rule));
}

/* ---- the sheets ---- */

static enum err main_column(struct arena *a, struct work *k, const struct template_field *f, int i)
{
    struct str heading = f->required ? arena_printf(a, "%.*s*", STR_ARG(f->heading)) : f->heading;
    if (!heading.p) return arena_failed(a) ? err_no_memory() : err_set(ERR_INVALID, _("column %d has no heading"), i + 1);
    TRY(put(k, k->main, 0, i, heading, f->required ? k->required : k->bold));
    lxw_col_t c = (lxw_col_t)i;
    TRY(xlsx_error(k->path, worksheet_set_column(k->main, c, c, xlsx_width(heading, f->width), column_format(k, f->kind))));
    return drop_down(a, k, f, i);
}

static enum err choices_text(const struct template_field *f, struct buf *b)
{
    buf_reset(b);
    for (int i = 0; i < f->choices && i < 100; i++) {
        if (i) buf_z(b, "、");
        buf_str(b, f->choice[i]);
    }
    if (f->choices > 100) buf_z(b, "…");
    return buf_error(b);
}

static enum err help_row(struct work *k, const struct template_field *f, int row)
{
    CLEANUP_BUF struct buf b = BUF_INIT(XLSX_TEXT * 4);
    TRY(choices_text(f, &b));
    TRY(put(k, k->help, row, 0, f->heading, k->wrap));
    TRY(put(k, k->help, row, 1, str_of(f->required ? _("yes") : _("no")), k->wrap));
    TRY(put(k, k->help, row, 2, f->help, k->wrap));
    return put(k, k->help, row, 3, buf_view(&b), k->wrap);
}

static enum err help_sheet(struct work *k, const struct template_field *f, int n)
{
    const char *heading[] = {_("column"), _("required"), _("what to enter"), _("choices")};
    const double width[] = {24, 10, 60, 60};
    for (int i = 0; i < 4; i++) {
        TRY(put(k, k->help, 0, i, str_of(heading[i]), k->bold));
        TRY(xlsx_error(k->path, worksheet_set_column(k->help, (lxw_col_t)i, (lxw_col_t)i, width[i], NULL)));
    }
    worksheet_freeze_panes(k->help, 1, 0);
    for (int i = 0; i < n; i++) TRY(help_row(k, &f[i], i + 1));
    return OK;
}

static enum err fill(struct arena *a, struct work *k, struct str sheet, const struct template_field *f, int n)
{
    TRY(add_sheet(k, sheet, &k->main));
    TRY(add_sheet(k, str_of(_("Help")), &k->help));
    TRY(make_formats(k));
    for (int i = 0; i < n; i++) TRY(main_column(a, k, &f[i], i));
    worksheet_freeze_panes(k->main, 1, 0);
    return help_sheet(k, f, n);
}

enum err template_write(struct arena *a, const char *path, struct str sheet, const struct template_field *f, int n)
{
    if (n < 1 || n > FIELDS_MAX) return err_set(ERR_INVALID, _("a blank workbook needs 1 to %d columns"), FIELDS_MAX);
    const char *part = part_path(a, path);
    if (!part) return ERR_NO_MEMORY;
    int fd;
    TRY(create_part(part, &fd)); /* a path that cannot be written is known before the library tries */
    close(fd);
    struct work k = {.path = path, .buf = BUF_INIT((size_t)1 << 20)};
    k.book = workbook_new(part);
    enum err e = k.book ? fill(a, &k, sheet, f, n) : err_no_memory();
    buf_release(&k.buf);
    if (e)
        lxw_workbook_free(k.book); /* takes NULL */
    else
        e = xlsx_error(path, workbook_close(k.book));
    if (!e) e = publish(part, path);
    if (e) unlink(part);
    return e;
}
