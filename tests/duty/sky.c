/* sky.c — see sky.h. */
#include "sky.h"

#include <math.h>

static double radians(double degrees)
{
    return degrees * (3.14159265358979323846 / 180);
}

#define J2000 (INT64_C(946728000) * INSTANT_SECOND) /* 2000-01-01 12:00 */

/* Seconds by which the clock of the series is ahead of the clock of the day, in a year with its fraction. */
static double delta_t(double year)
{
    double t;
    if (year < 1961) {
        t = year - 1950;
        return 29.07 + t * (0.407 + t * (-1.0 / 233 + t / 2547));
    }
    if (year < 1986) {
        t = year - 1975;
        return 45.45 + t * (1.067 + t * (-1.0 / 260 - t / 718));
    }
    t = year - 2000;
    if (year < 2005) return 63.86 + t * (0.3345 + t * (-0.060374 + t * (0.0017275 + t * (0.000651814 + t * 0.00002373599))));
    if (year < 2050) return 62.92 + t * (0.32217 + t * 0.005589);
    t = (year - 1820) / 100;
    return -20 + 32 * t * t - 0.5628 * (2150 - year);
}

static instant_t of_series(double days) /* days of the series after J2000 → instant */
{
    return J2000 + (instant_t)llround((days * 86400 - delta_t(2000 + days / 365.25)) * 1e6);
}

static double to_series(instant_t t)
{
    double days = (double)(t - J2000) / 1e6 / 86400;
    return days + delta_t(2000 + days / 365.25) / 86400;
}

/* ---- new moons ---- */

struct term {
    double days;
    int e, sun, moon, latitude, node; /* e: power of the eccentricity; then multiples of M, M', F and the node */
};

static const struct term new_moon_terms[] = {
    {-0.40720, 0, 0, 1, 0, 0}, {0.17241, 1, 1, 0, 0, 0},   {0.01608, 0, 0, 2, 0, 0},    {0.01039, 0, 0, 0, 2, 0},
    {0.00739, 1, -1, 1, 0, 0}, {-0.00514, 1, 1, 1, 0, 0},  {0.00208, 2, 2, 0, 0, 0},    {-0.00111, 0, 0, 1, -2, 0},
    {-0.00057, 0, 0, 1, 2, 0}, {0.00056, 1, 1, 2, 0, 0},   {-0.00042, 0, 0, 3, 0, 0},   {0.00042, 1, 1, 0, 2, 0},
    {0.00038, 1, 1, 0, -2, 0}, {-0.00024, 1, -1, 2, 0, 0}, {-0.00017, 0, 0, 0, 0, 1},   {-0.00007, 0, 2, 1, 0, 0},
    {0.00004, 0, 0, 2, -2, 0}, {0.00004, 0, 3, 0, 0, 0},   {0.00003, 0, 1, 1, -2, 0},   {0.00003, 0, 0, 2, 2, 0},
    {-0.00003, 0, 1, 1, 2, 0}, {0.00003, 0, -1, 1, 2, 0},  {-0.00002, 0, -1, 1, -2, 0}, {-0.00002, 0, 1, 3, 0, 0},
    {0.00002, 0, 0, 4, 0, 0},
};

/* Of the planets: millionths of a day, the angle at n = 0 and its growth with each lunation. */
static const double planet_terms[][3] = {
    {325, 299.77, 0.107408}, {165, 251.88, 0.016321}, {164, 251.83, 26.651886}, {126, 349.42, 36.412478}, {110, 84.66, 18.206239},
    {62, 141.74, 53.303771}, {60, 207.14, 2.453732},  {56, 154.84, 7.306860},   {47, 34.52, 27.261239},   {42, 207.19, 0.121824},
    {40, 291.34, 1.844379},  {37, 161.72, 24.198154}, {35, 239.56, 25.513099},  {23, 331.55, 3.592518},
};

