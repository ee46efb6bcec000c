/* screen.c — see screen.h. */
#include "cli/screen.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/date.h"
#include "base/utf8.h"

#define COLUMN_MAX 40 /* wider cells are cut on a terminal */
#define COLUMN_MIN 6
#define COLUMNS 64

/* The blocks that terminals draw two columns wide: Hangul, CJK and its punctuation, full-width forms, emoji. */
static int char_width(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } wide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    if (c < 0x20 || c == 0x7F || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF) return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (c >= wide[i].first && c <= wide[i].last) return 2;
    return 1;
}

int screen_width(struct str s)
{
    int n = 0;
    while (s.n) n += char_width(utf8_next(&s));
    return n;
}

void screen_fit(struct buf *b, struct str s, int width)
{
    int used = 0;
    bool cuts = screen_width(s) > width;
    while (s.n) {
        uint32_t c = utf8_next(&s);
        if (c < 0x20 || c == 0x7F) c = ' '; /* also keeps escape sequences in data away from the terminal */
        int w = char_width(c);
        if (used + w > (cuts ? width - 1 : width)) break;
        utf8_put(b, c);
        used += w;
    }
    if (cuts && width > 0) {
        buf_z(b, "…");
        used++;
    }
    for (; used < width; used++) buf_char(b, ' ');
}

int screen_columns(void)
{
    struct winsize w;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}

/* Take one column of the widest until the table fits, or all are as narrow as they may be. */
static void give_way(int *width, int columns, int room)
{
    for (;;) {
        int sum = 0, widest = 0;
        for (int i = 0; i < columns; i++) {
            sum += width[i] + 2;
            if (width[i] > width[widest]) widest = i;
        }
        if (sum - 2 <= room || width[widest] <= COLUMN_MIN) return;
        width[widest]--;
    }
}

void screen_table(struct buf *b, const struct str *cells, int rows, int columns, int room)
{
    int width[COLUMNS] = {0};
    if (columns > COLUMNS) columns = COLUMNS;
    for (int i = 0; i < rows * columns; i++) {
        int w = screen_width(cells[i]), most = room ? COLUMN_MAX : INT32_MAX;
        if (w > most) w = most;
        if (w > width[i % columns]) width[i % columns] = w;
    }
    if (room) give_way(width, columns, room);
    for (int r = 0; r < rows; r++) {
        if (r) buf_char(b, '\n');
        for (int i = 0; i < columns; i++) {
            if (i) buf_z(b, "  ");
            /* Nothing is filled up behind the last column. */
            struct str s = cells[r * columns + i];
            int w = i + 1 == columns && screen_width(s) < width[i] ? screen_width(s) : width[i];
            screen_fit(b, s, w);
        }
    }
}

void screen_line(struct buf *b, const char *label, struct str value)
{
    if (b->n) buf_char(b, '\n');
    screen_fit(b, str_of(label), 13);
    buf_str(b, value);
}

/* ---- progress ---- */

struct progress progress_start(const char *what)
{
    return (struct progress){.what = what, .on = isatty(STDERR_FILENO)};
}

bool progress_show(void *arg, int64_t done, int64_t total)
{
    struct progress *p = arg;
    int64_t now = clock_monotonic();
    if (!p->on || (p->shown && now - p->last < INSTANT_SECOND / 10)) return true;
    p->shown = true;
    p->last = now;
    if (total > 0)
        fprintf(stderr, "\r%s %lld/%lld (%lld%%)\033[K", p->what, (long long)done, (long long)total, (long long)(100 * done / total));
    else
        fprintf(stderr, "\r%s %lld\033[K", p->what, (long long)done);
    fflush(stderr);
    return true;
}

void progress_end(struct progress *p)
{
    if (p->shown) fputs("\r\033[K", stderr);
    p->shown = false;
}
