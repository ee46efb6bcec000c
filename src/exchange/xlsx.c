/* xlsx.c — the package of an xlsx workbook: which sheets it has, its date system, its styles. See reader.h.
 *
 * The rows are read by xlsx_sheet.c, the shared strings by xlsx_strings.c.
 */
#include "exchange/xlsx.h"

#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"

#define ENTRIES_MAX 20000 /* files in the package */
#define SHEETS_MAX 1024
#define STYLES_MAX 65536
#define FORMATS_MAX 2048

struct part {
    struct str id, kind; /* kind: the last word of the relationship's type */
    const char *path;
    struct part *next;
};

struct named_sheet {
    struct str name, id;
    const char *path; /* NULL: not a worksheet but a chart, a macro sheet, a dialogue */
    struct named_sheet *next;
};

struct date_format {
    int64_t id;
    bool is_date;
    struct date_format *next;
};

struct xlsx {
    struct workbook *w;
    zip_t *zip;
    const char *folder; /* against which the targets of the relationships being read are taken */
    struct part *parts;
    struct named_sheet *named;
    struct date_format *formats;
    int formats_n;
    bool from_1904, in_cell_styles;
    const char **path; /* of the sheets */
    struct strings strings;
    struct styles styles;
    struct sheet sheet;
};

/* "xl/" + "../a/b.xml" → "a/b.xml"; "/a/b.xml" → "a/b.xml". */
static const char *resolve(struct arena *a, const char *folder, struct str target)
{
    struct str base = str_of(folder);
    if (str_starts(target, STR("/"))) {
        base.n = 0;
        target = str_from(target, 1);
    }
    for (;;) {
        if (str_starts(target, STR("./"))) {
            target = str_from(target, 2);
        } else if (str_starts(target, STR("../"))) {
            target = str_from(target, 3);
            if (base.n > 0) base.n--;
            while (base.n > 0 && base.p[base.n - 1] != '/') base.n--;
        } else {
            return arena_printf(a, "%.*s%.*s", STR_ARG(base), STR_ARG(target)).p;
        }
    }
}

/* The folder of a part with its '/', or its file name. */
static struct str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return (struct str){path, slash ? (size_t)(slash - path) + 1 : 0};
}

static enum err on_relationship(struct xml *x, const char *name, const char **attributes)
{
    struct xlsx *f = x->user;
    if (strcmp(name, "Relationship") != 0 || str_is(xml_attribute(attributes, "TargetMode"), "External")) return OK;
    struct str type = xml_attribute(attributes, "Type"), target = xml_attribute(attributes, "Target");
    struct part *p = arena_new(f->w->arena, struct part);
    if (!p) return err_no_memory();
    for (size_t i = type.n; i > 0; i--) {
        if (type.p[i - 1] != '/') continue;
        type = str_from(type, i);
        break;
    }
    *p = (struct part){
        .id = arena_str(f->w->arena, xml_attribute(attributes, "Id")),
        .kind = arena_str(f->w->arena, type),
        .path = target.p ? resolve(f->w->arena, f->folder, target) : "",
        .next = f->parts,
    };
    f->parts = p;
    return p->path && !arena_failed(f->w->arena) ? OK : err_no_memory();
}

static enum err read_relationships(struct xlsx *f, const char *of)
{
    static const struct xml_handler handler = {on_relationship, NULL, NULL};
    struct arena *a = f->w->arena;
    struct str folder = folder_of(of);
    f->parts = NULL;
    f->folder = arena_z(a, folder);
    struct str path = arena_printf(a, "%.*s_rels/%s.rels", STR_ARG(folder), of + folder.n);
    if (!f->folder || !path.p) return err_no_memory();
    return xml_read(f->zip, path.p, f->w->max_bytes, &handler, f);
}

static const struct part *part_of_kind(const struct xlsx *f, const char *kind)
{
    for (const struct part *p = f->parts; p; p = p->next)
        if (str_is(p->kind, kind)) return p;
    return NULL;
}

