/* parse_test.h — what the tests of readers share. */
#ifndef ANJIAN_PARSE_TEST_H
#define ANJIAN_PARSE_TEST_H

/* cmocka needs these first; the gaps keep the formatter from sorting them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "exchange/parse.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NOTHING INT64_MIN /* expected of a refused value */

static inline struct cell text(const char *z)
{
    return parse_cell(str_of(z));
}

static inline struct cell number(const char *shortest)
{
    return (struct cell){.kind = CELL_NUMBER, .text = str_of(shortest)};
}

/* A result holds together: a reason exactly when there is something to say, and the state that `why` belongs to. */
static inline void check(const char *z, struct parse_result r, enum parse_why why)
{
    if (r.why != why) print_error("“%s”: why %d instead of %d: %s\n", z, r.why, why, r.reason);
    assert_int_equal(r.why, why);
    assert_int_equal(r.why == PARSE_FINE, r.reason[0] == '\0');
    assert_true(utf8_valid(str_of(r.reason)));
    if (r.state == PARSE_OK) assert_int_equal(r.why, PARSE_FINE);
    if (r.state == PARSE_WARN || r.state == PARSE_BAD) assert_int_not_equal(r.why, PARSE_FINE);
}

#endif