instant_t sky_new_moon(int n)
{
    double k = n, t = k / 1236.85, t2 = t * t, t3 = t2 * t;
    double days = 5.09766 + 29.530588861 * k + 0.00015437 * t2 - 0.000000150 * t3; /* JDE 2451550.09766 */
    double e = 1 - 0.002516 * t - 0.0000074 * t2;
    double sun = 2.5534 + 29.10535670 * k - 0.0000014 * t2 - 0.00000011 * t3;
    double moon = 201.5643 + 385.81693528 * k + 0.0107582 * t2 + 0.00001238 * t3;
    double latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t2 - 0.00000227 * t3;
    double node = 124.7746 - 1.56375588 * k + 0.0020672 * t2 + 0.00000215 * t3;
    for (size_t i = 0; i < sizeof new_moon_terms / sizeof *new_moon_terms; i++) {
        const struct term *m = &new_moon_terms[i];
        double angle = m->sun * sun + m->moon * moon + m->latitude * latitude + m->node * node;
        days += m->days * pow(e, m->e) * sin(radians(angle));
    }
    for (size_t i = 0; i < sizeof planet_terms / sizeof *planet_terms; i++) {
        double angle = planet_terms[i][1] + planet_terms[i][2] * k - (i ? 0 : 0.009173 * t2);
        days += planet_terms[i][0] * 1e-6 * sin(radians(angle));
    }
    return of_series(days);
}

int sky_new_moon_by(day_t day)
{
    int n = (int)floor((to_series(day_end(day)) - 5.1) / 29.530588861) + 1;
    while (instant_day(sky_new_moon(n)) > day) n--;
    return n;
}

/* ---- the sun ---- */

/* Amount, multiple of the centuries since J2000, addend. */
static const double sun_terms[][3] = {
    {403406, 0.9287892, 270.54861},
    {195207, 35999.1376958, 340.19128},
    {119433, 35999.4089666, 63.91854},
    {112392, 35998.7287385, 331.26220},
    {3891, 71998.20261, 317.843},
    {2819, 71998.4403, 86.631},
    {1721, 36000.35726, 240.052},
    {660, 71997.4812, 310.26},
    {350, 32964.4678, 247.23},
    {334, -19.4410, 260.87},
    {314, 445267.1117, 297.82},
    {268, 45036.8840, 343.14},
    {242, 3.1008, 166.79},
    {234, 22518.4434, 81.53},
    {158, -19.9739, 3.50},
    {132, 65928.9345, 132.75},
    {129, 9038.0293, 182.95},
    {114, 3034.7684, 162.03},
    {99, 33718.148, 29.8},
    {93, 3034.448, 266.4},
    {86, -2280.773, 249.2},
    {78, 29929.992, 157.6},
    {72, 31556.493, 257.8},
    {68, 149.588, 185.1},
    {64, 9037.750, 69.9},
    {46, 107997.405, 8.0},
    {38, -4444.176, 197.1},
    {37, 151.771, 250.4},
    {32, 67555.316, 65.3},
    {29, 31556.080, 162.7},
    {28, -4561.540, 341.5},
    {27, 107996.706, 291.6},
    {27, 1221.655, 98.5},
    {25, 62894.167, 146.7},
    {24, 31437.369, 110.0},
    {21, 14578.298, 5.2},
    {21, -31931.757, 342.6},
    {20, 34777.243, 230.9},
    {18, 1221.999, 256.1},
    {17, 62894.511, 45.3},
    {14, -4442.039, 242.9},
    {13, 107997.909, 115.2},
    {13, 119.066, 151.8},
    {13, 16859.071, 285.3},
    {12, -4.578, 53.3},
    {10, 26895.292, 126.6},
    {10, -39.127, 205.7},
    {10, 12297.536, 85.9},
    {10, 90073.778, 146.1},
};

double sky_sun(instant_t at)
{
    double t = to_series(at) / 36525, sum = 0;
    for (size_t i = 0; i < sizeof sun_terms / sizeof *sun_terms; i++)
        sum += sun_terms[i][0] * sin(radians(sun_terms[i][2] + sun_terms[i][1] * t));
    double longitude = 282.7771834 + 36000.76953744 * t + 0.000005729577951308232 * sum;
    longitude += 0.0000974 * cos(radians(177.63 + 35999.01848 * t)) - 0.005575; /* aberration */
    double a = 124.90 - 1934.134 * t + 0.002063 * t * t, b = 201.11 + 72001.5377 * t + 0.00057 * t * t;
    longitude += -0.004778 * sin(radians(a)) - 0.0003667 * sin(radians(b)); /* nutation */
    longitude = fmod(longitude, 360);
    return longitude < 0 ? longitude + 360 : longitude;
}

instant_t sky_sun_at(double degrees, instant_t near)
{
    for (int i = 0; i < 8; i++) {
        double off = fmod(degrees - sky_sun(near) + 540, 360) - 180;
        near += (instant_t)llround(off * 365.2422 / 360 * (double)INSTANT_DAY);
    }
    return near;
}
