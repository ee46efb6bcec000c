/* writer_xlsx.h — what writer_xlsx.c and writer_template.c share. Nothing else includes it. */
#ifndef ANJIAN_WRITER_XLSX_H
#define ANJIAN_WRITER_XLSX_H

#include <xlsxwriter.h>

#include "base/buf.h"

#define XLSX_ROWS 1048576
#define XLSX_TEXT 32767 /* characters of a cell */

/* Set our error for one of the library's. */
enum err xlsx_error(const char *path, lxw_error);
/* Replace the text in `b` by `s` as Excel takes it: valid UTF-8 without NUL and without noncharacters. Ends in NUL. */
enum err xlsx_text(struct buf *b, struct str s);
/* Replace the text in `b` by `s` as the name of a sheet. */
enum err xlsx_sheet_name(struct buf *b, struct str s);
/* Width of a column in Excel's characters; a Chinese character takes two. */
double xlsx_width(struct str heading, int told);

#endif
