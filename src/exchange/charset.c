/* charset.c — finding out the encoding of a text and decoding it chunk by chunk. See charset.h. */
#include "exchange/charset.h"

#include <errno.h>
#include <strings.h>

#include "base/lang.h"
#include "base/utf8.h"

#define NO_ICONV ((iconv_t)-1)

static const struct charset {
    const char *name, *iconv; /* no iconv: as it is */
} charsets[] = {
    {"utf-8", NULL},
    {"gb18030", "GB18030"},
    {"gbk", "GBK"},
};
#define CHARSETS (sizeof charsets / sizeof charsets[0])

static enum err wrong_byte(int64_t at, const char *encoding)
{
    return err_set(ERR_UNREADABLE, _("the text is not %s: byte %lld is no character"), encoding, (long long)at + 1);
}

/* The text is UTF-8 already: only the BOM goes. */
static enum err fill_utf8(struct decoder *d)
{
    size_t n;
    TRY(workbook_read(d->file, d->text, sizeof d->text, d->at, &n));
    if (d->at == 0 && str_starts((struct str){d->text, n}, STR("\xef\xbb\xbf"))) d->next = 3;
    d->at += (int64_t)n;
    d->n = n;
    return OK;
}

static enum err fill_iconv(struct decoder *d)
{
    size_t n;
    TRY(workbook_read(d->file, d->raw + d->kept, sizeof d->raw - d->kept, d->at, &n));
    d->at += (int64_t)n;
    char *in = d->raw, *out = d->text;
    size_t in_n = d->kept + n, out_n = sizeof d->text;
    bool cut = false;
    if (iconv(d->cd, &in, &in_n, &out, &out_n) == (size_t)-1) {
        if (errno == EILSEQ || (errno == EINVAL && n == 0)) return wrong_byte(d->at - (int64_t)in_n, d->file->encoding);
        cut = true; /* EINVAL: a character goes on in the next chunk; E2BIG: the rest comes next time */
    }
    d->kept = cut ? in_n : 0;
    memmove(d->raw, in, d->kept);
    d->n = sizeof d->text - out_n;
    return OK;
}

enum err decoder_fill(struct decoder *d)
{
    do {
        d->next = d->n = 0;
        TRY(d->cd == NO_ICONV ? fill_utf8(d) : fill_iconv(d));
    } while (d->next == d->n && (d->at < d->file->size || d->kept > 0) && d->n > 0);
    if (d->next == d->n) d->next = d->n = 0;
    return OK;
}

void decoder_rewind(struct decoder *d)
{
    d->at = 0;
    d->kept = d->next = d->n = 0;
    if (d->cd != NO_ICONV) iconv(d->cd, NULL, NULL, NULL, NULL);
}

/* The whole file is UTF-8, or *ret_wrong is the offset of the first byte that is not. */
static enum err check_utf8(struct decoder *d, int64_t *ret_wrong)
{
    size_t n;
    for (int64_t at = 0; at < d->file->size; at += (int64_t)n) {
        TRY(workbook_read(d->file, d->text, sizeof d->text, at, &n));
        if (n == 0) break;
        size_t whole = at + (int64_t)n < d->file->size ? utf8_cut(d->text, n) : n;
        struct str s = {d->text, whole};
        if (whole > 0 && utf8_valid(s)) {
            n = whole;
            continue;
        }
        struct str before = s;
        while (s.n > 0 && (utf8_next(&s) != 0xFFFD || str_starts(before, STR("\xef\xbf\xbd")))) before = s;
        *ret_wrong = at + (int64_t)(whole - before.n);
        return OK;
    }
    *ret_wrong = -1;
    return OK;
}

/* Decode everything once, so that a wrong byte at the end is known before the first row is used. */
static enum err check_all(struct decoder *d)
{
    decoder_rewind(d);
    do {
        TRY(decoder_fill(d));
        if (memchr(d->text, '\0', d->n)) return workbook_is_rather(_("binary data"));
    } while (d->n > 0);
    decoder_rewind(d);
    return OK;
}

static const struct charset *charset_named(const char *name)
{
    for (size_t i = 0; i < CHARSETS; i++)
        if (strcasecmp(charsets[i].name, name) == 0) return &charsets[i];
    return NULL;
}

enum err decoder_open(struct decoder *d, const struct workbook *file, const char **encoding)
{
    *d = (struct decoder){.file = file, .cd = NO_ICONV};
    int64_t wrong;
    TRY(check_utf8(d, &wrong));
    const struct charset *c = charset_named(*encoding ? *encoding : wrong < 0 ? "utf-8" : "gb18030");
    if (!c) return err_set(ERR_INVALID, _("the encoding “%s” is not known; utf-8, gb18030 and gbk are"), *encoding);
    if (!c->iconv && wrong >= 0) return wrong_byte(wrong, c->name);
    if (c->iconv) {
        d->cd = iconv_open("UTF-8", c->iconv);
        if (d->cd == NO_ICONV) return errno == ENOMEM ? err_no_memory() : err_set(ERR_IO, _("this system cannot convert %s"), c->iconv);
    }
    *encoding = c->name;
    return check_all(d);
}

void decoder_release(struct decoder *d)
{
    if (d->cd != NO_ICONV) iconv_close(d->cd);
    d->cd = NO_ICONV;
}
