/* xls.c — reading old Excel workbooks (BIFF5/8 in a compound file) with freexl. See reader.h.
 *
 * Freexl leaves out the results of formulas, which xls_formula.c adds. It trusts what a file says about its own sizes, and no check before
 * it could cover every record. So it runs in a child process that has nothing but the file and a pipe, and limited memory and time:
 * whatever a file does to freexl, here it is a stream that ends early. The child gives the names of the sheets, another one the rows of a
 * sheet.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <freexl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "exchange/reader.h"
#include "exchange/xls_formula.h"

#define XLS_BYTES_MAX (INT64_C(64) << 20)
#define SHEETS_MAX 1024
#define SHEET_ROWS 65536
#define SHEET_COLUMNS 256
#define CHILD_MEMORY ((rlim_t)1 << 30)
#define CHILD_SECONDS 10
#define LIST_SHEETS (-1)
#define FILE_IN_CHILD 3

enum answer { ANSWER_NONE, ANSWER_GOOD, ANSWER_PASSWORD, ANSWER_DAMAGED };

struct piece { /* a text, or a cell of a row; its bytes follow */
    uint32_t col, n;
    uint32_t kind;
    double number;
};

struct rows_head { /* then `cells` pieces; row 0 ends the sheet */
    uint32_t row, cells;
};

struct xls {
    pid_t child;
    FILE *from;
};

/* —— in the child: nothing here returns to the program —— */

static void put(FILE *out, const void *p, size_t n)
{
    if (fwrite(p, 1, n, out) != n) _exit(1);
}

static void put_text(FILE *out, struct piece piece, const char *text)
{
    piece.n = (uint32_t)strlen(text);
    put(out, &piece, sizeof piece);
    put(out, text, piece.n);
}

static void put_cell(FILE *out, uint32_t col, const FreeXL_CellValue *v)
{
    char text[NUMBER_TEXT];
    struct piece piece = {.col = col};
    switch (v->type) {
    case FREEXL_CELL_INT:
    case FREEXL_CELL_DOUBLE:
        piece.kind = CELL_NUMBER;
        piece.number = v->type == FREEXL_CELL_INT ? v->value.int_value : v->value.double_value;
        put_text(out, piece, number_text(piece.number, text));
        break;
    case FREEXL_CELL_DATE:
    case FREEXL_CELL_DATETIME:
    case FREEXL_CELL_TIME:
        piece.kind = CELL_DATE;
        put_text(out, piece, v->value.text_value);
        break;
    default: piece.kind = CELL_TEXT; put_text(out, piece, v->value.text_value ? v->value.text_value : "");
    }
}

static bool cell_at(const void *xls, uint32_t row, uint32_t col, FreeXL_CellValue *ret)
{
    return freexl_get_cell_value(xls, row, (unsigned short)col, ret) == FREEXL_OK && ret->type != FREEXL_CELL_NULL;
}

static void put_formula(FILE *out, const struct formula *f, const struct buf *text)
{
    struct piece piece = {.col = f->col, .n = (uint32_t)f->n, .kind = f->kind, .number = f->number};
    put(out, &piece, sizeof piece);
    put(out, buf_view(text).p + f->from, f->n);
}

static void put_row(FILE *out, const void *xls, uint32_t row, uint32_t cols, const struct formulas *formulas)
{
    FreeXL_CellValue v[SHEET_COLUMNS];
    const struct formula *formula[SHEET_COLUMNS] = {0};
    struct rows_head head = {.row = row + 1};
    for (uint32_t col = 0; col < SHEET_COLUMNS; col++) {
        bool there = col < cols && cell_at(xls, row, col, &v[col]);
        if (!there) v[col].type = FREEXL_CELL_NULL;
        if (!there) formula[col] = formulas_at(formulas, row, col);
        head.cells += there || formula[col];
    }
    if (!head.cells) return;
    put(out, &head, sizeof head);
    for (uint32_t col = 0; col < SHEET_COLUMNS; col++) {
        if (formula[col])
            put_formula(out, formula[col], &formulas->text);
        else if (v[col].type != FREEXL_CELL_NULL)
            put_cell(out, col, &v[col]);
    }
}

static void put_rows(FILE *out, const void *xls, int sheet)
{
    unsigned rows = 0;
    unsigned short cols = 0;
    struct formulas formulas;
    if (freexl_select_active_worksheet(xls, (unsigned short)sheet) != FREEXL_OK ||
        freexl_worksheet_dimensions(xls, &rows, &cols) != FREEXL_OK || !formulas_read(&formulas, FILE_IN_CHILD, sheet)) {
        _exit(1);
    }
    uint32_t end = formulas.n ? formulas.cell[formulas.n - 1].row + 1 : 0;
    if (end < rows) end = rows;
    for (uint32_t row = 0; row < end && row < SHEET_ROWS; row++) put_row(out, xls, row, row < rows ? cols : 0, &formulas);
    formulas_release(&formulas);
    put(out, &(struct rows_head){0}, sizeof(struct rows_head));
}

