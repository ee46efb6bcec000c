/* route.c — see route.h. */
#include "web/route.h"

bool route_fits(const struct route *r, struct str path, struct str arg[ROUTE_ARGS])
{
    struct str pattern = str_of(r->path);
    int n = 0;
    while (pattern.p && path.p) {
        struct str want = str_split(&pattern, '/'), got = str_split(&path, '/');
        bool variable = want.n && want.p[0] == '{';
        if (variable ? got.n == 0 : !str_eq(want, got)) return false;
        if (variable && n < ROUTE_ARGS) arg[n++] = got;
    }
    return !pattern.p && !path.p;
}

const struct route *route_find(const struct route *const *tables, enum method method, struct str path, struct str arg[ROUTE_ARGS],
                               bool *ret_other)
{
    if (method == METHOD_HEAD) method = METHOD_GET;
    *ret_other = false;
    for (int t = 0; tables[t]; t++) {
        for (const struct route *r = tables[t]; r->path; r++) {
            struct str found[ROUTE_ARGS] = {{0}};
            if (!route_fits(r, path, found)) continue;
            if (r->method != method) {
                *ret_other = true;
                continue;
            }
            memcpy(arg, found, sizeof found);
            return r;
        }
    }
    return NULL;
}

void route_allow(const struct route *const *tables, struct str path, struct buf *out)
{
    struct str unused[ROUTE_ARGS];
    bool taken[METHOD__MAX] = {false};
    for (int t = 0; tables[t]; t++)
        for (const struct route *r = tables[t]; r->path; r++)
            if (route_fits(r, path, unused)) taken[r->method] = true;
    taken[METHOD_HEAD] = taken[METHOD_GET];
    for (int i = METHOD_NONE + 1; i < METHOD__MAX; i++) {
        if (!taken[i]) continue;
        if (out->n) buf_z(out, ", ");
        buf_z(out, method_name((enum method)i));
    }
}
