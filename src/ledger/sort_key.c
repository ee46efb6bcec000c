/* sort_key.c — see sort_key.h. */
#include "ledger/sort_key.h"

#include <iconv.h>
#include <pthread.h>

#include "base/utf8.h"

#define KEY_BYTES 40

/* A converter for each thread, closed when the thread ends. */
static pthread_key_t converter_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void converter_close(void *p)
{
    iconv_close((iconv_t)p);
}

static void converter_init(void)
{
    pthread_key_create(&converter_key, converter_close);
}

static enum err converter(iconv_t *ret)
{
    static _Thread_local iconv_t mine;
    if (!mine) {
        pthread_once(&once, converter_init);
        iconv_t c = iconv_open("GB18030", "UTF-8");
        if (c == (iconv_t)-1) return err_set(ERR_IO, "%s", "iconv has no GB18030");
        pthread_setspecific(converter_key, (void *)c);
        mine = c;
    }
    *ret = mine;
    return OK;
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] & 0x80) return false;
    return true;
}

/* The first bytes of `s` in GB18030; what does not fit is cut. */
static enum err to_gb18030(struct str s, char out[KEY_BYTES], size_t *ret)
{
    iconv_t c;
    TRY(converter(&c));
    char *in = (char *)(uintptr_t)s.p, *to = out;
    size_t in_left = s.n, room = KEY_BYTES;
    iconv(c, NULL, NULL, NULL, NULL);
    iconv(c, &in, &in_left, &to, &room); /* a full buffer or a character it lacks ends the key, both are fine */
    *ret = KEY_BYTES - room;
    return OK;
}

static enum err text_key(struct arena *a, struct str s, struct value *ret)
{
    struct buf folded CLEANUP_BUF = BUF_INIT((size_t)1 << 20), key CLEANUP_BUF = BUF_INIT(1000);
    size_t want = utf8_cut(s.p, s.n < 4 * KEY_BYTES ? s.n : 4 * KEY_BYTES);
    utf8_fold(&folded, str_head(s, want));
    TRY(buf_error(&folded));
    struct str f = buf_view(&folded);
    char bytes[KEY_BYTES];
    size_t n = f.n < KEY_BYTES ? f.n : KEY_BYTES;
    if (is_ascii(f))
        memcpy(bytes, f.p, n);
    else
        TRY(to_gb18030(f, bytes, &n));
    for (size_t i = 0; i < n; i++) utf8_put(&key, (unsigned char)bytes[i]);
    TRY(buf_error(&key));
    struct str kept = arena_str(a, buf_view(&key));
    if (!kept.p) return err_no_memory();
    *ret = value_text(kept);
    return OK;
}

enum err sort_key(struct arena *a, const struct field *f, struct value v, struct value *ret)
{
    if (type_is_int(f->type)) {
        *ret = v.tag == VAL_INT ? v : value_int(SORT_KEY_UNKNOWN);
        return OK;
    }
    if (v.tag != VAL_TEXT) {
        *ret = value_text(STR(""));
        return OK;
    }
    return text_key(a, v.s, ret);
}
