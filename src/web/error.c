/* error.c — the page that says what went wrong. */
#include "error.html.h"
#include "web/page.h"
#include "web/web_parts.h"

void page_error(struct request *rq, enum err e, unsigned status, const char *title)
{
    const struct err_info *why = err_last();
    struct error_view v = {.title = str_of(title), .text = arena_str(rq->arena, str_of(why->message)), .status = (int)status};
    if (e != ERR_INVALID && status >= 500) v.number = arena_printf(rq->arena, "%lld", (long long)rq->x->number);
    page_plain_shell(rq, v.title, &v.shell);
    view_error(&rq->html, &v);
    answer_page(rq, status);
}
