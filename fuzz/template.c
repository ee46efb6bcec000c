/* template.c — any bytes as a template: the compiler makes C of it or says where and why not, in bounded time and memory. */
#include <stdlib.h>

#include "base/lang.h"
#include "html/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP_BUF struct buf code = BUF_INIT(TEMPLATE_MAX_OUTPUT), header = BUF_INIT(TEMPLATE_MAX_OUTPUT);
    lang_set(LANG_EN);
    switch (template_compile("t.html", (struct str){(const char *)data, size}, &code, &header)) {
    case OK:
        if (!str_ends(buf_view(&code), STR("\n")) || !str_ends(buf_view(&header), STR("#endif\n"))) abort();
        break;
    case ERR_INVALID:
        if (strncmp(err_last()->message, "t.html:", 7) != 0) abort();
        break;
    case ERR_TOO_BIG: break;
    default: abort();
    }
    return 0;
}
