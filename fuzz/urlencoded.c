/* urlencoded.c — fuzzing query strings and forms: what is accepted is UTF-8 without NUL, and encodes back to what means the same. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "web/params.h"

static void must(bool ok)
{
    if (!ok) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new_capped((size_t)64 << 20);
    struct params p = {0};
    if (a && !params_read(a, (struct str){(const char *)data, n}, &p)) {
        for (int i = 0; i < p.n; i++) {
            struct buf b CLEANUP_BUF = BUF_INIT((size_t)16 << 20);
            must(utf8_valid(p.param[i].name) && utf8_valid(p.param[i].value));
            url_encode(&b, p.param[i].value);
            must(str_eq(url_decode(a, buf_view(&b), true), p.param[i].value));
        }
    }
    arena_free(a);
    return 0;
}