static void put_sheets(FILE *out, const void *xls)
{
    unsigned n = 0;
    if (freexl_get_info(xls, FREEXL_BIFF_SHEET_COUNT, &n) != FREEXL_OK || n > SHEETS_MAX) _exit(1);
    put(out, &n, sizeof n);
    for (unsigned i = 0; i < n; i++) {
        const char *name = NULL;
        freexl_get_worksheet_name(xls, (unsigned short)i, &name);
        put_text(out, (struct piece){0}, name ? name : "");
    }
}

/* Bytes of data the process has already, most of them its parent's. */
static rlim_t data_inherited(void)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm) {
        if (fscanf(statm, "%*u %*u %*u %*u %*u %lu", &pages) != 1) pages = 0;
        fclose(statm);
    }
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void confine(void)
{
    const struct {
        __rlimit_resource_t what;
        rlim_t limit;
    } limits[] = {
        {RLIMIT_CPU, CHILD_SECONDS},
        {RLIMIT_CORE, 0},
        {RLIMIT_FSIZE, 0},
        {RLIMIT_DATA, CHILD_MEMORY + data_inherited()},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct rlimit now, limit = {limits[i].limit, limits[i].limit};
        if (getrlimit(limits[i].what, &now) == 0 && now.rlim_max >= limit.rlim_max) setrlimit(limits[i].what, &limit);
    }
}

_Noreturn static void run_child(int file, int pipe, int sheet)
{
    signal(SIGPIPE, SIG_DFL);
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++) dup2(nowhere, fd);
    /* 3 and 4 may be the descriptors wanted, so go by way of high numbers */
    int in = fcntl(file, F_DUPFD, 10), to = fcntl(pipe, F_DUPFD, 10);
    if (in < 0 || to < 0 || dup2(in, FILE_IN_CHILD) < 0 || dup2(to, 4) < 0) _exit(1);
    close_range(5, ~0U, 0); /* the program's databases and connections are not the child's business */
    confine();
    FILE *out = fdopen(4, "w");
    const void *xls = NULL;
    if (!out) _exit(1);
    unsigned locked = FREEXL_UNKNOWN;
    int opened = freexl_open("/proc/self/fd/3", &xls);
    if (opened == FREEXL_OK) freexl_get_info(xls, FREEXL_BIFF_PASSWORD, &locked);
    unsigned char answer = opened != FREEXL_OK ? ANSWER_DAMAGED : locked == FREEXL_BIFF_OBFUSCATED ? ANSWER_PASSWORD : ANSWER_GOOD;
    put(out, &answer, 1);
    if (answer == ANSWER_GOOD) {
        if (sheet == LIST_SHEETS)
            put_sheets(out, xls);
        else
            put_rows(out, xls, sheet);
    }
    fflush(out);
    _exit(0);
}

/* —— in the program: what comes through the pipe is trusted as little as the file —— */

static enum err damaged(void)
{
    return err_set(ERR_UNREADABLE, _("the file looks like an old Excel workbook (xls), but it is damaged or cut off"));
}

static void stop_child(struct xls *x)
{
    if (x->from) fclose(x->from);
    if (x->child > 0) {
        kill(x->child, SIGKILL);
        while (waitpid(x->child, NULL, 0) < 0 && errno == EINTR) continue;
    }
    *x = (struct xls){0};
}

static bool get(struct xls *x, void *p, size_t n)
{
    return fread(p, 1, n, x->from) == n;
}

static enum err start_child(struct workbook *w, int sheet)
{
    struct xls *x = w->state;
    stop_child(x);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return err_set(ERR_IO, _("too many files are open"));
    x->child = fork();
    if (x->child == 0) run_child(w->fd, ends[1], sheet);
    close(ends[1]);
    x->from = x->child > 0 ? fdopen(ends[0], "r") : NULL;
    if (!x->from) {
        close(ends[0]);
        stop_child(x);
        return err_set(ERR_IO, _("no process can be started to read the workbook: %s"), strerror(errno));
    }
    unsigned char answer = ANSWER_NONE;
    if (!get(x, &answer, 1)) return damaged();
    if (answer == ANSWER_PASSWORD) return err_set(ERR_UNREADABLE, _("the workbook is protected by a password"));
    return answer == ANSWER_GOOD ? OK : damaged();
}

/* Read the bytes of a piece into the text of an open cell. */
static enum err get_text(struct xls *x, uint32_t n, struct buf *to)
{
    char chunk[4096];
    if (n > CELL_BYTES_MAX) return damaged();
    while (n > 0) {
        size_t k = n < sizeof chunk ? n : sizeof chunk;
        if (!get(x, chunk, k)) return damaged();
        buf_put(to, chunk, k);
        n -= (uint32_t)k;
    }
    return buf_error(to);
}

