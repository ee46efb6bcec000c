/* error.c — the page that says what went wrong. */
#include "error.html.h"
#include "web/page.h"
#include "web/web_parts.h"

void page_error(struct request *rq, enum err e, unsigned status, const char *title)
{
    struct view_link home = {.text = str_of(_("To the start page")), .url = STR("/")};
    struct error_view v = {
        .status = status, .title = str_of(title), .text = arena_str(rq->arena, str_of(err_last()->message)), .way = &home, .way_count = 1};
    if (status >= 500 && e != ERR_BUSY) v.request = arena_printf(rq->arena, "%lld", (long long)rq->x->number);
    page_plain_shell(rq, v.title, &v.shell);
    view_error(&rq->html, &v);
    answer_page(rq, status);
}
