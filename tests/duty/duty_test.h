/* duty_test.h — what the tests of deadlines share: default data read as a district's importer reads it, fresh stores. */
#ifndef ANJIAN_DUTY_TEST_H
#define ANJIAN_DUTY_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "duty/calendar.h"

/* Fails the test with the message of the error. */
#define OKAY(expr) okay((expr), #expr, __FILE__, __LINE__)
void okay(enum err, const char *what, const char *file, int line);

/* The rows of data/NAME below the headings; each row's cells as texts, blank ones STR_NONE. */
struct csv {
    int rows, columns;
    struct str *heading, **cell;
};
void csv_read(struct arena *, const char *name, struct csv *ret);
bool csv_try(struct arena *, const char *path, struct csv *ret); /* the same of any file; false when it cannot be read */
struct str csv_cell(const struct csv *, int row, const char *heading);

day_t day_at(const char *iso);
instant_t at(const char *text);

#endif
