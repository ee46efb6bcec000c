/* charset.h — the bytes of a text file as UTF-8, one after the other, whatever encoding it is in.
 *
 * Strict: bytes that are no character of the encoding are an error, never a replacement sign. Private to csv.c.
 */
#ifndef ANJIAN_CHARSET_H
#define ANJIAN_CHARSET_H

#include <iconv.h>

#include "exchange/reader.h"

#define DECODER_CHUNK 32768

struct decoder {
    const struct workbook *file;
    iconv_t cd;                                       /* (iconv_t)-1: the bytes are UTF-8 already */
    int64_t at;                                       /* offset in the file of what was not read yet */
    size_t kept;                                      /* raw bytes not converted yet: a character cut by the end of the chunk */
    char raw[DECODER_CHUNK], text[DECODER_CHUNK * 2]; /* two bytes of GBK become three, four of GB18030 four */
    size_t next, n;                                   /* in text */
};

/* Find out (or check) the encoding of the whole file: *encoding is NULL or a name, then "utf-8", "gb18030" or "gbk".
 * Fills *ret, which stands at the first character behind a BOM. decoder_release() is due also after an error. */
enum err decoder_open(struct decoder *ret, const struct workbook *file, const char **encoding);
void decoder_rewind(struct decoder *);
void decoder_release(struct decoder *);

/* More text into d->text; d->n is 0 at the end of the file. */
enum err decoder_fill(struct decoder *);

#endif
