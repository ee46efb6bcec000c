/* csv.c — reading CSV (RFC 4180) record by record. See reader.h.
 *
 * Line ends are LF, CRLF or CR; a quoted field may hold them. A quote inside an unquoted field is text, and what follows a
 * closing quote belongs to the field, as spreadsheets and Python read it. Every record counts, also a blank one, so that
 * the numbers are those of the rows in a spreadsheet.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "exchange/charset.h"

#define SAMPLE_RECORDS 200
#define SAMPLE_BYTES 65536
#define LINE_OF_A_LIST 240 /* bytes: 80 Chinese characters */

struct csv {
    struct decoder d;
    char delimiter; /* '\0': one column, delimiters are text */
    int64_t record, line;
};

static void rewind_to_start(struct csv *c)
{
    decoder_rewind(&c->d);
    c->record = 0;
    c->line = 1;
}

/* Look at the next byte without taking it; -1 at the end. */
static enum err peek(struct csv *c, int *ret)
{
    if (c->d.next == c->d.n) TRY(decoder_fill(&c->d));
    *ret = c->d.next < c->d.n ? (unsigned char)c->d.text[c->d.next] : -1;
    return OK;
}

static bool is_line_end(int b)
{
    return b == '\n' || b == '\r';
}

/* Append what stands before the next `stop` byte to the row, and leave that byte: -1 or the byte in *ret. */
static enum err take_until(struct csv *c, struct row *row, bool quoted, int *ret)
{
    for (;;) {
        int b;
        TRY(peek(c, &b));
        bool stop = b < 0 || (quoted ? b == '"' : is_line_end(b) || (c->delimiter && b == c->delimiter));
        if (stop || row->text.failed) {
            *ret = b;
            return buf_error(&row->text);
        }
        if (b == '\n') c->line++;
        buf_char(&row->text, (char)b);
        c->d.next++;
    }
}

/* The inside of a quoted field; its closing quote is taken. */
static enum err take_quoted(struct csv *c, struct row *row, int64_t line)
{
    c->d.next++;
    for (;;) {
        int b = -1;
        enum err e = take_until(c, row, true, &b);
        if (e && e != ERR_TOO_BIG) return e;
        if (b < 0 || e) {
            return err_set(ERR_UNREADABLE, _("record %lld (line %lld): a quote is opened and not closed"), (long long)c->record,
                           (long long)line);
        }
        c->d.next++;
        TRY(peek(c, &b));
        if (b != '"') return OK;
        buf_char(&row->text, '"');
        c->d.next++;
    }
}

static enum err take_line_end(struct csv *c, int b)
{
    c->d.next++;
    c->line++;
    if (b != '\r') return OK;
    TRY(peek(c, &b));
    if (b == '\n') c->d.next++;
    return OK;
}

static enum err csv_next(struct workbook *w, struct row *row, bool *more)
{
    struct csv *c = w->state;
    int b;
    TRY(peek(c, &b));
    *more = b >= 0;
    if (!*more) return OK;
    row_reset(row, ++c->record);
    int64_t line = c->line;
    for (int col = 0;; col++) {
        TRY(row_open_cell(row, col));
        TRY(peek(c, &b));
        if (b == '"') TRY(take_quoted(c, row, line));
        TRY(take_until(c, row, false, &b));
        TRY(row_close_cell(row, col, CELL_TEXT, 0));
        if (b < 0) return OK;
        if (is_line_end(b)) return take_line_end(c, b);
        c->d.next++; /* the delimiter */
    }
}

/* What the first records look like when they are split by c->delimiter. */
struct sample {
    int n;           /* records that are not blank */
    int usual;       /* the most usual number of fields … */
    int agree;       /* … and how many records have it */
    int first, most; /* fields of the first record and of the longest one */
    int split;       /* records of more than one field */
    int64_t bytes;   /* of all texts */
};

