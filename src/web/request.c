/* request.c — input of handlers, and their way to the store. See request.h. */
#include "web/request.h"

struct str request_query(const struct request *rq, const char *name)
{
    return param_given(&rq->query, name);
}

struct str request_form(const struct request *rq, const char *name)
{
    return param_given(&rq->form, name);
}

enum err request_ledger(struct request *rq, const struct ledger **ret)
{
    const struct ledger *l = registry_find(rq->store->registry, rq->arg[0]);
    if (!l || l->parent) return err_set(ERR_NOT_FOUND, _("there is no ledger “%.*s”"), STR_ARG(rq->arg[0]));
    *ret = l;
    return OK;
}

enum err request_record(struct work *w, struct request *rq, const struct ledger *l, int i, int64_t *ret)
{
    struct record *r;
    int64_t id;
    TRY(store_resolve(w, l, rq->arg[i], &id));
    TRY(store_read(w, l, id, &r));
    *ret = id;
    return OK;
}

enum err request_record_itself(struct work *w, struct request *rq, const struct ledger *l, int i, int64_t *ret)
{
    struct record *r;
    int64_t id;
    if (!str_int(rq->arg[i], &id)) return request_record(w, rq, l, i, ret);
    enum err e = store_read(w, l, id, &r);
    if (e == ERR_NOT_FOUND) return request_record(w, rq, l, i, ret);
    TRY(e);
    *ret = id;
    return OK;
}

bool request_wants_itself(const struct request *rq)
{
    return request_query(rq, "itself").p != NULL;
}

enum err web_view(struct request *rq, enum err (*fn)(struct work *, void *), void *arg)
{
    return store_view(rq->store, &rq->session.actor, rq->arena, fn, arg);
}

enum err web_write(struct request *rq, enum err (*fn)(struct work *, void *), void *arg)
{
    if (rq->x->where == RUN_HERE) return err_set(ERR_DB, "%s", "a route that writes must say WAITS: others wait for this thread");
    return store_write(rq->store, &rq->session.actor, rq->arena, fn, arg);
}

struct str page_sentence(struct arena *a, struct str text)
{
    char *z = text.n ? arena_z(a, text) : NULL;
    if (!z) return STR_NONE;
    if (z[0] >= 'a' && z[0] <= 'z') z[0] = (char)(z[0] - 'a' + 'A');
    return (struct str){z, text.n};
}

struct str page_why(struct arena *a)
{
    return page_sentence(a, str_of(err_last()->message));
}
