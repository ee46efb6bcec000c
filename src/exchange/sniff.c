/* sniff.c — which reader understands a file, judged by its first bytes and never by its name. See reader.h.
 *
 * Only the outermost shape is judged here: whether a ZIP archive is a workbook and a compound file an old one is found
 * out by xlsx.c and xls.c, whether a text is a table by csv.c.
 */
#include <strings.h>

#include "base/lang.h"
#include "exchange/reader.h"

#define HEAD 1024

static const struct magic {
    struct str bytes;
    const struct reader *reader; /* or … */
    const char *what;            /* … what it is instead */
} magics[] = {
    {STR("PK\3\4"), &xlsx_reader, NULL},
    {STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), &xls_reader, NULL},
    {STR("PK\5\6"), NULL, N_("an empty ZIP archive")},
    {STR("%PDF-"), NULL, N_("a PDF document")},
    {STR("\xff\xd8\xff"), NULL, N_("a JPEG picture")},
    {STR("\x89PNG\r\n\x1a\n"), NULL, N_("a PNG picture")},
    {STR("GIF8"), NULL, N_("a GIF picture")},
    {STR("{\\rtf"), NULL, N_("an RTF document")},
    {STR("\x1f\x8b"), NULL, N_("a gzip archive")},
    {STR("Rar!\x1a\x07"), NULL, N_("a RAR archive")},
    {STR("7z\xbc\xaf\x27\x1c"), NULL, N_("a 7z archive")},
    {STR("SQLite format 3"), NULL, N_("an SQLite database")},
    {STR("\x09\x08\x10\0"), NULL, N_("a bare Excel stream without its compound file")},
    {STR("\x09\0\x04\0"), NULL, N_("a workbook of Excel 2; save it as xlsx")},
    {STR("\x09\2\x06\0"), NULL, N_("a workbook of Excel 3; save it as xlsx")},
    {STR("\x09\4\x06\0"), NULL, N_("a workbook of Excel 4; save it as xlsx")},
    {STR("\xff\xfe"), NULL, N_("a text in UTF-16; save it as UTF-8 or as xlsx")},
    {STR("\xfe\xff"), NULL, N_("a text in UTF-16; save it as UTF-8 or as xlsx")},
    {STR("MIME-Version:"), NULL, N_("a web archive (MHTML); open it in Excel and save it as xlsx")},
};

static bool holds(struct str s, const char *word) /* without regard to case */
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= s.n; i++)
        if (strncasecmp(s.p + i, word, n) == 0) return true;
    return false;
}

/* Programs save HTML as "x.xls" and Excel opens it; so it comes up often. */
static const char *markup(struct str s)
{
    if (s.n == 0 || s.p[0] != '<') return NULL;
    if (holds(s, "urn:schemas-microsoft-com:office:spreadsheet")) return N_("an XML workbook of Excel 2003; save it as xlsx");
    if (holds(s, "<html") || holds(s, "<table") || holds(s, "<!doctype html")) {
        return N_("a web page (HTML); open it in Excel and save it as xlsx");
    }
    return str_starts(s, STR("<?xml")) ? N_("an XML document") : NULL;
}

/* Only what can begin a JSON list of rows; "[1],x" and "{a}" may well begin a CSV. */
static bool is_json(struct str s)
{
    if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '[')) return false;
    struct str rest = str_trim(str_from(s, 1));
    if (rest.n == 0) return false;
    return strchr(s.p[0] == '{' ? "\"}" : "{[]", rest.p[0]) != NULL;
}

enum err sniff(const struct workbook *w, const struct reader **ret)
{
    char head[HEAD];
    size_t n;
    TRY(workbook_read(w, head, sizeof head, 0, &n));
    struct str s = {head, n};
    if (n == 0) return workbook_is_rather(_("an empty file"));
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (!str_starts(s, magics[i].bytes)) continue;
        if (!magics[i].reader) return workbook_is_rather(_(magics[i].what));
        *ret = magics[i].reader;
        return OK;
    }
    if (memchr(head, '\0', n)) return workbook_is_rather(_("binary data"));
    struct str text = str_trim(s); /* also takes the BOM off */
    const char *what = markup(text);
    if (what) return workbook_is_rather(_(what));
    *ret = is_json(text) ? &json_reader : &csv_reader;
    return OK;
}
