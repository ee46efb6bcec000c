/* table_text.h — what the words in the cells of a table say about them. Used by table.c and table_detect.c only. */
#ifndef ANJIAN_TABLE_TEXT_H
#define ANJIAN_TABLE_TEXT_H

#include "base/buf.h"
#include "exchange/cells.h"

/* The trimmed text of a cell; n is 0 when it holds nothing. */
struct str cell_words(const struct cell *);

/* Only digits and the signs that stand in numbers, dates and times. */
bool words_are_number(struct str trimmed);
/* "填报人：王魁": a label with its value behind the colon. */
bool words_are_label_and_value(struct str trimmed);
/* Could it be a heading or a group of headings: short, no sentence, no number, no label. */
bool words_are_heading(struct str trimmed);
/* 合计, 本月小计, 全国, total … */
bool words_are_total(struct str key);
/* 注：, 说明, 填表人： … */
bool words_are_note(struct str key);
/* 序号 and its like */
bool words_are_serial_heading(struct str key);

/* Append a heading as it stands but on one line. */
void heading_on_one_line(struct buf *, struct str heading);

#endif
