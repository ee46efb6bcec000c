/* sql_build.h — for those who make statement text (see sql.h). */
#ifndef ANJIAN_SQL_BUILD_H
#define ANJIAN_SQL_BUILD_H

#include "db/sql.h"

/* FNV-1a; never 0. */
static inline uint64_t sql_hash(struct str s)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h ? h : 1;
}

static inline struct sql sql_cached(struct str text)
{
    return (struct sql){text, sql_hash(text)};
}

static inline struct sql sql_once(struct str text)
{
    return (struct sql){text, 0};
}

#endif