static enum err on_workbook(struct xml *x, const char *name, const char **attributes)
{
    struct xlsx *f = x->user;
    if (strcmp(name, "workbookPr") == 0) f->from_1904 = xml_flag(attributes, "date1904");
    if (strcmp(name, "sheet") != 0) return OK;
    if (f->w->sheets >= SHEETS_MAX) return err_set(ERR_TOO_BIG, _("the workbook has more than %d sheets"), SHEETS_MAX);
    struct named_sheet *s = arena_new(f->w->arena, struct named_sheet);
    if (!s) return err_no_memory();
    s->name = arena_str(f->w->arena, xml_attribute(attributes, "name"));
    s->id = arena_str(f->w->arena, xml_attribute(attributes, "id"));
    s->next = f->named; /* last first */
    f->named = s;
    f->w->sheets++;
    return arena_failed(f->w->arena) ? err_no_memory() : OK;
}

/* Keep the sheets that are worksheets, in the order of the workbook. */
static enum err list_sheets(struct xlsx *f)
{
    struct workbook *w = f->w;
    int n = 0;
    for (struct named_sheet *s = f->named; s; s = s->next) {
        for (const struct part *p = f->parts; p && !s->path; p = p->next)
            if (str_eq(p->id, s->id) && str_is(p->kind, "worksheet")) s->path = p->path;
        n += s->path != NULL;
    }
    w->sheet = arena_array(w->arena, struct str, n);
    f->path = arena_array(w->arena, const char *, n);
    if (!w->sheet || !f->path) return err_no_memory();
    w->sheets = n;
    for (struct named_sheet *s = f->named; s; s = s->next) {
        if (!s->path) continue;
        w->sheet[--n] = s->name.p ? s->name : STR("");
        f->path[n] = s->path;
    }
    return w->sheets ? OK : err_set(ERR_UNREADABLE, _("the workbook has no sheet with cells"));
}

static bool style_is_date(const struct xlsx *f, int64_t format)
{
    for (const struct date_format *d = f->formats; d; d = d->next)
        if (d->id == format) return d->is_date; /* a file may redefine a built-in one */
    return format_id_is_date(format);
}

static enum err add_format(struct xlsx *f, const char **attributes)
{
    struct date_format *d = arena_new(f->w->arena, struct date_format);
    if (!d) return err_no_memory();
    if (!str_int(xml_attribute(attributes, "numFmtId"), &d->id)) return OK;
    if (f->formats_n++ >= FORMATS_MAX) return err_set(ERR_TOO_BIG, _("the workbook has too many formats"));
    d->is_date = format_is_date(xml_attribute(attributes, "formatCode"));
    d->next = f->formats;
    f->formats = d;
    return OK;
}

static enum err add_style(struct xlsx *f, const char **attributes)
{
    struct styles *s = &f->styles;
    if (s->n >= STYLES_MAX) return err_set(ERR_TOO_BIG, _("the workbook has too many formats"));
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        bool *p = mem_resize(s->is_date, room * sizeof *p);
        if (!p) return err_no_memory();
        s->is_date = p;
        s->room = room;
    }
    int64_t format = 0;
    str_int(xml_attribute(attributes, "numFmtId"), &format);
    s->is_date[s->n++] = style_is_date(f, format);
    return OK;
}

static enum err on_style_start(struct xml *x, const char *name, const char **attributes)
{
    struct xlsx *f = x->user;
    if (strcmp(name, "numFmt") == 0) return add_format(f, attributes); /* they stand before the styles */
    if (strcmp(name, "cellXfs") == 0) f->in_cell_styles = true;
    return f->in_cell_styles && strcmp(name, "xf") == 0 ? add_style(f, attributes) : OK;
}

static enum err on_style_end(struct xml *x, const char *name)
{
    struct xlsx *f = x->user;
    if (strcmp(name, "cellXfs") == 0) f->in_cell_styles = false;
    return OK;
}

