/* table_test.c — see table_test.h. */
#include "table_test.h"

#include <stdio.h>
#include <stdlib.h>

/* A hazard ledger: title, filler row with 序号 on it, headings, notes; and one with headings on two rows. */
const char *const hazard_rows[] = {
    "1|项目现场隐患排查与治理统计表",
    "2|序号|项目名称：某某湿法磷酸项目||||||||填报人：甲某||||填报时间： 2019年 6 月 25 日",
    "3||隐患内容|排查日期|隐患类型|隐患级别|责任单位|责任人|整改期限|整改措施与要求|||||复查结果|复查日期|复查人|隐患状态",
    "4|#1|基础开挖完成后未设置护栏|@2019-05-26|高处坠落|一般事故隐患|四化建|封某\n|@2019-05-28|规范设置；|||||已整改|#43613|甲某|关闭",
    "5|#2|开挖土方紧邻基坑边|@2019-05-26|坍塌|一般事故隐患|四化建|封某|@2019-05-28|采取措施|||||已整改|#43613|甲某|关闭",
    "42|说明：|隐患类型：按照可能导致的后果分为高处坠落、物体打击等",
    "43||隐患级别：按照原国家安监总局2007年第16号令",
    "44||隐患状态：根据复查结果填写开放或关闭。",
    NULL,
};

const char *const group_rows[] = {
    "1|岳阳楼区隐患整改台账",
    "2|序号|单位名称|隐患描述|整改情况|||备注",
    "3||||整改措施|整改人|完成日期",
    "4|#1|甲公司|电线裸露|更换|张某|@2026-01-02",
    "5|#2||灭火器过期|更换|李某|@2026-01-03",
    "6|#3|乙公司|通道堵塞|清理|王某|@2026-01-04|已复查",
    NULL,
};

const char *const group_ranges[] = {"A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "B4:B5", NULL};

const char *const group_words[] = {"单位名称", "整改情况/整改措施", "整改人", "备注", NULL};

static struct str fake_name(void *arg, int sheet)
{
    return str_of(((struct fake *)arg)->sheet[sheet].name);
}

static enum err fake_select(void *arg, int sheet)
{
    struct fake *f = arg;
    f->selected = sheet;
    f->at = 0;
    return OK;
}

static const struct merge *fake_merges(void *arg, int *n)
{
    struct fake *f = arg;
    *n = f->sheet[f->selected].merges;
    return f->sheet[f->selected].merge;
}

static enum err fake_next(void *arg, struct cells *ret, bool *more)
{
    struct fake *f = arg;
    memset(f->text, '?', sizeof f->text); /* texts of the former row are gone */
    const char *line = f->sheet[f->selected].row[f->at];
    *more = line != NULL;
    if (!line) return OK;
    f->at++;
    if (f->fail_at && f->at == f->fail_at) return err_set(ERR_IO, "the disk is gone");
    memcpy(f->text, line, strlen(line) + 1);
    struct str rest = str_of(f->text), number = str_split(&rest, '|');
    int n = 0;
    while (rest.p && n < CELLS) {
        struct str s = str_split(&rest, '|');
        struct cell c = {.kind = s.n ? CELL_TEXT : CELL_BLANK, .text = s};
        if (str_starts(s, STR("#"))) c = (struct cell){.kind = CELL_NUMBER, .text = str_from(s, 1), .number = strtod(s.p + 1, NULL)};
        if (str_starts(s, STR("@"))) c = (struct cell){.kind = CELL_DATE, .text = str_from(s, 1), .number = 43611};
        f->cell[n++] = c;
    }
    *ret = (struct cells){.row = strtoll(number.p, NULL, 10), .n = n, .cell = f->cell};
    return OK;
}

struct table_source source_of(struct fake *f, const struct fake_sheet *sheets, int n)
{
    *f = (struct fake){.sheet = sheets};
    return (struct table_source){f, n, fake_name, fake_select, fake_next, fake_merges};
}

/* "A1:Q1", as spreadsheets write ranges. */
static struct merge range(const char *text)
{
    char c1, c2;
    int r1, r2;
    assert_int_equal(sscanf(text, "%c%d:%c%d", &c1, &r1, &c2, &r2), 4);
    return (struct merge){c1 - 'A', c2 - 'A', r1, r2};
}

int ranges(struct merge *m, const char *const *text)
{
    int n = 0;
    for (; text[n]; n++) m[n] = range(text[n]);
    return n;
}

int known_words(void *arg, struct str key)
{
    const char *const *words = arg;
    for (int i = 0; words[i]; i++)
        if (str_is(key, words[i])) return i;
    return -1;
}

void heading_is(const struct table *t, int column, const char *text)
{
    assert_true(column < t->columns);
    struct str h = t->column[column].heading;
    if (!str_is(h, text)) fail_msg("column %d is \"%.*s\", not \"%s\"", column, STR_ARG(h), text);
}

void cell_is(const struct table_row *row, int column, const char *text)
{
    struct str s = row->cell[column].kind == CELL_BLANK ? STR("") : row->cell[column].text;
    if (!str_is(s, text)) fail_msg("row %lld column %d is \"%.*s\", not \"%s\"", (long long)row->row, column, STR_ARG(s), text);
}

/* The kinds of all rows as "DDTN", read to the end. */
const char *kinds(struct table *t, char out[64])
{
    struct table_row row;
    bool more;
    int n = 0;
    for (;;) {
        assert_int_equal(table_next(t, &row, &more), OK);
        if (!more) break;
        assert_true(n < 63);
        out[n++] = "DTHFN"[row.kind];
    }
    out[n] = '\0';
    return out;
}
