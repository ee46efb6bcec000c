/* date.h — days and instants.
 *
 * A day is a civil date in Beijing, counted from 1970-01-01 (day 0); as text it is ISO "2026-02-10". An instant is UTC
 * in microseconds; as text it is RFC 3339 with +08:00. Beijing time is UTC+8 without daylight saving. Years 1 to 9999.
 */
#ifndef ANJIAN_DATE_H
#define ANJIAN_DATE_H

#include "base/buf.h"

typedef int32_t day_t;
typedef int64_t instant_t;

#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_HOUR (3600 * INSTANT_SECOND)
#define INSTANT_DAY (24 * INSTANT_HOUR)
#define BEIJING (8 * INSTANT_HOUR)
#define DAY_MIN (-719162) /* 0001-01-01 */
#define DAY_MAX 2932896   /* 9999-12-31 */

struct civil {
    int year, month, day;
};

bool day_valid(struct civil c);
day_t day_of(struct civil c); /* c must be valid */
struct civil day_civil(day_t d);
int day_weekday(day_t d); /* 1 Monday … 7 Sunday */
int month_days(int year, int month);

/* Exactly "YYYY-MM-DD", of a day that exists. */
bool day_parse(struct str s, day_t *ret);
#define DAY_TEXT 11
const char *day_text(day_t d, char out[DAY_TEXT]); /* returns out */

/* The n-th same day of a later (earlier) month; the last of the month when it has no such day. */
day_t day_add_months(day_t d, int months);

day_t instant_day(instant_t t); /* the Beijing day it falls on */
instant_t day_start(day_t d);   /* 00:00:00 of that Beijing day */
instant_t day_end(day_t d);     /* 23:59:59.000000, the last second of the day: what a due in days means */
#define INSTANT_TEXT 40
/* "2026-03-02T23:59:59+08:00"; a fraction is written (six digits) only when there is one. */
const char *instant_text(instant_t t, char out[INSTANT_TEXT]);
/* RFC 3339, or local Beijing time without a zone ("2026-02-10T09:00", "2026-02-10 09:00:05"), or a bare date (its
 * start). */
bool instant_parse(struct str s, instant_t *ret);

/* The clock of the machine, or of a simulated database when clock_set() was called. */
instant_t clock_now(void);
void clock_set(instant_t simulated); /* 0: the machine's clock again */
/* The clock of the machine, always: for signs of life and what is kept for a while. */
instant_t clock_machine(void);
/* A clock that never goes back, for measuring; microseconds. */
int64_t clock_monotonic(void);

#endif