/* A ZIP archive without a workbook in it: what else? */
static enum err other_archive(zip_t *zip)
{
    static const struct {
        const char *part, *what;
    } kinds[] = {
        {"word/document.xml", N_("a Word document")},
        {"ppt/presentation.xml", N_("a PowerPoint presentation")},
        {"xl/workbook.bin", N_("a binary workbook (xlsb); save it as xlsx")},
        {"META-INF/manifest.xml", N_("an OpenDocument file; save it as xlsx")},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (zip_name_locate(zip, kinds[i].part, ZIP_FL_NOCASE) >= 0) return workbook_is_rather(_(kinds[i].what));
    return workbook_is_rather(_("a ZIP archive"));
}

static enum err open_package(struct xlsx *f)
{
    int fd = dup(f->w->fd), e = 0;
    if (fd < 0) return err_set(ERR_IO, _("too many files are open"));
    f->zip = zip_fdopen(fd, 0, &e);
    if (!f->zip) {
        close(fd);
        if (e == ZIP_ER_MEMORY) return err_no_memory();
        return err_set(ERR_UNREADABLE, _("the file looks like an xlsx workbook, but it is damaged or cut off"));
    }
    if (zip_get_num_entries(f->zip, 0) > ENTRIES_MAX) return err_set(ERR_TOO_BIG, _("the workbook has more than %d parts"), ENTRIES_MAX);
    return OK;
}

/* The path of the main part. */
static enum err find_workbook(struct xlsx *f, const char **ret)
{
    enum err e = read_relationships(f, "");
    if (e && e != ERR_NOT_FOUND) return e;
    const struct part *p = part_of_kind(f, "officeDocument");
    const char *path = p ? p->path : "xl/workbook.xml";
    if (zip_name_locate(f->zip, path, ZIP_FL_NOCASE) < 0 || strstr(path, "word/") || strstr(path, "ppt/") || strstr(path, ".bin")) {
        return other_archive(f->zip);
    }
    *ret = path;
    return OK;
}

/* A part that may be missing. */
static enum err optional(enum err e)
{
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err damaged_if_missing(enum err e)
{
    return e == ERR_NOT_FOUND ? err_set(ERR_UNREADABLE, _("the workbook is damaged: a part of it is missing")) : e;
}

static enum err xlsx_open(struct workbook *w)
{
    static const struct xml_handler workbook_handler = {on_workbook, NULL, NULL};
    static const struct xml_handler style_handler = {on_style_start, on_style_end, NULL};
    struct xlsx *f = w->state = mem_alloc(sizeof *f);
    if (!f) return err_no_memory();
    f->w = w;
    const char *path = NULL;
    TRY(open_package(f));
    TRY(find_workbook(f, &path));
    TRY(damaged_if_missing(xml_read(f->zip, path, w->max_bytes, &workbook_handler, f)));
    TRY(damaged_if_missing(read_relationships(f, path)));
    TRY(list_sheets(f));
    const struct part *styles = part_of_kind(f, "styles"), *strings = part_of_kind(f, "sharedStrings");
    if (styles) TRY(optional(xml_read(f->zip, styles->path, w->max_bytes, &style_handler, f)));
    if (strings) TRY(optional(strings_read(&f->strings, f->zip, strings->path, w->max_bytes)));
    return OK;
}

static void xlsx_close(struct workbook *w)
{
    struct xlsx *f = w->state;
    if (!f) return;
    xlsx_sheet_close(&f->sheet);
    strings_release(&f->strings);
    mem_free(f->styles.is_date);
    mem_free(w->merge);
    if (f->zip) zip_discard(f->zip);
    mem_free(f);
}

static enum err xlsx_select(struct workbook *w, int sheet)
{
    struct xlsx *f = w->state;
    xlsx_sheet_close(&f->sheet);
    mem_free(w->merge);
    w->merge = NULL;
    /* The merged ranges stand behind the rows, but whoever reads the rows must know them: so the sheet is read twice. */
    TRY(damaged_if_missing(xlsx_merges_read(f->zip, f->path[sheet], w->max_bytes, &w->merge, &w->merges)));
    f->sheet = (struct sheet){
        .strings = &f->strings,
        .styles = &f->styles,
        .from_1904 = f->from_1904,
        .merge = w->merge,
        .merges = w->merges,
    };
    return xlsx_sheet_open(&f->sheet, f->zip, f->path[sheet], w->max_bytes);
}

static enum err xlsx_next(struct workbook *w, struct row *row, bool *more)
{
    return xlsx_sheet_next(&((struct xlsx *)w->state)->sheet, row, more);
}

const struct reader xlsx_reader = {WORKBOOK_XLSX, xlsx_open, xlsx_close, xlsx_select, xlsx_next};