static enum err read_sheets(struct workbook *w)
{
    struct xls *x = w->state;
    unsigned n;
    if (!get(x, &n, sizeof n) || n == 0 || n > SHEETS_MAX) return damaged();
    w->sheet = arena_array(w->arena, struct str, n);
    if (!w->sheet) return err_no_memory();
    struct buf CLEANUP_BUF name = BUF_INIT(CELL_BYTES_MAX);
    for (unsigned i = 0; i < n; i++) {
        struct piece piece;
        if (!get(x, &piece, sizeof piece)) return damaged();
        buf_reset(&name);
        TRY(get_text(x, piece.n, &name));
        if (!utf8_valid(buf_view(&name))) return damaged();
        w->sheet[i] = arena_str(w->arena, buf_view(&name));
        if (!w->sheet[i].p) return err_no_memory();
    }
    w->sheets = (int)n;
    return OK;
}

/* What the compound file holds, by the names of its streams. They are looked for where directory entries may lie, without
 * following the chains of sectors, so that no chain can lead astray. */
static enum err check_streams(const struct workbook *w)
{
    static const struct {
        const char *name, *what; /* NULL: an old workbook */
    } streams[] = {
        {"Workbook", NULL},
        {"Book", NULL},
        {"WordDocument", N_("a Word document")},
        {"PowerPoint Document", N_("a PowerPoint presentation")},
        {"EncryptedPackage", N_("a workbook protected by a password")},
        {"__properties_version1.0", N_("an Outlook message")},
    };
    enum { ENTRY = 128, NAME_SIZE = 64 };
    unsigned char sector[ENTRY * 64];
    size_t n = sizeof sector;
    for (int64_t at = 512; n == sizeof sector; at += (int64_t)n) {
        TRY(workbook_read(w, sector, sizeof sector, at, &n));
        for (size_t e = 0; e + ENTRY <= n; e += ENTRY) {
            for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
                size_t length = strlen(streams[i].name), k = 0;
                if (sector[e + NAME_SIZE] != 2 * (length + 1) || sector[e + NAME_SIZE + 1] != 0) continue;
                while (k < length && sector[e + 2 * k] == (unsigned char)streams[i].name[k] && sector[e + 2 * k + 1] == 0) k++;
                if (k < length) continue;
                return streams[i].what ? workbook_is_rather(_(streams[i].what)) : OK;
            }
        }
    }
    return workbook_is_rather(_("a compound file (OLE) without a workbook"));
}

static enum err xls_open(struct workbook *w)
{
    if (w->size > XLS_BYTES_MAX) {
        return err_set(ERR_TOO_BIG, _("the xls file has %lld bytes; at most %lld are read"), (long long)w->size, (long long)XLS_BYTES_MAX);
    }
    TRY(check_streams(w));
    w->state = mem_alloc(sizeof(struct xls));
    if (!w->state) return err_no_memory();
    enum err e = start_child(w, LIST_SHEETS);
    if (!e) e = read_sheets(w);
    stop_child(w->state);
    return e;
}

static void xls_close(struct workbook *w)
{
    if (!w->state) return;
    stop_child(w->state);
    mem_free(w->state);
}

static enum err xls_select(struct workbook *w, int sheet)
{
    return start_child(w, sheet);
}

static enum err get_cell(struct xls *x, struct row *row)
{
    struct piece piece;
    if (!get(x, &piece, sizeof piece) || piece.col >= SHEET_COLUMNS) return damaged();
    int col = (int)piece.col;
    TRY(row_open_cell(row, col));
    size_t from = row->text.n;
    TRY(get_text(x, piece.n, &row->text));
    struct str text = str_from(buf_view(&row->text), from);
    if (!utf8_valid(text)) return damaged();
    enum cell_kind kind = piece.kind < CELL_LIST ? (enum cell_kind)piece.kind : CELL_TEXT;
    if (kind == CELL_DATE && !serial_parse(text, &piece.number)) kind = CELL_TEXT;
    return row_close_cell(row, col, kind, kind == CELL_TEXT || kind == CELL_ERROR ? 0 : piece.number);
}

static enum err xls_next(struct workbook *w, struct row *row, bool *more)
{
    struct xls *x = w->state;
    struct rows_head head;
    if (!get(x, &head, sizeof head)) return damaged();
    *more = head.row > 0;
    if (!*more) return OK;
    if (head.row > SHEET_ROWS || head.cells > SHEET_COLUMNS) return damaged();
    row_reset(row, head.row);
    for (uint32_t i = 0; i < head.cells; i++) TRY(get_cell(x, row));
    return OK;
}

const struct reader xls_reader = {WORKBOOK_XLS, xls_open, xls_close, xls_select, xls_next};
