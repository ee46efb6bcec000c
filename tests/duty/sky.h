/* sky.h — new moons and the sun's longitude by series, to check the table of src/duty/lunar.c against the sky itself.
 *
 * New moons after Meeus, Astronomical Algorithms, chapter 49 (some seconds); the sun after Bretagnon and Simon, Planetary
 * Programs and Tables (about a minute in the time of a solar term); the earth's rotation after Espenak and Meeus. For 1900 to 2150.
 */
#ifndef ANJIAN_SKY_H
#define ANJIAN_SKY_H

#include "base/date.h"

/* The n-th new moon; the 0th is that of 2000-01-06. */
instant_t sky_new_moon(int n);
/* The last new moon not after the end of a Beijing day. */
int sky_new_moon_by(day_t);
/* The sun's apparent longitude in degrees, 0 to 360: 0 at the spring equinox, 270 at the winter solstice. */
double sky_sun(instant_t);
/* When the sun reaches a longitude, within 60 days of an instant. */
instant_t sky_sun_at(double degrees, instant_t near);

#endif