static enum err take_sample(struct workbook *w, struct sample *ret)
{
    struct csv *c = w->state;
    struct sample s = {0};
    int fields[SAMPLE_RECORDS] = {0}, count;
    rewind_to_start(c);
    for (bool more = true; s.n < SAMPLE_RECORDS && s.bytes < SAMPLE_BYTES;) {
        enum err e = csv_next(w, &w->row, &more);
        if (e == ERR_NO_MEMORY || e == ERR_IO) return e;
        if (e || !more) break; /* a fault in a record is told when the rows are read */
        count = w->row.n;
        struct cells cells;
        row_finish(&w->row, &cells);
        if (cells.n == 0) continue;
        s.bytes += (int64_t)w->row.text.n;
        if (s.n == 0) s.first = count;
        if (count > s.most) s.most = count;
        s.split += count > 1;
        fields[s.n++] = count;
    }
    for (int i = 0; i < s.n; i++) {
        int agree = 0;
        for (int j = 0; j < s.n; j++) agree += fields[j] == fields[i];
        if (agree > s.agree) s.usual = fields[i], s.agree = agree;
    }
    rewind_to_start(c);
    *ret = s;
    return OK;
}

/* The delimiter most frequent in the first line that is not blank, outside quotes; '\0' when it has none. */
static enum err delimiter_of_first_line(struct csv *c, char *ret)
{
    static const char candidates[] = {',', ';', '\t'};
    int count[sizeof candidates] = {0}, b;
    bool quoted = false, begun = false;
    for (int64_t n = 0; n < SAMPLE_BYTES; n++, c->d.next++) {
        TRY(peek(c, &b));
        if (b < 0 || (is_line_end(b) && begun && !quoted)) break;
        begun = begun || !is_line_end(b);
        if (b == '"') quoted = !quoted;
        for (size_t i = 0; i < sizeof candidates && !quoted; i++) count[i] += b == candidates[i];
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates; i++)
        if (count[i] > count[best]) best = i;
    *ret = count[best] ? candidates[best] : '\0';
    rewind_to_start(c);
    return OK;
}

/* Is it a table, and split by what? A running text is UTF-8 and has commas, too; this is how it is told apart:
 *
 * - several columns, when at least half of the first records have the same number of fields, or at least half are split
 *   and none has more fields than the first (rows that leave out their last cells);
 * - the same for a delimiter that only shows below the first line (a title stands above the headings);
 * - else one column, delimiters being text, when its lines are short on average, as in a list;
 * - else it is a text: the lines of paragraphs are long, and their commas fall anyhow.
 */
static enum err judge(struct workbook *w)
{
    struct csv *c = w->state;
    struct sample s;
    char first;
    TRY(delimiter_of_first_line(c, &first));
    for (const char *p = first ? (char[]){first, '\0'} : ",;\t"; *p; p++) {
        c->delimiter = *p;
        TRY(take_sample(w, &s));
        bool even = s.usual > 1 && s.agree * 2 >= s.n, ragged = s.most <= s.first && s.split * 2 >= s.n;
        if (s.most > 1 && (even || ragged)) return OK;
    }
    c->delimiter = '\0';
    TRY(take_sample(w, &s));
    if (s.n > 0 && s.bytes / s.n > LINE_OF_A_LIST) return workbook_is_rather(_("a text of long paragraphs"));
    return OK;
}

static enum err csv_open(struct workbook *w)
{
    struct csv *c = w->state = mem_alloc(sizeof *c);
    if (!c) return err_no_memory();
    TRY(decoder_open(&c->d, w, &w->encoding));
    TRY(judge(w));
    return workbook_one_sheet(w);
}

static void csv_close(struct workbook *w)
{
    struct csv *c = w->state;
    if (c) decoder_release(&c->d);
    mem_free(c);
}

static enum err csv_select(struct workbook *w, int sheet)
{
    (void)sheet;
    rewind_to_start(w->state);
    return OK;
}

const struct reader csv_reader = {WORKBOOK_CSV, csv_open, csv_close, csv_select, csv_next};
