/* saved_page.c — save the list as it stands under a name, and forget one: POST /l/LEDGER/lists?… with the list's own address behind. */
#include "safety/saved_list.h"
#include "web/listing.h"
#include "web/page.h"
#include "web/pages.h"

struct saving {
    struct request *rq;
    const struct ledger *l;
    struct str to; /* the list */
    int64_t id;
};

/* The address is read as that of any list and written anew, so that nothing else is kept. */
static enum err save(struct work *w, void *arg)
{
    struct saving *s = arg;
    struct listing k;
    TRY(listing_read(w, &s->rq->query, s->l, QUERY_LIMIT_MAX, &k));
    s->to = listing_url(w->arena, &k, (struct listing_change){0});
    if (!s->to.p) return err_no_memory();
    struct str query = s->to;
    str_split(&query, '?');
    return saved_list_put(w, s->l, request_form(s->rq, "name"), query.p ? query : STR(""), request_form(s->rq, "shared").p != NULL);
}

static enum err save_list(struct request *rq)
{
    struct saving s = {.rq = rq};
    TRY(request_ledger(rq, &s.l));
    TRY(web_write(rq, save, &s));
    page_say(rq, SAID_SAVED);
    return answer_go(rq, "%.*s", STR_ARG(s.to));
}

static enum err forget(struct work *w, void *arg)
{
    return saved_list_remove(w, ((struct saving *)arg)->id);
}

static enum err forget_list(struct request *rq)
{
    struct saving s = {.rq = rq};
    TRY(request_ledger(rq, &s.l));
    if (!str_int(rq->arg[1], &s.id)) return err_set(ERR_NOT_FOUND, "%s", _("there is nothing at this address"));
    TRY(web_write(rq, forget, &s));
    page_say(rq, SAID_DONE);
    return answer_go(rq, "/l/%s", s.l->ledger);
}

const struct route saved_routes[] = {
    ROUTE(POST, "/l/{ledger}/lists", MAY(RIGHT_SEE), TAKES_FORM | WAITS, save_list),
    ROUTE(POST, "/l/{ledger}/lists/{id}/forget", MAY(RIGHT_SEE), TAKES_FORM | WAITS, forget_list),
    ROUTE_END,
};
