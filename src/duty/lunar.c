/* lunar.c — see lunar.h. */
#include "duty/lunar.h"

const char *const festival_names[FESTIVAL__MAX] = {"spring_festival_eve", "spring_festival", "lantern",     "qingming",
                                                   "dragon_boat",         "mid_autumn",      "double_ninth"};

/* One word for each year, from bit 0: its months in their order, set when they have 30 days (13 bits); the month that the leap
 * month follows, 0 for none (4 bits); days from 1 January to its first day (6 bits); Qingming on 5 April rather than the 4th. */
/* clang-format off */
static const uint32_t years[LUNAR_LAST - LUNAR_FIRST + 1] = {
    /* 1950 */ 0xDE0536, 0xC80AAD, 0xB4B5AA, 0xD805B2, 0xC20DA5, 0xAE7D4A, 0xD40D4A, 0xBD0A95, 0xE00A97, 0xCC0556,
    /* 1960 */ 0xB6CAB5, 0xDA0AD5, 0xC606D2, 0xB08EA5, 0xD60EA5, 0xC0064A, 0xA86C97, 0xCE0A9B, 0xBAF55A, 0xDE056A,
    /* 1970 */ 0xC80B69, 0xB4B752, 0xDA0B52, 0xC20B25, 0xAC964B, 0xD20A4B, 0x3D14AB, 0xE002AD, 0xCA056D, 0xB6CB69,
    /* 1980 */ 0x5C0DA9, 0xC60D92, 0xB09D25, 0xD60D25, 0x415A4D, 0xE40A56, 0xCE02B6, 0xB8C5B5, 0x5E06D5, 0xC80EA9,
    /* 1990 */ 0xB4BE92, 0xDA0E92, 0x440D26, 0xAC6A56, 0xD00A57, 0xBD14D6, 0x62035A, 0xCA06D5, 0xB6B6C9, 0xDC0749,
    /* 2000 */ 0x460693, 0xAE952B, 0xD4052B, 0xBE0A5B, 0x2A555A, 0xCE056A, 0xB8FB55, 0xE00BA4, 0x4A0B49, 0x32BA93,
    /* 2010 */ 0xD80A95, 0xC2052D, 0x2C8AAD, 0x500AB5, 0xBD35AA, 0xE205D2, 0x4C0DA5, 0x36DD4A, 0xDC0D4A, 0xC60C95,
    /* 2020 */ 0x30952E, 0x540556, 0xBE0AB5, 0xAA55B2, 0x5006D2, 0x38CEA5, 0xDE0725, 0xC8064B, 0x32AC97, 0x560CAB,
    /* 2030 */ 0xC2055A, 0xAC6AD6, 0x520B69, 0x3D7752, 0xE20B52, 0xCC0B25, 0x36DA4B, 0x5A0A4B, 0xC404AB, 0xAEA55B,
    /* 2040 */ 0x5405AD, 0x3E0B6A, 0x2A5B52, 0xD00D92, 0x3AFD25, 0x5E0D25, 0x480A55, 0xB2B4AD, 0x5804B6, 0x4005B5,
    /* 2050 */ 0x2C6DAA, 0xD20EC9, 0x3F1E92, 0x620E92, 0x4C0D26, 0xB6CA56, 0x5A0A57, 0x440556, 0x2E86D5, 0xD40755,
    /* 2060 */ 0x400749, 0x286E93, 0x4E0693, 0xB8F52B, 0x5E052B, 0x460A5B, 0x32B55A, 0xD8056A, 0x420B65, 0x2C974A,
    /* 2070 */ 0x520B4A, 0xBD1A95, 0x620A95, 0x4A052D, 0x34CAAD, 0x5A0AB5, 0x4605AA, 0x2E8BA5, 0x540DA5, 0x400D4A,
    /* 2080 */ 0x2A7C95, 0x4E0C96, 0x38F94E, 0x5E0556, 0x480AB5, 0x32B5B2, 0x5806D2, 0x420EA5, 0x2E8E4A, 0x50068B,
    /* 2090 */ 0x3B0C97, 0x6004AB, 0x4A055B, 0x34CAD6, 0x5A0B6A, 0x460752, 0x309725, 0x540B45, 0x3E0A8B, 0x28549B,
};
/* clang-format on */

enum { LEAP_AT = 13, START_AT = 17, QINGMING_AT = 23 };

static bool known(int year)
{
    return year >= LUNAR_FIRST && year <= LUNAR_LAST;
}

static uint32_t word(int year)
{
    return years[year - LUNAR_FIRST];
}

int lunar_leap(int year)
{
    return known(year) ? (int)(word(year) >> LEAP_AT & 15) : 0;
}

bool lunar_day(int year, int month, bool leap, int day, day_t *ret)
{
    int after = lunar_leap(year);
    if (!known(year) || month < 1 || month > 12 || (leap && month != after)) return false;
    int place = month - 1 + (leap || (after && month > after));
    day_t start = day_of((struct civil){year, 1, 1}) + (day_t)(word(year) >> START_AT & 63);
    for (int i = 0; i < place; i++) start += 29 + (int)(word(year) >> i & 1);
    if (day < 1 || day > 29 + (int)(word(year) >> place & 1)) return false;
    *ret = start + day - 1;
    return true;
}

bool festival_day(enum festival f, int year, day_t *ret)
{
    static const struct {
        int month, day;
    } dates[FESTIVAL__MAX] = {
        [SPRING_FESTIVAL_EVE] = {1, 1}, [SPRING_FESTIVAL] = {1, 1}, [LANTERN] = {1, 15},
        [DRAGON_BOAT] = {5, 5},         [MID_AUTUMN] = {8, 15},     [DOUBLE_NINTH] = {9, 9},
    };
    if (!known(year)) return false;
    if (f == QINGMING) {
        *ret = day_of((struct civil){year, 4, 4 + (int)(word(year) >> QINGMING_AT & 1)});
        return true;
    }
    if (!lunar_day(year, dates[f].month, false, dates[f].day, ret)) return false;
    if (f == SPRING_FESTIVAL_EVE) --*ret;
    return true;
}
