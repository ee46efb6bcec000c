/* multipart.c — fuzzing multipart bodies and cookies. The first line of the input is the Content-Type, or the Cookie. */
#include <stdlib.h>

#include "web/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new_capped((size_t)64 << 20);
    struct str body = {(const char *)data, n};
    struct str type = str_split(&body, '\n');
    struct params p = {0};
    if (a && !params_read_multipart(a, type, body.p ? body : STR(""), &p)) {
        for (int i = 0; i < p.n; i++)
            if (p.param[i].value.p < body.p || p.param[i].value.p + p.param[i].value.n > body.p + body.n) abort();
    }
    struct str cookie = cookie_value(type, "anjian");
    if (cookie.n > type.n) abort();
    arena_free(a);
    return 0;
}
