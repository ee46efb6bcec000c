/* calendar.h — which days are worked, and why: an in-memory value, so that deadlines are pure functions of it.
 *
 * Holds the days that depart from the week (days off, make-up workdays) and the years whose official notice is in it. In a
 * year without a notice a day follows the week, Monday to Friday, and the answer says that it is provisional. A calendar
 * never changes once it is sorted.
 */
#ifndef ANJIAN_CALENDAR_H
#define ANJIAN_CALENDAR_H

#include "ledger/store.h"

struct calendar_day {
    day_t day;
    bool works; /* a make-up workday; a day off otherwise */
    struct str name, source, edition;
};

#define CALENDAR_YEARS 10000
struct calendar {
    struct arena *arena;
    int n, room;
    struct calendar_day *day;                    /* by day, each once */
    unsigned char announced[CALENDAR_YEARS / 8]; /* one bit for each year whose notice is known */
};

enum day_kind { DAY_WORK, DAY_WEEKEND, DAY_HOLIDAY, DAY_MAKE_UP };

struct day_answer {
    enum day_kind kind;
    bool works, provisional;
    struct str name; /* of the holiday a listed day belongs to; STR_NONE for others */
};

/* An empty calendar in which every year is provisional; texts added must outlive it. NULL without memory. */
struct calendar *calendar_new(struct arena *);
/* Add a listed day. The year its edition begins with ("2019-2") counts as announced: a day of late December may stand in
 * the notice of the next year. ERR_INVALID for an edition without a year. Sort it before use. */
enum err calendar_add(struct calendar *, struct calendar_day);
/* Sort. ERR_CONFLICT when a day is listed twice. */
enum err calendar_sort(struct calendar *);

struct day_answer calendar_ask(const struct calendar *, day_t);

/* The calendar of the ledger calendar_day, with all listed days of the years of `from` to `to` and their neighbours.
 * Scope does not matter: it is for rules. */
enum err calendar_load(struct work *, day_t from, day_t to, struct calendar **ret);

#endif
