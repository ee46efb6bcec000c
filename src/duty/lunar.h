/* lunar.h — days of the Chinese lunar calendar from 1950 to 2099, as a table of facts.
 *
 * A lunar year bears the number of the civil year in which it begins. The table follows the national rule (GB/T 33661): months
 * begin on the Beijing day of the new moon, the winter solstice lies in the eleventh month, and in a year of thirteen the first
 * month without a major solar term is the leap month. tests/duty/test_lunar.c derives it again from the sky. One day of it hangs
 * on seconds: the new moon of 2057-09-28 at about 23:59:57, which moves the Double Ninth of that year.
 */
#ifndef ANJIAN_LUNAR_H
#define ANJIAN_LUNAR_H

#include "base/date.h"

#define LUNAR_FIRST 1950
#define LUNAR_LAST 2099

enum festival {
    SPRING_FESTIVAL_EVE, /* the last day of the year before: in the civil year of the festival that it leads to */
    SPRING_FESTIVAL,
    LANTERN,
    QINGMING, /* of the sun, but a holiday all the same */
    DRAGON_BOAT,
    MID_AUTUMN,
    DOUBLE_NINTH,
    FESTIVAL__MAX,
};
extern const char *const festival_names[FESTIVAL__MAX]; /* "spring_festival_eve", … */

/* The day of a festival in a civil year; false outside of the table. */
bool festival_day(enum festival, int year, day_t *ret);
/* The day of a date in a lunar year; false outside of the table and when there is no such month or day. */
bool lunar_day(int year, int month, bool leap, int day, day_t *ret);
/* The leap month of a lunar year: 11 is the one that follows the eleventh; 0: none, or outside of the table. */
int lunar_leap(int year);

#endif
